"""Pages and files of an exhibit put in another order: papers in preparation go on naming the same pages by number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from hrd_cases.domain.arranging import arranged
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.page_choices import BadPages, read_pages, written
from hrd_cases.domain.page_moves import PageMove
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, evidence_of, places_of
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.plans import plan_of
from hrd_cases.services.evidence import evidence, page_order, previews
from hrd_cases.services.evidence.evidence import files_of
from hrd_cases.services.evidence.previews import PreviewPage, Shown
from hrd_cases.services.evidence.sealed_files import KeptFile
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.records.records import read_in
from hrd_cases.store.records import of_class

NOT_COUNTED = N_("A paper names pages of this evidence by number, and they are not counted yet. Try again in a moment.")


def press(ctx: Context, case: CaseId, record: RecordId, what: str, number: int, seen_mark: str) -> PreviewPage:
    """Move or turn one page (page_order.press)."""
    before = previews.of(ctx, case, record, 0.0)
    page = page_order.press(ctx, case, record, what, number, seen_mark)
    _renumber(ctx, case, record, before)
    return page


def arrange(  # as evidence.arrange
    ctx: Context,
    case: CaseId,
    record: RecordId,
    places: Sequence[int],
    turns: Sequence[int],
    expected: Mapping[str, int],
) -> None:
    """Put files in order and turn them (evidence.arrange)."""
    before = previews.of(ctx, case, record, 0.0)
    evidence.arrange(ctx, case, record, places, turns, expected)
    _renumber(ctx, case, record, before)


def _renumber(ctx: Context, case: CaseId, record: RecordId, before: Shown) -> None:
    """Name the same pages by their numbers of now in every paper that is not released; raises RuleBroken where one does
    and nobody knows yet which pages there are."""
    vault = peek(ctx, case)
    if vault is None:
        return
    move = PageMove(
        before=_keys(before, [file.file for file in before.files]),
        after=_keys(before, files_of(read_in(ctx, vault, record, Evidence))),
    )
    for card in of_class(ctx.work.records.cards([vault]), Paper):
        stored = ctx.work.records.read(vault, card.id)
        paper = stored.value if stored is not None else None
        if stored is None or not isinstance(paper, Paper) or paper.state == RELEASED:
            continue
        plan = plan_of(paper.plan)
        if not _by_number(plan.matter, record):
            continue
        if before.waiting:
            raise RuleBroken(NOT_COUNTED, place="pages")
        matter = renumbered(plan.matter, record, move)
        if matter != plan.matter:
            changed = replace(paper, plan=replace(plan, matter=matter).stored())
            ctx.work.records.update(vault, ctx.author, card.id, changed, stored.versions, ctx.today)
            ctx.note("write", "renumber pages in a paper", vault=case, record=card.id)


def renumbered(matter: MatterPlan, record: RecordId, move: PageMove) -> MatterPlan:
    """The choices of a paper with the same pages of this evidence, at each of its places, in the numbers of now."""
    for place in places_of(matter.exhibits, record) if move.changed else ():
        matter = _renumbered_at(matter, place, move)
    return matter


def _renumbered_at(matter: MatterPlan, record: RecordId, move: PageMove) -> MatterPlan:
    chosen = next((_pages(plan) for plan in matter.exhibits if plan.evidence == record), ())
    if chosen is None:  # nobody can read which pages are meant: none of them is printed
        return matter
    exhibits = tuple(
        replace(plan, pages=written(move.chosen(chosen))) if plan.evidence == record and chosen else plan
        for plan in matter.exhibits
    )
    facts = tuple(_renumbered(fact, record, move, chosen) for fact in matter.facts)
    return replace(matter, exhibits=exhibits, facts=facts)


def _renumbered(fact: FactPlan, record: RecordId, move: PageMove, chosen: Sequence[int]) -> FactPlan:
    def now(reference: ExhibitReference) -> ExhibitReference:
        pages = tuple(move.printed(page, chosen) for page in reference.pages)
        return replace(reference, pages=pages) if reference.exhibit == record else reference

    return replace(fact, exhibits=tuple(map(now, fact.exhibits)))


def _by_number(matter: MatterPlan, record: RecordId) -> bool:
    chosen = any(evidence_of(plan.evidence) == record and plan.pages.strip() for plan in matter.exhibits)
    return chosen or any(_names(fact, record) for fact in matter.facts)


def _names(fact: FactPlan, record: RecordId) -> bool:
    """Whether a fact names pages of this exhibit."""
    return any(evidence_of(each.exhibit) == record and each.pages for each in fact.exhibits)


def _pages(plan: ExhibitPlan) -> tuple[int, ...] | None:
    try:
        return read_pages(plan.pages)
    except BadPages:
        return None


def _keys(before: Shown, files: Sequence[KeptFile]) -> tuple[tuple[str, ...], ...]:
    """The printed pages of these files by key, file by file, as their order and arrangement say."""
    pages: dict[str, dict[int, list[str]]] = {}
    for page in sorted(before.pages, key=lambda page: page.piece):
        sources = pages.setdefault(before.files[page.file - 1].file.blob, {})
        sources.setdefault(page.source, []).append(page.key)
    files_of_keys = []
    for file in files:
        sources = pages.get(file.blob, {})
        order = arranged(file.arrangement, sorted(sources))
        files_of_keys.append(tuple(chain.from_iterable(sources[source_page.number] for source_page in order)))
    return tuple(files_of_keys)
