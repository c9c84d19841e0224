"""A leaver's cases to a colleague: led by them afterwards, left by the leaver, a few in each act."""

import pytest
from hrd_failing import broken_off
from hrd_thief import Copy, with_passphrase
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.services.casework import cases
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.team import administration, handing_over


def begun(world: World, name: str, count: int) -> list[str]:
    created = []
    for number in range(count):
        with world.writing(name) as ctx:
            created.append(cases.create(ctx, Case(title=f"Case {number}")))
    return created


def test_every_case_goes_to_the_colleague_and_none_is_left_behind(world: World) -> None:
    begun(world, "outsider", 11)
    with world.reading("outsider") as ctx:
        plan = handing_over.plan(ctx)
        assert (plan.cases, plan.lead, plan.alone) == (13, 13, 13)
        assert world.user("anna") in {colleague.user for colleague in plan.colleagues}
        assert world.user("outsider") not in {colleague.user for colleague in plan.colleagues}
    steps = []
    for _ in range(2):
        with world.writing("outsider") as ctx:
            steps.append(handing_over.hand_over(ctx, world.user("external")))
    assert [(step.done, step.left, step.stuck) for step in steps] == [(10, 3, 0), (3, 0, 0)]
    with world.reading("external") as ctx:
        assert "grant" in cases.overview(ctx, world.own.case).rights["core"]
    with pytest.raises(NotFound), world.reading("outsider") as ctx:
        cases.overview(ctx, world.own.case)
    with world.reading("outsider") as ctx:
        assert handing_over.plan(ctx).cases == 0


def test_what_only_a_lawyer_may_open_stays_until_a_lawyer_takes_it(sqlite_world: World) -> None:
    from hrd_cases.services.team import member_removal

    world = sqlite_world
    with world.writing("lana") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), member_removal.OUT)
    with world.writing("lana") as ctx:
        step = handing_over.hand_over(ctx, world.user("anna"))
    assert (step.done, step.stuck) == (0, 1)
    with world.writing("lana") as ctx:
        assert handing_over.hand_over(ctx, world.user("luka")).done == 1
    with world.reading("luka") as ctx:
        assert {"core", "identity", "source", "privileged"} == set(cases.overview(ctx, world.strike.case).rights)


def test_a_case_led_by_somebody_else_is_only_left(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("external") as ctx:
        assert handing_over.hand_over(ctx, world.user("outsider")).done == 1
    with world.reading("outsider") as ctx, pytest.raises(NotFound):
        cases.overview(ctx, world.strike.case)


def test_cases_go_only_to_colleagues_who_work_on_cases(sqlite_world: World) -> None:
    world = sqlite_world
    for name in ("admin", "auditor", "waiting", "disabled", "outsider"):
        with pytest.raises(RuleBroken), world.writing("outsider") as ctx:
            handing_over.hand_over(ctx, world.user(name))
    with pytest.raises(Forbidden), world.writing("auditor") as ctx:
        handing_over.hand_over(ctx, world.user("anna"))


@pytest.mark.parametrize("point", ["handover.shared", "handover.left"])
def test_handing_over_that_breaks_off_changed_nothing(sqlite_world: World, point: str) -> None:
    world = sqlite_world
    before = with_passphrase(Copy.of(world.runtime.database), world.people["anna"].passphrase).opened()
    world.session("outsider")
    with broken_off(point), world.writing("outsider") as ctx:
        handing_over.hand_over(ctx, world.user("anna"))
    assert with_passphrase(Copy.of(world.runtime.database), world.people["anna"].passphrase).opened() == before
    with world.reading("outsider") as ctx:
        assert cases.overview(ctx, world.own.case).case.value.title


def test_an_account_that_alone_opens_cases_is_not_closed_by_accident(sqlite_world: World) -> None:
    world = sqlite_world
    with world.reading("admin") as ctx:
        [line] = [user for user in administration.users(ctx) if user.user == world.user("outsider")]
        assert line.alone == 2
    with pytest.raises(RuleBroken), world.writing("admin") as ctx:
        administration.disable(ctx, world.user("outsider"))
    with world.writing("outsider") as ctx:
        handing_over.hand_over(ctx, world.user("anna"))
    assert world.sign_in("outsider"), "until the account is closed"
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("outsider"))
    with pytest.raises(SignInRefused):
        world.sign_in("outsider")


def test_an_account_is_closed_all_the_same_when_that_is_said(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("outsider"), lose=True)
    with pytest.raises(SignInRefused):
        world.sign_in("outsider")
