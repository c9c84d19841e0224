"""PostgreSQL's files written anew: what was deleted stays in them until then. Its own log is the operator's."""

import time

from sqlalchemy import Connection, Engine, Table, bindparam, text
from sqlalchemy.exc import OperationalError

from hrd_cases.store.columns import BUDGET
from hrd_cases.store.tables import log, metadata

PATIENCE = 10.0  # seconds that one waits for others, as writers do
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


def postgres_anew(engine: Engine, *, patience: float | None = None) -> bool:
    """Write every table that holds keys or sealed content anew; False when others were in the way for `patience`.

    Who connects must own the tables, as whoever migrates does; PostgreSQL passes over those that are another's.
    """
    try:
        return _anew(engine, PATIENCE if patience is None else patience)
    except OperationalError:  # a table was held for longer, there is no room, or the server went away
        return False


def _anew(engine: Engine, patience: float) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not _nobody_looks_back(connection, patience):
            return False
        try:
            connection.exec_driver_sql(f"SET lock_timeout = {max(1, int(patience * 1000))}")
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(_HOLDS_SECRETS)}")
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
