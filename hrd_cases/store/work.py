"""Transactions: one snapshot to read from, or one short transaction to write in; nothing else touches the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.domain.errors import Changed
from hrd_cases.store.access import AccessRows
from hrd_cases.store.connections import PATIENCE, begin_to_write, close_returned, postgres_engine, sqlite_engine
from hrd_cases.store.deletions import Deletions
from hrd_cases.store.due import DueVaults
from hrd_cases.store.duty_lines import DutyLines
from hrd_cases.store.failpoints import reach
from hrd_cases.store.files import Files
from hrd_cases.store.forms import KeptForms
from hrd_cases.store.imports import Imports
from hrd_cases.store.invariants import Invariants
from hrd_cases.store.keys import Keys
from hrd_cases.store.locked_calls import LockedCalls
from hrd_cases.store.log import Log, LogEntry
from hrd_cases.store.log_index import LogIndex
from hrd_cases.store.log_tags import LogTags
from hrd_cases.store.login_notices import LoginNotices
from hrd_cases.store.manifest_marks import Own
from hrd_cases.store.missing_keys import MissingKeys
from hrd_cases.store.packs import Packs
from hrd_cases.store.records import Records
from hrd_cases.store.replacements import Replacements
from hrd_cases.store.resealing import Resealing
from hrd_cases.store.rewriting import Rewriting
from hrd_cases.store.room import Room
from hrd_cases.store.rows import READS_ONLY
from hrd_cases.store.saved_searches import SavedSearches
from hrd_cases.store.sealed_answers import SealedAnswers
from hrd_cases.store.settings import StoredSettings
from hrd_cases.store.shared_commits import SharedCommits
from hrd_cases.store.successors import Leavings, Successors
from hrd_cases.store.travels import Travels
from hrd_cases.store.trends import Trends
from hrd_cases.store.tries import Tries
from hrd_cases.store.users import Users
from hrd_cases.store.write_queue import WriteQueue

# One writer at a time on PostgreSQL, as SQLite does it by itself: from its first look on, a writer sees all that the
# writers before it did, so that a key on its way from one table to another is never missed.
ONE_SERVER = 0x68726473657276
ONE_WRITER = ("SET LOCAL lock_timeout = '10s'", f"SELECT pg_advisory_xact_lock({0x68726463617365})")


class Work:
    """What one transaction can do, by subject; `org` is the organisation's 16-byte id.

    `log_size`: how long the log was known to be before this transaction began.
    """

    def __init__(self, connection: Connection, org: bytes, index: LogIndex, log_size: int) -> None:
        self.connection = connection
        self.org = org
        self._index = index
        self._log_size = log_size
        self.signer: UserKeys | None = None  # whoever is signed in: they sign what they leave behind

    def finish(self) -> None:
        """Let the log carry the marks of writes that no entry of it has told of, and its head count all facts."""
        marks = self.records.marks() if "records" in self.__dict__ else []
        if marks or ("log" in self.__dict__ and self.log.lacks_facts):
            self.log.append([LogEntry(day=self.log.newest_day, klass="write", mark=mark, sealed=b"") for mark in marks])

    def committed(self) -> None:
        """Let other transactions of this process know what the log has."""
        if "log" in self.__dict__:
            self.log.committed()

    @cached_property
    def users(self) -> Users:
        """Accounts and invitations."""
        return Users(self.connection)

    @cached_property
    def keys(self) -> Keys:
        """Vaults, headers, grants, keyrings, certificates."""
        return Keys(self.connection)

    @cached_property
    def replacements(self) -> Replacements:
        """Keys that come in the place of others."""
        return Replacements(self.connection)

    @cached_property
    def leavings(self) -> Leavings:
        """Who gave up a compartment."""
        return Leavings(self.connection)

    @cached_property
    def missing_keys(self) -> MissingKeys:
        """Who lacks the newest key of a compartment."""
        return MissingKeys(self.connection)

    @cached_property
    def successors(self) -> Successors:
        """Headers signed beforehand for the day after somebody's last one."""
        return Successors(self.connection)

    @cached_property
    def due(self) -> DueVaults:
        """What may wait for new keys."""
        return DueVaults(self.connection)

    @cached_property
    def resealing(self) -> Resealing:
        """What still rests under earlier keys."""
        return Resealing(self.connection)

    @cached_property
    def invariants(self) -> Invariants:
        """What must be true of all rows."""
        return Invariants(self.connection)

    @cached_property
    def records(self) -> Records:
        """Sealed records, their cards and their history."""
        return Records(self.connection, self.org, Own(lambda: self.signer, self._index.fits))

    @cached_property
    def packs(self) -> Packs:
        """What lists show of all cases of a person, in one file."""
        return Packs(self.connection)

    @cached_property
    def files(self) -> Files:
        """Which sealed files belong to which vault."""
        return Files(self.connection)

    @cached_property
    def trends(self) -> Trends:
        """Facts without names, sealed to the trend desk."""
        return Trends(self.connection, self.org, self.log)

    @cached_property
    def sealed_answers(self) -> SealedAnswers:
        """Answers that wait for a key of their case."""
        return SealedAnswers(self.connection, self.org)

    @cached_property
    def locked_calls(self) -> LockedCalls:
        """Calls written on a locked page, for who comes first."""
        return LockedCalls(self.connection, self.org)

    @cached_property
    def duty_lines(self) -> DutyLines:
        """Who is on duty, in the clear and signed."""
        return DutyLines(self.connection)

    @cached_property
    def access(self) -> AccessRows:
        """Who opened a case, sealed to the case."""
        return AccessRows(self.connection, self.org)

    @cached_property
    def log(self) -> Log:
        """The log that nobody can alter unnoticed."""
        return Log(self.connection, self._index, self._log_size)

    @cached_property
    def forms(self) -> KeptForms:
        """Forms posted after the session had ended."""
        return KeptForms(self.connection)

    @cached_property
    def imports(self) -> Imports:
        """Sheets on their way in."""
        return Imports(self.connection)

    @cached_property
    def login_notices(self) -> LoginNotices:
        """What people are told of log-ins to their accounts."""
        return LoginNotices(self.connection)

    @cached_property
    def saved_searches(self) -> SavedSearches:
        """Searches that people keep under a name."""
        return SavedSearches(self.connection)

    @cached_property
    def tries(self) -> Tries:
        """Log-ins that failed in a row."""
        return Tries(self.connection)

    @cached_property
    def travels(self) -> Travels:
        """Who travels without their keys."""
        return Travels(self.connection)

    @cached_property
    def deletions(self) -> Deletions:
        """What was deleted, and the erasing itself."""
        return Deletions(self.connection)

    @cached_property
    def settings(self) -> StoredSettings:
        """The organisation's settings."""
        return StoredSettings(self.connection)


class Database(Rewriting):
    """An SQLite or PostgreSQL database of the organisation `org` (16 bytes); errors never show parameters.

    Without `tags` it has no log that could be written or believed.
    """

    def __init__(self, url: str, org: bytes, tags: LogTags | None = None) -> None:
        self.org = org
        self.log_index = LogIndex(tags)
        address = make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        super().__init__(sqlite_engine(address) if sqlite else postgres_engine(address), sqlite=sqlite)
        self.shared = SharedCommits(self.writing)
        self.room = Room(Path(str(address.database)).parent) if sqlite else None  # PostgreSQL's disk is its own
        self.queue = WriteQueue(PATIENCE)  # of SQLite's writers; PostgreSQL's lock has a queue of its own
        self._serving: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """One snapshot that can not write; forgotten at the end."""
        log_size = self.log_index.size
        with self.engine.connect() as connection:
            connection.execution_options(**{READS_ONLY: True})
            if not self.sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            try:
                yield Work(connection, self.org, self.log_index, log_size)
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """One short transaction; committed at the end, undone on any exception; a lost race raises Changed.

        DatabaseBusy when others write for too long.
        """
        if self.room is not None:
            self.room.give_up()
        with self._turn(), self._transaction() as work:
            yield work
        reach("work.after_commit")
        if self.rewrite_due:
            self._rewrite_if_free()

    def _turn(self) -> AbstractContextManager[None]:
        return self.queue.turn() if self.sqlite else nullcontext()

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        log_size = self.log_index.size
        with self.engine.connect() as connection:
            try:
                begin_to_write(connection)
                self._wait_for_others(connection)
                work = Work(connection, self.org, self.log_index, log_size)
                yield work
                work.finish()
                reach("work.before_commit")
                connection.commit()
                work.committed()
            except IntegrityError as error:
                connection.rollback()
                if _is_duplicate_key(error):
                    raise Changed from None
                raise
            except BaseException:
                connection.rollback()
                raise

    def _wait_for_others(self, connection: Connection) -> None:
        if not self.sqlite:
            for statement in ONE_WRITER:
                connection.exec_driver_sql(statement)

    def serve_alone(self) -> bool:
        """On PostgreSQL, take the lock of who serves until this is closed; False while another holds it.

        On SQLite the file lies beside the instance folder, whose lock says the same.
        """
        if self.sqlite:
            return True
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({ONE_SERVER})").scalar():
            connection.close()
            return False
        self._serving = connection
        return True

    def damage(self) -> tuple[str, ...]:
        """What is wrong with the file itself, also when it can no longer be opened; empty when nothing is."""
        try:
            with self.reading() as work:
                return work.invariants.damage()
        except OperationalError:  # no answer at all: not a damaged file
            raise
        except DatabaseError as error:
            return (str(error.orig),)

    def refuses(self) -> str:
        """Why the file gives back nothing at all; empty when it does, or when there is just no answer now."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master" if self.sqlite else "SELECT 1")
        except OperationalError:
            raise
        except DatabaseError as error:
            return str(error.orig)
        return ""

    @property
    def address(self) -> str:
        """Where the database is, without a password."""
        return self.engine.url.set(password=None).render_as_string()

    def close(self) -> None:
        """Close every connection; one that a thread still uses is closed when the thread gives it back."""
        if self._serving is not None:
            self._serving.close()
            self._serving = None
        used = self.engine.pool
        self.engine.dispose()
        event.listen(used, "checkin", close_returned)
        used.dispose()  # what came back in between


def _is_duplicate_key(error: IntegrityError) -> bool:
    """True when somebody else entered the same key first: the only broken constraint that is not a mistake of ours."""
    if isinstance(error.orig, sqlite3.IntegrityError):
        return error.orig.sqlite_errorname in ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
    return getattr(error.orig, "sqlstate", "") == "23505"
