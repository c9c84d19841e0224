"""The organisation's settings: names and texts that a stranger may read."""

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from hrd_cases.crypto.core.primitives import random
from hrd_cases.store.rows import all_rows
from hrd_cases.store.tables import settings

SESSION_EPOCH = "session_epoch"  # of the organisation: another one ends every session of everybody
REWRITE = "rewrite_due"  # keys were taken out, and the files were not written anew since; another value for each time
COMPACT = "compact_due"  # only the tables of keys were written anew since: the others wait for the night
_VALUE = select(settings.c.value).where(settings.c.name == bindparam("one"))


class StoredSettings:
    """Settings by name; nothing personal belongs here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str, default: str = "") -> str:
        """The text of one setting."""
        result = self._connection.scalar(_VALUE, {"one": name})
        return default if result is None else str(result)

    def all(self) -> dict[str, str]:
        """Every setting."""
        return {row.name: row.value for row in self._connection.execute(all_rows(settings))}

    def put(self, name: str, value: str) -> None:
        """Set one setting."""
        changed = self._connection.execute(update(settings).where(settings.c.name == name).values(value=value))
        if not changed.rowcount:
            self._connection.execute(insert(settings).values(name=name, value=value))

    def end_sessions(self) -> None:
        """Give the organisation the next session number: whatever began under another ends at its next request."""
        self.put(SESSION_EPOCH, str(int(self.get(SESSION_EPOCH, "0")) + 1))

    def rewrite_due(self) -> None:
        """Mark, with what is taken out in this transaction, that the files are to be written anew after it."""
        self.put(REWRITE, random(16).hex())

    def compact_due(self) -> None:
        """Mark that only the tables of keys were written anew."""
        self.put(COMPACT, random(16).hex())

    def remove(self, name: str) -> None:
        """Forget one setting."""
        self._connection.execute(delete(settings).where(settings.c.name == name))
