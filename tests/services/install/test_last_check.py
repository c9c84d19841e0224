"""What the last check found stands on the desk of administrators: wrong, too long ago, or all right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_visits import Site
from hrd_world import World

from hrd_cases.services.install import last_check
from hrd_cases.services.install.health import Finding

ALARM = "The integrity check of"
LATE = "it should run every week"


def _desk(world: World, name: str = "admin") -> str:
    answer = Site(world).visit(world.session(name), "GET", "/d")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def checked(world: World, *names: str, days: int = 0) -> None:
    """As if a check so many days ago had found these wrong."""
    findings = [Finding(name=name, msgid="wrong") for name in names] + [Finding(name="clock", msgid="x", notice=True)]
    last_check.note(world.runtime, world.now - timedelta(days=days), findings)


def test_what_was_wrong_is_an_alarm_for_administrators_alone(sqlite_world: World) -> None:
    assert "it never ran" in _desk(sqlite_world)
    checked(sqlite_world, "evidence", "log", "evidence")
    page = _desk(sqlite_world)
    assert f"{ALARM} 22 November 2026 found something wrong: evidence, log." in page
    assert "found something wrong</" in page
    assert ALARM not in _desk(sqlite_world, "anna")
    checked(sqlite_world)
    page = _desk(sqlite_world)
    assert ALARM not in page
    assert "everything was right" in page


@pytest.mark.parametrize(("days", "late"), [(0, False), (8, False), (9, True), (-2, True)])
def test_a_check_that_stopped_running_is_told(sqlite_world: World, days: int, late: bool) -> None:
    checked(sqlite_world, days=days)
    assert (LATE in _desk(sqlite_world)) is late


def test_what_cannot_be_read_counts_as_never(sqlite_world: World) -> None:
    checked(sqlite_world)
    path = sqlite_world.runtime.instance / last_check.FILE
    assert path.stat().st_mode & 0o077 == 0
    for text in ("", "[]", '{"day": "soon", "wrong": []}', '{"day": "2026-11-22", "wrong": 3}'):
        path.write_text(text)
        assert "it never ran" in _desk(sqlite_world)


def test_names_that_no_check_has_are_not_shown(sqlite_world: World) -> None:
    (sqlite_world.runtime.instance / last_check.FILE).write_text('{"day": "2026-11-22", "wrong": ["<b>", "log"]}')
    assert last_check.read(sqlite_world.runtime.instance) == replace(
        last_check.LastCheck(day=sqlite_world.now.date()), wrong=("log",)
    )
