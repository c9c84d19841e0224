"""What was kept long enough is offered to its leads, and nothing goes by itself."""

from datetime import date, timedelta

import pytest
from hrd_world import World, vault_of

from hrd_cases.domain.calls import Call
from hrd_cases.domain.carrying import Carried
from hrd_cases.domain.cases import Case
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.services.casework import call_to_case, calls, cases
from hrd_cases.services.deletion import clearing, holds, retention


def begun(world: World, stage: str = "closed") -> tuple[str, str]:
    with world.writing("outsider") as ctx:
        case = cases.create(ctx, Case(title="An old matter", stage=stage))
    with world.writing("outsider") as ctx:
        call = calls.take(ctx, Call(what="x", when=exactly(date(2020, 1, 1)), who="A caller", reach="at night"))
    return case, vault_of(world, call)


def due(world: World, days: int, name: str = "outsider") -> list[tuple[str, str]]:
    now = world.day_is_sure(world.now + timedelta(days=days))
    with world.runtime.reading(world.sign_in(name), now) as ctx:
        return [(line.case, line.rule.id) for line in clearing.view(ctx).due]


def test_a_call_that_became_nothing_is_offered_after_a_year_and_a_closed_case_after_five(sqlite_world: World) -> None:
    world = sqlite_world
    case, call = begun(world)
    own = world.own.call_vault
    assert due(world, 364) == []
    assert sorted(due(world, 365)) == sorted([(call, "call"), (own, "call")])
    assert (case, "closed_case") not in due(world, 5 * 365)
    assert (case, "closed_case") in due(world, 5 * 365 + 2)
    with world.runtime.reading(world.sign_in("outsider"), world.now + timedelta(days=9_000)) as ctx:
        assert cases.overview(ctx, case).case.value.title == "An old matter", "offered, and still there"


def test_an_open_case_is_never_offered_nor_a_call_that_was_made_a_case(sqlite_world: World) -> None:
    world = sqlite_world
    case, vault = begun(world, stage="new")
    with world.writing("outsider") as ctx:
        call = next(card.id for card in calls.listing(ctx) if card.vault == vault)
        call_to_case.make_case(ctx, call, Carried(title="From the call"))
    assert [item for item, _ in due(world, 9_000)] == [world.own.call_vault]
    assert case not in dict(due(world, 9_000))


def test_what_is_under_a_hold_or_not_led_is_not_offered(sqlite_world: World) -> None:
    world = sqlite_world
    case, _ = begun(world)
    with world.writing("outsider") as ctx:
        holds.place(ctx, case, "A claim may come")
    assert case not in dict(due(world, 9_000))
    assert due(world, 9_000, "luka") == []


def test_the_organisation_sets_how_long_within_bounds(world: World) -> None:
    _, call = begun(world)
    with pytest.raises(Forbidden), world.writing("anna") as ctx:
        retention.keep_for(ctx, {"call": "3", "closed_case": "10"})
    for wrong in ("", "0", "121", "three", "3.5", "99999"):
        with pytest.raises(RuleBroken) as refused, world.writing("admin") as ctx:
            retention.keep_for(ctx, {"call": wrong, "closed_case": "10"})
        assert refused.value.place == "call"
    with world.writing("admin") as ctx:
        retention.keep_for(ctx, {"call": "3", "closed_case": "10"})
    assert (call, "call") in due(world, 100)
    with world.reading("admin") as ctx:
        assert [(item.rule.id, item.amount, item.set_here) for item in retention.form(ctx)] == [
            ("call", 3, True),
            ("closed_case", 10, True),
        ]
