"""How many passphrases are tried at once, and how many wait: each takes 64 MiB and half a second of a processor.

A whole office may come in at the same moment, so that many wait, in threads of their own (web/door/door.py). Of
strangers, of whom anybody may send any number, those of one address take at most half of the places; browsers that
logged in here before, and people who are inside, have places of their own and go first.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hrd_cases.domain.errors import Busy

AT_ONCE = 2
STRANGERS_WAITING = 40
OF_ONE_SOURCE = 20
MOST_WAITING = 60


class PassphraseSlots:
    """A bounded pool with a bounded queue."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        strangers: int = STRANGERS_WAITING,
        most_waiting: int = MOST_WAITING,
        of_one_source: int = OF_ONE_SOURCE,
    ) -> None:
        self._at_once, self._strangers, self._most_waiting = at_once, strangers, most_waiting
        self._of_one_source = of_one_source
        self._sources: Counter[str] = Counter()  # of strangers who wait; forgotten when they do not
        self._turn = threading.Condition()
        self._running = 0
        self._waiting = {True: 0, False: 0}  # by whether they are strangers

    @contextmanager
    def one(self, *, stranger: bool = False, source: str = "") -> Iterator[None]:
        """A place in the pool, for somebody who is inside already or for a stranger; Busy when the queue is full.

        `source`: the address that a stranger comes from, empty where none is known.
        """
        self._take(stranger, source)
        try:
            yield
        finally:
            with self._turn:
                self._running -= 1
                self._turn.notify_all()

    def _take(self, stranger: bool, source: str) -> None:
        with self._turn:
            if not self._free(stranger):
                if self._full(stranger, source):
                    raise Busy
                self._wait(stranger, source)
            self._running += 1

    def _full(self, stranger: bool, source: str) -> bool:
        if not stranger:
            return self._waiting[False] >= self._most_waiting - self._strangers
        return self._waiting[True] >= self._strangers or self._sources[source] >= self._of_one_source

    def _wait(self, stranger: bool, source: str) -> None:
        self._waiting[stranger] += 1
        self._sources.update([source] if stranger else [])
        self._turn.wait_for(lambda: self._free(stranger))
        self._waiting[stranger] -= 1
        if stranger:
            self._sources.subtract([source])
            self._sources += Counter()  # only who waits stays in it
        else:
            self._turn.notify_all()  # strangers made way for this one: another place may be free for them

    def _free(self, stranger: bool) -> bool:
        return self._running < self._at_once and not (stranger and self._waiting[False])
