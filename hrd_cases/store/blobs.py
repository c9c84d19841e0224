"""Sealed files on the disk: written aside, made safe, then given their name; never overwritten.

The interface is small on purpose, so that object storage can stand in for a folder.
"""

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from hrd_cases.store.cached_files import CachedFiles
from hrd_cases.store.failpoints import reach
from hrd_cases.store.room import Room
from hrd_cases.store.safe_files import sync_folder

_NAME = re.compile(r"[0-9a-f]{32}\Z")
_ASIDE, _PREVIEWS, _PACKS = "incoming", "previews", "packs"
_PIECE = 1 << 20


class BlobWriter:
    """One file being written; it exists under its name only after commit()."""

    def __init__(self, part: Path, final: Path) -> None:
        self._part = part
        self._final = final
        self._stream = os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self.size = 0
        self._hash = hashlib.sha256()
        reach("blob.after_open")

    def write(self, data: bytes) -> None:
        """Append sealed bytes."""
        self._stream.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """The hash (hex) of the sealed bytes so far."""
        return self._hash.hexdigest()

    def commit(self) -> int:
        """Make the file safe against a pulled plug, give it its name, and return its size in bytes."""
        try:
            reach("blob.before_fsync")
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            reach("blob.after_fsync")
            if self._final.exists():
                raise FileExistsError
            _make_folders(self._final.parent)
            self._part.rename(self._final)
        except BaseException:
            self.abort()
            raise
        reach("blob.after_rename")
        sync_folder(self._final.parent)
        reach("blob.after_folder_fsync")
        return self.size

    def abort(self) -> None:
        """Remove what was written; harmless after commit()."""
        try:
            self._stream.close()
        finally:
            self._part.unlink(missing_ok=True)


class BlobStore:
    """Sealed files in `folder`, two levels deep by the first digits of their random ids; readable by the owner only.

    `previews`: the sealed pictures of their pages, which go with the file they were made of; `packs`: packed digests.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.room = Room(folder)
        self._aside = folder / _ASIDE
        _make_folders(self._aside)
        self.previews, self.packs = CachedFiles(folder / _PREVIEWS), CachedFiles(folder / _PACKS)

    def writer(self, blob_id: str) -> BlobWriter:
        """Begin a new file; raises FileExistsError when it is being written already."""
        return BlobWriter(self._aside / _checked(blob_id), self._path(blob_id))

    def open(self, blob_id: str) -> BinaryIO:
        """The sealed bytes as a stream; raises FileNotFoundError."""
        return self._path(blob_id).open("rb")

    def size(self, blob_id: str) -> int:
        """The length of the sealed bytes; raises FileNotFoundError."""
        return self._path(blob_id).stat().st_size

    def sha256(self, blob_id: str) -> str:
        """The hash (hex) of the sealed bytes as they lie there; raises FileNotFoundError, or OSError of a bad disk."""
        hashed = hashlib.sha256()
        with self.open(blob_id) as source:
            while piece := source.read(_PIECE):
                hashed.update(piece)
        return hashed.hexdigest()

    def ids(self) -> Iterator[str]:
        """The ids of all committed files."""
        paths = self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")
        return (path.name for path in paths if _NAME.match(path.name))

    def remove(self, blob_id: str) -> None:
        """Remove a file if it is there, and the pictures of its pages."""
        self.previews.remove(blob_id)
        self._path(blob_id).unlink(missing_ok=True)

    def unnamed(self, named: Collection[str], older_than: datetime) -> tuple[str, ...]:
        """The ids of files that no row names (`named` are the ids that rows name) and that are older than this."""
        limit = older_than.timestamp()
        lines = (blob for blob in self.ids() if blob not in named)
        return tuple(sorted(blob for blob in lines if self._path(blob).stat().st_mtime < limit))

    def sweep(self, named: Collection[str], older_than: datetime) -> int:
        """Remove what no row names (`named` are the ids that rows name), if last written before `older_than`; how many.

        Younger files may belong to a transaction that has not landed yet.
        """
        limit = older_than.timestamp()
        torn = [path for path in self._aside.iterdir() if path.stat().st_mtime < limit]
        old = [*map(self._path, self.unnamed(named, older_than)), *torn]
        for path in old:
            path.unlink(missing_ok=True)
        self.previews.sweep(named, older_than)
        return len(old)

    def _path(self, blob_id: str) -> Path:
        name = _checked(blob_id)
        return self._folder / name[:2] / name[2:4] / name


def _checked(blob_id: str) -> str:
    """Nothing but an id becomes a path."""
    if not _NAME.match(blob_id):
        raise ValueError("not a file id")
    return blob_id


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each entered safely in its parent."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:  # another upload made it in the same moment
        return
    sync_folder(folder.parent)
