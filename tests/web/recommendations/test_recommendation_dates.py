"""Dates of a recommendation stand on the desk of whoever looks after it, are ticked off there, and that is undone."""

import re
from datetime import timedelta

import pytest
from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.recommendations import Recommendation, marked
from hrd_cases.services.recommendations import recommendation_dates, recommendations
from hrd_cases.services.records import records

SOON = (NOW.date() + timedelta(days=3)).strftime("%d.%m.%Y")
REVIEW, COMMITMENT = "Universal Periodic Review", "Letter of the ministry"


@pytest.fixture
def path(sqlite_world: World, anna: Visitor) -> str:
    created = anna.fill(
        "/r/new",
        **{
            "words-en-text": "Adopt a plan",
            "next_review": SOON,
            "review": REVIEW,
            "who": sqlite_world.user("luka"),
            "dates-0-kind": "commitment",
            "dates-0-on": SOON,
            "dates-0-what": COMMITMENT,
            "dates-0-who": sqlite_world.user("anna"),
        },
    )
    assert created.status_code == 303, created.text
    return created.headers["Location"]


def stored(world: World, path: str) -> Recommendation:
    with world.reading("anna") as ctx:
        return recommendations.view(ctx, path.rpartition("/")[2]).stored.value


def buttons(page: str, path: str, start: str) -> list[str]:
    return re.findall(f'action="({path}/{start}[^"]*)"', page)


def test_each_date_is_on_the_desk_of_its_colleague_and_in_the_agenda_of_all(
    sqlite_world: World, anna: Visitor, path: str
) -> None:
    hers, his = anna.get("/d").text, Visitor(sqlite_world).enter("luka").get("/d").text
    assert (COMMITMENT in hers, REVIEW in hers) == (True, False)
    assert (COMMITMENT in his, REVIEW in his) == (False, True)
    other = Visitor(sqlite_world).enter("coordinator")
    assert path not in other.get("/d").text
    shown = other.get("/h?w=r").text
    assert COMMITMENT in shown
    assert REVIEW in shown
    assert COMMITMENT not in other.get("/h?w=h").text


@pytest.mark.parametrize(("reader", "there"), [("coordinator", True), ("luka", False)])
def test_what_nobody_looks_after_is_on_the_desk_of_coordinators(
    sqlite_world: World, anna: Visitor, reader: str, there: bool
) -> None:
    path = anna.fill("/r/new", **{"words-en-text": "Adopt a plan", "next_review": SOON}).headers["Location"]
    assert (path in Visitor(sqlite_world).enter(reader).get("/d").text) is there


def test_a_date_is_ticked_off_on_the_desk_and_that_is_undone_there(
    sqlite_world: World, anna: Visitor, path: str
) -> None:
    (finish,) = buttons(anna.get("/d").text, path, "g/")
    answer = anna.fill("/d", finish)
    after = answer.headers["Location"].partition("#")[0]
    shown = anna.get(after).text
    assert re.search(f'class="finished".*{COMMITMENT}', shown, re.DOTALL)
    assert not buttons(shown, path, "g/")
    assert [item.done for item in stored(sqlite_world, path).dates] == [True]
    assert COMMITMENT not in anna.get("/d").text
    (reopen,) = buttons(shown, path, "a/")
    anna.fill(after, reopen)
    assert [item.done for item in stored(sqlite_world, path).dates] == [False]
    assert COMMITMENT in anna.get("/d").text


def test_the_button_on_its_own_page_and_in_the_agenda_comes_back_there(anna: Visitor, path: str) -> None:
    commitment, review = buttons(anna.get(path).text, path, "g/")
    assert anna.fill(path, review).headers["Location"] == f"{path}#dates"
    (in_agenda,) = buttons(anna.get("/h?w=r").text, path, commitment.partition("?")[0].removeprefix(f"{path}/"))
    assert anna.fill("/h?w=r", in_agenda.replace("&amp;", "&")).headers["Location"].startswith("/h?")


def test_the_next_review_is_open_again_when_another_day_is_written(
    sqlite_world: World, anna: Visitor, path: str
) -> None:
    review = buttons(anna.get(path).text, path, "g/0")[0]
    anna.fill(path, review)
    assert len(buttons(anna.get(path).text, path, "g/")) == 1
    anna.fill(f"{path}/e", next_review="2031")
    (again,) = buttons(anna.get(path).text, path, "g/0")
    assert anna.send(review, anna.fields(path, again)).status_code == 303
    assert buttons(anna.get(path).text, path, "g/0") == [again], "the button of a day that is not there any more"
    anna.fill(path, again)
    (undo,) = buttons(anna.get(path).text, path, "a/0")
    anna.fill(path, undo)
    assert buttons(anna.get(path).text, path, "g/0") == [again]


def test_a_date_that_is_a_year_waits_until_the_year_is_over(sqlite_world: World, anna: Visitor) -> None:
    year = NOW.year
    path = anna.fill("/r/new", **{"words-en-text": "Adopt a plan", "next_review": str(year)}).headers["Location"]
    late = Visitor(sqlite_world).enter("coordinator").get("/h?w=o").text
    assert path not in late
    anna.fill(f"{path}/e", next_review=str(year - 1))
    assert path in Visitor(sqlite_world).enter("coordinator").get("/h?w=o").text


@pytest.mark.parametrize("reader", ["auditor", "admin"])
def test_whoever_reads_no_recommendation_has_no_date_of_one(sqlite_world: World, path: str, reader: str) -> None:
    part = stored(sqlite_world, path).dates[0].on
    assert part is not None
    name = f"1-{part.first:%Y%m%d}-{part.last:%Y%m%d}"
    with sqlite_world.writing("anna") as ctx:
        assert recommendation_dates.mark(ctx, path.rpartition("/")[2], name, done=True)
    page = Visitor(sqlite_world).enter(reader).get(f"/d?d={path.rpartition('/')[2]}&p={name}").text
    assert path not in page
    assert COMMITMENT not in page


def test_what_has_no_such_date_stays_as_it_is(sqlite_world: World, path: str) -> None:
    value = stored(sqlite_world, path)
    assert marked(value, "7-20300101-20300101", done=True) == value
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, None, path.rpartition("/")[2], Recommendation).value == value
