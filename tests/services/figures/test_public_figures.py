"""Public figures: hidden where small, at the finest cut that can be read, and the same in every later file."""

import csv
import html
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from docx import Document
from hrd_browser import Browser
from hrd_handed import agreed, handed_out
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.cases import Case
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.publishing import PUBLIC_CUTS
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases
from hrd_cases.services.demo import many
from hrd_cases.services.exports import figure_requests
from hrd_cases.services.records import records

ASKED = {"f": "01.2001", "t": "12.2002", "b": "region", "d": "public", "purpose": "Annual report"}
INCIDENT = Incident(title="x", kinds=("arrest",), public_record=True)
SPREAD = {
    ("2001-02", "KZ-35"): 30,
    ("2001-05", "KZ-75"): 3,
    ("2001-06", "KZ-71"): 6,
    ("2002-02", "KZ-35"): 9,
    ("2002-05", "KZ-75"): 8,
}


def record(world: World, counts: Mapping[tuple[str, str], int]) -> None:
    """So many incidents of the public record, by month and region."""
    with world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        for (month, region), count in counts.items():
            for _number in range(count):
                records.create(ctx, case, replace(INCIDENT, when=parse(month), region=region))


def sheet(data: bytes) -> dict[str, list[str]]:
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    start = next(at for at, row in enumerate(rows) if row[:1] == ["Period"] and "Total" in row)
    return {row[0]: row[1:-1] for row in rows[start:] if row}


def published(world: World, form: str = "csv", **more: str) -> bytes:
    answer = handed_out(world, "/t/x", form, **{**ASKED, **more})
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def test_small_figures_are_hidden_and_each_year_has_the_finest_periods_that_can_be_read(sqlite_world: World) -> None:
    record(sqlite_world, SPREAD)
    table = sheet(published(sqlite_world))
    assert list(table) == ["Period", "2001-Q1", "2001-Q2", "2002-02", "2002-05", "Total"]
    assert (table["2001-Q1"], table["2001-Q2"]) == (["30", "0", "0", "30"], ["0", "hidden", "hidden", "9"])
    assert (table["2002-02"], table["2002-05"]) == (["9", "0", "0", "9"], ["0", "8", "0", "8"])
    assert table["Total"] == ["39", "hidden", "hidden", "56"]
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(published(sqlite_world, "pdf"))).pages)
    assert "hidden" in text
    cells = [cell.text for part in Document(BytesIO(published(sqlite_world, "docx"))).tables for cell in part._cells]
    assert {"39", "56", "hidden"} <= set(cells)
    assert "3" not in cells


def test_a_published_year_stays_as_it_was_first_published(sqlite_world: World) -> None:
    record(sqlite_world, SPREAD)
    first = sheet(published(sqlite_world))
    with sqlite_world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    assert [line.act for line in lines].count("publish a year of figures") == 2
    record(sqlite_world, {("2001-02", "KZ-35"): 1, ("2001-05", "KZ-75"): 9, ("2002-02", "KZ-35"): 2})
    assert sheet(published(sqlite_world)) == first
    groups = sheet(published(sqlite_world, b="group"))
    assert groups["Total"][-1] == first["Total"][-1], "by other columns too"
    assert sheet(published(sqlite_world, t="12.2001"))["2001-Q1"] == first["2001-Q1"]


def test_a_year_is_kept_when_it_leaves_and_not_before(sqlite_world: World) -> None:
    record(sqlite_world, SPREAD)
    address = agreed(sqlite_world, "/t/x", **ASKED)
    record(sqlite_world, {("2001-02", "KZ-35"): 1})
    coordinator = Browser(sqlite_world, "coordinator")
    answer = coordinator.post(f"{address}/x", x="csv")
    assert answer.status_code == 422
    assert figure_requests.FACTS_CHANGED in answer.text
    assert sheet(published(sqlite_world))["Total"][-1] == "57"


@pytest.mark.parametrize(
    ("more", "at", "words"),
    [
        ({"u": "persons"}, "d", "Counted: The public edition counts incidents."),
        ({"k": "arrest"}, "d", "What happened: The public edition is of all incidents of a year"),
        ({"g": "1"}, "d", "Labour grievances: The public edition is of all incidents of a year"),
        ({"b": "kind"}, "b", "The public edition does not have these columns"),
        ({"f": "02.2026", "t": "11.2026"}, "d", "To month: The public edition is of whole years that are over."),
        ({"f": "01.2003", "t": "12.2003"}, "b", "Too little of these years could be read"),
    ],
)
def test_what_is_in_no_public_file_is_refused_by_name(
    sqlite_world: World, more: dict[str, str], at: str, words: str
) -> None:
    record(sqlite_world, {("2003-02", "KZ-35"): 4, ("2003-02", "KZ-75"): 4, ("2003-02", "KZ-71"): 4})
    answer = Browser(sqlite_world, "coordinator").post("/t/x", **{**ASKED, **more})
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert f'href="#f-{at}-box"' in text
    assert words in text


def test_of_the_demo_at_least_60_percent_can_be_read_and_its_totals_in_any_case(sqlite_world: World) -> None:
    many.write(sqlite_world.runtime, sqlite_world.session("anna"), sqlite_world.now)
    asked, offered = {"f": "01.2020", "t": "12.2025"}, {}
    for by in PUBLIC_CUTS:
        answer = Browser(sqlite_world, "coordinator").post("/t/x", **{**ASKED, **asked, "b": by})
        if answer.status_code == 303:
            Browser(sqlite_world, "anna").post(f"{answer.location}/y")
            offered[by] = sheet(Browser(sqlite_world, "coordinator").post(f"{answer.location}/x", x="csv").data)
        else:
            assert "Choose only the totals" in answer.text, by
    base = int(offered["whole"]["Total"][-1])
    assert base > 50
    assert offered.keys() >= {"group", "whole"}
    for by, table in offered.items():
        periods = [cells for period, cells in table.items() if period not in {"Period", "Total"}]
        assert sum(int(cells[-1]) for cells in periods) == base, "every file has the same totals"
        read = sum(int(cell) for cells in periods for cell in cells[:-1] if cell != "hidden")
        assert by == "whole" or 10 * read >= 6 * base, by
