"""A name of somebody hidden in the text of an exhibit, by the pages: refused, and decided place by place."""

import dataclasses
import io
import re
from datetime import date

import pikepdf
import pytest
from hrd_browser import Browser, file
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.names.questions import OTHER, NameAnswer, Recogniser, Spot
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, whole
from hrd_cases.services.drafting.name_questions import NamesInPaper
from hrd_cases.services.evidence import previews
from hrd_cases.services.papers.found_names import without_pages
from tests.services.papers.test_edited_filings import pdf
from tests.web.papers.test_page_approvals import Protected
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]
LIST, ACT = "A list of the brigade of one shift.", "The act of the day was signed by Synakov and two others."
GUARD, LATER = "Then the guard Synakov shut the iron gate.", "Days later Synakov was called to the office."


def document(*pages: str) -> bytes:
    """A PDF with a line of text on each page."""

    def write(created: pikepdf.Pdf) -> None:
        for page, words in zip(created.pages, pages, strict=True):
            page.obj.Contents = created.make_stream(f"BT /F 12 Tf 70 700 Td ({words}) Tj ET".encode())

    return pdf(write, pages=len(pages))


def keys(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="n-(\w{32})"', page)))


def looked(here: Protected) -> str:
    """The page of found names, once the pages of its exhibits are drawn and counted."""
    for _ in range(60):
        page = here.lana.get(f"{here.paper}/w").text
        if "still being drawn" not in page:
            return page
    pytest.fail("not drawn in three minutes")


def words(here: Protected) -> str:
    data = here.lana.get(f"{here.paper}/d/1").data
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_a_name_in_an_exhibit_is_decided_place_by_place(lana: Lawyer) -> None:
    here = Protected(lana, document(LIST, ACT, GUARD, LATER), variant="full")
    lana.post(f"{here.paper}/4", person=lana.world.strike.person, choice="pseudonym")
    page = lana.built(here.paper)
    assert "must not be in this paper" in page
    assert f'href="{here.paper}/w"' in page
    result = looked(here)
    for words_of in (ACT, GUARD, LATER):
        assert words_of in result
    act, guard, _later = keys(result)
    answer = lana.post(f"{here.paper}/w", **{f"n-{act}": "page", f"n-{guard}": "other"})
    assert answer.status_code == 303, answer.text[:3000]
    assert 'value="1, 3-4"' in lana.get(f"{here.paper}/3/e/{here.evidence}").text
    lana.built(here.paper)
    result = looked(here)
    assert LATER in result  # an answer holds for its own sentence
    assert GUARD not in result
    (later,) = keys(result)
    lana.post(f"{here.paper}/w", **{f"n-{later}": "page"})
    assert "Read the built paper" in lana.built(here.paper)
    text = words(here)
    assert GUARD in text
    assert ACT not in text
    assert LATER not in text


def answered(here: Protected) -> str:
    """The guard of the exhibit is somebody else, as was answered on its page; the sign of the answer."""
    lana = here.lana
    lana.post(f"{here.paper}/4", person=lana.world.strike.person, choice="pseudonym")
    lana.built(here.paper)
    (guard,) = keys(lana.get(f"{here.paper}/w").text)
    lana.post(f"{here.paper}/w", **{f"n-{guard}": "other"})
    assert "Read the built paper" in lana.built(here.paper)
    page = lana.get(f"{here.paper}/n").text
    assert "Answered about names in exhibits" in page
    assert GUARD in page
    (sign,) = re.findall(r'name="b-(\w{32})"', page)
    return sign


def test_an_answer_about_an_exhibit_is_listed_and_taken_back(lana: Lawyer) -> None:
    here = Protected(lana, document(LIST, GUARD), variant="full")
    assert "Answered about names in exhibits" not in lana.get(f"{here.paper}/n").text
    sign = answered(here)
    assert lana.post(f"{here.paper}/n").status_code == 303
    assert GUARD in lana.get(f"{here.paper}/n").text  # without a tick it stays
    assert lana.post(f"{here.paper}/n", **{f"b-{sign}": "1", f"b-{'0' * 32}": "1"}).status_code == 303
    assert GUARD not in lana.get(f"{here.paper}/n").text
    assert "must not be in this paper" in lana.built(here.paper)
    assert GUARD in lana.get(f"{here.paper}/w").text


def test_what_was_built_on_an_answer_is_not_released_once_it_is_taken_back(lana: Lawyer) -> None:
    here = Protected(lana, document(LIST, GUARD), variant="full")
    sign = answered(here)
    assert lana.post(f"{here.paper}/n", **{f"b-{sign}": "1"}).status_code == 303
    answer = lana.post(f"{here.paper}/r")
    assert answer.status_code == 422
    assert "Names or marks of people were changed after this version was built" in answer.text
    assert "Read the built paper" in lana.get(f"{here.paper}/5").text  # it is there still, and not released


def test_the_page_of_found_names_waits_for_no_exhibit(lana: Lawyer, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Protected(lana, document(LIST, GUARD), variant="full")
    lana.post(f"{here.paper}/4", person=lana.world.strike.person, choice="pseudonym")
    lana.built(here.paper)
    monkeypatch.setattr(previews, "WAIT", 0.0)
    page = lana.get(f"{here.paper}/w")
    assert page.status_code == 200
    assert "still being drawn" in page.text
    assert GUARD in page.text


def test_such_an_exhibit_can_be_shown_as_pictures_of_approved_pages(lana: Lawyer) -> None:
    here = Protected(lana, document(LIST, ACT), variant="full")
    lana.post(f"{here.paper}/4", person=lana.world.strike.person, choice="pseudonym")
    lana.built(here.paper)
    (act,) = keys(lana.get(f"{here.paper}/w").text)
    lana.post(f"{here.paper}/w", **{f"n-{act}": "pictures"})
    assert here.step == "not looked at yet"
    here.tick(1)
    assert len(here.printed()) == 1
    assert "brigade" not in words(here)  # a picture


def test_a_whole_name_is_nobody_else(lana: Lawyer) -> None:
    here = Protected(lana, document("Alibek Synakov was there."), variant="full")
    lana.post(f"{here.paper}/4", person=lana.world.strike.person, choice="pseudonym")
    lana.built(here.paper)
    page = looked(here)
    (key,) = keys(page)
    assert 'value="other"' not in page
    lana.post(f"{here.paper}/w", **{f"n-{key}": "other"})
    assert "must not be in this paper" in lana.built(here.paper)
    answer = lana.post(f"{here.paper}/w", **{f"n-{key}": "page"})
    assert answer.status_code == 422
    assert "This is the only page of the exhibit" in answer.text


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("outsider", 404)])
def test_nobody_but_counsel_decides_about_found_names(
    sqlite_world: World, lana: Lawyer, name: str, status: int
) -> None:
    paper = lana.begin()
    other = Browser(sqlite_world, name)
    assert other.get(f"{paper}/w").status_code == status
    assert other.post(f"{paper}/w").status_code == status


def test_a_sentence_is_cleared_only_when_every_place_in_it_is() -> None:
    people = (Somebody(id="a", names=("Alibek Synakov",)), Somebody(id="b", names=("Kairat Omarov",)))
    text = "The guard Synakov and the guard Omarov shut the gate."
    request = Recogniser(names=Names(people), answers={}, asked=lambda _one: True)
    first, second = request.spots(text)

    def settled(*spots: Spot, hidden: set[str]) -> bool:
        answers = {spot.key: NameAnswer(who=OTHER, by="lana", on=date(2026, 11, 28), text=text) for spot in spots}
        existing = dataclasses.replace(request, answers=answers)
        return text in NamesInPaper(groups=(), listed=(), recogniser=existing).settled(hidden)

    assert not settled(first, hidden={"a", "b"})
    assert settled(first, second, hidden={"a", "b"})
    assert settled(first, hidden={"a"})
    assert not settled(hidden=set())


def test_pages_that_are_left_out_move_the_pages_that_facts_name() -> None:
    pages = ((1,), (2,), (3,), (4,), (), (1, 2, 4))
    facts = tuple(FactPlan(use=True, exhibits=(ExhibitReference(exhibit="x", pages=named),)) for named in pages)
    others = (FactPlan(use=True, exhibits=(ExhibitReference(exhibit="y", pages=(4,)), *whole(("x",)))), FactPlan())
    matter = MatterPlan(facts=(*facts, *others), exhibits=(ExhibitPlan(evidence="x", use=True),))
    created = without_pages(matter, "x", {2}, (2, 3))
    assert created.exhibits[0].pages == "1, 3-5"
    now = [tuple(reference.pages for reference in fact.exhibits) for fact in created.facts]
    assert now == [((1,),), ((),), ((2,),), ((3,),), ((),), ((1, 3),), ((4,), ()), ()]
    chosen = MatterPlan(exhibits=(ExhibitPlan(evidence="x", pages="7, 2-3"),))
    assert without_pages(chosen, "x", {1, 3}, (9,)).exhibits[0].pages == "2"
    # Of two files the pages of the first are printed first, in whatever order they are written.
    assert without_pages(chosen, "x", {3}, (5, 4)).exhibits[0].pages == "2-3"
    cited = without_pages(MatterPlan(), "x", {1}, (2,))
    assert [(exhibit.evidence, exhibit.use, exhibit.pages) for exhibit in cited.exhibits] == [("x", True, "2")]
    with pytest.raises(RuleBroken, match="only page"):
        without_pages(MatterPlan(), "x", {1, 2}, (0, 2))


def test_a_name_in_an_edited_filing_is_asked_about_and_refused_at_its_field(lana: Lawyer) -> None:
    person = lana.world.strike.person
    paper = lana.prepare()
    lana.post(f"{paper}/4", person=person, choice="pseudonym")
    assert lana.upload(f"{paper}/5/e", file("x.pdf", document(GUARD, LIST))).status_code == 303
    assert lana.post(f"{paper}/5").location.endswith("/n")
    page = lana.get(f"{paper}/n").text
    assert "Edited filing, page 1" in page
    groups = re.findall(r'name="s-(\w+)" value="(\w+)"', page)
    text = {f"g-{group}": person for group, _ in groups} | {f"s-{group}": visited for group, visited in groups}
    assert lana.post(f"{paper}/n", **text).status_code == 303
    answer = lana.post(f"{paper}/5")
    assert answer.status_code == 422
    assert "must not be in this paper: 1: Synakov" in answer.text
