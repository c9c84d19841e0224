"""Long forms in parts: what was saved stays, a broken line loses at most the part that was being typed."""

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.incidents import Incident
from hrd_cases.services.figures import trends
from hrd_cases.services.records import records

TITLE = "Dismissed after a petition"
WHAT = {"title": TITLE, "when": "12.03.2024", "region": "KZ-35", "kinds": "summons"}


IN_2024 = trends.TrendQuestion(since="2024-01", until="2024-12")


@pytest.fixture
def new(sqlite_world: World) -> str:
    return f"/c/{sqlite_world.strike.case}/n/new"


def incidents(world: World) -> list[str]:
    with world.reading("anna") as ctx:
        listed = records.listing(ctx, Incident, world.strike.case)
        return [item.id for item in listed if item.value.title == TITLE]


def part_of(page: str, number: int) -> str:
    """The markup of one part of a form."""
    return page.partition(f'id="part-{number}"')[2].partition('id="part-')[0]


def test_each_part_is_saved_and_leads_on_to_the_next(sqlite_world: World, anna: Visitor, new: str) -> None:
    assert 'name="_part" value="2"' in part_of(anna.get(new).text, 1)
    loads, answer = 1, anna.send(new, {**anna.fields(new), **WHAT, "_part": "2"})
    assert answer.status_code == 303, answer.text
    (record,) = incidents(sqlite_world)
    edit = f"/c/{sqlite_world.strike.case}/r/{record}/e"
    typed = ({"count-low": "2"}, {"perpetrator_names": "The shift"}, {"public_sources": "Radio"})
    for number, more in enumerate(typed, start=2):
        assert answer.headers["Location"] == f"{edit}?p={number}#part-{number}"
        page, loads = anna.get(answer.headers["Location"]), loads + 1
        assert part_of(page.text, number).partition(">")[0].endswith(" open")
        assert "Saved so far" in page.text
        answer = anna.send(edit, {**forms(page)[edit], **more, "_part": str(number + 1)})
    page, loads = anna.get(answer.headers["Location"]), loads + 1
    assert 'name="_part"' not in part_of(page.text, 5), "after the last part there is only Save"
    answer = anna.send(edit, {**forms(page)[edit], "impact": "Lost the flat"})
    assert answer.headers["Location"] == f"/c/{sqlite_world.strike.case}/r/{record}"
    assert loads == 5
    with sqlite_world.reading("anna") as ctx:
        value = records.read(ctx, sqlite_world.strike.case, record).value
    assert (value.title, value.count.low, value.perpetrator_names) == (TITLE, 2, "The shift")
    assert (value.public_sources, value.impact) == ("Radio", "Lost the flat")


def test_a_line_that_breaks_loses_at_most_the_part_being_typed(sqlite_world: World, anna: Visitor, new: str) -> None:
    first = {**anna.fields(new), **WHAT, "_part": "2"}
    created = anna.send(new, first).headers["Location"]
    assert anna.send(new, first).headers["Location"] == created, "the answer was lost, and the form sent again"
    saved = anna.send(new, {name: text for name, text in first.items() if name != "_part"})
    assert saved.headers["Location"] == created, "the other button of the same form"
    assert len(incidents(sqlite_world)) == 1
    edit = created.partition("?")[0]
    second = {**forms(anna.get(created))[edit], "perpetrator_names": "The shift", "_part": "3"}
    assert anna.send(edit, second).headers["Location"] == anna.send(edit, second).headers["Location"]
    page = anna.get(edit)
    assert forms(page)[edit]["title"] == [TITLE]
    assert forms(page)[edit]["perpetrator_names"] == ["The shift"]


def test_nothing_counts_until_its_first_part_is_whole(sqlite_world: World, anna: Visitor, new: str) -> None:
    half = {**anna.fields(new), **WHAT, "region": "", "perpetrator_names": "The shift", "_part": "2"}
    answer = anna.send(new, half)
    assert answer.status_code == 422
    assert 'href="#f-region-box"' in answer.text
    assert forms(answer)[new]["perpetrator_names"] == ["The shift"]
    assert incidents(sqlite_world) == []
    with sqlite_world.reading("coordinator") as ctx:
        before = len(trends.ask(ctx, IN_2024).selection.events)
    anna.send(new, {**forms(answer)[new], "region": "KZ-35", "_part": "2"})
    assert len(incidents(sqlite_world)) == 1
    with sqlite_world.reading("coordinator") as ctx:
        assert len(trends.ask(ctx, IN_2024).selection.events) == before + 1


def test_a_new_form_opens_its_first_part_alone(anna: Visitor, new: str) -> None:
    page = anna.get(new).text
    assert [" open" in part_of(page, number).partition(">")[0] for number in (2, 3, 4, 5)] == [False] * 4
    answer = anna.send(new, {**anna.fields(new), **WHAT, "region": "", "perpetrator_names": "The shift"}).text
    assert " open" in part_of(answer, 3).partition(">")[0], "what somebody filled in stands open"


def test_a_fold_says_how_much_it_holds(anna: Visitor, new: str) -> None:
    created = anna.send(new, {**anna.fields(new), **WHAT, "perpetrator_names": "The shift"}).headers["Location"]
    page = anna.get(f"{created}/e").text
    assert "1 filled in" in part_of(page, 3).partition("</summary>")[0]
    assert "filled in" not in part_of(page, 5).partition("</summary>")[0]


@pytest.mark.parametrize("part", ["", "99", "0", "-1", "²", "x" * 50, "1 2"])
def test_any_other_part_is_the_form_as_it_is(sqlite_world: World, anna: Visitor, new: str, part: str) -> None:
    created = anna.send(new, {**anna.fields(new), **WHAT, "_part": part})
    assert created.status_code == 303
    assert anna.get(created.headers["Location"]).status_code == 200
    assert anna.get(f"/c/{sqlite_world.strike.case}/r/{incidents(sqlite_world)[0]}/e?p={part}").status_code == 200
