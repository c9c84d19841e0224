"""A table handed out as XLSX or CSV: nothing in it runs, every letter arrives, nothing says who made it."""

import csv
import tempfile
from datetime import date
from io import StringIO

import pytest
from hrd_sheets import bold, cells, parts

from hrd_cases.render.tables import Cell, Month, TextHead, csv_bytes, xlsx_bytes

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", " =1", "＝1", "|cmd", "%0A", "http://x", "{=1}", "'=1"]


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "|cmd", "%0A"]
)
def test_a_spreadsheet_runs_nothing(formula: str) -> None:
    assert read(csv_bytes([["a", formula]]))[0][1].startswith("'")


def test_ordinary_text_and_figures_arrive_as_they_are() -> None:
    rows = [["Қарағанды; «шахта», 50%", 12, None], ["два\nряда", 0, 'кавычка "']]
    assert read(csv_bytes(rows)) == [["Қарағанды; «шахта», 50%", "12", ""], ["два\nряда", "0", 'кавычка "']]


def test_a_spreadsheet_on_windows_knows_the_encoding() -> None:
    assert csv_bytes([["я"]]).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("language", "sign"), [("ru", ";"), ("kk", ";"), ("en", ",")])
def test_columns_are_parted_as_spreadsheets_of_the_language_expect(language: str, sign: str) -> None:
    assert csv_bytes([["a", 1], ["b,;c", 2]], language).decode("utf-8-sig").splitlines()[0] == f"a{sign}1"
    data = csv_bytes([["b,;c", "=1"]], language).decode("utf-8-sig")
    assert list(csv.reader(StringIO(data, newline=""), delimiter=sign)) == [["b,;c", "'=1"]]


def test_dates_and_months_are_written_as_such_in_csv() -> None:
    assert read(csv_bytes([[date(2017, 12, 14), Month(2017, 3)]])) == [["2017-12-14", "2017-03"]]


@pytest.mark.parametrize(
    "text", [*FORMULAS, "0012", "1e9", "_x0041_", "мир \ud800".encode("utf-8", "replace").decode()]
)
def test_in_xlsx_text_stays_text_whatever_it_begins_with(text: str) -> None:
    data = xlsx_bytes([["a", text, 7]])
    assert cells(data) == {"A1": "a", "B1": text, "C1": 7}
    assert not any(name.startswith("xl/externalLinks") or name.endswith(".rels.rels") for name in parts(data))
    assert b"hyperlink" not in parts(data)["xl/worksheets/sheet1.xml"]


def test_xlsx_keeps_letters_figures_dates_and_gaps() -> None:
    rows: list[list[Cell]] = [
        [TextHead("Қарағанды; «шахта»"), TextHead("Айы")],
        ["два\nряда", Month(2017, 12)],
        [],
        ["", date(2017, 12, 14), None, 0],
    ]
    data = xlsx_bytes(rows)
    assert cells(data) == {
        "A1": "Қарағанды; «шахта»",
        "B1": "Айы",
        "A2": "два\nряда",
        "B2": date(2017, 12, 1),
        "B4": date(2017, 12, 14),
        "D4": 0,
    }
    assert bold(data) == {"A1", "B1"}


def test_letters_that_no_file_can_hold_stop_no_table() -> None:
    assert cells(xlsx_bytes([["a\ud800b", "c\x00\ufffed"]])) == {"A1": "a?b", "B1": "c\x00\ufffed"}


def test_a_text_that_fits_into_no_cell_is_refused_and_not_dropped() -> None:
    assert cells(xlsx_bytes([["я" * 32_767]]))["A1"] == "я" * 32_767
    with pytest.raises(ValueError, match="fit"):
        xlsx_bytes([["я" * 32_768]])


def test_columns_are_as_wide_as_what_stands_in_them_and_remarks_run_over() -> None:
    rows: list[list[Cell]] = [
        [TextHead("Unit"), "a long explanation " * 9],
        [TextHead("Month"), TextHead("x"), 1],
        ["y" * 20, 2, 3],
    ]
    sheet = parts(xlsx_bytes(rows))["xl/worksheets/sheet1.xml"].decode()
    assert '<col min="1" max="1" width="22' in sheet
    assert '<col min="2" max="3" width="9' in sheet


def test_the_same_table_gives_the_same_bytes_and_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_is_made(*_args: object, **_more: object) -> None:
        raise AssertionError("a temporary file")

    first = xlsx_bytes([["a", 1]])
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    monkeypatch.setattr(tempfile, "mkstemp", none_is_made)
    assert xlsx_bytes([["a", 1]]) == first
    text = parts(first)["docProps/core.xml"].decode()
    assert "<dc:creator></dc:creator>" in text
    assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in text
    assert "2000-01-01T00:00:00Z" in text
