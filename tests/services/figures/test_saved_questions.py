"""Questions that coordinators keep: under a name, for all of them and nobody else, with the figures of the day."""

import html
import re

import pytest
from hrd_browser import Browser
from hrd_thief import Copy, with_passphrase
from hrd_world import World

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.saved_questions import MOST_SAVED
from hrd_cases.services.figures import saved_questions, trends
from hrd_cases.services.figures.trends import TrendQuestion

QUESTION = TrendQuestion(only={"region": "KZ-35", "group": "legal_action"}, unit="persons", since="2001-01")


def keep(world: World, name: str, question: TrendQuestion = QUESTION, by: str = "coordinator") -> str:
    with world.writing(by) as ctx:
        return saved_questions.keep(ctx, name, question)


def names(world: World, by: str = "coordinator") -> list[str]:
    with world.reading(by) as ctx:
        trends.ask(ctx, TrendQuestion())
        return [line.name for line in saved_questions.listing(ctx)]


def test_a_question_is_saved_on_its_page_and_opens_with_the_figures_of_the_day(sqlite_world: World) -> None:
    browser = Browser(sqlite_world, "coordinator")
    page = browser.get("/t?r=KZ-35&u=persons&f=2001-01&t=2001-12")
    form = html.unescape(re.search(r'href="(/t/s[^"]*)"', page.text)[1])  # type: ignore[index]
    made = browser.post(form.partition("?")[0], n="Karaganda 2001", **_values(form))
    assert made.status_code == 303
    page = browser.get("/t")
    link = re.search(r'<a href="([^"]*)">Karaganda 2001</a>', page.text)
    assert link is not None
    opened = browser.get(html.unescape(link[1]))
    assert opened.status_code == 200
    assert 'value="2001-01"' in opened.text
    listed = browser.get("/t/s").text
    remove = re.search(r'action="(/t/s/[0-9a-f]{32}/n)"', listed)
    assert remove is not None
    assert browser.post(remove[1]).status_code == 303
    assert "Karaganda 2001" not in browser.get("/t").text


def _values(address: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in address.partition("?")[2].split("&"))


def test_all_coordinators_see_it_and_nobody_else_does(world: World) -> None:
    keep(world, "Canary question")
    assert names(world) == names(world, "founder") == ["Canary question"]
    for name in ("anna", "lana", "admin", "auditor"):
        with pytest.raises((Forbidden, NotFound)), world.reading(name) as ctx:
            saved_questions.manage(ctx)
    assert "Canary question" not in repr(Copy.of(world.runtime.database).rows)
    for name in ("anna", "lana", "outsider"):
        loot = with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase)
        assert world.runtime.organisation.trends not in {vault for vault, _, _ in loot.keys}


def test_a_name_is_needed_and_stands_once_and_a_form_sent_twice_saves_one(sqlite_world: World) -> None:
    for typed in ("", "  "):
        with pytest.raises(RuleBroken) as refused:
            keep(sqlite_world, typed)
        assert refused.value.place == "name"
    assert keep(sqlite_world, "One") == keep(sqlite_world, " One ")
    with pytest.raises(RuleBroken) as refused:
        keep(sqlite_world, "one", TrendQuestion())
    assert refused.value.place == "name"
    assert names(sqlite_world) == ["One"]


def test_a_question_that_has_no_answer_is_not_saved(sqlite_world: World) -> None:
    with pytest.raises(RuleBroken):
        keep(sqlite_world, "x", TrendQuestion(only={"kind": "beheading"}))
    answer = Browser(sqlite_world, "coordinator").post("/t/s", n="x", k="beheading")
    assert answer.status_code == 422
    assert names(sqlite_world) == []


def test_twenty_five_are_enough(sqlite_world: World) -> None:
    with sqlite_world.writing("coordinator") as ctx:
        for number in range(MOST_SAVED):
            saved_questions.keep(ctx, f"Question {number}", QUESTION)
    with pytest.raises(RuleBroken) as refused:
        keep(sqlite_world, "One more")
    assert refused.value.place == "name"


def test_only_a_saved_question_is_removed(sqlite_world: World) -> None:
    keep(sqlite_world, "One")
    names(sqlite_world)  # folds the facts
    with sqlite_world.runtime.database.reading() as work:
        (segment,) = work.trends.segments()
    for record in (segment, "ab" * 16):
        with pytest.raises(NotFound), sqlite_world.writing("coordinator") as ctx:
            saved_questions.remove(ctx, record)
    assert names(sqlite_world) == ["One"]
    with sqlite_world.runtime.database.reading() as work:
        assert work.trends.whole()
