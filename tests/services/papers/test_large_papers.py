"""A paper of a large case: many parties, incidents and exhibits in three scripts, from records to the built paper."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hrd_world import World

from hrd_cases.domain.dates import exactly
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import ActionParty
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.render.reading import bare
from hrd_cases.services.drafting.plans import PaperStart
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.render.strike_sample import photo, scan
from tests.services.papers.test_papers import LEADER, build, consent, leader, proceeding, take_in, text_of

NOTES = ("Смена не вышла на поверхность", "Ауысым жер бетіне шықпады", "The shift did not come up")
DAY = date(2017, 12, 14)


def exhibit_file(at: int) -> tuple[str, bytes]:
    """A small picture, document or text; texts in three scripts."""
    if at % 3 == 0:
        return f"{at}.jpg", photo({}, at, size=(300, 400))
    if at % 3 == 1:
        return f"{at}.pdf", scan(1)
    return f"{at}.txt", f"{NOTES[at % 9 // 3]}, {at}.\n".encode()


def large_case(world: World, parties: int, incidents: int, exhibits: int) -> None:
    case, action = world.strike.case, world.strike.records["action"]
    leader(world)
    proceeding(world)
    visible = [take_in(world, f"Лист {at:02d} журнала смены", exhibit_file(at)) for at in range(1, exhibits + 1)]
    with world.writing("lana") as ctx:
        kind = vocabulary("attack_kinds").entries[0].code
        region = vocabulary("regions").entries[0].code
        for at in range(1, incidents + 1):
            story = LangText(language="ru", text=f"Событие {at:02d} на шахте.", translator="", state="draft")
            evidence = visible[(at - 1) % exhibits :: incidents]
            incident = Incident(
                title=f"Событие {at:02d}", when=exactly(DAY + timedelta(days=at)), region=region, kinds=(kind,),
                narrative=(story,), evidence=tuple(evidence),
            )  # fmt: skip
            records.create(ctx, case, incident)
    with world.writing("lana") as ctx:
        stored = records.read(ctx, case, action)
        workers = tuple(
            ActionParty(
                name=f"Шахтёр {at:02d} участка", role="respondent", side="ours", served_at=f"г. Шахтинск, д. {at}"
            )
            for at in range(1, parties - 1)
        )
        value = replace(stored.value, parties=(*stored.value.parties, *workers), incidents=())
        records.save(ctx, case, action, value, stored.versions)


@pytest.mark.parametrize(("parties", "incidents", "exhibits"), [
    pytest.param(30, 30, 15, marks=pytest.mark.slow),
    pytest.param(60, 60, 40, marks=pytest.mark.soak),
])  # fmt: skip
def test_a_paper_of_a_large_case_holds_all_of_it(
    sqlite_world: World, parties: int, incidents: int, exhibits: int
) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    large_case(world, parties, incidents, exhibits)
    consent(world, "yes")
    start = PaperStart(title="Отзыв", action=world.strike.records["action"], language="ru", variant="full")
    with world.writing("lana") as ctx:
        paper = papers.begin(ctx, case, start)
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, case, paper)
        assert sum(exhibit.use for exhibit in desk.plan.matter.exhibits) == exhibits  # the incidents rely on them
        filing = replace(
            desk.plan.filing, court="Специализированный межрайонный экономический суд", case_number="2-0000/2017",
            filed_by="адвокат Лана", authority="ордер № 17", signatory="Лана", requests="Отказать в иске",
        )  # fmt: skip
        papers.save_filing(ctx, case, paper, filing, desk.stored.versions)
    job = build(world, paper)
    assert job.built is not None
    created = job.built.manifest
    assert list(created.first_pages) == [str(at) for at in range(1, exhibits + 1)]
    assert created.not_printed == ()
    text = text_of(job.built.main_pdf)
    for at in range(1, exhibits + 1):
        assert bare(f"Лист {at:02d} журнала смены") in text
    for at in range(1, incidents + 1):
        assert bare(f"Событие {at:02d} на шахте.") in text
    for at in range(1, parties - 1):
        assert bare(f"Шахтёр {at:02d} участка") in text
    assert bare(LEADER) in text
