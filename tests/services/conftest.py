"""The world, for what the services promise."""

from hrd_world_fixtures import guarded, guarded_on, make_world, shared_world, sqlite_world, world, world_on

__all__ = ["guarded", "guarded_on", "make_world", "shared_world", "sqlite_world", "world", "world_on"]
