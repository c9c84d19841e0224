"""An organisation as parts: the database of one moment, what its folder must keep, and the evidence as it rests.

The database is read in one snapshot, so people go on working. Files of evidence are never changed once they have their
name, so they are read after the snapshot has ended: deleted content does not wait for a backup to be overwritten.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from hrd_cases.domain.words import N_
from hrd_cases.services.backups.about import ABOUT, MANIFEST, NOTE, About, BackupManifest, part_name
from hrd_cases.services.backups.parts import PartsOut
from hrd_cases.services.install.health import Say
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.store import dump, instance, migrate
from hrd_cases.store.failpoints import reach
from hrd_cases.store.log import LogHead
from hrd_cases.store.work import Work

# What an organisation can not do without; certificates of the local network and the like are made anew.
KEEPS = "backups.json"
FOLDER_PARTS = (instance.ORGANISATION, instance.SERVER_KEY, KEEPS)
_PIECE = 1 << 20
EVIDENCE = N_("Writing every file of evidence")


def pack(
    runtime: Runtime, out: PartsOut, now: datetime, canary: Mapping[str, bytes], say: Say
) -> tuple[LogHead, tuple[str, ...]]:
    """Write every part; the log's head of that moment, and the ids of files of evidence that could not be found."""
    with runtime.database.reading() as work:
        shapes = dump.shapes()
        revision = migrate.current(runtime.database) or ""
        about = About(org=runtime.org, made=now, revision=revision, tables=shapes)
        out.add(ABOUT, about.encode())
        _folder(runtime.instance, out)
        head = work.log.head()
        out.add(NOTE, checkpoints.note_of(runtime, head).encode())
        _database(work, shapes, out)
        values = sorted(work.files.ids())
    reach("backup.after_database")
    missing = []
    for number, blob in enumerate(values, start=1):
        if not _evidence(runtime, blob, out):
            missing.append(blob)
        say(EVIDENCE, number, len(values))
    for name, data in canary.items():
        out.add(name, data)
    out.add(MANIFEST, BackupManifest(parts=dict(out.seen), missing=tuple(missing)).encode())
    out.finish()
    reach("backup.after_parts")
    return head, tuple(missing)


def _folder(folder: Path, out: PartsOut) -> None:
    for name in FOLDER_PARTS:
        if (folder / name).exists():
            out.add(f"instance/{name}", (folder / name).read_bytes())


def _database(work: Work, shapes: tuple[dump.TableShape, ...], out: PartsOut) -> None:
    for at, shape in enumerate(shapes):
        for number, part in enumerate(dump.parts(work.connection, shape)):
            out.add(part_name(at, shape.name, number), part)


def _evidence(runtime: Runtime, blob: str, out: PartsOut) -> bool:
    """One sealed file; False when it is not there, which `check` tells every day and a backup must outlive."""
    try:
        source = runtime.blobs.open(blob)
    except FileNotFoundError:
        return False
    with source:
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        out.stream(f"evidence/{blob}", size, _pieces(source))
    return True


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
