"""The world as fixtures: a folder's conftest imports these names."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hrd_databases import Databases
from hrd_world import NOW, Blueprint, World, build, copied, plan

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup
from hrd_cases.services.signin.organisation_setup import Founded

__all__ = ["guarded", "guarded_on", "make_world", "shared_world", "sqlite_world", "world", "world_on"]

WorldOn = Callable[[str], World]
Guarded = tuple[Runtime, Founded]


@pytest.fixture(scope="session")
def world_on(databases: Databases) -> Iterator[WorldOn]:
    """Makes worlds on "sqlite" or "postgresql", each a copy of one that was built once."""
    root = Path(tempfile.mkdtemp(prefix="hrd-world-"))
    built: dict[str, Blueprint] = {}
    prepares: dict[str, Callable[[str], None]] = {}

    def prepare_for(kind: str) -> Callable[[str], None]:
        def prepare(url: str) -> None:
            built[kind] = build(url, root / kind)

        return prepares.setdefault(kind, prepare)

    created: list[World] = []

    def make(kind: str) -> World:
        url = databases.fresh(kind, prepare_for(kind))
        folder = Path(tempfile.mkdtemp(prefix="copy-", dir=root))
        world = copied(built[kind], url, folder)
        created.append(world)
        return world

    yield make
    for world in created:  # their databases go with the folder, and with the server that holds them
        world.close()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def make_world(world_on: WorldOn, databases: Databases) -> Iterator[WorldOn]:
    """Makes worlds that end with the test."""
    created: list[World] = []

    def make(kind: str) -> World:
        created.append(world_on(kind))
        return created[-1]

    yield make
    for world in created:
        world.close()
        databases.drop(world.url)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, make_world: WorldOn) -> World:
    """A world of this test's own, on SQLite and then on PostgreSQL."""
    return make_world(request.param)


@pytest.fixture
def sqlite_world(make_world: WorldOn) -> World:
    """A world of this test's own on SQLite or, when `./run test` goes round again, on HRD_TEST_DATABASE."""
    return make_world(os.environ.get("HRD_TEST_DATABASE", "sqlite"))


@pytest.fixture(scope="module")
def shared_world(world_on: WorldOn) -> World:
    """One world for all tests of a file, none of which changes it; on the same database as `sqlite_world`."""
    return world_on(os.environ.get("HRD_TEST_DATABASE", "sqlite"))


@pytest.fixture(scope="session")
def guarded_on(databases: Databases) -> Iterator[Callable[[Path], Guarded]]:
    """Copies, into a folder, an organisation that was founded once and asks for a second factor."""
    root = Path(tempfile.mkdtemp(prefix="hrd-guarded-"))
    created: list[Founded] = []

    def prepare(url: str) -> None:
        runtime, founded = organisation_setup.create_organisation(plan(root, url, second_factor=True), NOW)
        runtime.database.close()
        created.append(founded)

    def copy(folder: Path) -> Guarded:
        url = databases.fresh("sqlite", prepare)
        for name in ("instance", "evidence"):
            shutil.copytree(root / name, folder / name)
        return organisation_setup.load(folder / "instance", url, folder / "evidence"), created[0]

    yield copy
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def guarded(guarded_on: Callable[[Path], Guarded], tmp_path: Path) -> Iterator[Guarded]:
    """An organisation of this test's own whose accounts have a second factor; the founder's."""
    runtime, founded = guarded_on(tmp_path)
    yield runtime, founded
    runtime.database.close()
