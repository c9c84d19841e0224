"""Room on the disk: below a mark only the log is written, and a reserve is given up so that it still can be.

Every page enters in the log who looked at what, or shows nothing. So that somebody can look things up on a disk that
is full, forms and files are refused before it is, and a file that holds nothing goes when other programs fill it.
"""

import os
from pathlib import Path
from shutil import disk_usage

MEGABYTE = 1 << 20
LOW = 64 * MEGABYTE  # bytes: below them nothing is written that is not needed for reading
SPENT = 8 * MEGABYTE  # below them the reserve is given up
RESERVE = 64 * MEGABYTE
NAME = "reserve"


class Room:
    """The room of the disk that a folder lies on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def free(self) -> int:
        """How many bytes may still be written."""
        return disk_usage(self.folder).free

    def is_low(self, more: int = 0) -> bool:
        """Whether only reading goes on, or would once so many bytes more have come."""
        return self.free < LOW + more

    def keep(self) -> bool:
        """Lay the reserve where there is plenty of room; whether it lies there."""
        path = self.folder / NAME
        if not path.exists() and self.free >= 2 * LOW + RESERVE:
            part = path.with_suffix(".new")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                for _ in range(RESERVE // MEGABYTE):
                    file.write(bytes(MEGABYTE))
            part.rename(path)
        return path.exists()

    def give_up(self) -> None:
        """Make room for the log with the reserve when there is hardly any left."""
        if self.free < SPENT:
            (self.folder / NAME).unlink(missing_ok=True)
