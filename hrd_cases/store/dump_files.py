"""A large file written aside, made safe, then given its name; what a killed run left is known by its lock."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hrd_cases.store.failpoints import reach
from hrd_cases.store.safe_files import sync_folder

_ASIDE = ".part"
_ROOM = ".room"


class UnfinishedFile:
    """A new file beside its final name: locked while it is written, so that nobody takes it for a leftover."""

    def __init__(self, final: Path) -> None:
        if final.exists():
            raise FileExistsError(17, "There is a file of this name already", str(final))
        self.final = final
        self.aside = final.with_name(f".{final.name}{_ASIDE}")
        self._stream = os.fdopen(os.open(self.aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "wb", 1 << 20)
        fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append."""
        self._stream.write(data)
        self.size += len(data)

    @contextmanager
    def room(self) -> Iterator[Path]:
        """A folder of this file's own for things needed while it is written; what a kill leaves goes with the file."""
        path = self.aside.with_name(self.aside.name + _ROOM)
        path.mkdir(mode=0o700)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def keep(self) -> int:
        """Make it safe against a pulled plug and give it its name; its size in bytes."""
        reach("backup.before_fsync")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        reach("backup.after_fsync")
        self.aside.rename(self.final)
        reach("backup.after_rename")
        sync_folder(self.final.parent)
        self._stream.close()
        return self.size

    def drop(self) -> None:
        """Remove what was written under the name aside; harmless after keep()."""
        self.aside.unlink(missing_ok=True)
        try:
            self._stream.close()
        except OSError:  # a full disk refuses what was still to be written; the file is gone already
            return


def sweep(folder: Path) -> int:
    """Remove what runs that were killed left in a folder; how many files."""
    gone = 0
    for path in folder.glob(f".*{_ASIDE}"):
        with path.open("rb") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(path.with_name(path.name + _ROOM), ignore_errors=True)
            path.unlink(missing_ok=True)
            gone += 1
    return gone
