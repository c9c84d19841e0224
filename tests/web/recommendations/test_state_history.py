"""What became of a recommendation, state by state: on its page with who wrote it, in the report without colleagues."""

from io import BytesIO

import pytest
from docx import Document
from hrd_pages import Visitor
from hrd_world import World
from pypdf import PdfReader


@pytest.fixture
def path(sqlite_world: World, anna: Visitor) -> str:
    answers = {"state": "promised", "state_on": "03.2023", "state_source": "Speech of the minister"}
    made = anna.fill("/r/new", **{"words-en-text": "Adopt a plan", **answers}).headers["Location"]
    anna.fill(f"{made}/e", note="Only a remark")
    luka = Visitor(sqlite_world).enter("luka")
    luka.fill(f"{made}/e", state="refused", state_on="05.2025", state_source="Letter No. 7")
    luka.fill(f"{made}/e", state_source="Letter No. 17")
    return made


def states(page: str) -> str:
    return page.partition('id="states"')[2].partition("</section>")[0]


def test_its_page_says_who_wrote_which_state_as_of_when_and_from_which_source(anna: Visitor, path: str) -> None:
    shown = states(anna.get(path).text)
    rows = shown.split("<li>")[1:]
    assert len(rows) == 3, "a change of something else is no line"
    for row, words in zip(
        rows,
        (
            ("Refused", "May 2025", "Letter No. 17", "Luka"),
            ("Refused", "May 2025", "Letter No. 7", "Luka"),
            ("Promised", "March 2023", "Speech of the minister", "Anna"),
        ),
        strict=True,
    ):
        for word in words:
            assert word in row


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_report_says_the_states_before_once_each_and_names_no_colleague(
    anna: Visitor, path: str, form: str
) -> None:
    data = anna.fill("/r/t/x", purpose="Round table", x=form).get_data()
    if form == "pdf":
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())
    else:
        document = Document(BytesIO(data))
        text = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "Letter No. 17; before: Promised; March 2023; Speech of the minister" in text
    assert "Letter No. 7;" not in text, "it was corrected"
    assert "Luka" not in text


def test_what_nobody_had_checked_is_no_state_before(anna: Visitor) -> None:
    made = anna.fill("/r/new", **{"words-en-text": "Adopt a law", "state": "not_checked"}).headers["Location"]
    anna.fill(f"{made}/e", state="refused")
    document = Document(BytesIO(anna.fill("/r/t/x", purpose="Round table", x="docx").get_data()))
    assert "before:" not in " ".join(cell.text for table in document.tables for cell in table._cells)
    assert len(states(anna.get(made).text).split("<li>")) == 3
