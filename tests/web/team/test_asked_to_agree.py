"""Who is asked to agree that somebody is named without consent finds it on the desk, until it is answered."""

import pytest
from hrd_browser import Browser, filled_form
from hrd_world import World

from tests.web.papers.test_letter_gate import Writer, anna
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["anna", "lana"]
ASKED, REASON = "Your agreement is asked", "The term ends tomorrow"


def desk(world: World, name: str) -> str:
    return Browser(world, name).get("/d").text


def named(paper: str) -> str:
    """The link to a paper on the desk."""
    return f'href="{paper}"'


def agree(world: World, name: str, path: str, form: str, person: str) -> int:
    page = Browser(world, name).get(path).text
    mark = filled_form(page, form)["mark"][0]
    return Browser(world, name).post(form, person=person, mark=mark).status_code


def test_who_could_agree_to_an_override_of_a_paper_finds_it_on_the_desk(lana: Lawyer) -> None:
    paper, person, world = lana.prepare(), lana.world.strike.person, lana.world
    assert ASKED not in desk(world, "luka")
    lana.post(f"{paper}/4", person=person, choice="override", reason=REASON)
    assert named(paper) in desk(world, "luka")
    assert REASON not in desk(world, "luka")  # only on the paper's own page
    assert ASKED not in desk(world, "lana")  # never to one's own
    assert agree(world, "luka", paper, f"{paper}/4/s", person) == 303
    assert ASKED not in desk(world, "luka")


def test_a_request_that_is_taken_back_leaves_the_desk(lana: Lawyer) -> None:
    paper, person = lana.prepare(), lana.world.strike.person
    lana.post(f"{paper}/4", person=person, choice="override", reason=REASON)
    assert ASKED in desk(lana.world, "luka")
    lana.post(f"{paper}/4", person=person, choice="pseudonym")
    assert ASKED not in desk(lana.world, "luka")


def test_who_could_agree_to_an_override_of_a_letter_finds_it_on_the_desk(anna: Writer) -> None:
    letter, world = anna.letter("media"), anna.world
    anna.post(f"{letter}/g", person=anna.person, choice="override", reason=REASON)
    assert named(letter) in desk(world, "lana")
    assert ASKED not in desk(world, "anna")
    assert agree(world, "lana", letter, f"{letter}/s", anna.person) == 303
    assert ASKED not in desk(world, "lana")


@pytest.mark.parametrize("name", ["external", "outsider"])
def test_nobody_outside_the_case_is_asked(lana: Lawyer, name: str) -> None:
    paper, person = lana.prepare(), lana.world.strike.person
    lana.post(f"{paper}/4", person=person, choice="override", reason=REASON)
    assert ASKED not in desk(lana.world, name)
