"""Promises P6 and P7: what somebody takes away, puts back or exchanges in the database is named when it is looked at.

Catalogue of attacks 22 and 27. Each mutation is done in a transaction of its own to a vault that was worked in; it must
be named by examining the vault, by reading the record or by asking for its history, and by nothing while undone.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hrd_databases import Databases
from hrd_log import tags
from sqlalchemy import Connection, Table, delete, insert, select, update

from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.manifests import HEAD
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.errors import Changed, Forbidden
from hrd_cases.domain.incidents import Incident, InformationSource
from hrd_cases.domain.vaults import CORE, IDENTITY, PRIVILEGED, SOURCE
from hrd_cases.store import manifest_changes, manifest_marks, tables
from hrd_cases.store.connections import begin_to_write
from hrd_cases.store.doubts import ADDED, ALTERED, EXCHANGED, GONE, MISSING, OLD, PUT_BACK, Doubt, NotAsLeft
from hrd_cases.store.log import LogEntry
from hrd_cases.store.manifest_marks import Own
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Records, Writer
from hrd_cases.store.work import Database

ORG = bytes(range(16))
OWN = Own(lambda: None, lambda _row: True)  # nobody signs, and whatever rests in the log was entered by this server
TODAY = date(2026, 11, 22)
PARTS = (CORE, IDENTITY, SOURCE)
KEPT = (tables.records, tables.digests, tables.text_packs, tables.record_history, tables.manifests)
ROWS = list[dict[str, Any]]


def value(text: str) -> Incident:
    """An incident with answers in every part."""
    return Incident(title=text, region=text, sources=(InformationSource(who=text),))


@dataclass
class Scene:
    """A vault with three records, one of them changed twice, a fourth removed; and its rows after each step."""

    database: Database
    vault: OpenVault
    author: Writer
    first: str
    second: str
    third: str
    removed: str
    steps: list[dict[str, ROWS]] = field(default_factory=list)

    def rows(self, step: int, table: Table, **where: Any) -> ROWS:
        """Rows of a table as they were after a step."""
        return [
            row
            for row in self.steps[step][table.name]
            if all(row[name] == requested for name, requested in where.items())
        ]

    @contextmanager
    def harmed(self, harm: Callable[["Scene", Connection], None]) -> Iterator[Records]:
        """The database with one change, undone afterwards."""
        with self.database.engine.connect() as connection:
            begin_to_write(connection)
            try:
                harm(self, connection)
                yield Records(connection, ORG, OWN)
            finally:
                connection.rollback()


def _scene(database: Database, author: Writer, make_vault: Callable[..., OpenVault]) -> Scene:
    first, second, third, removed = (random(16).hex() for _ in range(4))
    created = Scene(database, make_vault(database), author, first, second, third, removed)

    def step(do: Callable[[Records], Any]) -> None:
        with database.writing() as work:
            do(work.records)
        with database.reading() as work:
            created.steps.append({table.name: _all(work.connection, table) for table in KEPT})

    for item in (first, second, third, removed):
        step(lambda records, entry=item: records.add(created.vault, author, entry, value(f"first {entry}"), TODAY))
    for text in ("second", "third"):
        step(lambda records, text=text: _change(records, created, first, text))
    step(lambda records: _change(records, created, second, "second"))
    step(lambda records: records.remove(created.vault, removed))
    return created


@pytest.fixture
def scene(database: Database, author: Writer, make_vault: Callable[..., OpenVault]) -> Scene:
    """One of this test's own, which it may write to."""
    return _scene(database, author, make_vault)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_scene(
    request: pytest.FixtureRequest,
    databases: Databases,
    prepare_database: Callable[[str], None],
    author: Writer,
    make_vault: Callable[..., OpenVault],
) -> Iterator[Scene]:
    """One for all tests that harm it and undo that: none of them commits."""
    url = databases.fresh(request.param, prepare_database)
    database = Database(url, ORG, tags(ORG))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_changes, "MOST_IN_HEAD", 2)  # what is harmed are buckets too
        created = _scene(database, author, make_vault)
    yield created
    with database.reading() as work:
        assert named(work.records, created) == [], "every harm was undone"
    database.close()
    databases.drop(url)


def _change(records: Records, scene: Scene, record: str, text: str) -> None:
    stored = records.read(scene.vault, record)
    assert stored is not None
    records.update(scene.vault, scene.author, record, value(text), stored.versions, TODAY)


def _all(connection: Connection, table: Table) -> ROWS:
    return [
        {column.name: row._mapping[column] for column in table.columns} for row in connection.execute(select(table))
    ]


def _here(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]


def _put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    connection.execute(delete(table).where(*_here(table, row)))
    connection.execute(insert(table).values({table.c[name]: requested for name, requested in row.items()}))


def named(records: Records, scene: Scene) -> list[tuple[str, str, str]]:
    """Everything that is named as not as its last writer left it: (record, part, what)."""
    result = [(doubt.record, doubt.compartment, doubt.what) for doubt in records.examine(scene.vault)[1]]
    for record in (scene.first, scene.second, scene.third, scene.removed):
        stored = records.read(scene.vault, record)
        if stored is not None:
            result += [(doubt.record, doubt.compartment, doubt.what) for doubt in stored.doubts]
            # What does not open, and whose rows say another key or vault, is named too.
            result += [(record, part, "broken") for part in stored.broken]
        result += [(record, part, "history") for part in PARTS if not records.history_whole(scene.vault, record, part)]
    return result


# --- mutations with a name: what they do, and how it must be called ------------------------------------------------


def _old_body(step: int) -> Callable[[str], Callable[[Scene, Connection], None]]:
    def of(part: str) -> Callable[[Scene, Connection], None]:
        def harm(scene: Scene, connection: Connection) -> None:
            (row,) = scene.rows(step, tables.records, id=scene.first, compartment=part)
            _put(connection, tables.records, row)

        return harm

    return of


def _in_table(table: Table, record: str, act: str) -> Callable[[str], Callable[[Scene, Connection], None]]:
    """Delete, put back or take from another record a row of a table."""

    def of(part: str) -> Callable[[Scene, Connection], None]:
        def harm(scene: Scene, connection: Connection) -> None:
            name = getattr(scene, record)
            if act == "delete":
                connection.execute(delete(table).where(table.c.id == name, table.c.compartment == part))
            elif act == "put back":
                (row,) = scene.rows(3, table, id=name, compartment=part)
                _put(connection, table, row)
            else:
                (row,) = scene.rows(-1, table, id=scene.third, compartment=part)
                _put(connection, table, {**row, "id": name})

        return harm

    return of


def _digest(act: str) -> Callable[[str], Callable[[Scene, Connection], None]]:
    """Delete or alter what lists show of a part, or put another part's in its place."""

    def of(part: str) -> Callable[[Scene, Connection], None]:
        def harm(scene: Scene, connection: Connection) -> None:
            (row,) = scene.rows(-1, tables.digests, compartment=part)
            (other,) = scene.rows(-1, tables.digests, compartment=IDENTITY if part == CORE else CORE)
            if act == "delete":
                connection.execute(delete(tables.digests).where(tables.digests.c.compartment == part))
            elif act == "alter":
                sealed = row["digest_sealed"]
                _put(connection, tables.digests, {**row, "digest_sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])})
            else:
                _put(connection, tables.digests, {**row, "digest_sealed": other["digest_sealed"]})

        return harm

    return of


def _whole_record(part: str) -> Callable[[Scene, Connection], None]:
    def harm(scene: Scene, connection: Connection) -> None:
        for table in (tables.records, tables.record_history):
            connection.execute(delete(table).where(table.c.id == scene.first, table.c.compartment == part))

    return harm


def _back_to(step: int, *saved: Table) -> Callable[[str], Callable[[Scene, Connection], None]]:
    """All rows of a part as they were after a step."""

    def of(part: str) -> Callable[[Scene, Connection], None]:
        def harm(scene: Scene, connection: Connection) -> None:
            for table in saved:
                connection.execute(delete(table).where(table.c.compartment == part))
                for row in scene.rows(step, table, compartment=part):
                    _put(connection, table, row)

        return harm

    return of


def _manifest(act: str) -> Callable[[str], Callable[[Scene, Connection], None]]:
    table = tables.manifests

    def of(part: str) -> Callable[[Scene, Connection], None]:
        def harm(scene: Scene, connection: Connection) -> None:
            mine = table.c.compartment == part
            if act == "gone":
                connection.execute(delete(table).where(mine))
            elif act == "head gone":
                connection.execute(delete(table).where(mine, table.c.bucket == HEAD))
            elif act == "buckets gone":
                connection.execute(delete(table).where(mine, table.c.bucket != HEAD))
            elif act == "head altered":
                connection.execute(
                    update(table).where(mine, table.c.bucket == HEAD).values(manifest_sealed=random(400))
                )
            elif act == "buckets altered":
                connection.execute(
                    update(table).where(mine, table.c.bucket != HEAD).values(manifest_sealed=random(400))
                )
            elif act == "another part's":
                other = next(name for name in PARTS if name != part)
                connection.execute(delete(table).where(mine))
                for row in scene.rows(-1, table, compartment=other):
                    _put(connection, table, {**row, "compartment": part})
            else:
                column = {"number up": "number", "epoch down": "epoch"}[act]
                step = 1 if column == "number" else -1
                connection.execute(update(table).where(mine).values({column: table.c[column] + step}))

        return harm

    return of


def _history(act: str, version: int) -> Callable[[str], Callable[[Scene, Connection], None]]:
    table = tables.record_history

    def of(part: str) -> Callable[[Scene, Connection], None]:
        def harm(scene: Scene, connection: Connection) -> None:
            (row,) = scene.rows(-1, table, id=scene.first, compartment=part, version=version)
            if act == "delete":
                connection.execute(delete(table).where(*_here(table, row)))
            elif act == "altered":
                _put(connection, table, {**row, "body_sealed": row["body_sealed"][:-1] + b"\0"})
            elif act == "added":
                _put(connection, table, {**row, "version": 7})
            else:
                (other,) = scene.rows(-1, table, id=scene.second, compartment=part, version=1)
                _put(connection, table, {**row, "body_sealed": other["body_sealed"]})

        return harm

    return of


def _emptied(part: str) -> Callable[[Scene, Connection], None]:
    def harm(_scene: Scene, connection: Connection) -> None:
        for table in KEPT:
            connection.execute(delete(table).where(table.c.compartment == part))

    return harm


NAMED: dict[str, tuple[Callable[[str], Callable[[Scene, Connection], None]], str]] = {
    "the first version put back with its number": (_old_body(3), OLD),
    "the second version put back with its number": (_old_body(4), OLD),
    "a row deleted": (_in_table(tables.records, "first", "delete"), MISSING),
    "a record deleted with its history": (_whole_record, MISSING),
    "a deleted row put back": (_in_table(tables.records, "removed", "put back"), ADDED),
    "another record's row": (_in_table(tables.records, "first", "exchange"), OLD),
    "another record's row in the place of one as old": (_in_table(tables.records, "second", "exchange"), OLD),
    "all rows as they were": (_back_to(4, tables.records, tables.digests, tables.record_history), OLD),
    "the part as it was one change ago": (_back_to(-2, *KEPT), PUT_BACK),
    "the part as it was two changes ago": (_back_to(-3, *KEPT), PUT_BACK),
    "the part as it was after its first record": (_back_to(0, *KEPT), PUT_BACK),
    "the part as if never written": (_emptied, GONE),
    "only the list as it was one change ago": (_back_to(-2, tables.manifests), PUT_BACK),
    "only the list as it was at first": (_back_to(0, tables.manifests), PUT_BACK),
    "the list gone": (_manifest("gone"), GONE),
    "the list's head gone": (_manifest("head gone"), GONE),
    "the list's buckets gone": (_manifest("buckets gone"), ALTERED),
    "the list's head altered": (_manifest("head altered"), ALTERED),
    "the list's buckets altered": (_manifest("buckets altered"), ALTERED),
    "another part's list": (_manifest("another part's"), ALTERED),
    "the list said to be newer": (_manifest("number up"), ALTERED),
    "the list said to be under an older key": (_manifest("epoch down"), PUT_BACK),
    "the first old version deleted": (_history("delete", 1), "history"),
    "the second old version deleted": (_history("delete", 2), "history"),
    "an old version altered": (_history("altered", 1), "history"),
    "an old version made up": (_history("added", 1), "history"),
    "another record's old version": (_history("exchanged", 1), "history"),
}
CARDS: dict[str, tuple[Callable[[str], Callable[[Scene, Connection], None]], str]] = {
    "an old digest with its number": (_back_to(3, tables.digests), EXCHANGED),
    "an old digest that has a removed record": (_back_to(3, tables.digests), ADDED),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("mutation", NAMED)
def test_what_was_put_back_taken_away_or_exchanged_is_named(kept_scene: Scene, mutation: str, part: str) -> None:
    make, what = NAMED[mutation]
    with kept_scene.harmed(make(part)) as records:
        result = named(records, kept_scene)
        assert (part, what) in {(place, content) for _, place, content in result}
        assert {place for _, place, _ in result} == {part}, "the other parts are told to be whole"
    with kept_scene.harmed(lambda *_: None) as records:
        assert named(records, kept_scene) == []


def _pack_gone(part: str) -> Callable[[Scene, Connection], None]:
    def harm(_scene: Scene, connection: Connection) -> None:
        connection.execute(delete(tables.text_packs).where(tables.text_packs.c.compartment == part))

    return harm


PACKS: dict[str, tuple[Callable[[str], Callable[[Scene, Connection], None]], str]] = {
    "an old text pack with its number": (_back_to(3, tables.text_packs), ALTERED),
    "the text pack taken away": (_pack_gone, GONE),
}


@pytest.mark.parametrize("part", [IDENTITY, SOURCE])
@pytest.mark.parametrize("mutation", PACKS)
def test_what_search_finds_is_compared_too_and_made_anew_by_the_lead(
    kept_scene: Scene, mutation: str, part: str
) -> None:
    make, what = PACKS[mutation]
    with kept_scene.harmed(make(part)) as records:
        assert records.examine(kept_scene.vault)[1] == (Doubt(compartment=part, what=what, card=True),)
        records.accept(kept_scene.vault)
        assert records.examine(kept_scene.vault)[1] == ()
        ((_, packs),) = records.texts([kept_scene.vault])
        assert {record for pack in packs for record in pack} == {kept_scene.first, kept_scene.second, kept_scene.third}


@pytest.mark.parametrize("part", [CORE, IDENTITY])
@pytest.mark.parametrize("mutation", CARDS)
def test_what_lists_show_is_compared_too(kept_scene: Scene, mutation: str, part: str) -> None:
    make, what = CARDS[mutation]
    with kept_scene.harmed(make(part)) as records:
        visible, doubts = records.examine(kept_scene.vault)
        assert (part, what, True) in {(doubt.compartment, doubt.what, doubt.card) for doubt in doubts}
        wrong = {doubt.record for doubt in doubts if doubt.card}
        content = {CORE: "region", IDENTITY: "title"}[part]
        assert not any(getattr(item.value, content, "") for item in visible if item.id in wrong)


@pytest.mark.parametrize("part", [CORE, IDENTITY])
@pytest.mark.parametrize(("act", "what"), [("delete", GONE), ("alter", ALTERED), ("exchange", ALTERED)])
def test_a_digest_that_does_not_open_is_named_and_the_list_is_made_from_the_records(
    kept_scene: Scene, act: str, what: str, part: str
) -> None:
    with kept_scene.harmed(lambda *_: None) as records:
        before = records.examine(kept_scene.vault)[0]
    with kept_scene.harmed(_digest(act)(part)) as records:
        visible, doubts = records.examine(kept_scene.vault)
        assert doubts == (Doubt(compartment=part, what=what, card=True),)
        assert visible == before
        if act != "delete":
            assert records.cards([kept_scene.vault]) == before
        stored = records.read(kept_scene.vault, kept_scene.first)
        assert stored is not None
        _write_over(records, kept_scene, stored.versions)
        assert records.examine(kept_scene.vault)[1] == (), "the next who writes seals it anew"


@pytest.mark.parametrize("seed", range(60))
def test_rows_put_back_deleted_or_exchanged_at_random_are_named(kept_scene: Scene, seed: int) -> None:
    dice = Random(seed)

    def harm(scene: Scene, connection: Connection) -> None:
        table = dice.choice(KEPT)
        rows = scene.rows(-1, table)
        row = dice.choice(rows)
        older = [
            old
            for step in range(len(scene.steps) - 1)
            for old in scene.rows(step, table)
            if old not in rows and all(old[part.name] == row[part.name] for part in table.primary_key)
        ]
        column = next(name for name in row if name.endswith("_sealed"))
        if older and dice.random() < 0.5:
            _put(connection, table, dice.choice(older))
        elif dice.random() < 0.5:
            connection.execute(delete(table).where(*_here(table, row)))
        else:
            other = dice.choice([item for item in rows if item[column] != row[column]])
            _put(connection, table, {**row, column: other[column]})

    with kept_scene.harmed(harm) as records:
        assert named(records, kept_scene)


# --- writing over what was changed, new keys, and going on ------------------------------------------------------------


def _write_over(records: Records, scene: Scene, versions: Mapping[str, int]) -> None:
    records.update(scene.vault, scene.author, scene.first, value("over it"), versions, TODAY)
    records.marks()


@pytest.mark.parametrize(
    "mutation", ["the first version put back with its number", "the part as it was one change ago"]
)
def test_nothing_is_saved_over_what_was_put_back(kept_scene: Scene, mutation: str) -> None:
    harm = NAMED[mutation][0](CORE)
    with kept_scene.harmed(harm) as records:
        stored = records.read(kept_scene.vault, kept_scene.first)
        assert stored is not None
        with pytest.raises(NotAsLeft):
            _write_over(records, kept_scene, stored.versions)


def test_a_record_taken_away_is_named_when_its_address_is_opened(kept_scene: Scene) -> None:
    def harm(scene: Scene, connection: Connection) -> None:
        for table in (tables.records, tables.record_history):
            connection.execute(delete(table).where(table.c.id == scene.first))

    with kept_scene.harmed(harm) as records:
        stored = records.read(kept_scene.vault, kept_scene.first)
        assert stored is not None
        assert stored.broken == set(PARTS)
        assert {doubt.what for doubt in stored.doubts} == {MISSING}
        (used,) = [record for record in records.all(kept_scene.vault) if record.doubts]
        assert used.id == kept_scene.first


def test_a_record_that_was_never_there_is_not_named(scene: Scene) -> None:
    with scene.database.reading() as work:
        assert work.records.read(scene.vault, random(16).hex()) is None


def test_a_reader_of_one_part_is_told_of_that_part(kept_scene: Scene) -> None:
    coded = replace(kept_scene.vault, keys={CORE: kept_scene.vault.keys[CORE]})
    with kept_scene.harmed(NAMED["the list gone"][0](IDENTITY)) as records:
        assert records.examine(coded)[1] == ()
    with kept_scene.harmed(NAMED["the list gone"][0](CORE)) as records:
        assert {doubt.compartment for doubt in records.examine(coded)[1]} == {CORE}


@pytest.mark.parametrize("mutation", ["a row deleted", "the list gone", "the part as it was one change ago"])
def test_the_lead_can_go_on_from_what_is_here(kept_scene: Scene, mutation: str) -> None:
    with kept_scene.harmed(NAMED[mutation][0](CORE)) as records:
        assert named(records, kept_scene)
        records.accept(kept_scene.vault)
        assert named(records, kept_scene) == []
        records.add(kept_scene.vault, kept_scene.author, random(16).hex(), value("after"), TODAY)
        assert named(records, kept_scene) == []


@pytest.mark.parametrize("at_once", [1, 3, 8, 9, 100])
def test_what_is_taken_for_right_is_numbered_behind_all_that_was_written(
    kept_scene: Scene, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_marks, "AT_ONCE", at_once)
    used: dict[str, int] = {}
    newest = select(tables.manifests.c.compartment, tables.manifests.c.number).where(tables.manifests.c.bucket == HEAD)
    with kept_scene.harmed(NAMED["the list gone"][0](CORE)) as records:
        records.accept(kept_scene.vault)
        used.update((row.compartment, row.number) for row in records._connection.execute(newest))
        assert named(records, kept_scene) == []
    assert used == {**dict.fromkeys(PARTS, len(kept_scene.steps) + 1), PRIVILEGED: 1}


def _renewed(scene: Scene) -> OpenVault:
    keys = {name: {**current, 2: CompartmentKey.new()} for name, current in scene.vault.keys.items()}
    return replace(scene.vault, keys=keys)


@pytest.mark.parametrize("part", PARTS)
def test_a_list_that_stands_in_its_head_is_compared_too(scene: Scene, part: str) -> None:
    assert {row["bucket"] for row in scene.rows(-1, tables.manifests)} == {HEAD}
    for mutation, (make, what) in NAMED.items():
        if "buckets" in mutation:
            continue
        with scene.harmed(make(part)) as records:
            result = named(records, scene)
            assert (part, what) in {(place, content) for _, place, content in result}, mutation
            assert {place for _, place, _ in result} == {part}, mutation


def test_a_list_goes_from_its_head_into_buckets_and_back_with_a_new_key(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def places() -> set[bool]:
        with scene.database.reading() as work:
            assert named(work.records, scene) == []
            return {row["bucket"] == HEAD for row in _all(work.connection, tables.manifests)}

    monkeypatch.setattr(manifest_changes, "MOST_IN_HEAD", 4)
    for expected in ({True}, {True, False}):
        with scene.database.writing() as work:
            work.records.add(scene.vault, scene.author, random(16).hex(), value("more"), TODAY)
        assert places() == expected
    monkeypatch.setattr(manifest_changes, "MOST_IN_HEAD", 5)
    with scene.database.writing() as work:
        _change(work.records, scene, scene.first, "fourth")
    assert places() == {True, False}, "what rests in buckets stays there while its key does"
    scene.vault = _renewed(scene)
    with scene.database.writing() as work:
        for part in PARTS:
            work.records.renew(scene.vault, part)
    assert places() == {True}


@pytest.mark.parametrize("limit", [None, 1, 2, 5])
def test_new_keys_take_the_list_along_and_records_follow_in_any_steps(scene: Scene, limit: int | None) -> None:
    newer = _renewed(scene)
    with scene.database.writing() as work:
        for part in PARTS:
            work.records.renew(newer, part)
    scene.vault = newer
    while True:
        with scene.database.writing() as work:
            changed = sum(work.records.reseal(newer, part, limit=limit) for part in PARTS)
        with scene.database.reading() as work:
            assert named(work.records, scene) == []
        if not changed:
            break
    with scene.database.reading() as work:
        only = replace(newer, keys={name: {2: current[2]} for name, current in newer.keys.items()})
        assert named(work.records, replace(scene, vault=only)) == []
        assert len(work.records.all(only)) == 3


def test_the_state_before_new_keys_does_not_pass_for_the_newest_under_the_old_key(scene: Scene) -> None:
    before, newer = scene.vault, _renewed(scene)
    with scene.database.writing() as work:
        for part in PARTS:
            work.records.renew(newer, part)
    for current in (before, newer):
        scene.vault = current
        with scene.harmed(_back_to(-1, *KEPT)(CORE)) as records:
            assert (CORE, PUT_BACK) in {(part, what) for _, part, what in named(records, scene)}


def test_what_was_put_back_is_not_made_right_by_new_keys(kept_scene: Scene) -> None:
    newer = _renewed(kept_scene)
    with kept_scene.harmed(NAMED["the part as it was one change ago"][0](CORE)) as records:
        records.reseal(newer, CORE)
        assert (CORE, PUT_BACK) in {(part, what) for _, part, what in named(records, replace(kept_scene, vault=newer))}
    with kept_scene.harmed(NAMED["the first version put back with its number"][0](CORE)) as records:
        records.reseal(newer, CORE)
        assert (CORE, OLD) in {(part, what) for _, part, what in named(records, replace(kept_scene, vault=newer))}


def test_a_record_is_removed_only_by_who_may_write_every_part_of_it(scene: Scene) -> None:
    less = replace(scene.vault, keys={CORE: scene.vault.keys[CORE]})
    with pytest.raises(Forbidden), scene.database.writing() as work:
        work.records.remove(less, scene.first)
    with scene.database.reading() as work:
        assert named(work.records, scene) == []


def test_marks_tell_a_stranger_nothing_and_stand_in_the_log(scene: Scene) -> None:
    with scene.database.reading() as work:
        marks = [row.mark for row in work.log.rows() if row.mark]
    assert len(marks) == len(set(marks)) == 3 * len(scene.steps)
    assert {len(mark) for mark in marks} == {48}
    assert len({mark[:16] for mark in marks}) == len(marks)


def test_many_writes_of_one_transaction_are_marked_once(database: Database, author: Writer, make_vault) -> None:
    vault = make_vault(database)
    with database.writing() as work:
        for number in range(40):
            work.records.add(vault, author, random(16).hex(), value(str(number)), TODAY)
        marks = work.records.marks()
        assert len(marks) == 3
        work.log.append([LogEntry(day=TODAY, klass="write", mark=mark, sealed=b"told") for mark in marks])
    with database.reading() as work:
        assert len(work.log.rows()) == 3
        visible, doubts = work.records.examine(vault)
    assert (len(visible), doubts) == (40, ())


def test_a_write_that_fails_leaves_no_state_behind(scene: Scene) -> None:
    with pytest.raises(Changed), scene.database.writing() as work:
        work.records.update(scene.vault, scene.author, scene.first, value("x"), {CORE: 1}, TODAY)
    with scene.database.reading() as work:
        assert named(work.records, scene) == []
