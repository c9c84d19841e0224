"""The desk and the agenda: what is due is there, what is done is not, and each role finds its own jobs."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hrd_world import NOW, World, newcomer

from hrd_cases.domain import agenda as kinds
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_CASE
from hrd_cases.domain.legal_actions import CustodyMeasure, Decision, Filed, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.support import Support
from hrd_cases.services import desk
from hrd_cases.services.backups import keeping
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.records import records
from hrd_cases.services.schedule import agenda, hearings, months, workload
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import saved_drafts

TODAY = NOW.date()


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def keep(world: World, case: str, *values: Any, by: str = "lana") -> list[str]:
    with world.writing(by) as ctx:
        return [records.create(ctx, case, value) for value in values]


def letter(**more: Any) -> Letter:
    return Letter(**{"subject": "Working hours", "direction": "from_us", **more})


def new_case(world: World, by: str = "lana", **more: Any) -> str:
    with world.writing(by) as ctx:
        return cases.create(ctx, Case(title="Mine four", **more))


def test_everything_due_in_fourteen_days_is_there_and_what_comes_later_is_not(sqlite_world: World) -> None:
    world = sqlite_world
    case = new_case(world, next_review=day(3))
    with world.writing("lana") as ctx:
        people.link(ctx, world.strike.person, case)
    keep(
        world,
        case,
        Hearing(on=day(1), at="10:00", room="Room 4", notified="sms"),
        Hearing(on=day(15), at="10:00", room="Too far", notified="sms"),
        letter(due=day(2)),
        letter(due=day(40), subject="Too far"),
        Task(what="Call the union", due=day(0)),
        LegalAction(
            title="Claim", kind="civil", custody=(CustodyMeasure(kind="custody", until=day(5), review=day(4)),)
        ),
        Consent(person=world.strike.person, said_on=TODAY, keep="yes", form="oral", review=day(6)),
        Support(what="A lawyer", kind="legal", state="running", ends=day(14)),
    )
    with world.reading("lana") as ctx:
        visible = desk.view(ctx)
    soon = [(line.kind, line.on) for line in visible.soon if line.case == case]
    assert soon == [
        (kinds.TASK, day(0)),
        (kinds.HEARING, day(1)),
        (kinds.LETTER, day(2)),
        (kinds.CASE_REVIEW, day(3)),
        (kinds.CUSTODY_REVIEW, day(4)),
        (kinds.CUSTODY_END, day(5)),
        (kinds.CONSENT_REVIEW, day(6)),
        (kinds.SUPPORT_END, day(14)),
    ]
    assert {line.case_title for line in visible.soon if line.case == case} == {"Mine four"}
    assert [line.title for line in visible.hearings] == ["Room 4"]
    assert [line.title for line in visible.soon if line.kind == kinds.LETTER] == ["Working hours"]


def test_the_last_day_to_challenge_a_decision_or_answer_a_paper_is_on_the_desk_until_it_is_done(
    sqlite_world: World,
) -> None:
    case = new_case(sqlite_world)
    claim = Filed(kind="claim", on=day(-9), answer_due=day(6))
    ruling = Decision(kind="ruling", on=day(-5), challenge_until=day(-1), text="A long text. " * 500)
    first = LegalAction(title="Claim", kind="civil", filings=(claim,), decisions=(ruling,))
    action, _ended = keep(sqlite_world, case, first, replace(first, outcome="withdrawn"))
    with sqlite_world.reading("lana") as ctx:
        visible = desk.view(ctx)
    assert [(item.kind, item.detail) for item in visible.overdue if item.case == case] == [(kinds.CHALLENGE, "ruling")]
    assert [(item.kind, item.on) for item in visible.soon if item.case == case] == [(kinds.ANSWER, day(6))]

    filed = (claim, Filed(kind="response_to_claim", on=day(0)), Filed(kind="private_complaint", on=day(-1)))
    with sqlite_world.writing("lana") as ctx:
        stored = records.read(ctx, case, action)
        assert stored.value.decisions == (ruling,)
        records.save(ctx, case, action, replace(stored.value, filings=filed), stored.versions)
    with sqlite_world.reading("lana") as ctx:
        visible = desk.view(ctx)
    assert not [item for item in (*visible.overdue, *visible.soon) if item.case == case]


def test_what_was_missed_is_overdue_until_it_is_dealt_with(sqlite_world: World) -> None:
    world = sqlite_world
    case = new_case(world)
    missed, _answered, _done = keep(
        world,
        case,
        letter(due=day(-3)),
        letter(due=day(-3), answered=day(-4)),
        Task(what="Done", due=day(-1), done=True),
    )
    keep(world, case, Hearing(on=day(-2), at="09:00", room="Nobody wrote down what happened", notified="sms"))
    with world.reading("lana") as ctx:
        overdue = [(line.kind, line.on) for line in desk.view(ctx).overdue if line.case == case]
    assert overdue == [(kinds.UNRECORDED, day(-2)), (kinds.LETTER, day(-3))]
    with world.writing("lana") as ctx:
        stored = records.read(ctx, case, missed)
        records.save(ctx, case, missed, replace(stored.value, answered=TODAY), stored.versions)
    with world.reading("lana") as ctx:
        assert [line.kind for line in desk.view(ctx).overdue if line.case == case] == [kinds.UNRECORDED]


def custody_lines(world: World, case: str) -> list[tuple[str, date]]:
    with world.reading("lana") as ctx:
        visible = desk.view(ctx)
    custody = [line for line in (*visible.overdue, *visible.soon) if line.kind in kinds.CUSTODY]
    return [(line.kind, line.on) for line in custody if line.case == case]


def test_custody_that_nobody_reviews_stands_on_the_desk_until_it_is_over(sqlite_world: World) -> None:
    case = new_case(sqlite_world)
    held = CustodyMeasure(kind="custody", since=exactly(day(-100)))
    bail = CustodyMeasure(kind="bail", since=exactly(day(-100)))
    (action,) = keep(sqlite_world, case, LegalAction(title="Strike", kind="criminal", custody=(held, bail)))

    def change(*custody: CustodyMeasure, **more: Any) -> None:
        with sqlite_world.writing("lana") as ctx:
            stored = records.read(ctx, case, action, LegalAction)
            records.save(ctx, case, action, replace(stored.value, custody=custody, **more), stored.versions)

    assert custody_lines(sqlite_world, case) == [(kinds.CUSTODY_UNREVIEWED, TODAY)]
    change(replace(held, kind=""))
    assert custody_lines(sqlite_world, case) == [(kinds.CUSTODY_UNREVIEWED, TODAY)]
    change(replace(held, review=day(-80)), replace(bail, review=day(-80)))
    assert custody_lines(sqlite_world, case) == [(kinds.CUSTODY_REVIEW, day(-80))]
    change(replace(held, review=day(3)))
    assert custody_lines(sqlite_world, case) == [(kinds.CUSTODY_REVIEW, day(3))]
    change(replace(held, until=day(200)), outcome="convicted")
    assert custody_lines(sqlite_world, case) == [(kinds.CUSTODY_UNREVIEWED, TODAY)]
    change(replace(held, until=day(-1)), outcome="convicted")
    assert not custody_lines(sqlite_world, case)


def test_on_later_days_the_agenda_and_the_month_ask_about_custody_too(sqlite_world: World) -> None:
    case = new_case(sqlite_world)
    held = CustodyMeasure(kind="custody", since=exactly(day(-2)))
    keep(sqlite_world, case, LegalAction(title="Strike", kind="criminal", custody=(held,)))
    with sqlite_world.writing("lana") as ctx:
        desk.view(ctx)  # packs the cards as they stand on this day
    then = sqlite_world.now = sqlite_world.day_is_sure(NOW + timedelta(days=20))  # a pack is used for 30 days
    sqlite_world.again("lana")
    with sqlite_world.writing("lana") as ctx:
        listed = agenda.agenda(ctx, then.date(), then.date(), kinds.CUSTODY)
        shown = months.month(ctx, then.date().replace(day=1), kinds.CUSTODY)
    assert [line.on for week in listed.weeks for line in week.lines if line.case == case] == [then.date()]
    assert shown.total == 1


def test_a_stretch_of_days_shows_so_many_lines_and_counts_the_rest(sqlite_world: World) -> None:
    world = sqlite_world
    many = [Task(what=f"Task {number}", due=day(at)) for at in (-2, 0, 3, 9) for number in range(desk.MOST + 2)]
    keep(world, new_case(world), *many)
    with world.reading("lana") as ctx:
        visible = desk.view(ctx)
    stretches = (visible.due_today, visible.due_in_week, visible.due_later)
    assert [(len(due.lines), due.more >= 2) for due in stretches] == [(desk.MOST, True)] * 3
    assert [{(line.on - TODAY).days for line in due.lines} for due in stretches] == [{0}, {3}, {9}]
    assert len(visible.overdue) == desk.MOST_OVERDUE
    assert visible.overdue_more >= desk.MOST + 2 - desk.MOST_OVERDUE


def test_a_letter_that_waits_without_a_date_is_not_forgotten(sqlite_world: World) -> None:
    case = new_case(sqlite_world)
    keep(sqlite_world, case, letter(handed_in=day(-90), addressee_name="Akimat"), letter(subject="Not yet sent"))
    with sqlite_world.reading("lana") as ctx:
        result = [waiting_letter for waiting_letter in desk.view(ctx).waiting_letters if waiting_letter.case == case]
    assert [(item.title, item.addressee, item.since) for item in result] == [("Working hours", "Akimat", day(-90))]


def test_a_task_of_a_colleague_stays_off_my_desk(sqlite_world: World) -> None:
    world = sqlite_world
    keep(world, world.strike.case, Task(what="For Luka", due=day(1), who=world.user("luka")))
    keep(world, world.strike.case, Task(what="For whoever can", due=day(1)))
    for name, expected in (("lana", {"For whoever can"}), ("luka", {"For Luka", "For whoever can"})):
        with world.reading(name) as ctx:
            assert {line.title for line in desk.view(ctx).soon if line.kind == kinds.TASK} == expected


def test_nothing_of_a_case_that_is_not_mine_reaches_my_desk_or_my_agenda(sqlite_world: World) -> None:
    world = sqlite_world
    keep(
        world, world.strike.case, Hearing(on=day(1), at="10:00", room="Canary room", notified="sms"), letter(due=day(1))
    )
    with world.reading("outsider") as ctx:
        visible = desk.view(ctx)
        weeks = agenda.agenda(ctx, day(-9999), day(9999)).weeks
    visited = {line.case for line in (*visible.overdue, *visible.soon)} | {
        line.case for week in weeks for line in week.lines
    }
    assert visited <= {world.own.case, NO_CASE}, (
        "of no case are the dates of recommendations, which all colleagues read"
    )
    assert "Canary" not in repr((visible, weeks))


def test_whoever_holds_only_the_coded_part_sees_dates_without_titles(sqlite_world: World) -> None:
    world = sqlite_world
    keep(world, world.strike.case, Hearing(on=day(1), at="10:00", room="Canary room", notified="sms"))
    with world.reading("external") as ctx:
        visible = desk.view(ctx)
    assert [(line.on, line.title) for line in visible.hearings] == [(day(1), "")]
    assert "Canary" not in repr(visible)


def test_an_open_call_waits_on_the_desk_and_a_dangerous_one_stands_first(sqlite_world: World) -> None:
    with sqlite_world.writing("luka") as ctx:
        calls.take(ctx, Call(what="x", when=exactly(TODAY), who="Calm", reach="y"))
        urgent = calls.take(ctx, Call(what="x", when=exactly(TODAY), who="In danger", reach="y", urgent=True))
    with sqlite_world.reading("luka") as ctx:
        assert [call.title for call in desk.view(ctx).calls] == ["In danger", "Calm"]
    with sqlite_world.writing("luka") as ctx:
        calls.close(ctx, urgent, "advice_given")
    with sqlite_world.reading("luka") as ctx:
        assert [call.title for call in desk.view(ctx).calls] == ["Calm"]


def test_a_case_that_only_i_can_open_is_named_until_it_is_shared(world: World) -> None:
    case = new_case(world)
    with world.reading("lana") as ctx:
        assert (case, "Mine four") in desk.view(ctx).sole_holder
        assert world.strike.case not in {item for item, _ in desk.view(ctx).sole_holder}
    with world.writing("lana") as ctx:
        sharing.share(ctx, case, world.user("anna"), "coded")
    with world.reading("lana") as ctx:
        assert case not in {item for item, _ in desk.view(ctx).sole_holder}


def test_a_case_shared_with_me_is_announced_and_my_own_is_not(sqlite_world: World) -> None:
    world = sqlite_world
    mine, theirs = new_case(world, by="luka"), new_case(world)
    with world.writing("lana") as ctx:
        sharing.share(ctx, theirs, world.user("luka"), "full")
    for _ in range(2):
        with world.reading("luka") as ctx:
            lately = {case for case, _ in desk.view(ctx).shared_lately}
        assert theirs in lately
        assert mine not in lately


def test_an_administrator_sees_who_waits_and_no_case(sqlite_world: World) -> None:
    newcomer(sqlite_world, "later", frozenset({"caseworker"}))
    with sqlite_world.reading("founder") as ctx:
        visible = desk.view(ctx)
    assert sqlite_world.user("later") in {line.user for line in visible.waiting_people}
    assert (visible.cases, visible.soon, visible.jobs.cases, visible.jobs.accounts) == (0, (), True, True)
    with sqlite_world.reading("auditor") as ctx:
        theirs = desk.view(ctx)
    assert theirs.waiting_people == ()
    assert (theirs.jobs.cases, theirs.jobs.log) == (False, True)
    assert theirs.checkpoint is not None
    assert len(theirs.checkpoint.words) == 8


def test_a_coordinator_sees_what_is_late_planned_by_nobody_and_whose_tasks_wait(sqlite_world: World) -> None:
    world = sqlite_world
    with world.reading("coordinator") as ctx:
        before = desk.view(ctx).workload
    assert before is not None
    planned, forgotten, closed = new_case(world), new_case(world), new_case(world, stage="closed")
    for case in (planned, forgotten, closed):
        with world.writing("lana") as ctx:
            sharing.share(ctx, case, world.user("coordinator"), "coded")
    lana = world.user("lana")
    keep(world, planned, Task(what="Ring", due=day(-1), who=lana), Task(what="Write", due=day(30), who=lana))
    keep(world, forgotten, Task(what="Done", due=day(-1), done=True))
    with world.reading("coordinator") as ctx:
        work = desk.view(ctx).workload
        assert work is not None
        assert [case for case, _ in work.forgotten[len(before.forgotten) :]] == [forgotten]
        assert workload.forgotten(ctx) == work.forgotten
    assert (work.cases - before.cases, work.late - before.late) == (2, 1)
    waiting = {one.name: (one.waiting, one.late) for one in work.colleagues}
    earlier = {one.name: (one.waiting, one.late) for one in before.colleagues}.get("Lana Person", (0, 0))
    assert waiting["Lana Person"] == (earlier[0] + 2, earlier[1] + 1)
    with world.reading("lana") as ctx:
        assert desk.view(ctx).workload is None


def test_only_whoever_administers_sees_the_state_of_the_server(sqlite_world: World) -> None:
    with sqlite_world.writing("admin") as ctx:
        keeping.note_verified(ctx.work.settings, TODAY, TODAY)
    with sqlite_world.reading("admin") as ctx:
        server = desk.view(ctx).server
    assert server is not None
    assert (server.backups.verified, server.cards_read, server.free_bytes > 0) == (TODAY, True, True)
    for name in ("lana", "coordinator", "auditor"):
        with sqlite_world.reading(name) as ctx:
            assert desk.view(ctx).server is None


def test_what_was_typed_after_time_ran_out_is_offered_on_the_desk(sqlite_world: World) -> None:
    new = saved_drafts.DraftOrigin(user=sqlite_world.user("lana"), form="/c/new", page="/c/new")
    origin = saved_drafts.origin(sqlite_world.runtime, saved_drafts.token(sqlite_world.runtime, new, NOW), NOW)
    assert origin is not None
    assert saved_drafts.keep(sqlite_world.runtime, origin, (("title", "half a case"),), NOW)
    with sqlite_world.reading("lana") as ctx:
        assert [(item.form, item.fields) for item in desk.view(ctx).kept] == [("/c/new", (("title", "half a case"),))]


def test_the_agenda_goes_by_weeks_and_keeps_to_its_period(sqlite_world: World) -> None:
    case = new_case(sqlite_world)
    at = [date(2026, 11, 23), date(2026, 11, 29), date(2026, 11, 30)]  # Monday, Sunday, the next Monday
    keep(sqlite_world, case, *(Hearing(on=on, at="10:00", room="R", notified="sms") for on in at), letter(due=at[0]))
    with sqlite_world.reading("lana") as ctx:
        both = agenda.agenda(ctx, at[0], at[2])
        only = agenda.agenda(ctx, at[0], at[1], kinds.LETTERS)
    assert [(week.monday, len(week.lines)) for week in both.weeks] == [(at[0], 3), (at[2], 1)]
    assert [line.kind for week in only.weeks for line in week.lines] == [kinds.LETTER]


# Adjourning


def planned(world: World) -> str:
    (hearing,) = keep(
        world,
        world.strike.case,
        Hearing(on=day(1), at="16:00", room="Room 4", notified="sms", action=world.strike.records["action"]),
    )
    return hearing


def test_an_adjourned_hearing_makes_the_next_and_both_know_of_each_other(world: World) -> None:
    case, first = world.strike.case, planned(world)
    with world.writing("lana") as ctx:
        offered = hearings.proposed(ctx, case, first)
        second = hearings.adjourn(ctx, case, first, replace(offered, on=day(20)))
    with world.reading("lana") as ctx:
        before, after = records.read(ctx, case, first).value, records.read(ctx, case, second).value
    assert (offered.at, offered.room, offered.notified, offered.on) == ("16:00", "Room 4", "in_hearing", None)
    assert (before.adjourned_to, before.outcome) == (second, "adjourned")
    assert (after.adjourned_from, after.on, after.action) == (first, day(20), world.strike.records["action"])


def test_a_hearing_is_adjourned_once_and_never_back_in_time(sqlite_world: World) -> None:
    case, first = sqlite_world.strike.case, planned(sqlite_world)
    following = Hearing(on=day(-1), at="16:00", room="Room 4", notified="sms")
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("lana") as ctx:
        hearings.adjourn(ctx, case, first, following)
    assert refused.value.place == "on"
    with sqlite_world.writing("lana") as ctx:
        hearings.adjourn(ctx, case, first, replace(following, on=day(9)))
    with pytest.raises(RuleBroken), sqlite_world.writing("lana") as ctx:
        hearings.adjourn(ctx, case, first, replace(following, on=day(9)))


def test_nobody_adjourns_a_hearing_of_a_case_that_is_not_theirs(sqlite_world: World) -> None:
    first = planned(sqlite_world)
    with pytest.raises(NotFound), sqlite_world.writing("outsider") as ctx:
        hearings.proposed(ctx, sqlite_world.strike.case, first)
