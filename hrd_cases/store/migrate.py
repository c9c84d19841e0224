"""Bring a database to the shape of this version; migrations move columns, never contents, and hold no keys.

Alembic is imported by who migrates: all others only ask which revision a database is at.
"""

import importlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from hrd_cases.store.connections import begin_to_write
from hrd_cases.store.tables import metadata
from hrd_cases.store.work import Database

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_ONE_AT_A_TIME = 0x6872642D6D696772  # any number that nobody else takes as an advisory lock


TABLE = "alembic_version"
_REVISION = re.compile(r'^(revision|down_revision) = "([^"]+)"', re.MULTILINE)


class BrokenReferences(RuntimeError):
    """A migration left rows that point nowhere; everything was rolled back."""


def revisions() -> tuple[str, ...]:
    """Every revision that this version knows, in the order in which a database comes to them."""
    before = {}
    for path in (FOLDER / "versions").glob("*.py"):
        text = path.read_text("utf-8")
        names = dict(_REVISION.findall(text))
        before[names.get("down_revision", "")] = names["revision"]
    result = [""]
    while result[-1] in before:
        result.append(before[result[-1]])
    return tuple(result[1:])


def head() -> str:
    """The newest revision that this version knows."""
    result = revisions()
    if not result:
        raise FileNotFoundError("no migrations")
    return result[-1]


def knows(revision: str) -> bool:
    """True for a revision that this version can bring a database to."""
    return revision in revisions()


def current(database: Database) -> str | None:
    """The revision that a database is at; None when it is empty."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table(TABLE):
            return None
        revision: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {TABLE}").scalar()  # noqa: S608
    return revision


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring a database up to a revision, wholly or not at all."""
    with _migrating(database) as config:
        importlib.import_module("alembic.command").upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring a database back to an older revision ('base': empty), wholly or not at all."""
    with _migrating(database) as config:
        importlib.import_module("alembic.command").downgrade(config, revision)


def _config() -> "Config":
    config: Config = importlib.import_module("alembic.config").Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


@contextmanager
def _migrating(database: Database) -> Iterator["Config"]:
    """One transaction; SQLite checks references at its end, since rebuilding a table breaks them for a moment."""
    config = _config()
    with database.engine.connect() as connection:
        _check_references(connection, on=False)
        try:
            with begin_to_write(connection):
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
