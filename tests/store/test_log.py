"""The log can only grow, without gaps; whoever alters it is noticed, and the first altered entry is named."""

import io
import json
import threading
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import update

from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.domain.errors import LogRefused
from hrd_cases.store import tables
from hrd_cases.store.log import LogEntry, LogHead, LogRow, leaf
from hrd_cases.store.log_proof import NotALog, export, read_export, verify
from hrd_cases.store.work import Database, Work

TODAY = date(2026, 11, 22)
CLASSES = ("auth", "read", "write", "key", "admin", "system")


def entries(count: int, dice: Random) -> list[LogEntry]:
    return [
        LogEntry(
            day=TODAY + timedelta(days=dice.randrange(30)),
            klass=dice.choice(CLASSES),
            mark=dice.choice([None, dice.randbytes(48)]),
            sealed=dice.randbytes(dice.randrange(1, 400)),
        )
        for _ in range(count)
    ]


def written(count: int, dice: Random) -> tuple[list[LogRow], list[LogHead]]:
    """A log as it rests, and its head after each entry."""
    rows = []
    for seq, entry in enumerate(entries(count, dice), start=1):
        created = leaf(seq, entry)
        rows.append(
            LogRow(seq=seq, day=entry.day, klass=entry.klass, mark=entry.mark, sealed=entry.sealed, leaf=created)
        )
    return rows, [LogHead(size=n, root=Frontier().extend(row.leaf for row in rows[:n]).root) for n in range(count + 1)]


def test_entries_are_numbered_from_one_and_the_head_is_the_root_over_all(database: Database) -> None:
    value = entries(25, Random(1))
    with database.writing() as work:
        assert work.log.head() == LogHead(size=0, root=Frontier().root)
        assert work.log.append(value[:10])[0] == 1
    with database.writing() as work:
        first, head = work.log.append(value[10:])
        assert (first, head.size) == (11, 25)
    with database.reading() as work:
        rows = work.log.rows()
        assert work.log.head() == head == LogHead(size=25, root=Frontier().extend(row.leaf for row in rows).root)
        assert list(work.log.every_row()) == rows
        assert [row.seq for row in rows] == list(range(1, 26))
        assert [(row.day, row.klass, row.mark, row.sealed) for row in rows] == [
            (item.day, item.klass, item.mark, item.sealed) for item in value
        ]
        assert [row.seq for row in work.log.rows(after=20, limit=3)] == [21, 22, 23]
        assert [row.seq for row in work.log.newest(3)] == [25, 24, 23]
        assert [row.seq for row in work.log.newest(3, before=3)] == [2, 1]
        assert verify(rows, head) is None


def test_roots_of_several_sizes_are_those_of_each_size_alone(database: Database) -> None:
    with database.writing() as work:
        work.log.append(entries(21, Random(3)))
    with database.reading() as work:
        leaves = [row.leaf for row in work.log.rows()]
        sizes = [0, 1, 2, 7, 8, 20, 21, 22, 1000]
        alone = {size: Frontier().extend(leaves[:size]).root for size in sizes}
        assert work.log.roots_at([*reversed(sizes), 7]) == alone


def test_an_act_that_fails_leaves_no_entry_and_an_entry_that_fails_no_act(database: Database) -> None:
    def act(work: Work) -> None:
        work.settings.put("act", "done")
        work.log.append(entries(1, Random(1)))
        raise RuntimeError

    with pytest.raises(RuntimeError), database.writing() as work:
        act(work)
    with database.writing() as work:  # what makes the next entry fail
        more = {"entry_sealed": b"", "leaf": b"", "generation": "", "tag": b""}
        work.connection.execute(tables.log.insert().values(seq=1, day=TODAY, klass="", **more))
    with pytest.raises(LogRefused), database.writing() as work:
        act(work)
    with database.reading() as work:
        assert work.log.head().size == 0
        assert work.settings.get("act") == ""


def test_ten_who_write_at_once_make_one_log_without_gaps(database: Database) -> None:
    with database.writing() as work:
        work.log.append(entries(1, Random(0)))
    firsts: list[int] = []

    def write(number: int) -> None:
        dice = Random(number)
        for _ in range(8):
            with database.writing() as work:
                firsts.append(work.log.append(entries(3, dice))[0])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as work:
        rows, head = work.log.rows(), work.log.head()
    assert sorted(firsts) == list(range(2, 242, 3))
    assert [row.seq for row in rows] == list(range(1, 242))
    assert verify(rows, head) is None


FIELDS = ("day", "klass", "mark", "sealed", "leaf", "seq")


def alter(row: LogRow, name: str, dice: Random) -> LogRow:
    """The row with one column changed, as somebody with the database would."""
    sealed = bytearray(row.sealed)
    sealed[dice.randrange(len(sealed))] ^= 1 << dice.randrange(8)
    new: dict[str, Any] = {
        "day": row.day - timedelta(days=dice.randrange(1, 40_000)),
        "klass": dice.choice([klass for klass in CLASSES if klass != row.klass]),
        "mark": dice.randbytes(48) if row.mark is None else dice.choice([None, row.mark[:-1], b""]),
        "sealed": bytes(sealed),
        "leaf": dice.randbytes(32),
        "seq": row.seq + dice.choice([-1, 1, 1000]),
    }
    return row._replace(**{name: new[name]})


def relieved(rows: list[LogRow]) -> list[LogRow]:
    """The rows with numbers and leaves made new, as somebody who knows the format would."""
    fixed = [row._replace(seq=seq, mark=row.mark or None) for seq, row in enumerate(rows, start=1)]
    return [row._replace(leaf=row.own_leaf) for row in fixed]


@pytest.mark.parametrize("seed", range(150))
def test_the_first_altered_entry_is_named(seed: int) -> None:
    dice = Random(seed)
    rows, heads = written(dice.randrange(2, 40), dice)
    assert verify(rows, heads[-1]) is None
    at = dice.randrange(len(rows))
    harmed = list(rows)
    kind = dice.choice(["edit", "delete", "insert", "swap", "double", "cut", "more"])
    if kind == "edit":
        for place in {at, *dice.sample(range(at, len(rows)), dice.randrange(1, len(rows) - at + 1))}:
            harmed[place] = alter(rows[place], dice.choice(FIELDS), dice)
    elif kind == "delete":
        del harmed[at]
    elif kind == "insert":
        harmed.insert(at, rows[at]._replace(sealed=b"never happened"))
    elif kind == "double":
        harmed.insert(at + 1, rows[at])
        at += 1
    elif kind == "swap":
        at = min(at, len(rows) - 2)
        harmed[at], harmed[at + 1] = harmed[at + 1], harmed[at]
    elif kind == "cut":
        del harmed[at:]
    else:
        extra, _ = written(len(rows) + 1, Random(seed + 1))
        harmed.append(extra[-1])
        at = len(rows)
    assert verify(harmed, heads[-1]) == at + 1
    # The same harm with every number and leaf made to fit: only roots kept elsewhere tell, and they tell exactly.
    fitted = relieved(harmed)
    if fitted != rows:
        first = next((n for n, (item, other) in enumerate(zip(fitted, rows, strict=False)) if item != other), None)
        changed = min(len(fitted), len(rows)) if first is None else first
        assert verify(fitted, heads[-1], heads) == changed + 1
        assert verify(fitted, heads[-1]) is not None


def test_between_checkpoints_the_first_entry_not_proven_is_named() -> None:
    rows, heads = written(30, Random(3))
    rows[17] = rows[17]._replace(sealed=b"other")
    harmed = relieved(rows)
    assert verify(harmed, heads[-1], [heads[10], heads[25]]) == 11
    assert verify(harmed, heads[-1]) == 1


def test_a_whole_log_written_anew_with_its_head_is_noticed_against_a_checkpoint() -> None:
    rows, heads = written(12, Random(3))
    forged, forged_heads = written(20, Random(4))
    assert verify(forged, forged_heads[-1]) is None
    assert verify(forged, forged_heads[-1], [heads[12]]) == 1
    assert verify(rows[:8], heads[8], [heads[12]]) == 9
    assert verify(rows, heads[12], [LogHead(size=12, root=bytes(32))]) == 1
    assert verify([], LogHead(size=0, root=bytes(32))) == 1


def test_harm_done_in_the_database_is_found_there(database: Database) -> None:
    with database.writing() as work:
        work.log.append(entries(10, Random(9)))
    with database.writing() as work:
        work.connection.execute(update(tables.log).where(tables.log.c.seq == 7).values(klass="system", day=TODAY))
    with database.reading() as work:
        assert verify(work.log.every_row(), work.log.head()) == 7


def test_an_export_is_checked_on_a_machine_without_the_database() -> None:
    rows, heads = written(20, Random(5))
    stream = io.StringIO()
    export(rows, heads[-1], stream)
    text = stream.getvalue()
    head, read = read_export(text.splitlines())
    assert head == heads[-1]
    assert list(read) == rows
    head, read = read_export(text.splitlines())
    assert verify(read, head) is None
    lines = text.splitlines()
    content = json.loads(lines[8])
    lines[8] = json.dumps({**content, "class": "other"})
    head, read = read_export(lines)
    assert verify(read, head) == 8


@pytest.mark.parametrize("line", ["", "{", "[]", "5", '{"seq":1}', '{"seq":1,"day":"x","class":"","mark":null}'])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(NotALog, match=r"^1$"):
        read_export([line])
    rows, heads = written(2, Random(5))
    stream = io.StringIO()
    export(rows, heads[-1], stream)
    with pytest.raises(NotALog, match=r"^3$"):
        list(read_export([*stream.getvalue().splitlines()[:2], line])[1])


def test_of_statements_with_one_mark_the_first_counts(database: Database) -> None:
    """A statement entered again later is not younger for it, and who repeats a mark moves nothing."""
    for contents in ((b"x", b"y"), (b"z",)):
        with database.writing() as work:
            for content in contents:
                entry = LogEntry(day=TODAY, klass="key", mark=b"m" * 32, statement=True, sealed=content)
                work.log.append([entry])
                assert work.log.position(b"m" * 32) == 1
        with database.reading() as work:
            assert work.log.position(b"m" * 32) == 1


def test_log_keys_are_kept_and_marks_found(database: Database) -> None:
    with database.writing() as work:
        work.log.append([LogEntry(day=TODAY, klass="key", mark=b"m" * 32, statement=True, sealed=b"x")])
        assert work.log.position(b"m" * 32) == 1
    with database.reading() as work:
        assert work.log.position(b"m" * 32) == 1
        assert work.log.position(b"n" * 32) is None
        assert not work.log.has_key("ab" * 16)
