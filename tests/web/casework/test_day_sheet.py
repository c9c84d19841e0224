"""The sheet of a day: hearings with place and counsel, custody that was not looked at, what is due; only one's own."""

from dataclasses import replace
from datetime import timedelta

from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import CustodyMeasure, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.services.records import records
from hrd_cases.services.schedule import duty

TODAY = NOW.date()
LATER = TODAY + timedelta(days=3)


def fill(world: World) -> None:
    """A hearing and a task in three days, and a custody review whose day went by."""
    with world.writing("lana") as ctx:
        court = records.create(ctx, None, Body(name="Court of Nowhere", kind="court", address="1 Empty Street"))
        action = LegalAction(
            title="Claim about a strike",
            kind="civil_suit",
            forum=court,
            counsel_of_record=(world.user("lana"),),
            custody=(CustodyMeasure(kind="detention", review=TODAY - timedelta(days=4)),),
        )
        begun = records.create(ctx, world.strike.case, action)
        hearing = Hearing(on=LATER, at="10:00", room="Room 4", notified="sms", action=begun)
        letter = Letter(subject="Answer about shifts", direction="from_us", handed_in=TODAY, due=LATER)
        for value in (hearing, letter, Task(what="Bring water", due=LATER), Task(what="Another day", due=TODAY)):
            records.create(ctx, world.strike.case, value)
        duty.put_on(ctx, Duty(who=world.user("anna"), begins=LATER, ends=LATER, number="+7 700 000 00 07"))


def test_a_day_stands_on_one_sheet_with_places_and_whom_to_ring(sqlite_world: World) -> None:
    fill(sqlite_world)
    lana = Visitor(sqlite_world).enter("lana")
    page = lana.get(f"/h/d?d={LATER}").text
    for text in ("Claim about a strike", "10:00", "Court of Nowhere, Room 4, 1 Empty Street", "Ring: Lana"):
        assert text in page, text
    for text in ("Answer about shifts", "Bring water", "+7 700 000 00 07"):
        assert text in page, text
    assert "Another day" not in page
    assert 'href="/h/d"' in lana.get("/h").text


def test_a_custody_review_whose_day_went_by_stands_on_the_sheet_of_today(sqlite_world: World) -> None:
    fill(sqlite_world)
    lana = Visitor(sqlite_world).enter("lana")
    today = lana.get("/h/d").text
    assert "Custody review" in today
    assert "overdue" in today.partition('id="custody"')[2]
    assert "Custody review" not in lana.get(f"/h/d?d={LATER}").text


def test_custody_without_a_next_review_is_asked_for_one_where_it_is_written(sqlite_world: World) -> None:
    held = LegalAction(title="Strike", kind="criminal", custody=(CustodyMeasure(kind="custody"),))
    with sqlite_world.writing("lana") as ctx:
        action = records.create(ctx, sqlite_world.strike.case, held)
    lana, page = Visitor(sqlite_world).enter("lana"), f"/c/{sqlite_world.strike.case}/r/{action}"
    asked = "nobody said when the measure is reviewed next"
    assert asked in lana.get(page).text
    assert f'href="{page}/e#f-custody-box"' in lana.get(page).text
    assert 'id="f-custody-box"' in lana.get(f"{page}/e").text
    for place in ("/d", "/h", "/h/d", "/h?w=m"):
        assert "Custody without a next review" in lana.get(place).text, place
    with sqlite_world.writing("lana") as ctx:
        stored = records.read(ctx, sqlite_world.strike.case, action, LegalAction)
        reviewed = replace(stored.value, custody=(CustodyMeasure(kind="custody", review=LATER),))
        records.save(ctx, sqlite_world.strike.case, action, reviewed, stored.versions)
    assert asked not in lana.get(page).text
    assert "Custody without a next review" not in lana.get("/d").text


def test_nobody_reads_of_cases_and_colleagues_they_cannot_open(sqlite_world: World) -> None:
    fill(sqlite_world)
    for name in ("outsider", "auditor"):
        page = Visitor(sqlite_world).enter(name).get(f"/h/d?d={LATER}").text
        for text in ("Claim about a strike", "Answer about shifts", "Bring water", "Court of Nowhere"):
            assert text not in page, (name, text)
    external = Visitor(sqlite_world).enter("external").get(f"/h/d?d={LATER}").text
    for text in ("Claim about a strike", "Bring water", "Answer about shifts", "Room 4"):
        assert text not in external, text


def test_a_day_that_is_none_is_asked_again(sqlite_world: World) -> None:
    answer = Visitor(sqlite_world).enter("lana").get("/h/d?d=nonsense")
    assert answer.status_code == 422
    assert "not read as a date" in answer.text
