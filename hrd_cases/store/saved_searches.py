"""Searches that people keep under a name, sealed to them."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from hrd_cases.store.rows import read_rows, values_of
from hrd_cases.store.tables import saved_searches


@dataclass(frozen=True, kw_only=True)
class SavedSearchRow:
    """One search: ids are 32 hex digits; `search_sealed` opens with its owner's keys."""

    id: str
    user_id: str
    day: date
    search_sealed: bytes = field(repr=False)


class SavedSearches:
    """Saved searches by owner."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: SavedSearchRow) -> None:
        """Keep a search."""
        self._connection.execute(insert(saved_searches).values(**values_of(row)))

    def of_user(self, user: str) -> list[SavedSearchRow]:
        """What is kept for one user."""
        query = select(saved_searches).where(saved_searches.c.user_id == user).order_by(saved_searches.c.id)
        return read_rows(SavedSearchRow, self._connection.execute(query))

    def put(self, user: str, search: str, search_sealed: bytes) -> None:
        """Replace what is kept of a search of this user."""
        here = (saved_searches.c.user_id == user, saved_searches.c.id == search)
        self._connection.execute(update(saved_searches).where(*here).values(search_sealed=search_sealed))

    def remove(self, user: str, search: str) -> None:
        """Forget a search of this user."""
        here = (saved_searches.c.user_id == user, saved_searches.c.id == search)
        self._connection.execute(delete(saved_searches).where(*here))

    def remove_of(self, user: str) -> None:
        """Forget every search of a user."""
        self._connection.execute(delete(saved_searches).where(saved_searches.c.user_id == user))
