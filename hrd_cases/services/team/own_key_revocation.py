"""When a passphrase may be known to somebody else: one's own keys are ended at once, and new ones follow.

Who holds the passphrase and an old copy of the disks has the keys themselves, so a new passphrase would not help and
keys made in this session would be no better. A revocation signed by the keys it ends is enough: whatever names them
waits for new keys of its leads, and nothing is sealed to them any more. The account gets new keys as after a forgotten
passphrase.
"""

from dataclasses import dataclass, replace

from hrd_cases.domain.access.facts import ACTIVE, WAITING
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.keys.key_revocations import needs_two, revoke
from hrd_cases.services.keys.vault_access import retrust
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.sharing import removal_plan
from hrd_cases.services.signin import live_sessions


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What follows: how many cases others renew, of how many nobody else can, how many administrators remain."""

    cases: int
    nobody_else: tuple[CaseId, ...]
    administrators: int


def outlook(ctx: Context) -> Outlook:
    """What would follow if the actor ended their keys now."""
    allow(ctx, Act.OWN_ACCOUNT)
    return _outlook(ctx, ctx.actor.user, ctx.actor.fingerprint)


def outlook_of(ctx: Context, user: str) -> Outlook:
    """What would follow if the account of an administrator were closed now; NotFound for any other."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    row = ctx.work.users.by_id(user)
    if row is None or user == ctx.actor.user or not needs_two(ctx, row.fingerprint):
        raise NotFound
    return _outlook(ctx, user, row.fingerprint)


def _outlook(ctx: Context, user: str, fingerprint: str) -> Outlook:
    holdings = [case_id(vault) for vault in ctx.work.keys.rights_of(fingerprint, CASE_VAULT, ctx.day_number)]
    return Outlook(
        cases=len(holdings),
        nobody_else=tuple(case for case in holdings if not _has_other_leads(ctx, case, fingerprint)),
        administrators=sum(
            ADMINISTRATOR in certificate.roles and not ctx.trust.is_revoked(certificate.fingerprint, ctx.day_number)
            for certificate in ctx.trust.current()
            if certificate.user.hex() != user
        ),
    )


def end_own_keys(ctx: Context, *, sure: bool) -> None:
    """End the actor's keys from today, and their other sessions; in this one they wait like a newcomer.

    Only the recovery cards open what nobody else leads. Raises RuleBroken unless the actor is `sure`.
    """
    allow(ctx, Act.END_OWN_KEYS)
    if not sure:
        raise RuleBroken(N_("Say that you know what this does: it cannot be undone."), place="sure")
    revoke(ctx, ctx.actor.fingerprint)
    retrust(ctx)
    ctx.note("key", "end one's own keys", record=ctx.actor.user)
    actor = ctx.actor
    live_sessions.end_of(ctx, actor.user, goes_on=replace(actor, roles=frozenset(), state=WAITING))


def ended(ctx: Context) -> bool:
    """True when the actor's keys were ended and no new ones wait for an administrator: they need a one-time code."""
    return ctx.trust.is_revoked(bytes.fromhex(ctx.actor.fingerprint), ctx.day_number)


def without_keys(ctx: Context) -> frozenset[str]:
    """The accounts that were let in and whose keys have ended since, with none in their place; for administrators."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    active = [row for row in ctx.work.users.all() if row.state == ACTIVE]
    return frozenset(row.id for row in active if ctx.trust.is_revoked(bytes.fromhex(row.fingerprint), ctx.day_number))


def _has_other_leads(ctx: Context, case: CaseId, fingerprint: str) -> bool:
    roster = roster_if_verified(ctx, case)
    if roster is None:
        return False
    return bool(removal_plan.opening(ctx, roster, roster.base, but={bytes.fromhex(fingerprint)}).leads)
