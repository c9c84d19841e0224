"""Verifying a log of a million entries that was taken out, against checkpoints kept elsewhere.

Yardstick: SHA-256 over the same bytes, in the same run.
"""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from measure import compare, report

from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.services.install.health import verify_export
from hrd_cases.store.log import LogEntry, LogHead, LogRow, leaf
from hrd_cases.store.log_proof import export

ENTRIES = 1_000_000
SEALED = 400  # bytes of an entry's sealed details, as entries of this program have


def rows(count: int) -> Iterator[LogRow]:
    """Entries as they would rest, every third with a mark."""
    dice, day = Random(1), date(2026, 11, 22)
    for seq in range(1, count + 1):
        mark = dice.randbytes(48) if seq % 3 == 0 else None
        entry = LogEntry(day=day, klass="read", mark=mark, sealed=dice.randbytes(SEALED))
        yield LogRow(seq=seq, day=day, klass="read", mark=mark, sealed=entry.sealed, leaf=leaf(seq, entry))


def main(count: int) -> None:
    """Make the copy, verify it, hash it; print the table."""
    with tempfile.TemporaryDirectory(prefix="hrd-bench-") as folder:
        file = Path(folder) / "log.jsonl"
        head, kept = make(file, count)
        work = f"verify {count:,} entries, {len(kept)} checkpoints ({file.stat().st_size >> 20} MiB)"
        row = compare(
            work, lambda: verified(file, head, kept), "read the file, SHA-256 of it", lambda: hashed(file), rounds=2
        )
        report("Verifying the log", [row])


def verified(file: Path, head: LogHead, kept: list[LogHead]) -> None:
    """Ours: the copy is whole, and told to be."""
    with file.open(encoding="utf-8") as lines:
        state = verify_export(lines, kept)
    if (state.altered, state.size) != (None, head.size):
        raise SystemExit("the log was not found to be whole")


def make(file: Path, count: int) -> tuple[LogHead, list[LogHead]]:
    """Write the copy; its head, and ten checkpoints on the way."""
    frontier, kept = Frontier(), []
    for row in rows(count):
        frontier = frontier.append(row.leaf)
        if row.seq % max(1, count // 10) == 0:
            kept.append(LogHead(size=frontier.size, root=frontier.root))
    head = LogHead(size=frontier.size, root=frontier.root)
    with file.open("w", encoding="utf-8") as out:
        export(rows(count), head, out)
    return head, kept


def hashed(file: Path) -> bytes:
    """The yardstick."""
    total = hashlib.sha256()
    with file.open("rb") as data:
        while piece := data.read(1 << 20):
            total.update(piece)
    return total.digest()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
