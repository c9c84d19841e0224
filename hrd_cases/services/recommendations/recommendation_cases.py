"""Which cases show that a recommendation is not carried out: written in each case, so that only its team knows."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import YES
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.vaults import CORE
from hrd_cases.services.casework import cases
from hrd_cases.services.casework.cases import CaseFilter
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page
from hrd_cases.services.recommendations import recommendations
from hrd_cases.services.records import answers, records
from hrd_cases.services.records.across import across
from hrd_cases.store.records import of_class

STATISTICS = "statistics"  # the scope of consent under which somebody is counted


@dataclass(frozen=True, kw_only=True)
class CaseChoice:
    """A case of the actor: whether it shows the recommendation, and whether the actor may change that."""

    id: str
    title: str
    reference: str
    shows: bool
    may_write: bool


@dataclass(frozen=True, kw_only=True)
class CaseCounts:
    """Cases by the recommendation they show: `agreed`, in which everybody may be counted, or nobody is; the others."""

    agreed: Counter[str]
    others: Counter[str]


def showing(ctx: Context, record: RecordId) -> tuple[tuple[str, str], ...]:
    """Id and title of each case that shows a recommendation, of those that the actor opens."""
    roots = of_class(across(ctx).roots(), Case)
    return tuple((card.id, records.title(card)) for card in roots if record in card.value.recommendations)


def counted(ctx: Context) -> CaseCounts:
    """How many cases show each recommendation, of those that the actor opens: agreed or not."""
    roots = [card for card in of_class(across(ctx).roots(), Case) if card.value.recommendations]
    text = answers.of_people(ctx, [person for card in roots for person in card.value.people])
    agreed, others = Counter[str](), Counter[str]()
    for card in roots:
        said = {text[person].proven(card.case)[STATISTICS] if person in text else "" for person in card.value.people}
        counter = agreed if said <= {YES} else others
        counter.update(card.value.recommendations)
    return CaseCounts(agreed=agreed, others=others)


def choices(ctx: Context, record: RecordId, page: int) -> Page[CaseChoice]:
    """The actor's cases, a page of them, to be ticked for a recommendation."""
    recommendations.view(ctx, record)
    shown = dict(showing(ctx, record))
    found = cases.listing(ctx, CaseFilter(page=page))
    return found.showing(
        CaseChoice(
            id=line.id,
            title=line.title,
            reference=line.reference,
            shows=line.id in shown,
            may_write=CORE in records.writable(ctx, Case, line.id),
        )
        for line in found.items
    )


def save(ctx: Context, record: RecordId, offered: Collection[CaseId], ticked: Collection[str]) -> int:
    """Write the ticks of the offered cases into those that differ; returns how many were changed."""
    recommendations.view(ctx, record)
    shown = dict(showing(ctx, record))
    changed = [case for case in dict.fromkeys(offered) if (case in ticked) != (case in shown)]
    for case in changed:
        stored = records.read(ctx, case, case, Case)
        others = tuple(item for item in stored.value.recommendations if item != record)
        value = replace(stored.value, recommendations=(*others, record) if case in ticked else others)
        records.save(ctx, case, case, value, stored.versions)
    return len(changed)
