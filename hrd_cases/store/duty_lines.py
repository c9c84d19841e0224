"""Who is on duty, signed and in the clear: what a page may know on which nobody is logged in."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select

from hrd_cases.domain.ids import RecordId
from hrd_cases.store.rows import read_rows
from hrd_cases.store.tables import duty_lines


@dataclass(frozen=True, kw_only=True)
class DutyRow:
    """One line: the id of the sealed record it copies, and the signed bytes (crypto/core/duty.py)."""

    id: RecordId
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)


class DutyLines:
    """The lines of duty that are not over, as far as they were not taken off."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: DutyRow) -> None:
        """Keep one line."""
        values = {"id": row.id, "body": row.body, "signature": row.signature}
        self._connection.execute(insert(duty_lines).values(**values))

    def remove(self, record: RecordId) -> None:
        """Forget one line."""
        self._connection.execute(delete(duty_lines).where(duty_lines.c.id == record))

    def all(self) -> list[DutyRow]:
        """Every line, in the order of their random ids."""
        query = select(duty_lines).order_by(duty_lines.c.id)
        return read_rows(DutyRow, self._connection.execute(query))
