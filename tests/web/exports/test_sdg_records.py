"""What an incident lacks for SDG indicator 16.10.1, and the codes of other systems in its export."""

import csv
import re
from dataclasses import replace
from html import unescape
from io import StringIO

import pytest
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.crosswalk import LISTS, code_of, systems
from hrd_cases.domain.dates import parse
from hrd_cases.domain.ids import case_id
from hrd_cases.domain.incidents import Attacked, Incident, InformationSource
from hrd_cases.domain.people import Person
from hrd_cases.domain.sdg_records import MISSING, missing
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing

PERSON = Person(pseudonym="Driver", kinds=("union_leader",), gender="woman", age_band="30_44")
WHOLE = Incident(
    title="Canary detention",
    when=parse("03.2026"),
    region="KZ-KAR",
    place="Gate of the pit",
    kinds=("detention", "smear_campaign"),
    perpetrators=("police",),
    pressure="yes",
    sources=(InformationSource(who="A witness"), InformationSource(who="A lawyer", reliability="likely_reliable")),
    public_sources="A newspaper, 3 March 2026",
)


def line(visitor: Visitor) -> str:
    """What the page says is missing of the incident of this test."""
    page = unescape(re.sub(r"<[^>]+>", " ", visitor.get("/u/g").text.partition(WHOLE.title)[2].partition("</li>")[0]))
    return " ".join(page.partition("Missing:")[2].split()) or page


@pytest.fixture
def record(sqlite_world: World) -> tuple[str, str]:
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="Detained"))
        person = people.create(ctx, PERSON, case)
        return case, records.create(ctx, case, replace(WHOLE, attacked=(Attacked(person=person),)))


def change(world: World, record: tuple[str, str], **values: object) -> None:
    with world.writing("anna") as ctx:
        stored = records.read(ctx, *record, Incident)  # type: ignore[arg-type]  # ids of this test
        records.save(ctx, *record, replace(stored.value, **values), stored.versions)  # type: ignore[arg-type]


def test_a_whole_record_lacks_nothing_and_each_gap_is_named(
    sqlite_world: World, anna: Visitor, record: tuple[str, str]
) -> None:
    assert "Nothing is missing" in line(anna)
    assert "March 2026 · Detained" in unescape(anna.get("/u/g").text)
    change(sqlite_world, record, pressure="", place=" ", sources=())
    said = line(anna)
    for gap in ("retaliation", "place", "second independent source", "third source"):
        assert gap in said
    assert "region" not in said
    change(sqlite_world, record, kinds=("hazardous_conditions",))
    assert WHOLE.title not in anna.get("/u/g").text


def test_sources_that_are_one_or_unreliable_are_not_two() -> None:
    once = replace(
        WHOLE, sources=(InformationSource(who="A witness"), InformationSource(who="a WITNESS ")), public_sources=""
    )
    doubted = replace(once, sources=(*once.sources, InformationSource(who="Rumour", reliability="highly_unreliable")))
    for incident in (once, doubted):
        assert missing(incident, [PERSON]) == ("second_source", "third_source")
    assert missing(WHOLE, []) == ("victim",)
    assert missing(WHOLE, [replace(PERSON, kinds=(), gender="unknown", age_band="")]) == ("status", "sex", "age")
    assert missing(WHOLE, [PERSON, None]) == ("closed",)
    assert set(missing(Incident(), [])) <= set(MISSING)


def test_nobody_reads_of_incidents_that_are_not_theirs(sqlite_world: World, record: tuple[str, str]) -> None:
    for name in ("outsider", "coordinator", "auditor"):
        assert WHOLE.title not in Visitor(sqlite_world).enter(name).get("/u/g").text


def test_an_export_has_the_codes_of_other_systems_with_how_sure_they_are(
    anna: Visitor, record: tuple[str, str]
) -> None:
    answer = anna.fill("/u", t="incident", c=record[0], p="c", purpose="report to partners", x="csv")
    (row,) = csv.DictReader(StringIO(answer.get_data().decode()[1:], newline=""))
    assert row["HURIDOCS code"] == "030102000000"
    assert row["HURIDOCS code of the perpetrator"] == "010104000000"
    tags = row["Tag of the Business & Human Rights Resource Centre"].splitlines()
    assert tags == ["Arbitrary detention", "Reputation (not verified)"]
    classes = row["Possible class of SDG indicator 16.10.1"].splitlines()
    assert classes == ["Arbitrary detention (only if the legal test is met)", "Other harmful act"]
    assert row["Class of Front Line Defenders"].splitlines() == ["Arrest or detention", "Smear campaign"]


def test_every_class_of_a_kind_is_in_its_list_and_no_code_is_made_up() -> None:
    for entry in vocabulary("attack_kinds").entries:
        for system in systems():
            code = code_of(entry.code, system)
            assert code is None or system not in LISTS or vocabulary(LISTS[system]).has(code.code), entry.code
        huridocs = code_of(entry.code, "huridocs")
        assert huridocs is None or re.fullmatch(r"\d{12}", huridocs.code)


def test_a_coordinator_chooses_the_class_beside_the_rule_of_sources(
    sqlite_world: World, anna: Visitor, record: tuple[str, str]
) -> None:
    case, incident = record
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, case_id(case), sqlite_world.user("coordinator"), "full")
    coordinator = Visitor(sqlite_world).enter("coordinator")
    before = unescape(coordinator.get("/u/g").text)
    assert "Class not chosen yet. Possible by its kinds: Arbitrary detention; Other harmful act" in before
    assert "Sources: 3, enough" in before
    address = f"/u/g/{case}/{incident}"
    assert address not in anna.get("/u/g").text, "who recorded it does not choose"
    assert "Choose one from the list." in coordinator.fill("/u/g", address, **{"class": ""}).text
    coordinator.fill("/u/g", address, **{"class": "arbitrary_detention"})
    assert "Class, as chosen: Arbitrary detention" in coordinator.get("/u/g").text
    change(sqlite_world, record, sources=(), public_sources="")
    again = unescape(anna.get("/u/g").text)
    assert "Class, as chosen: Arbitrary detention" in again, "an edit of the incident keeps the class"
    assert "Sources: 0 of 3" in again
    answer = anna.fill("/u", t="incident", c=case, p="c", purpose="report to partners", x="csv")
    (row,) = csv.DictReader(StringIO(answer.get_data().decode()[1:], newline=""))
    assert row["Possible class of SDG indicator 16.10.1"] == "Arbitrary detention (chosen by a reviewer)"
    figures = coordinator.fill("/t/x", b="sdg_class", d="inside", purpose="SDG", x="csv").get_data().decode()
    assert "Arbitrary detention,Total" in figures or "Arbitrary detention,not stated,Total" in figures
