"""A log taken out is verified with nothing but itself and a checkpoint kept elsewhere: no key, no database, no server.

Catalogue of attacks 63: every one of 10,000 random changes to entries older than the checkpoint is found and named.
"""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from hrd_log import head_of, row_of

from hrd_cases.store.log import LogEntry, LogRow
from hrd_cases.store.log_proof import export, read_export, verify

SIZE, KEPT, MUTATIONS = 80, 60, 10_000
DAY = date(2026, 11, 22)


def _relinked(rows: list[LogRow]) -> list[LogRow]:
    """What whoever rewrites everything would do: numbers and leaves made to fit."""
    entries = [LogEntry(day=row.day, klass=row.klass, mark=row.mark, sealed=row.sealed) for row in rows]
    return [row_of(seq, entry) for seq, entry in enumerate(entries, start=1)]


@pytest.fixture(scope="module")
def rows() -> list[LogRow]:
    dice = Random(63)
    created = []
    for seq in range(1, SIZE + 1):
        mark = dice.randbytes(48) if seq % 3 == 0 else None
        entry = LogEntry(day=DAY + timedelta(days=seq // 9), klass="read", mark=mark, sealed=dice.randbytes(40))
        created.append(row_of(seq, entry))
    return created


Change = Callable[[list[LogRow], int, Random], None]


def _edit(**new: Callable[[LogRow, Random], Any]) -> Change:
    def change(rows: list[LogRow], at: int, dice: Random) -> None:
        rows[at] = rows[at]._replace(**{name: make(rows[at], dice) for name, make in new.items()})

    return change


def _swap(rows: list[LogRow], at: int, dice: Random) -> None:
    other = dice.randrange(at + 1, KEPT)
    rows[at], rows[other] = rows[other], rows[at]


def _delete(rows: list[LogRow], at: int, _: Random) -> None:
    del rows[at]


def _insert(rows: list[LogRow], at: int, dice: Random) -> None:
    rows.insert(at, rows[at]._replace(sealed=dice.randbytes(40)))


def _copy(rows: list[LogRow], at: int, dice: Random) -> None:
    rows[at] = rows[dice.randrange(at + 1, KEPT)]


def _cut(rows: list[LogRow], at: int, _: Random) -> None:
    del rows[at:]


CHANGES: tuple[Change, ...] = (
    _edit(sealed=lambda row, dice: row.sealed[:-1] + bytes([row.sealed[-1] ^ (1 << dice.randrange(8))])),
    _edit(day=lambda row, dice: row.day + timedelta(days=dice.choice((-3, -1, 1, 2)))),
    _edit(klass=lambda _row, dice: dice.choice(("auth", "write", "key"))),
    _edit(mark=lambda _row, dice: dice.randbytes(48)),
    _edit(leaf=lambda _row, dice: dice.randbytes(32)),
    _edit(seq=lambda row, dice: row.seq + dice.choice((-1, 1, 1000))),
    _swap,
    _delete,
    _insert,
    _copy,
    _cut,
)


def test_every_change_older_than_the_checkpoint_is_found_and_the_first_is_named(rows: list[LogRow]) -> None:
    saved, head, dice = head_of(rows[:KEPT]), head_of(rows), Random(1)
    assert verify(rows, head, [saved]) is None
    for number in range(MUTATIONS):
        changed, at = list(rows), dice.randrange(KEPT - 1)
        CHANGES[number % len(CHANGES)](changed, at, dice)
        rewritten = dice.random() < 0.1
        content = _relinked(changed) if rewritten else changed
        result = verify(content, head_of(content) if rewritten else head, [saved])
        if rewritten and content[:KEPT] == rows[:KEPT]:
            assert result is None or result > KEPT  # only a leaf or a number was changed, and put right again
        elif rewritten:
            assert result is not None
            assert result <= at + 1, "it is named by the newest checkpoint that still agrees"
        else:
            assert result == at + 1


def test_a_copy_that_was_taken_out_verifies_where_there_is_nothing_else(rows: list[LogRow]) -> None:
    out = StringIO()
    export(rows, head_of(rows), out, note="kept", key="key")
    head, read = read_export(out.getvalue().splitlines())
    assert verify(read, head, [head_of(rows[:KEPT])]) is None


def test_a_log_rewritten_from_any_entry_on_does_not_lead_to_the_checkpoint(rows: list[LogRow]) -> None:
    saved = head_of(rows[:KEPT])
    for at in range(0, KEPT, 7):
        changed = list(rows)
        changed[at] = changed[at]._replace(sealed=b"another")
        content = _relinked(changed)
        assert verify(content, head_of(content)) is None, "by itself it looks whole"
        assert verify(content, head_of(content), [saved]) == 1
        closer = head_of(rows[: at + 1])
        before = head_of(rows[:at])
        assert verify(content, head_of(content), [before, closer, saved]) == at + 1


def test_a_log_shorter_than_the_checkpoint_lacks_the_entry_after_its_last(rows: list[LogRow]) -> None:
    short = rows[: KEPT - 10]
    assert verify(short, head_of(short), [head_of(rows[:KEPT])]) == KEPT - 9
