"""The files of a database, written anew after something was taken out: when, how much of them, and what stays due."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from threading import Lock
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from hrd_cases.domain.errors import DatabaseBusy
from hrd_cases.store.connections import BUSY_TIMEOUT
from hrd_cases.store.emptying import AT_ONCE, postgres_size, rewrite_postgres, rewrite_sqlite_keys
from hrd_cases.store.failpoints import reach
from hrd_cases.store.settings import COMPACT, REWRITE, StoredSettings


class _Work(Protocol):
    @property
    def settings(self) -> StoredSettings: ...


class Rewriting(ABC):
    """What a database knows of its files."""

    def __init__(self, engine: Engine, *, sqlite: bool) -> None:
        self.engine = engine
        self.sqlite = sqlite
        self.rewrite_due = False  # a rewrite was given up: what was deleted may still be in the files
        self._rewriting = Lock()

    @abstractmethod
    def reading(self) -> AbstractContextManager[_Work]:
        """One snapshot."""

    @abstractmethod
    def _turn(self) -> AbstractContextManager[None]:
        """Its turn among the writers."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[_Work]:
        """One transaction, after `_turn`."""

    def settle(self) -> bool:
        """Move everything out of SQLite's write-ahead log and empty it, so that deleted bytes are gone from it too.

        False when it could not be emptied: somebody holds the file for longer than writers wait, or the disk refuses.
        """
        if not self.sqlite:
            return True
        with self._by_itself() as cursor:
            return _emptied(cursor)

    def rewrite(self) -> None:
        """Write the files anew without what was deleted, and empty SQLite's write-ahead log.

        Where they are large, the tables of keys alone, and the others with `compact`: nobody waits for it. While
        somebody holds the file or an older snapshot for longer than writers wait, or the disk refuses, it stays due
        and is done after a later transaction.
        """
        with self._rewriting:
            self._rewrite(whole=self.size <= AT_ONCE)

    def compact(self) -> bool:
        """The same of all files, however large; False when it could not be done, and stays due.

        ValueError when the disk has no room for a second copy.
        """
        if self.sqlite and disk_usage(self._file.parent).free < 2 * self.size:
            raise ValueError("no room for a second copy")
        with self._rewriting:
            return self._rewrite(whole=True)

    @property
    def compact_due(self) -> bool:
        """Whether only the tables of keys were written anew since something was taken out."""
        return any(self._marks().values())

    @property
    def size(self) -> int:
        """How many bytes would be written anew."""
        return self._file.stat().st_size if self.sqlite else postgres_size(self.engine)

    @property
    def _file(self) -> Path:
        return Path(str(self.engine.url.database))

    def _rewrite(self, *, whole: bool, patience: float | None = None) -> bool:
        self.rewrite_due, marks = True, self._marks()
        done = (
            self._rewrite_sqlite(whole)
            if self.sqlite
            else rewrite_postgres(self.engine, patience=patience, whole=whole)
        )
        self.rewrite_due = not done
        if done:
            reach("rewrite.before_unmark")
            self._unmark(marks, whole)
        return done

    def rewrite_if_marked(self) -> None:
        """The same at the start, for a process that ended before it came to it."""
        if self._marks()[REWRITE]:
            self.rewrite()

    def _marks(self) -> dict[str, str]:
        """What was marked with the newest act after which files are to be written anew; empty when they were."""
        with self.reading() as work:
            return {name: work.settings.get(name) for name in (REWRITE, COMPACT)}

    def _unmark(self, marks: Mapping[str, str], whole: bool) -> None:
        """It is done, unless another act was marked meanwhile; one that cannot be unmarked is done once more."""
        if whole and not any(marks.values()):
            return
        with suppress(DBAPIError, DatabaseBusy), self._turn(), self._transaction() as work:
            for name, mark in marks.items():
                if mark and work.settings.get(name) == mark and (whole or name == REWRITE):
                    work.settings.remove(name)
            if not whole:
                work.settings.compact_due()

    def _rewrite_sqlite(self, whole: bool) -> bool:
        with self._by_itself() as cursor:
            cursor.execute("PRAGMA query_only=0")
            anew = False
            # Somebody writes for longer than others wait, or there is no room.
            with suppress(sqlite3.OperationalError, DatabaseBusy), self._turn():
                if whole:
                    cursor.execute("VACUUM")
                else:
                    rewrite_sqlite_keys(cursor)
                anew = True
            return _emptied(cursor) and anew

    def _rewrite_if_free(self) -> None:
        """Do the rewrite that is due, unless somebody holds the file or does it: nobody waits for it a second time."""
        if self._rewriting.locked():
            return
        if not self.sqlite:
            with self._rewriting:
                self._rewrite(whole=self.size <= AT_ONCE, patience=0)
            return
        with self._by_itself() as cursor:
            cursor.execute("PRAGMA busy_timeout=0")
            try:
                free = _emptied(cursor)
            finally:
                cursor.execute(f"PRAGMA {BUSY_TIMEOUT}")
        if free:
            self.rewrite()

    @contextmanager
    def _by_itself(self) -> Iterator[DBAPICursor]:
        """A connection outside any transaction."""
        with closing(self.engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
            yield cursor


def _emptied(cursor: DBAPICursor) -> bool:
    """Try to empty SQLite's write-ahead log; False when somebody was in the way, or the disk refused.

    What it comes after is committed: an error here would tell that it was not.
    """
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        return False
    busy: int = cursor.fetchall()[0][0]
    return busy == 0
