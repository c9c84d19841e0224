"""Search before something is entered: over what one may open, and whom to ask about the rest, whatever there is."""

import re

import pytest
from hrd_pages import Visitor
from hrd_world import World

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
    said = "Whether somebody else works on it, ask"
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
    for name in (THERE, NOWHERE):
        answer = outsider.fill(f"/p/new/{kept.own.case}", pseudonym=f"Q {name}", **{"names-0-name": name})
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
