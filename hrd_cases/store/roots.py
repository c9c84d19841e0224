"""What clear columns say without opening anything: the order of records, places of new ones, who is in which vaults."""

from collections.abc import Collection, Iterable
from functools import cache
from itertools import chain

from sqlalchemy import ColumnElement, Connection, Select, Subquery, bindparam, func, or_, select

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.store.rows import batches, once_a_snapshot
from hrd_cases.store.tables import log_head, memberships, records, vaults

# Of memberships: those of `member` on `day` (days since 1970-01-01), where nobody's last day has passed.
NAMED_ON = (
    memberships.c.member == bindparam("member"),
    or_(memberships.c.last_day == 0, memberships.c.last_day >= bindparam("day")),
)
_NEWEST = (
    select(records.c.id, func.count().over())
    .join(vaults, vaults.c.id == records.c.id)
    .join(memberships, memberships.c.vault_id == records.c.id)
    # Else SQLite reads pages with whole records, for a day of each.
    .with_hint(records, "INDEXED BY ix_records_day", "sqlite")
    .where(
        vaults.c.kind == CASE_VAULT,
        *NAMED_ON,
        memberships.c.compartment == "core",
        records.c.compartment == "core",
    )
    .order_by(records.c.day.desc(), records.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)

_LOGGED = select(log_head.c.size)
_RIGHTS = (
    select(memberships.c.vault_id, memberships.c.compartment, memberships.c.rights)
    .join(vaults, vaults.c.id == memberships.c.vault_id)
    .where(vaults.c.kind == bindparam("kind"), *NAMED_ON)
    .order_by(memberships.c.vault_id)
)
_RIGHTS_AMONG = _RIGHTS.where(memberships.c.vault_id.in_(bindparam("some", expanding=True)))


@cache
def _held_alone() -> Select[tuple[str]]:
    mine, other = _named(memberships.c.member == bindparam("member")), memberships.alias()
    others = select(other.c.vault_id).where(
        other.c.vault_id == mine.c.vault_id,
        other.c.member_kind == "user",
        other.c.member != bindparam("member"),
    )
    return _of_kind(mine).where(~others.exists()).order_by(mine.c.vault_id)


@cache
def _named_on() -> Select[tuple[str]]:
    mine = _named(*NAMED_ON)
    return _of_kind(mine).order_by(mine.c.vault_id)


def _named(*conditions: ColumnElement[bool]) -> Subquery:
    """The vaults of these rows of the index, each once: a member stands in every compartment."""
    return select(memberships.c.vault_id).where(*conditions).distinct().subquery()


def _of_kind(named: Subquery) -> Select[tuple[str]]:
    held = vaults.c.id == named.c.vault_id
    return select(named.c.vault_id).join(vaults, held).where(vaults.c.kind == bindparam("kind"))


class Roots:
    """The records of the organisation as its lists count and order them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest_roots(self, member: str, day: int, *, limit: int, page: int) -> tuple[list[str], int]:
        """Ids of the cases that name this fingerprint on a day (since 1970-01-01), last changed first; and how many.

        Pages count from 1; behind the last one there are no ids, and the number is 0.
        """
        values = {"member": member, "day": day, "limit": limit, "offset": (page - 1) * limit}
        rows = self._connection.execute(_NEWEST, values).all()
        return [row[0] for row in rows], rows[0][1] if rows else 0

    def vaults_of(self, record_id: RecordId) -> list[str]:
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
        self._place: int | None = None

    def next(self) -> int:
        """Later than every record entered before: where the log stands, and how many were entered since."""
        self._entered += 1
        return (self._entries() << 20) + self._entered

    def place(self) -> int:
        """Where the log stood at the first write of this transaction: what one act wrote has one place."""
        if self._place is None:
            self._place = self._entries()
        return self._place

    def _entries(self) -> int:
        return self._connection.scalar(_LOGGED) or 0


class Memberships:
    """The index of who is in which vaults."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @once_a_snapshot
    def rights_of(
        self, member: str, kind: str, day: int, only: Collection[str] | None = None
    ) -> dict[str, dict[str, frozenset[str]]]:
        """The rights of a fingerprint or vault, by vault of `kind` and compartment on a day (days since 1970-01-01).

        `only`: in these vaults, instead of in every one that names it.
        """
        asked = {"member": member, "kind": kind, "day": day}
        if only is None:
            parts = [self._connection.execute(_RIGHTS, asked).all()]
        else:
            some = ({**asked, "some": ids} for ids in batches(only))
            parts = [self._connection.execute(_RIGHTS_AMONG, values).all() for values in some]
        # Few different rights stand in many rows: each is split once.
        sets: dict[str, frozenset[str]] = {}
        results: dict[str, dict[str, frozenset[str]]] = {}
        for vault, compartment, rights in chain.from_iterable(parts):
            values = sets.get(rights)
            if values is None:
                values = sets[rights] = frozenset(rights.split())
            results.setdefault(vault, {})[compartment] = values
        return results

    def named_in(self, member: str, kind: str, day: int) -> list[str]:
        """The vaults of `kind` that name a fingerprint or vault on a day (days since 1970-01-01)."""
        return list(self._connection.scalars(_named_on(), {"member": member, "kind": kind, "day": day}))

    def members_of(self, vault_ids: Iterable[str], day: int) -> dict[str, dict[str, dict[str, frozenset[str]]]]:
        """The rights of everybody whom these vaults name on a day: by vault, fingerprint and compartment."""
        results: dict[str, dict[str, dict[str, frozenset[str]]]] = {}
        for ids in batches(vault_ids):
            query = select(
                memberships.c.vault_id, memberships.c.member, memberships.c.compartment, memberships.c.rights
            ).where(
                memberships.c.vault_id.in_(ids),
                memberships.c.member_kind == "user",
                or_(memberships.c.last_day == 0, memberships.c.last_day >= day),
            )
            for vault, member, compartment, rights in self._connection.execute(query):
                results.setdefault(vault, {}).setdefault(member, {})[compartment] = frozenset(rights.split())
        return results

    def held_alone(self, member: str, *, kind: str) -> list[str]:
        """The vaults of `kind` that this fingerprint can read and no other person is named in."""
        return list(self._connection.scalars(_held_alone(), {"member": member, "kind": kind}))

    def counts_alone(self, *, kind: str) -> dict[str, int]:
        """How many vaults of `kind` name one person and no other, by the fingerprint of that person."""
        alone = (
            select(memberships.c.vault_id, func.min(memberships.c.member).label("member"))
            .join(vaults, vaults.c.id == memberships.c.vault_id)
            .where(memberships.c.member_kind == "user", vaults.c.kind == kind)
            .group_by(memberships.c.vault_id)
            .having(func.count(memberships.c.member.distinct()) == 1)
            .subquery()
        )
        query = select(alone.c.member, func.count()).group_by(alone.c.member)
        return {row[0]: row[1] for row in self._connection.execute(query)}
