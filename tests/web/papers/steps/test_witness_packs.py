"""A witness pack: for one witness the chosen exhibits and pages with their list, and nothing of anybody else."""

import io
import re
from dataclasses import replace

from pypdf import PdfReader

from hrd_cases.domain.legal_actions import ActionParty
from hrd_cases.services.papers import papers
from tests.web.papers.steps.test_typed_references import words
from tests.web.papers.test_papers import Lawyer, agreed, lana
from tests.web.papers.test_protected import step_four
from tests.web.papers.test_recipients import action, open_case

__all__ = ["lana", "open_case"]
LOOK = "Узнаёте ли вы эти страницы?"


def pack(lana: Lawyer) -> str:
    """A paper with facts and parties that becomes a witness pack; its address."""
    action(lana.world, parties=(ActionParty(name="Работник Иной", role="third_party", served_at="ул. Чужая, 7"),))
    paper = lana.prepare()
    fact = {"use": "yes", "text": "Чужой человек был в шахте.", "tied": "1"}
    assert lana.change(f"{paper}/3/0", **fact).status_code == 303
    assert lana.change(f"{paper}/2", profile="witness_pack").status_code == 303
    typed = {"court": "Свидетель 2", "own_look_at": LOOK}
    assert lana.change(f"{paper}/2", **typed).status_code == 303
    return paper


def text_of(data: bytes) -> str:
    return " ".join(words(data, at) for at in range(1, len(PdfReader(io.BytesIO(data)).pages) + 1))


def test_a_witness_gets_the_chosen_pages_with_their_list_and_nothing_of_others(open_case: Lawyer) -> None:
    lana = open_case
    agreed(lana)
    paper = pack(lana)
    assert lana.get(f"{paper}/3").location == f"{paper}/3/e"  # this form has no facts
    page = lana.get(f"{paper}/3/e").text
    assert 'name="authorities"' in page
    assert not re.search(r'name="(history|heads|custody)"', page)
    photo, claim = sorted(lana.exhibits(paper), key=lambda item: "<h1>Иск" in lana.get(f"{paper}/3/e/{item}").text)
    assert lana.change(f"{paper}/3/e/{claim}", pages="2").status_code == 303
    assert lana.change(f"{paper}/3/e", **{f"use_{photo}": []}).status_code == 303
    assert "Read the built paper" in lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    text = text_of(data)
    assert LOOK in text
    for other in ("Работник Иной", "Чужая", "Чужой человек", "Хронология", "Стороны", "Фото"):
        assert other not in text
    last = len(PdfReader(io.BytesIO(data)).pages)
    assert re.search(
        rf"Иск\b.* {last - 1}–{last}\b", next(words(data, at) for at in range(1, last) if "Опись" in words(data, at))
    )
    assert lana.post(f"{paper}/r").status_code == 303


def test_whoever_is_named_in_it_must_have_agreed_as_for_a_court(open_case: Lawyer) -> None:
    lana = open_case
    paper = pack(lana)
    record = paper.rsplit("/", 1)[-1]
    with lana.world.writing("lana") as ctx:
        here = papers.desk(ctx, lana.case, record)
        exhibits = tuple(replace(each, named=(lana.world.strike.person,)) for each in here.plan.matter.exhibits)
        papers.save_matter(ctx, lana.case, record, replace(here.plan.matter, exhibits=exhibits), here.stored.versions)
    assert "Nothing is missing" not in step_four(lana, paper)
    page = re.sub(r"<[^>]*>", " ", lana.get(paper).text)
    assert re.search(r"Who will read it\s+Court\s", page)
    assert "Consent: Әлібек Сынақов" in page
    lana.post(f"{paper}/5")
    assert "Read the built paper" not in lana.get(f"{paper}/5").text
    agreed(lana)
    assert "Nothing is missing" in step_four(lana, paper)
