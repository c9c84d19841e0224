"""Which vaults may wait for new keys, from the index alone: the services look at their headers afterwards."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Connection, Select, and_, bindparam, exists, or_, select

from hrd_cases.store.tables import leavings, memberships, revocations


class DueVaults:
    """Vaults in which somebody stands who perhaps no longer belongs there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def suspects(self, member: str, *, base: str, day: int, roles: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
        """Vaults that name `member` and somebody who is revoked, past their day, out of `base`, or who left.

        `roles`: compartments and the fingerprints of those who have the role that each is kept for.
        """
        held = {name: list(holders) for name, holders in roles}
        values = {"member": member, "base": base, "day": day, **{f"with_{name}": held[name] for name in held}}
        return list(self._connection.scalars(_suspects(tuple(held)), values))


@cache
def _suspects(kept_for_roles: tuple[str, ...]) -> Select[tuple[str]]:
    other, core = memberships.alias(), memberships.alias()
    # Each vault once, before anything is looked up for it: a member stands in every compartment.
    named = memberships.c.member == bindparam("member")
    mine = select(memberships.c.vault_id).where(named).distinct().subquery()
    in_base = exists().where(
        core.c.vault_id == other.c.vault_id, core.c.member == other.c.member, core.c.compartment == bindparam("base")
    )
    without_role = [
        and_(other.c.compartment == name, other.c.member.not_in(bindparam(f"with_{name}", expanding=True)))
        for name in kept_for_roles
    ]
    out = or_(
        other.c.member.in_(select(revocations.c.fingerprint)),
        and_(other.c.last_day > 0, other.c.last_day < bindparam("day")),
        and_(other.c.compartment != bindparam("base"), ~in_base),
        *without_role,
    )
    fallen_out = select(other.c.vault_id).where(other.c.vault_id == mine.c.vault_id, other.c.member_kind == "user", out)
    left = select(leavings.c.vault_id).where(leavings.c.vault_id == mine.c.vault_id)
    return select(mine.c.vault_id).where(or_(fallen_out.exists(), left.exists())).order_by(mine.c.vault_id)
