"""Whoever administers is told that no backup was verified, in plain words, until one was; nobody else is."""

from dataclasses import replace

import pytest
from hrd_visits import Site
from hrd_world import World

from hrd_cases.services.backups import keeping
from hrd_cases.store import rewriting

WORDS = "hrd-cases backup verify"


def _desk(world: World, name: str) -> str:
    """Somebody's desk."""
    answer = Site(world).visit(world.session(name), "GET", "/d")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("name", "told"), [("admin", True), ("founder", True), ("anna", False), ("auditor", False)])
def test_administrators_are_told_and_nobody_else(sqlite_world: World, name: str, told: bool) -> None:
    assert (WORDS in _desk(sqlite_world, name)) is told


def test_it_is_quiet_after_a_backup_was_shown_to_open(sqlite_world: World) -> None:
    with sqlite_world.writing("admin") as ctx:
        keeping.note_made(ctx.work.settings, sqlite_world.now.date())
    assert WORDS in _desk(sqlite_world, "admin")
    with sqlite_world.writing("admin") as ctx:
        keeping.note_verified(ctx.work.settings, sqlite_world.now.date(), sqlite_world.now.date())
    assert WORDS not in _desk(sqlite_world, "admin")


def test_the_demo_does_not_nag(sqlite_world: World) -> None:
    sqlite_world.runtime.organisation = replace(sqlite_world.runtime.organisation, demo=True)
    assert WORDS not in _desk(sqlite_world, "admin")


def test_administrators_see_that_removed_records_rest_until_the_next_backup(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, database = "pieces of them are still in free places of the database", sqlite_world.runtime.database
    monkeypatch.setattr(rewriting, "AT_ONCE", 0)  # as if it were large
    assert words not in _desk(sqlite_world, "admin")
    with sqlite_world.writing("admin") as ctx:
        ctx.work.settings.rewrite_due()
    database.rewrite()
    assert words in _desk(sqlite_world, "admin")
    assert words not in _desk(sqlite_world, "anna")
    assert keeping.compacted(sqlite_world.runtime)
    assert words not in _desk(sqlite_world, "admin")
