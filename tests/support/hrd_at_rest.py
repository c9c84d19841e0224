"""What rests of a database, byte for byte, as somebody who carries the disks away finds it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hrd_world import World

from hrd_cases.store.work import Database


def files_at_rest(database: Database, *, whole_server: bool = False) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of SQLite's file and its side files, or of PostgreSQL's files of this database.

    `whole_server`: of everything that PostgreSQL writes, its own log included.
    """
    for path in _sqlite(database) if database.sqlite else _postgres(database, whole_server):
        # A server takes its own lists (pg_internal.init) away while it runs: then nothing rests in them.
        with suppress(FileNotFoundError):
            yield str(path), path.read_bytes()


def bytes_at_rest(world: World) -> bytes:
    """The files of a world's database in one."""
    return b"".join(data for _, data in files_at_rest(world.runtime.database))


def _sqlite(database: Database) -> list[Path]:
    file = Path(str(database.engine.url.database))
    return sorted(file.parent.glob(f"{file.name}*"))


def _postgres(database: Database, whole_server: bool) -> list[Path]:
    with database.engine.connect() as connection:  # what rests in the server's memory goes to its files
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
    server = Path(str(database.engine.url.query["host"]))
    result = server.rglob("*") if whole_server else (server / "data" / "base" / str(number)).iterdir()
    return [path for path in result if path.is_file()]
