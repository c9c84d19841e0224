"""A leaver's cases to a colleague: each is shared with them as lead, then left; a few at a time, in one act each."""

from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import LAWYER
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.vaults import CASE_VAULT, CORE, GRANT, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, open_vault
from hrd_cases.services.sharing import sharing
from hrd_cases.services.sharing.sharing import Candidate
from hrd_cases.services.team import member_removal
from hrd_cases.store.failpoints import reach

AT_ONCE = 10


@dataclass(frozen=True, kw_only=True)
class HandoverPlan:
    """What the actor holds: cases they lead and alone open, and to whom they could go."""

    cases: int
    lead: int
    alone: int
    colleagues: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True)
class HandoverStep:
    """What one press did: cases handed over or left, cases still to go, cases that could not be left."""

    done: int
    left: int
    stuck: int


def plan(ctx: Context) -> HandoverPlan:
    """What there is to hand over."""
    allow(ctx, Act.SEE_DESK)
    holdings = _held(ctx)
    return HandoverPlan(
        cases=len(holdings),
        lead=sum(GRANT in parts.get(CORE, frozenset()) for parts in holdings.values()),
        alone=len(ctx.work.keys.held_alone(ctx.actor.fingerprint, kind=CASE_VAULT)),
        colleagues=_colleagues(ctx),
    )


def hand_over(ctx: Context, user: str, *, sure: bool = True) -> HandoverStep:
    """Hand the next AT_ONCE cases to a colleague and leave them; what the actor does not lead is only left."""
    allow(ctx, Act.HAND_OVER)
    if not sure:
        raise RuleBroken(N_("Confirm that you compared the words and want to leave your cases."), place="sure")
    colleague = next((colleague for colleague in _colleagues(ctx) if colleague.user == user), None)
    if colleague is None:
        raise RuleBroken(N_("Choose a colleague from the list."), place="user")
    values = sorted(_held(ctx))
    done = stuck = 0
    for case in values:
        if done == AT_ONCE:
            break
        if _hand(ctx, case_id(case), colleague):
            done += 1
        else:
            stuck += 1
    ctx.note("key", "hand cases over", to=user, cases=done)
    return HandoverStep(done=done, left=len(values) - done - stuck, stuck=stuck)


def _hand(ctx: Context, case: CaseId, colleague: Candidate) -> bool:
    vault = open_vault(ctx, Act.READ_CASE, case)
    if vault.may_grant(CORE):
        if CORE not in vault.headers:  # its keys wait to be renewed: nobody is let in before
            return False
        privileged = LAWYER in colleague.roles and vault.may_grant(PRIVILEGED)
        sharing.share(ctx, case, colleague.user, "lead", privileged=privileged)
        reach("handover.shared")
    if member_removal.why_not_leave(ctx, case):
        return False
    member_removal.leave(ctx, case)
    reach("handover.left")
    return True


def _held(ctx: Context) -> dict[str, dict[str, frozenset[str]]]:
    return ctx.work.keys.rights_of(ctx.actor.fingerprint, CASE_VAULT, ctx.day_number)


def _colleagues(ctx: Context) -> tuple[Candidate, ...]:
    """Who could take the cases: external counsel is let into single cases and never becomes the lead of all."""
    return tuple(
        colleague
        for colleague in sharing.colleagues(ctx)
        if colleague.user != ctx.actor.user and not colleague.external
    )
