"""The log: rows that can only be added, each a leaf of a tree whose root is the head; what they say rests sealed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hrd_cases.crypto.core.headers import HALF_LENGTH, Header, own_half
from hrd_cases.crypto.core.merkle import Frontier, log_leaf
from hrd_cases.domain.errors import LogRefused
from hrd_cases.store.failpoints import reach
from hrd_cases.store.log_index import HEAD_ROW, NEWEST_HEAD, LogIndex, SeenLog
from hrd_cases.store.log_tags import FactSum, LogTags
from hrd_cases.store.rows import rows_of
from hrd_cases.store.tables import log, log_head, log_keys

_PAGE = 2000
_LOCKED_HEAD = NEWEST_HEAD.with_for_update()
_HERE = log_head.c.id == HEAD_ROW
_FRONTIER = select(log_head.c.frontier).where(_HERE)
_ADD = insert(log)
_HEAD = ("size", "frontier", "s", "facts", "facts_sum", "tag")
_MOVE = update(log_head).where(_HERE).values({name: bindparam(f"new_{name}") for name in _HEAD})
_LAST = 2**40
_EPOCH = date(1970, 1, 1)
_EPOCH_DAY = _EPOCH.toordinal()


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """One entry to add: `klass` is coarse (auth, read, write, key, admin, system); `mark`: docs/crypto-format.md 12.

    `statement`: the mark is that of something signed, and its place in the log decides whether it counts.
    """

    day: date
    klass: str
    mark: bytes | None = None
    statement: bool = False
    sealed: bytes = field(repr=False)


class LogRow(NamedTuple):
    """One entry as it rests, in the order of its columns; `seq` counts from 1, `leaf` is 32 bytes.

    `generation`, `s` and `tag` are the server's (store/log_tags.py); a copy that was taken out has none of them.
    """

    seq: int
    day: date
    klass: str
    mark: bytes | None
    sealed: bytes
    leaf: bytes
    generation: str = ""
    s: int | None = None
    tag: bytes = b""

    @property
    def own_leaf(self) -> bytes:
        """The leaf that this row's contents make."""
        return _leaf(self.seq, self.day, self.klass, self.mark, self.sealed)


@dataclass(frozen=True, kw_only=True)
class LogHead:
    """How many entries there are, and the 32-byte root over their leaves (RFC 6962)."""

    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True)
class LogKeyRow:
    """One log key: `key_sealed` opens with the log vault's details at `epoch`."""

    id: str
    day: date
    epoch: int
    key_sealed: bytes = field(repr=False)


def leaf(seq: int, entry: LogEntry) -> bytes:
    """The 32-byte leaf of an entry at its place."""
    return _leaf(seq, entry.day, entry.klass, entry.mark, entry.sealed)


def _leaf(seq: int, day: date, klass: str, mark: bytes | None, sealed: bytes) -> bytes:
    days = (day.toordinal() - _EPOCH_DAY) % 2**32  # an altered day before the epoch must still make some leaf
    return log_leaf(seq, days, klass.encode(), mark or b"", sealed)


class Log:
    """The organisation's log."""

    def __init__(self, connection: Connection, index: LogIndex, least: int) -> None:
        self._connection = connection
        self._index = index
        self._least = least
        self._appended: dict[bytes, int] = {}  # statements of this transaction: known to others once it is committed
        self._newest: SeenLog | None = None  # what this transaction makes of the log
        self._facts: list[bytes] = []  # tags of trend facts that the head does not count yet
        self._folded: list[bytes] = []  # tags of those that it still counts

    @cached_property
    def _seen(self) -> SeenLog:
        """The log as it was when this transaction first asked."""
        return self._index.look(self._connection, self._least)

    @property
    def fault(self) -> str:
        """Why nothing is written: the log is not the one that this server wrote. A msgid, empty when it is."""
        self._seen  # noqa: B018  # looks at it, once
        return self._index.fault

    def whole(self) -> str:
        """Read every statement again, whatever is in memory; the fault (a msgid), empty when there is none."""
        fresh = LogIndex(self._index.tags)
        fresh.unlike(self._connection, fresh.look(self._connection, self._index.size))
        return self._index.fault or fresh.fault

    def append(self, entries: Sequence[LogEntry]) -> tuple[int, LogHead]:
        """Add entries; returns the first one's seq and the new head. Takes the last lock of its transaction.

        LogRefused when the log is not the one that this server wrote.
        """
        reach("log.before_append")
        seen = self._locked()
        frontier, s, tags = seen.frontier, seen.s, self._index.tags
        facts = seen.facts.plus(self._facts).minus(self._folded)
        first, generation = frontier.size + 1, tags.generation_at(frontier.size + 1)
        rows = []
        for entry in entries:
            seq = frontier.size + 1
            own, number = leaf(seq, entry), None
            if entry.statement and entry.mark is not None:
                s = number = s + 1
                self._appended.setdefault(entry.mark, seq)
            tag = tags.of_row(seq, generation, number, own)
            made = {"seq": seq, "leaf": own, "generation": generation, "s": number, "tag": tag}
            rows.append({**_columns(entry), **made})
            frontier = frontier.append(own)
        if rows:
            self._connection.execute(_ADD, rows)
        reach("log.after_rows")
        self._newest = SeenLog(size=frontier.size, s=s, frontier=frontier, facts=facts)
        newest = {f"new_{name}": value for name, value in self._head(self._newest).items()}
        self._connection.execute(_MOVE, newest)
        self._facts.clear()
        self._folded.clear()
        reach("log.after_head")
        return first, LogHead(size=frontier.size, root=frontier.root)

    def _head(self, seen: SeenLog) -> dict[str, object]:
        encoded, facts = seen.frontier.encode(), seen.facts
        tag = self._index.tags.of_head(seen.size, encoded, seen.s, facts)
        values = {"size": seen.size, "frontier": encoded, "s": seen.s, "tag": tag}
        return {**values, "facts": facts.count, "facts_sum": facts.total}

    def add_fact(self, tag: bytes) -> None:
        """Let the head count one more trend fact."""
        self._facts.append(tag)

    def fold_facts(self, tags: Iterable[bytes]) -> None:
        """Let the head count these no more: what they were the tags of is in another segment."""
        self._folded += tags

    @property
    def lacks_facts(self) -> bool:
        """True while the head does not count the facts as this transaction leaves them."""
        return bool(self._facts or self._folded)

    @property
    def facts(self) -> FactSum:
        """The trend facts that this server has entered, as this transaction sees it."""
        return (self._newest or self._seen).facts.plus(self._facts).minus(self._folded)

    @property
    def tags(self) -> LogTags:
        """What makes and checks tags."""
        return self._index.tags

    def head(self) -> LogHead:
        """The newest head."""
        stored = self._connection.scalar(_FRONTIER)
        frontier = Frontier() if stored is None else Frontier.decode(stored)
        return LogHead(size=frontier.size, root=frontier.root)

    @cached_property
    def newest_day(self) -> date:
        """The day of the newest entry when this transaction first asked; the first day there is while there is none."""
        return self.last_day or _EPOCH

    @property
    def last_day(self) -> date | None:
        """The day of the newest entry; None while there is none."""
        return self._connection.scalar(select(log.c.day).order_by(log.c.seq.desc()).limit(1))

    @property
    def first_day(self) -> date | None:
        """The day of the first entry; None while there is none."""
        return self._connection.scalar(select(log.c.day).order_by(log.c.seq).limit(1))

    def root_at(self, size: int) -> bytes:
        """The root over the first `size` leaves."""
        return self.roots_at([size])[size]

    def roots_at(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """The roots over the first leaves, by their number; a log that is shorter has the root of all it has."""
        numbers, frontier = sorted(set(sizes)), Frontier()
        query = select(log.c.leaf).order_by(log.c.seq).limit(max(numbers, default=0))
        leaves = self._connection.scalars(query).all()
        results: dict[int, bytes] = {}
        for size in numbers:
            frontier = frontier.extend(leaves[frontier.size : size])
            results[size] = frontier.root
        return results

    def rows(self, after: int = 0, limit: int = _PAGE) -> list[LogRow]:
        """At most `limit` entries that follow entry `after`, oldest first."""
        query = select(log).where(log.c.seq > after).order_by(log.c.seq).limit(limit)
        return list(map(LogRow._make, self._connection.execute(query)))

    def every_row(self) -> Iterator[LogRow]:
        """Every entry, oldest first, in pages."""
        after = 0
        while page := self.rows(after):
            yield from page
            after = page[-1].seq

    def newest(self, limit: int, before: int | None = None) -> list[LogRow]:
        """The newest entries (before one), newest first."""
        top = self._connection.scalar(select(func.max(log.c.seq))) or 0
        end = top if before is None else min(top, before - 1)
        return self.rows(max(0, end - limit), min(limit, end))[::-1]

    def add_key(self, row: LogKeyRow) -> None:
        """Enter a log key, sealed to the log vault; two who share a key may enter it in the same moment."""
        values = {"id": row.id, "day": row.day, "epoch": row.epoch, "key_sealed": row.key_sealed}
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        self._connection.execute(dialect.insert(log_keys).values(**values).on_conflict_do_nothing())

    def has_key(self, key_id: str) -> bool:
        """True when the log key is entered."""
        return self._connection.scalar(rows_of(log_keys, "id"), {"one": key_id}) is not None

    def committed(self) -> None:
        """The transaction is: from now on every other one of this process knows its statements."""
        if self._newest is not None:
            self._index.committed(self._seen, self._newest, self._appended)

    def position(self, mark: bytes) -> int | None:
        """The number of the first statement with this mark, as this transaction sees it; None when there is none."""
        seen, seq = self._seen, self._index.position(mark)
        if seq is not None and seq <= seen.size:
            return seq
        return self._appended.get(mark)

    def following(self, half: bytes) -> tuple[int, bytes] | None:
        """The first header in the log with this half of its mark, as this transaction sees it: position and hash."""
        first = self._index.following(half)
        if first is not None and first[0] <= self._seen.size:
            return first
        own = ((seq, mark) for mark, seq in self._appended.items() if mark.startswith(half) and len(mark) > len(half))
        seq, mark = min(own, default=(0, b""))
        return (seq, mark[len(half) :]) if seq else None

    @property
    def size(self) -> int:
        """How many entries there were before this transaction."""
        return self._seen.size

    @property
    def statements(self) -> int:
        """How many statements were entered before this transaction."""
        return self._seen.s

    def keys(self) -> list[LogKeyRow]:
        """Every log key."""
        query = select(log_keys).order_by(log_keys.c.day, log_keys.c.id)
        return [LogKeyRow(**row._mapping) for row in self._connection.execute(query)]

    def _locked(self) -> SeenLog:
        """The newest state under the lock that all writers of the log wait for; LogRefused when it is not ours."""
        before = self._seen
        head = self._connection.execute(_LOCKED_HEAD).mappings()
        newest = self._index.read_head(head.one_or_none())
        if newest.size == 0 == before.size and not self._connection.scalar(select(func.count()).select_from(log_head)):
            self._connection.execute(insert(log_head).values(id=HEAD_ROW, **self._head(SeenLog())))
        self._index.unlike(self._connection, newest)
        if self._index.fault:
            raise LogRefused(self._index.fault)
        return newest


def _columns(entry: LogEntry) -> dict[str, object]:
    return {"day": entry.day, "klass": entry.klass, "mark": entry.mark, "entry_sealed": entry.sealed}


@dataclass(kw_only=True)
class PendingStatements:
    """Marks of what an act has signed and will enter at its end: docs/crypto-format.md 12.

    Inside an act they follow its own order, and what ends somebody's authority comes last. Nothing that was computed
    with such provisional places outlives the act.
    """

    marks: list[bytes] = field(default_factory=list)
    ends: list[bytes] = field(default_factory=list)  # what ends authority

    @property
    def in_order(self) -> Sequence[bytes]:
        """All of them as the log is to have them."""
        return [*self.marks, *self.ends]

    def clear(self) -> None:
        """They are entered."""
        self.marks.clear()
        self.ends.clear()

    def position(self, log: Log, mark: bytes) -> int | None:
        """The place of a statement: in the log or, provisionally, behind all of it; None when it has none."""
        place = log.position(mark)
        if place is not None:
            return place
        if mark in self.marks:
            return log.size + 1 + self.marks.index(mark)
        return log.size + _LAST + self.ends.index(mark) if mark in self.ends else None

    def following(self, log: Log, half: bytes) -> tuple[int, bytes] | None:
        """Of all headers with this half of a mark the first: its place, and its hash."""
        first = log.following(half)
        if first is not None:
            return first
        own = (mark for mark in self.marks if mark.startswith(half) and len(mark) > len(half))
        mark = next(own, None)
        return (log.size + 1 + self.marks.index(mark), mark[HALF_LENGTH:]) if mark is not None else None

    def entered(self, log: Log, header: Header) -> int | None:
        """The place of a header, if it is the first that follows its previous one; None when the log has another."""
        first = self.following(log, own_half(header))
        return first[0] if first is not None and first[1] == header.hash() else None
