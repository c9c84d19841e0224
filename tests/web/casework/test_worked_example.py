"""The entity of CONTRIBUTING.md on the pages: one declaration brings it into menu, list, timeline, desk and search."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hrd_example import declared_visit
from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.fields import Entity

HEARD = "Safe and well, counsel was there"


@pytest.fixture
def lana(sqlite_world: World) -> Visitor:
    """A lawyer's browser."""
    return Visitor(sqlite_world).enter("lana")


@pytest.fixture
def visit(sqlite_world: World) -> Iterator[Entity]:
    """The entity of the example, declared once the world stands."""
    with declared_visit() as entity:
        yield entity


def write(lana: Visitor, world: World, days: int) -> str:
    """A visit so many days from today, written on its page; the address of the record."""
    day = (NOW + timedelta(days=days)).strftime("%d.%m.%Y")
    answer = lana.fill(f"/c/{world.strike.case}/q/new", person=world.strike.person, on=day, heard=HEARD)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).partition("?")[0]


def test_a_declared_entity_stands_in_menu_list_and_timeline(sqlite_world: World, lana: Visitor, visit: Entity) -> None:
    case = sqlite_world.strike.case
    page = write(lana, sqlite_world, -3)
    assert f"/c/{case}/q" in lana.get(f"/c/{case}").text
    assert page in lana.get(f"/c/{case}/q").text
    timeline = lana.get(f"/c/{case}/f").text.partition('id="timeline"')[2].partition("</section>")[0]
    assert HEARD in timeline
    assert visit.label in timeline


def test_a_declared_entity_whose_day_lies_ahead_stands_on_the_desk_and_in_the_agenda(
    sqlite_world: World, lana: Visitor, visit: Entity
) -> None:
    page = write(lana, sqlite_world, 3)
    for place in ("/d", "/h"):
        text = lana.get(place).text
        assert page in text, place
        assert visit.label in text, place


def test_a_declared_entity_whose_day_is_over_asks_nobody_to_do_anything(
    sqlite_world: World, lana: Visitor, visit: Entity
) -> None:
    assert visit.dated
    assert write(lana, sqlite_world, -3) not in lana.get("/d").text


def test_a_declared_entity_is_found_by_what_is_written_in_it(sqlite_world: World, lana: Visitor, visit: Entity) -> None:
    assert visit.in_case
    page = write(lana, sqlite_world, 3)
    answer = lana.fill("/s", text="counsel was there")
    assert page in lana.get(str(answer.headers["Location"])).text
