"""What is printed in place of signs that no font has: asked for each paper, before it is built."""

from collections.abc import Mapping
from dataclasses import replace

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.filings import RELEASED
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.printable import unprintable
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.plans import SignPlan
from hrd_cases.services.drafting.signs import SignPlace, in_paper
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.papers.papers import PaperView, desk, keep_plan


def unprinted(ctx: Context, case: CaseId, view: PaperView) -> tuple[SignPlace, ...]:
    """Where a paper in preparation holds signs that would be missing on paper; none for who does not prepare it."""
    if not view.mine or view.stored.value.state == RELEASED:
        return ()
    return in_paper(desk(ctx, case, view.stored.id).thinned.case)


def choose_signs(ctx: Context, case: CaseId, record: RecordId, chosen: Mapping[str, str]) -> None:
    """Say what is printed in place of signs that no font has; raises RuleBroken when that cannot be printed either."""
    here = desk(ctx, case, record)
    for instead in chosen.values():
        if unprintable(instead):
            raise RuleBroken(N_("What you typed cannot be printed either. Write it in letters."), place="signs")
    missing = {sign for place in in_paper(here.thinned.case) for sign in place.signs}
    sign_plans = tuple(SignPlan(sign=sign, instead=instead) for sign, instead in chosen.items() if sign in missing)
    others = tuple(sign for sign in here.plan.signs if sign.sign not in chosen)
    keep_plan(ctx, case, here, replace(here.plan, signs=(*others, *sign_plans)), here.stored.versions)
