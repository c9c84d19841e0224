"""Calls written on a locked page: each sealed to the public keys of its readers until the first of them comes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.locked_calls import mark_entered, mark_waiting, open_call, seal_call
from hrd_cases.crypto.core.merkle import call_entered, call_waits
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.store.rows import read_rows, rows_of
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
        sealed = seal_call(public, body, org=self._org, call=bytes.fromhex(call), recipient=bytes.fromhex(recipient))
        row = LockedCallRow(id=call, recipient=recipient, day=day, call_sealed=sealed)
        values = {"id": call, "recipient": recipient, "day": day, "call_sealed": sealed}
        self._connection.execute(insert(locked_calls).values(**values))
        return self._waiting(row)

    def of(self, recipient: str) -> list[LockedCallRow]:
        """What waits for one reader, in the order of its days."""
        query = rows_of(locked_calls, "recipient", "day", "id")
        return read_rows(LockedCallRow, self._connection.execute(query, {"one": recipient}))

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
            reader, call = bytes.fromhex(row.recipient), bytes.fromhex(row.id)
            return open_call(seed, row.call_sealed, org=self._org, call=call, recipient=reader)
        except CryptoError:
            return None

    def remove(self, call: str) -> None:
        """Forget a call for all its readers: it was entered."""
        self._connection.execute(delete(locked_calls).where(locked_calls.c.id == call))

    def entered(self, call: str) -> bytes:
        """What the log carries of a call that waits no more."""
        return mark_entered(self._org, bytes.fromhex(call))

    def missing(self) -> int:
        """How many calls the log tells of that were not entered, and of which a row is gone or another than written."""
        ended = {_call_of(mark) for mark in self._begun(call_entered(self._org))}
        waiting = [mark for mark in self._begun(call_waits(self._org)) if _call_of(mark) not in ended]
        every = self._connection.execute(select(locked_calls)) if waiting else None
        here = {self._waiting(row) for row in read_rows(LockedCallRow, every)} if every is not None else set()
        return len({_call_of(mark) for mark in waiting if mark not in here})

    def _waiting(self, row: LockedCallRow) -> bytes:
        return mark_waiting(self._org, bytes.fromhex(row.id), bytes.fromhex(row.recipient), row.call_sealed)

    def _marked(self, marks: Collection[bytes]) -> set[bytes]:
        return set(self._connection.scalars(select(log.c.mark).where(log.c.mark.in_(marks))))

    def _begun(self, half: bytes) -> list[bytes]:
        inside = log.c.mark.between(half, half + b"\xff" * (2 * _PART + 1))
        return list(self._connection.scalars(select(log.c.mark).where(inside)))


def _call_of(mark: bytes) -> bytes:
    return mark[_PART : 2 * _PART]
