"""A backup while people work: one age file to at least two recipients, written aside and named only when it is safe."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hrd_cases.crypto import age
from hrd_cases.services.backups import keeping
from hrd_cases.services.backups.canary import hatch
from hrd_cases.services.backups.keeping import expires_on, stale
from hrd_cases.services.backups.packing import pack
from hrd_cases.services.backups.parts import PartsOut
from hrd_cases.services.check import Say
from hrd_cases.services.context import Runtime
from hrd_cases.store.dump_files import Incoming, sweep
from hrd_cases.store.failpoints import reach

__all__ = ["Made", "expires_on", "make", "stale"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that is safe on the disk: its file, length, SHA-256 (hex), and the log's length at its moment."""

    file: Path
    size: int
    sha256: str
    entries: int
    missing: tuple[str, ...]  # files of evidence that could not be found: the backup is as whole as the original
    removed: tuple[Path, ...]  # older backups that retention let go


def make(runtime: Runtime, folder: Path, recipients: tuple[age.Recipient, ...], now: datetime, say: Say) -> Made:
    """Make a backup in a folder and let go what retention names; RuleBroken, and no file, when it can not be made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder)
    say("Reading the database of this moment, then every file of evidence")
    incoming = Incoming(folder / keeping.file_name(now))
    try:
        hashed = hashlib.sha256()

        def sink(data: bytes) -> None:
            hashed.update(data)
            incoming.write(data)

        reach("backup.after_open")
        with incoming.room() as room:
            canary = hatch(room, now)
        sealed = age.Writer(sink, recipients)
        head, missing = pack(runtime, PartsOut(sealed.write), now, canary)
        sealed.finish()
        say("Making it safe on the disk")
        size = incoming.keep()
    finally:
        incoming.drop()
    removed = keeping.prune(folder, keeping.plan(runtime.instance).keep, now.date())
    with runtime.writing(None, now) as ctx:
        keeping.note_made(ctx.work.settings, now.date())
        ctx.note("admin", "make a backup", sha256=hashed.hexdigest(), entries=head.size)
    return Made(
        file=incoming.final, size=size, sha256=hashed.hexdigest(), entries=head.size, missing=missing, removed=removed
    )
