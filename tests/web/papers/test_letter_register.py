"""The register of letters: the days, body and state asked for, of the reader's own cases, by the page and on paper."""

import re
from datetime import date

from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.letter_chain import ANSWERED_STATE, GIVEN_UP, OVERDUE, RECEIVED, WAITING
from hrd_cases.domain.letters import Letter
from hrd_cases.services.records import records

REGISTER, DAY = "/h/k", date(2024, 3, 5)
STATES = {
    WAITING: {"due": date(2026, 12, 30)},
    OVERDUE: {"due": date(2024, 4, 1)},
    ANSWERED_STATE: {"answered": date(2024, 3, 20), "result": "solved"},
    GIVEN_UP: {"result": "none"},
    RECEIVED: {"direction": "to_us"},
}


def keep(world: World, *letters: Letter) -> None:
    with world.writing("lana") as ctx:
        for letter in letters:
            records.create(ctx, world.strike.case, letter)


def letter(subject: str, **more: object) -> Letter:
    return Letter(**{"subject": subject, "direction": "from_us", "handed_in": DAY, **more})  # type: ignore[arg-type]


def titles(text: str) -> list[str]:
    return re.findall(r">(Matter [\w ]+)</a>", text)


def test_the_register_shows_number_day_body_matter_due_date_and_answer(sqlite_world: World) -> None:
    with sqlite_world.writing("lana") as ctx:
        office = records.create(ctx, None, Body(name="Inspectorate of Nowhere", kind="labour_inspectorate"))
    answered = {"answered": date(2024, 3, 20), "result": "solved", "due": date(2024, 3, 25)}
    keep(
        sqlite_world,
        letter("Matter one", addressee=office, our_number="17", their_number="ЖТ-5", **answered),
        letter("Matter two", addressee_name="Director of mine No 9", handed_in=date(2024, 3, 9)),
        letter("Matter without a day", handed_in=None),
    )
    lana = Visitor(sqlite_world).enter("lana")
    page = lana.get(f"{REGISTER}?f=2024-03-01&t=2024-03-31").text
    assert titles(page) == ["Matter two", "Matter one"]
    row = page.partition("Matter one")[0].rpartition("<tr")[2] + page.partition("Matter one")[2].partition("</tr>")[0]
    for text in ("17", "ЖТ-5", "5 Mar 2024", "Inspectorate of Nowhere", "25 Mar 2024", "20 Mar 2024", "Solved"):
        assert text in row, text
    assert "letters have no day" in page or "letter has no day" in page
    assert titles(lana.get(f"{REGISTER}?f=2024-03-06&t=2024-03-31").text) == ["Matter two"]
    assert titles(lana.get(f"{REGISTER}?f=2024-01-01&t=2024-12-31&b={office}").text) == ["Matter one"]
    assert "The period ends before it begins" in lana.get(f"{REGISTER}?f=2024-04-01&t=2024-03-01").text
    assert f'href="{REGISTER}"' in lana.get("/h").text
    assert 'href="/u?t=letter"' in page


def test_each_state_has_its_letters_and_no_other(sqlite_world: World) -> None:
    keep(sqlite_world, *(letter(f"Matter {state}", **more) for state, more in STATES.items()))
    lana = Visitor(sqlite_world).enter("lana")
    for state in STATES:
        assert titles(lana.get(f"{REGISTER}?f=2024&t=2024&w={state}").text) == [f"Matter {state}"]


def test_the_register_comes_by_the_page_and_whole_for_paper(sqlite_world: World) -> None:
    keep(sqlite_world, *(letter(f"Matter {number}") for number in range(30)))
    lana = Visitor(sqlite_world).enter("lana")
    first = lana.get(f"{REGISTER}?f=2024&t=2024").text
    assert len(titles(first)) == 25
    whole = re.search(r'href="(/h/k\?[^"]*a=1[^"]*)"', first)
    assert whole is not None
    assert len(titles(lana.get(whole[1].replace("&amp;", "&")).text)) == 30


def test_nobody_reads_letters_of_cases_they_cannot_open(sqlite_world: World) -> None:
    keep(sqlite_world, letter("Matter one"))
    for name in ("outsider", "auditor"):
        assert "Matter one" not in Visitor(sqlite_world).enter(name).get(f"{REGISTER}?f=2024&t=2024").text
