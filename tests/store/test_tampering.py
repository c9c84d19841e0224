"""Who writes to the database without a key changes nothing that opens: what was altered is named, the rest opens."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from hrd_cases.crypto.core.authorship import entry_body
from hrd_cases.crypto.core.envelope import SealedPlace, seal, seal_to, unseal
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.incidents import Incident, InformationSource
from hrd_cases.domain.vaults import CORE, DETAILS, FACTS, IDENTITY, SOURCE
from hrd_cases.store import columns, log_sealing, tables
from hrd_cases.store.classified import classification
from hrd_cases.store.codec import UNOPENED
from hrd_cases.store.doubts import ALTERED, OLD, NotAsLeft
from hrd_cases.store.log import LogEntry, LogKeyRow
from hrd_cases.store.log_sealing import LogVault
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Writer
from hrd_cases.store.work import Database

TODAY = date(2026, 11, 22)
TOKEN = "a" * 32
VALUE = Incident(title="title", region="kz-akt", sources=(InformationSource(who="a neighbour"),))
ORG = bytes(range(16))
WHO = entry_body(b"who", org=ORG, key=bytes(16), counter=1, by=None)


def _flipped(at: int) -> Callable[[bytes, Random], bytes]:
    def flip(sealed: bytes, _: Random) -> bytes:
        changed = bytearray(sealed)
        changed[at] ^= 1
        return bytes(changed)

    return flip


# The regions of an envelope: version, salt, commitment, ciphertext, tag.
HARM: dict[str, Callable[[bytes, Random], bytes]] = {
    "the version": _flipped(0),
    "the salt": _flipped(5),
    "the commitment": _flipped(40),
    "the first byte sealed": _flipped(65),
    "the tag": _flipped(-1),
    "a random bit": lambda sealed, dice: _flipped(dice.randrange(len(sealed)))(sealed, dice),
    "cut short": lambda sealed, _: sealed[:-1],
    "cut to nothing": lambda sealed, _: b"",
    "one byte more": lambda sealed, _: sealed + b"\0",
    "zeros": lambda sealed, _: bytes(len(sealed)),
    "noise": lambda sealed, dice: dice.randbytes(len(sealed)),
    "the other envelope": lambda sealed, _: bytes([sealed[0] ^ 3]) + sealed[1:],  # never what stood there
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Two vaults, the first with two records in two versions, the second with one."""

    vault: OpenVault
    other: OpenVault
    records: tuple[str, str]
    foreign: str


@pytest.fixture
def scene(database: Database, author: Writer, make_vault) -> Scene:
    vault, other = make_vault(database), make_vault(database)
    names = [random(16).hex() for _ in range(3)]
    with database.writing() as work:
        for name in names[:2]:
            visited = work.records.add(vault, author, name, replace(VALUE, region="first", token=TOKEN), TODAY)
            work.records.update(vault, author, name, VALUE, visited, TODAY)
        work.records.add(other, author, names[2], VALUE, TODAY)
    return Scene(vault=vault, other=other, records=(names[0], names[1]), foreign=names[2])


def _harm(
    database: Database, table: Table, column: str, where: dict[str, object], change: Callable[[bytes], bytes]
) -> None:
    with database.writing() as work:
        query = select(table.c[column]).filter_by(**where)
        values = {column: change(work.connection.execute(query).scalar_one())}
        assert work.connection.execute(update(table).filter_by(**where).values(**values)).rowcount == 1


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_body_is_named_and_the_rest_of_the_record_opens(database: Database, scene: Scene, harm: str) -> None:
    where = {"id": scene.records[0], "compartment": IDENTITY}
    _harm(database, tables.records, "body_sealed", where, lambda sealed: HARM[harm](sealed, Random(1)))
    with database.reading() as work:
        stored = work.records.read(scene.vault, scene.records[0])
        whole = work.records.all(scene.vault)
        cards = work.records.cards([scene.vault, scene.other])
    assert stored is not None
    assert stored.broken == {IDENTITY}
    assert stored.value == replace(VALUE, title="")
    assert IDENTITY not in stored.authors
    assert {item.id: item.broken for item in whole} == {scene.records[0]: {IDENTITY}, scene.records[1]: frozenset()}
    assert all(not card.broken for card in cards)


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_digest_is_named_and_lists_are_made_from_the_records(
    database: Database, scene: Scene, harm: str
) -> None:
    with database.reading() as work:
        before = work.records.cards([scene.vault])
    where = {"vault_id": scene.vault.id, "compartment": IDENTITY}
    _harm(database, tables.digests, "digest_sealed", where, lambda sealed: HARM[harm](sealed, Random(2)))
    with database.reading() as work:
        assert work.records.cards([scene.vault]) == before
        doubts = work.records.examine(scene.vault)[1]
    assert (IDENTITY, ALTERED, True) in {(doubt.compartment, doubt.what, doubt.card) for doubt in doubts}


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_old_version_does_not_open(database: Database, scene: Scene, harm: str) -> None:
    where = {"id": scene.records[0], "compartment": CORE, "version": 1}
    _harm(database, tables.record_history, "body_sealed", where, lambda sealed: HARM[harm](sealed, Random(3)))
    with database.reading() as work:
        (past,) = work.records.history(scene.vault, scene.records[0], CORE)
        (untouched,) = work.records.history(scene.vault, scene.records[1], CORE)
    assert (past.value, past.author, past.signed) == (None, "", None)
    assert untouched.value == Incident(region="first", token=TOKEN)


def test_a_record_of_which_nothing_opens_is_still_listed(database: Database, scene: Scene) -> None:
    for compartment in (CORE, IDENTITY, SOURCE):
        where = {"id": scene.records[0], "compartment": compartment}
        _harm(database, tables.records, "body_sealed", where, lambda sealed: bytes(len(sealed)))
    with database.reading() as work:
        stored = work.records.read(scene.vault, scene.records[0])
    assert stored is not None
    assert stored.entity is UNOPENED
    assert stored.broken == {CORE, IDENTITY, SOURCE}
    assert stored.entity.title(stored.value)


BODIES = {
    "the other record": ("records", lambda scene: {"id": scene.records[1], "compartment": CORE}),
    "the other compartment": ("records", lambda scene: {"id": scene.records[0], "compartment": SOURCE}),
    "the other vault": ("records", lambda scene: {"id": scene.foreign, "compartment": CORE}),
    "the old version": ("record_history", lambda scene: {"id": scene.records[0], "compartment": CORE}),
    "the digest": ("digests", lambda scene: {"vault_id": scene.vault.id, "compartment": CORE}),
}


@pytest.mark.parametrize("source", BODIES)
def test_a_body_put_in_the_place_of_another_does_not_open(database: Database, scene: Scene, source: str) -> None:
    table, where = BODIES[source]
    column = "digest_sealed" if table == "digests" else "body_sealed"
    used = tables.metadata.tables[table]
    with database.reading() as work:
        stolen = work.connection.execute(select(used.c[column]).filter_by(**where(scene))).scalar_one()
    here = {"id": scene.records[0], "compartment": CORE}
    _harm(database, tables.records, "body_sealed", here, lambda _: stolen)
    with database.reading() as work:
        stored = work.records.read(scene.vault, scene.records[0])
    assert stored is not None
    assert stored.broken == {CORE}
    assert stored.value == replace(VALUE, region="")


def test_an_old_version_put_back_with_its_number_is_named_and_not_shown(
    database: Database, author: Writer, scene: Scene
) -> None:
    """The body opens; what the compartment consists of tells that it is not the newest."""
    here = {"id": scene.records[0], "compartment": CORE}
    with database.writing() as work:
        old = work.connection.execute(select(tables.record_history).filter_by(**here)).one()
        values = {"body_sealed": old.body_sealed, "version": old.version}
        work.connection.execute(update(tables.records).filter_by(**here).values(**values))
    with database.reading() as work:
        stored = work.records.read(scene.vault, scene.records[0])
    assert stored is not None
    assert stored.versions[CORE] == 1
    assert stored.broken == {CORE}
    assert [(doubt.compartment, doubt.what) for doubt in stored.doubts] == [(CORE, OLD)]
    assert stored.value == replace(VALUE, region="")


@pytest.mark.parametrize("column", ["version", "epoch", "vault_id"])
def test_a_body_whose_row_was_altered_does_not_open(database: Database, scene: Scene, column: str) -> None:
    new = {"version": 7, "epoch": 2, "vault_id": scene.other.id}[column]
    with database.writing() as work:
        here = {"id": scene.records[0], "compartment": CORE}
        work.connection.execute(update(tables.records).filter_by(**here).values(**{column: new}))
    with database.reading() as work:
        stored = work.records.read(scene.vault, scene.records[0])
    assert stored is not None
    assert stored.broken | stored.closed == {CORE}
    assert stored.value == replace(VALUE, region="")


def test_once_the_harm_is_accepted_a_broken_part_can_be_entered_again_and_it_stays_in_the_history(
    database: Database, author: Writer, scene: Scene
) -> None:
    record = scene.records[0]
    _harm(database, tables.records, "body_sealed", {"id": record, "compartment": IDENTITY}, lambda _: b"harm")
    with database.writing() as work:
        stored = work.records.read(scene.vault, record)
        assert stored is not None
        work.records.update(scene.vault, author, record, stored.value, stored.versions, TODAY)
        assert work.records.history(scene.vault, record, IDENTITY) == [], "what could not be read was not overwritten"
        again = replace(stored.value, title="title")
    with pytest.raises(NotAsLeft), database.writing() as work:
        work.records.update(scene.vault, author, record, again, stored.versions, TODAY)
    with database.writing() as work:
        work.records.accept(scene.vault)
    with database.writing() as work:
        work.records.update(scene.vault, author, record, again, stored.versions, TODAY)
    with database.reading() as work:
        healed = work.records.read(scene.vault, record)
        (past,) = work.records.history(scene.vault, record, IDENTITY)
    assert healed is not None
    assert (healed.value, healed.broken) == (VALUE, frozenset())
    assert past.value is None


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_access_row_or_trend_fact_does_not_open_and_the_others_do(
    database: Database, make_vault, harm: str
) -> None:
    case, trends = make_vault(database), make_vault(database, "trends")
    names = [random(16).hex() for _ in range(2)]
    with database.writing() as work:
        for name in names:
            work.access.add(
                vault_id=case.id, compartment=CORE, public=case.keys[CORE][1].public, epoch=1, row_id=name, body=WHO
            )
            work.trends.add(
                vault_id=trends.id,
                public=trends.keys[FACTS][1].public,
                epoch=1,
                row_id=name,
                body=b"fact",
                position=0,
            )
    for table, column in ((tables.access_rows, "row_sealed"), (tables.trend_facts, "fact_sealed")):
        change = HARM[harm] if harm != "the other envelope" else lambda sealed, _: b"\x01" + sealed[1:]
        _harm(database, table, column, {"id": names[0]}, lambda sealed, change=change: change(sealed, Random(4)))
    with database.reading() as work:
        assert {row.id: row.body for row in work.access.of(case)} == {names[0]: None, names[1]: WHO}
        facts = {fact.id: fact.body for fact in work.trends.all(trends)}
        assert facts == {names[0]: None, names[1]: b"fact"}
        assert not work.trends.whole()


FactRow = dict[str, Any]
PLANTED = {"id": "ab" * 16}
# What somebody makes of two facts, and which of them still count.
FACT_ROWS: dict[str, tuple[Callable[[list[FactRow], bytes], list[FactRow]], list[int]]] = {
    "planted without a tag": (lambda rows, own: [*rows, rows[0] | PLANTED | {"fact_sealed": own, "tag": b""}], [1, 2]),
    "planted with another's tag": (lambda rows, own: [*rows, rows[0] | PLANTED | {"fact_sealed": own}], [1, 2]),
    "the same once more": (lambda rows, _: [*rows, rows[0] | PLANTED], [1, 2]),
    "exchanged": (lambda rows, _: [rows[0] | {"id": rows[1]["id"]}, rows[1] | {"id": rows[0]["id"]}], []),
    "put in the place of one": (lambda rows, own: [rows[0] | {"fact_sealed": own}, rows[1]], [2]),
    "of another generation": (lambda rows, _: [rows[0] | {"generation": "bb" * 8}, rows[1]], [2]),
    "of another epoch": (lambda rows, _: [rows[0] | {"epoch": 2}, rows[1]], [2]),
    "withheld": (lambda rows, _: rows[:1], [1]),
    "all withheld": (lambda rows, _: [], []),
}


@pytest.mark.parametrize("change", FACT_ROWS)
def test_a_fact_that_this_server_did_not_enter_is_not_counted(database: Database, make_vault, change: str) -> None:
    """Whoever writes the database can seal to the desk; the tag is under a key that the database does not have."""
    trends = make_vault(database, "trends")
    public = trends.keys[FACTS][1].public
    trends = replace(trends, keys={FACTS: {1: trends.keys[FACTS][1], 2: trends.keys[FACTS][1]}})
    with database.writing() as work:
        for number in (1, 2):
            work.trends.add(
                vault_id=trends.id, public=public, epoch=1, row_id=f"{number:032x}", body=b"own", position=0
            )
    place = SealedPlace(
        org=database.org,
        vault=bytes.fromhex(trends.id),
        table="trend_facts",
        row=bytes.fromhex("ab" * 16),
        compartment=FACTS,
        epoch=1,
        version=0,
    )
    with database.writing() as work:
        rows = [dict(row) for row in work.connection.execute(select(tables.trend_facts)).mappings()]
        rows.sort(key=lambda row: row["id"])
        work.connection.execute(delete(tables.trend_facts))
        harm, counted = FACT_ROWS[change]
        for row in harm(rows, seal_to(public, place, b"planted")):
            work.connection.execute(insert(tables.trend_facts), row)
    with database.reading() as work:
        assert not work.trends.whole()
        read = [(int(fact.id, 16), fact.body) for fact in work.trends.all(trends) if fact.body is not None]
        assert read == [(number, b"own") for number in counted]


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_log_entry_or_log_key_does_not_open(database: Database, make_vault, harm: str) -> None:
    vault = make_vault(database, "log")
    at, key, key_id = LogVault(org=ORG, vault=vault.raw_id), Secret(random(32)), random(16)
    details = vault.keys[DETAILS][1]
    bodies = [entry_body(b"who did what", org=ORG, key=key_id, counter=n, by=None) for n in (1, 2)]
    entries = [log_sealing.seal_entry(body, at=at, key=key) for body in bodies]
    with database.writing() as work:
        sealed = log_sealing.seal_key(key, key_id, at=at, public=details.public, epoch=1)
        work.log.add_key(LogKeyRow(id=key_id.hex(), day=TODAY, epoch=1, key_sealed=sealed))
        work.log.append([LogEntry(day=TODAY, klass="read", sealed=entry) for entry in entries])
    with database.reading() as work:
        (saved,) = work.log.keys()
        opened = log_sealing.open_key(saved.key_sealed, key_id, at=at, seed=details.seed, epoch=saved.epoch)
        assert [log_sealing.open_entry(row.sealed, at=at, key=opened) for row in work.log.rows()] == bodies
        assert {log_sealing.key_of(row.sealed) for row in work.log.rows()} == {key_id.hex()}
    for harmed in (HARM[harm](entries[0], Random(5)), entries[0][:20] + entries[1][20:]):
        with pytest.raises(CryptoError):
            log_sealing.open_entry(harmed, at=at, key=key)
    change = HARM[harm] if harm != "the other envelope" else lambda sealed, _: b"\x01" + sealed[1:]
    with pytest.raises(CryptoError):
        log_sealing.open_key(change(sealed, Random(6)), key_id, at=at, seed=details.seed, epoch=1)
    with pytest.raises(CryptoError):
        log_sealing.open_key(sealed, random(16), at=at, seed=details.seed, epoch=1)


def test_every_sealed_column_is_an_envelope_of_one_of_the_two_kinds(database: Database, scene: Scene) -> None:
    place = SealedPlace(org=ORG, vault=scene.vault.raw_id, table="t", row=bytes(16), compartment="", epoch=0, version=0)
    key = scene.vault.keys[CORE][1]
    assert unseal(key.envelope, place, seal(key.envelope, place, b"x")) == b"x"
    starts = {seal(key.envelope, place, b"x")[:1], seal_to(key.public, place, b"x")[:1]}
    sealed = [name for name, rests in classification().items() if rests == columns.SEALED]
    with database.reading() as work:
        for name in sealed:
            table, _, column = name.partition(".")
            for value in work.connection.scalars(select(tables.metadata.tables[table].c[column])):
                assert value[:1] in starts or (name, value) == ("log.entry_sealed", b""), name
                assert b"title" not in value
                assert b"kz-akt" not in value
