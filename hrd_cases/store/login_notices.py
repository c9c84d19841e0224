"""What each person is told of log-ins to their account: sealed to them, and said in every browser of theirs."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, insert, update

from hrd_cases.store.rows import read_rows, rows_of, values_of
from hrd_cases.store.tables import login_notices


@dataclass(frozen=True, kw_only=True)
class LoginNoticeRow:
    """One notice: ids are 32 hex digits; `notice_sealed` opens with its owner's keys."""

    id: str
    user_id: str
    day: date
    dismissed: bool = False
    notice_sealed: bytes = field(repr=False)


class LoginNotices:
    """Notices by owner."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: LoginNoticeRow) -> None:
        """Keep a notice."""
        self._connection.execute(insert(login_notices).values(**values_of(row)))

    def of_user(self, user: str) -> list[LoginNoticeRow]:
        """What is kept for one user."""
        query = rows_of(login_notices, "user_id", "id")
        return read_rows(LoginNoticeRow, self._connection.execute(query, {"one": user}))

    def dismiss(self, user: str, notice: str) -> None:
        """Their owner has seen it: the desk says it no more."""
        here = (login_notices.c.user_id == user) & (login_notices.c.id == notice)
        self._connection.execute(update(login_notices).where(here).values(dismissed=True))

    def remove_before(self, day: date) -> None:
        """Forget every notice of before a day."""
        self._connection.execute(delete(login_notices).where(login_notices.c.day < day))
