"""How long backups stay, and the day by which what was deleted is in none of them."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hrd_backups import RECIPIENTS
from hrd_world import World
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.backups import backups, keeping
from hrd_cases.services.backups.keeping import BackupPlan, KeepPolicy, expired, file_name, made_on

TODAY = date(2026, 11, 22)


def _file(day: date, hour: int = 2) -> Path:
    return Path("b") / file_name(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def _nights(count: int, today: date, keep: KeepPolicy) -> list[date]:
    """What is left after so many nights, each with a backup and a clearing away."""
    left: list[Path] = []
    for back in range(count - 1, -1, -1):
        night = today - timedelta(days=back)
        left.append(_file(night))
        left = [path for path in left if path not in expired(left, keep)]
    return sorted(day for path in left if (day := keeping.made_on(path)))


def test_after_half_a_year_there_is_one_for_each_newest_day_week_and_month() -> None:
    left = _nights(180, TODAY, KeepPolicy())
    assert left[-7:] == [TODAY - timedelta(days=back) for back in range(6, -1, -1)]
    assert len({day.isocalendar()[:2] for day in left[-11:]}) >= 4
    assert len({(day.year, day.month) for day in left}) >= 3
    assert len(left) <= 7 + 4 + 3
    assert min(left) >= TODAY - timedelta(days=KeepPolicy().days)


def test_those_of_the_newest_day_and_of_the_day_last_shown_to_open_always_stay() -> None:
    newest = [_file(TODAY, hour) for hour in (1, 2, 3)]
    assert expired(newest, KeepPolicy(daily=1, weekly=0, monthly=0)) == ()
    opened = _file(TODAY - timedelta(days=400))
    old = [opened, _file(TODAY - timedelta(days=300))]
    assert expired([*newest, *old], KeepPolicy(daily=1, weekly=0, monthly=0), made_on(opened)) == (old[1],)


def test_days_count_that_have_a_backup_however_long_ago_they_are() -> None:
    far_apart = [_file(TODAY - timedelta(days=100 * back)) for back in range(9)]
    assert expired(far_apart, KeepPolicy(daily=7, weekly=4, monthly=3)) == tuple(far_apart[:6:-1])


def test_other_files_are_left_alone() -> None:
    others = [
        Path("b/hrd-cases-2001-01-01-000000.age.txt"),
        Path("b/holiday.jpg"),
        Path("b/hrd-cases-2001-99-99-000000.age"),
    ]
    assert expired([*others, _file(TODAY)], KeepPolicy()) == ()


@given(
    st.sets(st.integers(0, 500), min_size=1, max_size=40),
    st.builds(KeepPolicy, daily=st.integers(1, 20), weekly=st.integers(0, 10), monthly=st.integers(0, 12)),
)
def test_as_many_days_weeks_and_months_stay_as_are_kept_or_all_there_are(ages: set[int], keep: KeepPolicy) -> None:
    files = {_file(TODAY - timedelta(days=age)): age for age in ages}
    left = sorted(files[path] for path in files if path not in expired(list(files), keep))
    assert left[: keep.daily] == sorted(ages)[: keep.daily]
    days = {TODAY - timedelta(days=age) for age in ages}
    months = len({(day.year, day.month) for day in days})
    assert len({(day.year, day.month) for day in (TODAY - timedelta(days=item) for item in left)}) >= min(
        months, keep.monthly
    )
    assert len(left) <= keep.daily + keep.weekly + keep.monthly


def test_the_files_are_really_removed(tmp_path: Path) -> None:
    for back in range(20):
        (tmp_path / _file(TODAY - timedelta(days=back)).name).write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"x")
    clock = JudgedClock(today=TODAY, sure=TODAY)
    gone = keeping.prune(tmp_path, KeepPolicy(daily=2, weekly=0, monthly=0), clock, None)
    assert len(gone) == 18
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "hrd-cases-2026-11-21-020000.age",
        "hrd-cases-2026-11-22-020000.age",
        "notes.txt",
    ]


def test_a_deletion_can_name_the_day_by_which_it_is_in_no_backup(sqlite_world: World) -> None:
    world = sqlite_world
    with world.reading("admin") as ctx:
        assert backups.expires_on(ctx) is None
    with world.writing("admin") as ctx:
        keeping.note_made(ctx.work.settings, world.now.date())
        ctx.asked = True
    with world.reading("admin") as ctx:
        assert backups.expires_on(ctx) == world.now.date() + timedelta(days=93)


def test_a_plan_is_kept_where_only_the_server_reads_it(tmp_path: Path) -> None:
    plan = BackupPlan(
        recipients=tuple(item.text() for item in RECIPIENTS), keep=KeepPolicy(daily=2), folder="/media/backup"
    )
    assert keeping.plan(tmp_path) == BackupPlan()
    keeping.save_plan(tmp_path, plan)
    assert keeping.plan(tmp_path) == plan
    assert (tmp_path / "backups.json").stat().st_mode & 0o777 == 0o600
    for wrong in (KeepPolicy(daily=0), KeepPolicy(weekly=-1)):
        with pytest.raises(RuleBroken):
            keeping.save_plan(tmp_path, keeping.merged(plan, keep=wrong))
    assert os.listdir(tmp_path) == ["backups.json"]
