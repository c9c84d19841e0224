"""A database with its tables, people who write, and vaults they hold."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hrd_log import tags

from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.vaults import ALL_RIGHTS, KINDS
from hrd_cases.store import migrate
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Writer
from hrd_cases.store.work import Database

ORG = bytes(range(16))


def _prepare(url: str) -> None:
    database = Database(url, ORG, tags(ORG))
    migrate.upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def prepare_database() -> Callable[[str], None]:
    """Every database of these tests begins with the tables of the newest migration."""
    return _prepare


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database, opened."""
    opened = Database(database_url, ORG, tags(ORG))
    yield opened
    opened.close()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """A path for an SQLite database that this test alone looks into."""
    return tmp_path / "cases.db"


@pytest.fixture
def sqlite(sqlite_file: Path) -> Iterator[Database]:
    """An SQLite database in that file, with its tables."""
    opened = Database(f"sqlite:///{sqlite_file}", ORG, tags(ORG))
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def author() -> Writer:
    """Somebody who writes."""
    return Writer(user="aa" * 16, keys=UserKeys.new())


MakeVault = Callable[..., OpenVault]


@pytest.fixture(scope="session")
def make_vault() -> MakeVault:
    """Makes a vault with a key, every right and a header hash in each compartment, and enters its row."""

    def make(database: Database, kind: str = "case", **more: Mapping[str, frozenset[str]]) -> OpenVault:
        compartments = KINDS[kind].compartments
        vault = OpenVault(
            id=random(16).hex(),
            kind=kind,
            keys={name: {1: CompartmentKey.new()} for name in compartments},
            headers={name: random(32) for name in compartments},
            rights=more.get("rights", dict.fromkeys(compartments, ALL_RIGHTS)),
        )
        with database.writing() as work:
            work.keys.add_vault(vault.id, kind)
        return vault

    return make
