"""Two editions stand side by side: what changed for companies and indicators of both, the older first."""

import re

from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.companies import Company
from hrd_cases.services.records import records

LINES = "A.1;Commitment\nB.2;Diligence"


def edition(anna: Visitor, day: str, table: str, lines: str = LINES) -> str:
    path = str(anna.fill("/k/new", title=f"Of {day}", day=day, lines=lines).headers["Location"])
    preview = anna.fill(f"{path}/t", table=table, read_on=day)
    answer = anna.send(f"{path}/t/k", forms(preview)[f"{path}/t/k"])
    assert answer.status_code == 303, answer.text
    return path


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


def rows(page: str) -> list[tuple[str, ...]]:
    """The changes of companies, as (indicator, earlier, later)."""
    body = page[page.index('id="companies"') :]
    cells = re.findall(r'data-label="(?:Indicator|Earlier result|Later result)"><div>(?:<a[^>]*>)?([^<]*)<', body)
    return [tuple(cells[at : at + 3]) for at in range(0, len(cells), 3)]


def test_what_changed_is_listed_by_company_the_older_edition_first(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    new = edition(anna, "20.11.2026", "Pit 1;yes;no\nPit 2;no;no\nPit 3;yes;yes")
    old = edition(anna, "20.11.2025", "Pit 1;partly;no\nPit 2;no;no\nPit 4;yes;yes")
    assert f'href="{new}/c/{id_of(old)}"' in anna.get(new).text
    pages = [anna.get(f"{some}/c/{id_of(other)}").text for some, other in ((new, old), (old, new))]
    for page in pages:
        assert page.index("Of 20.11.2025") < page.index("Of 20.11.2026")
        assert rows(page) == [("A.1 Commitment", "Partly", "Yes")]
        assert "1 company changed · 1 company did not change" in page
        assert re.search(r"Only in the earlier edition.*?<li>Pit 4</li>", page, re.DOTALL)
        assert re.search(r"Only in the later edition.*?<li>Pit 3</li>", page, re.DOTALL)


def test_a_result_that_was_not_there_is_a_change_and_an_indicator_of_one_edition_is_none(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    old = edition(anna, "20.11.2025", "Pit 1;;no")
    new = edition(anna, "20.11.2026", "Pit 1;yes;no", "A.1;Public commitment\nC.3;Remedy")
    page = anna.get(f"{new}/c/{id_of(old)}").text
    assert rows(page) == [("A.1 Public commitment", "No result yet", "Yes")]
    assert re.search(r"Indicators in both</dt><dd>\s*<span[^>]*>1<", page)


def test_results_are_counted_by_what_they_were_and_became(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    old = edition(anna, "20.11.2025", "Pit 1;no;no\nPit 2;no;yes")
    new = edition(anna, "20.11.2026", "Pit 1;yes;no\nPit 2;yes;yes")
    page = anna.get(f"{new}/c/{id_of(old)}").text
    table = page[page.index('id="passed"') : page.index('id="companies"')]
    row = next(part for part in table.split("<tr") if 'data-label="Earlier result"><div>No<' in part)
    cells = re.findall(r'data-label="([^"]+)"><div>(\d+)<', row)
    assert cells == [("Yes", "2"), ("No", "1")]


def test_a_renamed_company_stays_one_and_an_unknown_edition_is_not_found(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    old = edition(anna, "20.11.2025", "Pit 1;no;no")
    with sqlite_world.writing("anna") as ctx:
        card = next(card for card in records.listing(ctx, Company) if card.value.name == "Pit 1")
        stored = records.read(ctx, None, card.id, Company)
        records.save(ctx, None, card.id, Company(name="Shaft 1"), stored.versions)
    new = edition(anna, "20.11.2026", "Shaft 1;yes;no")
    page = anna.get(f"{new}/c/{id_of(old)}").text
    assert "Shaft 1" in page
    assert rows(page) == [("A.1 Commitment", "No", "Yes")]
    assert anna.get(f"{new}/c/{'0' * 32}").status_code == 404
    assert anna.get(f"{new}/c/{sqlite_world.company}").status_code == 404
