"""Earlier versions on their pages: who changed what and when, two side by side, and only as far as they are shared."""

import re

import pytest
from hrd_pages import Visitor
from hrd_world import World


@pytest.fixture
def lana(sqlite_world: World) -> Visitor:
    """A lawyer's browser."""
    return Visitor(sqlite_world).enter("lana")


def page_of(world: World, code: str) -> str:
    """The address of the strike case's record of a kind."""
    return f"/c/{world.strike.case}/r/{world.strike.records[code]}"


def words(page: str) -> str:
    """What a screen reader says of the main part of a page."""
    return " ".join(re.sub(r"<[^>]+>", "", page.split("<main")[1].split("</main>")[0]).split())


def test_two_versions_stand_side_by_side_with_what_changed_in_words(
    sqlite_world: World, anna: Visitor, lana: Visitor
) -> None:
    page = page_of(sqlite_world, "note")
    anna.fill(f"{page}/e", text="The company came to the court with two lawyers")
    lana.fill(f"{page}/e", text="The company came to the court with three lawyers", subject="At the court")
    text = words(anna.get(f"{page}/h").text)
    assert "From version 2 to version 3: 2 fields differ" in text
    assert "− [removed: two ]lawyers" in text
    assert "+ [added: three ]lawyers" in text
    assert "At the court" in text
    assert text.count("changed by Lana Person") == 3, "both fields and the line of the list"
    assert "changed by Anna Person · 1 field" in text
    assert "begun by " in text
    assert "Version 3, as it is now" in text


def test_any_two_are_chosen_by_their_numbers(sqlite_world: World, anna: Visitor) -> None:
    page = page_of(sqlite_world, "note")
    for subject in ("First", "Second", "Third"):
        anna.fill(f"{page}/e", subject=subject)
    for asked in ("?a=2&b=4", "?a=4&b=2"):
        text = words(anna.get(f"{page}/h{asked}").text)
        assert "From version 2 to version 4" in text
        assert "removed: First" in text
        assert "added: Third" in text
        assert "Second" not in text
    for odd in ("?a=2&b=2", "?a=x&b=9", "?a=&b=", "?a=4"):
        assert "From version 3 to version 4" in words(anna.get(f"{page}/h{odd}").text)


def test_what_one_save_changed_in_several_parts_is_one_version(sqlite_world: World, anna: Visitor) -> None:
    page = page_of(sqlite_world, "incident")
    anna.fill(f"{page}/e", title="Another title", severity="")
    text = words(anna.get(f"{page}/h").text)
    assert "From version 1 to version 2: 2 fields differ" in text
    assert "All versions 2" in text
    assert "Where no day is given" not in text


def test_a_version_says_nothing_of_parts_that_are_not_shared(sqlite_world: World, anna: Visitor, lana: Visitor) -> None:
    page = page_of(sqlite_world, "action")
    assert lana.fill(f"{page}/e", strategy="Ask for the expert first").status_code == 303
    assert "Ask for the expert first" in lana.get(f"{page}/h").text
    hers = anna.get(f"{page}/h").text
    assert "Ask for the expert first" not in hers
    assert "This record was never changed." in hers
    assert "This record has parts that you cannot open." in hers


def test_who_was_given_dates_and_kinds_alone_sees_no_name_of_any_version(sqlite_world: World, anna: Visitor) -> None:
    page = page_of(sqlite_world, "incident")
    anna.fill(f"{page}/e", title="Seitov was summoned", severity="")
    seen = Visitor(sqlite_world).enter("external").get(f"{page}/h").text
    assert "Seitov" not in seen
    assert "text of incident.title" not in seen
    assert "1 field differs" in seen


def test_a_covered_number_stays_covered_in_every_version(sqlite_world: World, anna: Visitor) -> None:
    person = f"/p/{sqlite_world.strike.person}"
    for number in ("800101300123", "800101300145"):
        assert anna.fill(f"{person}/e", national_number=number).status_code == 303
    page = anna.get(f"{person}/h").text
    assert "8001013001" not in page
    assert "removed: •••••23" in words(page)
    assert "added: •••••45" in words(page)


def test_an_entry_of_the_directory_has_its_versions(sqlite_world: World, anna: Visitor) -> None:
    company = f"/o/{sqlite_world.company}"
    assert f"{company}/h" in anna.get(company).text
    anna.fill(f"{company}/e", name="Shaft One")
    assert "added: Shaft One" in words(anna.get(f"{company}/h").text)
    assert anna.get(f"/b/{sqlite_world.company}/h").status_code == 404, "it is no court"


def test_a_call_has_its_versions(sqlite_world: World, anna: Visitor) -> None:
    call = f"/i/{sqlite_world.strike.call}"
    anna.fill(f"{call}/e", what="Twelve were dismissed")
    link = re.search(r'href="(/c/[0-9a-f]+/r/[0-9a-f]+/h)"', anna.get(call).text)
    assert link is not None
    assert "Twelve were dismissed" in anna.get(link[1]).text
