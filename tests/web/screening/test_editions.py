"""Screening through its pages: an edition, the companies in it, what was read about each, and the page of a company."""

import re

from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.companies import Company
from hrd_cases.services.records import records

EDITION = {
    "title": "Websites 2026",
    "day": "20.11.2026",
    "lines": "A.1;Commitment\nB.2;Diligence\nC.3;Remedy;Official C",
}


def company(world: World, name: str) -> str:
    with world.writing("anna") as ctx:
        return records.create(ctx, None, Company(name=name))


def edition(visitor: Visitor, **typed: str) -> str:
    answer = visitor.fill("/k/new", **{**EDITION, **typed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def assessed(visitor: Visitor, path: str, companies: list[str]) -> list[str]:
    """Put companies into an edition; the addresses of their assessments in the order of the table."""
    assert visitor.fill(f"{path}/n", companies=companies).status_code == 303
    return re.findall(r'href="(/k/a/[0-9a-f]{32})"', visitor.get(path).text)


def test_what_is_typed_into_an_edition_is_on_its_page(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    path = edition(anna, standard="Core indicators, 2021", method="Two people read every page")
    page = anna.get(path).text
    for text in ("Websites 2026", "Core indicators, 2021", "Two people read every page", "C.3 Remedy", "Official C"):
        assert text in page
    assert "Websites 2026" in anna.get("/k").text
    assert 'href="/k"' in anna.get("/o").text


def test_an_indicator_that_is_not_read_is_refused_at_its_line_with_everything_typed(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    answer = anna.fill("/k/new", **{**EDITION, "lines": "A.1;Commitment\nB.2"})
    assert answer.status_code == 422
    assert "Line 2:" in answer.text
    assert "A.1;Commitment\nB.2" in answer.text


def test_results_of_a_company_are_filled_in_on_one_page_and_counted_in_the_table(sqlite_world: World) -> None:
    anna, mine = Visitor(sqlite_world).enter("anna"), company(sqlite_world, "Pit 1")
    path = edition(anna)
    (assessment,) = assessed(anna, path, [mine])
    typed = {
        "results-0-result": "yes",
        "results-0-link": "https://pit.example/policy",
        "results-0-evidence": "The policy says so",
        "results-1-result": "not_found",
    }
    answer = anna.fill(f"{assessment}/e", **typed)
    assert (answer.status_code, answer.headers.get("Location")) == (303, assessment)
    page = anna.get(assessment).text
    for text in ("https://pit.example/policy", "The policy says so", "Not found", "Official C", "22 November 2026"):
        assert text in page
    assert page.count("Neither a link nor a text shows this yet.") == 1
    table = anna.get(path).text
    assert re.search(r'data-label="Yes"><div>1<', table)
    assert re.search(r'data-label="No result yet"><div>1<', table)
    assert re.search(r'data-label="B.2"><div>Not found<', table)
    assert "No result yet: 1" in page


def test_a_result_without_a_day_is_refused_at_its_control(sqlite_world: World) -> None:
    anna, mine = Visitor(sqlite_world).enter("anna"), company(sqlite_world, "Pit 1")
    (assessment,) = assessed(anna, edition(anna), [mine])
    answer = anna.fill(f"{assessment}/e", **{"results-1-result": "no", "read_on": ""})
    assert answer.status_code == 422
    assert 'href="#f-results-1-captured-box"' in answer.text


def test_a_colleague_who_was_faster_is_not_overwritten_and_another_company_is_no_conflict(sqlite_world: World) -> None:
    anna, lana = Visitor(sqlite_world).enter("anna"), Visitor(sqlite_world).enter("lana")
    path = edition(anna)
    first, second = assessed(anna, path, [company(sqlite_world, "Pit 1"), company(sqlite_world, "Pit 2")])
    mine, other = anna.fields(f"{first}/e"), anna.fields(f"{second}/e")
    assert lana.fill(f"{first}/e", **{"results-0-result": "no"}).status_code == 303
    assert anna.send(f"{first}/e", {**mine, "results-0-result": "yes"}).status_code == 409
    assert anna.send(f"{second}/e", {**other, "results-0-result": "yes"}).status_code == 303


def test_the_page_of_a_company_shows_its_results_with_the_day_of_the_edition(sqlite_world: World) -> None:
    anna, mine = Visitor(sqlite_world).enter("anna"), company(sqlite_world, "Pit 1")
    (assessment,) = assessed(anna, edition(anna), [mine])
    anna.fill(f"{assessment}/e", **{"results-0-result": "partly"})
    page = anna.get(f"/o/{mine}").text
    visible = page[page.index('id="screening"') :]
    for text in (f'href="{assessment}"', "Websites 2026", "20 November 2026", "Partly: 1", "No result yet: 2"):
        assert text in visible
    assert 'id="screening"' not in anna.get(f"/o/{company(sqlite_world, 'Pit 2')}").text


def test_a_company_is_in_an_edition_once(sqlite_world: World) -> None:
    anna, mine = Visitor(sqlite_world).enter("anna"), company(sqlite_world, "Pit 1")
    path = edition(anna)
    fields = anna.fields(f"{path}/n")
    assert len(assessed(anna, path, [mine])) == 1
    assert f'value="{mine}"' not in anna.get(f"{path}/n").text
    assert anna.send(f"{path}/n", {**fields, "companies": [mine, "0" * 32], "_keep": ""}).status_code == 422
    assert len(re.findall(r'href="/k/a/', anna.get(path).text)) == 1


def test_the_words_of_an_indicator_can_change_and_a_code_with_results_stays(sqlite_world: World) -> None:
    anna, mine = Visitor(sqlite_world).enter("anna"), company(sqlite_world, "Pit 1")
    path = edition(anna)
    (assessment,) = assessed(anna, path, [mine])
    anna.fill(f"{assessment}/e", **{"results-0-result": "yes"})
    refused = anna.fill(f"{path}/e", lines="A.9;Commitment\nB.2;Diligence")
    assert refused.status_code == 422
    assert "There are results for A.1." in refused.text
    assert anna.fill(f"{path}/e", lines="A.1;Public commitment\nD.4;New").status_code == 303
    page = anna.get(assessment).text
    assert "A.1 Public commitment" in page
    assert "D.4 New" in page
    assert "C.3" not in page


def test_a_screening_is_for_whoever_reads_companies(sqlite_world: World) -> None:
    for name in ("auditor", "admin"):
        visitor = Visitor(sqlite_world).enter(name)
        for path in ("/k", f"/k/{sqlite_world.screening}", f"/k/a/{sqlite_world.assessment}"):
            assert visitor.get(path).status_code == 403, (name, path)
