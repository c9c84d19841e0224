"""A letter that goes out: on letterhead, as PDF and as DOCX, and entered in the log."""

import io

import pytest
from docx import Document
from hrd_browser import Browser
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.letters import Letter
from hrd_cases.render.check import bare
from hrd_cases.services import records

BODY = "Просим сообщить, на каком основании рабочие не были допущены."


@pytest.fixture
def letter(sqlite_world: World) -> str:
    with sqlite_world.writing("anna") as ctx:
        value = Letter(
            subject="О недопуске",
            direction="from_us",
            addressee=sqlite_world.body,
            language="ru",
            body=BODY,
            signatory="Анна",
        )
        record = records.create(ctx, "letter", sqlite_world.strike.case, value)
    return f"/c/{sqlite_world.strike.case}/r/{record}/print"


def test_a_letter_is_printed_on_our_letterhead(sqlite_world: World, letter: str) -> None:
    anna = Browser(sqlite_world, "anna")
    assert "Letter on paper" in anna.get(letter).text
    made = anna.get(f"{letter}/pdf")
    text = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(made.data)).pages))
    assert bare(BODY) in text
    assert bare("Defenders of Miners") in text
    assert made.headers["Content-Disposition"] == "attachment; filename=letter.pdf"
    edited = Document(io.BytesIO(anna.get(f"{letter}/docx").data))
    assert BODY in [paragraph.text for paragraph in edited.paragraphs]


def test_printing_is_in_the_log(sqlite_world: World, letter: str) -> None:
    with sqlite_world.runtime.database.reading() as work:
        before = work.log.head().size
    assert Browser(sqlite_world, "anna").get(f"{letter}/pdf").status_code == 200
    with sqlite_world.runtime.database.reading() as work:
        assert work.log.head().size > before


def test_a_letter_without_text_says_what_is_missing(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        value = Letter(subject="Пусто", direction="from_us", addressee=sqlite_world.body)
        record = records.create(ctx, "letter", sqlite_world.strike.case, value)
    answer = Browser(sqlite_world, "anna").get(f"/c/{sqlite_world.strike.case}/r/{record}/print/pdf")
    assert answer.status_code == 422
    assert "write its text" in answer.text


@pytest.mark.parametrize(("name", "status"), [("external", 403), ("outsider", 404)])
def test_who_may_not_read_names_prints_no_letter(sqlite_world: World, letter: str, name: str, status: int) -> None:
    assert Browser(sqlite_world, name).get(f"{letter}/pdf").status_code == status


def test_the_letter_names_sender_and_addressee_and_no_period(sqlite_world: World, letter: str) -> None:
    anna = Browser(sqlite_world, "anna")
    anna.headers["Cookie"] = anna.headers["Cookie"].replace("__Host-g=en", "__Host-g=ru")
    page = anna.get(letter).text
    assert "<dt>От кого</dt>" in page
    assert "<dt>Кому</dt>" in page
    assert "<dt>С</dt>" not in page
    assert "<dt>По</dt>" not in page
