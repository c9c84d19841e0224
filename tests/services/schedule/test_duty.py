"""Duty is a list: who sees a call in danger at once, who may change the list, and what a forged line is worth."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hrd_world import World, newcomer, vault_of

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.calls import Call
from hrd_cases.domain.carrying import Carried
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.vaults import CORE, GRANT, IDENTITY, SOURCE
from hrd_cases.services import desk
from hrd_cases.services.casework import call_to_case, calls, cases
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.schedule import duty
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration


@pytest.fixture
def world(sqlite_world: World) -> World:
    """A world of this test's own; the round on PostgreSQL goes through these tests too."""
    return sqlite_world


def on(world: World, name: str, *, by: str = "coordinator", days: int = 7, begins: int = 0, number: str = "") -> None:
    first = world.now.date() + timedelta(days=begins)
    with world.writing(by) as ctx:
        duty.put_on(ctx, Duty(who=world.user(name), begins=first, ends=first + timedelta(days=days), number=number))


def take(world: World, name: str = "anna", **more: object) -> str:
    with world.writing(name) as ctx:
        value = Call(what="Увезли из дома", when=exactly(world.now.date()), who="Серый", reach="жена", **more)
        return calls.take(ctx, value)


def counsel(world: World) -> None:
    """External counsel, who leads a case and reads no names of colleagues."""
    existing = newcomer(world, "counsel", frozenset({"lawyer"}))
    with world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, "Outside Counsel", frozenset({"lawyer"}), external=True)
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, existing.user, "lead")


def sees(world: World, name: str, call: str) -> bool:
    try:
        with world.reading(name) as ctx:
            return calls.read(ctx, call).value.who == "Серый"
    except NotFound:
        return False


def test_a_call_in_danger_is_shared_with_those_on_duty_in_the_same_act(world: World) -> None:
    on(world, "luka", number="+7 700 000 00 00")
    with world.reading("anna") as ctx:
        assert [item.name for item in duty.shared_with(ctx, urgent=True)] == ["Luka Person"]
    urgent, calm = take(world, urgent=True), take(world)
    assert sees(world, "luka", urgent)
    assert not sees(world, "luka", calm)
    assert not sees(world, "outsider", urgent)
    with world.reading("luka") as ctx:
        vault = peek(ctx, vault_of(world, urgent))
        assert vault is not None
        assert all(GRANT in vault.rights[name] for name in (CORE, IDENTITY, SOURCE))
        (danger,) = [danger for danger in desk.view(ctx).dangers if danger.call == urgent]
    assert [(item.name, item.number) for item in danger.ring] == [("Luka Person", "+7 700 000 00 00")]


def test_a_call_that_is_in_danger_only_later_is_shared_then(world: World) -> None:
    call = take(world)
    on(world, "luka")
    with world.writing("anna") as ctx:
        stored = calls.read(ctx, call)
        calls.save(ctx, call, replace(stored.value, urgent=True), stored.versions)
    assert sees(world, "luka", call)


def test_not_reached_after_all_is_shared_with_who_is_on_duty_now(world: World) -> None:
    call = take(world, urgent=True)
    with world.writing("anna") as ctx:
        calls.reached(ctx, call)
    on(world, "luka")
    with world.writing("anna") as ctx:
        calls.not_reached(ctx, call)
    assert sees(world, "luka", call)


def test_every_call_is_shared_if_the_organisation_says_so(world: World) -> None:
    on(world, "luka")
    with world.writing("coordinator") as ctx:
        duty.share_every_call(ctx, on=True)
    assert sees(world, "luka", take(world))
    with world.writing("coordinator") as ctx:
        duty.share_every_call(ctx, on=False)
    assert not sees(world, "luka", take(world))


def test_duty_begins_and_ends_with_its_days_and_can_be_ended_early(world: World) -> None:
    on(world, "luka", begins=1)
    assert not sees(world, "luka", take(world, urgent=True))
    on(world, "lana")
    assert sees(world, "lana", take(world, urgent=True))
    with world.reading("anna") as ctx:
        (line,) = [line for line in duty.view(ctx).lines if line.now]
    with world.writing("anna") as ctx:
        duty.take_off(ctx, line.record)
    assert not sees(world, "lana", take(world, urgent=True))


def test_on_the_page_of_the_case_who_is_not_kept_is_taken_out(world: World) -> None:
    on(world, "luka")
    on(world, "lana")
    call = take(world, urgent=True)
    with world.reading("anna") as ctx:
        assert {name for _user, name in call_to_case.start(ctx, call).duty} == {"Luka Person", "Lana Person"}
    with world.writing("anna") as ctx:
        case = call_to_case.make_case(ctx, call, Carried(title="x", keep=(world.user("lana"),)))
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, case).case.value.title == "x"
    for look in (lambda ctx: cases.overview(ctx, case), lambda ctx: calls.read(ctx, call)):
        with pytest.raises(NotFound), world.reading("luka") as ctx:
            look(ctx)
    with world.reading("anna") as ctx:
        team = {member.name for member in cases.overview(ctx, case).team if not member.out}
        assert team == {"Anna Person", "Lana Person"}
        chains = vault_keys.roster_of(ctx, case).chains
        assert all(chains[name].newest.epoch == 2 for name in (CORE, IDENTITY, SOURCE)), "with new keys"


def test_the_same_when_a_call_is_added_to_a_case(world: World) -> None:
    on(world, "outsider")
    call = take(world, urgent=True)
    assert sees(world, "outsider", call)
    with world.writing("anna") as ctx:
        copy = call_to_case.add_to(ctx, call, world.strike.case, Carried())
    assert not sees(world, "outsider", call)
    assert not sees(world, "outsider", copy)


def test_who_took_the_call_stays_when_a_colleague_on_duty_makes_the_case(world: World) -> None:
    on(world, "luka")
    on(world, "anna")
    call = take(world, urgent=True)
    with world.writing("luka") as ctx:
        case = call_to_case.make_case(ctx, call, Carried(title="x"))
    for name in ("anna", "luka"):
        with world.reading(name) as ctx:
            assert cases.overview(ctx, case).case.value.title == "x"


@pytest.mark.parametrize("name", ["coordinator", "anna", "lana"])
def test_coordinators_and_leads_change_the_list(world: World, name: str) -> None:
    on(world, "luka", by=name)
    with world.reading(name) as ctx:
        assert duty.view(ctx).may_change


@pytest.mark.parametrize("name", ["auditor", "admin", "counsel", "luka"])
def test_nobody_else_changes_the_list(world: World, name: str) -> None:
    """luka is on a case that others lead; a call taken makes nobody a lead."""
    counsel(world)
    if name == "luka":
        take(world, "luka")
    with pytest.raises(Forbidden), world.writing(name) as ctx:
        duty.put_on(ctx, Duty(who=world.user("luka"), begins=world.now.date(), ends=world.now.date()))
    with pytest.raises(Forbidden), world.writing(name) as ctx:
        duty.share_every_call(ctx, on=True)


def test_the_list_is_shown_to_members_and_not_to_external_counsel(world: World) -> None:
    on(world, "luka")
    for name in ("anna", "auditor", "admin", "coordinator"):
        with world.reading(name) as ctx:
            assert [line.name for line in duty.view(ctx).lines] == ["Luka Person"]
    counsel(world)
    with pytest.raises(Forbidden), world.reading("counsel") as ctx:
        duty.view(ctx)
    with world.reading("counsel") as ctx:
        assert duty.today(ctx) == ()


@pytest.mark.parametrize("name", ["admin", "auditor", "counsel", "waiting", "disabled"])
def test_who_is_no_staff_or_external_can_not_stand_on_it(world: World, name: str) -> None:
    counsel(world)
    with pytest.raises(RuleBroken) as refused:
        on(world, name)
    assert refused.value.place == "who"


def test_a_day_before_the_first_or_over_is_refused(world: World) -> None:
    today = world.now.date()
    for begins, ends in ((today, today - timedelta(days=1)), (today + timedelta(days=2), today)):
        with pytest.raises(RuleBroken) as refused, world.writing("coordinator") as ctx:
            duty.put_on(ctx, Duty(who=world.user("luka"), begins=begins, ends=ends))
        assert refused.value.place == "ends"


def planted(world: World, name: str, who: str, until: date) -> None:
    """A line that somebody who may write the directory sealed past the gate."""
    with world.writing(name) as ctx:
        directory = peek(ctx, world.runtime.organisation.directory)
        assert directory is not None
        value = Duty(who=world.user(who), begins=world.now.date(), ends=until)
        ctx.work.records.add(directory, ctx.author, random(16).hex(), value, ctx.today)
        ctx.asked = True


def test_a_line_signed_by_an_administrator_or_for_one_lets_nobody_in(world: World) -> None:
    until = world.now.date() + timedelta(days=3)
    planted(world, "admin", "luka", until)
    planted(world, "anna", "admin", until)
    call = take(world, urgent=True)
    assert not sees(world, "luka", call)
    with world.reading("anna") as ctx:
        assert duty.today(ctx) == ()
        assert [line.counts for line in duty.view(ctx).lines] == [False, False]


def test_the_log_says_who_was_put_on_duty_and_with_whom_a_call_was_shared(world: World) -> None:
    with world.writing("coordinator") as ctx:
        today = world.now.date()
        duty.put_on(ctx, Duty(who=world.user("luka"), begins=today, ends=today))
        assert ("admin", "put on duty") in {(note.klass, note.act) for note in ctx.notes}
    with world.writing("anna") as ctx:
        calls.take(ctx, Call(what="x", when=exactly(today), who="A", reach="b", urgent=True))
        assert ("key", "share") in {(note.klass, note.act) for note in ctx.notes}
