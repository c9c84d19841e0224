"""How colleagues are reached at work: written by themselves or an administrator, taken by the papers they sign."""

import io
import re
from dataclasses import replace

import pytest
from docx import Document
from hrd_browser import Browser, filled_form
from hrd_world import World

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.render.reading import bare
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from hrd_cases.services.team import contacts
from tests.services.papers.test_papers import text_of
from tests.web.papers.test_papers import Lawyer, agreed, lana
from tests.web.team.test_external_counsel import let_in

__all__ = ["lana"]
CONTACTS = {
    "phone": "+7 727 000 00 03",
    "email": "lana@example.org",
    "address": "Алматы, ул. Абая, 1",
    "licence": "№ 0000001 от 01.02.2020",
}
PRINTED = "Телефон +7 727 000 00 03, Эл. почта lana@example.org, Адрес Алматы, ул. Абая, 1, Лицензия № 0000001"


def card(world: World, name: str) -> ColleagueCard:
    with world.reading(name) as ctx:
        value: ColleagueCard = contacts.read(ctx, world.user(name)).value
        return value


def write(browser: Browser, address: str, **more: str) -> tuple[int, str]:
    fields = filled_form(browser.get(address).text, address)
    answer = browser.post(address, **{**fields, **CONTACTS, **more})
    return answer.status_code, answer.text


def test_a_colleague_writes_their_own_and_keeps_their_name(lana: Lawyer) -> None:
    assert 'href="/m/d"' in lana.get("/m").text
    assert 'name="name"' not in lana.get("/m/d").text
    before = card(lana.world, "lana")
    status, text = write(lana, "/m/d", name="Somebody Else")
    assert status == 303, text[-2500:]
    assert card(lana.world, "lana") == replace(before, **CONTACTS)
    page = lana.get("/m/d").text
    assert all(f'value="{value}"' in page for value in CONTACTS.values())


def test_what_is_too_long_is_said_at_its_field_and_stays_typed(lana: Lawyer) -> None:
    status, page = write(lana, "/m/d", phone="1" * 61)
    assert status == 422
    assert 'id="f-phone-error"' in page
    assert "1" * 61 in page
    assert CONTACTS["email"] in page
    assert card(lana.world, "lana").email == ""


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("auditor", 403), ("admin", 200)])
def test_only_an_administrator_writes_those_of_another(sqlite_world: World, name: str, status: int) -> None:
    browser, address = Browser(sqlite_world, name), f"/a/d/{sqlite_world.user('lana')}"
    assert browser.get(address).status_code == status
    if status == 200:
        assert f'href="{address}"' in browser.get("/a").text
        assert write(browser, address)[0] == 303
        assert card(sqlite_world, "lana").phone == CONTACTS["phone"]
    else:
        assert browser.post(address, **CONTACTS).status_code == status
        assert card(sqlite_world, "lana").phone == ""


def test_external_counsel_has_no_such_page(sqlite_world: World) -> None:
    let_in(sqlite_world)
    counsel = Browser(sqlite_world, "counsel")
    assert "/m/d" not in counsel.get("/m").text
    assert counsel.get("/m/d").status_code == 404
    assert counsel.get(f"/a/d/{sqlite_world.user('lana')}").status_code == 403
    assert f"/a/d/{sqlite_world.user('counsel')}" not in Browser(sqlite_world, "admin").get("/a").text


def test_a_new_paper_takes_them_and_prints_them_with_who_files(lana: Lawyer) -> None:
    agreed(lana)
    write(lana, "/m/d")
    paper = lana.prepare()
    assert "Read the built paper" in lana.built(paper)
    docx = Document(io.BytesIO(lana.get(f"{paper}/d/3").data))
    for text in (text_of(lana.get(f"{paper}/d/1").data), bare("".join(item.text for item in docx.paragraphs))):
        assert bare(PRINTED) in text
    fields = filled_form(lana.get(f"{paper}/2").text, f"{paper}/2")
    assert len(fields["details"]) == 4
    answer = lana.client.post(f"{paper}/2", data={**fields, "details": fields["details"][:1]}, headers=lana.headers)
    assert answer.status_code == 303
    assert "Read the built paper" in lana.built(paper)
    text = text_of(lana.get(f"{paper}/d/1").data)
    assert bare("Телефон +7 727 000 00 03") in text
    assert bare("lana@example.org") not in text


def test_a_changed_telephone_is_chosen_anew(lana: Lawyer) -> None:
    write(lana, "/m/d")
    paper = lana.begin()
    write(lana, "/m/d", phone="+7 727 000 00 04")
    with lana.world.reading("lana") as ctx:
        filing = papers.desk(ctx, lana.case, paper.rsplit("/", 1)[-1]).draft.case.filing
    assert filing.contacts is not None
    assert "000 00 0" not in filing.contacts.written


def test_what_the_heading_asks_for_and_the_file_lacks_is_listed_with_its_page(lana: Lawyer) -> None:
    with lana.world.writing("lana") as ctx:
        company = records.read(ctx, None, lana.world.company)
        records.save(ctx, None, company.id, replace(company.value, registration=""), company.versions)
    paper = lana.begin()
    page = lana.get(f"{paper}/2").text
    assert "Not in the file for the heading" in page
    assert '<a href="/m/d">Lana Person</a>: telephone, e-mail, address' in page
    assert re.search(rf'<a href="/o/{lana.world.company}">[^<]*</a>: BIN or registration number', page)
    write(lana, "/m/d")
    page = lana.get(f"{paper}/2").text
    assert '<a href="/m/d">Lana Person</a>' not in page
    assert "Lana Person: Telephone +7 727 000 00 03" in page
