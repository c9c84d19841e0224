"""Calls written on a locked page: each sealed to the public keys of its readers until the first of them comes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.merkle import call_entered, call_waits
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.store.rows import read_rows
from hrd_cases.store.tables import locked_calls, log

_PART = 16  # bytes of each of the three parts of a mark


@dataclass(frozen=True, kw_only=True)
class LockedCallRow:
    """One call for one reader (a fingerprint of 64 digits)."""

    id: str
    recipient: str
    day: date
    call_sealed: bytes = field(repr=False)


class LockedCalls:
    """Calls that wait for the first visit of somebody they are sealed to. A row counts only if the log tells of it."""

    def __init__(self, connection: Connection, org: bytes) -> None:
        self._connection = connection
        self._org = org

    def add(self, *, call: str, recipient: str, public: bytes, day: date, body: bytes) -> bytes:
        """Seal a call to one reader; returns what the log has to carry of it."""
        sealed = seal_to(public, self._place(call, recipient), body)
        row = LockedCallRow(id=call, recipient=recipient, day=day, call_sealed=sealed)
        values = {"id": call, "recipient": recipient, "day": day, "call_sealed": sealed}
        self._connection.execute(insert(locked_calls).values(**values))
        return self._waiting(row)

    def of(self, recipient: str) -> list[LockedCallRow]:
        """What waits for one reader, in the order of its days."""
        mine = select(locked_calls).where(locked_calls.c.recipient == recipient)
        ordered = mine.order_by(locked_calls.c.day, locked_calls.c.id)
        return read_rows(LockedCallRow, self._connection.execute(ordered))

    def count(self, recipient: str) -> int:
        """How many wait for one reader."""
        mine = select(func.count()).select_from(locked_calls).where(locked_calls.c.recipient == recipient)
        return self._connection.scalar(mine) or 0

    def counts(self, row: LockedCallRow) -> bool:
        """Whether the log tells of exactly this row, and not that its call was entered."""
        marks = self._marked([self._waiting(row), self.entered(row.id)])
        return marks == {self._waiting(row)}

    def open(self, row: LockedCallRow, seed: Secret) -> bytes | None:
        """What is sealed in a row; None when it does not open with this key."""
        try:
            return unseal_from(seed, self._place(row.id, row.recipient), row.call_sealed)
        except CryptoError:
            return None

    def remove(self, call: str) -> None:
        """Forget a call for all its readers: it was entered."""
        self._connection.execute(delete(locked_calls).where(locked_calls.c.id == call))

    def entered(self, call: str) -> bytes:
        """What the log carries of a call that waits no more."""
        return call_entered(self._org) + bytes.fromhex(call) + bytes(_PART)

    def missing(self) -> int:
        """How many calls the log tells of that were not entered, and of which no row is left."""
        waiting, ends = call_waits(self._org), call_entered(self._org)
        ids = {mark[_PART : 2 * _PART].hex() for mark in self._begun(waiting)}
        ids -= {mark[_PART : 2 * _PART].hex() for mark in self._begun(ends)}
        here = set(self._connection.scalars(select(locked_calls.c.id).distinct())) if ids else set()
        return len(ids - here)

    def _waiting(self, row: LockedCallRow) -> bytes:
        own = digest(pae(bytes.fromhex(row.recipient), digest(row.call_sealed)))[:_PART]
        return call_waits(self._org) + bytes.fromhex(row.id) + own

    def _marked(self, marks: Collection[bytes]) -> set[bytes]:
        return set(self._connection.scalars(select(log.c.mark).where(log.c.mark.in_(marks))))

    def _begun(self, half: bytes) -> list[bytes]:
        inside = log.c.mark.between(half, half + b"\xff" * (2 * _PART + 1))
        return list(self._connection.scalars(select(log.c.mark).where(inside)))

    def _place(self, call: str, recipient: str) -> SealedPlace:
        """Where a call rests for one reader: the first half of their fingerprint stands for a vault."""
        return SealedPlace(
            org=self._org,
            vault=bytes.fromhex(recipient)[:16],
            table="locked_calls",
            row=bytes.fromhex(call),
            compartment="",
            epoch=0,
            version=0,
        )
