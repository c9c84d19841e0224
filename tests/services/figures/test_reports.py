"""Reports of figures: the same numbers in page, CSV, XLSX, PDF and DOCX, and nothing that the tables do not hold."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, StringIO

import hrd_sheets
import pikepdf
import pytest
from docx import Document
from hrd_browser import Browser
from hrd_grids import READERS, from_csv, from_page, words_of
from hrd_handed import agreed
from hrd_world import NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.people import Person
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.demo import many
from hrd_cases.services.figures import facts
from hrd_cases.services.records import records

QUESTION = {"f": "01.2001", "t": "12.2002", "b": "kind"}
INCIDENT = Incident(title="Canary title", when=parse("2001-02"), region="KZ-35", kinds=("arrest",))


@pytest.fixture
def told(sqlite_world: World) -> Callable[..., None]:
    """Keeps so many incidents of each month and kind, in which a person answered about statistics."""

    def keep(counts: dict[tuple[str, str], int], answer: str = "yes") -> None:
        with sqlite_world.writing("anna") as ctx:
            case = cases.create(ctx, Case(title="Canary case"))
            person = people.create(ctx, Person(pseudonym="Canary person"), case)
            if answer:
                said = Consent(person=person, said_on=NOW.date(), form="oral", statistics=answer)
                records.create(ctx, case, said)
        with sqlite_world.writing("anna") as ctx:
            for (month, kind), count in counts.items():
                value = replace(INCIDENT, when=parse(month), kinds=(kind,), attacked=(Attacked(person=person),))
                for _number in range(count):
                    records.create(ctx, case, value)

    return keep


def taken(world: World, form: str, **more: str) -> bytes:
    asked = {**QUESTION, "d": "inside", "purpose": "Annual report", "x": form, **more}
    answer = Browser(world, "coordinator").post("/t/x", **asked)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


ENOUGH = {("2001-02", "arrest"): 7, ("2001-05", "threat"): 6, ("2002-05", "threat"): 8, ("2002-05", "arrest"): 9}


def test_the_page_and_every_file_hold_the_same_numbers(sqlite_world: World, told: Callable[..., None]) -> None:
    told(ENOUGH)
    grids = {form: read(taken(sqlite_world, form)) for form, read in READERS.items()}
    assert len(grids["csv"]) == 9
    assert grids["xlsx"] == grids["csv"]
    assert grids["docx"] == grids["csv"]
    assert grids["pdf"] == grids["csv"]
    page = from_page(
        Browser(sqlite_world, "coordinator").get("/t?f=01.2001&t=12.2002").text,
        ("Apprehension", "Threat"),
        ("2001", "2002"),
    )
    assert page.items() <= grids["csv"].items()


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_report_names_nobody_and_leads_to_no_case(sqlite_world: World, told: Callable[..., None], form: str) -> None:
    told(ENOUGH)
    data = taken(sqlite_world, form)
    with sqlite_world.reading("coordinator") as ctx:
        tokens = list(facts.read(ctx).counted.people)
    assert tokens
    for piece in pieces(data, form):
        assert b"Canary" not in piece
        assert b"coordinator" not in piece.lower()
        assert not any(token.encode() in piece for token in tokens)


def pieces(data: bytes, form: str) -> list[bytes]:
    """Every part of a file, unpacked."""
    if form == "docx":
        return list(hrd_sheets.parts(data).values())
    with pikepdf.open(BytesIO(data)) as paper:
        streams = [thing.read_bytes() for thing in paper.objects if isinstance(thing, pikepdf.Stream)]
        return [words_of(data).encode(), bytes(str(paper.trailer.Info), "utf-8"), *streams]


def test_a_report_needs_a_purpose_and_the_log_keeps_it(sqlite_world: World, told: Callable[..., None]) -> None:
    browser = Browser(sqlite_world, "coordinator")
    refused = browser.post("/t/x", **QUESTION, d="inside", purpose=" ", x="pdf")
    assert refused.status_code == 422
    assert "Write what the figures are for." in refused.text
    taken(sqlite_world, "pdf")
    with sqlite_world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    logged = [set(line.more) for line in lines if line.act == "export trends"]
    assert len(logged) == 1
    assert {("purpose", "Annual report"), ("form", "pdf")} <= logged[0]


def test_a_report_can_be_read_by_a_screen_reader_and_draws_its_charts_as_vectors(
    sqlite_world: World, told: Callable[..., None]
) -> None:
    told(ENOUGH)
    with pikepdf.open(BytesIO(taken(sqlite_world, "pdf"))) as paper:
        assert paper.Root.MarkInfo.Marked
        assert paper.Root.Lang == "en"
        assert paper.Root.ViewerPreferences.DisplayDocTitle
        kinds = {str(thing.get("/S")) for thing in paper.objects if isinstance(thing, pikepdf.Dictionary)}
        assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds
        pictures = [thing for thing in paper.objects if isinstance(thing, pikepdf.Stream)]
        assert not [thing for thing in pictures if thing.get("/Subtype") == pikepdf.Name.Image]
        with paper.open_outline() as outline:
            assert [item.title for item in outline.root][-1] == "How it was counted"


@pytest.mark.parametrize(("code", "words"), [("ru", "Как посчитано"), ("kk", "Қалай есептелді")])
def test_a_report_is_in_the_language_of_its_reader(
    sqlite_world: World, told: Callable[..., None], code: str, words: str
) -> None:
    told(ENOUGH)
    browser = Browser(sqlite_world, "coordinator")
    browser.headers["Cookie"] = browser.headers["Cookie"].replace("__Host-g=en", f"__Host-g={code}")
    data = bytes(browser.post("/t/x", **QUESTION, d="inside", purpose="Annual report", x="docx").data)
    assert words in "\n".join(paragraph.text for paragraph in Document(BytesIO(data)).paragraphs)


def test_a_long_table_is_cut_into_sheets_that_hold_all_of_its_cells(sqlite_world: World) -> None:
    many.write(sqlite_world.runtime, sqlite_world.session("anna"), sqlite_world.now)
    wide = {"f": "01.2024", "t": "12.2025", "s": "month"}
    whole = from_csv(taken(sqlite_world, "csv", **wide))
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(BytesIO(taken(sqlite_world, "docx", **wide))).tables
    ]
    columns = {head for head, _period in whole}
    cut = [table for table in tables if set(table[0][1:]) <= columns]
    assert len(cut) > 1
    assert all(len(table[0]) <= 7 for table in cut)
    cells_of_all = sorted(cell for table in cut for row in table[1:] for cell in row[1:])
    assert cells_of_all == sorted(whole.values())


def test_the_report_of_a_quarter_holds_every_figure_of_its_page(sqlite_world: World) -> None:
    many.write(sqlite_world.runtime, sqlite_world.session("anna"), sqlite_world.now)
    browser = Browser(sqlite_world, "coordinator")
    asked = {"q": "2025-Q2", "d": "partner", "n": "donor", "h": "Donor", "purpose": "Report to a donor"}
    request = agreed(sqlite_world, "/t/q/x", **asked)
    rows = list(csv.reader(StringIO(browser.post(f"{request}/x", x="csv").data.decode("utf-8-sig"), newline="")))
    sheet = [[row[0].removeprefix("– "), *row[1:3]] for row in rows if len(row) > 2][1:]
    data = {form: bytes(browser.post(f"{request}/x", x=form).data) for form in ("docx", "pdf")}
    table = [[cell.text for cell in row.cells] for row in Document(BytesIO(data["docx"])).tables[0].rows]
    assert [[row[0].partition("\n")[0], *row[1:]] for row in table[1:]] == sheet
    text = re.sub(r"\s+", " ", words_of(data["pdf"]))
    assert all(f"{now} {then}" in text for _name, now, then in sheet)
    assert "Not to be published. Recipient: Donor" in text
    assert browser.post("/t/q/x", q="2025-Q2", d="inside", purpose="", x="pdf").status_code == 422
