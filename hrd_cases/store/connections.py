"""How connections to the database are opened: what SQLite and PostgreSQL are told before anything else."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, FromClause, RootTransaction, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

# Deleted content is overwritten, temporary results stay in memory, a commit is on the disk before it is acknowledged.
PATIENCE = 10.0  # seconds that a writer waits for others, in this process and in others
PAGE = 16_384  # bytes: a wrap or a sealed row fits on a page of a new file, and takes no page of its own
BUSY_TIMEOUT = f"busy_timeout={PATIENCE * 1000:.0f}"
PRAGMAS = (
    BUSY_TIMEOUT,
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
_WRITES = "hrd_writes"  # of a connection that is about to begin


class _Compiler(SQLiteCompiler):
    """Writes the hints of a query, such as the index to read: SQLAlchemy leaves them out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """What follows the name of a table."""
        return text


def sqlite_engine(url: URL) -> Engine:
    """Opens an SQLite file, made for its owner alone; ValueError when it is none."""
    if not url.database or url.database == ":memory:":
        raise ValueError("The database must be a file.")
    path = Path(url.database)
    _private_file(path)
    looks = _on_read_only_medium(path)
    more = {"creator": partial(_connect_to_look, path)} if looks else {}
    engine = create_engine(url, hide_parameters=True, pool_size=10, max_overflow=40, **more)
    engine.dialect.statement_compiler = _Compiler
    event.listen(engine, "connect", _set_pragmas if looks else _prepare_sqlite)
    engine.dialect.do_begin = _begin_sqlite  # type: ignore[method-assign]  # an event would cost each statement a look
    return engine


def postgres_engine(url: URL) -> Engine:
    """Opens a PostgreSQL database whose errors name no values."""
    engine = create_engine(url, hide_parameters=True, pool_size=10, max_overflow=40, pool_pre_ping=True)
    event.listen(engine, "handle_error", _without_values)
    return engine


def close_returned(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    """Close a connection that comes back to a pool which nobody uses any more."""
    entry.close()


def _without_values(context: ExceptionContext) -> None:
    """PostgreSQL quotes values and whole rows in its messages: keep only what is a name."""
    original, wrapped = context.original_exception, context.sqlalchemy_exception
    diagnosis = getattr(original, "diag", None)
    # Without a code it is not the server's answer, but says why none came.
    if wrapped is None or getattr(diagnosis, "sqlstate", None) is None:
        return
    parts = ("sqlstate", "table_name", "column_name", "constraint_name")
    original.args = (" ".join(filter(None, (getattr(diagnosis, part, None) for part in parts))),)
    wrapped.args = (f"({type(original).__name__}) {original}",)


def _private_file(path: Path) -> None:
    """Make a new file readable by its owner only; SQLite gives its side files the same mode.

    An existing one is never opened here: closing it would take away the locks of this process's connections.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def _on_read_only_medium(path: Path) -> bool:
    """Whether nothing can be written beside a file, as on a copy that is carried away to be checked."""
    return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)


def _connect_to_look(path: Path) -> sqlite3.Connection:
    """Read a file of a medium that takes no lock and no side file.

    What is still in a write-ahead log counts: where one was copied too, SQLite needs the file of its index as well.
    """
    log = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, check_same_thread=False)


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("not an SQLite connection")
    connection.execute(f"PRAGMA page_size={PAGE}")  # of a file that is still empty; others keep theirs
    _use_write_ahead_log(connection)
    _set_pragmas(connection, entry)


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("not an SQLite connection")
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new file over; SQLite does not wait here while another process does the same, so this does."""
    for pause in (0.0, *(0.05,) * 100):
        time.sleep(pause)
        with suppress(sqlite3.OperationalError):
            if connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",):
                return
    raise TimeoutError("the database file can not be switched to a write-ahead log")


def begin_to_write(connection: Connection) -> RootTransaction:
    """Begin a transaction that writes, the only one of its database while it lasts."""
    connection.info[_WRITES] = True
    return connection.begin()


def _begin_sqlite(dbapi_connection: PoolProxiedConnection) -> None:
    """Begin as the work asked for; who did not ask, or only reads, can not write."""
    writes = bool(dbapi_connection.info.pop(_WRITES, False))
    with closing(dbapi_connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA query_only={int(not writes)}")
        cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
