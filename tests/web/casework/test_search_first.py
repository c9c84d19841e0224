"""Search before something is entered: over what one may open, and whom to ask about the rest, whatever there is."""

import re

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.companies import Company, DatedName
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.services.casework import duplicates, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing

THERE, NOWHERE = "Кенжебекова", "Мамырбекова"  # equally long
NUMBER, NO_NUMBER = "+7 705 444 33 22", "+7 705 444 33 27"
SAID = "This seems to be here already."
VARYING = re.compile(r'name="(?:csrf_token|_keep|_was)" value="[^"]*"|/s/[0-9a-f]{32}|id="[^"]*"|form="[^"]*"')


@pytest.fixture
def kept(sqlite_world: World) -> World:
    with sqlite_world.writing("anna") as ctx:
        reached = Channel(kind="phone", value=NUMBER)
        person = Person(pseudonym="A-9", names=(Name(name=f"{THERE} Айнур"),), channels=(reached,))
        people.create(ctx, person, sqlite_world.strike.case)
    with sqlite_world.writing("lana") as ctx:
        steel = Company(name="Carbon Steel", names=(DatedName(name="Карбон Сталь"),), registration="БИН 150540000123")
        records.create(ctx, None, steel)
    return sqlite_world


def found(visitor: Visitor, text: str) -> tuple[int, str]:
    """The answer to a search, without what differs from one answer to the next and without what was typed."""
    answer = visitor.get(visitor.fill("/s", text=text).headers["Location"])
    return answer.status_code, VARYING.sub("", answer.text).replace(text, "")


@pytest.mark.parametrize(
    ("reader", "there", "nowhere"),
    [
        *((reader, THERE, NOWHERE) for reader in ("outsider", "coordinator", "external")),
        *((reader, NUMBER, NO_NUMBER) for reader in ("outsider", "coordinator", "external")),
        *((reader, "A-9", "A-7") for reader in ("outsider", "coordinator")),  # external counsel reads pseudonyms
    ],
)
def test_an_outsiders_answer_is_the_same_to_the_byte_whether_or_not_it_exists(
    kept: World, reader: str, there: str, nowhere: str
) -> None:
    visitor = Visitor(kept).enter(reader)
    assert found(visitor, there) == found(visitor, nowhere)
    assert "Nothing found" in found(visitor, there)[1]


def test_whom_to_ask_stands_below_whatever_was_found_and_above_a_new_form(kept: World) -> None:
    anna = Visitor(kept).enter("anna")
    said = "To know whether somebody else works on it, ask"
    with kept.reading("anna") as ctx:
        asked = duplicates.whom_to_ask(ctx)
        names = {item.user: item.name for item in sharing.colleagues(ctx)}
    expected = {names[kept.user(name)] for name in ("coordinator", "founder")}
    assert set(asked) == expected, "coordinators alone, of all colleagues"
    for text in (found(anna, THERE)[1], found(anna, NOWHERE)[1]):
        assert f"{said} {', '.join(asked)}." in text
    for path in (f"/p/new/{kept.strike.case}", "/o/new", "/b/new"):
        assert said in anna.get(path).text


def test_who_enters_what_somebody_else_has_is_told_nothing_of_it(kept: World) -> None:
    outsider = Visitor(kept).enter("outsider")
    for at, name in enumerate((THERE, NOWHERE)):
        answer = outsider.fill(f"/p/new/{kept.own.case}", pseudonym=f"Q {at}", **{"names-0-name": name})
        assert answer.status_code == 303


@pytest.mark.parametrize(
    ("name", "registration"), [("Карбон  сталь", ""), ("CARBON STEEL", ""), ("Another", "бин 150540000123")]
)
def test_a_company_is_known_by_each_of_its_names_and_by_its_number(kept: World, name: str, registration: str) -> None:
    lana = Visitor(kept).enter("lana")
    answer = lana.fill("/o/new", name=name, registration=registration)
    assert (answer.status_code, SAID in answer.text) == (422, True)
    assert "Carbon Steel" in answer.text


def test_another_company_is_entered_at_once(kept: World) -> None:
    assert Visitor(kept).enter("lana").fill("/o/new", name="Carbon", registration="150540000124").status_code == 303


EVENTS = {
    "n": {
        "title": "Stopped at the gate",
        "when": "14.12.2017",
        "region": "KZ-35",
        "kinds": "threat",
        "place": "Ворота «Северной»",
    },
    "h": {"on": "15.12.2026", "at": "10:00", "room": "Суд № 2, зал 4", "notified": "sms"},
}
OTHER = {"n": {"place": "Ворота Южной"}, "h": {"room": "Суд № 7, зал 1"}}


def enter_event(visitor: Visitor, case: str, letter: str, **changed: str) -> TestResponse:
    """Send the form of a new incident or hearing."""
    return visitor.fill(f"/c/{case}/{letter}/new", **{**EVENTS[letter], **changed})


@pytest.mark.parametrize(("letter", "again"), [("n", "ворота северной"), ("h", "суд №2 зал 4")])
def test_an_event_of_the_same_day_and_place_is_asked_about_once(kept: World, letter: str, again: str) -> None:
    anna, place = Visitor(kept).enter("anna"), {"n": "place", "h": "room"}[letter]
    case = kept.strike.case
    before = anna.get(f"/c/{case}/{letter}/new").text
    assert "To know whether somebody else works on it, ask" in before
    first = enter_event(anna, case, letter)
    assert first.status_code == 303
    asked = enter_event(anna, case, letter, **{place: again})
    assert (asked.status_code, SAID in asked.text) == (422, True)
    assert first.headers["Location"].partition("?")[0] in asked.text, "a link to the one that is there"
    page = f"/c/{case}/{letter}/new"
    assert anna.send(page, forms(asked)[page]).status_code == 303, "the same form once more keeps it"
    assert enter_event(anna, case, letter, **OTHER[letter]).status_code == 303


@pytest.mark.parametrize("letter", ["n", "h"])
def test_who_may_not_open_the_other_event_is_told_nothing(kept: World, letter: str) -> None:
    assert enter_event(Visitor(kept).enter("anna"), kept.strike.case, letter).status_code == 303
    outsider = Visitor(kept).enter("outsider")
    answers = [enter_event(outsider, kept.own.case, letter, **changed) for changed in (OTHER[letter], {})]
    assert [answer.status_code for answer in answers] == [303, 303]
