"""Tables that others published, made again from records: charges and cases, countries, sectors, quarter and sex."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from docx import Document
from hrd_browser import Browser
from hrd_grids import from_csv, from_docx, from_xlsx, words_of
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Company
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import Attacked, CompanyRole, Incident
from hrd_cases.domain.legal_actions import Charge, LegalAction
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records

INCIDENT = Incident(title="x", when=parse("2001-02"), region="KZ-35", kinds=("arrest",), public_record=True)


def taken(world: World, form: str, **asked: str) -> bytes:
    answer = Browser(world, "coordinator").post("/t/x", d="inside", purpose="Annual report", x=form, **asked)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def totals(world: World, **asked: str) -> dict[str, str]:
    """The line of all periods, the same in CSV, XLSX and DOCX."""
    data = {form: taken(world, form, **asked) for form in ("csv", "xlsx", "docx")}
    grid = from_csv(data["csv"])
    assert from_xlsx(data["xlsx"]) == grid
    line = {column: cell for (column, row), cell in grid.items() if row == "Total"}
    cells = [cell.text for part in Document(BytesIO(data["docx"])).tables for cell in part._cells]
    assert set(line.values()) <= set(cells)
    return line


def shares(world: World, **asked: str) -> list[str]:
    """What a report says of parts: the percentage with its base."""
    text = "".join(words_of(taken(world, "pdf", **asked)).split())
    return [part.rpartition("percentof")[0][-4:] for part in text.split("107")[:-1] if part.endswith("percentof")]


def test_107_charges_of_75_cases_by_class(sqlite_world: World) -> None:
    """Front Line Defenders, 2024: 23.4, 19.6, 12.1, 11.2 and 11.2 percent of 107 charges in 75 cases."""
    classes = {"defamation": 25, "national_security": 21, "other_criminal": 13, "public_order": 12, "terrorism": 12}
    classes |= {"extremism": 20, "": 4}
    charges = [name for name, times in classes.items() for _ in range(times)]
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        for number in range(75):
            own = tuple(
                Charge(text="x", group=name)
                for name in (charges[2 * number :][:2] if number < 32 else charges[32 + number :][:1])
            )
            action = LegalAction(title="x", kind="criminal_prosecution", opened=parse("2001-03"), charges=own)
            records.create(ctx, case, action)
    asked = {"f": "01.2001", "t": "12.2001", "b": "charge"}
    line = totals(sqlite_world, u="charges", **asked)
    assert line.pop("Total") == "107"
    assert sorted(map(int, line.values()), reverse=True) == sorted(classes.values(), reverse=True)
    assert line["not stated"] == "4"
    assert totals(sqlite_world, u="actions", **{**asked, "b": "whole"}) == {"Total": "75"}
    said = shares(sqlite_world, u="charges", **asked)
    assert sorted(said[:6], reverse=True)[:5] == ["23.4", "19.6", "18.7", "12.1", "11.2"]
    assert said.count("11.2") == 2
    page = Browser(sqlite_world, "coordinator").get("/t?u=charges&f=01.2001&t=12.2001").text
    assert "<b>Charges and claims: 107</b>" in page
    assert "75 legal actions" in page
    assert "All recorded legal actions</h1>" in page
    assert "incident" not in page[page.index('id="answer"') : page.index('id="question"')]


@pytest.fixture
def spread(sqlite_world: World) -> World:
    """111 incidents of three countries; 33 with a mine, 20 of these with a power station too, 14 with that alone."""
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        mine, plant = (
            CompanyRole(company=records.create(ctx, None, Company(name=name, sector=sector)), role="employer")
            for name, sector in (("Шахта-1", "mining"), ("Станция-2", "energy"))
        )
        for number in range(111):
            own = (mine, plant) if number < 20 else (mine,) if number < 33 else (plant,) if number < 47 else ()
            region = "KZ-35" if number % 3 else ("KG-C", "UZ-TO")[number % 2]
            records.create(ctx, case, replace(INCIDENT, region=region, companies=own))
    return sqlite_world


def test_countries_and_sectors_that_overlap_each_with_its_base(spread: World) -> None:
    asked = {"f": "01.2001", "t": "12.2001"}
    assert totals(spread, b="country", **asked) == {
        "Kazakhstan": "74",
        "Kyrgyzstan": "19",
        "Uzbekistan": "18",
        "Total": "111",
    }
    line = totals(spread, b="sector", **asked)
    assert (line["Mining of ores and minerals"], line["not stated"], line["Total"]) == ("33", "64", "111")
    assert sum(int(cell) for head, cell in line.items() if head != "Total") == 33 + 34 + 64, "20 stand in two columns"
    report = "".join(words_of(taken(spread, "pdf", b="sector", **asked)).split())
    assert "29.7percentof111" in report, "33 of 111"
    other = "".join(words_of(taken(spread, "pdf", b="sector", r="KZ-35", **asked)).split())
    assert "percentof74" in other, "another base is another percentage"


def test_kinds_by_quarter_and_sex(sqlite_world: World) -> None:
    counts = {("2001-02", "woman", "arrest"): 3, ("2001-05", "woman", "threat"): 2, ("2001-05", "man", "arrest"): 4}
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        who = {sex: people.create(ctx, Person(pseudonym=sex, gender=sex), case) for sex in ("woman", "man")}
    with sqlite_world.writing("anna") as ctx:
        for (month, sex, kind), times in counts.items():
            attacked = (Attacked(person=who[sex]),)
            for _number in range(times):
                records.create(ctx, case, replace(INCIDENT, when=parse(month), kinds=(kind,), attacked=attacked))
    words = {"arrest": "Apprehension", "threat": "Threat"}
    for sex in who:
        grid = from_csv(taken(sqlite_world, "csv", f="01.2001", t="12.2001", s="quarter", b="kind", e=sex))
        found = {place: cell for place, cell in grid.items() if cell != "0" and "Total" not in place}
        by_hand = {
            (words[kind], f"2001-Q{(int(month[5:]) + 2) // 3}"): str(times)
            for (month, of, kind), times in counts.items()
            if of == sex
        }
        assert found == by_hand


def test_a_year_without_any_is_a_gap_that_is_said_and_the_change_leaves_it_out(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        for year, times in ((2001, 4), (2003, 30), (2004, 9)):
            for _number in range(times):
                records.create(ctx, case, replace(INCIDENT, when=parse(f"{year}-02")))
    data = taken(sqlite_world, "csv", f="01.2001", t="12.2004", b="kind")
    rows = {row[0]: row for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) if row}
    assert [rows[str(year)][-2] for year in range(2001, 2005)] == ["4", "0", "30", "9"]
    assert rows["2002"][-1] in {"no incident recorded", "none counted here"}
    page = Browser(sqlite_world, "coordinator").get("/t?f=01.2001&t=12.2004").text
    assert "2004: 9 incidents, 2003: 30. This is more than chance" in page
    assert from_docx(taken(sqlite_world, "docx", f="01.2001", t="12.2004", b="kind"))["Total", "2002"] == "0"
