"""Requests to the application as somebody of the world, with the right token, and a database that is put back."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from hrd_assembled import application
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.services.kernel.sessions import Session
from hrd_cases.store.log_index import LogIndex
from hrd_cases.web.kernel import cookies, csrf

DOOR = "d" * 43
STALE = cookies.spell(b"\x07" * 32)  # a cookie of no session: ended, or made up


@dataclass
class Site:
    """The application around a world on SQLite."""

    world: World
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = application(self.world.runtime, lambda: self.world.now)
        self.client = self.app.test_client(use_cookies=False)

    def visit(
        self, session: Session | str | None, method: str, path: str, data: Mapping[str, Any] | None = None, **more: Any
    ) -> TestResponse:
        """One request: of a session, of a cookie that is none, or of nobody; a form carries its right token."""
        form_path = path.partition("?")[0]
        if isinstance(session, Session):
            cookie, token = f"__Host-s={cookies.spell(session.cookie)}", session.csrf(form_path)
        else:
            cookie = f"__Host-p={DOOR}" + (f"; __Host-s={session}" if session else "")
            token = hashlib.sha256(f"before log-in\0{DOOR}\0{form_path}".encode()).hexdigest()
        form = None if method in ("GET", "HEAD", "OPTIONS") else {csrf.FIELD: token, **(data or {})}
        headers = {"Cookie": cookie, **more.pop("headers", {})}
        return self.client.open(path, method=method, data=form, headers=headers, **more)


class Restorable:
    """Puts a world's SQLite database back to a moment."""

    def __init__(self, world: World) -> None:
        self._database = world.runtime.database
        self._file = Path(world.url.removeprefix("sqlite:///"))
        self._kept = self._file.with_name(f"{self._file.name}.kept")
        self._database.settle()
        self._database.close()
        shutil.copyfile(self._file, self._kept)

    def put_back(self) -> None:
        """The database as it was kept, for a process that has seen no later one: ours would refuse it."""
        self._database.close()
        for name in ("-wal", "-shm"):
            self._file.with_name(self._file.name + name).unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._file)
        self._database.log_index = LogIndex(self._database.log_index.tags)
