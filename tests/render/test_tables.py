"""A table handed out as CSV: nothing in it runs, and every letter arrives."""

import csv
from io import StringIO

import pytest

from hrd_cases.render.tables import csv_bytes


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
