"""Names of hidden people that the last check found in exhibits of a full version: decided place by place."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import accumulate

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.names.questions import OTHER, Recogniser, Spot
from hrd_cases.domain.page_choices import read_pages, written
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, evidence_of
from hrd_cases.domain.papers import Refusal
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.name_answers import keep
from hrd_cases.services.evidence import previews
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.papers import refusals
from hrd_cases.services.papers.papers import PaperDesk, desk, job, keep_plan

PAGE_OUT, PICTURES, SOMEBODY_ELSE = "page", "pictures", "other"
ONLY_PAGE = N_("This is the only page of the exhibit: take the exhibit out of the paper in step 3.")
NOT_COUNTED = N_("The pages of this exhibit are not counted yet. Look again in a moment.")


@dataclass(frozen=True, kw_only=True)
class FoundName:
    """A name in an exhibit: on which of its printed pages, in which words; `spot` is where somebody else may be meant,
    None where the whole name or a number stands."""

    key: str
    evidence: RecordId
    label: str
    page: int
    word: str = field(repr=False)
    sentence: str = field(repr=False)
    spot: Spot | None = field(default=None, repr=False)

    @property
    def source(self) -> RecordId:
        """The evidence itself, whatever its place in the paper."""
        return evidence_of(self.evidence)


def found(ctx: Context, case: CaseId, record: RecordId) -> tuple[FoundName, ...]:
    """The names for which the last build was refused, as far as they stand in exhibits."""
    return tuple(_found(ctx, desk(ctx, case, record)))


def decide(ctx: Context, case: CaseId, record: RecordId, texts: Mapping[str, str]) -> None:
    """Carry out what was `texts` of each name, by its key: leave the page out, show the exhibit by approved pages
    alone, or that somebody else is meant, which is kept for the case. Raises RuleBroken where that can not be."""
    here = desk(ctx, case, record)
    names = tuple(_found(ctx, here))
    pages_out: dict[RecordId, set[int]] = {}
    for name in names:
        if texts.get(name.key) == PAGE_OUT:
            pages_out.setdefault(name.evidence, set()).add(name.page)
    matter = here.plan.matter
    for evidence, gone in pages_out.items():
        matter = without_pages(matter, evidence, gone, _lengths(ctx, case, evidence))
    for evidence in dict.fromkeys(name.evidence for name in names if texts.get(name.key) == PICTURES):
        matter = _with(matter, evidence, pictures=True)
    if matter != here.plan.matter:
        keep_plan(ctx, case, here, replace(here.plan, matter=matter), here.stored.versions)
    others = {name.spot.key: name.sentence for name in names if name.spot and texts.get(name.key) == SOMEBODY_ELSE}
    vault = peek(ctx, case)
    if others and vault is not None:
        keep(ctx, vault, dict.fromkeys(others, OTHER), others)


def without_pages(matter: MatterPlan, evidence: RecordId, gone: Collection[int], lengths: Sequence[int]) -> MatterPlan:
    """The choices without these printed pages of an exhibit; a fact that names a later page names it as it is counted
    then. `lengths`: how many pages each of its files has. Raises RuleBroken when none would be left."""
    typed = next((exhibit.pages for exhibit in matter.exhibits if exhibit.evidence == evidence), "")
    chosen = read_pages(typed) or tuple(range(1, sum(lengths) + 1))
    ends = tuple(accumulate(lengths))
    # Files are printed one after the other, whatever the order in which pages of several are written.
    printed = [page for end, of in zip(ends, lengths, strict=True) for page in chosen if end - of < page <= end]
    left = tuple(page for at, page in enumerate(printed, start=1) if at not in gone)
    if not left:
        raise RuleBroken(ONLY_PAGE)
    facts = tuple(_counted(fact, evidence, gone) for fact in matter.facts)
    return replace(_with(matter, evidence, pages=written(left)), facts=facts)


def _counted(fact: FactPlan, evidence: RecordId, gone: Collection[int]) -> FactPlan:
    exhibits = tuple(
        replace(each, pages=_left(each.pages, gone)) if each.exhibit == evidence else each for each in fact.exhibits
    )
    return replace(fact, exhibits=exhibits)


def _left(pages: Iterable[int], gone: Collection[int]) -> tuple[int, ...]:
    def now(page: int) -> int:
        return page - sum(out < page for out in gone)

    return tuple(map(now, (page for page in pages if page not in gone)))


def _with(matter: MatterPlan, evidence: RecordId, **changes: object) -> MatterPlan:
    """The choices with these for one exhibit, which may so far only be cited."""
    is_known = any(exhibit.evidence == evidence for exhibit in matter.exhibits)
    every = matter.exhibits if is_known else (*matter.exhibits, ExhibitPlan(use=True, evidence=evidence))
    changed = (
        replace(plan, **changes) if plan.evidence == evidence else plan  # type: ignore[arg-type]
        for plan in every
    )
    return replace(matter, exhibits=tuple(changed))


def _lengths(ctx: Context, case: CaseId, evidence: RecordId) -> tuple[int, ...]:
    previewed = previews.of(ctx, case, evidence_of(evidence))
    if previewed.waiting:
        raise RuleBroken(NOT_COUNTED)
    return tuple(file.pages for file in previewed.files)


def _found(ctx: Context, here: PaperDesk) -> Iterator[FoundName]:
    build = job(ctx, here.stored)
    if build is None or build.failure is None:
        return
    evidence = refusals.evidence_by_label(build.order)
    for place in build.failure.places:
        if place.kind == "forbidden" and place.exhibit in evidence and place.page:
            yield FoundName(
                key=_key(place),
                evidence=evidence[place.exhibit],
                label=place.exhibit,
                page=place.page,
                word=place.word,
                sentence=place.sentence,
                spot=_spot(here.names.recogniser, place),
            )


def _spot(recogniser: Recogniser, refusal: Refusal) -> Spot | None:
    spots = (spot for spot in recogniser.spots(refusal.sentence) if recogniser.needs_answer(spot.place))
    return next((spot for spot in spots if refusal.word in spot.words or spot.words in refusal.word), None)


def _key(refusal: Refusal) -> str:
    texts = (refusal.exhibit, str(refusal.page), refusal.word, refusal.sentence)
    return sha256("\n".join(texts).encode()).hexdigest()[:32]
