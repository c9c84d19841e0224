"""Records as their clear columns count and order them, without opening anything; and the place of each new one."""

from sqlalchemy import Connection, func, or_, select

from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.store.tables import log_head, memberships, records, vaults


class Roots:
    """The records of the organisation as its lists count and order them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest_roots(self, member: str, day: int, *, limit: int, page: int) -> tuple[list[str], int]:
        """Ids of the cases that name this fingerprint on a day (since 1970-01-01), last changed first; and how many.

        Pages count from 1; behind the last one there are no ids, and the number is 0.
        """
        query = (
            select(records.c.id, func.count().over())
            .join(vaults, vaults.c.id == records.c.id)
            .join(memberships, memberships.c.vault_id == records.c.id)
            .where(
                vaults.c.kind == CASE_VAULT,
                memberships.c.member == member,
                memberships.c.compartment == "core",
                or_(memberships.c.last_day == 0, memberships.c.last_day >= day),
                records.c.compartment == "core",
            )
            .order_by(records.c.day.desc(), records.c.id)
            .limit(limit)
            .offset((page - 1) * limit)
        )
        rows = self._connection.execute(query).all()
        return [row[0] for row in rows], rows[0][1] if rows else 0

    def vaults_of(self, record_id: str) -> list[str]:
        """The vaults in which a record rests: one, unless somebody without the key wrote into the database."""
        query = select(records.c.vault_id).where(records.c.id == record_id).order_by(records.c.compartment)
        return list(dict.fromkeys(self._connection.scalars(query)))

    def count(self, vault: str) -> int:
        """How many records a vault has."""
        return len(self._connection.execute(select(records.c.id).where(records.c.vault_id == vault).distinct()).all())


class Entering:
    """Places for the records of one transaction: each is sealed in its record, since its id is random."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entered = 0

    def next(self) -> int:
        """Later than every record entered before: where the log stands, and how many were entered since."""
        self._entered += 1
        entries = self._connection.scalar(select(log_head.c.size)) or 0
        return (entries << 20) + self._entered
