"""What could not be done for somebody is not tried again with every page they look at."""

from datetime import timedelta

from hrd_world import World

from hrd_cases.services.kernel.per_process import RETRY, VainTries


def test_what_was_tried_in_vain_waits_for_its_time_and_for_nobody_else(sqlite_world: World) -> None:
    tries, runtime, now = VainTries(), sqlite_world.runtime, sqlite_world.now
    assert tries.due(runtime, "anna", ["a", "b"], now) == ["a", "b"]
    tries.note(runtime, "anna", ["a"], now)
    assert tries.due(runtime, "anna", ["a", "b"], now + RETRY - timedelta(seconds=1)) == ["b"]
    assert tries.due(runtime, "lana", ["a", "b"], now) == ["a", "b"]
    assert tries.due(runtime, "anna", ["a", "b"], now + RETRY) == ["a", "b"]
    assert tries.due(runtime, "anna", ["a"], now - RETRY) == ["a"], "a clock set back locks nobody out"


def test_what_was_done_may_be_done_again_at_once(sqlite_world: World) -> None:
    tries, runtime, now = VainTries(), sqlite_world.runtime, sqlite_world.now
    tries.note(runtime, "anna", ["a"], now)
    tries.forget(runtime, "anna", "a")
    assert tries.due(runtime, "anna", ["a"], now) == ["a"]
