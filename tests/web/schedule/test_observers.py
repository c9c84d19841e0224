"""Observers of a hearing as people and bodies: on the hearing, on their own pages, and only for who holds names."""

import pytest
from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.hearings import Hearing, Observer
from hrd_cases.domain.ids import PersonId
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import people
from hrd_cases.services.records import records

NAME, PSEUDONYM, UNION = "Сапаров Нурлан", "Observer 5", "Union of Nowhere"
REFUSED, WHY = "Refused, reason given", "no seats left"


@pytest.fixture
def observers(sqlite_world: World) -> tuple[PersonId, str]:
    """A person of the case and a body."""
    with sqlite_world.writing("anna") as ctx:
        value = Person(pseudonym=PSEUDONYM, names=(Name(name=NAME),), roles=("observer",))
        person = people.create(ctx, value, sqlite_world.strike.case)
        return person, records.create(ctx, None, Body(name=UNION, kind="union"))


def watched(world: World, person: PersonId, body: str) -> str:
    """A hearing at which the person was refused, and somebody of the body let in."""
    with world.writing("anna") as ctx:
        seen = (
            Observer(person=person, status="refused_with_reason", reason=WHY),
            Observer(body=body, who="its chair", status="admitted"),
        )
        value = Hearing(on=NOW.date(), at="10:00", room="Room 4", notified="sms", observers=seen)
        return records.create(ctx, world.strike.case, value)


def test_an_observer_is_chosen_in_the_form_and_named_with_a_link(
    sqlite_world: World, anna: Visitor, observers: tuple[PersonId, str]
) -> None:
    person, body = observers
    case = sqlite_world.strike.case
    typed = {"on": "today", "at": "10:00", "room": "Room 4", "notified": "sms"}
    row = {"observers-0-person": person, "observers-0-body": body, "observers-0-status": "refused_with_reason"}
    answer = anna.fill(f"/c/{case}/h/new", **typed, **row, **{"observers-0-reason": WHY})
    assert answer.status_code == 303, answer.text
    page = anna.get(answer.headers["Location"]).text
    for text in (f'href="/p/{person}"', NAME, f'href="/b/{body}"', UNION, REFUSED, WHY):
        assert text in page, text


def test_the_pages_of_a_person_and_a_body_say_where_they_were_let_in(
    sqlite_world: World, anna: Visitor, observers: tuple[PersonId, str]
) -> None:
    person, body = observers
    hearing = watched(sqlite_world, person, body)
    for place, said, other in ((f"/p/{person}", f"{REFUSED}: {WHY}", "Admitted"), (f"/b/{body}", "Admitted", WHY)):
        part = anna.get(place).text.partition("Observer at hearings")[2].partition("</section>")[0]
        assert f"/r/{hearing}" in part, place
        assert "Room 4 · 22.11.2026 10:00" in part, "called as everywhere"
        assert said in part
        assert other not in part, "what became of the other observer is not theirs"
    assert "Admitted" in anna.get(f"/b/{body}/r?k=h").text


def test_who_holds_no_names_of_a_case_sees_no_observer(sqlite_world: World, observers: tuple[PersonId, str]) -> None:
    person, body = observers
    hearing = watched(sqlite_world, person, body)
    counsel = Visitor(sqlite_world).enter("external")
    page = counsel.get(f"/c/{sqlite_world.strike.case}/r/{hearing}")
    assert page.status_code == 200
    for text in (NAME, PSEUDONYM, UNION, WHY):
        assert text not in page.text
    assert "Observer at hearings" not in counsel.get(f"/b/{body}").text
