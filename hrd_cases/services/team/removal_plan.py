"""Who opens each part of a case, and who makes its new key, once somebody no longer does: what all pages tell of it."""

from collections.abc import Collection
from dataclasses import dataclass

from hrd_cases.crypto.core.headers import GRANT, USER
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_membership import Roster


@dataclass(frozen=True, kw_only=True)
class PartPlan:
    """A part of a case: the fingerprints of who opens it, and of who may change its key and let others in."""

    part: str
    staying: tuple[bytes, ...]
    leads: tuple[bytes, ...]


def without(ctx: Context, roster: Roster, fingerprints: Collection[bytes]) -> dict[str, PartPlan]:
    """The parts that name these keys, by name, as they are once nobody opens them with these keys."""
    plans = {}
    for part, chain in roster.chains.items():
        if any(chain.newest.names(data) for data in fingerprints):
            plans[part] = opening(ctx, roster, part, but=fingerprints)
    return plans


def opening(ctx: Context, roster: Roster, part: str, *, but: Collection[bytes] = ()) -> PartPlan:
    """Who opens a part, but for these keys.

    Who is named but is known to have no key now, because it went missing or for a journey, opens nothing.
    """
    lacking = {row.fingerprint for row in ctx.work.missing_keys.of(roster.vault) if row.compartment == part}
    members = [member for member in roster.chains[part].newest.members if member.kind == USER and member.id not in but]
    holds = [member for member in members if member.id.hex() not in lacking and roster.stays(ctx, part, member)]
    away = ctx.work.travels.kept_from((member.id.hex(), roster.vault) for member in holds)
    staying = [member for member in holds if (member.id.hex(), roster.vault) not in away]
    leads = tuple(member.id for member in staying if GRANT in member.rights)
    return PartPlan(part=part, staying=tuple(member.id for member in staying), leads=leads)
