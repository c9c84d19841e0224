"""The order in which records are entered: each has its place, sealed in it, since its id is random."""

from sqlalchemy import Connection

from hrd_cases.store.log import Log


class Entering:
    """Places for the records of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._log = Log(connection)
        self._entered = 0

    def next(self) -> int:
        """Later than every record entered before: where the log stands, and how many were entered since."""
        self._entered += 1
        return (self._log.head().size << 20) + self._entered
