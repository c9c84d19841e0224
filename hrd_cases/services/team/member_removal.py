"""Taking back what was shared: somebody is taken out of a case or opens less of it; and leaving a case oneself.

What somebody could open counts as known to them. What is written afterwards, and once it is sealed anew all that was
written before, rests under keys that they never held.
"""

from collections.abc import Iterable

from hrd_cases.crypto.core.headers import USER, Member
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.vaults import CORE, GRANT, IDENTITY, PRIVILEGED, SOURCE
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation, vault_keys
from hrd_cases.services.keys.gate import may, open_vault
from hrd_cases.services.keys.vault_membership import Roster
from hrd_cases.services.sharing.sharing import LEVELS, TeamMember, grantable, last_day_of, team_of, user_of

OUT = "out"


def member(ctx: Context, case: str, user: str) -> TeamMember:
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


def change(ctx: Context, case: str, user: str, level: str, *, last_day: str = "") -> None:
    """Let somebody open exactly what a level of LEVELS says, or nothing (OUT), until a last day.

    New keys are made of every part that they no longer open, as far as the actor may renew it; what they may not, waits
    for its holders. `last_day` as typed.
    """
    vault = open_vault(ctx, Act.CHANGE_MEMBER, case)
    roster = vault_keys.roster_of(ctx, case)
    fingerprints = _fingerprints(ctx, roster, user)
    if user == ctx.actor.user or not fingerprints:
        raise RuleBroken(N_("This colleague is not on the case any more."), place="user")
    if level != OUT and level not in LEVELS:
        raise RuleBroken(N_("Choose what your colleague may open."), place="level")
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


def leave(ctx: Context, case: str) -> None:
    """Give a case up: nothing of it opens for the actor from now on, and its lead renews the keys.

    Who leaves does not make the new keys themselves: they would know them.
    """
    open_vault(ctx, Act.LEAVE_CASE, case)
    refusal = why_not_leave(ctx, case)
    if refusal:
        raise RuleBroken(refusal)
    vault_keys.leave(ctx, case)
    ctx.note("key", "leave a case", vault=case)


def why_not_leave(ctx: Context, case: str) -> str:
    """What must be done before the actor can leave a case; empty when they can."""
    roster, fingerprint = vault_keys.roster_of(ctx, case), ctx.keys.fingerprint
    staying: dict[str, list[Member]] = {}
    for name, chain in roster.chains.items():
        if chain.newest.names(fingerprint):
            others = [item for item in chain.newest.members if item.kind == USER and item.id != fingerprint]
            staying[name] = [item for item in others if roster.stays(ctx, name, item)]
    if not staying.get(roster.base):
        return N_("Only you can open this case. Let a colleague in before you leave it.")
    if PRIVILEGED in staying and not staying[PRIVILEGED]:
        return N_("Only you can open the lawyers' part. Share it with another lawyer before you leave.")
    if not all(map(_somebody_leads, staying.values())):
        return N_("Nobody else leads this case. Let a colleague lead it before you leave.")
    return ""


def _fingerprints(ctx: Context, roster: Roster, user: str) -> frozenset[bytes]:
    """Every key of an account that the newest headers name: one that was replaced may still stand there."""
    fingerprints = {item.id for chain in roster.chains.values() for item in chain.newest.members if item.kind == USER}
    return frozenset(data for data in fingerprints if user and user_of(ctx, data) == user)


def _names(roster: Roster, compartment: str, fingerprints: frozenset[bytes]) -> bool:
    return any(roster.chains[compartment].newest.names(fingerprint) for fingerprint in fingerprints)


def _somebody_leads(members: Iterable[Member]) -> bool:
    return any(GRANT in member.rights for member in members)
