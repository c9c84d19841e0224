"""Colleagues whose keys were replaced: each lead lets them in again, to exactly what the old keys held.

What they held stands in the signed headers that name the old keys; a new header names the new ones there, under a
new key, since the old keys count no more.
"""

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.chains import VerifiedChain
from hrd_cases.crypto.core.headers import Member
from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import LAWYER
from hrd_cases.domain.access.table import STAFF
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.vaults import CASE_VAULT, CORE, GRANT, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.keys import key_rotation, vault_keys
from hrd_cases.services.keys.gate import allow, open_vault
from hrd_cases.services.keys.vault_access import forget
from hrd_cases.services.keys.vault_membership import Roster, look_up, roster_if_verified
from hrd_cases.services.sharing import removal_plan, replacement_keys
from hrd_cases.services.sharing.sharing import names_of, user_of
from hrd_cases.store.failpoints import reach

AT_ONCE = 20  # cases of one press: some tens of milliseconds each, and nobody else writes meanwhile


@dataclass(frozen=True, kw_only=True)
class NewKeys:
    """A colleague's keys since `day`; `cases` the actor can let them into again, `others` that somebody else leads."""

    user: str
    name: str
    fingerprint: str
    day: date
    old_words: tuple[str, ...]
    new_words: tuple[str, ...]
    cases: tuple[str, ...]
    others: int


@dataclass(frozen=True, kw_only=True)
class WaitingForColleagues:
    """What became of the cases of somebody with new keys: how many wait for colleagues, how many for the cards.

    `leads`: the names of those who can let them in, empty where the reader reads no names.
    """

    waiting: int
    alone: int
    leads: tuple[str, ...] = ()


def waiting(ctx: Context) -> tuple[NewKeys, ...]:
    """Colleagues with new keys who were on cases of the actor and are not let in again yet."""
    allow(ctx, Act.SEE_DESK)
    replaced = _replaced(ctx)
    if not replaced:
        return ()
    every = [old.hex() for chain in replaced for old in _old(chain)]
    dropped = ctx.work.replacements.dropped(every)
    if not dropped and not any(ctx.work.keys.rights_of(old, CASE_VAULT, ctx.day_number) for old in every):
        return ()  # everybody was let in again everywhere
    holdings = ctx.work.keys.rights_of(ctx.actor.fingerprint, CASE_VAULT, ctx.day_number)
    result = (_line(ctx, chain, holdings, dropped) for chain in replaced if chain[-1].user.hex() != ctx.actor.user)
    return tuple(line for line in result if line.cases or line.others)


def mine(ctx: Context) -> WaitingForColleagues:
    """What the actor's old keys held and the present ones do not, as counts."""
    every = [old.hex() for old in _old(ctx.trust.chain(bytes.fromhex(ctx.actor.user)))]
    if not every:
        return WaitingForColleagues(waiting=0, alone=0)
    now = ctx.work.keys.rights_of(ctx.actor.fingerprint, CASE_VAULT, ctx.day_number)
    dropped = ctx.work.replacements.dropped(every)
    wait = {case for cases in dropped.values() for case in cases}
    alone: set[str] = set()
    for old in every:
        alone |= set(ctx.work.keys.held_alone(old, kind=CASE_VAULT))
        wait |= set(ctx.work.keys.rights_of(old, CASE_VAULT, ctx.day_number))
    waits = wait - alone - now.keys()
    return WaitingForColleagues(waiting=len(waits), alone=len(alone - now.keys()), leads=_lead_names(ctx, waits))


def _lead_names(ctx: Context, cases: Collection[str]) -> tuple[str, ...]:
    """The names of those who can let others into one of these cases."""
    look_up(ctx, cases)
    rosters = [roster for case in cases if (roster := roster_if_verified(ctx, case)) is not None]
    leads = {lead for roster in rosters for lead in removal_plan.opening(ctx, roster, roster.base).leads}
    names = names_of(ctx, ColleagueCard)
    return tuple(sorted(names.get(user_of(ctx, lead), "") for lead in leads))


def let_in(ctx: Context, user: str, fingerprint: str) -> int:
    """Let a colleague into the next AT_ONCE cases again, after the words were compared; how many are left.

    `fingerprint` names the keys whose words were shown.
    """
    line = next((item for item in waiting(ctx) if item.user == user and item.cases), None)
    row = ctx.work.users.by_id(user)
    if line is None or row is None or row.state != ACTIVE:
        raise NotFound
    if line.fingerprint != fingerprint:
        raise RuleBroken(N_("The keys of this colleague changed just now: compare the words again."))
    chain = ctx.trust.chain(bytes.fromhex(user))
    for case in line.cases[:AT_ONCE]:
        _let_into(ctx, case_id(case), chain)
        reach("replace.let_in")
    return max(0, len(line.cases) - AT_ONCE)


def _let_into(ctx: Context, case: CaseId, chain: tuple[Certificate, ...]) -> None:
    open_vault(ctx, Act.RENEW_KEYS, case)
    before = _held_before(ctx, vault_keys.roster_of(ctx, case), chain)
    key_rotation.renew(ctx, case)
    forget(ctx, case)
    vault = open_vault(ctx, Act.SHARE_CASE, case)
    for compartment, member in before.items():
        if vault.may_grant(compartment):
            values = {compartment: member.rights}
            vault_keys.share(ctx, case, chain[-1].fingerprint, values, last_day=member.last_day, exactly=True)
    for old in _old(chain):
        ctx.work.replacements.forget_dropped(case, old.hex())
    ctx.note("key", "let in again with new keys", vault=case, record=chain[-1].user.hex())


def _held_before(ctx: Context, roster: Roster, chain: tuple[Certificate, ...]) -> dict[str, Member]:
    """What the old keys held when they were replaced, by compartment, as far as it has not ended since."""
    members: dict[str, Member] = {}
    roles = chain[-1].roles
    for compartment, headers in roster.chains.items():
        if compartment == PRIVILEGED and LAWYER not in roles:
            continue
        for at, later in pairwise(chain):
            if at.fingerprint != later.fingerprint:
                member = _last_named(ctx, headers, at.fingerprint, _ended(ctx, at.fingerprint))
                if member is not None and not 0 < member.last_day < ctx.day_number:
                    members[compartment] = member
    return members


def _ended(ctx: Context, old: bytes) -> int:
    """The number of the log entry since which the old keys count no more: revoked, or replaced."""
    ended = ctx.trust.ended_at(old)
    return sys.maxsize if ended is None else ended


def _last_named(ctx: Context, chain: VerifiedChain, old: bytes, ended: int) -> Member | None:
    """How the newest header that names the old keys does so; None when somebody took them out before they ended."""
    after = None
    for header in reversed(chain.headers):
        if header.names(old):
            left = sys.maxsize if after is None else chain.positions[chain.headers.index(after)]
            if left <= ended < sys.maxsize:
                return None
            return header.member(old)
        after = header
    return None


def _replaced(ctx: Context) -> list[tuple[Certificate, ...]]:
    """The certificates of everybody whose keys were replaced and count today."""
    users = {
        certificate.user: ctx.trust.chain(certificate.user)
        for certificate in ctx.trust.current()
        if certificate.serial > 1
    }
    result = (chain for chain in users.values() if _old(chain))
    return [chain for chain in result if not ctx.trust.is_revoked(chain[-1].fingerprint, ctx.day_number)]


def _old(chain: tuple[Certificate, ...]) -> tuple[bytes, ...]:
    """The keys a user had before the present ones."""
    return tuple(
        dict.fromkeys(
            certificate.fingerprint for certificate in chain if certificate.fingerprint != chain[-1].fingerprint
        )
    )


def _line(
    ctx: Context,
    chain: tuple[Certificate, ...],
    holdings: Mapping[str, Mapping[str, frozenset[str]]],
    dropped: Mapping[str, list[str]],
) -> NewKeys:
    now = ctx.work.keys.rights_of(chain[-1].fingerprint.hex(), CASE_VAULT, ctx.day_number)
    cases: set[str] = set()
    others: set[str] = set()
    for old in _old(chain):
        rights_by_case = ctx.work.keys.rights_of(old.hex(), CASE_VAULT, ctx.day_number)
        left = {case: frozenset({CORE}) for case in dropped.get(old.hex(), ()) if case not in now}
        for case, parts in {**left, **rights_by_case}.items():
            if case in holdings and chain[-1].roles & STAFF:
                leads = GRANT in holdings[case].get(CORE, frozenset())
                may = any(GRANT in holdings[case].get(part, frozenset()) for part in parts)
                (cases if leads and may else others).add(case)
    user = chain[-1].user.hex()
    return NewKeys(
        user=user,
        name=names_of(ctx, ColleagueCard).get(user, ""),
        fingerprint=chain[-1].fingerprint.hex(),
        day=replacement_keys.changed_on(ctx, user) or ctx.today,
        old_words=words_of(_old(chain)[-1].hex()),
        new_words=words_of(chain[-1].fingerprint.hex()),
        cases=tuple(sorted(cases)),
        others=len(others - cases),
    )
