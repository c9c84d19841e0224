"""What was signed beforehand about who holds keys: headers with the wraps of their keys, and who leaves a case.

Plain storage: the services check what it says.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from hrd_cases.crypto.core.headers import SignedHeader
from hrd_cases.store.keys import MembershipRow
from hrd_cases.store.rows import batches, read_rows, rows_among, values_of
from hrd_cases.store.tables import endings, grants, leavings, memberships, successor_wraps, successors
from hrd_cases.store.travels import Travels


@dataclass(frozen=True, kw_only=True)
class SuccessorRow:
    """One successor: `not_before` counts days since 1970-01-01, `signer` 64 hex digits."""

    vault_id: str
    compartment: str
    serial: int
    not_before: int
    body: bytes = field(repr=False)
    signer: str
    signature: bytes = field(repr=False)

    @property
    def signed(self) -> SignedHeader:
        """The header as crypto/core/chains.py checks it."""
        return SignedHeader(header_bytes=self.body, signer_fp=bytes.fromhex(self.signer), signature=self.signature)


@dataclass(frozen=True, kw_only=True)
class SuccessorWrapRow:
    """The key of a successor wrapped to a member: a fingerprint, or who holds a compartment of a case, as 64 digits."""

    vault_id: str
    compartment: str
    serial: int
    member: str
    wrap: bytes = field(repr=False)


_ANY_DUE = select(successors.c.vault_id).where(successors.c.not_before <= bindparam("day")).limit(1)
_ENDED = select(endings).where(
    endings.c.fingerprint == bindparam("member"), endings.c.day >= bindparam("least"), endings.c.day < bindparam("day")
)
_OVER = select(memberships).where(
    memberships.c.member == bindparam("member"),
    memberships.c.last_day >= bindparam("least"),
    memberships.c.last_day < bindparam("day"),
)
_ENDING = (
    select(memberships)
    .where(
        memberships.c.last_day >= bindparam("first"),
        memberships.c.last_day <= bindparam("last"),
        memberships.c.vault_id.in_(select(memberships.c.vault_id).where(memberships.c.member == bindparam("member"))),
    )
    .order_by(memberships.c.last_day, memberships.c.vault_id)
)


class Successors:
    """What is prepared, and whose access ended as it was said."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self, vault: str, compartment: str, rows: Iterable[SuccessorRow], wraps: Iterable[SuccessorWrapRow]
    ) -> None:
        """Let these follow a compartment's newest header, in place of what was prepared before."""
        self.remove(vault, compartment)
        new = [values_of(row) for row in rows]
        if new:
            self._connection.execute(insert(successors), new)
        successor_wrap_rows = list(wraps)
        away = Travels(self._connection).kept_from((row.member, row.vault_id) for row in successor_wrap_rows)
        handed = [values_of(row) for row in successor_wrap_rows if (row.member, row.vault_id) not in away]
        if handed:
            self._connection.execute(insert(successor_wraps), handed)

    def remove(self, vault: str, compartment: str, *, upto: int | None = None) -> None:
        """Forget what was prepared for a compartment, or only what has at most this serial."""
        for table in (successors, successor_wraps):
            here = [table.c.vault_id == vault, table.c.compartment == compartment]
            if upto is not None:
                here.append(table.c.serial <= upto)
            self._connection.execute(delete(table).where(*here))

    def vaults(self, day: int) -> list[str]:
        """Every vault for which something is prepared, or whose index names somebody with a last day from `day` on."""
        prepared = select(successors.c.vault_id)
        ending = select(memberships.c.vault_id).where(memberships.c.last_day >= day)
        return sorted(self._connection.scalars(prepared.union(ending)))

    def of(self, vaults: Iterable[str]) -> list[SuccessorRow]:
        """Everything that is prepared for these vaults, in the order in which it follows."""
        query = rows_among(successors, "vault_id", "vault_id", "compartment", "serial")
        successor_rows: list[SuccessorRow] = []
        for some in batches(vaults):
            successor_rows += read_rows(SuccessorRow, self._connection.execute(query, {"some": some}))
        return successor_rows

    def wraps_of(self, row: SuccessorRow) -> dict[str, bytes]:
        """The wraps of one successor's key by member."""
        here = (
            successor_wraps.c.vault_id == row.vault_id,
            successor_wraps.c.compartment == row.compartment,
            successor_wraps.c.serial == row.serial,
        )
        return {row.member: row.wrap for row in self._connection.execute(select(successor_wraps).where(*here))}

    def waiting_for(self, member: str, day: int) -> list[str]:
        """The vaults in which a successor counts on `day`, and that name `member` or a case that names them."""
        # Asked before every page, and nothing counts yet on most days: then no membership is read.
        if self._connection.scalar(_ANY_DUE, {"day": day}) is None:
            return []
        due = successors.c.not_before <= day
        mine = select(memberships.c.vault_id).where(memberships.c.member == member)
        through = select(memberships.c.vault_id).where(memberships.c.member.in_(mine))
        named = or_(successors.c.vault_id.in_(mine), successors.c.vault_id.in_(through))
        query = select(successors.c.vault_id).where(due, named)
        return list(self._connection.scalars(query.distinct().order_by(successors.c.vault_id)))

    def give_up(self, member: str, vaults: Collection[str] | None) -> None:
        """Take out the wraps for somebody who gives their keys up: of these vaults, or of all."""
        if vaults is None:
            self._connection.execute(delete(successor_wraps).where(successor_wraps.c.member == member))
        for some in batches(vaults or ()):
            here = (successor_wraps.c.member == member, successor_wraps.c.vault_id.in_(some))
            self._connection.execute(delete(successor_wraps).where(*here))

    # Whose access ended

    def note_ending(self, vault: str, fingerprint: str, day: int) -> None:
        """Remember that somebody's access ended on their last day."""
        self.forget_endings([vault], fingerprint)
        self._connection.execute(insert(endings).values(vault_id=vault, fingerprint=fingerprint, day=day))

    def forget_endings(self, vaults: Iterable[str], fingerprint: str) -> None:
        """They are let in again: nothing has ended."""
        for some in batches(vaults):
            here = (endings.c.vault_id.in_(some), endings.c.fingerprint == fingerprint)
            self._connection.execute(delete(endings).where(*here))

    def endings_of(self, fingerprint: str, since: int, day: int) -> dict[str, int]:
        """The last day by case, from `since` and before `day`, on which somebody's access ended."""
        values = {"member": fingerprint, "least": since, "day": day}
        return {row.vault_id: row.day for row in self._connection.execute(_ENDED, values)}

    def over(self, fingerprint: str, since: int, day: int) -> dict[str, int]:
        """The last day by case where it is over on `day` and nobody has come to renew the keys."""
        values = {"member": fingerprint, "least": max(since, 1), "day": day}
        return {row.vault_id: row.last_day for row in self._connection.execute(_OVER, values)}

    def ending(self, member: str, first: int, last: int) -> list[MembershipRow]:
        """Whose last day is one of these, in the cases that name `member`."""
        values = {"member": member, "first": first, "last": last}
        return read_rows(MembershipRow, self._connection.execute(_ENDING, values))


@dataclass(frozen=True, kw_only=True)
class LeavingRow:
    """One statement: `fingerprint` (64 hex digits) gives up a compartment as it is keyed in `epoch`."""

    vault_id: str
    compartment: str
    fingerprint: str
    epoch: int
    signature: bytes = field(repr=False)


class Leavings:
    """The statements of those who left."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: LeavingRow) -> None:
        """Enter a statement in the place of an earlier one; its author's wraps and place in the index are removed."""
        theirs = ((leavings, "fingerprint"), (memberships, "member"), (grants, "member"))
        for table, column in theirs:
            here = (table.c.vault_id == row.vault_id, table.c.compartment == row.compartment)
            self._connection.execute(delete(table).where(*here, table.c[column] == row.fingerprint))
        self._connection.execute(insert(leavings).values(**values_of(row)))

    def of(self, vaults: Iterable[str]) -> list[LeavingRow]:
        """Every statement about these vaults."""
        query = rows_among(leavings, "vault_id", "vault_id", "compartment", "fingerprint")
        cursor_results = (self._connection.execute(query, {"some": some}) for some in batches(vaults))
        return [row for result in cursor_results for row in read_rows(LeavingRow, result)]

    def remove(self, vault: str, compartment: str) -> None:
        """Forget the statements about a compartment: its keys are renewed without their authors."""
        here = (leavings.c.vault_id == vault, leavings.c.compartment == compartment)
        self._connection.execute(delete(leavings).where(*here))
