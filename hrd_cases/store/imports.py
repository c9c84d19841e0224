"""Sheets on their way in, sealed to whoever brings them, in numbered parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from hrd_cases.store.rows import first_row, read_rows, values_of
from hrd_cases.store.tables import imports

STATE = 0  # the number of the part that says how far a sheet is


@dataclass(frozen=True, kw_only=True)
class ImportPart:
    """One part: ids are 32 hex digits; `part_sealed` opens with its owner's keys."""

    id: str
    number: int
    user_id: str
    day: date
    part_sealed: bytes


class Imports:
    """Sheets by owner, each in parts. The id of an owner holds what their columns meant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, parts: Iterable[ImportPart]) -> None:
        """Keep the parts of a sheet."""
        for part in parts:
            self._connection.execute(insert(imports).values(**values_of(part)))

    def part(self, user: str, sheet: str, number: int = STATE) -> ImportPart | None:
        """One part of a sheet of this user."""
        query = select(imports).where(imports.c.id == sheet, imports.c.number == number, imports.c.user_id == user)
        return first_row(ImportPart, self._connection.execute(query))

    def states(self, user: str) -> list[ImportPart]:
        """The first part of each sheet of a user, oldest first."""
        mine = (imports.c.user_id == user, imports.c.number == STATE, imports.c.id != user)
        query = select(imports).where(*mine).order_by(imports.c.day, imports.c.id)
        return read_rows(ImportPart, self._connection.execute(query))

    def put_state(self, user: str, sheet: str, part_sealed: bytes) -> None:
        """Replace what is kept of how far a sheet is."""
        one = (imports.c.id == sheet, imports.c.number == STATE, imports.c.user_id == user)
        self._connection.execute(update(imports).where(*one).values(part_sealed=part_sealed))

    def remove(self, user: str, sheet: str) -> bool:
        """Forget a sheet with all its parts; False when there is none."""
        gone = self._connection.execute(delete(imports).where(imports.c.id == sheet, imports.c.user_id == user))
        return bool(gone.rowcount)

    def remove_of(self, user: str) -> None:
        """Forget every sheet of a user, and what their columns meant."""
        self._connection.execute(delete(imports).where(imports.c.user_id == user))

    def remove_before(self, day: date) -> None:
        """Forget every sheet that was sent before a day."""
        self._connection.execute(delete(imports).where(imports.c.day < day, imports.c.id != imports.c.user_id))
