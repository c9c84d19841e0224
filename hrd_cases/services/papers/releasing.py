"""Releasing a paper: sealed by its builder, kept like evidence, numbered, frozen; and its files on their way out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.filings import RELEASED, Paper, Sending
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.legal_actions import Filed, LegalAction
from hrd_cases.domain.paper_matter import blob_of
from hrd_cases.domain.papers import EditedFiling
from hrd_cases.domain.words import N_
from hrd_cases.render.places import ANNEX, DOCX, SUMS, SUMS_SEAL, WHOLE, path_of
from hrd_cases.services.drafting.plans import plan_of
from hrd_cases.services.drafting.sources import open_for_paper
from hrd_cases.services.evidence.evidence import OpenedFile
from hrd_cases.services.evidence.file_types import ending
from hrd_cases.services.evidence.sealed_files import IncomingFile, KeptFile, contents, seal_whole, stored_file
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.papers import edited, jobs, recalls
from hrd_cases.services.papers.jobs import BUILT, Job
from hrd_cases.services.papers.matter.supplements import printed_exhibits
from hrd_cases.services.papers.package import Packed, Volume, sums, volumes, zipped
from hrd_cases.services.papers.papers import desk, next_number
from hrd_cases.services.papers.release_gate import unchanged
from hrd_cases.services.papers.seals import SealFacts, sealing
from hrd_cases.services.records import records
from hrd_cases.services.records.records import read_in
from hrd_cases.services.signin.saved_drafts import NO_FORM, Once
from hrd_cases.store.records import Stored


def release(  # one form, one paper
    runtime: Runtime,
    session: Session,
    now: datetime,
    case: CaseId,
    record: RecordId,
    *,
    once: Once = NO_FORM,
    to: str = "/",
) -> int:
    """Freeze the version that was built; returns its number. Raises RuleBroken when the choices have changed."""
    with runtime.reading(session, now) as ctx:
        once.check(ctx)
        job = _job(ctx, case, record)
        unchanged(ctx, case, record, job.order)
        seal = sealing(ctx, case, job.order.number)
    files = list(_sealed(runtime, session, now, case, job, seal))
    with runtime.writing(session, now) as ctx:
        once.check(ctx)
        once.done(ctx, to)
        _freeze(ctx, case, record, job, files)
    jobs.drop(runtime, record)
    return job.order.number


def take_edited(runtime: Runtime, session: Session, now: datetime, case: CaseId, record: RecordId) -> edited.Taking:
    """Decide, before the first byte, whether the edited filing of a paper may come back."""
    with runtime.reading(session, now) as ctx:
        edited.draft(ctx, case, record)
        here = desk(ctx, case, record, as_built=True)
    by_name = lambda texts: here.names.named_in(texts.pages, here.thinned.hidden)  # noqa: E731
    # Letter for letter; names in other forms may be somebody else's: they are asked about once it is here.
    unwanted = EditedFiling(pdf="", forbidden=here.thinned.forbidden)
    return edited.Taking(runtime, session, case, here.stored, unwanted, by_name)


def built_file(ctx: Context, case: CaseId, record: RecordId, name: str) -> OpenedFile:
    """A file of a version that is built and not yet released: 'dossier.pdf', 'filing.docx', 'annex.pdf'."""
    job = _job(ctx, case, record)
    built = dict(_contents(job, lambda pdf: pdf))
    if name not in built:
        raise NotFound
    data = built[name]
    neutral = f"draft.{name.rpartition('.')[2]}"
    return OpenedFile(name=name, neutral=neutral, length=len(data), pieces=iter((data,)))


def released_file(ctx: Context, case: CaseId, record: RecordId, number: int) -> OpenedFile:
    """A file of a released paper, `number` from 1."""
    files = _released(ctx, case, record)
    if not 1 <= number <= len(files):
        raise NotFound
    file = files[number - 1]
    ctx.note("read", "send a paper", vault=case, record=record, number=number)
    neutral = f"paper-{number:02d}.{ending(file.sniffed)}"
    return OpenedFile(name=file.name, neutral=neutral, length=file.length, pieces=contents(ctx.runtime, case, file))


def separate_files(ctx: Context, case: CaseId, record: RecordId) -> OpenedFile:
    """All files of a released paper in one archive, for portals that want them numbered and apart."""
    packed = _packed(ctx, case, record)
    ctx.note("read", "send a paper's files", vault=case, record=record)
    length, pieces = zipped(packed)
    return OpenedFile(name="paper.zip", neutral="paper.zip", length=length, pieces=pieces)


def parts(ctx: Context, case: CaseId, record: RecordId, most: int) -> tuple[Volume, ...]:
    """All files of a released paper in archives of at most so many bytes, for portals that take no larger one."""
    return volumes(_packed(ctx, case, record), most)


def part(ctx: Context, case: CaseId, record: RecordId, most: int, number: int) -> OpenedFile:
    """One of these archives, `number` from 1; NotFound where there is none."""
    every = parts(ctx, case, record, most)
    if not 1 <= number <= len(every):
        raise NotFound
    ctx.note("read", "send a paper's files", vault=case, record=record, number=number)
    length, pieces = zipped(every[number - 1].files)
    name = f"paper-part-{number:02d}.zip"
    return OpenedFile(name=name, neutral=name, length=length, pieces=pieces)


def to_send(ctx: Context, case: CaseId, record: RecordId, *, sealing: bool = False) -> Stored[Paper]:
    """A released paper whose sending its counsel of record writes down; raises NotFound for one in work."""
    vault = open_vault(ctx, Act.READ_PAPER, case, record=record)
    stored = read_in(ctx, vault, record, Paper)
    open_for_paper(ctx, case, stored.value.action, sealing=sealing)
    if stored.value.state != RELEASED:
        raise NotFound
    return stored


def send(ctx: Context, case: CaseId, record: RecordId, row: Sending, expected: Mapping[str, int]) -> None:
    """Write down to whom a released paper went, on the paper and among the filings of its legal action."""
    stored = to_send(ctx, case, record, sealing=True)
    _keep_sent(ctx, case, stored, (*(stored.value.sent or ()), row.entry()), expected)
    action = records.read(ctx, case, stored.value.action, LegalAction)
    by = plan_of(stored.value.plan).filing.filed_by
    filed = Filed(kind=row.kind, by=by, on=row.on, proof=row.receipt)
    changed = replace(action.value, filings=(*action.value.filings, filed))
    records.save(ctx, case, action.id, changed, action.versions)


def unsend(ctx: Context, case: CaseId, record: RecordId, number: int) -> None:
    """Take one row, `number` from 1 by day, off the paper; the filing of the legal action stays."""
    stored = to_send(ctx, case, record, sealing=True)
    rows = [row.entry() for row in stored.value.sendings]
    if not 1 <= number <= len(rows):
        raise NotFound
    _keep_sent(ctx, case, stored, (*rows[: number - 1], *rows[number:]), stored.versions)


def _keep_sent(
    ctx: Context,
    case: CaseId,
    stored: Stored[Paper],
    rows: tuple[Mapping[str, str], ...],
    expected: Mapping[str, int],
) -> None:
    vault = open_vault(ctx, Act.READ_PAPER, case, record=stored.id)
    changed = replace(stored.value, sent=rows)
    ctx.work.records.update(vault, ctx.author, stored.id, changed, expected, ctx.today)
    ctx.note("write", "write down where a paper was sent", vault=case, record=stored.id)


def _sealed(
    runtime: Runtime, session: Session, now: datetime, case: CaseId, job: Job, sealing: SealFacts
) -> Iterator[KeptFile]:
    """Every file of the package, kept like evidence: what was built, the files that come as they are, the manifest."""
    keep = partial(seal_whole, runtime, case, at=now, by=session.actor.user)
    files = [keep(data, name=name) for name, data in _contents(job, sealing.seal)]
    files += _natives(runtime, session, now, case, job)
    listed = sums((path_of(file.name), file.sha256) for file in files)
    yield from files
    yield keep(listed, name=SUMS)
    yield keep(sealing.seal_of_manifest(listed), name=SUMS_SEAL)


def _natives(runtime: Runtime, session: Session, now: datetime, case: CaseId, job: Job) -> Iterator[KeptFile]:
    """Copies of the files that are handed over as they are: a paper keeps what it promises."""
    kept_files = {file.blob: file for file in job.order.files}
    handed = {each.file: each for each in job.built.manifest.not_printed if each.file} if job.built else {}
    for not_printed in handed.values():
        file = kept_files[blob_of(not_printed.part)]
        copy = IncomingFile(runtime, case, name=not_printed.file, claimed=file.claimed, most=file.length)
        try:
            for piece in contents(runtime, case, file):
                copy.write(piece)
            yield copy.finish(now, session.actor.user)
        except BaseException:
            copy.abort()
            raise


def _contents(job: Job, seal: Callable[[bytes], bytes]) -> Iterator[tuple[str, bytes]]:
    built = job.built
    if built is None:
        return
    yield WHOLE, seal(built.main_pdf)
    if built.annex_pdf is not None:
        yield ANNEX, seal(built.annex_pdf)
    yield DOCX, built.docx
    yield from built.parts


def _job(ctx: Context, case: CaseId, record: RecordId) -> Job:
    _vault, stored = edited.draft(ctx, case, record)
    job = jobs.find(ctx.runtime, record, ctx.actor.user)
    if job is None or job.state != BUILT or not edited.same(job.order, stored.value):
        raise RuleBroken(N_("Build this version first, and look at it."))
    return job


def _freeze(ctx: Context, case: CaseId, record: RecordId, job: Job, files: list[KeptFile]) -> None:
    vault, stored = edited.draft(ctx, case, record)
    if not edited.same(job.order, stored.value):
        raise RuleBroken(N_("The choices were changed after this version was built. Build it again."))
    here = unchanged(ctx, case, record, job.order)
    if job.order.number != next_number(ctx, case):
        raise RuleBroken(N_("Another paper of this case was released with this number. Build it again."))
    for file in files:
        ctx.work.files.add(file.row(case, ctx.today))
    frozen = replace(
        stored.value,
        plan=replace(job.order.plan, printed=printed_exhibits(job.order)).stored(),
        number=job.order.number,
        state=RELEASED,
        released_on=ctx.today,
        named=recalls.relied_on(here.needed),
        files=tuple(item.entry() for item in files),
    )
    ctx.work.records.update(vault, ctx.author, record, frozen, stored.versions, ctx.today)
    ctx.note("write", "release a paper", vault=case, record=record, number=job.order.number)


def _packed(ctx: Context, case: CaseId, record: RecordId) -> list[Packed]:
    return [
        Packed(path=path_of(file.name), length=file.length, pieces=partial(contents, ctx.runtime, case, file))
        for file in _released(ctx, case, record)
    ]


def _released(ctx: Context, case: CaseId, record: RecordId) -> tuple[KeptFile, ...]:
    vault = open_vault(ctx, Act.READ_PAPER, case, record=record)
    stored = read_in(ctx, vault, record, Paper)
    if stored.value.state != RELEASED:
        raise NotFound
    return tuple(stored_file(entry) for entry in stored.value.files or ())
