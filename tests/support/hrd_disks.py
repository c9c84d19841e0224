"""A disk that is full, or that refuses to write: SQLite and the system themselves say so, at whatever they come to.

A kill or a failpoint breaks off where we thought of it; these break off where the bytes are written.
"""

import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from hrd_cases.store.work import Database

PIECE = 4096  # bytes
FRAME_HEAD = 24  # bytes before each page in the write-ahead log


def _page(database: Database) -> int:
    with database.reading() as work:
        return int(work.connection.exec_driver_sql("PRAGMA page_size").scalar_one())


def in_small_pages(database: Database) -> None:
    """Write a database again in pages of 4 KiB: in large ones a small act finds room in those that are there."""
    database.close()
    with closing(sqlite3.connect(str(database.engine.url.database), isolation_level=None)) as connection:
        for statement in ("journal_mode=DELETE", f"page_size={PIECE}"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode=WAL")
    assert _page(database) == PIECE


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own, empty; the test is skipped where none can be mounted."""
    folder.mkdir(mode=0o700)
    mount = ("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", str(folder))
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("only root mounts a disk")
    try:
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


@contextmanager
def full(database: Database, room: int = 0) -> Iterator[None]:
    """Let SQLite find the disk full (SQLITE_FULL) once it wants more than `room` pieces of 4 KiB beyond what it has."""
    with database.reading() as work:
        pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar_one() + room * PIECE // _page(database)

    def limit(raw: sqlite3.Connection, *_: object) -> None:
        raw.execute(f"PRAGMA max_page_count={pages}")

    event.listen(database.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", limit)
        database.close()  # the limit goes with the connections that have it


@contextmanager
def refusing(size: int) -> Iterator[None]:
    """Let the system refuse every byte beyond `size` of whatever file; SQLite takes it for a disk error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def refusing_after(database: Database, pages: int) -> Iterator[None]:
    """Let the system refuse what SQLite's write-ahead log takes after so many pages: a transaction ends in the middle.

    The log has to be empty to begin with, so nobody else may hold the file.
    """
    size = 32 + pages * (_page(database) + FRAME_HEAD)
    assert database.settle()
    assert Path(f"{database.engine.url.database}-wal").stat().st_size == 0
    with refusing(size):
        yield
