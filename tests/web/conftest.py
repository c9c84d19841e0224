"""The world, for the tests of pages."""

from hrd_world_fixtures import make_world, sqlite_world, world, world_on

__all__ = ["make_world", "sqlite_world", "world", "world_on"]
