"""Bring a database to the shape of this version; migrations move columns, never contents, and hold no keys."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from hrd_cases.store.tables import metadata
from hrd_cases.store.work import Database

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_ONE_AT_A_TIME = 0x6872642D6D696772  # any number that nobody else takes as an advisory lock


class BrokenReferences(RuntimeError):
    """A migration left rows that point nowhere; everything was rolled back."""


def head() -> str:
    """The newest revision that this version knows."""
    result = ScriptDirectory.from_config(_config()).get_current_head()
    if result is None:
        raise FileNotFoundError("no migrations")
    return result


def knows(revision: str) -> bool:
    """True for a revision that this version can bring a database to."""
    line = ScriptDirectory.from_config(_config()).walk_revisions()
    return any(script.revision == revision for script in line)


def current(database: Database) -> str | None:
    """The revision that a database is at; None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring a database up to a revision, wholly or not at all."""
    with _migrating(database) as config:
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring a database back to an older revision ('base': empty), wholly or not at all."""
    with _migrating(database) as config:
        command.downgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


@contextmanager
def _migrating(database: Database) -> Iterator[Config]:
    """One transaction; SQLite checks references at its end, since rebuilding a table breaks them for a moment."""
    config = _config()
    with database.engine.connect() as connection:
        connection.execution_options(hrd_begin="BEGIN IMMEDIATE")
        _check_references(connection, on=False)
        try:
            with connection.begin():
                if not database.sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
                config.attributes.update(connection=connection, metadata=metadata)
                yield config
                if database.sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise BrokenReferences
        finally:
            _check_references(connection, on=True)


def _check_references(connection: Connection, *, on: bool) -> None:
    """SQLite obeys this only outside a transaction, so it goes past SQLAlchemy, which would begin one."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA foreign_keys={int(on)}")
