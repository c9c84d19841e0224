"""A paper of 60 facts, 40 exhibits and 60 parties: no page of it is heavier than a weak line carries in seconds."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle

import pytest
from hrd_browser import field, file, filled_form
from pypdf import PdfReader

from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.legal_actions import ActionParty
from hrd_cases.render.reading import bare
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.render.strike_sample import photo
from tests.web.pages.test_page_sizes import MOST
from tests.web.papers.steps.test_facts_and_exhibits import Rows
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]
PARTIES, FACTS, EXHIBITS = 60, 60, 40
SENTENCE = "Работники предприятия сообщили о продолжении смены и потребовали встречи с руководством. "


def large(lana: Lawyer) -> Rows:
    """The case, made through services; every fact names two exhibits."""
    action = lana.world.strike.records["action"]
    with lana.world.writing("lana") as ctx:
        stored = records.read(ctx, lana.case, action)
        parties = tuple(
            ActionParty(name=f"Товарищество № {number}", role="respondent", side="other") for number in range(PARTIES)
        )
        records.save(ctx, lana.case, action, replace(stored.value, parties=parties), stored.versions)
    here = Rows(lana, facts=FACTS, exhibits=EXHIBITS)
    with lana.world.writing("lana") as ctx:
        desk = papers.desk(ctx, lana.case, here.paper.rsplit("/", 1)[-1])
        facts = tuple(
            replace(
                fact,
                text=f"{fact.text}. {SENTENCE * 6}",
                exhibits=(
                    ExhibitReference(exhibit=here.evidence[at % EXHIBITS], pages=(at % 30 + 1,)),
                    ExhibitReference(exhibit=here.evidence[(at + 7) % EXHIBITS]),
                ),
            )
            for at, fact in enumerate(desk.plan.matter.facts)
        )
        matter = replace(desk.plan.matter, facts=facts)
        papers.save_matter(ctx, lana.case, desk.stored.id, matter, desk.stored.versions)
    return here


@pytest.mark.slow
def test_no_page_of_a_large_paper_is_above_sixty_kilobytes(lana: Lawyer) -> None:
    here = large(lana)
    paper = here.paper
    addresses = [paper, f"{paper}/2", f"{paper}/n", f"{paper}/4", f"{paper}/5", f"{here.at}/1", f"{here.at}/0"]
    addresses += [f"{here.at}?n={number}" for number in (1, 2, 3)] + [f"{here.at}/e?n={number}" for number in (1, 2)]
    addresses += [f"{here.at}/e/{here.evidence[0]}"]
    sizes = {}
    for address in addresses:
        page = lana.get(address)
        assert page.status_code == 200, address
        sizes[address.replace(paper, "")] = len(page.data)
    print(sizes)
    assert not {address: size for address, size in sizes.items() if size > MOST}


def saved(lana: Lawyer, path: str, fields: Mapping[str, object]) -> bool:
    """A page of rows sent where its form leads."""
    return lana.client.post(path, data=fields, headers=lana.headers).status_code == 303


@pytest.mark.soak
def test_a_large_case_is_entered_and_its_paper_made_and_built_through_the_pages(lana: Lawyer) -> None:
    action = f"/c/{lana.case}/r/{lana.world.strike.records['action']}/e"
    parties = {
        f"parties-{at}-{name}": text
        for at in range(PARTIES)
        for name, text in {"name": f"Товарищество № {at}", "role": "civil_claimant", "side": "opposing"}.items()
    }
    answer = lana.change(action, **parties)
    assert answer.status_code == 303, re.findall(r'href="#f-[^<]*', answer.text)
    for at in range(FACTS):
        text = {"title": f"Событие {at}", "when": f"{at % 28 + 1:02}.{at // 28 + 1:02}.2024", "region": "KZ-35"}
        answer = lana.change(f"/c/{lana.case}/n/new", **text, kinds="arrest", public_record="yes")
        assert answer.status_code == 303, re.findall(r'href="#f-[^<]*', answer.text)
    for at, title in zip(range(EXHIBITS), cycle(("Письмо", "Хат", "Letter"))):
        data = photo({}, 1, size=(300, 400))
        answer = lana.upload(f"/c/{lana.case}/e/new", field("title", f"{title} {at}"), file(f"{at}.jpg", data))
        assert answer.status_code == 303
    agreed(lana)
    paper = lana.begin()
    request = {"filed_by": "Лана", "authority": "ордер", "signatory": "Лана", "requests": "Отказать в иске"}
    assert lana.change(f"{paper}/2", court="Экономический суд", case_number="2-1/2024", **request).status_code == 303
    for page in (1, 2, 3):
        fields = filled_form(lana.get(f"{paper}/3?n={page}").text, f"{paper}/3")
        keys = [name[5:] for name in fields if name.startswith("tied_")]
        rows = {f"use_{key}": "yes" for key in keys} | {f"tied_{key}": str(int(key) % EXHIBITS + 1) for key in keys}
        assert saved(lana, f"{paper}/3", {**fields, **rows})
    for page in (1, 2):
        fields = filled_form(lana.get(f"{paper}/3/e?n={page}").text, f"{paper}/3/e")
        ticks = {f"use_{name[6:]}": "yes" for name in fields if name.startswith("place_")}
        assert saved(lana, f"{paper}/3/e", {**fields, **ticks})
    text = lana.built(paper)
    assert "Read the built paper" in text, text[-2000:]
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(lana.get(f"{paper}/d/1").data)).pages)
    for wanted in ("Товарищество № 59", "Событие 59", "Приложение 40"):
        assert bare(wanted) in bare(printed)
