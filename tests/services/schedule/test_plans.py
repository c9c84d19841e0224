"""Ready plans: what an event makes in a case in one act, and undoing it in one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_world import NOW, World

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import ChainLink, Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.plan_days import due_day
from hrd_cases.domain.plans import PlanForm, planned
from hrd_cases.domain.ready_plans import PlanTask, ReadyPlan
from hrd_cases.domain.starting_plans import starting_plans
from hrd_cases.services.deletion import erasing, holds
from hrd_cases.services.deletion.erasing import undo_plan
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.services.schedule import plans

TODAY = NOW.date()
KINDS = (Incident, LegalAction, Hearing, Task, Letter)


def filled(world: World, **more: object) -> PlanForm:
    form = planned(starting_plans("en")["arrest"], TODAY - timedelta(days=1), world.user("lana"))
    return replace(form, person=world.strike.person, **more)


def make(world: World, form: PlanForm, by: str = "lana") -> str:
    with world.writing(by) as ctx:
        return plans.make(ctx, world.strike.case, form)


def together(world: World, run: str) -> list[object]:
    with world.reading("lana") as ctx:
        cards = plans.made(ctx, world.strike.case, run)
        return [records.read(ctx, world.strike.case, card.id).value for card in cards]


def count(world: World) -> int:
    with world.reading("lana") as ctx:
        return sum(len(records.listing(ctx, cls, world.strike.case)) for cls in KINDS)


def test_an_arrest_makes_incident_action_custody_tasks_and_letters_in_one_act(sqlite_world: World) -> None:
    world = sqlite_world
    form = filled(world, hearing_on=TODAY, hearing_at="16:00", room="Room 4")
    values = together(world, make(world, form))
    (incident,) = [value for value in values if isinstance(value, Incident)]
    (action,) = [value for value in values if isinstance(value, LegalAction)]
    (heard,) = [value for value in values if isinstance(value, Hearing)]
    assert [row.person for row in incident.attacked] == [world.strike.person]
    assert len(action.incidents) == 1
    assert [(row.kind, row.review) for row in action.custody] == [("apprehension", TODAY + timedelta(days=1))]
    assert heard.action
    tasks = {value.what: value.due for value in values if isinstance(value, Task)}
    assert tasks["Call the family back"] == TODAY + timedelta(days=2)
    assert {value.who for value in values if isinstance(value, Task)} == {world.user("lana")}
    assert len([value for value in values if isinstance(value, Letter)]) == 2


def test_nothing_is_made_where_one_entry_cannot_be(sqlite_world: World) -> None:
    before, form = count(sqlite_world), filled(sqlite_world)
    wrong = (
        replace(form, hearing_on=TODAY),
        PlanForm(on=TODAY),
        replace(form, action_kind=""),
        replace(form, tasks=form.tasks + "\n99.99.2026 Ring"),
        replace(form, tasks=form.tasks + "\n24.11.2026"),
        replace(form, letters="A" * 301),
        replace(form, letters="Letter\n" * 40),
    )
    for one in wrong:
        with pytest.raises(RuleBroken):
            make(sqlite_world, one)
    with pytest.raises((Forbidden, NotFound)):
        make(sqlite_world, form, by="external")
    assert count(sqlite_world) == before


def test_all_of_it_is_undone_in_one_act_by_who_made_it(sqlite_world: World) -> None:
    world, before = sqlite_world, count(sqlite_world)
    run = make(world, filled(world))
    assert count(world) == before + 12
    with world.writing("lana") as ctx:
        assert undo_plan(ctx, world.strike.case, run) == 12
    assert count(world) == before
    with world.reading("lana") as ctx, pytest.raises(NotFound):
        plans.made(ctx, world.strike.case, run)


def test_what_somebody_changed_or_holds_or_made_another_day_is_not_undone(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    run = make(world, filled(world))
    after = count(world)
    with world.writing("anna") as ctx, pytest.raises(RuleBroken, match="Only who made"):
        undo_plan(ctx, case, run)
    world.now = world.day_is_sure(NOW + timedelta(days=1))
    world.again("lana")
    with world.writing("lana") as ctx, pytest.raises(RuleBroken, match="Only who made"):
        undo_plan(ctx, case, run)
    fresh = make(world, PlanForm(on=TODAY, tasks="One"))
    with world.writing("lana") as ctx:
        holds.place(ctx, case, "A complaint")
    after += 1
    with world.writing("lana") as ctx, pytest.raises(RuleBroken):
        undo_plan(ctx, case, fresh)
    assert count(world) == after


def test_an_entry_that_was_changed_keeps_all_of_them(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    run = make(world, filled(world))
    with world.writing("lana") as ctx:
        card = next(card for card in plans.made(ctx, case, run) if isinstance(card.value, Task))
        stored = records.read(ctx, case, card.id, Task)
        records.save(ctx, case, card.id, replace(stored.value, done=True), stored.versions)
    after = count(world)
    with world.writing("lana") as ctx, pytest.raises(RuleBroken, match="was changed since"):
        undo_plan(ctx, case, run)
    assert count(world) == after


@pytest.mark.parametrize("kind", ["hearing", "incident"])
def test_an_entry_to_which_a_colleague_added_something_keeps_all_of_them(sqlite_world: World, kind: str) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    run = make(world, filled(world))
    with world.reading("lana") as ctx:
        made = {type(card.value): card.id for card in plans.made(ctx, case, run)}
    later = {
        "hearing": Hearing(action=made[LegalAction]),
        "incident": Incident(title="The day after", chain=(ChainLink(kind="follows", incident=made[Incident]),)),
    }
    with world.writing("anna") as ctx:
        added = records.create(ctx, case, later[kind])
    after = count(world)
    with world.writing("lana") as ctx, pytest.raises(RuleBroken, match="was made since"):
        undo_plan(ctx, case, run)
    assert count(world) == after
    with world.writing("anna") as ctx:
        erasing.erase_one(ctx, open_vault(ctx, Act.WRITE_CASE, case), records.read(ctx, case, added), uncount=True)
    with world.writing("lana") as ctx:
        assert undo_plan(ctx, case, run) == 12


def test_a_plan_of_ours_takes_the_place_of_the_one_it_was_made_from(sqlite_world: World) -> None:
    step = PlanTask(what="Ring Anna", days=2)
    ours = ReadyPlan(title="Arrest, as we do it", tasks=(step, PlanTask(days=3)), starting="arrest")
    with sqlite_world.writing("lana") as ctx:
        record = records.create(ctx, None, ours)
        offered = {offer.key: offer.own for offer in plans.offered(ctx)}
        assert offered[record]
        assert "arrest" not in offered
        assert "search" in offered
        assert plans.chosen(ctx, record) == ours
        due = TODAY + timedelta(days=2)
        assert planned(plans.chosen(ctx, record), TODAY, "").tasks == f"{due:%d.%m.%Y} Ring Anna"
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, None, record, ReadyPlan)
        records.save(ctx, None, record, replace(stored.value, off=True), stored.versions)
        assert record not in {offer.key for offer in plans.offered(ctx)}
        with pytest.raises(NotFound):
            plans.chosen(ctx, "no such plan")


def test_days_are_counted_by_days_months_and_rules_of_law() -> None:
    assert due_day(TODAY, 3, "") == TODAY + timedelta(days=3)
    assert due_day(TODAY, None, "judge_on_custody") == TODAY + timedelta(days=2)
    assert due_day(TODAY, None, "investigating_judge") == TODAY + timedelta(days=15)
    assert due_day(TODAY.replace(month=12, day=31), None, "first_custody") == TODAY.replace(
        year=TODAY.year + 1, month=2, day=28
    )
    assert due_day(TODAY, None, "") is None


def test_a_line_with_a_day_is_due_then_and_one_without_has_no_day(sqlite_world: World) -> None:
    form = PlanForm(on=TODAY, tasks="Ring the lawyer\n\n24.12.2026 Ring the family\n2026-12-25 Ring again")
    values = together(sqlite_world, make(sqlite_world, form))
    assert {value.what: value.due and value.due.isoformat() for value in values} == {
        "Ring the lawyer": None,
        "Ring the family": "2026-12-24",
        "Ring again": "2026-12-25",
    }
