"""A hearing is called by its matter and day wherever it is named, and two of one day by their hour."""

import re
from datetime import timedelta

import pytest
from hrd_pages import Visitor, below_search
from hrd_world import NOW, World

from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.services.records import records

DAY = NOW.date() + timedelta(days=3)
MATTER = "Claim about a strike"


@pytest.fixture
def hearings(sqlite_world: World) -> list[str]:
    """Two hearings of one legal action on one day, in one room, and one without an action."""
    case = sqlite_world.strike.case
    with sqlite_world.writing("lana") as ctx:
        action = records.create(ctx, case, LegalAction(title=MATTER, kind="civil_suit"))
        return [
            records.create(ctx, case, Hearing(on=DAY, at=at, room="Room 4", notified="sms", action=of))
            for at, of in (("10:00", action), ("15:30", action), ("16:00", ""))
        ]


def test_two_hearings_of_one_matter_and_day_differ_by_their_hour(sqlite_world: World, hearings: list[str]) -> None:
    lana, case = Visitor(sqlite_world).enter("lana"), sqlite_world.strike.case
    heads = [head(lana.get(f"/c/{case}/r/{item}").text) for item in hearings]
    assert heads == [f"{MATTER}, 25 November 2026, {at}" for at in ("10:00", "15:30")] + [
        "Room 4, 25 November 2026, 16:00"
    ]
    assert head(lana.get(f"/c/{case}/r/{hearings[0]}/e").text) == heads[0], "its form"
    assert heads[1] in lana.get(f"/c/{case}/r/{hearings[1]}/h").text, "its earlier versions"
    form = lana.get(f"/c/{case}/h/new").text
    for at in ("10:00", "15:30"):
        assert f"{MATTER} · 25.11.2026 {at}" in form, "where one is chosen"
    assert MATTER in lana.get(f"/c/{case}/r/{hearings[0]}/n").text, "the next one is said to come after it"


def test_every_list_calls_a_hearing_by_its_matter(sqlite_world: World, hearings: list[str]) -> None:
    lana, case = Visitor(sqlite_world).enter("lana"), sqlite_world.strike.case
    for place in (f"/c/{case}/h", f"/c/{case}/f?y=2026", f"/c/{case}", "/h", f"/h/d?d={DAY}"):
        page = lana.get(place).text
        rows = [row for row in re.findall("(?s)<li>.*?</li>", page) if MATTER in row and "/r/" in row]
        for at in ("10:00", "15:30"):
            assert any(at in row for row in rows), (place, at)
    assert lana.get(f"/c/{case}/h").text.count("25 November 2026, 10:00 · Room 4") == 1, "the room stands beside it"
    answer = lana.fill("/s", text="Room 4")
    found = re.sub("</?mark>", "", below_search(lana.get(answer.headers["Location"]).text))
    for at in ("10:00", "15:30"):
        assert f"{MATTER} · {at}" in found, "where the room was searched for"
    lana.get(f"/c/{case}/r/{hearings[0]}")
    assert f"{MATTER} · 25.11.2026 10:00" in lana.get(f"/c/{case}/opened").text


def head(page: str) -> str:
    """The title of a page."""
    return re.sub("<[^>]+>", "", page.partition("<h1>")[2].partition("</h1>")[0]).strip()
