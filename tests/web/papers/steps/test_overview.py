"""The overview of a paper: what building it would refuse is listed beforehand, each with a link to its very place."""

import re
from html import unescape

from hrd_browser import Browser

from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]


def missing(lana: Lawyer, paper: str) -> dict[str, str]:
    """What the overview says is missing, with the address of its place."""
    page = lana.get(paper).text
    part = re.search(r'<section class="part" id="missing".*?</section>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', part[0]) if part else []
    return {unescape(text): unescape(address) for address, text in links}


def leads(lana: Lawyer, address: str) -> None:
    """The place is there."""
    path, _, anchor = address.partition("#")
    page = lana.get(path)
    assert page.status_code == 200, address
    assert not anchor or f'id="{anchor}"' in page.text, address


def test_what_is_missing_is_listed_with_its_place_until_the_paper_can_be_built(lana: Lawyer) -> None:
    paper = lana.prepare()
    listed = missing(lana, paper)
    assert list(listed) == ["Consent: Әлібек Сынақов"]
    for address in listed.values():
        leads(lana, address)
    assert "Build the paper" not in lana.get(paper).text
    assert lana.post(f"{paper}/4", person=lana.world.strike.person, choice="pseudonym").status_code == 303
    assert missing(lana, paper) == {}
    page = lana.get(paper).text
    assert "Nothing is missing" in page
    assert f'action="{paper}/5"' in page
    assert lana.post(f"{paper}/5").location.endswith("/5")
    assert "versions built: 1" in lana.get(paper).text


def test_every_kind_of_refusal_stands_on_the_overview(lana: Lawyer) -> None:
    agreed(lana)
    paper = lana.prepare()
    assert missing(lana, paper) == {}
    assert lana.change(f"{paper}/2", opening="Шахта 矿.", requests="Синаков пришёл.\nОтказать").status_code == 303
    listed = missing(lana, paper)
    assert lana.post(f"{paper}/5").status_code == 303  # refused: on to where it is answered
    assert [text for text in listed if "矿" in text], listed
    for address in listed.values():
        leads(lana, address)


def test_parts_that_the_form_requires_are_named_and_lead_to_their_field(lana: Lawyer) -> None:
    paper = lana.prepare("protected")
    listed = missing(lana, paper)
    assert {"Court", "Who files", "Who signs"} <= set(listed), listed
    for address in listed.values():
        leads(lana, address)
    page = lana.get(paper).text
    assert "Left out, as it stands" in page
    assert f"{paper}/4?p=texts#texts" in page
    assert f"{paper}/x/" in page  # an exhibit whose pages nobody has looked at


def test_an_exception_that_waits_is_listed_where_it_is_agreed_to(lana: Lawyer) -> None:
    paper, person = lana.prepare(), lana.world.strike.person
    lana.post(f"{paper}/4", person=person, choice="override", reason="The term ends tomorrow")
    listed = missing(lana, paper)
    assert list(listed) == ["A second person must agree: Әлібек Сынақов"]
    for address in listed.values():
        leads(lana, address)


def test_who_only_reads_the_case_sees_no_steps(lana: Lawyer) -> None:
    paper = lana.prepare()
    page = Browser(lana.world, "luka").get(paper).text
    assert 'id="missing"' not in page
    assert f"{paper}/2" not in page
