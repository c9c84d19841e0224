"""Forms kept for their owner, sealed, and the ids of forms that were sent and carried out."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from hrd_cases.store.rows import first_row, read_rows, rows_of
from hrd_cases.store.tables import kept_forms, used_forms

MOST_FORMS = 20
MOST_BYTES = 4_600_000  # what services/signin/saved_drafts.py keeps, in its envelope


@dataclass(frozen=True, kw_only=True)
class KeptFormRow:
    """One kept form: ids are 32 hex digits; `form_sealed` opens with its owner's keys."""

    id: str
    user_id: str
    day: date
    form_sealed: bytes


@dataclass(frozen=True, kw_only=True)
class UsedFormRow:
    """One form that was carried out: `answer_sealed` says what it was answered with, to its sender only."""

    id: str
    user_id: str
    day: date
    answer_sealed: bytes


class KeptForms:
    """Kept forms by owner, and used ones by id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: KeptFormRow) -> bool:
        """Keep a form; False, and nothing kept, when it is too large or the owner has MOST_FORMS already."""
        count = self._connection.scalar(
            select(func.count()).select_from(kept_forms).where(kept_forms.c.user_id == row.user_id)
        )
        if len(row.form_sealed) > MOST_BYTES or (count or 0) >= MOST_FORMS:
            return False
        self._connection.execute(
            insert(kept_forms).values(id=row.id, user_id=row.user_id, day=row.day, form_sealed=row.form_sealed)
        )
        return True

    def of_user(self, user: str) -> list[KeptFormRow]:
        """What is kept for one user."""
        query = rows_of(kept_forms, "user_id", "day", "id")
        return read_rows(KeptFormRow, self._connection.execute(query, {"one": user}))

    def remove(self, user: str, form: str) -> bool:
        """Forget one form of this user; False when there is none."""
        gone = self._connection.execute(delete(kept_forms).where(kept_forms.c.user_id == user, kept_forms.c.id == form))
        return bool(gone.rowcount)

    def remove_before(self, day: date) -> None:
        """Forget every form kept before a day."""
        self._connection.execute(delete(kept_forms).where(kept_forms.c.day < day))

    def use(self, row: UsedFormRow) -> None:
        """Remember that a form was carried out; a second time is an IntegrityError."""
        self._connection.execute(
            insert(used_forms).values(id=row.id, user_id=row.user_id, day=row.day, answer_sealed=row.answer_sealed)
        )

    def use_again(self, user: str, form: str) -> None:
        """Let a form that broke off be carried out: its first answer is forgotten."""
        self._connection.execute(delete(used_forms).where(used_forms.c.user_id == user, used_forms.c.id == form))

    def used(self, user: str, form: str) -> UsedFormRow | None:
        """The form of this id that this user sent; None when it was not carried out."""
        query = select(used_forms).where(used_forms.c.user_id == user, used_forms.c.id == form)
        return first_row(UsedFormRow, self._connection.execute(query))

    def forget_used(self, user: str) -> None:
        """Forget what this user sent."""
        self._connection.execute(delete(used_forms).where(used_forms.c.user_id == user))

    def forget_used_before(self, day: date) -> None:
        """Forget every form that was carried out before a day."""
        self._connection.execute(delete(used_forms).where(used_forms.c.day < day))
