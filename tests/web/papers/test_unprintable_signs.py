"""A sign that no font has: named with its place before anything is printed, and replaced or left out by choice."""

import io
import re

from docx import Document
from hrd_browser import Browser
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.letters import Letter
from hrd_cases.services.records import records
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]
BODY = "Оператор 矿 написал 👍 и ≥ 5."


def text_of(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def letter(world: World) -> str:
    with world.writing("anna") as ctx:
        value = Letter(
            subject="О смене", direction="from_us", addressee=world.body, language="ru", body=BODY, signatory="Анна"
        )
        return f"/c/{world.strike.case}/r/{records.create(ctx, world.strike.case, value)}/print"


def test_a_letter_names_its_signs_and_is_printed_as_chosen(sqlite_world: World) -> None:
    anna, page = Browser(sqlite_world, "anna"), letter(sqlite_world)
    visible = anna.get(page).text
    assert "U+77FF CJK UNIFIED IDEOGRAPH-77FF" in visible
    assert page.replace("/print", "/e") in visible  # the link to where it was typed
    assert "1F44D" not in visible  # a thumb is printed
    for kind in ("pdf", "docx"):
        assert anna.get(f"{page}/{kind}").status_code == 422
    assert "Оператор написал 👍 и ≥ 5." in text_of(anna.get(f"{page}/pdf?s=out").data)
    assert "Оператор [U+77FF] написал 👍 и ≥ 5." in text_of(anna.get(f"{page}/pdf?s=numbers").data)
    edited = Document(io.BytesIO(anna.get(f"{page}/docx?s=numbers").data))
    assert BODY.replace("矿", "[U+77FF]") in [paragraph.text for paragraph in edited.paragraphs]


def test_a_paper_names_each_place_before_it_is_built(lana: Lawyer) -> None:
    agreed(lana)
    paper = lana.prepare()
    answer = lana.change(f"{paper}/2", opening="Шахта 矿 и 工.", requests="Отказать\nВзыскать 矿")
    assert answer.status_code == 303, answer.text[-2000:]
    assert lana.post(f"{paper}/5").location.endswith("/5")
    page = lana.get(f"{paper}/5").text
    assert "Opening" in page
    assert "Request 2" in page
    assert f"{paper}/2" in page
    assert "Build the paper" not in page
    names = re.findall(r'name="(s[0-9a-f]+)"', page)
    assert names == ["s77ff", "s5de5"]
    assert lana.post(f"{paper}/5/s", s77ff="煤").status_code == 422
    assert lana.post(f"{paper}/5/s", s77ff="[рудник]", s5de5="").status_code == 303
    assert "U+77FF" not in lana.get(f"{paper}/5").text
    assert "Read the built paper" in lana.built(paper)
    text = text_of(lana.get(f"{paper}/d/1").data)
    assert "Шахта [рудник] и ." in text
    assert "Взыскать [рудник]" in text
