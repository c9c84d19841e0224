"""An upgrade that breaks off with data in the database: wholly the older version or wholly the newest, nothing lost.

At every statement and at the commit: an error, no space, a disk error, a kill. Catalogue of attacks 72, 74 and 77.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hrd_databases import Databases
from hrd_disks import full, refusing_after

from hrd_cases.store import migrate
from hrd_cases.store.tables import metadata
from hrd_cases.store.work import Database

ERRORS = (RuntimeError("unforeseen"), OSError(errno.ENOSPC, "no space"), OSError(errno.EIO, "disk error"))
OLD = "0001"
VALUES = {sa.LargeBinary: b"\x00sealed", sa.Date: date(2026, 11, 22), sa.Boolean: False, sa.Integer: 3, sa.Text: "told"}

Rows = dict[str, list[tuple[Any, ...]]]


def _value(column: sa.Column[Any]) -> Any:
    """The same for every column of one type, so that what points at something points at what is there."""
    if isinstance(column.type, sa.String) and column.type.length:
        return "ab" * (column.type.length // 2)
    return next(value for kind, value in VALUES.items() if isinstance(column.type, kind))


def _tables(database: Database) -> sa.MetaData:
    result = sa.MetaData()
    result.reflect(database.engine)
    return result


def _prepare(url: str) -> None:
    """A database of the older version with a row in every table."""
    database = Database(url, bytes(16))
    migrate.upgrade(database, OLD)
    with database.writing() as work:
        for table in _tables(database).sorted_tables:
            if table.name not in ("alembic_version", "log_head"):
                work.connection.execute(
                    table.insert().values({column.name: _value(column) for column in table.columns})
                )
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """A database of the older version with data in it."""
    url = databases.fresh(request.param, _prepare)
    database = Database(url, bytes(16))
    yield database
    database.close()
    databases.drop(url)


def rows_of(database: Database, tables: sa.MetaData) -> Rows:
    """Every row of these tables, in these columns."""
    result: Rows = {}
    with database.reading() as work:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                result[table.name] = sorted(tuple(row) for row in work.connection.execute(sa.select(table)))
    return result


def shape_of(database: Database) -> dict[str, list[str]]:
    """The columns of each table."""
    result = sa.inspect(database.engine).get_multi_columns()
    return {name: [str(column["name"]) for column in columns] for (_, name), columns in result.items()}


@contextmanager
def at_statement(database: Database, number: int, end: Callable[[], None]) -> Iterator[None]:
    """Do `end` at the nth statement, or, when there are fewer, at the commit."""
    left = number

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            end()

    def commit(_: object) -> None:
        if left > 0:
            end()

    hooks = (("before_cursor_execute", count), ("commit", commit))
    for name, hook in hooks:
        sa.event.listen(database.engine, name, hook)
    try:
        yield
    finally:
        for name, hook in hooks:
            sa.event.remove(database.engine, name, hook)


def statements(database: Database) -> int:
    """How many statements the upgrade takes; undoes it again."""
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    def enough(_: object) -> None:
        raise InterruptedError

    sa.event.listen(database.engine, "before_cursor_execute", count)
    sa.event.listen(database.engine, "commit", enough)
    with pytest.raises(InterruptedError):
        migrate.upgrade(database)
    sa.event.remove(database.engine, "before_cursor_execute", count)
    sa.event.remove(database.engine, "commit", enough)
    return counted


class Before:
    """What was there before the upgrade."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.tables = _tables(database)
        self.shape = shape_of(database)
        self.rows = rows_of(database, self.tables)
        assert all(self.rows[name] for name in self.rows if name != "log_head")

    def is_there(self) -> None:
        """Wholly the older version."""
        assert migrate.current(self.database) == OLD
        assert shape_of(self.database) == self.shape
        assert rows_of(self.database, self.tables) == self.rows

    def upgrades(self) -> None:
        """The next try brings it wholly to the newest version, with everything that was there."""
        migrate.upgrade(self.database)
        assert migrate.current(self.database) == migrate.head()
        assert shape_of(self.database).keys() == {*metadata.tables, "alembic_version"}
        assert rows_of(self.database, self.tables) == self.rows


def test_an_error_at_any_statement_leaves_the_older_version_with_all_its_data(old: Database) -> None:
    before, count = Before(old), statements(old)
    assert count > 15
    for number in range(1, count + 2):
        error = ERRORS[number % len(ERRORS)]

        def end(error: Exception = error) -> None:
            raise error

        with pytest.raises(type(error)), at_statement(old, number, end):
            migrate.upgrade(old)
        before.is_there()
    before.upgrades()


def test_killed_at_any_part_the_next_try_succeeds(old: Database) -> None:
    before, count = Before(old), statements(old)
    url = old.engine.url.render_as_string(hide_password=False)
    for number in (1, count // 2, count, count + 1):
        old.close()  # a forked process must not use its parent's connections
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                database = Database(url, bytes(16))
                with at_statement(database, number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                    migrate.upgrade(database)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, number
        before.is_there()
    before.upgrades()


@pytest.mark.parametrize("fault", [full, refusing_after])
@pytest.mark.parametrize("old", ["sqlite"], indirect=True)
def test_a_disk_that_ends_anywhere_on_the_way(old: Database, fault: Callable[[Database, int], Any]) -> None:
    """SQLite itself finds no room, or a disk error, one page later each time until there is enough."""
    before, refused = Before(old), 0
    while migrate.current(old) == OLD:
        with suppress(sa.exc.OperationalError), fault(old, refused):
            migrate.upgrade(old)
            break
        refused += 1
        before.is_there()
    assert refused > 5
    before.upgrades()
