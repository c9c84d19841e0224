"""An organisation as parts: the database of one moment, what its folder must keep, and the evidence as it rests.

The database is read in one snapshot, so people go on working. Files of evidence are never changed once they have their
name, so they are read after the snapshot has ended: deleted content does not wait for a backup to be overwritten.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
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
from hrd_cases.store.files import FileRow
from hrd_cases.store.log import LogHead
from hrd_cases.store.work import Work

# What an organisation can not do without; certificates of the local network and the like are made anew.
KEEPS = "backups.json"
FOLDER_PARTS = (instance.ORGANISATION, instance.SERVER_KEY, KEEPS)
_PIECE = 1 << 20


@dataclass(kw_only=True)
class Lost:
    """The ids of files of evidence that could not be found, and of those whose bytes are not the ones saved."""

    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


EVIDENCE = N_("Writing every file of evidence")


def pack(runtime: Runtime, out: PartsOut, now: datetime, canary: Mapping[str, bytes], say: Say) -> tuple[LogHead, Lost]:
    """Write every part; the log's head of that moment, and what of the evidence was lost before."""
    with runtime.database.reading() as work:
        shapes = dump.shapes()
        revision = migrate.current(runtime.database) or ""
        about = About(org=runtime.org, made=now, revision=revision, tables=shapes)
        out.add(ABOUT, about.encode())
        _folder(runtime.instance, out)
        head = work.log.head()
        out.add(NOTE, checkpoints.note_of(runtime, head).encode())
        _database(work, shapes, out)
        rows = work.files.every()
    reach("backup.after_database")
    lost = Lost()
    for number, row in enumerate(rows, start=1):
        _evidence(runtime, row, out, lost)
        say(EVIDENCE, number, len(rows))
    for name, data in canary.items():
        out.add(name, data)
    out.add(MANIFEST, BackupManifest(parts=dict(out.seen), missing=(*lost.missing, *lost.damaged)).encode())
    out.finish()
    reach("backup.after_parts")
    return head, lost


def _folder(folder: Path, out: PartsOut) -> None:
    for name in FOLDER_PARTS:
        if (folder / name).exists():
            out.add(f"instance/{name}", (folder / name).read_bytes())


def _database(work: Work, shapes: tuple[dump.TableShape, ...], out: PartsOut) -> None:
    for at, shape in enumerate(shapes):
        for number, part in enumerate(dump.parts(work.connection, shape)):
            out.add(part_name(at, shape.name, number), part)


def _evidence(runtime: Runtime, row: FileRow, out: PartsOut, lost: Lost) -> None:
    """One sealed file, as it lies there; where it is not there or is damaged, a backup of all the rest is made."""
    try:
        source = runtime.blobs.open(row.id)
    except FileNotFoundError:
        lost.missing.append(row.id)
        return
    hashed = hashlib.sha256()
    with source:
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        out.stream(f"evidence/{row.id}", size, _pieces(source, hashed.update))
    if hashed.hexdigest() != row.sha256:
        lost.damaged.append(row.id)


def _pieces(source: BinaryIO, look: Callable[[bytes], None]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        look(piece)
        yield piece
