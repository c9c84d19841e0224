"""A file with a list on its way in: its bytes are in memory only, and only until its rows are sealed."""

from collections.abc import Callable
from datetime import datetime

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.importers.registry import importer
from hrd_cases.domain.sheets.model import MOST_BYTES
from hrd_cases.domain.sheets.reading import read_table
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence.sealed_files import TooLong
from hrd_cases.services.imports import importing
from hrd_cases.services.imports import lists as import_lists
from hrd_cases.services.imports.lists import ImportState
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.signin.saved_drafts import Once

LeadsTo = Callable[[str], str]  # the address of a list

NO_FILE = N_("Choose the file with the list.")
ONE_FILE = N_("Choose one file. Several sheets can stand in it.")


class ArrivingSheet:
    """The bytes of the file on their way in."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        """Take the next bytes; raises TooLong."""
        if len(self.data) + len(data) > MOST_BYTES:
            raise TooLong
        self.data += data

    def abort(self) -> None:
        """Forget what came."""
        self.data = bytearray()


class ListIntake:
    """One list on its way in."""

    def __init__(self, runtime: Runtime, session: Session, language: str, leads_to: LeadsTo) -> None:
        self._runtime, self._session, self._language = runtime, session, language
        self._leads_to = leads_to
        self._file: tuple[str, bytes] | None = None

    def begin_file(self, name: str, _claimed: str) -> ArrivingSheet:
        """Begin the file; raises RuleBroken for a second one."""
        if self._file is not None:
            raise RuleBroken(ONE_FILE, place="file")
        self._file = (name[:120], b"")
        return ArrivingSheet()

    def finish_file(self, incoming: ArrivingSheet, _now: datetime) -> None:
        """The file is here."""
        self._file = (self._file[0] if self._file else "", bytes(incoming.data))

    def keep(self, kind: str, case: CaseId, once: Once, now: datetime) -> str:
        """Read the file and keep its rows sealed; the id of the list. Raises RuleBroken with what is wrong."""
        if self._file is None:
            raise RuleBroken(NO_FILE, place="file")
        name, data = self._file
        sheets = read_table(data)
        with self._runtime.writing(self._session, now, self._language) as ctx:
            once.check(ctx)
            importing.ready(ctx, importer(kind), case)
            state = ImportState(kind=kind, case=case, name=name, language=self._language)
            sheet = import_lists.begin(ctx, state, sheets)
            once.done(ctx, self._leads_to(sheet))
        return sheet


def begin(runtime: Runtime, session: Session, now: datetime, language: str, leads_to: LeadsTo) -> ListIntake:
    """Decide, before the first byte, whether this person may bring in a list."""
    with runtime.reading(session, now) as ctx:
        import_lists.may_begin(ctx)
    return ListIntake(runtime, session, language, leads_to)
