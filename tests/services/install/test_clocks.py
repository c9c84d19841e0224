"""No clock, however wrong, deletes or ends anything, and none begins again what had ended. Clocks of 2020 and 2030."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hrd_backups import RECIPIENTS, quiet
from hrd_visits import Site
from hrd_world import NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.services.backups import backups, keeping
from hrd_cases.services.casework import cases
from hrd_cases.services.deletion import clearing
from hrd_cases.services.install import clocks, health
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, login_freeze, throttling
from hrd_cases.services.signin.cleanup import sweep
from hrd_cases.services.team import administration
from hrd_cases.store import instance
from hrd_cases.store.tries import TriesRow
from hrd_cases.store.users import InvitationRow

PAST, FUTURE = datetime(2020, 3, 1, 3, tzinfo=UTC), datetime(2030, 6, 1, 3, tzinfo=UTC)
WRONG = pytest.mark.parametrize("wrong", [PAST, FUTURE], ids=["2020", "2030"])


def _three_nights(world: World) -> Path:
    """A folder with three backups, of which the first is the last one that was shown to open."""
    folder = world.folder / "backups"
    folder.mkdir()
    keeping.save_plan(
        world.runtime.instance,
        keeping.BackupPlan(
            recipients=tuple(item.text() for item in RECIPIENTS), keep=keeping.KeepPolicy(daily=1, weekly=0, monthly=0)
        ),
    )
    for days in (3, 2, 1):
        (folder / keeping.file_name(world.now - timedelta(days=days))).write_bytes(b"x")
    with world.writing("admin") as ctx:
        keeping.note_made(ctx.work.settings, world.now.date() - timedelta(days=3))
        keeping.note_verified(ctx.work.settings, world.now.date() - timedelta(days=3), world.now.date())
    return folder


@WRONG
def test_two_nights_with_a_wrong_clock_remove_no_backup(sqlite_world: World, wrong: datetime) -> None:
    folder = _three_nights(sqlite_world)
    before = {path.name for path in folder.iterdir()}
    for night in (0, 1):
        created = backups.make(sqlite_world.runtime, folder, RECIPIENTS, wrong + timedelta(days=night), quiet)
        assert created.file.exists(), "the backup itself is made"
        assert created.removed == ()
        assert created.doubt is not None
    assert before <= {path.name for path in folder.iterdir()}
    with sqlite_world.runtime.database.reading() as work:
        assert keeping.state(work.settings).made == sqlite_world.now.date() - timedelta(days=3)
    created = backups.make(sqlite_world.runtime, folder, RECIPIENTS, sqlite_world.now, quiet)
    assert created.doubt is None, "with the clock right again the night goes on as before"
    assert len(created.removed) == 2
    assert (folder / keeping.file_name(sqlite_world.now - timedelta(days=3))).exists(), "this one was shown to open"


def test_a_backup_of_a_later_day_in_the_folder_keeps_the_others(sqlite_world: World) -> None:
    folder = _three_nights(sqlite_world)
    (folder / keeping.file_name(FUTURE)).write_bytes(b"x")
    created = backups.make(sqlite_world.runtime, folder, RECIPIENTS, sqlite_world.now, quiet)
    assert created.removed == ()
    assert created.doubt is not None
    assert created.doubt.values["file"] == keeping.file_name(FUTURE)


def test_nothing_is_removed_when_the_log_does_not_take_the_backup_in(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _three_nights(sqlite_world)
    before = sorted(folder.iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sqlite_world.runtime, "enter", full)
    with pytest.raises(OSError, match="No space"):
        backups.make(sqlite_world.runtime, folder, RECIPIENTS, sqlite_world.now, quiet)
    assert set(before) <= set(folder.iterdir())


def test_a_verified_day_that_has_not_come_counts_for_nothing(sqlite_world: World) -> None:
    today = sqlite_world.now.date()
    with sqlite_world.writing("admin") as ctx:
        keeping.note_verified(ctx.work.settings, FUTURE.date(), today)
        assert keeping.state(ctx.work.settings).verified is None
        ctx.work.settings.put(keeping.VERIFIED, "2030-06-01")
        assert keeping.state(ctx.work.settings).stale(today)
        keeping.note_verified(ctx.work.settings, today, today)
        assert keeping.state(ctx.work.settings).verified == today


@WRONG
def test_a_last_day_that_has_passed_stays_passed_and_one_to_come_is_not_ended(
    sqlite_world: World, wrong: datetime
) -> None:
    world, ids = sqlite_world, sqlite_world.strike
    with world.writing("anna") as ctx:
        sharing.share(ctx, ids.case, world.user("lawyer"), "full", last_day="25.11.2026")
        sharing.share(ctx, ids.case, world.user("caseworker"), "full", last_day="25.12.2026")
    world.day_is_sure(NOW + timedelta(days=9))
    session = world.sign_in("lawyer", wrong)
    with pytest.raises(NotFound), world.runtime.reading(session, wrong) as ctx:
        cases.overview(ctx, ids.case)
    lead = world.sign_in("anna", wrong)
    with world.runtime.reading(lead, wrong) as ctx:
        team = {item.user: item for item in cases.overview(ctx, ids.case).team}
    assert team[world.user("lawyer")].out
    assert not team[world.user("caseworker")].out, "whose day has not come is in no danger of being left out for good"


@WRONG
def test_nothing_is_offered_for_deletion(sqlite_world: World, wrong: datetime) -> None:
    with sqlite_world.writing("outsider") as ctx:
        cases.create(ctx, Case(title="An old matter", stage="closed"))
    with sqlite_world.runtime.reading(sqlite_world.sign_in("outsider", wrong), wrong) as ctx:
        assert clearing.view(ctx).due == ()


@WRONG
def test_a_hold_on_log_ins_goes_on(sqlite_world: World, wrong: datetime) -> None:
    until = sqlite_world.now + timedelta(hours=20)
    with sqlite_world.runtime.database.writing() as work:
        login_freeze.hold(sqlite_world.runtime, work, login_freeze.EVERYBODY, until, sqlite_world.now)
    with pytest.raises(accounts.SignInRefused):
        sqlite_world.sign_in("anna", wrong)
    with sqlite_world.runtime.database.writing() as work:
        login_freeze.hold(sqlite_world.runtime, work, sqlite_world.user("anna"), until, wrong)
        current = login_freeze.live(sqlite_world.runtime, work, sqlite_world.now)
    assert len(current) == 2, "and making another forgets none"


@WRONG
def test_a_code_that_ran_out_stays_so_and_sweeping_removes_nothing(sqlite_world: World, wrong: datetime) -> None:
    world = sqlite_world
    with world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
        ctx.work.users.add_invitation(
            InvitationRow(code_mac=b"x" * 32, roles="lawyer", expires=date(2027, 1, 1), account="")
        )
    world.day_is_sure(NOW + timedelta(days=5))
    with pytest.raises(accounts.SignInRefused):
        accounts.begin_activation(world.runtime, code, wrong)
    writer = world.runtime.blobs.writer("9" * 32)
    writer.write(b"sealed")
    writer.commit()
    path = next((world.folder / "evidence").rglob("9" * 32))
    os.utime(path, (0, 0))
    assert sweep(world.runtime, wrong) == 0
    with world.runtime.database.reading() as work:
        assert len(work.users.invitations()) == 2
    assert path.exists()


@WRONG
def test_an_account_that_rests_goes_on_resting(sqlite_world: World, wrong: datetime) -> None:
    world = sqlite_world
    with world.runtime.database.reading() as work:
        row = work.users.by_id(world.user("anna"))
        lane = throttling.lane_of(world.runtime, work, world.people["anna"].handle, row, b"", world.now)
    with world.runtime.database.writing() as work:
        work.tries.put(TriesRow(mark=lane.mark, failures=throttling.HARD_STOP, day=world.now.date()))
    with pytest.raises(accounts.SignInRefused):
        world.sign_in("anna", wrong)
    with world.runtime.database.reading() as work:
        existing = work.tries.of(lane.mark)
    assert existing is not None
    assert existing.failures == throttling.HARD_STOP


@WRONG
def test_an_account_closed_under_a_wrong_clock_is_closed_when_it_is_right(sqlite_world: World, wrong: datetime) -> None:
    founder = sqlite_world.sign_in("founder", wrong)
    with sqlite_world.runtime.writing(founder, wrong) as ctx:
        administration.disable(ctx, sqlite_world.user("outsider"), lose=True)
    with sqlite_world.reading("founder") as ctx:
        assert sharing.roles_of(ctx, bytes.fromhex(sqlite_world.people["outsider"].fingerprint)) == frozenset()


@WRONG
def test_administrators_are_told_and_check_names_it(sqlite_world: World, wrong: datetime) -> None:
    world, site = sqlite_world, Site(sqlite_world)
    world.now = wrong
    for name, content in (("admin", True), ("anna", False)):
        text = site.visit(world.sign_in(name, wrong), "GET", "/d").get_data(as_text=True)
        assert ("hrd-cases clock confirm" in text) is content
    result = health.whole(world.runtime, wrong, quiet)
    assert [item.name for item in result if not item.right and item.name == "clock"] == ["clock"]
    assert wrong.date().isoformat() in next(item.text for item in result if item.name == "clock")


def test_a_person_confirms_a_clock_that_went_on_while_nobody_worked(sqlite_world: World) -> None:
    world, after = sqlite_world, NOW + timedelta(days=30)
    world.session("admin")
    assert clocks.look(world.runtime, after).doubt
    with pytest.raises(RuleBroken):
        clocks.confirm(world.runtime, NOW.date(), after)
    assert clocks.look(world.runtime, after).doubt
    clocks.confirm(world.runtime, after.date(), after)
    assert not clocks.look(world.runtime, after).doubt
    assert clocks.look(world.runtime, world.now).doubt, "and going back is in doubt from then on"


def test_work_under_a_doubtful_clock_makes_its_day_no_surer(sqlite_world: World) -> None:
    world = sqlite_world
    world.session("admin")
    for wrong in (FUTURE, FUTURE + timedelta(days=1), PAST):
        world.sign_in("admin", wrong)
        assert instance.read_sure_day(world.runtime.instance) == NOW.date()
    (world.runtime.instance / instance.CLOCK).unlink()
    assert clocks.look(world.runtime, NOW - timedelta(days=3000)).doubt, "without its file the log tells the day"


def test_two_weeks_ahead_are_a_pause_and_more_is_a_doubt() -> None:
    sure = date(2026, 11, 22)
    for days, doubt in ((-1, True), (0, False), (14, False), (15, True), (1_300, True)):
        clock = JudgedClock(today=sure + timedelta(days=days), sure=sure)
        assert bool(clock.doubt) is doubt
        assert clock.no_earlier >= sure
        assert clock.reached == (sure if doubt else clock.today)
    assert not JudgedClock(today=sure, sure=None).doubt
