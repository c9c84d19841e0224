"""The world as fixtures: a folder's conftest imports these names."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hrd_databases import Databases
from hrd_world import Blueprint, World, build, copied

__all__ = ["make_world", "sqlite_world", "world", "world_on"]

WorldOn = Callable[[str], World]


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

    made: list[World] = []

    def make(kind: str) -> World:
        url = databases.fresh(kind, prepare_for(kind))
        folder = Path(tempfile.mkdtemp(prefix="copy-", dir=root))
        world = copied(built[kind], url, folder)
        made.append(world)
        return world

    yield make
    for world in made:  # their databases go with the folder, and with the server that holds them
        world.close()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def make_world(world_on: WorldOn, databases: Databases) -> Iterator[WorldOn]:
    """Makes worlds that end with the test."""
    made: list[World] = []

    def make(kind: str) -> World:
        made.append(world_on(kind))
        return made[-1]

    yield make
    for world in made:
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
