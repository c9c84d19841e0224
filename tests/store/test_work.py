"""Transactions: reading sees one moment and can not write, writing is all or nothing, errors and files keep silent."""

import sqlite3
import stat
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest
from hrd_disks import refusing
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.errors import Changed
from hrd_cases.store.connections import begin_to_write
from hrd_cases.store.keys import DeltaRow, GrantRow
from hrd_cases.store.settings import StoredSettings
from hrd_cases.store.users import InvitationRow
from hrd_cases.store.work import Database, Work

ORG = bytes(16)
TODAY = date(2026, 11, 22)


def test_reading_sees_one_moment_while_others_write(database: Database) -> None:
    with database.reading() as work:
        assert work.settings.get("name", "none") == "none"
        with database.writing() as other:
            other.settings.put("name", "new")
        assert work.settings.get("name", "none") == "none"
    with database.reading() as work:
        assert work.settings.all() == {"name": "new"}


def test_a_connection_that_wrote_reads_the_next_time(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        begin_to_write(connection).commit()
        with pytest.raises(DBAPIError):
            StoredSettings(connection).put("name", "new")


def test_reading_can_not_write(database: Database) -> None:
    with database.reading() as work, pytest.raises(DBAPIError):
        work.settings.put("name", "new")
    with database.writing() as work:
        work.settings.put("name", "old")
        work.settings.put("name", "newer")
        work.settings.put("other", "x")
        work.settings.remove("other")
    with database.reading() as work:
        assert work.settings.all() == {"name": "newer"}


def test_an_exception_undoes_everything(database: Database) -> None:
    def fail(work: Work) -> None:
        work.settings.put("name", "new")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), database.writing() as work:
        fail(work)
    with database.reading() as work:
        assert work.settings.all() == {}


def test_a_lost_race_is_told_as_a_change_but_a_mistake_of_ours_is_not(database: Database) -> None:
    with database.writing() as work:
        work.keys.add_vault("ab" * 16, "case")
    with pytest.raises(Changed) as caught, database.writing() as work:
        work.keys.add_vault("ab" * 16, "case")
    assert caught.value.__cause__ is None
    with pytest.raises(DBAPIError), database.writing() as work:
        work.keys.add_delta(DeltaRow(id="cd" * 16, user_id="ef" * 16, delta_sealed=b"x"))


SECRET = "Aigul Sadykova"


def _into_nowhere(work: Work) -> None:
    work.connection.execute(text("INSERT INTO nowhere VALUES (:one)"), {"one": SECRET})


def _without_a_day(work: Work) -> None:
    work.users.add_invitation(
        InvitationRow(code_mac=b"m", roles=SECRET, expires=None, used=False)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("mistake", [_into_nowhere, _without_a_day])
def test_an_error_of_the_database_shows_no_value(database: Database, mistake: Callable[[Work], None]) -> None:
    with pytest.raises(DBAPIError) as caught, database.writing() as work:
        mistake(work)
    assert SECRET not in "".join(traceback.format_exception(caught.value, chain=True))
    assert SECRET not in repr(caught.value) + repr(caught.value.orig)


def test_a_value_that_postgresql_would_quote_is_not_shown(database: Database) -> None:
    if database.sqlite:
        pytest.skip("SQLite quotes no values")
    with pytest.raises(DBAPIError) as caught, database.writing() as work:
        work.connection.execute(text("SELECT CAST(:one AS DATE)"), {"one": SECRET})
    assert SECRET not in "".join(traceback.format_exception(caught.value, chain=True))
    assert "22007" in str(caught.value)


def test_writers_wait_for_each_other(database: Database) -> None:
    with database.writing() as work:
        work.settings.put("count", "0")

    def add() -> None:
        for _ in range(10):
            with database.writing() as work:
                work.settings.put("count", str(int(work.settings.get("count")) + 1))

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as work:
        assert work.settings.get("count") == "60"


def test_a_connection_that_a_thread_still_uses_is_closed_when_it_comes_back(database: Database) -> None:
    with database.reading() as work:
        used = work.connection.connection.driver_connection
        database.close()
        assert work.settings.all() == {}
    message = "closed" if isinstance(used, sqlite3.Connection) else "the connection is closed"
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError), match=message):
        used.execute("SELECT 1")
    with database.reading() as work:
        kept = work.connection.connection.driver_connection
    with database.reading() as work:
        assert work.connection.connection.driver_connection is kept, "who opens it once more keeps what comes back"


def test_a_writer_misses_nothing_that_moves_from_one_table_to_another(database: Database) -> None:
    """A key handed over is taken out of one table and put into another: whoever looks sees it in one of them."""
    with database.writing() as work:
        work.settings.put("handed over", "key")
    visited = []
    started = threading.Event()

    def look() -> None:
        started.set()
        with database.writing() as work:
            visited.append(work.settings.get("kept"))
            visited.append(work.settings.get("handed over"))

    with database.writing() as work:
        work.settings.get("kept")
        other = threading.Thread(target=look)
        other.start()
        started.wait()
        time.sleep(0.2)  # without one writer at a time the other has looked for what is kept by now
        work.settings.put("kept", "key")
        work.settings.remove("handed over")
    other.join()
    assert visited == ["key", ""]


def test_sqlite_is_set_so_that_deleted_bytes_are_gone_and_commits_are_safe(sqlite: Database) -> None:
    requested = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "busy_timeout": 10_000,
    }
    with sqlite.reading() as item, sqlite.reading() as two:
        for work in (item, two):
            result = {name: work.connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in requested}
            assert result == requested
        with pytest.raises(DBAPIError):
            item.connection.execute(text("SELECT load_extension('nothing')"))


def test_only_the_owner_may_read_the_database_file(sqlite: Database, sqlite_file: Path) -> None:
    with sqlite.writing() as work:
        work.settings.put("name", "x")
        files = list(sqlite_file.parent.iterdir())
        assert len(files) == 3  # with the write-ahead log and its index
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_database_in_memory_is_refused() -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match="must be a file"):
            Database(url, ORG)


def test_a_withdrawn_key_is_gone_from_the_disk(sqlite: Database, sqlite_file: Path) -> None:
    wrap = random(1200)
    row = GrantRow(vault_id="ab" * 16, compartment="core", epoch=1, member="cd" * 32, wrap=wrap)

    def on_disk() -> bool:
        files = [path.read_bytes() for path in sqlite_file.parent.iterdir()]
        return any(piece in data for data in files for piece in (wrap[:64], wrap[500:564], wrap[-64:]))

    with sqlite.writing() as work:
        work.keys.add_vault("ab" * 16, "case")
        work.keys.add_grants(row)
        for number in range(50):
            work.settings.put(f"filler {number}", "x" * 300)
    sqlite.settle()
    assert on_disk()
    with sqlite.writing() as work:
        assert work.keys.take_grant(row)
    sqlite.settle()
    assert not on_disk()


def test_settling_a_database_that_needs_none_does_no_harm(database: Database) -> None:
    database.settle()
    with database.reading() as work:
        assert work.settings.all() == {}


@pytest.mark.parametrize("other", ["BEGIN", "BEGIN IMMEDIATE"])
def test_a_withdrawn_key_leaves_the_disk_once_nobody_holds_the_file(
    sqlite: Database, sqlite_file: Path, other: str
) -> None:
    """Whoever reads keeps the log of what was written from being emptied, whoever writes the file from being anew."""
    wrap = random(1200)
    row = GrantRow(vault_id="ab" * 16, compartment="core", epoch=1, member="cd" * 32, wrap=wrap)

    def on_disk() -> bool:
        return any(wrap[500:564] in path.read_bytes() for path in sqlite_file.parent.iterdir())

    event.listen(sqlite.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout=50"))
    with sqlite.writing() as work:
        work.keys.add_vault("ab" * 16, "case")
        work.keys.add_grants(row)
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as holder:
        if other == "BEGIN":
            holder.execute("BEGIN")
            holder.execute("SELECT COUNT(*) FROM grants").fetchone()
        with sqlite.writing() as work:
            assert work.keys.take_grant(row)
        if other == "BEGIN IMMEDIATE":
            holder.execute("BEGIN IMMEDIATE")
        sqlite.rewrite()
        assert sqlite.rewrite_due
        assert on_disk()
    with sqlite.writing() as work:
        work.settings.put("name", "x")
    assert not sqlite.rewrite_due
    assert not on_disk()
    assert _free_pages(sqlite_file) == 0


def test_who_writes_while_somebody_reads_does_not_wait_for_a_rewrite_that_is_due(
    sqlite: Database, sqlite_file: Path
) -> None:
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM grants").fetchone()
        sqlite.rewrite_due = True
        before = time.monotonic()
        with sqlite.writing() as work:
            work.settings.put("name", "x")
        assert time.monotonic() - before < 5  # of the ten seconds that writers wait
        assert sqlite.rewrite_due


def test_a_disk_error_while_deleted_bytes_are_cleared_away_does_not_make_what_was_saved_look_lost(
    sqlite: Database, sqlite_file: Path
) -> None:
    """What is committed is said to be saved; the rewriting stays due until the disk takes it."""
    with sqlite.writing() as work:
        for number in range(50):
            work.settings.put(f"filler {number}", "x" * 6000)
    assert sqlite.settle()
    with sqlite.writing() as work:
        work.settings.remove("filler 7")
    with refusing(size=160_000):  # enough for the log of what is written, not for the file behind it
        sqlite.rewrite()
        assert sqlite.rewrite_due
        with sqlite.writing() as work:
            work.settings.put("name", "kept")
        assert sqlite.rewrite_due
    with sqlite.reading() as work:
        assert work.settings.get("name") == "kept"
    with sqlite.writing() as work:
        work.settings.put("name", "kept on")
    assert not sqlite.rewrite_due
    assert _free_pages(sqlite_file) == 0


def _free_pages(file: Path) -> int:
    with closing(sqlite3.connect(file)) as raw:
        return int(raw.execute("PRAGMA freelist_count").fetchone()[0])
