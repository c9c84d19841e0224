"""To whom a released paper was sent: on the paper, among the filings of the legal action, and in its clocks."""

import hashlib
import io
import re
import zipfile
from datetime import date

import pytest
from hrd_browser import Browser

from hrd_cases.domain.fields import fields_of
from hrd_cases.domain.legal_actions import Filed, LegalAction
from hrd_cases.services.records import records
from tests.web.papers.test_kinds import CONTACT_POINT, before, of_case, said, with_facts
from tests.web.papers.test_papers import Lawyer, lana
from tests.web.papers.test_recipients import open_case

__all__ = ["lana", "open_case"]
ROW = {"to": "Контактный пункт", "on": "05.11.2026", "way": "post", "number": "RR 17", "kind": "complaint"}


def released(lana: Lawyer) -> str:
    """A released paper for the contact point."""
    said(lana, international="yes", **{"scopes-0-scope": "ncp_by_name", "scopes-0-answer": "yes"})
    of_case(lana)
    before(lana, "contact_point", "Контактный пункт")
    paper = lana.begin()
    assert lana.change(f"{paper}/2", **CONTACT_POINT).status_code == 303
    with_facts(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    assert lana.post(f"{paper}/r").status_code == 303
    return paper


def test_a_sending_stands_on_the_paper_and_the_legal_action_and_starts_the_clock(open_case: Lawyer) -> None:
    lana = open_case
    paper = lana.begin()
    assert lana.get(f"{paper}/o").status_code == 404  # nothing is sent that is not released
    paper = released(lana)
    page = lana.get(paper).text
    assert "Nobody has written down to whom it was sent." in page
    assert "as if it was sent on the day of its release" in page
    missing = lana.change(f"{paper}/o", **{**ROW, "on": ""})
    assert (missing.status_code, "RR 17" in missing.text) == (422, True)
    assert 'value="Контактный пункт"' in lana.get(f"{paper}/o").text
    assert lana.change(f"{paper}/o", **ROW).status_code == 303
    page = lana.get(paper).text
    assert "RR 17" in page
    assert "Counted from the day on which it was first sent." in page
    assert "5 February 2027" in page  # three months for the initial assessment, from the day of sending
    whole = hashlib.sha256(lana.get(f"{paper}/f/1").data).hexdigest()
    assert "Proof of service, to print" in lana.get(f"/w/{lana.case}").text
    sheet = lana.get(f"/w/{lana.case}/z").text
    for said_of_it in ("5 November 2026", "Контактный пункт", "RR 17", whole):
        assert said_of_it in sheet
    with lana.world.reading("lana") as ctx:
        action = records.read(ctx, lana.case, lana.world.strike.records["action"]).value
    filed = action.filings[-1]
    assert (filed.kind, filed.on, filed.proof) == ("complaint", date(2026, 11, 5), "Контактный пункт; RR 17")
    assert lana.post(f"{paper}/o/1").status_code == 303
    assert "RR 17" not in lana.get(paper).text
    sheet = lana.get(f"/w/{lana.case}/z").text
    assert "nobody wrote down to whom it went" in sheet
    assert "RR 17" not in sheet
    assert lana.post(f"{paper}/o/1").status_code == 404


def test_only_counsel_of_record_writes_down_where_a_paper_went(open_case: Lawyer) -> None:
    paper = released(open_case)
    anna = Browser(open_case.world, "anna")
    assert anna.get(paper).status_code == 200
    assert "Write down where it was sent" not in anna.get(paper).text
    assert anna.get(f"{paper}/o").status_code == 403


def test_a_paper_goes_in_parts_that_a_portal_takes(open_case: Lawyer, monkeypatch: pytest.MonkeyPatch) -> None:
    lana = open_case
    paper = released(lana)
    assert f"{paper}/z/10" in lana.get(paper).text
    with zipfile.ZipFile(io.BytesIO(lana.get(f"{paper}/z").data)) as packed:
        whole = {name: packed.read(name) for name in packed.namelist()}
    limit = max(map(len, whole.values())) + 1000
    monkeypatch.setattr("hrd_cases.web.papers.sendings.MEGABYTE", limit // 3 + 1)
    page = lana.get(f"{paper}/z/3").text
    numbers = re.findall(rf'href="{paper}/z/3/(\d+)"', page)
    assert len(numbers) > 1
    names = list[str]()
    for number in numbers:
        data = lana.get(f"{paper}/z/3/{number}").data
        assert len(data) <= limit + 3
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            assert packed.testzip() is None
            assert all(packed.read(name) == whole[name] for name in packed.namelist())
            names += packed.namelist()
    assert names == list(whole), "every file once, in its order"
    assert "This file alone is larger" not in page
    assert lana.get(f"{paper}/z/3/{len(numbers) + 1}").status_code == 404
    monkeypatch.setattr("hrd_cases.web.papers.sendings.MEGABYTE", 300)
    assert "This file alone is larger" in lana.get(f"{paper}/z/3").text


def test_what_a_filing_led_to_stands_beside_its_sending_and_on_the_legal_action(open_case: Lawyer) -> None:
    lana = open_case
    paper = released(lana)
    assert lana.change(f"{paper}/o", **ROW).status_code == 303
    page = lana.get(paper).text
    address = re.search(r'href="([^"]+)">Write down what it led to', page)
    assert address
    assert "How we know the result" not in page
    at = len(action_of(lana).filings) - 1
    typed = {"result": "accepted", "result_on": "20.11.2026", "result_from": "our_opinion", "led": "yes"}
    answer = lana.change(address[1], **{f"filings-{at}-{name}": value for name, value in typed.items()})
    assert answer.status_code == 303, answer.text[-2000:]
    filed = action_of(lana).filings[-1]
    assert (filed.result, filed.result_on, filed.led) == ("accepted", date(2026, 11, 20), "yes")
    for page in (lana.get(paper).text, lana.get(str(answer.location)).text):
        assert "Accepted" in page
        assert "It is our own opinion" in page
        assert "The outcome of the proceeding followed from it" in page
    assert "Write down what it led to" not in lana.get(paper).text


def action_of(lana: Lawyer) -> LegalAction:
    """The legal action of the paper as it is now."""
    with lana.world.reading("lana") as ctx:
        return records.read(ctx, lana.case, lana.world.strike.records["action"], LegalAction).value


def test_what_a_filing_led_to_is_on_no_paper(open_case: Lawyer) -> None:
    rows = {each.name: each for each in fields_of(Filed)}
    assert [name for name in rows if not rows[name].printed] == ["result", "result_on", "result_from", "led"]
