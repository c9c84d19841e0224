"""Whether a log was altered, checked without any key: from the database, or from an export on another machine."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TextIO

from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.store.log import LogHead, LogRow
from hrd_cases.store.log_tags import LogTags

_read = json.JSONDecoder().raw_decode
_AT_ONCE = 1000  # entries between two looks at the tree


class NotALog(ValueError):
    """A line of an export is not what export() writes; the message names the line."""


def verify(
    rows: Iterable[LogRow], head: LogHead, checkpoints: Iterable[LogHead] = (), *, tags: LogTags | None = None
) -> int | None:
    """The first entry that is not as it was written, None when all are; `rows` oldest first, from entry 1.

    An entry whose leaf was rewritten along with it shows only in the root: then the first entry after the newest
    checkpoint that still agrees is named. Checkpoints kept elsewhere (papers, bundles, partners) make that exact.
    With the `tags` of the instance folder, whatever this server did not write is named too.
    """
    roots: dict[int, set[bytes]] = {}
    for point in (head, *checkpoints):
        roots.setdefault(point.size, set()).add(point.root)
    frontier, proven, end = Frontier(), 0, max(roots)
    if roots.get(0, {frontier.root}) != {frontier.root}:
        return 1
    every = iter(rows)
    while frontier.size < end:
        following = min(size for size in roots if size > frontier.size)
        some = list(islice(every, min(_AT_ONCE, following - frontier.size)))
        for seq, row in enumerate(some, start=frontier.size + 1):
            if not _as_written(row, seq, tags):
                return seq
        if not some:
            return frontier.size + 1
        frontier = frontier.extend(row.leaf for row in some)
        if frontier.size in roots:
            if roots[frontier.size] != {frontier.root}:
                return proven + 1
            proven = frontier.size
    return None if next(every, None) is None else end + 1


def _as_written(row: LogRow, seq: int, tags: LogTags | None) -> bool:
    """True when the row stands at its place, its contents make its leaf, and its tag is this server's."""
    whole = row.seq == seq and row.mark != b"" and row.leaf == row.own_leaf
    return whole and (tags is None or tags.fits_row(row.seq, row.generation, row.s, row.leaf, row.tag))


def export(rows: Iterable[LogRow], head: LogHead, stream: TextIO, *, note: str = "", key: str = "") -> None:
    """Write the head and every entry as lines of JSON, for verify() on a machine that holds no keys.

    `note` and `key`: the head as a signed note, and what checks it, for whoever compares this copy with a later one.
    """
    stream.write(_line({"size": head.size, "root": _text(head.root), "note": note, "key": key}))
    for row in rows:
        stream.write(
            _line(
                {
                    "seq": row.seq,
                    "day": row.day.isoformat(),
                    "class": row.klass,
                    "mark": None if row.mark is None else _text(row.mark),
                    "sealed": _text(row.sealed),
                    "leaf": _text(row.leaf),
                }
            )
        )


def read_export(lines: Iterable[str]) -> tuple[LogHead, Iterator[LogRow]]:
    """Undo export(): the head, and the entries as they come; raises NotALog at a line that is none."""
    every = iter(lines)
    first = next(every, "")
    try:
        content = json.loads(first)
        head = LogHead(size=int(content["size"]), root=_bytes(content["root"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotALog("1") from None
    return head, (_row(line, number) for number, line in enumerate(every, start=2))


def _row(line: str, number: int) -> LogRow:
    try:
        content, end = _read(line)
        if line[end:].strip():
            raise NotALog(str(number))
        return LogRow(
            seq=int(content["seq"]),
            day=date.fromisoformat(content["day"]),
            klass=str(content["class"]),
            mark=None if content["mark"] is None else _bytes(content["mark"]),
            sealed=_bytes(content["sealed"]),
            leaf=_bytes(content["leaf"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotALog(str(number)) from None


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":")) + "\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return binascii.a2b_base64(text, strict_mode=True)
