"""A backup while people work: one age file to at least two recipients, written aside and named only when it is safe."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from hrd_cases.crypto.formats import age
from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.backups import keeping
from hrd_cases.services.backups.canary import hatch
from hrd_cases.services.backups.keeping import expires_on, stale
from hrd_cases.services.backups.packing import Lost, pack
from hrd_cases.services.backups.parts import PartsOut
from hrd_cases.services.install.health import Say
from hrd_cases.services.kernel import ended_keys
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.store.dump_files import UnfinishedFile, sweep
from hrd_cases.store.failpoints import reach

__all__ = ["BackupResult", "expires_on", "make", "stale"]


@dataclass(frozen=True, kw_only=True)
class BackupResult:
    """A backup that is safe on the disk: its file, length, SHA-256 (hex), and the log's length at its moment."""

    file: Path
    size: int
    sha256: str
    entries: int
    missing: tuple[str, ...]  # files of evidence that could not be found: the backup is as whole as the original
    damaged: tuple[str, ...]  # whose bytes are not the ones saved: older backups, which may hold them, are all kept
    removed: tuple[Path, ...]  # older backups that retention let go
    doubt: RuleBroken | None  # why nothing was let go


def make(
    runtime: Runtime, folder: Path, recipients: tuple[age.FileRecipient, ...], now: datetime, say: Say
) -> BackupResult:
    """Make a backup in a folder and let go what retention names; RuleBroken, and no file, when it can not be made.

    The entry in the log comes before anything is let go; nothing is while the clock is in doubt.
    """
    if not folder.is_dir():
        raise RuleBroken(NO_FOLDER, values={"folder": folder})
    sweep(folder)
    with runtime.database.reading() as work:
        clock = runtime.clock(work, now)
    say(READING)
    incoming = UnfinishedFile(folder / keeping.file_name(now, sure=not clock.doubt))
    try:
        sha256, entries, lost = _write(runtime, incoming, recipients, now, say)
        say(MAKING_SAFE)
        size = incoming.keep()
    finally:
        incoming.drop()
    with runtime.database.reading() as work:
        ended_keys.save(runtime, work, folder)
    with runtime.writing(None, now) as ctx:
        if not clock.doubt:
            keeping.note_made(ctx.work.settings, now.astimezone(UTC).date())
        ctx.note("admin", "make a backup", sha256=sha256, entries=entries)
        verified = keeping.state(ctx.work.settings).verified
    removed, doubt = ((), None) if lost.damaged else _let_go(runtime, folder, clock, verified)
    return BackupResult(
        file=incoming.final,
        size=size,
        sha256=sha256,
        entries=entries,
        missing=tuple(lost.missing),
        damaged=tuple(lost.damaged),
        removed=removed,
        doubt=doubt,
    )


def _write(
    runtime: Runtime, incoming: UnfinishedFile, recipients: tuple[age.FileRecipient, ...], now: datetime, say: Say
) -> tuple[str, int, Lost]:
    """Write everything into the file: its SHA-256 in hex, the entries of the log in it, the evidence that was lost."""
    hashed = hashlib.sha256()

    def sink(data: bytes) -> None:
        hashed.update(data)
        incoming.write(data)

    reach("backup.after_open")
    with incoming.room() as room:
        canary = hatch(room, now)
    sealed = age.AgeSealer(sink, recipients)
    head, lost = pack(runtime, PartsOut(sealed.write), now, canary, say)
    sealed.finish()
    return hashed.hexdigest(), head.size, lost


def _let_go(
    runtime: Runtime, folder: Path, clock: JudgedClock, verified: date | None
) -> tuple[tuple[Path, ...], RuleBroken | None]:
    """What retention let go, and why it let go nothing."""
    try:
        return keeping.prune(folder, keeping.plan(runtime.instance).keep, clock, verified), None
    except RuleBroken as doubt:
        return (), doubt


READING = N_("Reading the database of this moment")
MAKING_SAFE = N_("Making it safe on the disk")
NO_FOLDER = N_("There is no folder %(folder)s. Is the disk or stick there? Make the folder first: mkdir FOLDER")
