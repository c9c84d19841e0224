"""Of a large file the tables of keys are written anew within an act, and the rest at night, where there is room."""

import random
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from shutil import disk_usage

import pytest

from hrd_cases.crypto.core import primitives
from hrd_cases.store import emptying, rewriting, tables
from hrd_cases.store.columns import SEALED
from hrd_cases.store.connections import PAGE
from hrd_cases.store.keys import GrantRow
from hrd_cases.store.settings import REWRITE
from hrd_cases.store.work import Database

VAULT = "ab" * 16
LEFT = bytes(range(120, 184))
LEAF = 10  # the kind of a page of an index that has no others below it
# What rests sealed or wrapped in tables that hold no keys: none of it opens anything else.
CONTENT = {
    *("records", "digests", "text_packs", "record_history", "manifests", "trend_facts", "access_rows", "log"),
    *("sealed_answers", "locked_calls", "kept_forms", "used_forms", "imports", "login_notices", "saved_searches"),
}


@pytest.fixture
def large(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database that counts as large."""
    monkeypatch.setattr(rewriting, "AT_ONCE", 0)
    with sqlite.writing() as work:
        work.keys.add_vault(VAULT, "case")
    return sqlite


def come_and_go(database: Database) -> tuple[list[GrantRow], list[GrantRow]]:
    """Wraps that stay, and wraps that were taken away while others came and pages were split."""
    dice, stay, gone = random.Random(7), list[GrantRow](), list[GrantRow]()
    for step in range(8):
        with database.writing() as work:
            new = [
                GrantRow(
                    vault_id=VAULT,
                    compartment="core",
                    epoch=step * 100 + number,
                    member=primitives.random(32).hex(),
                    wrap=primitives.random(900),
                )
                for number in range(20)
            ]
            work.keys.add_grants(*new)
            stay += new
        dice.shuffle(stay)
        with database.writing() as work:
            for row in stay[:12]:
                assert work.keys.take_grant(row)
            work.settings.rewrite_due()
        gone, stay = gone + stay[:12], stay[12:]
    return stay, gone


def rests(file: Path, row: GrantRow) -> bool:
    """Whether any piece of a wrap is in the file or beside it."""
    data = b"".join(path.read_bytes() for path in file.parent.iterdir())
    return any(row.wrap[at : at + 24] in data for at in range(0, 870, 24))


def test_of_a_large_file_the_keys_are_written_anew_at_once_and_all_of_it_later(
    large: Database, sqlite_file: Path
) -> None:
    stay, gone = come_and_go(large)
    assert rests(sqlite_file, stay[0]), "the scan sees what is there"
    large.rewrite()
    assert not large.rewrite_due
    assert not any(rests(sqlite_file, row) for row in gone)
    with large.reading() as work:
        kept = {(row.epoch, row.member, row.wrap) for row in work.keys.grants_of(VAULT)}
        assert kept == {(row.epoch, row.member, row.wrap) for row in stay}
        assert not work.settings.get(REWRITE)
    with large.writing() as work:
        assert work.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert work.connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
    assert large.compact_due
    assert large.compact()
    assert not large.compact_due
    with large.reading() as work:
        assert work.connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0


def leave_behind(file: Path, table: str, what: bytes) -> None:
    """Put bytes into the free middle of a table's first page, as rows leave them that move to another page."""
    with closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with file.open("r+b") as opened:
        begin = (root - 1) * PAGE
        opened.seek(begin)
        kind, cells, content = struct.unpack(">B2xHH", opened.read(7))
        free = (8 if kind == LEAF else 12) + 2 * cells
        assert content - free > len(what)
        opened.seek(begin + free)
        opened.write(what)


@pytest.mark.parametrize("table", ["grants", "keyrings", "users"])
def test_what_splitting_of_pages_left_beside_rows_goes_with_the_act(
    large: Database, sqlite_file: Path, table: str
) -> None:
    come_and_go(large)
    large.settle()
    leave_behind(sqlite_file, table, LEFT)
    large.settle()
    assert LEFT in sqlite_file.read_bytes()
    large.rewrite()
    assert LEFT not in sqlite_file.read_bytes()


def test_without_room_for_a_second_copy_nothing_is_tried_and_it_stays_due(
    large: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_and_go(large)
    large.rewrite()
    little = disk_usage("/")._replace(free=large.size)
    monkeypatch.setattr(rewriting, "disk_usage", lambda _: little)
    with pytest.raises(ValueError, match="no room"):
        large.compact()
    assert large.compact_due


def test_every_table_that_holds_something_sealed_or_wrapped_is_one_of_keys_or_of_content() -> None:
    """Whoever adds a table says which of the two it is."""
    holding = {
        table.name
        for table in tables.metadata.sorted_tables
        if any(column.info["rests"] == SEALED or column.name == "wrap" for column in table.columns)
    }
    assert holding == {*emptying.KEYS, *CONTENT}
    assert not CONTENT & {*emptying.KEYS}


def test_pages_of_a_new_file_hold_a_wrap_whole(sqlite: Database) -> None:
    with sqlite.reading() as work:
        assert work.connection.exec_driver_sql("PRAGMA page_size").scalar() == PAGE


def test_on_postgresql_the_tables_of_keys_alone_can_be_written_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.sqlite:
        pytest.skip("SQLite has tests of its own")
    monkeypatch.setattr(rewriting, "AT_ONCE", 0)
    assert database.size > 0
    database.rewrite()
    assert not database.rewrite_due
    assert database.compact_due
    assert database.compact()
    assert not database.compact_due
