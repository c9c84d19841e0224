"""The form of a filed paper: what stands on its pages, and that the DOCX says what the PDF says."""

import dataclasses
import io
import re
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from pypdf import PdfReader

from hrd_cases.domain.papers import Language, Party
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.render import docx, docx_check
from hrd_cases.render.docx import LINE
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuiltPaper
from hrd_cases.render.reading import bare
from hrd_cases.render.words import PaperWords
from tests.render.test_dossiers import built, paper
from tests.render.test_letters import LETTER
from tests.render.test_signs import told

pytestmark = pytest.mark.slow  # each builds papers whole

WORDS = PaperWords(language=Language.RU)


def filed(**changes: Any) -> BuiltPaper:
    """The small dossier with these fields of its filing changed."""
    created = told()
    return built(told(filing=dataclasses.replace(created.request.case.filing, **changes)))


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def texts(data: bytes) -> list[str]:
    """The text of every paragraph in every part of a DOCX, read from its XML."""
    result = []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                for paragraph in parse_xml(parts.read(name)).iter(qn("w:p")):
                    result.append("".join(piece.text or "" for piece in paragraph.iter(qn("w:t"))))
    return result


def test_our_number_and_the_version_stand_on_the_pages_only_if_wanted() -> None:
    number = told().request.paper_number
    plain, marked = filed(marked=False), filed(marked=True)
    assert not [text for text in pages_of(plain.main_pdf) if number in text or "версия" in text]
    assert all(number in text for text in pages_of(marked.main_pdf))
    titles = [PdfReader(io.BytesIO(item.main_pdf)).metadata for item in (plain, marked)]
    assert [bool(title and number in str(title.title)) for title in titles] == [False, True]


def test_a_party_without_counsel_is_not_called_so() -> None:
    created = built(told(parties=(Party(role="Истец", name="АО «Шахта»"), Party(role="Ответчик", name="Лидер А"))))
    assert "сведений" not in "".join(pages_of(created.main_pdf))


@pytest.mark.parametrize("language", list(map(Language, LANGUAGES)))
def test_the_docx_says_line_by_line_what_the_pdf_says(language: Language) -> None:
    created = paper(language)
    filing = next(data for name, data in created.parts if name == "filing.pdf")
    printed = bare("".join(pages_of(filing)))
    written = [line for line in texts(created.docx) if line.strip() and line not in (LINE, "1")]
    assert len(written) > 30
    # A heading of the PDF may be broken by the number at the foot of its page: words are compared, not pages.
    assert [line for line in written if not all(bare(word) in printed for word in line.split())] == []
    evidence = PaperWords(language=language)["evidence"]
    page = PaperWords(language=language)["page_short"]
    cited = [line for line in written if line.startswith(evidence)]
    assert len(cited) == printed.count(bare(evidence)) > 0
    assert all(re.search(rf"{re.escape(page)}\s\d+", line) for line in cited)
    assert all(bare(line) in printed for line in cited)


def test_the_docx_has_real_styles_a_signature_table_and_page_numbers() -> None:
    document = Document(io.BytesIO(paper(Language.RU).docx))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None}
    assert {"Title", "Heading 1", "Heading 2", "Body Text", "List Paragraph"} <= styles
    assert len(document.tables[-1].rows[0].cells) == 3
    with zipfile.ZipFile(io.BytesIO(paper(Language.RU).docx)) as parts:
        feet = [parts.read(name).decode() for name in parts.namelist() if "footer" in name and name.endswith(".xml")]
    assert any("PAGE" in foot for foot in feet)


def test_a_forbidden_name_in_the_signature_table_of_the_docx_is_found() -> None:
    data = docx.letter(dataclasses.replace(LETTER, signatory="Секретов С."), profiles()["letter"], WORDS)
    with pytest.raises(BuildFailed) as failed:
        docx_check.examine(data, ("Секретов",))
    assert failed.value.code == "forbidden"
