"""A supplement: a paper with exhibits that came after another was released, numbered behind its last one."""

from dataclasses import replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.filings import DRAFT, RELEASED, Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.paper_matter import CompletedPaper, MatterPlan, PrintedExhibit
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.words import N_
from hrd_cases.render.words import PaperWords
from hrd_cases.services.drafting import secrecy
from hrd_cases.services.drafting.plans import FilingPlan, PaperPlan, plan_of
from hrd_cases.services.drafting.sources import open_for_paper, recipient_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.papers.jobs import Order
from hrd_cases.services.records.records import read_in
from hrd_cases.store.stored import new_record_id

NOT_NUMBERED = N_("The numbers of its exhibits were not kept when it was released. Begin a new paper.")


def printed_exhibits(order: Order) -> tuple[PrintedExhibit, ...]:
    """The exhibits of a paper that is released, under the numbers that they have for good."""
    form = profiles()[order.request.profile]
    return tuple(
        PrintedExhibit(
            evidence=exhibit.id,
            label=form.label(exhibit.number, exhibit.late),
            number=exhibit.number,
            late=exhibit.late,
        )
        for exhibit in order.request.case.exhibits
    )


def begin_supplement(ctx: Context, case: CaseId, record: RecordId) -> RecordId:
    """Begin a supplement to a released paper; returns its id. Raises NotFound for a paper in work."""
    stored = read_in(ctx, open_vault(ctx, Act.READ_CASE, case, record=record), record, Paper)
    vault = open_for_paper(ctx, case, stored.value.action)
    if stored.value.state != RELEASED:
        raise NotFound
    secrecy.refuse(ctx, vault, [recipient_of(ctx, vault, stored.value)])
    before = plan_of(stored.value.plan)
    earlier = before.completes.exhibits if before.completes else ()
    if not before.printed and not earlier:
        raise RuleBroken(NOT_NUMBERED)
    completes = CompletedPaper(record=record, exhibits=(*earlier, *before.printed))
    filing = _filing(before.filing, stored.value, ctx)
    plan = PaperPlan(filing=filing, matter=MatterPlan(), completes=completes)
    words = PaperWords(language=Language(stored.value.language))
    value = Paper(
        title=f"{stored.value.title}: {words['supplement']}",
        action=stored.value.action,
        language=stored.value.language,
        variant=stored.value.variant,
        state=DRAFT,
        plan=plan.stored(),
    )
    created = new_record_id()
    ctx.work.records.add(vault, ctx.author, created, value, ctx.today)
    ctx.note("write", "begin a supplement", vault=case, record=created)
    return created


def _filing(filing: FilingPlan, paper: Paper, ctx: Context) -> FilingPlan:
    """The filing of the supplement: the same heading, a sentence that says what it completes, what is asked."""
    words = PaperWords(language=Language(paper.language))
    day = words.day(filing.day or paper.released_on)
    return replace(
        filing,
        title=words["title_supplement"],
        subtitle="",
        opening=words.fill("supplement_opening", title=filing.title, day=day),
        positions=(),
        sections=(),
        requests=words["supplement_request"],
        attachments="",
        day=ctx.today,
    )
