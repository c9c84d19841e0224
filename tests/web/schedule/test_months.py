"""The agenda by month, and as a file for the calendar of a telephone that names nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.services.records import records

TODAY = NOW.date()
SECRET = "Kairat of mine 5"


def keep(world: World, *values: object, who: str = "lana") -> list[str]:
    with world.writing(who) as ctx:
        return [records.create(ctx, world.strike.case, value) for value in values]  # type: ignore[arg-type]


def a_file(who: Visitor, **typed: str) -> str:
    answer = who.fill("/h/x", **typed)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.get_data().decode()


def events(text: str) -> list[dict[str, str]]:
    unfolded = text.replace("\r\n ", "")
    parts = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", unfolded, flags=re.DOTALL)
    return [dict(line.split(":", 1) for line in part.split("\r\n") if line) for part in parts]


def main_of(text: str) -> str:
    return text.partition("<main")[2]


def test_a_month_shows_each_day_with_its_lines(sqlite_world: World) -> None:
    keep(
        sqlite_world,
        Hearing(on=TODAY, at="10:00", kind="main"),
        *(Task(what=f"Step {number}", due=TODAY) for number in range(6)),
        Task(what="After forty days", due=TODAY + timedelta(days=40)),
    )
    text = main_of(Visitor(sqlite_world).enter("lana").get("/h/m").text)
    assert text.count('role="columnheader"') == 7
    assert "10:00" in text
    assert "3 more" in text
    assert f"/h?f={TODAY}&amp;t={TODAY}" in text
    assert "After forty days" not in text
    assert 'aria-current="date"' in text


def test_months_lead_to_each_other_and_keep_what_is_shown(sqlite_world: World) -> None:
    lana = Visitor(sqlite_world).enter("lana")
    keep(sqlite_world, Task(what="Buy paper", due=TODAY), Hearing(on=TODAY, at="10:00"))
    text = main_of(lana.get("/h/m?m=2026-12&w=h").text)
    assert "m=2026-11&amp;w=h" in text
    assert "m=2027-01&amp;w=h" in text
    here = main_of(lana.get(f"/h/m?m={TODAY:%Y-%m}&w=h").text)
    assert "10:00" in here
    assert "Buy paper" not in here


@pytest.mark.parametrize("typed", ["", "x", "9999", "0001-01", "2026-13", "31.12.9999", "1900-01", "2199-12"])
def test_any_month_that_an_address_names_is_a_page(sqlite_world: World, typed: str) -> None:
    assert Visitor(sqlite_world).enter("lana").get(f"/h/m?m={typed}").status_code == 200


def test_a_month_shows_what_its_reader_may_open(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="Ours alone", due=TODAY))
    assert "Ours alone" in Visitor(sqlite_world).enter("lana").get("/h/m").text
    assert "Ours alone" not in Visitor(sqlite_world).enter("outsider").get("/h/m").text


def test_the_file_says_a_kind_in_one_word_and_names_nobody(sqlite_world: World) -> None:
    made = keep(
        sqlite_world,
        Hearing(on=TODAY, at="10:00", room=SECRET),
        Task(what=SECRET, due=TODAY + timedelta(days=1)),
        Letter(subject=SECRET, direction="from_us", due=TODAY + timedelta(days=2)),
    )
    text = a_file(Visitor(sqlite_world).enter("lana"))
    titles = {event["SUMMARY"] for event in events(text)}
    assert titles <= {"Hearing", "Task", "Deadline", "Date"}
    assert {"Hearing", "Task", "Deadline"} <= titles
    assert SECRET not in text
    names = {line.split(":")[0].split(";")[0] for line in text.split("\r\n") if line}
    assert names <= {
        *("BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND"),
        *("DURATION", "SUMMARY", "CLASS"),
    }
    with sqlite_world.reading("lana") as ctx:
        case_title = records.title(records.read(ctx, sqlite_world.strike.case, sqlite_world.strike.case))
    assert case_title not in text
    assert not [record for record in (*made, sqlite_world.strike.case) if record in text]


def test_hours_are_those_of_the_organisation_and_days_are_whole(sqlite_world: World) -> None:
    day = TODAY + timedelta(days=200)
    keep(sqlite_world, Hearing(on=day, at="10:00"), Task(what="x", due=day))
    found = events(a_file(Visitor(sqlite_world).enter("lana"), f=day.strftime("%d.%m.%Y"), t=day.strftime("%d.%m.%Y")))
    at = datetime(day.year, day.month, day.day, 10, tzinfo=sqlite_world.runtime.zone).astimezone(UTC)
    hearing = next(event for event in found if event["SUMMARY"] == "Hearing")
    task = next(event for event in found if event["SUMMARY"] == "Task")
    assert hearing["DTSTART"] == f"{at:%Y%m%dT%H%M%SZ}"
    assert task["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
    assert task["DTEND;VALUE=DATE"] == f"{day + timedelta(days=1):%Y%m%d}"


def test_the_same_entry_has_the_same_name_in_each_file_and_another_for_a_colleague(sqlite_world: World) -> None:
    (task,) = keep(sqlite_world, Task(what="x", due=TODAY + timedelta(days=150)))
    lana = Visitor(sqlite_world).enter("lana")

    def name(who: Visitor, days: int) -> str:
        day = (TODAY + timedelta(days=days)).strftime("%d.%m.%Y")
        return next(event["UID"] for event in events(a_file(who, f=day, t=day)) if event["SUMMARY"] == "Task")

    first = name(lana, 150)
    assert name(lana, 150) == first
    assert name(Visitor(sqlite_world).enter("anna"), 150) != first
    with sqlite_world.writing("lana") as ctx:
        stored = records.read(ctx, sqlite_world.strike.case, task, Task)
        moved = Task(what="x", due=TODAY + timedelta(days=160))
        records.save(ctx, sqlite_world.strike.case, task, moved, stored.versions)
    assert name(lana, 160) == first


def test_what_is_done_is_left_out(sqlite_world: World) -> None:
    day = TODAY + timedelta(days=170)
    keep(sqlite_world, Task(what="x", due=day, done=True), Task(what="y", due=day))
    typed = day.strftime("%d.%m.%Y")
    assert len(events(a_file(Visitor(sqlite_world).enter("lana"), f=typed, t=typed))) == 1


def test_the_log_says_how_many_dates_left_and_none_of_them(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what=SECRET, due=TODAY))
    count = len(events(a_file(Visitor(sqlite_world).enter("lana"))))
    text = Visitor(sqlite_world).enter("auditor").get("/l").text
    assert "export the calendar" in text
    assert f"rows: {count}" in text
    assert SECRET not in text


def test_a_period_that_cannot_be_is_refused_at_its_field(sqlite_world: World) -> None:
    lana = Visitor(sqlite_world).enter("lana")
    for typed in ({"t": "01.01.2020"}, {"f": "yesterdayish"}, {"f": "2026", "t": "2099"}):
        answer = lana.fill("/h/x", **typed)
        assert answer.status_code == 422
        assert "aria-invalid" in answer.text
