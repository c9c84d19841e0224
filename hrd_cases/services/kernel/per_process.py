"""What lives as long as the process and is shared by its requests.

The rule: it is seen and changed under its lock only.

Each module declares what it keeps, with its type, and no other module knows it:

    OFFERS = PerProcess[dict[str, Offer]](dict)

    with OFFERS.of(runtime) as offers: ...
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from hrd_cases.services.kernel.context import Cell, Runtime

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value of which every running organisation has one of its own, made at its first use."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    @contextmanager
    def of(self, runtime: Runtime) -> Iterator[T]:
        """The value under its lock: look and change, and do nothing slow meanwhile."""
        cell = self._cell(runtime)
        with cell.lock:
            yield cell.value

    def itself(self, runtime: Runtime) -> T:
        """The value without the lock, for one that guards itself: a semaphore."""
        return self._cell(runtime).value

    def _cell(self, runtime: Runtime) -> Cell[T]:
        with runtime.lock:
            cell: Cell[T] | None = runtime.cells.get(self)
            if cell is None:
                cell = runtime.cells[self] = Cell(value=self._make(), lock=threading.Lock())
            return cell


RETRY = timedelta(minutes=5)


class VainTries:
    """What somebody tried in vain lately: not tried again by the same member with every page, only after RETRY."""

    def __init__(self) -> None:
        self._tried = PerProcess[dict[tuple[str, str], datetime]](dict)

    def due(self, runtime: Runtime, member: str, items: Iterable[str], now: datetime) -> list[str]:
        """Those of the items that may be tried now."""
        with self._tried.of(runtime) as tried:
            return [item for item in items if (member, item) not in tried or abs(now - tried[member, item]) >= RETRY]

    def note(self, runtime: Runtime, member: str, items: Iterable[str], now: datetime) -> None:
        """These are tried now."""
        with self._tried.of(runtime) as tried:
            tried.update(((member, item), now) for item in items)

    def forget(self, runtime: Runtime, member: str, item: str) -> None:
        """This one was not in vain."""
        with self._tried.of(runtime) as tried:
            tried.pop((member, item), None)
