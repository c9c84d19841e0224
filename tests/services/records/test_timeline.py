"""Lists stand as a person would expect: by day and time, and of one moment as entered; never by random ids."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hrd_world import World

from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Note, Task
from hrd_cases.domain.people import Person
from hrd_cases.services import desk
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.records import records
from hrd_cases.services.schedule import agenda

DAY = date(2026, 11, 20)
NAMES = [f"{number:02}" for number in range(10)]  # ten random ids lie in this order once in 3.6 million times


@pytest.fixture
def case(sqlite_world: World) -> str:
    with sqlite_world.writing("anna") as ctx:
        return cases.create(ctx, Case(title="Order"))


def keep(world: World, case: str, code: str, *values: Any) -> list[str]:
    with world.writing("anna") as ctx:
        return [records.create(ctx, case, value) for value in values]


def listed(world: World, case: str, code: str, field: str) -> list[str]:
    with world.reading("anna") as ctx:
        return [getattr(card.value, field) for card in records.listing(ctx, ENTITIES[code].cls, case)]


def test_what_has_no_day_stands_as_it_was_entered_and_keeps_its_place_when_changed(
    sqlite_world: World, case: str
) -> None:
    created = keep(sqlite_world, case, "note", *(Note(text=name) for name in NAMES))
    with sqlite_world.reading("anna") as ctx:
        assert [card.id for card in records.listing(ctx, Note, case)] == created[::-1]
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, case, created[3])
        records.save(ctx, case, created[3], replace(stored.value, text="changed"), stored.versions)
    with sqlite_world.reading("anna") as ctx:
        assert [card.id for card in records.listing(ctx, Note, case)] == created[::-1]


def test_events_of_one_day_stand_as_they_were_entered_on_the_timeline_and_in_their_list(
    sqlite_world: World, case: str
) -> None:
    keep(sqlite_world, case, "incident", *(Incident(title=name, when=parse("20.11.2026")) for name in NAMES))
    keep(sqlite_world, case, "incident", Incident(title="before", when=parse("11.2026")))
    assert listed(sqlite_world, case, "incident", "title") == ["before", *NAMES]
    with sqlite_world.reading("anna") as ctx:
        assert [entry.title for entry in cases.overview(ctx, case).timeline] == ["before", *NAMES]


def test_hearings_of_one_day_stand_by_their_hour(sqlite_world: World, case: str) -> None:
    hours = ["16:30", "09:00", "11:15", "08:45"]
    keep(sqlite_world, case, "hearing", *(Hearing(on=DAY, at=hour, room=hour, notified="sms") for hour in hours))
    requested = ["08:45", "09:00", "11:15", "16:30"]
    assert listed(sqlite_world, case, "hearing", "at") == requested
    with sqlite_world.reading("anna") as ctx:
        assert [entry.value.at for entry in cases.overview(ctx, case).timeline] == requested


def test_letters_stand_newest_first_and_tasks_by_the_day_they_are_due(sqlite_world: World, case: str) -> None:
    days = (3, 1, 2)
    letters = (Letter(subject=str(day), direction="from_us", handed_in=date(2026, 11, day)) for day in days)
    keep(sqlite_world, case, "letter", *letters)
    keep(sqlite_world, case, "task", *(Task(what=str(day), due=date(2026, 11, day)) for day in days))
    assert listed(sqlite_world, case, "letter", "subject") == ["3", "2", "1"]
    assert listed(sqlite_world, case, "task", "what") == ["1", "2", "3"]


def test_what_is_due_on_one_day_and_calls_of_one_day_stand_as_entered(sqlite_world: World, case: str) -> None:
    keep(sqlite_world, case, "task", *(Task(what=name, due=DAY) for name in NAMES))
    with sqlite_world.writing("anna") as ctx:
        for name in NAMES:
            calls.take(ctx, Call(who=name, what="What happened", when=parse("20.11.2026")))
    with sqlite_world.reading("anna") as ctx:
        due = [line.title for week in agenda.agenda(ctx, DAY, DAY).weeks for line in week.lines if line.case == case]
        visible = [call.title for call in desk.view(ctx).calls]
    assert due == NAMES
    assert [title for title in visible if title in NAMES] == NAMES[::-1]


def test_what_a_person_said_stands_by_its_moment_the_newest_first(sqlite_world: World, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="Miner A"), case)
    times = ["10:00", "08:00", "12:00", "09:30"]
    text = {"person": person, "said_on": DAY, "form": "signed", "keep": "yes"}
    keep(sqlite_world, case, "consent", *(Consent(said_at=time, **text) for time in times))
    requested = ["12:00", "10:00", "09:30", "08:00"]
    assert listed(sqlite_world, case, "consent", "said_at") == requested
    with sqlite_world.reading("anna") as ctx:
        assert [consent.card.value.said_at for consent in people.view(ctx, person).consents] == requested
