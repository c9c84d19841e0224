"""Writers come to their turn in the order in which they came, or are told to try again, and nobody's turn is lost."""

import threading
import time
from collections.abc import Callable

import pytest

from hrd_cases.domain.errors import DatabaseBusy
from hrd_cases.store import write_queue
from hrd_cases.store.work import Database
from hrd_cases.store.write_queue import WriteQueue

MANY = 40


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_many_who_wait_to_write_come_in_their_order(sqlite: Database) -> None:
    came: list[int] = []

    def write(number: int) -> None:
        with sqlite.writing() as work:
            work.settings.put(f"name {number}", "x")
            came.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(MANY)]
    with sqlite.writing():
        for at, thread in enumerate(threads, 1):
            thread.start()
            _wait_until(lambda at=at: sqlite.queue.waiting == at)
    for thread in threads:
        thread.join()
    assert came == list(range(MANY))
    with sqlite.reading() as work:
        assert len(work.settings.all()) == MANY


def test_who_waits_for_too_long_is_told_and_writes_nothing(sqlite: Database) -> None:
    sqlite.queue.patience = 0.1
    with sqlite.writing() as work:
        work.settings.put("first", "x")
        with pytest.raises(DatabaseBusy), sqlite.writing():
            pytest.fail("nobody writes beside a writer")
        assert sqlite.queue.waiting == 0
    with sqlite.writing() as work:
        assert dict(work.settings.all()) == {"first": "x"}


def test_a_turn_that_ends_in_an_error_is_passed_on(sqlite: Database) -> None:
    sqlite.queue.patience = 0.1
    with pytest.raises(RuntimeError), sqlite.writing():
        raise RuntimeError
    with sqlite.writing() as work:
        work.settings.put("after", "x")


def test_no_turn_is_lost_when_many_give_up_at_the_moment_it_comes() -> None:
    """Turns as long as the patience of those who wait: whoever gives up passes on what came too late."""
    queue, done = WriteQueue(0.003), [0, 0]
    at_once = threading.Semaphore(1)

    def write() -> None:
        for _ in range(20):
            try:
                with queue.turn():
                    assert at_once.acquire(blocking=False), "two at once"
                    time.sleep(0.001)
                    at_once.release()
                done[0] += 1
            except DatabaseBusy:
                done[1] += 1

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done[0]
    assert done[1]
    with queue.turn():
        assert queue.waiting == 0


def test_a_turn_that_comes_when_its_waiter_has_just_given_up_goes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = WriteQueue(0.5)
    holder = queue.turn()
    holder.__enter__()

    class JustTooLate(threading.Event):
        """The holder ends in the very moment in which the waiter's patience does."""

        def wait(self, timeout: float | None = None) -> bool:
            queue._pass_on()
            return False

    with monkeypatch.context() as late:
        late.setattr(write_queue, "Event", JustTooLate)
        with pytest.raises(DatabaseBusy), queue.turn():
            pass
    with queue.turn():
        assert queue.waiting == 0
