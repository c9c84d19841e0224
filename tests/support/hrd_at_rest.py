"""What rests of a database, byte for byte, as somebody who carries the disks away finds it."""

from contextlib import suppress
from pathlib import Path

from hrd_world import World


def bytes_at_rest(world: World) -> bytes:
    """SQLite's file and its side files; PostgreSQL's files of this database, whose own log is the operator's."""
    if world.url.startswith("sqlite"):
        file = Path(world.url.removeprefix("sqlite:///"))
        paths = sorted(file.parent.glob(f"{file.name}*"))
    else:
        with world.runtime.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
            number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()")
            paths = sorted((Path(world.url.partition("host=")[2]) / "data" / "base" / str(number.scalar())).iterdir())
    found = []
    for path in paths:
        with suppress(FileNotFoundError):  # a server takes its own lists away while it runs
            found.append(path.read_bytes())
    return b"".join(found)
