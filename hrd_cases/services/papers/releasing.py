"""Releasing a paper: sealed by its builder, kept like evidence, numbered, frozen; and its files on their way out."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.context import Context, Runtime
from hrd_cases.services.evidence import OpenedFile
from hrd_cases.services.file_types import ending
from hrd_cases.services.gate import open_vault
from hrd_cases.services.kept import NO_FORM, Once
from hrd_cases.services.papers import jobs, recalls, secrecy
from hrd_cases.services.papers.jobs import BUILT, Job
from hrd_cases.services.papers.papers import RELEASED
from hrd_cases.services.papers.plans import plan_of
from hrd_cases.services.papers.release_gate import unchanged
from hrd_cases.services.papers.seals import sealing
from hrd_cases.services.papers.sources import open_for_paper, recipient_of
from hrd_cases.services.records import read_in
from hrd_cases.services.sealed_files import Incoming, KeptFile, contents, kept, seal_whole, whole
from hrd_cases.services.sessions import Session
from hrd_cases.store.files import FileRow
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

WHOLE, ANNEX, DOCX, FILING = "dossier.pdf", "annex.pdf", "filing.docx", "filing.pdf"
AS_BUILT = "filing-as-built.pdf"
EDITED = "filing-of-record.pdf"
LARGEST_EDITED = 64 * 1024 * 1024
PDF_TYPE = "application/pdf"


def release(  # one form, one paper
    runtime: Runtime, session: Session, now: datetime, case: str, record: str, *, once: Once = NO_FORM, to: str = "/"
) -> int:
    """Freeze the version that was built; returns its number. Raises RuleBroken when the choices have changed."""
    with runtime.reading(session, now) as ctx:
        once.check(ctx)
        job = _job(ctx, case, record)
        unchanged(ctx, case, record, job.order)
        seal = sealing(ctx, case, job.order.number)
        edited = _edited(ctx, case, record)
    files = [
        seal_whole(runtime, case, data, name=name, at=now, by=session.actor.user)
        for name, data in _contents(job, seal.seal, replaced=edited is not None)
    ]
    with runtime.writing(session, now) as ctx:
        once.check(ctx)
        once.done(ctx, to)
        _freeze(ctx, case, record, job, [files[0], *([edited] if edited else []), *files[1:]], files)
    jobs.drop(runtime, record)
    return job.order.number


def take_edited(runtime: Runtime, session: Session, now: datetime, case: str, record: str) -> "EditedFiling":
    """Decide, before the first byte, whether the edited filing of a paper may come back."""
    with runtime.reading(session, now) as ctx:
        _draft(ctx, case, record)
    return EditedFiling(runtime, session, case, record)


class EditedFiling:
    """The filing as a lawyer edited it, on its way in: one PDF, which becomes the paper of record."""

    def __init__(self, runtime: Runtime, session: Session, case: str, record: str) -> None:
        self._runtime, self._session, self._case, self._record = runtime, session, case, record
        self._kept: KeptFile | None = None

    def begin_file(self, name: str, claimed: str) -> Incoming:
        """Begin the file; raises RuleBroken for a second one."""
        if self._kept is not None:
            raise RuleBroken(N_("Send one PDF: the filing as it is to be filed."), place="files")
        return Incoming(self._runtime, self._case, name=EDITED, claimed=claimed, most=LARGEST_EDITED)

    def finish_file(self, incoming: Incoming, now: datetime) -> None:
        """Make the file safe."""
        if incoming.empty:
            incoming.abort()
        else:
            self._kept = incoming.finish(now, self._session.actor.user)

    def keep(self, now: datetime, *, once: Once = NO_FORM, to: str = "/") -> None:
        """Enter it in the paper; raises RuleBroken when it is no PDF."""
        file = self._kept
        if file is None or file.sniffed != PDF_TYPE:
            raise RuleBroken(N_("This is no PDF. Save the edited filing as PDF and send that."), place="files")
        with self._runtime.writing(self._session, now) as ctx:
            once.check(ctx, file.sha256)
            once.done(ctx, to, file.sha256)
            vault, stored = _draft(ctx, self._case, self._record)
            ctx.work.files.add(FileRow(id=file.blob, vault_id=self._case, day=ctx.today, size=file.stored))
            changed = replace(stored.value, files=(file.entry(),))
            ctx.work.records.update(vault, ctx.author, self._record, changed, stored.versions, ctx.today)
            ctx.note("write", "take back an edited filing", vault=self._case, record=self._record, sha256=file.sha256)


def built_file(ctx: Context, case: str, record: str, name: str) -> OpenedFile:
    """A file of a version that is built and not yet released: 'dossier.pdf', 'filing.docx', 'annex.pdf'."""
    job = _job(ctx, case, record)
    built = dict(_contents(job, lambda pdf: pdf, replaced=False))
    if name not in built:
        raise NotFound
    data = built[name]
    neutral = f"draft.{name.rpartition('.')[2]}"
    return OpenedFile(name=name, neutral=neutral, length=len(data), pieces=iter((data,)))


def released_file(ctx: Context, case: str, record: str, number: int) -> OpenedFile:
    """A file of a released paper, `number` from 1."""
    files = _released(ctx, case, record)
    if not 1 <= number <= len(files):
        raise NotFound
    file = files[number - 1]
    ctx.note("read", "send a paper", vault=case, record=record, number=number)
    neutral = f"paper-{number:02d}.{ending(file.sniffed)}"
    return OpenedFile(name=file.name, neutral=neutral, length=file.length, pieces=contents(ctx.runtime, case, file))


def separate_files(ctx: Context, case: str, record: str) -> OpenedFile:
    """All files of a released paper in one archive, for portals that want them numbered and apart."""
    files = _released(ctx, case, record)
    ctx.note("read", "send a paper's files", vault=case, record=record)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for file in files:
            entry = zipfile.ZipInfo(file.name, date_time=(1980, 1, 1, 0, 0, 0))
            packed.writestr(entry, whole(contents(ctx.runtime, case, file)))
    data = target.getvalue()
    return OpenedFile(name="paper.zip", neutral="paper.zip", length=len(data), pieces=iter((data,)))


def _contents(job: Job, seal: Callable[[bytes], bytes], *, replaced: bool) -> Iterator[tuple[str, bytes]]:
    built = job.built
    if built is None:
        return
    yield WHOLE, seal(built.main_pdf)
    if built.annex_pdf is not None:
        yield ANNEX, seal(built.annex_pdf)
    yield DOCX, built.docx
    for name, data in built.parts:
        yield AS_BUILT if replaced and name == FILING else name, data


def _job(ctx: Context, case: str, record: str) -> Job:
    _vault, stored = _draft(ctx, case, record)
    job = jobs.find(ctx.runtime, record, ctx.actor.user)
    if job is None or job.state != BUILT or job.order.plan != plan_of(stored.value.plan):
        raise RuleBroken(N_("Build this version first, and look at it."))
    return job


def _draft(ctx: Context, case: str, record: str) -> tuple[OpenVault, Stored]:
    vault = open_vault(ctx, Act.READ_CASE, case, record=record)
    stored = read_in(ctx, vault, record, code="paper")
    opened = open_for_paper(ctx, case, stored.value.action)
    if stored.value.state == RELEASED:
        raise RuleBroken(N_("This paper is released and frozen. Begin a new one for another version."))
    secrecy.refuse(ctx, opened, [recipient_of(ctx, opened, stored.value)])
    return opened, stored


def _edited(ctx: Context, case: str, record: str) -> KeptFile | None:
    _vault, stored = _draft(ctx, case, record)
    return next((kept(entry) for entry in stored.value.files or () if entry.get("name") == EDITED), None)


def _freeze(ctx: Context, case: str, record: str, job: Job, named: list[KeptFile], new: list[KeptFile]) -> None:
    vault, stored = _draft(ctx, case, record)
    here = unchanged(ctx, case, record, job.order)
    cards = ctx.work.records.cards([vault])
    taken = max((card.value.number for card in cards if card.entity.code == "paper" and card.value), default=0)
    if job.order.number != taken + 1:
        raise RuleBroken(N_("Another paper of this case was released meanwhile and has this number. Build it again."))
    for one in new:
        ctx.work.files.add(FileRow(id=one.blob, vault_id=case, day=ctx.today, size=one.stored))
    frozen = replace(
        stored.value,
        number=job.order.number,
        state=RELEASED,
        released_on=ctx.today,
        named=recalls.relied_on(here.needed),
        files=tuple(one.entry() for one in named),
    )
    ctx.work.records.update(vault, ctx.author, record, frozen, stored.versions, ctx.today)
    ctx.note("write", "release a paper", vault=case, record=record, number=job.order.number)


def _released(ctx: Context, case: str, record: str) -> tuple[KeptFile, ...]:
    vault = open_vault(ctx, Act.READ_PAPER, case, record=record)
    stored = read_in(ctx, vault, record, code="paper")
    if stored.value.state != RELEASED:
        raise NotFound
    return tuple(kept(entry) for entry in stored.value.files or ())
