"""The form of a list to export offers a few cases, and the others behind a search that keeps what was typed."""

import re

from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.services.casework import cases

PLACE, MANY = "/u", 40


def offered(page: str) -> list[str]:
    """The cases that the form offers."""
    part = page.partition('<select id="f-c"')[2].partition("</select>")[0]
    return re.findall(r'value="[0-9a-f]{32}"[^>]*>([^<]*)<', part)


def test_of_many_cases_a_few_are_offered_and_any_is_found_with_the_form_kept(
    sqlite_world: World, anna: Visitor
) -> None:
    assert "_find-c" not in anna.get(PLACE).text, "a short list needs no search"
    with sqlite_world.writing("anna") as ctx:
        for number in range(MANY):
            cases.create(ctx, Case(title=f"Matter {number:02}"))
    page = anna.get(PLACE)
    assert len(offered(page.text)) <= 5
    form = forms(page)[PLACE] | {"t": ["letter"], "purpose": ["Report of the year"], "p": ["w"]}
    found = anna.send(PLACE, {**form, "_find-c": "matter 31", "_look": "c"})
    assert found.status_code == 200
    assert offered(found.text) == ["Matter 31"]
    assert "Report of the year" in found.text
    many = anna.send(PLACE, {**forms(found)[PLACE], "_find-c": "matter", "x": "csv"})
    assert many.mimetype == "text/html", "a search that was not answered yet comes first"
    assert len(offered(many.text)) == 25
    assert "15 more are not shown" in many.text
    case = re.findall(r'value="([0-9a-f]{32})"[^>]*>Matter 31<', found.text)[0]
    file = anna.send(PLACE, {**forms(many)[PLACE], "c": case, "_find-c": "matter", "x": "csv"})
    assert file.status_code == 200
    assert file.mimetype == "text/csv"
