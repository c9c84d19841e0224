"""What follows when somebody no longer opens a case: of each part who opens it then, and who makes its new key."""

from collections.abc import Collection
from dataclasses import dataclass

from hrd_cases.crypto.core.headers import GRANT, USER, Member
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_membership import Roster


@dataclass(frozen=True, kw_only=True)
class PartPlan:
    """A part that somebody loses, and the fingerprints of who opens it afterwards and of who may change its key."""

    part: str
    staying: tuple[bytes, ...]
    leads: tuple[bytes, ...]


def without(ctx: Context, roster: Roster, fingerprints: Collection[bytes]) -> dict[str, PartPlan]:
    """The parts that name these keys, by name, as they are once nobody opens them with these keys.

    Who is named but is known to have no key now, because it went missing or for a journey, opens nothing.
    """
    lacking = {(row.compartment, row.fingerprint) for row in ctx.work.missing_keys.of(roster.vault)}
    plans = {}
    for part, chain in roster.chains.items():
        members = [member for member in chain.newest.members if member.kind == USER]
        if not any(member.id in fingerprints for member in members):
            continue
        others = [member for member in members if member.id not in fingerprints and roster.stays(ctx, part, member)]
        holds = [member for member in others if (part, member.id.hex()) not in lacking]
        away = ctx.work.travels.kept_from((member.id.hex(), roster.vault) for member in holds)
        staying = [member for member in holds if (member.id.hex(), roster.vault) not in away]
        plans[part] = PartPlan(
            part=part,
            staying=tuple(member.id for member in staying),
            leads=tuple(member.id for member in staying if _leads(member)),
        )
    return plans


def _leads(member: Member) -> bool:
    return GRANT in member.rights
