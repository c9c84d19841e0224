"""A letter to a company or to a person of the case: listed with them, and printed as consent and keys allow."""

import io
from dataclasses import replace
from typing import Any

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.companies import Company
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import people
from hrd_cases.services.records import records

NAME, PSEUDONYM, COMPANY = "Асанов Болат", "Miner 40", "Steel of Nowhere"


@pytest.fixture
def case(sqlite_world: World) -> CaseId:
    """A case without pre-trial secrecy."""
    case, record = sqlite_world.strike.case, sqlite_world.strike.records["action"]
    with sqlite_world.writing("lana") as ctx:
        stored = records.read(ctx, case, record)
        free = replace(stored.value, secrecy_signed="", secrecy_until=None, secrecy_released="")  # type: ignore[type-var]
        records.save(ctx, case, record, free, stored.versions)
    return case


def letter(world: World, case: CaseId, **more: Any) -> str:
    """A letter of ours in the case."""
    value = {"subject": "About shifts", "direction": "from_us", "body": "We ask.", "signatory": "Anna", **more}
    with world.writing("anna") as ctx:
        return records.create(ctx, case, Letter(**{"handed_in": world.now.date(), "language": "en", **value}))


def somebody(world: World, case: CaseId) -> str:
    """Somebody whom we support."""
    with world.writing("anna") as ctx:
        value = Person(pseudonym=PSEUDONYM, names=(Name(name=NAME),), roles=("client",))
        return people.create(ctx, value, case)


def a_company(world: World) -> str:
    with world.writing("anna") as ctx:
        return records.create(ctx, None, Company(name=COMPANY))


def printed(visitor: Visitor, case: str, record: str) -> str:
    pdf = visitor.get(f"/c/{case}/r/{record}/print/pdf")
    assert pdf.status_code == 200, pdf.text[:2000]
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)


def test_a_letter_to_a_company_stands_on_its_page_in_the_register_and_the_export(
    sqlite_world: World, anna: Visitor, case: CaseId
) -> None:
    company = a_company(sqlite_world)
    other = letter(sqlite_world, case, subject="Another matter", addressee_name="Somebody else")
    record = letter(sqlite_world, case, to_company=company)
    assert f"/r/{record}" in anna.get(f"/o/{company}").text
    assert f"/r/{other}" not in anna.get(f"/o/{company}").text
    page = anna.get("/h/k").text
    row = page.partition("About shifts")[0].rpartition("<tr")[2]
    assert COMPANY in row, "the register says whom it went to"
    chosen = anna.get(f"/h/k?b={company}").text
    assert f"/r/{record}" in chosen
    assert f"/r/{other}" not in chosen
    assert COMPANY in anna.get(f"/c/{case}/r/{record}").text
    assert COMPANY in printed(anna, case, record)
    export = anna.fill("/u", t="letter", purpose="report to the board", x="csv", p="w", c="").get_data().decode()
    assert COMPANY in next(line for line in export.splitlines() if "About shifts" in line)


def test_the_consents_of_a_letter_to_a_company_are_those_for_a_company(
    sqlite_world: World, anna: Visitor, case: CaseId
) -> None:
    somebody(sqlite_world, case)
    record = letter(sqlite_world, case, to_company=a_company(sqlite_world), body=f"{NAME} asks.")
    page = anna.get(f"/c/{case}/r/{record}/print").text
    assert "Read by: Company, or a national contact point" in page
    assert anna.get(f"/c/{case}/r/{record}/print/pdf").status_code == 422


def test_a_letter_to_a_person_is_on_their_page_and_names_them_as_they_consented(
    sqlite_world: World, anna: Visitor, case: CaseId
) -> None:
    person = somebody(sqlite_world, case)
    record = letter(sqlite_world, case, to_person=person, reader="partner")
    assert f"/r/{record}" in anna.get(f"/p/{person}").text
    row = anna.get("/h/k").text.partition("About shifts")[0].rpartition("<tr")[2]
    assert NAME in row
    assert anna.get(f"/c/{case}/r/{record}/print/pdf").status_code == 422, "nobody asked them"
    with sqlite_world.writing("anna") as ctx:
        said = {"said_on": sqlite_world.now.date(), "time_unknown": True, "form": "signed", "keep": "yes"}
        records.create(ctx, case, Consent(person=person, international="yes", court="yes", publish="yes", **said))
    assert NAME in printed(anna, case, record)


def test_who_holds_the_coded_part_alone_sees_the_pseudonym_of_the_addressee(
    sqlite_world: World, anna: Visitor, case: CaseId
) -> None:
    person = somebody(sqlite_world, case)
    record = letter(sqlite_world, case, to_person=person)
    counsel = Visitor(sqlite_world).enter("external")
    for address in (f"/c/{case}/r/{record}", "/h/k"):
        page = counsel.get(address).text
        assert NAME not in page
        assert PSEUDONYM in page, address
    assert NAME in anna.get(f"/c/{case}/r/{record}").text


def test_an_addressee_who_is_here_already_is_asked_about_before_the_letter_is_kept(
    sqlite_world: World, anna: Visitor, case: CaseId
) -> None:
    company, person = a_company(sqlite_world), somebody(sqlite_world, case)
    place = f"/c/{case}/k/new"
    for typed, known in (("steel of nowhere", f"/o/{company}"), ("Болат Асанов", f"/p/{person}")):
        asked = anna.fill(place, subject="Once", direction="from_us", addressee_name=typed)
        assert asked.status_code == 422
        assert known in asked.text
        assert typed in asked.text, "what was typed stays"
    form = forms(asked)[place]
    assert anna.send(place, form).status_code == 303, "whoever looked sends it once more"
    chosen = anna.fill(
        place, subject="Twice", direction="from_us", to_company=company, addressee_name="Steel of Nowhere"
    )
    assert chosen.status_code == 303


def test_the_answer_of_a_company_comes_from_it(sqlite_world: World, anna: Visitor, case: CaseId) -> None:
    company = a_company(sqlite_world)
    record = letter(sqlite_world, case, to_company=company)
    answer = anna.fill(f"/c/{case}/r/{record}/b", result="solved", received="22.11.2026")
    assert answer.status_code == 303, answer.text
    assert anna.get(f"/o/{company}").text.count("/r/") == 2, "the letter and its answer"
