"""Entries of many reads in one transaction: who finds nobody at it commits for all who wait by then.

A read is shown only when its entry is committed. Its entries need no order among those of others, so they share one
commit and one turn among the writers, on both databases.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Lock
from typing import Generic, TypeVar

W = TypeVar("W")


class _Ticket(Generic[W]):
    """What one read enters: `check` may refuse it before anything is written; what went wrong, if anything did."""

    def __init__(self, check: Callable[[W], None], write: Callable[[W], None]) -> None:
        self.check = check
        self.write = write
        self.settled = Event()  # committed, failed, or to commit for those who wait
        self.leads = False
        self.error: BaseException | None = None


class SharedCommits(Generic[W]):
    """Transactions of `writing`, each shared by the reads that wait for one."""

    def __init__(self, writing: Callable[[], AbstractContextManager[W]]) -> None:
        self._writing = writing
        self._lock = Lock()
        self._waiting: list[_Ticket[W]] = []
        self._led = False

    def enter(self, check: Callable[[W], None], write: Callable[[W], None]) -> None:
        """Do both in one transaction, with those of others; returns when it is committed, raises what went wrong.

        `write` must be fit to be done again: when that of somebody else fails, each is done by itself.
        """
        own = _Ticket(check, write)
        with self._lock:
            self._waiting.append(own)
            own.leads = not self._led
            self._led = True
        if not own.leads:
            own.settled.wait()
        if own.leads:
            self._commit(own)
        if own.error is not None:
            raise own.error

    @property
    def waiting(self) -> int:
        """How many wait at this moment."""
        with self._lock:
            return len(self._waiting)

    def _commit(self, own: _Ticket[W]) -> None:
        """Commit for everybody who waits when one's turn has come, and let the next one lead."""
        batch = [own]
        try:
            with self._writing() as work:
                batch = self._take_batch()
                for ticket in batch:
                    self._check(ticket, work)
                for ticket in batch:
                    if ticket.error is None:
                        ticket.write(work)
        except BaseException as error:  # noqa: BLE001  # each raises it in its own thread
            self._alone(batch, error)
        finally:
            self._pass_on(batch, own)

    def _check(self, ticket: _Ticket[W], work: W) -> None:
        try:
            ticket.check(work)
        except Exception as refusal:  # noqa: BLE001  # raised in its own thread
            ticket.error = refusal

    def _alone(self, batch: list[_Ticket[W]], error: BaseException) -> None:
        """What failed for all is done one by one, so that nobody fails for somebody else's sake."""
        if len(batch) == 1 or not isinstance(error, Exception):
            for ticket in batch:
                ticket.error = ticket.error or error
            return
        for ticket in batch:
            if ticket.error is None:
                try:
                    with self._writing() as work:
                        ticket.check(work)
                        ticket.write(work)
                except Exception as failure:  # noqa: BLE001  # raised in its own thread
                    ticket.error = failure

    def _take_batch(self) -> list[_Ticket[W]]:
        with self._lock:
            batch, self._waiting = self._waiting, []
        return batch

    def _pass_on(self, batch: list[_Ticket[W]], own: _Ticket[W]) -> None:
        with self._lock:
            if own in self._waiting:  # its turn did not come in time: nor did that of those who wait with it
                batch, self._waiting = self._waiting, []
                for ticket in batch:
                    ticket.error = own.error
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        for ticket in batch:
            ticket.settled.set()
        if following is not None:
            following.leads = True
            following.settled.set()
