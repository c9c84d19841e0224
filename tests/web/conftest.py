"""The world and its lead's browser, for the tests of pages."""

import pytest
from hrd_pages import Visitor
from hrd_world import World
from hrd_world_fixtures import guarded, guarded_on, make_world, shared_world, sqlite_world, world, world_on

__all__ = ["anna", "guarded", "guarded_on", "make_world", "shared_world", "sqlite_world", "world", "world_on"]


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """A caseworker's browser: she leads every case, and has no part in what is the lawyers'."""
    return Visitor(sqlite_world).enter("anna")
