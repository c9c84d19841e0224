"""Courts and authorities to begin with into the directory: each once, however often they are added."""

from collections.abc import Collection
from dataclasses import replace

from hrd_cases.domain.companies import Body
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.starting_bodies import StartingBody, starting_bodies
from hrd_cases.domain.words import N_
from hrd_cases.services.casework.duplicates import marks_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records


def missing(ctx: Context, area: str) -> tuple[StartingBody, ...]:
    """What is offered for an area and has no name of a body of the directory, with names in the reader's language."""
    known = set[tuple[str, ...]]().union(*(marks_of(card.value) for card in records.listing(ctx, Body)))
    return tuple(offer for offer in starting_bodies(area, ctx.language) if not marks_of(offer.body) & known)


def add(ctx: Context, area: str, codes: Collection[str], remark: str) -> int:
    """Keep the chosen ones with a remark where they come from, but for what is there by now; returns how many."""
    if not codes:
        raise RuleBroken(N_("Tick at least one."), place="ticked")
    chosen = [offer for offer in missing(ctx, area) if offer.code in codes]
    for offer in chosen:
        records.create(ctx, None, replace(offer.body, sources=remark))
    return len(chosen)
