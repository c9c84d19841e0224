"""Tables as organisations publish them, entered as records and asked again: rows and columns, gaps, shares."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO

import pytest
from hrd_browser import Browser
from hrd_grids import Grid, grid_of, words_of
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Company
from hrd_cases.domain.dates import parse
from hrd_cases.domain.fields import Counted
from hrd_cases.domain.incidents import Attacked, CompanyRole, Incident, KindCount
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records

INCIDENT = Incident(title="x", when=parse("2001-02"), region="KZ-35", kinds=("arrest",), public_record=True)


def taken(world: World, form: str = "csv", **asked: str) -> bytes:
    answer = Browser(world, "coordinator").post("/t/x", d="inside", purpose="Annual report", x=form, **asked)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def table(world: World, **asked: str) -> Grid:
    """The table of a file, whatever is in its rows, by column and row."""
    rows = list(csv.reader(StringIO(taken(world, **asked).decode("utf-8-sig"), newline="")))
    start = next(at for at, row in enumerate(rows) if row[-1:] == ["Remark"])
    return grid_of(rows[start][:-1], [row[:-1] for row in rows[start + 1 :]])


def line(world: World, **asked: str) -> Mapping[str, str]:
    """The figures of the whole time, by column."""
    return {column: cell for (column, row), cell in table(world, **asked).items() if row == "Total"}


def answered(world: World, query: str) -> str:
    page = Browser(world, "coordinator").get(f"/t?{query}").text
    return page[page.index('id="answer"') : page.index('id="out"')]


def year(number: int) -> dict[str, str]:
    return {"f": f"01.{number}", "t": f"12.{number}"}


@pytest.fixture
def killed(sqlite_world: World) -> World:
    """324 people in six places: 66, 58 and 17 of three kinds by name, the others as a number."""
    places = {"KZ-35": 157, "KG-C": 32, "UZ-TO": 29, "TJ-DU": 22, "TM-A": 15, "outside_kazakhstan": 69}
    kinds = ["environmental"] * 66 + ["minority_rights"] * 58 + ["journalist"] * 17
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        named = [people.create(ctx, Person(pseudonym="x", kinds=(kind,)), case) for kind in kinds]
    with sqlite_world.writing("anna") as ctx:
        for place, number in places.items():
            mine, named = named[: number // 2], named[number // 2 :]
            own = replace(INCIDENT, region=place, kinds=("killing",), attacked=tuple(map(_attacked, mine)))
            records.create(ctx, case, replace(own, count=Counted(used=number)))
    return sqlite_world


def _attacked(person: str) -> Attacked:
    return Attacked(person=person)


def test_324_killed_by_country_and_kind_of_defender(killed: World) -> None:
    """HRD Memorial, 2024: the five first are 255 of 324; 20.4, 17.9 and 5.2 percent of three kinds."""
    asked = {"u": "persons", **year(2001)}
    countries = line(killed, b="country", **asked)
    assert list(countries.values()) == ["157", "69", "32", "29", "22", "15", "324"]
    kinds = line(killed, b="who", **asked)
    assert sorted(map(int, kinds.values()), reverse=True) == [324, 183, 66, 58, 17]
    assert kinds["not stated"] == "183", "who is only a number is of no kind, and in no other row"
    report = "".join(words_of(taken(killed, "pdf", b="who", **asked)).split())
    assert [share for share in ("20.4", "17.9", "5.2") if f"{share}percentof324" in report] == ["20.4", "17.9", "5.2"]


@pytest.fixture
def several(sqlite_world: World) -> World:
    """Years of their own for tables of their own."""
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        mine, plant = (
            CompanyRole(company=records.create(ctx, None, Company(name=name, sector=sector)), role="employer")
            for name, sector in (("Шахта-1", "mining"), ("Станция-2", "energy"))
        )
        women = [people.create(ctx, Person(pseudonym="x", gender="woman"), case) for _number in range(3)]
        men = [people.create(ctx, Person(pseudonym="x", gender="man"), case) for _number in range(2)]
    with sqlite_world.writing("anna") as ctx:
        # 2001 to 2005: one year has only "at least", one a range, one no number, one no incident.
        for number, count in ((2001, Counted(used=12)), (2003, Counted(low=40)), (2004, Counted(low=31, high=35))):
            records.create(ctx, case, replace(INCIDENT, when=parse(f"{number}-02"), count=count))
        records.create(ctx, case, replace(INCIDENT, when=parse("2005-02")))
        # 2007: regions by kinds, companies in 8 of 20.
        for region, kinds, times in (
            ("KZ-35", ("arrest",), 7),
            ("KZ-35", ("threat", "fine"), 5),
            ("KG-C", ("threat",), 6),
            ("KG-C", ("fine",), 2),
        ):
            for number in range(times):
                own = ((mine, plant) if number < 2 else (mine,)) if kinds == ("arrest",) else ()
                own = own or ((plant,) if kinds == ("fine",) and not number else ())
                record = replace(INCIDENT, when=parse("2007-05"), region=region, kinds=kinds, companies=own)
                records.create(ctx, case, record)
        # 2008: women and men by name, the others as a number; one woman twice.
        attacked = tuple(map(_attacked, (*women, men[0])))
        crowd = replace(INCIDENT, when=parse("2008-02"), attacked=attacked, count=Counted(used=10))
        records.create(ctx, case, crowd)
        both = replace(
            INCIDENT, when=parse("2008-08"), kinds=("threat",), attacked=tuple(map(_attacked, (women[0], men[1])))
        )
        records.create(ctx, case, both)
        # 2009: 400 at a strike, 15 of them fined, at least 4 dismissed.
        by_kind = (
            KindCount(kind="fine", count=Counted(used=15)),
            KindCount(kind="dismissal_of_unionist", count=Counted(low=4)),
        )
        strike = replace(INCIDENT, when=parse("2009-03"), kinds=("threat",), by_kind=by_kind, count=Counted(used=400))
        records.create(ctx, case, strike)
        # 2010: the regions of 2007 have another base.
        for region, kind, times in (("KZ-35", "arrest", 3), ("KG-C", "threat", 7)):
            for _number in range(times):
                records.create(ctx, case, replace(INCIDENT, when=parse("2010-05"), region=region, kinds=(kind,)))
    return sqlite_world


def test_a_series_by_year_keeps_at_least_a_range_a_gap_and_not_known_apart(several: World) -> None:
    grid = table(several, u="persons", b="whole", f="01.2001", t="12.2005")
    assert [grid["Total", str(number)] for number in range(2001, 2006)] == [
        "12",
        "0",
        "at least 40",
        "31–35 (31)",
        "not known in 1",
    ]
    assert grid["Total", "Total"] == "at least 83; not known in 1"
    page = answered(several, "u=persons&f=01.2001&t=12.2005")
    assert "<b>Persons attacked: at least 83; not known in 1</b>" in page
    assert ">at least 40</td>" in page


def test_regions_by_kinds_stand_in_one_table(several: World) -> None:
    """Whatever may be asked can be in rows: of each region its own total, in all files the same."""
    grid = table(several, b="kind", l="region", **year(2007))
    of_region = {row: {column: cell for (column, at), cell in grid.items() if at == row} for _column, row in grid}
    assert list(of_region) == ["Karaganda Region", "Chüy Region", "Total"]
    words = ("Apprehension", "Threat", "Fine", "Total")
    assert [[cells[word] for word in words] for cells in of_region.values()] == [
        ["7", "5", "5", "12"],
        ["0", "6", "2", "8"],
        ["7", "11", "7", "20"],
    ]
    report = "".join(words_of(taken(several, "pdf", b="kind", l="region", **year(2007))).split())
    assert "60percentof20" not in report, "shares are of the columns"
    assert "ChüyRegion" in report
    assert "AllfiguresregionThreatApprehension" in report or "AllfiguresregionThreatFine" in report


def test_rows_of_codes_are_for_our_own_work_alone(several: World) -> None:
    asked = {"b": "group", "l": "region", "purpose": "x", "x": "csv", **year(2007)}
    for edition in ({"d": "public"}, {"d": "partner", "n": "donor", "h": "Fund"}):
        refused = Browser(several, "coordinator").post("/t/x", **asked, **edition)
        assert refused.status_code == 422
        assert "Only the file for our own work has rows" in refused.text
    same = Browser(several, "coordinator").post("/t/x", d="inside", **{**asked, "l": "group"})
    assert same.status_code == 422
    assert "Rows and columns are of the same" in same.text


def test_sectors_overlap_and_the_share_with_a_company_has_its_base(several: World) -> None:
    linked = line(several, b="linked", **year(2007))
    assert (linked["Yes"], linked["No"], linked["Total"]) == ("8", "12", "20")
    sectors = line(several, b="sector", **year(2007))
    assert (sectors["Mining of ores and minerals"], sectors["Total"]) == ("7", "20")
    assert sum(int(cell) for column, cell in sectors.items() if column not in ("not stated", "Total")) == 7 + 3
    report = "".join(words_of(taken(several, "pdf", b="linked", **year(2007))).split())
    assert "40percentof20" in report


def test_women_men_and_who_is_only_a_number_add_up(several: World) -> None:
    asked = {"u": "persons", **year(2008)}
    cells = line(several, b="gender", **asked)
    assert (cells["Woman"], cells["Man"], cells["not stated"], cells["Total"]) == ("3", "2", "6", "11")
    grid = table(several, b="kind", l="gender", **asked)
    assert (grid["Threat", "Woman"], grid["Apprehension", "Woman"], grid["Total", "Woman"]) == ("1", "3", "3")
    assert (grid["Apprehension", "not stated"], grid["Total", "not stated"]) == ("6", "6")
    quarters = table(several, b="gender", s="quarter", **asked)
    assert (quarters["Woman", "2008-Q1"], quarters["Woman", "2008-Q3"], quarters["Man", "2008-Q3"]) == ("3", "1", "1")
    acts = line(several, b="gender", u="acts", **year(2008))
    assert (acts["Woman"], acts["Man"], acts["not stated"], acts["Total"]) == ("4", "2", "6", "12")


def test_persons_acts_and_incidents_of_a_strike_differ(several: World) -> None:
    assert line(several, b="whole", u="incidents", **year(2009)) == {"Total": "1"}
    assert line(several, b="whole", u="persons", **year(2009)) == {"Total": "400"}
    acts = line(several, b="kind", u="acts", **year(2009))
    assert acts["Fine"] == "15"
    assert "at least 4" in acts.values()
    assert acts["Threat"] == "not known in 1"


def test_two_years_side_by_side_say_the_change_in_percent_and_in_points(several: World) -> None:
    page = answered(several, "f=01.2007&t=12.2007&y=01.2010&z=12.2010")
    beside = page[page.index("Side by side") :]
    assert "−50 percent" in beside, "20 incidents, then 10"
    assert "share: 35, then 30 percent (−5 points)" in beside, "detentions: 7 of 20, then 3 of 10"
