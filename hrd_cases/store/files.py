"""Which sealed files there are and which vault each belongs to; names, kinds and keys rest in sealed records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from hrd_cases.store.rows import first_row, read_rows, values_of
from hrd_cases.store.tables import blobs

KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """One sealed file: `size` is the length of the padded ciphertext in bytes, `sha256` (hex) the hash of it."""

    id: str
    vault_id: str
    day: date
    size: int
    sha256: str
    state: str = KEPT


class Files:
    """The rows of sealed files."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: FileRow) -> None:
        """Enter a file whose bytes are already safe on the disk."""
        self._connection.execute(insert(blobs).values(**values_of(row)))

    def get(self, blob: str) -> FileRow | None:
        """One file's row."""
        return first_row(FileRow, self._connection.execute(select(blobs).where(blobs.c.id == blob)))

    def of_vault(self, vault: str) -> list[FileRow]:
        """Every file of one vault."""
        query = select(blobs).where(blobs.c.vault_id == vault).order_by(blobs.c.id)
        return read_rows(FileRow, self._connection.execute(query))

    def every(self) -> list[FileRow]:
        """Every file of every vault."""
        return read_rows(FileRow, self._connection.execute(select(blobs).order_by(blobs.c.id)))

    def ids(self) -> set[str]:
        """The ids of all files: what the sweeper must leave alone."""
        return set(self._connection.scalars(select(blobs.c.id)))

    def remove(self, ids: Iterable[str]) -> None:
        """Forget files; the sweeper removes their bytes."""
        self._connection.execute(delete(blobs).where(blobs.c.id.in_(list(ids))))
