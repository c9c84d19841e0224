"""A repeating task makes the next one when it is done, once, until its last day; the agenda ticks off and answers."""

from datetime import date, timedelta

import pytest
from hrd_pages import Visitor, forms
from hrd_world import NOW, World

from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task, repeated
from hrd_cases.services.records import records

TODAY = NOW.date()
LATER = TODAY + timedelta(days=1)


def keep(world: World, value: Task | Letter) -> str:
    with world.writing("lana") as ctx:
        return records.create(ctx, world.strike.case, value)


def tasks_called(world: World, what: str) -> list[Task]:
    with world.reading("lana") as ctx:
        cards = [card for card in records.listing(ctx, Task, world.strike.case) if card.value.what == what]
        values = [records.read(ctx, world.strike.case, card.id, Task).value for card in cards]
    return sorted(values, key=lambda task: task.due or TODAY)


def test_a_repeating_task_makes_the_next_when_it_is_done_and_only_once(world: World) -> None:
    record = keep(world, Task(what="Visit", due=TODAY, repeats="week", repeats_until=TODAY + timedelta(days=10)))
    lana = Visitor(world).enter("lana")
    finish, reopen = (f"/c/{world.strike.case}/r/{record}/{letter}" for letter in "ga")
    assert lana.fill("/d", finish).status_code == 303
    first, second = tasks_called(world, "Visit")
    assert (first.done, second.done, second.due, second.repeats) == (True, False, TODAY + timedelta(days=7), "week")
    assert lana.fill(f"/d?d={record}", reopen).status_code == 303
    assert lana.fill("/d", finish).status_code == 303
    assert len(tasks_called(world, "Visit")) == 2, "done twice, the next is there once"


def test_a_task_that_is_done_in_its_form_makes_the_next_too(sqlite_world: World) -> None:
    record = keep(sqlite_world, Task(what="Ring", due=TODAY, repeats="month"))
    page = f"/c/{sqlite_world.strike.case}/r/{record}/e"
    assert Visitor(sqlite_world).enter("lana").fill(page, done="yes").status_code == 303
    assert [task.done for task in tasks_called(sqlite_world, "Ring")] == [True, False]


@pytest.mark.parametrize(
    ("task", "today", "due"),
    [
        (Task(what="x", due=date(2026, 1, 31), repeats="month"), date(2026, 1, 31), date(2026, 2, 28)),
        (
            Task(what="x", due=date(2026, 2, 28), repeats="month", first_due="2026-01-31"),
            date(2026, 2, 28),
            date(2026, 3, 31),
        ),
        (Task(what="x", due=date(2026, 1, 5), repeats="week"), date(2026, 1, 20), date(2026, 1, 26)),
        (Task(what="x", due=date(2026, 11, 30), repeats="quarter"), date(2026, 11, 30), date(2027, 2, 28)),
        (Task(what="x", due=date(2026, 1, 5), repeats="week", repeats_until=date(2026, 1, 11)), date(2026, 1, 5), None),
        (Task(what="x", due=date(2026, 1, 5)), date(2026, 1, 5), None),
        (Task(what="x", repeats="week"), date(2026, 1, 5), None),
    ],
)
def test_the_next_day_is_counted_from_the_first(task: Task, today: date, due: date | None) -> None:
    following = repeated(task, "r", today)
    assert (following.due if following else None) == due


def test_the_agenda_ticks_off_and_comes_back_to_its_page(sqlite_world: World) -> None:
    record = keep(sqlite_world, Task(what="Visit", due=LATER))
    lana, period = Visitor(sqlite_world).enter("lana"), f"/h?f={LATER}&t={LATER}"
    action = next(name for name in actions(lana, period) if f"/r/{record}/g" in name)
    answer = lana.fill(period, action)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/h?")
    assert f"f={LATER}" in answer.headers["Location"]
    assert tasks_called(sqlite_world, "Visit")[0].done
    assert any(f"/r/{record}/a" in name for name in actions(lana, answer.headers["Location"])), "it can be undone"


def test_a_letter_on_the_desk_and_in_the_agenda_leads_to_the_form_of_its_answer(sqlite_world: World) -> None:
    record = keep(sqlite_world, Letter(subject="Shifts", direction="from_us", handed_in=TODAY, due=LATER))
    form = f'href="/c/{sqlite_world.strike.case}/r/{record}/b"'
    lana = Visitor(sqlite_world).enter("lana")
    for address in ("/d", f"/h?f={LATER}&t={LATER}"):
        assert form in lana.get(address).text, address
    for name in ("outsider", "auditor", "external"):
        assert form not in Visitor(sqlite_world).enter(name).get(f"/h?f={LATER}&t={LATER}").text


def actions(visitor: Visitor, address: str) -> list[str]:
    return list(forms(visitor.get(address)))
