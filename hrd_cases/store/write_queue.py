"""Writers of this process in their order: SQLite itself lets whoever asks at the right moment go first.

Who waits for longer than `patience` is told to try again; nothing was done for them.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from hrd_cases.domain.errors import DatabaseBusy


class WriteQueue:
    """One writer at a time, first come, first served."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn and have it; DatabaseBusy when it does not come in time."""
        turn = Event()
        with self._lock:
            if self._taken:
                self._waiting.append(turn)
            else:
                self._taken = True
                turn.set()
        try:
            came = turn.wait(self.patience)
        except BaseException:
            self._leave(turn)
            raise
        if not came:
            self._leave(turn)
            raise DatabaseBusy
        try:
            yield
        finally:
            self._pass_on()

    @property
    def waiting(self) -> int:
        """How many wait at this moment."""
        with self._lock:
            return len(self._waiting)

    def _leave(self, turn: Event) -> None:
        """Wait no longer; a turn that came at the last moment goes to the next one."""
        with self._lock:
            has_turn = turn not in self._waiting
            if not has_turn:
                self._waiting.remove(turn)
        if has_turn:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
