"""Whoever only writes the database adds nothing to the log, and takes nothing away from it unseen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hrd_log import tags
from sqlalchemy import delete, insert, select, update

from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.errors import LogRefused
from hrd_cases.store import log_index, tables
from hrd_cases.store.log import LogEntry, leaf
from hrd_cases.store.log_tags import FactSum, LogTags, NotedHead
from hrd_cases.store.work import Database

ORG = bytes(range(16))
DAY = date(2026, 11, 22)


def entry(number: int, *, statement: bool = True) -> LogEntry:
    """A statement, or any other entry."""
    mark = digest(str(number).encode()) if statement else None
    return LogEntry(day=DAY, klass="key", mark=mark, statement=statement, sealed=str(number).encode())


def mark_of(number: int) -> bytes:
    """The mark of a statement."""
    return digest(str(number).encode())


def write(database: Database, *numbers: int) -> None:
    """Enter statements, each after an entry that is none."""
    with database.writing() as work:
        for number in numbers:
            work.log.append([entry(number + 1000, statement=False), entry(number)])


def again(database: Database, more: LogTags | None = None) -> Database:
    """The same database as a process that is started anew finds it."""
    return Database(database.engine.url.render_as_string(hide_password=False), ORG, more or tags(ORG))


@pytest.fixture
def full(database: Database) -> Database:
    """A log of three statements."""
    write(database, 1, 2, 3)
    return database


def refuses(database: Database, fault: str) -> None:
    """Nothing is written, and the reason is said."""
    with database.reading() as work:
        assert work.log.fault == fault
        size = work.log.head().size

    def act() -> None:
        with database.writing() as work:
            work.settings.put("act", "done")
            work.log.append([entry(9)])

    with pytest.raises(LogRefused) as refusal:
        act()
    assert str(refusal.value.values["what"]) == fault
    with database.reading() as work:
        assert work.settings.get("act") == ""
        assert work.log.head().size == size


def planted(database: Database, number: int, *, head: bool = False, like: Mapping[str, Any] | None = None) -> None:
    """Add a statement to the log with nothing but the database: every hash in it is right."""
    with database.writing() as work:
        old = work.connection.execute(select(tables.log_head)).mappings().one()
        frontier = Frontier.decode(old["frontier"])
        seq, item = frontier.size + 1, entry(number)
        own = leaf(seq, item)
        row = {"seq": seq, "day": DAY, "klass": "key", "mark": item.mark, "entry_sealed": item.sealed, "leaf": own}
        row |= {"generation": "aa" * 8, "s": old["s"] + 1, "tag": bytes(32), **(like or {})}
        work.connection.execute(insert(tables.log).values(**row))
        if head:
            more = frontier.append(own)
            values = {"size": more.size, "frontier": more.encode(), "s": old["s"] + 1}
            work.connection.execute(update(tables.log_head).values(**values))


def test_statements_have_their_place_in_the_log_in_every_process(full: Database) -> None:
    for database in (full, again(full)):
        with database.reading() as work:
            assert [work.log.position(mark_of(number)) for number in (1, 2, 3, 4)] == [2, 4, 6, None]
            assert work.log.fault == work.log.whole() == ""
        database.close()


def test_the_first_entry_with_a_mark_counts(full: Database) -> None:
    write(full, 1)
    for database in (full, again(full)):
        with database.reading() as work:
            assert work.log.position(mark_of(1)) == 2
        database.close()


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("head", [True, False])
def test_an_entry_added_in_the_database_counts_for_nothing_and_stops_writing(
    full: Database, *, head: bool, running: bool
) -> None:
    with full.reading() as work:
        assert work.log.position(mark_of(3)) == 6
    planted(full, 4, head=head)
    database = full if running else again(full)
    with database.reading() as work:
        assert work.log.position(mark_of(4)) is None
        assert work.log.position(mark_of(3)) == 6
        assert work.log.whole() == (log_index.OTHER_HEAD if head else log_index.SURPLUS)
    with pytest.raises(LogRefused), database.writing() as work:
        work.log.append([entry(5)])
    database.close()


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_statement_taken_out_stops_writing(full: Database, gone: int) -> None:
    with full.writing() as work:
        work.connection.execute(delete(tables.log).where(tables.log.c.mark == mark_of(gone)))
    database = again(full)
    refuses(database, log_index.GAP)
    with database.reading() as work:
        assert work.log.position(mark_of(gone)) is None
    with full.reading() as work:
        assert work.log.position(mark_of(gone)) == gone * 2  # this process has seen it, and never forgets
        assert work.log.whole() == log_index.GAP
    database.close()


def test_a_statement_put_in_the_place_of_another_counts_for_nothing(full: Database) -> None:
    with full.writing() as work:
        work.connection.execute(update(tables.log).where(tables.log.c.s == 2).values(mark=mark_of(7)))
    database = again(full)
    refuses(database, log_index.FOREIGN)
    with database.reading() as work:
        assert [work.log.position(mark_of(number)) for number in (1, 2, 3, 7)] == [2, None, 6, None]
    database.close()


def test_two_statements_that_changed_places_count_for_nothing(full: Database) -> None:
    with full.writing() as work:
        for s, temporary in ((2, 20), (3, 2), (20, 3)):
            work.connection.execute(update(tables.log).where(tables.log.c.s == s).values(s=temporary))
    database = again(full)
    refuses(database, log_index.FOREIGN)
    database.close()


def cut(database: Database, before: Mapping[str, Any]) -> None:
    """Put back the log as it was: every row and tag in it is this server's."""
    with database.writing() as work:
        work.connection.execute(delete(tables.log).where(tables.log.c.seq > before["size"]))
        work.connection.execute(update(tables.log_head).values(**before))


def test_an_older_log_put_back_under_a_running_server_is_noticed(full: Database) -> None:
    with full.reading() as work:
        before = dict(work.connection.execute(select(tables.log_head)).mappings().one())
    write(full, 4)
    with full.reading() as work:
        assert work.log.position(mark_of(4)) == 8
    cut(full, before)
    with full.reading() as work:
        assert work.log.fault == log_index.SMALLER
    refuses(full, log_index.SMALLER)
    write_again = again(full)
    with write_again.reading() as work:
        assert work.log.whole() == ""  # of one that starts anew only the note in the folder tells
    write_again.close()


def test_an_older_log_put_back_before_a_start_is_noticed_by_the_note_in_the_folder(full: Database) -> None:
    with full.reading() as work:
        before = dict(work.connection.execute(select(tables.log_head)).mappings().one())
    write(full, 4)
    with full.reading() as work:
        head = work.log.head()
    cut(full, before)
    noted = LogTags(
        org=ORG,
        key=tags(ORG).key,
        generations=tags(ORG).generations,
        noted=NotedHead(size=head.size, root=head.root),
    )
    database = again(full, noted)
    refuses(database, log_index.SMALLER)
    database.close()
    other = again(
        full, LogTags(org=ORG, key=noted.key, generations=noted.generations, noted=NotedHead(size=6, root=ORG))
    )
    refuses(other, log_index.OTHER_HEAD)
    other.close()


def test_entries_of_before_a_restore_do_not_come_back(full: Database) -> None:
    write(full, 4)
    with full.reading() as work:
        rows = [row._asdict() for row in work.log.rows()]
        head = dict(work.connection.execute(select(tables.log_head)).mappings().one())
    for row in rows:
        row["entry_sealed"] = row.pop("sealed")
    restored = LogTags(org=ORG, key=tags(ORG).key, generations={**tags(ORG).generations, "bb" * 8: 7})
    with full.writing() as work:  # the backup of Monday had six entries
        frontier = Frontier().extend(row["leaf"] for row in rows[:6]).encode()
        own = {"size": 6, "frontier": frontier, "s": 3, "tag": tags(ORG).of_head(6, frontier, 3, FactSum())}
        work.connection.execute(delete(tables.log).where(tables.log.c.seq > 6))
        work.connection.execute(update(tables.log_head).values(**own))
    database = again(full, restored)
    with database.reading() as work:
        assert work.log.fault == ""
        assert work.log.position(mark_of(3)) == 6
    write(database, 5)
    with database.writing() as work:  # what was written on Tuesday, tags and all
        work.connection.execute(delete(tables.log).where(tables.log.c.seq > 6))
        work.connection.execute(insert(tables.log), rows[6:])
        work.connection.execute(update(tables.log_head).values(**head))
    later = again(database, restored)
    with later.reading() as work:
        assert work.log.position(mark_of(4)) is None
    refuses(later, log_index.OTHER_HEAD)
    later.close()
    database.close()


def test_a_statement_of_an_act_that_was_undone_has_no_place(full: Database) -> None:
    def act() -> None:
        with full.writing() as work:
            work.log.append([entry(4)])
            assert work.log.position(mark_of(4)) == 7
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    with full.reading() as work:
        assert work.log.position(mark_of(4)) is None
        assert work.log.fault == ""
    write(full, 5)
    with full.reading() as work:
        assert work.log.position(mark_of(5)) == 8


def test_who_still_reads_an_older_state_sees_no_later_statement_and_no_fault(full: Database) -> None:
    with full.reading() as older:
        assert older.log.position(mark_of(3)) == 6
        if full.sqlite:
            write(full, 4)
            with full.reading() as newer:
                assert newer.log.position(mark_of(4)) == 8
            assert older.log.position(mark_of(4)) is None
            assert older.log.fault == ""
    with full.reading() as work:
        assert work.log.fault == ""
