"""Taking files in: the gate first, then bytes sealed as they come, then one short transaction that names them.

A file that arrived whole is kept even when the line drops before the form ends (docs/adr: an upload that breaks off).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence, bound, brief, with_files
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, record_id
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence.evidence import hashes_in, holding
from hrd_cases.services.evidence.sealed_files import IncomingFile, KeptFile
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import hashes_of, read_in
from hrd_cases.services.signin.saved_drafts import NO_FORM, Once
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.stored import new_record_id

DROPPED_TITLE = N_("Received before the connection was lost: %(title)s")
DROPPED_NOTE = N_("The connection was lost: these files arrived completely, others of the same form may be missing.")


@dataclass(kw_only=True)
class Intake:
    """One form with files on its way into a case, or to the exhibit `record`."""

    runtime: Runtime
    session: Session = field(repr=False)
    case: CaseId
    record: RecordId = NO_RECORD
    finished: list[KeptFile] = field(default_factory=list)
    empty: int = 0  # files of no bytes, which are left out
    seen_before: bool = False  # a file is in this case already; it is kept all the same
    once: Once = NO_FORM  # the form that the files came with
    leads_to: Callable[[list[RecordId]], str] = field(default=lambda _made: "/")  # the page that answers it

    def begin_file(self, name: str, claimed: str) -> IncomingFile:
        """Begin the next file; raises RuleBroken when there are too many."""
        bounds = self.runtime.upload_limits
        if len(self.finished) >= bounds.files:
            raise RuleBroken(
                N_("At most %(files)s files at once. The first ones are kept; send the others in a second form."),
                place="files",
                values={"files": bounds.files},
            )
        return IncomingFile(self.runtime, self.case, name=name, claimed=claimed, most=bounds.file)

    def finish_file(self, incoming: IncomingFile, now: datetime) -> None:
        """Make a file safe that arrived whole; a file of no bytes is left out and counted."""
        if incoming.empty:
            incoming.abort()
            self.empty += 1
            return
        self.finished.append(incoming.finish(now, self.session.actor.user))

    def keep(
        self, value: Evidence, now: datetime, *, each_its_own: bool = False, broken_off: bool = False
    ) -> list[RecordId]:
        """Name what arrived in one short transaction; returns the ids of the exhibits.

        SentBefore when the same form was carried out before. One that broke off is completed: no file of it is
        taken in twice.
        """
        with self.runtime.writing(self.session, now) as ctx:
            vault = open_vault(ctx, Act.ADD_EVIDENCE, self.case, record=self.record)
            hashes = [file.sha256 for file in self.finished]
            rescued = tuple(map(record_id, self.once.check(ctx, *hashes)))
            values = self._known(ctx, vault, rescued)
            self.finished = [file for file in self.finished if file.sha256 not in values]
            self.seen_before = not hashes_in(ctx, vault).isdisjoint(brief(file.sha256) for file in self.finished)
            self._enter_rows(ctx)
            if rescued and not self.record:
                lines = self._complete(ctx, vault, value, rescued, each_its_own=each_its_own)
            else:
                lines = self._named(ctx, vault, value, each_its_own=each_its_own)
            self.once.done(ctx, self.leads_to(lines), *hashes, rescued=tuple(lines) if broken_off else ())
            return lines

    def keep_once(self, value: Evidence, now: datetime) -> str:
        """Name what arrived as one exhibit and return its id: the one that has all these files already, if there is."""
        hashes = {file.sha256 for file in self.finished}
        with self.runtime.reading(self.session, now) as ctx:
            existing = holding(ctx, open_vault(ctx, Act.ADD_EVIDENCE, self.case), hashes)
        return existing or self.keep(value, now)[0]

    def rescue(self, value: Evidence, now: datetime, say: Callable[[str], str], *, each_its_own: bool = False) -> None:
        """The line dropped: keep what arrived whole, marked so that it is found in the case."""
        if not self.finished:
            return
        title = say(DROPPED_TITLE) % {"title": value.title or self.finished[0].name}
        notes = "\n".join(part for part in (value.notes, say(DROPPED_NOTE)) if part)
        self.keep(replace(value, title=title[:200], notes=notes), now, each_its_own=each_its_own, broken_off=True)

    def _known(self, ctx: Context, vault: OpenVault, rescued: tuple[RecordId, ...]) -> set[str]:
        """The hashes of the files that an earlier sending of this form brought whole."""
        stored = [read_in(ctx, vault, item, Evidence) for item in rescued]
        return {str(entry["sha256"]) for record in stored for entry in record.value.files}

    def _complete(
        self, ctx: Context, vault: OpenVault, value: Evidence, rescued: tuple[RecordId, ...], *, each_its_own: bool
    ) -> list[RecordId]:
        """Give what was rescued the answers of the whole form, and add what had been missing."""
        for record in rescued:
            stored = read_in(ctx, vault, record, Evidence)
            files = (*stored.value.files, *(() if each_its_own else (file.entry() for file in self.finished)))
            title = value.title or str(files[0]["name"])
            if each_its_own:
                title = f"{value.title} · {files[0]['name']}" if value.title else str(files[0]["name"])
            derived = bound(replace(value, title=title[:200] or "—"), hashes_of(ctx, vault, value.made_from))
            whole = with_files(derived, files)
            ctx.work.records.update(vault, ctx.author, record, whole, stored.versions, ctx.today)
        if not each_its_own or not self.finished:
            return list(rescued)
        return [*rescued, *(self._new(ctx, vault, value, [file], many=True) for file in self.finished)]

    def _named(self, ctx: Context, vault: OpenVault, value: Evidence, *, each_its_own: bool) -> list[RecordId]:
        if self.record:
            return [self._append(ctx, vault)]
        groups = [[file] for file in self.finished] if each_its_own else [self.finished]
        return [self._new(ctx, vault, value, group, many=len(groups) > 1) for group in groups]

    def _enter_rows(self, ctx: Context) -> None:
        for file in self.finished:
            ctx.work.files.add(file.row(self.case, ctx.today))

    def _new(  # what, where, of which files
        self, ctx: Context, vault: OpenVault, value: Evidence, group: list[KeptFile], *, many: bool
    ) -> RecordId:
        first = group[0].name if group else ""
        title = f"{value.title} · {first}" if value.title and many else value.title or first
        record = new_record_id()
        derived = bound(replace(value, title=title[:200] or "—"), hashes_of(ctx, vault, value.made_from))
        evidence = with_files(derived, [file.entry() for file in group])
        ctx.work.records.add(vault, ctx.author, record, evidence, ctx.today)
        ctx.note("write", "new evidence", vault=vault.id, record=record)
        return record

    def _append(self, ctx: Context, vault: OpenVault) -> RecordId:
        stored = read_in(ctx, vault, self.record, Evidence)
        files = (*stored.value.files, *(file.entry() for file in self.finished))
        more = with_files(stored.value, files)
        ctx.work.records.update(vault, ctx.author, self.record, more, stored.versions, ctx.today)
        return self.record


def begin(runtime: Runtime, session: Session, now: datetime, *, case: CaseId, record: RecordId = NO_RECORD) -> Intake:
    """Decide before the first byte; raises NotFound, Forbidden, or RuleBroken when the case has no room left."""
    with runtime.reading(session, now) as ctx:
        vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=record)
        if record:
            read_in(ctx, vault, record, Evidence)
        used = sum(row.size for row in ctx.work.files.of_vault(case))
    if used >= runtime.upload_limits.case:
        raise RuleBroken(
            N_("This case holds as many files as are allowed here. Ask an administrator for more room."), place="files"
        )
    return Intake(runtime=runtime, session=session, case=case, record=record)
