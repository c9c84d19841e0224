"""Files written anew, since what was deleted may rest in them until then: all of them, or the tables of keys alone.

SQLite overwrites what is deleted, but not the copies that rows leave behind where pages are split. PostgreSQL keeps
whatever was deleted until its tables are written anew; its own log is the operator's.
"""

import time
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, Table, bindparam, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError

from hrd_cases.store.columns import BUDGET
from hrd_cases.store.tables import log, metadata

PATIENCE = 10.0  # seconds that one waits for others, as writers do
AT_ONCE = 16 * 1024 * 1024  # bytes that are written anew within an act: about a tenth of a second
# What opens something else, sealed or wrapped. Without its key, ciphertext left behind elsewhere opens no more.
KEYS = (
    "users",
    "replacements",
    "grants",
    "successor_wraps",
    "vault_keyrings",
    "keyrings",
    "keyring_deltas",
    "packs",
    "log_keys",
    "travels",
)
# Wraps are public-key ciphertexts. The log only grows, and is the largest of all.


def _holds_secrets(table: Table) -> bool:
    return table is not log and any(column.info["rests"] != BUDGET for column in table.columns)


_HOLDS_SECRETS = [table.name for table in metadata.sorted_tables if _holds_secrets(table)]
# Rows that an older snapshot can still see are carried over into new files; PostgreSQL's helpers have some, too.
_OLDER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND xact_start <= :since"
).bindparams(bindparam("since"))
_STEP = 0.05


# All rows are taken away by one statement: whole pages are given up and overwritten, and none is rearranged.
_STEPS = (
    "CREATE TEMP TABLE kept AS SELECT * FROM main.{}",
    "DELETE FROM main.{}",
    "INSERT INTO main.{} SELECT * FROM temp.kept",
    "DROP TABLE temp.kept",
)
_SIZE = text("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(:names ::text[]) AS name").bindparams(
    bindparam("names")
)


def rewrite_sqlite_keys(cursor: DBAPICursor) -> None:
    """Write the tables of keys anew, on a connection outside any transaction: pages that are given up are overwritten.

    References are not looked at meanwhile: the rows are the same ones afterwards.
    """
    cursor.execute("PRAGMA foreign_keys=0")
    try:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for name in KEYS:
                for step in _STEPS:
                    cursor.execute(step.format(name))
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
    finally:
        cursor.execute("PRAGMA foreign_keys=1")


def postgres_size(engine: Engine) -> int:
    """How many bytes the tables take that hold keys or sealed content."""
    with engine.connect() as connection:
        return int(connection.scalar(_SIZE, {"names": _HOLDS_SECRETS}) or 0)


def rewrite_postgres(engine: Engine, *, patience: float | None = None, whole: bool = True) -> bool:
    """Write every table that holds keys or sealed content anew; False when others were in the way for `patience`.

    `whole` False: the tables of keys alone.

    Who connects must own the tables, as whoever migrates does; PostgreSQL passes over those that are another's.
    """
    try:
        return _vacuum(engine, PATIENCE if patience is None else patience, _HOLDS_SECRETS if whole else KEYS)
    except OperationalError:  # a table was held for longer, there is no room, or the server went away
        return False


def _vacuum(engine: Engine, patience: float, names: Sequence[str]) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not _nobody_looks_back(connection, patience):
            return False
        try:
            connection.exec_driver_sql(f"SET lock_timeout = {max(1, int(patience * 1000))}")
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(names)}")
        finally:
            connection.invalidate()  # its patience goes with it
    return True


def _nobody_looks_back(connection: Connection, patience: float) -> bool:
    since = connection.scalar(text("SELECT clock_timestamp()"))
    end = time.monotonic() + patience
    while connection.scalar(_OLDER, {"since": since}):
        if time.monotonic() >= end:
            return False
        time.sleep(_STEP)
    return True
