"""Parts back into an organisation: nothing counts until every byte was compared with what was written.

The database is filled in one transaction, read back part by part before it is committed, and carries a mark until the
organisation's folder is in place too: without that folder no server starts from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import is_id
from hrd_cases.domain.words import N_
from hrd_cases.services.backups.about import ABOUT, CANARY, LOG_IN, MANIFEST, NOTE, About, BackupManifest, part_name
from hrd_cases.services.backups.packing import FOLDER_PARTS
from hrd_cases.services.backups.parts import IncomingPart, PartRecord, PartsIn, damaged
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.store import dump, migrate
from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.failpoints import reach
from hrd_cases.store.work import Database, Work

MARK = "restore/unfinished"
_MOST_CANARY = 64 << 20


@dataclass(kw_only=True)
class Unpacked:
    """What arrived: what the backup says of itself, small parts by name, and how many of each kind there were."""

    about: About
    small: dict[str, bytes] = field(default_factory=dict, repr=False)
    missing: tuple[str, ...] = ()
    rows: int = 0
    files: int = 0

    @property
    def folder(self) -> dict[str, bytes]:
        """The files of the instance folder by name."""
        results = {name: self.small.get(f"instance/{name}") for name in FOLDER_PARTS}
        return {name: data for name, data in results.items() if data is not None}


def unpack(chunks: Iterator[bytes], place: InstallPlace, mark: str) -> Unpacked:
    """Fill an empty database and an empty folder of evidence; RuleBroken, and an empty database, when anything differs.

    The database holds `mark` under MARK afterwards, and is of this version's shape.
    """
    parts = PartsIn(chunks)
    every = iter(parts)
    unpacked_backup = Unpacked(about=_about(every))
    database = Database(place.database_url, unpacked_backup.about.org)
    try:
        _prepare(database, unpacked_backup.about)
        with database.writing() as work:
            _fill(work, every, parts, unpacked_backup, BlobStore(place.evidence))
            work.settings.put(MARK, mark)
            reach("restore.before_commit")
        reach("restore.after_commit")
        migrate.upgrade(database)
    except dump.NotRestorable as wrong:
        raise damaged(str(wrong)) from None
    finally:
        database.close()
    return unpacked_backup


def _about(every: Iterator[IncomingPart]) -> About:
    first = next(every, None)
    if first is None or first.name != ABOUT:
        raise damaged(ABOUT)
    about = About.decode(first.data())
    if not migrate.knows(about.revision):
        raise RuleBroken(NEWER)
    return about


def _prepare(database: Database, about: About) -> None:
    """Empty tables of the shape that the backup has; RuleBroken when there is anything already."""
    before = migrate.current(database)
    with database.reading() as work:
        if not dump.is_empty(work.connection):
            raise RuleBroken(NOT_EMPTY)
    if before not in (None, about.revision):
        migrate.downgrade(database, "base")
    migrate.upgrade(database, about.revision)
    with database.reading() as work:
        dump.check_shapes(work.connection, about.tables)


def _fill(
    work: Work, every: Iterator[IncomingPart], parts: PartsIn, unpacked_backup: Unpacked, blobs: BlobStore
) -> None:
    shapes = {
        part_name(at, table.name, 0).rpartition("/")[0]: table for at, table in enumerate(unpacked_backup.about.tables)
    }
    manifest = None
    for part in every:
        if manifest is not None:
            raise damaged(part.name)
        if part.name == MANIFEST:
            manifest = BackupManifest.decode(part.data())
        elif (shape := shapes.get(part.name.rpartition("/")[0])) is not None:
            unpacked_backup.rows += dump.load(work.connection, shape, part.data(dump.PART * 64))
        elif part.name.startswith("evidence/"):
            _evidence(blobs, part)
            unpacked_backup.files += 1
        else:
            _small(unpacked_backup, part)
    _compare(work, manifest, parts.seen, unpacked_backup)


def _small(unpacked_backup: Unpacked, part: IncomingPart) -> None:
    allowed = {NOTE, LOG_IN, CANARY, *(f"instance/{name}" for name in FOLDER_PARTS)}
    if part.name not in allowed:
        raise damaged(part.name)
    unpacked_backup.small[part.name] = part.data(_MOST_CANARY if part.name == CANARY else 1 << 20)


def _evidence(blobs: BlobStore, part: IncomingPart) -> None:
    blob = part.name.removeprefix("evidence/")
    if not is_id(blob):
        raise damaged(part.name)
    writer = blobs.writer(blob)
    try:
        for piece in part.pieces():
            writer.write(piece)
    except BaseException:
        writer.abort()
        raise
    writer.commit()


def _compare(
    work: Work, manifest: BackupManifest | None, received: dict[str, PartRecord], unpacked_backup: Unpacked
) -> None:
    """Every part arrived as the manifest says, and the database gives back the very parts that were put into it."""
    if manifest is None:
        raise damaged(MANIFEST)
    arrived = {name: part for name, part in received.items() if name != MANIFEST}
    if list(manifest.parts.items()) != list(arrived.items()):
        wrong = [name for name in {**arrived, **manifest.parts} if manifest.parts.get(name) != arrived.get(name)]
        raise damaged(min(wrong, default=MANIFEST))
    for name in (f"instance/{name}" for name in FOLDER_PARTS[:2]):
        if name not in arrived:
            raise damaged(name)
    unpacked_backup.missing = manifest.missing
    if dict(_read_back(work, unpacked_backup.about)) != {
        name: part for name, part in arrived.items() if name[:9] == "database/"
    }:
        raise damaged("database")


def _read_back(work: Work, about: About) -> Iterator[tuple[str, PartRecord]]:
    for at, shape in enumerate(about.tables):
        for number, part in enumerate(dump.parts(work.connection, shape)):
            yield part_name(at, shape.name, number), PartRecord.of(part)


def clear(place: InstallPlace, org: bytes, mark: str) -> None:
    """Undo an unpack() that was not finished: only a database that carries its mark, and the evidence beside it."""
    database = Database(place.database_url, org)
    try:
        if migrate.current(database) is None:
            return
        with database.writing() as work:
            if work.settings.get(MARK) == mark:
                dump.clear(work.connection)
        database.settle()
    finally:
        database.close()


def is_bare(file: Path) -> bool:
    """True when the database in a file holds no row of anybody's."""
    if not file.exists():
        return False
    database = Database(f"sqlite:///{file}", bytes(16))
    try:
        if migrate.current(database) is None:
            return True
        with database.reading() as work:
            return dump.is_empty(work.connection)
    finally:
        database.close()


def clear_evidence(folder: Path) -> None:
    """Remove every sealed file of a folder that was empty before an unpack()."""
    BlobStore(folder).sweep((), datetime.max.replace(tzinfo=UTC))


NEWER = N_("This backup was made by a newer version of the program. Restore it with that version.")
NOT_EMPTY = N_("The database is not empty. Choose an empty one with --database, or remove what is in it.")
