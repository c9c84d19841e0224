"""The paper for a round table: the recommendations of its page, as PDF and DOCX, and no way to a case."""

from io import BytesIO

import pytest
from docx import Document
from hrd_pages import Visitor, forms
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.cases import Case
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases

PATH = "/r/t/x"


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """A caseworker's browser, with two recommendations; one of them is shown by two cases."""
    visitor = Visitor(sqlite_world).enter("anna")
    answers = {"bodies": ["ilo_cas", "cescr"], "state": "refused", "source": "E/C.12/KAZ/CO/2", "mark": "unverified"}
    plan = visitor.fill("/r/new", **{"words-en-text": "Adopt a plan", **answers}).headers["Location"]
    visitor.fill("/r/new", **{"words-en-text": "Ratify a convention", "bodies": ["cescr"], "addressee": "Parliament"})
    with sqlite_world.writing("anna") as ctx:
        created = [cases.create(ctx, Case(title=f"Canary strike {number}")) for number in range(2)]
    visitor.fill(f"{plan}/c", ticked=created)
    return visitor


def text_of(data: bytes, form: str) -> str:
    if form == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    document = Document(BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_paper_holds_the_recommendations_of_the_page_once_each(anna: Visitor, form: str) -> None:
    answer = anna.fill(PATH, purpose="Round table", x=form)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="report.{form}"'
    text = text_of(answer.get_data(), form)
    assert text.count("Adopt a plan") == text.count("Ratify a convention") == 1
    for words in ("Refused", "E/C.12/KAZ/CO/2", "Parliament", "How it was put together"):
        assert words in text
    assert "Canary" not in text


def test_what_was_chosen_on_the_page_is_what_the_paper_holds(anna: Visitor) -> None:
    form = forms(anna.get(f"{PATH}?s=refused"))[PATH]
    text = text_of(anna.send(PATH, {**form, "purpose": ["Round table"], "x": ["docx"]}).get_data(), "docx")
    assert "Adopt a plan" in text
    assert "Ratify a convention" not in text
    assert "cases of ours" not in text, "two are few"


def test_the_paper_needs_a_purpose_and_the_log_keeps_it(sqlite_world: World, anna: Visitor) -> None:
    answer = anna.fill(PATH, purpose="", x="pdf")
    assert answer.status_code == 422
    assert 'href="#f-purpose-box"' in answer.text
    assert anna.fill(PATH, purpose="Round table", x="odt").status_code == 422
    anna.fill(PATH, purpose="Round table", x="pdf")
    with sqlite_world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    logged = [dict(line.more) for line in lines if line.act == "export recommendations"]
    assert [(line["purpose"], line["form"]) for line in logged] == [("Round table", "pdf")]
