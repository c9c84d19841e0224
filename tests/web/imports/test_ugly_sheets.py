"""Thirty lists as groups keep them: how many come in after at most three corrections on the page."""

import re
import tomllib
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hrd_imports import brought_in, send
from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import people
from hrd_cases.services.records import records

SHEETS = tomllib.loads((Path(__file__).parent / "ugly_sheets.toml").read_text(encoding="utf-8"))["sheet"]
WANTED, LEAST = 24, 0.95  # lists, and the part of the rows of each
MOST_CORRECTIONS = 3
TOO_UGLY = {"a calendar of incidents across"}  # rows are no incidents here
LEFT_OUT = "_all+"  # pressed last: whatever is still wrong stays out


def table_of(text: str) -> list[list[str]]:
    return [[cell.replace("~", "\n") for cell in line.split("|")] for line in text.strip("\n").split("\n")]


def workbook(sheet: dict[str, Any]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    if "first_sheet" in sheet:
        book.add_worksheet("Инструкция").write_column(0, 0, [row[0] for row in table_of(sheet["first_sheet"])])
    page = book.add_worksheet("План")
    for line, row in enumerate(table_of(sheet["cells"])):
        for at, cell in enumerate(row):
            if re.fullmatch(r"#\d+", cell):
                page.write_number(line, at, int(cell[1:]))
            elif re.fullmatch(r"@\d+", cell):
                page.write_number(line, at, int(cell[1:]), day)
            elif cell:
                page.write_string(line, at, cell.removeprefix("#"))
    for place in sheet.get("merged", ()):
        page.merge_range(place, None)
    book.close()
    return out.getvalue()


def data_of(sheet: dict[str, Any]) -> bytes:
    if sheet.get("form") != "csv":
        return workbook(sheet)
    out = StringIO()
    if sheet.get("raw"):
        out.write(sheet["cells"].strip("\n"))
    else:
        for row in table_of(sheet["cells"]):
            out.write(sheet.get("separator", ";").join(row) + "\r\n")
    return out.getvalue().encode(sheet.get("encoding", "utf-8"))


def of_kind(world: World, kind: str) -> dict[str, str]:
    """What every record of a kind says in the case, by its id."""
    with world.reading("anna") as ctx:
        case, cls = world.strike.case, ENTITIES[kind].cls
        if cls is Person:
            ids = [code for code, _name in records.choices(ctx, Person, case)]
            return {record: repr(people.read(ctx, record).value) for record in ids}
        vault = None if ENTITIES[kind].vault == "directory" else case
        ids = [card.id for card in records.listing(ctx, cls, vault)]
        return {record: repr(records.read(ctx, vault, record, cls).value) for record in ids}


def readable(text: str) -> str:
    """Days as 2017-12-14, whatever holds them."""
    days = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")
    return days.sub(lambda day: f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}", text)


def come_in(world: World, who: Visitor, sheet: dict[str, Any]) -> list[str]:
    """What the new records of a sheet say, brought in with its corrections; rows that stay wrong are left out."""
    kind = sheet["kind"]
    before = of_kind(world, kind)
    case = "" if ENTITIES[kind].vault == "directory" else world.strike.case
    address = send(who, data_of(sheet), kind=kind, case=case).headers["Location"]
    chosen = dict(sheet.get("columns", {}))
    for moved in ("sheet", "head"):
        if moved in chosen:
            assert who.fill(address, **{moved: chosen.pop(moved)}).status_code == 303
    answer = who.fill(address, **chosen)
    if answer.status_code != 303:
        return []
    address = answer.headers["Location"]
    for name, text in {**sheet.get("page", {}), LEFT_OUT: "wrong-out"}.items():
        if address in forms(who.get(address)):
            who.send(address, {**forms(who.get(address))[address], name.strip("+"): text})
    if f"{address}/g" in forms(who.get(address)):
        brought_in(who, address)
    return [readable(text) for record, text in of_kind(world, kind).items() if record not in before]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet["name"]).replace(" ", "-"))
def test_a_list_as_groups_keep_it_comes_in(sqlite_world: World, anna: Visitor, sheet: dict[str, Any]) -> None:
    assert len(sheet.get("columns", {})) + len(sheet.get("page", {})) <= MOST_CORRECTIONS
    made = come_in(sqlite_world, anna, sheet)
    if sheet["name"] in TOO_UGLY:
        assert made == []
        return
    assert LEAST * sheet["rows"] <= len(made) <= sheet["rows"]
    for words in sheet["holds"]:
        assert any(all(word in text for word in words) for text in made), words


def test_of_thirty_lists_at_least_twenty_four_come_in() -> None:
    assert len(SHEETS) == 30
    assert len(SHEETS) - len(TOO_UGLY) >= WANTED
