"""The protected version through the pages: every typed field is approved or absent, and what is absent is listed."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hrd_browser import Browser
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.people import Name
from hrd_cases.render.check import bare
from hrd_cases.services.casework import people
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]
PLANTED = "Иванову"  # nobody knows this spelling: only an approval could let it pass
FIELDS = {
    "subtitle": f"по иску к {PLANTED} об отзыве",
    "court_address": f"улица {PLANTED}, 1",
    "case_number": f"2-17 к {PLANTED}",
    "registration": f"17 {PLANTED}",
    "authority": f"ордер, выданный {PLANTED}",
    "capacity": f"представитель, помогающий {PLANTED}",
    "attachments": f"Доверенность, выданная {PLANTED}",
    "copies_for": f"Копия {PLANTED}",
    "place": f"Посёлок {PLANTED}",
    "title": f"Отзыв, помощь {PLANTED}",
    "court": f"Суд, судье {PLANTED}",
    "filed_by": f"Юрист, помогающий {PLANTED}",
    "signatory": f"Юрист {PLANTED}",
    "requests": f"Отказать в иске к {PLANTED} полностью\nСохранить тайну",
    "opening": f"Мы пишем {PLANTED}.",
}
NEEDED = ("court", "filed_by", "signatory")
TICK = re.compile(r'value="(?P<mark>\w{32})"(?P<on> checked)?><span><b>[^<]*</b><br>(?P<text>[^<]*)</span>')


def ticks(page: str) -> dict[str, str]:
    """Mark by text."""
    return {result["text"]: result["mark"] for result in TICK.finditer(page)}


def step_four(lana: Lawyer, paper: str) -> str:
    """All pages of step 4, one after the other."""
    first = lana.get(f"{paper}/4").text
    last = re.search(r"Page 1 of (\d+)\.", first)
    more = range(2, int(last[1]) + 1) if last else ()
    return "".join((first, *(lana.get(f"{paper}/4?n={at}").text for at in more)))


def approve(lana: Lawyer, paper: str, marks: Iterable[str]) -> int:
    """Tick these texts and no others, on whatever page they are; the answer."""
    every = list(ticks(step_four(lana, paper)).values())
    return int(lana.post(f"{paper}/4/a", s=every, ok=list(marks)).status_code)


def everything(lana: Lawyer, paper: str) -> str:
    """All text of the built files, decompressed, with what they say about themselves."""
    result = []
    for number in (1, 2):
        reader = PdfReader(io.BytesIO(lana.get(f"{paper}/d/{number}").data))
        result += [page.extract_text() for page in reader.pages]
        result += [str(value) for value in (reader.metadata or {}).values()]
        result += [str(item) for item in reader.outline]
    with zipfile.ZipFile(io.BytesIO(lana.get(f"{paper}/d/3").data)) as packed:
        result += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return bare("".join(result))


def test_every_typed_field_is_approved_or_absent_and_listed(lana: Lawyer) -> None:
    paper = lana.prepare("protected")
    assert lana.change(f"{paper}/2", **FIELDS).status_code == 303
    gate = step_four(lana, paper)
    assert "This form requires, and the paper does not hold: Court, Who files" in gate
    assert "Nothing is missing" not in gate
    assert lana.post(f"{paper}/5").location.endswith("/4")
    for text in "\n".join(FIELDS.values()).splitlines():
        assert gate.count(text) == 2, text  # to approve, and left out
    existing = {"court": "Суд города", "filed_by": "Юрист Лана", "signatory": "Лана"}
    assert lana.change(f"{paper}/2", **existing).status_code == 303
    marks = ticks(step_four(lana, paper))
    chosen = [marks[text] for text in (*existing.values(), "Сохранить тайну")]
    assert approve(lana, paper, chosen) == 303
    assert "Nothing is missing" in step_four(lana, paper)
    built = lana.built(paper)
    page = built + step_four(lana, paper)
    absent = [text for name, text in FIELDS.items() if name not in existing]
    assert any(text in built for text in absent)  # the first of them, and a link to the others
    for text in "\n".join(absent).replace("Сохранить тайну", "").split("\n"):
        assert text in page  # before releasing it
    assert "exhibit not approved" in page
    created = everything(lana, paper)
    assert bare("Сохранить тайну") in created
    assert bare(PLANTED) not in created


def test_who_is_approved_comes_out_and_a_changed_text_is_asked_again(lana: Lawyer) -> None:
    paper = lana.prepare("protected")
    marks = ticks(step_four(lana, paper))
    approve(lana, paper, [*marks.values(), "0" * 32])
    assert " checked><span><b>Request</b><br>Отказать в иске</span>" in step_four(lana, paper)
    assert lana.change(f"{paper}/2", requests="Отказать в иске Петрову").status_code == 303
    assert "><span><b>Request</b><br>Отказать в иске Петрову</span>" in step_four(lana, paper)
    assert " checked><span><b>Request</b>" not in step_four(lana, paper)


def test_a_page_of_step_four_changes_only_the_texts_that_it_shows(lana: Lawyer) -> None:
    paper = lana.prepare("protected")
    assert lana.change(f"{paper}/2", opening="\n\n".join(f"{at} {'слово ' * 60}" for at in range(9))).status_code == 303
    pages = [ticks(lana.get(f"{paper}/4?n={at}").text) for at in (1, 2)]
    assert all(pages)
    for marks, on in zip(pages, (2, 2), strict=True):
        sent = list(marks.values())
        assert lana.post(f"{paper}/4/a", s=sent, ok=sent, go=str(on)).location.endswith("/4?n=2")
    first = next(iter(pages[0].values()))
    lana.post(f"{paper}/4/a", s=[first])
    page = step_four(lana, paper)
    assert f'value="{first}">' in page
    for mark in [*pages[0].values(), *pages[1].values()][1:]:
        assert f'value="{mark}" checked>' in page


def test_texts_in_another_language_are_listed_before_building(lana: Lawyer) -> None:
    paper = lana.prepare()
    assert "Отказать в иске <span" not in step_four(lana, paper)
    texts = {"opening": "Сот отырысы туралы біз ештеңе білген жоқпыз.", "attachments": "Copy of the order of the court"}
    assert lana.change(f"{paper}/2", **texts).status_code == 303
    gate = step_four(lana, paper)
    for text, language in zip(texts.values(), ("Kazakh", "English"), strict=True):
        assert f'{text} <span class="hint">(looks like this language: {language})' in gate


@pytest.mark.parametrize("name", ["anna", "luka"])
def test_nobody_but_counsel_approves(sqlite_world: World, lana: Lawyer, name: str) -> None:
    paper = lana.prepare("protected")
    every = list(ticks(step_four(lana, paper)).values())
    assert Browser(sqlite_world, name).post(f"{paper}/4/a", s=every, ok=every).status_code == 403
    assert " checked><span><b>" not in step_four(lana, paper)


@pytest.mark.parametrize("names", [(), (Name(name="Лидер шахтёров А"), Name(name="Әлібек Сынақов"))])
def test_a_pseudonym_that_is_all_we_recorded_or_a_name_too_is_printed(lana: Lawyer, names: tuple[Name, ...]) -> None:
    with lana.world.writing("lana") as ctx:
        person = lana.world.strike.person
        value = replace(people.read(ctx, person).value, names=names)
        people.save(ctx, person, value, people.read(ctx, person).versions)
    paper = lana.prepare("protected")
    assert lana.change(f"{paper}/2", opening="Лидер шахтёров А вышел из шахты.").status_code == 303
    marks = ticks(step_four(lana, paper))
    approve(lana, paper, marks.values())
    page = lana.built(paper)
    assert "Read the built paper" in page, page[-2500:]
    created = everything(lana, paper)
    assert bare("Лидер шахтёров А вышел из шахты.") in created
    assert bare("Сынақов") not in created
