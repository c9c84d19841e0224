"""Sealed files that are made anew where they are missing: pictures of evidence, packed digests."""

import re
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from hrd_cases.store.safe_files import replace_file

_NAME = re.compile(r"[0-9a-f]{32}\Z")


class CachedFiles:
    """One sealed file for an id, in `folder`; readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, blob_id: str, data: bytes) -> None:
        """Write the file of an id, in place of the one that is there."""
        aside = self._folder / f"{blob_id}.{secrets.token_hex(8)}"
        try:
            replace_file(aside, data)
            aside.replace(self._path(blob_id))
        finally:
            aside.unlink(missing_ok=True)
            aside.with_name(f"{aside.name}.new").unlink(missing_ok=True)

    def open(self, blob_id: str) -> BinaryIO:
        """The sealed bytes as a stream; raises FileNotFoundError."""
        return self._path(blob_id).open("rb")

    def ids(self) -> Iterator[str]:
        """The ids that have a file."""
        return (path.name for path in self._folder.iterdir() if _NAME.match(path.name))

    def remove(self, blob_id: str) -> None:
        """Remove the file of an id if there is one."""
        self._path(blob_id).unlink(missing_ok=True)

    def sweep(self, named: Collection[str], older_than: datetime) -> int:
        """Remove files that no row names (`named` are the ids that rows name), and torn ones; how many.

        What is being written now is younger than `older_than`.
        """
        limit = older_than.timestamp()
        gone = [
            path
            for path in self._folder.iterdir()
            if path.name not in named and (_NAME.match(path.name) or path.stat().st_mtime < limit)
        ]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _path(self, blob_id: str) -> Path:
        if not _NAME.match(blob_id):
            raise ValueError("not a file id")
        return self._folder / blob_id
