"""Three editions of figures: all of them inside, few cuts for a named partner, small figures hidden in public."""

import csv
import html
import re
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from docx import Document
from hrd_browser import Browser
from hrd_handed import handed_out
from hrd_world import NOW, World
from pypdf import PdfReader

from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.people import Person
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records

ASKED = {"f": "01.2001", "t": "12.2002", "b": "group", "purpose": "Annual report"}
DONOR = {"d": "partner", "n": "donor", "h": "Canary fund"}
INCIDENT = Incident(title="x", when=parse("2001-02"), region="KZ-35", kinds=("arrest",))


@pytest.fixture
def told(sqlite_world: World) -> World:
    """Seven incidents whose person agreed to statistics, and two whose person nobody asked."""
    for count, answer in ((7, "yes"), (2, "")):
        with sqlite_world.writing("anna") as ctx:
            case = cases.create(ctx, Case(title="x"))
            person = people.create(ctx, Person(pseudonym="x"), case)
            if answer:
                said = Consent(person=person, said_on=NOW.date(), form="oral", statistics=answer)
                records.create(ctx, case, said)
        with sqlite_world.writing("anna") as ctx:
            for _number in range(count):
                records.create(ctx, case, replace(INCIDENT, attacked=(Attacked(person=person),)))
    return sqlite_world


def sheet(data: bytes) -> list[list[str]]:
    return [row for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) if row]


def taken(world: World, form: str, **more: str) -> bytes:
    if more["d"] == "inside":
        return bytes(Browser(world, "coordinator").post("/t/x", **ASKED, x=form, **more).data)
    return bytes(handed_out(world, "/t/x", form, **ASKED, **more).data)


def of_2001(data: bytes) -> str:
    return next(row for row in sheet(data) if row[0].startswith("2001") and len(row) > 3)[1]


def test_inside_holds_all_and_the_others_what_may_leave(told: World) -> None:
    files = {
        edition: taken(told, "csv", **more)
        for edition, more in (("inside", {"d": "inside"}), ("partner", DONOR), ("public", {"d": "public"}))
    }
    assert {edition: of_2001(data) for edition, data in files.items()} == {
        "inside": "9",
        "partner": "7",
        "public": "7",
    }
    heads = {edition: dict(row[:2] for row in sheet(data) if len(row) > 1) for edition, data in files.items()}
    assert heads["inside"]["Edition"] == "For our own work: all figures, small ones too. Not to be handed on."
    assert heads["partner"]["Recipient"] == "Canary fund"
    assert "Recipient" not in heads["public"]
    assert heads["inside"]["Of these, nobody asked for consent to statistics: not to leave"] == "2"
    assert heads["partner"]["Left out: nobody asked for consent to statistics"] == "2"
    assert heads["public"]["Left out: nobody asked for consent to statistics"] == "hidden"


@pytest.mark.parametrize("more", [{"d": "inside"}, DONOR], ids=["inside", "partner"])
def test_every_file_of_an_edition_holds_its_numbers_and_says_which_it_is(told: World, more: dict[str, str]) -> None:
    data = {form: taken(told, form, **more) for form in ("csv", "pdf", "docx")}
    words = {
        "pdf": "\n".join(page.extract_text() for page in PdfReader(BytesIO(data["pdf"])).pages),
        "docx": "\n".join(cell.text for table in Document(BytesIO(data["docx"])).tables for cell in table._cells),
    }
    said = dict(row[:2] for row in sheet(data["csv"]) if len(row) > 1)["Edition"]
    assert said.split(":")[0] in words["pdf"]
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in Document(BytesIO(data["docx"])).tables]
    rows = next(table for table in tables if "Total" in table[0])
    assert next(row for row in rows if row[0] == "2001")[1] == of_2001(data["csv"])
    assert re.search(rf"2001 {of_2001(data['csv'])} ", words["pdf"])


@pytest.mark.parametrize(
    ("more", "at", "words"),
    [
        ({"b": "kind"}, "b", "The partner edition does not have this."),
        ({"b": "gender"}, "b", "The partner edition does not have this."),
        ({"s": "month"}, "d", "Chart: The partner edition has no figures by month."),
        ({"k": "arrest"}, "d", "What happened: The partner edition does not have this."),
        ({"w": "union_leader"}, "d", "To whom: The partner edition does not have this."),
        ({"b": "company"}, "", ""),
        ({"b": "company", "k": "*threats"}, "b", "no figures of a company by group of kinds"),
    ],
)
def test_a_partner_is_refused_the_cuts_it_may_not_have_by_name(
    told: World, more: dict[str, str], at: str, words: str
) -> None:
    answer = Browser(told, "coordinator").post("/t/x", **{**ASKED, **DONOR, "x": "csv", **more})
    assert (answer.status_code == 303) == (not at)
    if at:
        text = html.unescape(answer.text)
        assert f'href="#f-{at}-box"' in text
        assert words in text
        assert 'value="Canary fund"' in text, "nothing typed is lost"


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({}, "d"),
        ({"d": "everybody"}, "d"),
        ({**DONOR, "n": ""}, "n"),
        ({**DONOR, "n": "friend"}, "n"),
        ({**DONOR, "h": " "}, "h"),
        ({"d": "public", "h": "Canary fund"}, "h"),
        ({"d": "inside", "n": "donor"}, "n"),
    ],
)
@pytest.mark.parametrize("path", ["/t/x", "/t/q/x"])
def test_nothing_leaves_before_it_is_said_for_whom(told: World, path: str, more: dict[str, str], at: str) -> None:
    asked = {"q": "2026-Q3", "purpose": "Report"} if path == "/t/q/x" else ASKED
    answer = Browser(told, "coordinator").post(path, **{**asked, "x": "csv", **more})
    assert answer.status_code == 422
    assert f'href="#f-{"d" if path == "/t/q/x" and more.get("d") == "public" else at}-box"' in answer.text


def test_the_log_keeps_the_edition_and_the_kind_of_recipient_and_no_name(told: World) -> None:
    handed_out(told, "/t/x", "csv", **ASKED, **DONOR)
    handed_out(told, "/t/q/x", "csv", q="2026-Q3", purpose="Report", **DONOR)
    with told.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    logged = [set(line.more) for line in lines if line.act in ("export trends", "export the quarter")]
    assert len(logged) == 2
    assert all({("edition", "partner"), ("recipient", "donor")} <= more for more in logged)
    assert "Canary fund" not in repr(lines)
