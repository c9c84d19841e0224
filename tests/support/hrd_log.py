"""Rows of a log and its head, made without a database."""

from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.store.log import LogEntry, LogHead, LogRow, leaf
from hrd_cases.store.log_tags import LogTags


def tags(org: bytes) -> LogTags:
    """What a server of this organisation authenticates its log with."""
    return LogTags(org=org, key=Secret(b"t" * 32), generations={"aa" * 8: 1})


def row_of(seq: int, entry: LogEntry) -> LogRow:
    """The row that an entry becomes."""
    own = leaf(seq, entry)
    return LogRow(seq=seq, day=entry.day, klass=entry.klass, mark=entry.mark, sealed=entry.sealed, leaf=own)


def head_of(rows: list[LogRow]) -> LogHead:
    """The head of a log of these rows."""
    frontier = Frontier()
    for row in rows:
        frontier = frontier.append(row.leaf)
    return LogHead(size=frontier.size, root=frontier.root)
