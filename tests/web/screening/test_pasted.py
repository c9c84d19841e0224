"""A table of sixty companies is pasted, looked at cell by cell, and saved as a whole or not at all."""

import re

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.companies import Company, DatedName
from hrd_cases.services.records import records
from hrd_cases.services.screening import assessments, editions

EDITION = {"title": "Websites 2026", "day": "20.11.2026", "lines": "A.1;Commitment\nB.2;Diligence"}
HEADS = "Company\tA.1\tB.2\n"


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """A caseworker's browser."""
    return Visitor(sqlite_world).enter("anna")


@pytest.fixture
def path(anna: Visitor) -> str:
    """The address of an edition with two indicators."""
    return str(anna.fill("/k/new", **EDITION).headers["Location"])


def company(world: World, name: str, *others: str) -> str:
    names = tuple(DatedName(name=other) for other in others)
    with world.writing("anna") as ctx:
        return records.create(ctx, None, Company(name=name, names=names))


def look(visitor: Visitor, path: str, table: str, **typed: str) -> TestResponse:
    """The preview of a table."""
    return visitor.fill(f"{path}/t", table=table, **{"read_on": "19.11.2026", **typed})


def save(visitor: Visitor, path: str, preview: TestResponse) -> TestResponse:
    """Press the button of a preview."""
    return visitor.send(f"{path}/t/k", forms(preview)[f"{path}/t/k"])


def stored(world: World, path: str) -> dict[str, dict[str, str]]:
    """The results of each company of an edition by its name."""
    with world.reading("anna") as ctx:
        rows = editions.view(ctx, path.rpartition("/")[2]).rows.items
    return {row.name: dict(row.results) for row in rows}


def names(world: World) -> list[str]:
    with world.reading("anna") as ctx:
        return sorted(card.value.name for card in records.listing(ctx, Company))


def test_sixty_companies_are_read_shown_and_saved_at_once(sqlite_world: World, anna: Visitor, path: str) -> None:
    known = company(sqlite_world, "Pit 7")
    before = names(sqlite_world)
    words = ["да", "частично", "жоқ", "not found", ""]
    rows = [f"Pit {number}\t{words[number % 5]}\tno" for number in range(60)]
    preview = look(anna, path, HEADS + "\n".join(rows))
    assert preview.status_code == 200
    assert "60 companies · 59 are new in the directory" in preview.text
    assert names(sqlite_world) == before
    assert stored(sqlite_world, path) == {}
    answer = save(anna, path, preview)
    assert (answer.status_code, answer.headers.get("Location")) == (303, path)
    results = stored(sqlite_world, path)
    assert len(results) == 60
    assert (results["Pit 0"], results["Pit 4"]) == ({"A.1": "yes", "B.2": "no"}, {"B.2": "no"})
    assert (results["Pit 1"]["A.1"], results["Pit 2"]["A.1"], results["Pit 3"]["A.1"]) == ("partly", "no", "not_found")
    assert len(names(sqlite_world)) == len(before) + 59
    page = anna.get(path).text
    assert len(set(re.findall(r'href="(/k/a/[0-9a-f]{32})"', page))) == 60
    with sqlite_world.reading("anna") as ctx:
        (line,) = assessments.of_company(ctx, known)
        result = assessments.view(ctx, line.assessment).lines[0][1]
    assert f"{result.captured:%d.%m.%Y}" == "19.11.2026"


def test_one_wrong_cell_is_named_and_nothing_is_saved(sqlite_world: World, anna: Visitor, path: str) -> None:
    table = f"{HEADS}Pit 1\tyes\tperhaps\nPit 2\tno\tno"
    before = names(sqlite_world)
    preview = look(anna, path, table)
    assert preview.status_code == 422
    assert re.search(r"<b>Row 2, B\.2:</b> “perhaps” is none of", preview.text)
    assert f"{path}/t/k" not in preview.text
    assert "Pit 1\tyes\tperhaps" in preview.text
    fields = anna.fields(f"{path}/t")
    token = forms(look(anna, path, f"{HEADS}Pit 1\tyes\tno"))[f"{path}/t/k"]
    answer = anna.send(f"{path}/t/k", {**fields, **token, "table": table, "new": ["Pit 1", "Pit 2"]})
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.text
    assert (names(sqlite_world), stored(sqlite_world, path)) == (before, {})


def test_a_company_is_known_by_an_earlier_name_in_another_script(sqlite_world: World, anna: Visitor, path: str) -> None:
    company(sqlite_world, "Northern mine", "Северный рудник")
    preview = look(anna, path, f"{HEADS}Severnyi rudnik\tyes\t")
    assert "0 are new in the directory" in preview.text
    assert "Northern mine" in preview.text
    save(anna, path, preview)
    assert stored(sqlite_world, path) == {"Northern mine": {"A.1": "yes"}}


def test_a_name_that_several_companies_have_is_asked_about(sqlite_world: World, anna: Visitor, path: str) -> None:
    for _ in range(2):
        company(sqlite_world, "Pit 1")
    preview = look(anna, path, f"{HEADS}Pit 1\tyes\tno")
    assert preview.status_code == 422
    assert "Several companies have this name." in preview.text


def test_a_company_stands_in_a_table_once(anna: Visitor, path: str) -> None:
    preview = look(anna, path, f"{HEADS}Pit 1\tyes\tno\nPIT 1\tno\tno")
    assert preview.status_code == 422
    assert "This company is in row 2 already." in preview.text


def test_a_second_table_adds_what_is_missing_and_overwrites_nothing(
    sqlite_world: World, anna: Visitor, path: str
) -> None:
    save(anna, path, look(anna, path, f"{HEADS}Pit 1\tyes\t"))
    other = look(anna, path, f"{HEADS}Pit 1\tno\tno")
    assert other.status_code == 422
    assert "There is another result already." in other.text
    more = look(anna, path, f"{HEADS}Pit 1\tyes\tpartly")
    assert "in this edition already" in more.text
    assert save(anna, path, more).status_code == 303
    assert stored(sqlite_world, path) == {"Pit 1": {"A.1": "yes", "B.2": "partly"}}


def test_companies_that_became_known_after_the_preview_are_looked_at_again(
    sqlite_world: World, anna: Visitor, path: str
) -> None:
    preview = look(anna, path, f"{HEADS}Pit 1\tyes\tno")
    company(sqlite_world, "Pit 1")
    answer = save(anna, path, preview)
    assert answer.status_code == 422
    assert "Check which companies are new." in answer.text
    assert save(anna, path, answer).status_code == 303
    assert names(sqlite_world).count("Pit 1") == 1


@pytest.mark.parametrize("day", ["", "11.2026", "tomorrow at noon", "24.12.2026"])
def test_a_table_needs_the_day_on_which_it_was_read(anna: Visitor, path: str, day: str) -> None:
    answer = look(anna, path, f"{HEADS}Pit 1\tyes\tno", read_on=day)
    assert answer.status_code == 422
    assert 'href="#f-read_on-box"' in answer.text
    assert "Pit 1\tyes\tno" in answer.text


def test_the_log_says_how_many_rows_and_nothing_of_them(sqlite_world: World, anna: Visitor, path: str) -> None:
    save(anna, path, look(anna, path, f"{HEADS}Secret pit\tyes\tno"))
    page = Visitor(sqlite_world).enter("auditor").get("/l").text
    assert "save a pasted table of a screening" in page
    assert "Secret pit" not in page
