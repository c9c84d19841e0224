"""How often a log-in failed in a row, under marks that name nobody without the instance folder."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from hrd_cases.store.rows import first_row, read_rows
from hrd_cases.store.tables import tries


@dataclass(frozen=True, kw_only=True)
class TriesRow:
    """`mark`: 16 bytes; `day`: UTC day of the last failure."""

    mark: bytes
    failures: int
    day: date


class Tries:
    """Failures in a row by mark."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, mark: bytes) -> TriesRow | None:
        """What is known under one mark."""
        return first_row(TriesRow, self._connection.execute(select(tries).where(tries.c.mark == mark)))

    def all(self) -> list[TriesRow]:
        """Everything that is known."""
        return read_rows(TriesRow, self._connection.execute(select(tries).order_by(tries.c.mark)))

    def put(self, row: TriesRow) -> None:
        """Remember, in the place of what was known."""
        values = {"failures": row.failures, "day": row.day}
        changed = self._connection.execute(update(tries).where(tries.c.mark == row.mark).values(**values))
        if not changed.rowcount:
            self._connection.execute(insert(tries).values(mark=row.mark, **values))

    def remove(self, mark: bytes) -> bool:
        """Forget; False when nothing was known."""
        return bool(self._connection.execute(delete(tries).where(tries.c.mark == mark)).rowcount)

    def remove_before(self, day: date) -> None:
        """Forget what failed last before a day."""
        self._connection.execute(delete(tries).where(tries.c.day < day))
