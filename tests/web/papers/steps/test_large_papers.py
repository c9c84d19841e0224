"""A paper of 60 facts, 40 exhibits and 60 parties: no page of it is heavier than a weak line carries in seconds."""

from dataclasses import replace

import pytest

from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.legal_actions import ActionParty
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.web.pages.test_page_sizes import MOST
from tests.web.papers.steps.test_facts_and_exhibits import Rows
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]
PARTIES, FACTS, EXHIBITS = 60, 60, 40
SENTENCE = "Работники предприятия сообщили о продолжении смены и потребовали встречи с руководством. "


def large(lana: Lawyer) -> Rows:
    """The case, made through services; every fact names two exhibits."""
    action = lana.world.strike.records["action"]
    with lana.world.writing("lana") as ctx:
        stored = records.read(ctx, lana.case, action)
        parties = tuple(
            ActionParty(name=f"Товарищество № {number}", role="respondent", side="other") for number in range(PARTIES)
        )
        records.save(ctx, lana.case, action, replace(stored.value, parties=parties), stored.versions)
    here = Rows(lana, facts=FACTS, exhibits=EXHIBITS)
    with lana.world.writing("lana") as ctx:
        desk = papers.desk(ctx, lana.case, here.paper.rsplit("/", 1)[-1])
        facts = tuple(
            replace(
                fact,
                text=f"{fact.text}. {SENTENCE * 6}",
                exhibits=(
                    ExhibitReference(exhibit=here.evidence[at % EXHIBITS], pages=(at % 30 + 1,)),
                    ExhibitReference(exhibit=here.evidence[(at + 7) % EXHIBITS]),
                ),
            )
            for at, fact in enumerate(desk.plan.matter.facts)
        )
        matter = replace(desk.plan.matter, facts=facts)
        papers.save_matter(ctx, lana.case, desk.stored.id, matter, desk.stored.versions)
    return here


@pytest.mark.slow
def test_no_page_of_a_large_paper_is_above_sixty_kilobytes(lana: Lawyer) -> None:
    here = large(lana)
    paper = here.paper
    addresses = [paper, f"{paper}/2", f"{paper}/n", f"{paper}/4", f"{paper}/5", f"{here.at}/1", f"{here.at}/0"]
    addresses += [f"{here.at}?n={number}" for number in (1, 2, 3)] + [f"{here.at}/e?n={number}" for number in (1, 2)]
    addresses += [f"{here.at}/e/{here.evidence[0]}"]
    sizes = {}
    for address in addresses:
        page = lana.get(address)
        assert page.status_code == 200, address
        sizes[address.replace(paper, "")] = len(page.data)
    print(sizes)
    assert not {address: size for address, size in sizes.items() if size > MOST}
