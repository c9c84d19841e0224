"""Who opens each part of a case, and who makes its new key, once somebody no longer does: what all pages tell of it."""

from collections.abc import Collection
from dataclasses import dataclass

from hrd_cases.crypto.core.headers import GRANT, USER, Member
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
    named = []
    for part, chain in roster.chains.items():
        if any(chain.newest.names(data) for data in fingerprints):
            named.append(part)
    return of_parts(ctx, roster, named, but=fingerprints)


def opening(ctx: Context, roster: Roster, part: str, *, but: Collection[bytes] = ()) -> PartPlan:
    """Who opens a part, but for these keys."""
    return of_parts(ctx, roster, [part], but=but)[part]


def of_parts(
    ctx: Context, roster: Roster, parts: Collection[str], *, but: Collection[bytes] = ()
) -> dict[str, PartPlan]:
    """Who opens each of these parts, but for these keys.

    Who is named but is known to have no key now, because it went missing or for a journey, opens nothing.
    """
    lacking = {(row.compartment, row.fingerprint) for row in ctx.work.missing_keys.of(roster.vault)}
    everybody = {member.id.hex() for part in parts for member in _people(roster, part)}
    pairs = [(member, roster.vault) for member in everybody]
    away = {member for member, _ in ctx.work.travels.kept_from(pairs)}
    plans = {}
    for part in parts:
        here = [each for each in _people(roster, part) if each.id not in but and each.id.hex() not in away]
        staying = [each for each in here if (part, each.id.hex()) not in lacking and roster.stays(ctx, part, each)]
        leads = tuple(each.id for each in staying if GRANT in each.rights)
        plans[part] = PartPlan(part=part, staying=tuple(each.id for each in staying), leads=leads)
    return plans


def _people(roster: Roster, part: str) -> list[Member]:
    return [member for member in roster.chains[part].newest.members if member.kind == USER]
