"""A leaver's cases to a colleague: each is shared with them as lead, then left; a few at a time, in one act each."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import LAWYER
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.vaults import CASE_VAULT, CORE, GRANT, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, open_vault
from hrd_cases.services.keys.vault_membership import look_up
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
    waiting, done, stuck = sorted(map(case_id, _held(ctx))), 0, 0
    while waiting and done < AT_ONCE:
        some, waiting = waiting[: AT_ONCE - done], waiting[AT_ONCE - done :]
        left = _hand(ctx, some, colleague)
        done += left
        stuck += len(some) - left
    ctx.note("key", "hand cases over", to=user, cases=done)
    return HandoverStep(done=done, left=len(waiting), stuck=stuck)


def _hand(ctx: Context, cases: Sequence[CaseId], colleague: Candidate) -> int:
    """Share those that the actor leads, in one go, and leave them; how many could be left."""
    look_up(ctx, cases)
    vaults = [open_vault(ctx, Act.READ_CASE, case) for case in cases]
    led = [vault for vault in vaults if vault.may_grant(CORE) and CORE in vault.headers]
    lawyers = [vault.case for vault in led if LAWYER in colleague.roles and vault.may_grant(PRIVILEGED)]
    if led:
        sharing.share_all(ctx, [vault.case for vault in led], colleague.user, "lead", privileged=lawyers)
        reach("handover.shared")
    due = {vault.case for vault in vaults if vault.may_grant(CORE)} - {vault.case for vault in led}
    going = [case for case in cases if case not in due and not member_removal.why_not_leave(ctx, case)]
    for case in going:  # of those whose keys wait to be renewed nobody was let in
        member_removal.leave(ctx, case)
        reach("handover.left")
    return len(going)


def _held(ctx: Context) -> dict[str, dict[str, frozenset[str]]]:
    return ctx.work.keys.rights_of(ctx.actor.fingerprint, CASE_VAULT, ctx.day_number)


def _colleagues(ctx: Context) -> tuple[Candidate, ...]:
    """Who could take the cases: external counsel is let into single cases and never becomes the lead of all."""
    return tuple(
        colleague
        for colleague in sharing.colleagues(ctx)
        if colleague.user != ctx.actor.user and not colleague.external
    )
