"""How many passphrases are tried at once, and how many wait: each takes 64 MiB and half a second of a processor.

The server has 16 threads for pages (door.py). Strangers, of whom anybody may send any number, take at most eight of
them; browsers that logged in here before go first and may take four more; the rest stays for people who are inside.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hrd_cases.domain.errors import Busy

AT_ONCE = 2
STRANGERS_WAITING = 6
MOST_WAITING = 10


class PassphraseSlots:
    """A bounded pool with a bounded queue."""

    def __init__(
        self, at_once: int = AT_ONCE, strangers: int = STRANGERS_WAITING, most_waiting: int = MOST_WAITING
    ) -> None:
        self._at_once, self._strangers, self._most_waiting = at_once, strangers, most_waiting
        self._turn = threading.Condition()
        self._running = 0
        self._waiting = {True: 0, False: 0}  # by whether they are strangers

    @contextmanager
    def one(self, *, stranger: bool = False) -> Iterator[None]:
        """A place in the pool, for somebody who is inside already or for a stranger; Busy when the queue is full."""
        self._take(stranger)
        try:
            yield
        finally:
            with self._turn:
                self._running -= 1
                self._turn.notify_all()

    def _take(self, stranger: bool) -> None:
        with self._turn:
            if not self._free(stranger):
                full = self._waiting[True] >= self._strangers if stranger else False
                if full or sum(self._waiting.values()) >= self._most_waiting:
                    raise Busy
                self._waiting[stranger] += 1
                self._turn.wait_for(lambda: self._free(stranger))
                self._waiting[stranger] -= 1
                if not stranger:
                    self._turn.notify_all()  # strangers made way for this one: another place may be free for them
            self._running += 1

    def _free(self, stranger: bool) -> bool:
        return self._running < self._at_once and not (stranger and self._waiting[False])
