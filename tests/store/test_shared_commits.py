"""Entries of reads that wait together are committed together, and nobody fails or waits for somebody else's sake."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event

from hrd_cases.domain.errors import DatabaseBusy
from hrd_cases.store.work import Database, Work

MANY = 12


class Reads:
    """Many reads that want to enter something while somebody writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.errors: dict[int, BaseException] = {}
        self.commits = 0
        event.listen(database.engine, "commit", self._count)

    def _count(self, _: Connection) -> None:
        self.commits += 1

    def enter(self, number: int, write: Callable[[Work], None], check: Callable[[Work], None] | None = None) -> None:
        """One read; what it raises is kept."""
        try:
            self.database.shared.enter(check or (lambda _: None), write)
        except BaseException as error:  # noqa: BLE001  # looked at by the test
            self.errors[number] = error

    def beside_a_writer(self, *threads: threading.Thread) -> None:
        """Start all while a writer has the database, and wait until all are done."""
        with self.database.writing():
            for thread in threads:
                thread.start()
            end = time.monotonic() + 10
            while self.database.shared.waiting < len(threads):
                assert time.monotonic() < end
                time.sleep(0.001)
            self.commits = 0
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()


def _put(number: int) -> Callable[[Work], None]:
    return lambda work: work.settings.put(f"name {number}", "x")


def _names(database: Database) -> set[str]:
    with database.reading() as work:
        return set(work.settings.all())


def test_reads_that_wait_together_share_one_commit(database: Database) -> None:
    reads = Reads(database)
    threads = [threading.Thread(target=reads.enter, args=(number, _put(number))) for number in range(MANY)]
    reads.beside_a_writer(*threads)
    assert not reads.errors
    assert reads.commits == 2, "the writer's, and one for all"
    assert {f"name {number}" for number in range(MANY)} <= _names(database)


def test_who_is_refused_is_refused_alone(database: Database) -> None:
    def refuse(_: Work) -> None:
        raise PermissionError

    reads = Reads(database)
    threads = [
        threading.Thread(target=reads.enter, args=(number, _put(number), refuse if number == 3 else None))
        for number in range(MANY)
    ]
    reads.beside_a_writer(*threads)
    assert {number: type(error) for number, error in reads.errors.items()} == {3: PermissionError}
    assert _names(database) >= {f"name {number}" for number in range(MANY) if number != 3}
    assert "name 3" not in _names(database)


def test_what_fails_for_one_is_done_again_for_the_others(database: Database) -> None:
    def fail(work: Work) -> None:
        work.settings.put("half", "x")
        raise ArithmeticError

    reads = Reads(database)
    threads = [
        threading.Thread(target=reads.enter, args=(number, fail if number == 3 else _put(number)))
        for number in range(MANY)
    ]
    reads.beside_a_writer(*threads)
    assert {number: type(error) for number, error in reads.errors.items()} == {3: ArithmeticError}
    assert _names(database) >= {f"name {number}" for number in range(MANY) if number != 3}
    assert "half" not in _names(database)


def test_while_a_writer_takes_too_long_all_who_wait_are_told_once(sqlite: Database) -> None:
    sqlite.queue.patience = 0.3
    reads = Reads(sqlite)
    threads = [threading.Thread(target=reads.enter, args=(number, _put(number))) for number in range(MANY)]
    began = time.monotonic()
    with sqlite.writing():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert time.monotonic() - began < 0.3 * 3, "nobody waits for one refusal after the other"
    assert {type(error) for error in reads.errors.values()} == {DatabaseBusy}
    assert len(reads.errors) == MANY
    reads.enter(0, _put(0))
    assert "name 0" in _names(sqlite), "the next one comes to its turn"


@pytest.mark.parametrize("number", range(3))
def test_one_after_the_other_each_commits_at_once(database: Database, number: int) -> None:
    Reads(database).enter(number, _put(number))
    assert f"name {number}" in _names(database)
