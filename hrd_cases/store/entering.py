"""The order in which records are entered: each has its place, sealed in it, since its id is random."""

from sqlalchemy import Connection, select

from hrd_cases.store.tables import log_head


class Entering:
    """Places for the records of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entered = 0

    def next(self) -> int:
        """Later than every record entered before: where the log stands, and how many were entered since."""
        self._entered += 1
        entries = self._connection.scalar(select(log_head.c.size)) or 0
        return (entries << 20) + self._entered
