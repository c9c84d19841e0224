"""Two times or places side by side on the page of a question, and what is said of their difference."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.casework import cases
from hrd_cases.services.records import records

INCIDENT = Incident(title="Canary title", kinds=("arrest",), public_record=True)
EARLY = "/t?f=01.2001&t=06.2001&r=KZ-35"


@pytest.fixture
def coordinator(sqlite_world: World) -> Callable[..., str]:
    """Writes down so many incidents by month and region, and gives the part of the page that compares."""

    def look(path: str, counts: dict[tuple[str, str], int]) -> str:
        with sqlite_world.writing("anna") as ctx:
            case = cases.create(ctx, Case(title="Canary case"))
            for (month, region), count in counts.items():
                for _number in range(count):
                    records.create(ctx, case, replace(INCIDENT, when=parse(month), region=region))
        page = Browser(sqlite_world, "coordinator").get(path)
        assert page.status_code == 200
        part = page.text.partition('id="beside"')[2].partition('id="question"')[0]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())

    return look


def test_two_times_of_unequal_length_are_compared_by_their_days(coordinator: Callable[..., str]) -> None:
    counts = {("2001-02", "KZ-35"): 2, ("2001-08", "KZ-35"): 12}
    text = coordinator(f"{EARLY}&y=07.2001&z=09.2001", counts)
    assert "January 2001 – June 2001: 2 incidents; Karaganda Region, July 2001 – September 2001: 12." in text
    assert "This is more than chance: in equally many days the second has between" in text
    assert "exact conditional test of two Poisson counts" in text
    assert re.search(r"incidents \+500 percent 2 12\b", text)


def test_two_places_are_compared_and_few_incidents_say_nothing(coordinator: Callable[..., str]) -> None:
    text = coordinator(f"{EARLY}&v=KZ-10", {("2001-02", "KZ-35"): 1, ("2001-03", "KZ-10"): 2})
    assert "Too few to say whether they differ." in text
    text = coordinator(f"{EARLY}&v=KZ-10", {("2001-02", "KZ-35"): 5, ("2001-03", "KZ-10"): 7})
    assert "It cannot be said that they differ" in text


@pytest.mark.parametrize("more", ["&y=06.2001&z=12.2001", "&v=KZ-35"])
def test_nothing_is_said_of_what_shares_days_or_incidents(coordinator: Callable[..., str], more: str) -> None:
    text = coordinator(EARLY + more, {("2001-02", "KZ-35"): 1, ("2001-08", "KZ-35"): 20})
    assert "Both share days or incidents, so nothing can be said of a difference." in text
    assert "chance:" not in text


def test_a_part_is_not_compared_with_the_whole_that_holds_it(coordinator: Callable[..., str]) -> None:
    text = coordinator("/t?f=01.2001&t=06.2001&v=KZ-10", {("2001-02", "KZ-35"): 20})
    assert "nothing can be said of a difference" in text


@pytest.mark.parametrize("more", ["&v=KZ-10&y=01.2002", "&v=nowhere", "&y=long ago"])
def test_what_cannot_stand_beside_is_said(sqlite_world: World, more: str) -> None:
    answer = Browser(sqlite_world, "coordinator").get(EARLY + more)
    assert answer.status_code == 422
