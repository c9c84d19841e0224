"""Companies: complaint doors with how sure they are, incidents by role and group, and the letter to a company."""

import re
from html import unescape

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Company, GroupLink
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import CompanyRole, Incident
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.casework import cases
from hrd_cases.services.records import records

DOORS = ("oecd_ncp", "ifc_cao", "ebrd_ipam", "adb_am", "aiib_ppm", "eu_csddd")


def with_door(world: World, anna: Visitor, door: str) -> str:
    """The page of a company with a lender that has this door."""
    with world.writing("anna") as ctx:
        bank = records.create(ctx, None, Company(name=f"Bank of {door}"))
    typed = {"name": f"Pit of {door}", "links-0-kind": "investor", "links-0-company": bank, "links-0-door": door}
    answer = anna.fill("/o/new", **typed)
    assert answer.status_code == 303, answer.text
    return unescape(re.sub(r"<[^>]+>", " ", anna.get(answer.headers["Location"]).text))


def test_every_door_has_a_remark_a_source_and_no_certainty_that_we_do_not_have() -> None:
    entries = {entry.code: entry for entry in vocabulary("complaint_doors").entries}
    assert tuple(entries) == DOORS
    for entry in entries.values():
        assert entry.doubtful, entry.code
        assert entry.source is not None
        assert all(entry.note_text(language) for language in ("en", "ru", "kk"))
        assert len({entry.note_text(language) for language in ("en", "ru", "kk")}) == 3


def test_the_page_of_a_company_says_where_to_complain_how_sure_that_is_and_when_it_was_read(
    sqlite_world: World,
) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    page = with_door(sqlite_world, anna, "ifc_cao")
    for text in ("IFC: Compliance Advisor Ombudsman (CAO)", "single source", "list checked on 29 November 2026"):
        assert text in page
    assert "an active project of IFC or MIGA" in page
    assert "Bank of ifc_cao" in page


def test_a_directive_without_a_text_read_is_not_verified(sqlite_world: World) -> None:
    page = with_door(sqlite_world, Visitor(sqlite_world).enter("anna"), "eu_csddd")
    assert "not verified" in page
    assert "26 July 2027" in page


@pytest.fixture
def named(sqlite_world: World) -> dict[str, str]:
    """A parent that sold its mine at the end of 2019, the mine, and a lender; the link stands on the parent."""
    with sqlite_world.writing("anna") as ctx:
        mine = records.create(ctx, None, Company(name="Pit Seven"))
        sold = GroupLink(kind="subsidiary", company=mine, since=parse("2010"), until=parse("2019"))
        parent = records.create(ctx, None, Company(name="Steel Group", links=(sold,)))
        lender = records.create(ctx, None, Company(name="Bank", links=(GroupLink(kind="client", company=mine),)))
    return {"mine": mine, "parent": parent, "lender": lender}


def happened(world: World, company: str, role: str, when: str, title: str, by: str = "anna") -> str:
    """A case of somebody's with one incident; the id of the case."""
    with world.writing(by) as ctx:
        case = cases.create(ctx, Case(title=f"Case of {title}"))
        part = CompanyRole(company=company, role=role)
        records.create(ctx, case, Incident(title=title, when=parse(when), kinds=("dismissal",), companies=(part,)))
    return case


def rows(page: str, section: str) -> dict[str, list[str]]:
    """The rows of a table of roles: the figures by the first cell."""
    table = page.partition(f'id="{section}"')[2].partition("</section>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("<tr")[2:]]
    texts = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]
    return {row[0]: row[1:] for row in texts if row}


def test_incidents_are_listed_by_role_and_for_the_time_a_company_was_of_the_group(
    sqlite_world: World, anna: Visitor, named: dict[str, str]
) -> None:
    happened(sqlite_world, named["mine"], "employer", "03.2018", "Dismissal under the old owner")
    happened(sqlite_world, named["mine"], "employer", "03.2022", "Dismissal under the new owner")
    happened(sqlite_world, named["mine"], "security", "2022", "Guards at the gate")
    happened(sqlite_world, named["parent"], "owner", "2017", "Letter from the head office")
    path = f"/o/{named['mine']}/i"
    page = anna.get(path).text
    assert rows(page, "roles") == {"Employer": ["2", "2"], "Security": ["1", "1"], "Owner": ["0", "1"]}
    assert "Letter from the head office" not in page
    employer = anna.get(f"{path}?w=employer").text
    assert employer.index("under the new owner") < employer.index("under the old owner")
    assert "Guards at the gate" not in employer
    group = anna.get(f"/o/{named['parent']}/i?g=1").text
    for title, there in (("under the old owner", True), ("Letter from", True), ("new owner", False), ("Guards", False)):
        assert (title in group) is there, title
    assert "Pit Seven: Employer" in group


def test_an_incident_without_a_title_is_told_by_its_kind(
    sqlite_world: World, anna: Visitor, named: dict[str, str]
) -> None:
    happened(sqlite_world, named["mine"], "employer", "2018", "")
    assert re.search("Incident: .*[Dd]ismissal", anna.get(f"/o/{named['mine']}/i").text)


def test_the_other_side_of_a_link_is_on_the_page_of_a_company(anna: Visitor, named: dict[str, str]) -> None:
    page = unescape(re.sub(r"<[^>]+>", " ", anna.get(f"/o/{named['mine']}").text))
    assert re.search(r"Steel Group\s+Parent company · 2010 – 2019", page)
    assert re.search(r"Bank\s+Contractor", page)


def test_nobody_reads_of_cases_that_are_not_theirs_and_only_coordinators_have_figures(
    sqlite_world: World, anna: Visitor, named: dict[str, str]
) -> None:
    happened(sqlite_world, named["mine"], "employer", "2018", "Canary dismissal")
    path = f"/o/{named['mine']}/i"
    assert 'id="facts"' not in anna.get(path).text
    outsider = Visitor(sqlite_world).enter("outsider").get(path).text
    coordinator = Visitor(sqlite_world).enter("coordinator").get(path).text
    for page in (outsider, coordinator):
        assert "Canary" not in page
        assert rows(page, "roles").get("Employer") is None
    assert 'id="facts"' not in outsider
    assert rows(coordinator, "facts") == {"Employer": ["1", "1"]}


def test_25_stand_on_a_page_and_the_page_of_the_company_stays_small(
    sqlite_world: World, anna: Visitor, named: dict[str, str]
) -> None:
    case = happened(sqlite_world, named["mine"], "employer", "2018", "First dismissal")
    with sqlite_world.writing("anna") as ctx:
        part = CompanyRole(company=named["mine"], role="employer")
        for number in range(59):
            title = f"Dismissal {number} " + "because of a speech at a meeting " * 4
            records.create(ctx, case, Incident(title=title, when=parse("2018"), companies=(part,)))
    first, last = (anna.get(f"/o/{named['mine']}/i?n={number}").text for number in (1, 3))
    assert (first.count('<span class="what">'), last.count('<span class="what">')) == (25, 10)
    assert anna.get(f"/o/{named['mine']}/r?k=n&n=3").text.count(' href="/c/') == 10
    page = anna.get(f"/o/{named['mine']}").text
    assert f"/o/{named['mine']}/r?k=n" in page
    assert (page.count("because of a speech at a meeting because") <= 10, len(page.encode()) < 20_000) == (True, True)


def test_a_letter_to_a_company_is_begun_on_its_page_in_a_case_that_is_chosen(
    sqlite_world: World, anna: Visitor, named: dict[str, str]
) -> None:
    case = happened(sqlite_world, named["mine"], "employer", "2018", "Dismissal")
    form = f"/c/{case}/k/new?o={named['mine']}"
    assert f'href="{form}"' in anna.get(f"/o/{named['mine']}/k").text
    fields = forms(anna.get(form))[f"/c/{case}/k/new"]
    assert fields["to_company"] == [named["mine"]]
    sent = anna.send(f"/c/{case}/k/new", {**fields, "subject": "About dismissals"})
    assert "Pit Seven" in anna.get(sent.headers["Location"]).text
    assert "About dismissals" in anna.get(f"/o/{named['mine']}").text
    assert case not in Visitor(sqlite_world).enter("outsider").get(f"/o/{named['mine']}/k").text
    assert anna.get(f"/c/{case}/k/new?o={'0' * 32}").status_code == 404


def test_the_assessment_of_a_company_leads_to_the_letter(sqlite_world: World, anna: Visitor) -> None:
    page = anna.get(f"/k/a/{sqlite_world.assessment}").text
    assert f"/o/{sqlite_world.company}/k" in page
