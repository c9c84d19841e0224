"""`check` without any key: a damaged file, rows that do not fit one another, an index that says what nobody signed."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hrd_backups import keep_photo
from hrd_rows import WITHHELD, Harm, Outside
from hrd_world import World
from sqlalchemy import Column, Connection, LargeBinary, Table, delete, literal, select, type_coerce, update

from hrd_cases.crypto.core.primitives import HASH_LENGTH
from hrd_cases.services.casework import people
from hrd_cases.services.deletion import deleting, erasing
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.install import health
from hrd_cases.services.team import member_removal
from hrd_cases.store import tables
from hrd_cases.store.columns import Ciphertext
from hrd_cases.store.invariants import Invariants


def _wrong(world: World) -> dict[str, str]:
    result = health.whole(world.runtime, world.now, lambda _: None)
    return {item.name: item.text for item in result if not item.right}


def test_an_organisation_that_works_is_whole(world: World) -> None:
    assert _wrong(world) == {}


def _card(connection: Connection, world: World) -> None:
    connection.execute(update(tables.digests).filter_by(vault_id=world.strike.case, compartment="core").values(epoch=9))


def _texts(connection: Connection, world: World) -> None:
    row = {"vault_id": world.strike.case, "compartment": "identity"}
    connection.execute(update(tables.text_packs).filter_by(**row).values(epoch=9))


def _body(connection: Connection, world: World) -> None:
    connection.execute(delete(tables.records).filter_by(id=world.strike.records["incident"], compartment="core"))


def _version(connection: Connection, world: World) -> None:
    row = {"id": world.strike.records["note"], "compartment": "identity"}
    connection.execute(update(tables.records).filter_by(**row).values(version=3))


def _list(connection: Connection, world: World) -> None:
    connection.execute(delete(tables.manifests).filter_by(vault_id=world.strike.case, compartment="source"))


def _recovery(connection: Connection, world: World) -> None:
    row = {"vault_id": world.strike.case, "member": "recovery", "compartment": "core"}
    connection.execute(delete(tables.grants).filter_by(**row))


def _epoch(connection: Connection, world: World) -> None:
    row = {"id": world.strike.case, "compartment": "core"}
    connection.execute(update(tables.records).filter_by(**row).values(epoch=4))


def _marks(connection: Connection, _: World) -> None:
    connection.execute(update(tables.log).values({tables.log.c.mark: None}))


ROWS: dict[str, tuple[Callable[[Connection, World], None], str]] = {
    "a digest under another key": (_card, "is shown in lists under another key than the newest"),
    "a text pack under another key": (_texts, "is found by search under another key than the newest"),
    "a record taken away": (_body, "has not as many records as when it was last written to"),
    "a version that has no history": (_version, "earlier versions that are not all there"),
    "a part without its list": (_list, "has no list of what it consists of"),
    "a key that recovery cannot open": (_recovery, "is not wrapped for the recovery key"),
    "a key that no header names": (_epoch, "is encrypted with a key that no header names"),
    "marks gone from the log": (_marks, "has fewer marks in the log"),
}


@pytest.mark.parametrize("harm", ROWS)
def test_rows_that_do_not_fit_are_named(sqlite_world: World, harm: str) -> None:
    change, text = ROWS[harm]
    with sqlite_world.runtime.database.writing() as work:
        change(work.connection, sqlite_world)
    assert text in _wrong(sqlite_world)["rows"]


def test_an_index_that_nobody_signed_is_named(sqlite_world: World) -> None:
    world = sqlite_world
    with world.runtime.database.writing() as work:
        row = {"vault_id": world.strike.case, "compartment": "core", "member": world.people["external"].fingerprint}
        work.connection.execute(update(tables.memberships).filter_by(**row).values(member="ab" * 32))
    assert world.strike.case in _wrong(world)["members"]


def test_an_emptied_index_is_named(sqlite_world: World) -> None:
    world = sqlite_world
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.memberships).filter_by(vault_id=world.strike.case, compartment="source"))
    assert world.strike.case in _wrong(world)["members"]


def test_who_left_a_case_is_no_finding(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("external") as ctx:
        member_removal.leave(ctx, world.strike.case)
    with world.runtime.database.reading() as work:
        assert list(work.leavings.of([world.strike.case]))
    assert _wrong(world) == {}


def test_a_person_whose_other_case_was_deleted_is_no_finding(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        people.link(ctx, world.strike.person, world.granted["lead"].case)
    with world.writing("anna") as ctx:
        deleting.ask(ctx, DeletionTarget(vault=world.strike.case), "The family asked for it")
    with world.writing("lana") as ctx:
        files = deleting.confirm(ctx, DeletionTarget(vault=world.strike.case), sure=True)
    erasing.finish(world.runtime, world.session("lana"), world.now, files)
    with world.runtime.database.reading() as work:
        assert work.keys.vault(world.strike.person) is not None
    assert _wrong(world) == {}


@pytest.mark.parametrize("kind", ["case", "person"])
def test_a_damaged_header_is_named_and_the_rest_is_looked_at(sqlite_world: World, kind: str) -> None:
    world = sqlite_world
    vault = world.strike.case if kind == "case" else world.strike.person
    with world.runtime.database.writing() as work:
        row = {"vault_id": vault, "compartment": "core" if kind == "case" else "identity"}
        for body in work.connection.scalars(select(tables.headers.c.body).filter_by(**row)).all():
            changed = bytes([body[0] ^ 1]) + body[1:]
            work.connection.execute(update(tables.headers).filter_by(body=body, **row).values(body=changed))
        other = {"vault_id": world.own.case, "compartment": "core"}
        work.connection.execute(delete(tables.memberships).filter_by(**other))
    wrong = _wrong(world)
    assert vault in wrong["headers"]
    assert world.own.case in wrong["members"]


def test_a_damaged_file_is_named(make_world: Callable[[str], World]) -> None:
    world = make_world("sqlite")
    world.runtime.database.settle()
    world.runtime.database.close()
    path = world.url.removeprefix("sqlite:///")
    with open(path, "r+b") as file:
        size = file.seek(0, 2)
        for page in range(5, size // 4096, 3):
            file.seek(page * 4096)
            file.write(bytes(64))
    assert world.runtime.database.damage()
    assert [item.name for item in health.whole(world.runtime, world.now, print) if not item.right] == ["database"]


def test_a_row_that_names_one_which_is_not_there_is_named(world: World) -> None:
    outside = Outside(world)
    table = tables.vaults
    (own,) = [row for row in outside.rows[table.name] if row["id"] == world.own.case]
    assert outside.do(Harm(table.name, WITHHELD, (own,), ()))
    result = health.whole(world.runtime, world.now, print)
    named = [item.values.get("what") for item in result if not item.right]
    assert f"{tables.grants.name} names a row of {table.name} that is not there" in named


def test_every_flipped_byte_of_a_file_of_evidence_is_named(make_world: Callable[[str], World]) -> None:
    """Of the same length: a disk that loses bits."""
    world = make_world("sqlite")
    keep_photo(world)
    assert "evidence" not in _wrong(world)
    blob = next(world.runtime.blobs.ids())
    path = next((world.folder / "evidence").rglob(f"{blob[:2]}/{blob[2:4]}/{blob}"))
    whole = path.read_bytes()
    for at in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert blob in _wrong(world)["evidence"]
    path.write_bytes(whole)
    assert "evidence" not in _wrong(world)


class Undone(Exception):
    """The transaction is to leave nothing behind."""


SEALED = [
    (table, part)
    for table in tables.metadata.sorted_tables
    for part in table.columns
    if isinstance(part.type, Ciphertext)
]


@pytest.mark.parametrize(("table", "part"), SEALED, ids=[f"{table.name}.{part.name}" for table, part in SEALED])
def test_a_flipped_byte_of_whatever_is_sealed_is_named(world: World, table: Table, part: Column[object]) -> None:
    """A card, a body, an earlier version, a key: what no index and no other rule would show."""
    stored, first = type_coerce(part, LargeBinary), next(iter(table.primary_key))
    with suppress(Undone), world.runtime.database.writing() as work:
        connection = work.connection
        row = connection.execute(select(stored, first).where(part.is_not(None)).limit(1)).first()
        if row is None:
            pytest.skip("nothing of it in this organisation")
        value = bytes(row[0])
        here = update(table).where(first == row[1], stored == value)
        for at in (0, HASH_LENGTH, len(value) // 2, len(value) - 1):
            flipped = value[:at] + bytes([value[at] ^ 4]) + value[at + 1 :]
            connection.execute(here.values({part: literal(flipped, LargeBinary)}))
            found = [line for broken in Invariants(connection).broken() for line in broken.rows]
            back = update(table).where(first == row[1], stored == flipped)
            connection.execute(back.values({part: literal(value, LargeBinary)}))
            assert any(line.startswith(f"{table.name}.{part.name} ") for line in found), at
        raise Undone


def test_a_flipped_byte_is_a_finding_of_the_check(sqlite_world: World) -> None:
    stored = type_coerce(tables.records.c.body_sealed, LargeBinary)
    row = (tables.records.c.id == sqlite_world.strike.case, tables.records.c.compartment == "core")
    with sqlite_world.runtime.database.writing() as work:
        value = bytes(work.connection.execute(select(stored).where(*row)).scalar_one())
        flipped = value[:-1] + bytes([value[-1] ^ 1])
        changed = update(tables.records).where(*row).values(body_sealed=literal(flipped, LargeBinary))
        work.connection.execute(changed)
    found = _wrong(sqlite_world)["rows"]
    assert f"records.body_sealed {sqlite_world.strike.case} core" in found
