"""Where each statement stands in the log, kept in the memory of each process: it grows and never shrinks.

Read at the start, every tag checked; each transaction adds what was committed since. A head that is smaller than one
that was seen, or a statement that is missing, is remembered: nothing more is written, and everybody is told why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import HALF_LENGTH
from hrd_cases.crypto.core.merkle import Frontier, log_leaf
from hrd_cases.crypto.core.primitives import HASH_LENGTH, equal
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.words import N_
from hrd_cases.store.log_tags import FactSum, LogTags
from hrd_cases.store.tables import log, log_head

HEAD_ROW = 1
NEWEST_HEAD = select(log_head).where(log_head.c.id == HEAD_ROW)
HEADER_MARK = HALF_LENGTH + HASH_LENGTH

_LAST_ENTRY = select(func.max(log.c.seq)).scalar_subquery()
_LAST_STATEMENT = select(func.max(log.c.s)).scalar_subquery()
# One apart from the other: for two maxima at once SQLite reads the whole log, at every page.
_LAST = select(_LAST_ENTRY, _LAST_STATEMENT)

SMALLER = N_("entries that were there are gone")
OTHER_HEAD = N_("its head was not written by this server")
GAP = N_("a statement is missing")
FOREIGN = N_("an entry was not written by this server")
SURPLUS = N_("it has entries that its head does not count")


@dataclass(frozen=True, kw_only=True)
class SeenLog:
    """The log as a transaction found it: entries, statements, the tree over the entries, the trend facts."""

    size: int = 0
    s: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    facts: FactSum = FactSum()


class LogIndex:
    """The positions of all statements of one database, as far as this process has seen them committed."""

    def __init__(self, tags: LogTags | None) -> None:
        self._tags = tags
        self._lock = Lock()
        self._positions: dict[bytes, int] = {}
        self._following: dict[bytes, tuple[int, bytes]] = {}  # by the first half of a header's mark
        self._s = 0
        self.size = 0
        self.fault = ""  # why nothing is written, a msgid; it stays until the process ends

    @property
    def tags(self) -> LogTags:
        """What makes and checks tags; a database that was opened without them has no log to write in."""
        if self._tags is None:
            raise TypeError("this database was opened without the key of its log")
        return self._tags

    def look(self, connection: Connection, least: int) -> SeenLog:
        """Take in what was committed since; `least`: the size that was known before this transaction began."""
        head = connection.execute(NEWEST_HEAD).mappings().one_or_none()
        with self._lock:
            seen = self.read_head(head)
            self._compare(seen, least)
            if seen.s > self._s:
                self._extend(connection, seen)
            self.size = max(self.size, seen.size)
        return seen

    def _compare(self, seen: SeenLog, least: int) -> None:
        """Refuse a log that is behind what this process saw, or behind the note in the instance folder."""
        noted = self.tags.noted
        if seen.size < max(least, noted.size if noted else 0):
            self._refuse(SMALLER)
        elif noted and seen.size == noted.size and not equal(seen.frontier.root, noted.root):
            self._refuse(OTHER_HEAD)

    def read_head(self, head: RowMapping | Mapping[str, Any] | None) -> SeenLog:
        """The head as it rests; one that this server did not write is remembered as a fault."""
        if head is None:
            return SeenLog()
        try:
            frontier = Frontier.decode(head["frontier"])
        except CryptoError:
            self._refuse(OTHER_HEAD)
            return SeenLog()
        facts = FactSum(count=head["facts"], total=head["facts_sum"])
        own = self.tags.of_head(head["size"], head["frontier"], head["s"], facts)
        if head["size"] != frontier.size or not equal(own, head["tag"]):
            self._refuse(OTHER_HEAD)
        return SeenLog(size=frontier.size, s=head["s"], frontier=frontier, facts=facts)

    def _extend(self, connection: Connection, seen: SeenLog) -> None:
        """Read the statements that follow the last one known."""
        query = select(log).where(log.c.s > self._s, log.c.s <= seen.s).order_by(log.c.s)
        last = max(self._positions.values(), default=0)
        for row in connection.execute(query).mappings():
            if row["s"] != self._s + 1:
                self._refuse(GAP)
            if not (last < row["seq"] <= seen.size and self.fits(row)):
                self._refuse(FOREIGN)
            else:
                self._add(row["mark"], row["seq"])
                last = row["seq"]
            self._s = row["s"]
        if self._s < seen.s:
            self._refuse(GAP)
            self._s = seen.s

    def fits(self, row: RowMapping | Mapping[str, Any]) -> bool:
        """True when an entry as it rests is the one that this server wrote there."""
        days = day_number(row["day"]) % 2**32
        own = log_leaf(row["seq"], days, row["klass"].encode(), row["mark"] or b"", row["entry_sealed"])
        return equal(own, row["leaf"]) and self.tags.fits_row(row["seq"], row["generation"], row["s"], own, row["tag"])

    def committed(self, before: SeenLog, after: SeenLog, statements: Mapping[bytes, int]) -> None:
        """Take in what a transaction of this process entered, once it is committed."""
        with self._lock:
            if self._s == before.s:  # else somebody has read it from the database already
                for mark, seq in statements.items():
                    self._add(mark, seq)
                self._s = after.s
            self.size = max(self.size, after.size)

    def _add(self, mark: bytes | None, seq: int) -> None:
        if mark is None:
            return
        self._positions.setdefault(mark, seq)
        if len(mark) == HEADER_MARK:
            self._following.setdefault(mark[:HALF_LENGTH], (seq, mark[HALF_LENGTH:]))

    def _refuse(self, fault: str) -> None:
        self.fault = self.fault or fault

    def position(self, mark: bytes) -> int | None:
        """The number of the first entry that carries this mark, None when none does."""
        return self._positions.get(mark)

    def following(self, half: bytes) -> tuple[int, bytes] | None:
        """Of all headers that follow the same one, the first in the log: its position, and its hash."""
        return self._following.get(half)

    def unlike(self, connection: Connection, seen: SeenLog) -> None:
        """Remember when the rows are not as many as the head says."""
        row = connection.execute(_LAST).one()
        most = row[0] or 0, row[1] or 0
        if most != (seen.size, seen.s):
            self._refuse(GAP if most < (seen.size, seen.s) else SURPLUS)
