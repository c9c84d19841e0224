"""Taking back what was shared: somebody is taken out of a case or opens less of it; and leaving a case oneself.

What somebody could open counts as known to them. What is written afterwards, and once it is sealed anew all that was
written before, rests under keys that they never held.
"""

from dataclasses import dataclass

from hrd_cases.crypto.core.headers import USER
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vaults import CORE, IDENTITY, PRIVILEGED, SOURCE
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation, vault_keys
from hrd_cases.services.keys.gate import may, open_vault
from hrd_cases.services.keys.vault_membership import Roster
from hrd_cases.services.sharing import removal_plan
from hrd_cases.services.sharing.sharing import LEVELS, TeamMember, grantable, last_day_of, names_of, team_of, user_of

OUT = "out"
ONLY_THEY_OPEN = N_(
    "A part of this case opens for nobody else. Let this colleague share it first, or tick that it is left to the "
    "recovery cards."
)


def member(ctx: Context, case: CaseId, user: str) -> TeamMember:
    """Somebody else on a case whom the actor may take something from; NotFound when they are not on it."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    if not may(ctx, Act.CHANGE_MEMBER, vault):
        raise Forbidden
    team_member = next((item for item in team_of(ctx, vault) if item.user == user and user != ctx.actor.user), None)
    if team_member is None:
        raise NotFound
    return team_member


def level_of(team_member: TeamMember) -> str:
    """The level of LEVELS that somebody holds."""
    if team_member.lead:
        return "lead"
    if SOURCE in team_member.parts:
        return "full"
    return "no_source" if IDENTITY in team_member.parts else "coded"


@dataclass(frozen=True, kw_only=True)
class PartAfter:
    """A part of a case once somebody is removed from it.

    `closed`: nobody opens it any more but with the recovery cards; `renewed`: the actor makes its new key in the same
    act; else `helpers` can, by name, empty where the actor reads no names.
    """

    part: str
    closed: bool
    renewed: bool
    helpers: tuple[str, ...]


def what_follows(ctx: Context, case: CaseId, user: str) -> tuple[PartAfter, ...]:
    """What becomes of each part of a case when somebody is removed from it, before it is done."""
    member(ctx, case, user)
    roster, vault = vault_keys.roster_of(ctx, case), vault_keys.held_of(ctx, case)
    names, parts = names_of(ctx, ColleagueCard), []
    for plan in removal_plan.without(ctx, roster, _fingerprints(ctx, roster, user)).values():
        renewed = key_rotation.may_renew(roster, vault, plan.part)
        helpers = tuple(sorted(names.get(user_of(ctx, fingerprint), "") for fingerprint in plan.leads))
        parts.append(PartAfter(part=plan.part, closed=not plan.staying, renewed=renewed, helpers=helpers))
    return tuple(parts)


def change(ctx: Context, case: CaseId, user: str, level: str, *, last_day: str = "", lose: bool = False) -> None:
    """Let somebody open exactly what a level of LEVELS says, or nothing (OUT), until a last day.

    New keys are made of every part that they no longer open, as far as the actor may renew it; what they may not, waits
    for its holders. A part that nobody else opens is shared first, unless it is to be left to the recovery cards
    (`lose`). `last_day` as typed.
    """
    vault = open_vault(ctx, Act.CHANGE_MEMBER, case)
    roster = vault_keys.roster_of(ctx, case)
    fingerprints = _fingerprints(ctx, roster, user)
    if user == ctx.actor.user or not fingerprints:
        raise RuleBroken(N_("This colleague is not on the case any more."), place="user")
    if level != OUT and level not in LEVELS:
        raise RuleBroken(N_("Choose what your colleague may open."), place="level")
    if (
        level == OUT
        and not lose
        and not all(plan.staying for plan in removal_plan.without(ctx, roster, fingerprints).values())
    ):
        raise RuleBroken(ONLY_THEY_OPEN, place="lose")
    level_rights = LEVELS.get(level, {})
    day = last_day_of(ctx, last_day, level) if level_rights else 0
    lost = [name for name in (CORE, IDENTITY, SOURCE) if name not in level_rights and name in roster.chains]
    if level_rights and any(not vault.may_grant(name) for name in lost if _names(roster, name, fingerprints)):
        raise RuleBroken(N_("Only who leads the whole case can change this."), place="level")
    key_rotation.renew(ctx, case, without=dict.fromkeys(lost, fingerprints))
    act = N_("remove somebody from a case") if level == OUT else N_("change what somebody opens")
    ctx.note("key", act, vault=case, record=user)
    if level_rights:
        row = ctx.work.users.by_id(user)
        if row is None or bytes.fromhex(row.fingerprint) not in fingerprints:
            raise RuleBroken(N_("This colleague is not on the case any more."), place="user")
        vault_keys.share(ctx, case, bytes.fromhex(row.fingerprint), grantable(vault, level), last_day=day, exactly=True)


def leave(ctx: Context, case: CaseId) -> None:
    """Give a case up: nothing of it opens for the actor from now on, and its lead renews the keys.

    Who leaves does not make the new keys themselves: they would know them.
    """
    open_vault(ctx, Act.LEAVE_CASE, case)
    refusal = why_not_leave(ctx, case)
    if refusal:
        raise RuleBroken(refusal)
    vault_keys.leave(ctx, case)
    ctx.note("key", "leave a case", vault=case)


def why_not_leave(ctx: Context, case: CaseId) -> str:
    """What must be done before the actor can leave a case; empty when they can."""
    roster = vault_keys.roster_of(ctx, case)
    plans = removal_plan.without(ctx, roster, {ctx.keys.fingerprint})
    if roster.base not in plans or not plans[roster.base].staying:
        return N_("Nobody else can open this. Give a colleague access before you end yours.")
    if PRIVILEGED in plans and not plans[PRIVILEGED].staying:
        return N_("Only you can open the lawyers' part. Share it with another lawyer before you leave.")
    if not all(plan.leads for plan in plans.values()):
        return N_("Nobody else leads this case. Let a colleague lead it before you leave.")
    return ""


def _fingerprints(ctx: Context, roster: Roster, user: str) -> frozenset[bytes]:
    """Every key of an account that the newest headers name: one that was replaced may still stand there."""
    fingerprints = {item.id for chain in roster.chains.values() for item in chain.newest.members if item.kind == USER}
    return frozenset(data for data in fingerprints if user and user_of(ctx, data) == user)


def _names(roster: Roster, compartment: str, fingerprints: frozenset[bytes]) -> bool:
    return any(roster.chains[compartment].newest.names(fingerprint) for fingerprint in fingerprints)
