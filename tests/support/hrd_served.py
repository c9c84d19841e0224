"""A real server of a world, and clients that speak to it byte by byte."""

import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hrd_address import free_port
from hrd_world import World

from hrd_cases.web.kernel.csrf import FIELD

WITHOUT_CHECKS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
WITHOUT_CHECKS.check_hostname, WITHOUT_CHECKS.verify_mode = False, ssl.CERT_NONE


@dataclass(kw_only=True)
class Served:
    """A server that answers; `cookies` are those of whoever logged in."""

    port: int
    tls: bool
    world: World
    process: subprocess.Popen[str]
    file: Path | None = None  # of a Unix socket
    cookies: dict[str, str] = field(default_factory=dict)

    def connect(self, timeout: float = 10, *, greet: bool = True) -> socket.socket:
        """A connection; with TLS its handshake is done, unless it is not to `greet`."""
        if self.file is not None:
            return _at_file(self.file, timeout)
        created = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        return WITHOUT_CHECKS.wrap_socket(created) if self.tls and greet else created

    def head(self, method: str, path: str, *more: str, inside: bool = False) -> bytes:
        """The head of a request."""
        text = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", "Connection: close", *more]
        return "\r\n".join([*lines, *([f"Cookie: {text}"] if inside else []), "", ""]).encode()

    def ask(self, *pieces: bytes, timeout: float = 10, end: bool = False) -> bytes:
        """Send, wait, and read to the end; empty when the connection was cut. `end`: say that nothing more comes."""
        with self.connect(timeout) as created:
            try:
                for piece in pieces:
                    created.sendall(piece)
                if end:
                    created.shutdown(socket.SHUT_WR)
                return everything(created)
            except ConnectionError:
                return b""

    def get(self, path: str, *, inside: bool = False, timeout: float = 10) -> bytes:
        """Look at a page."""
        return self.ask(self.head("GET", path, inside=inside), timeout=timeout)

    def form(self, path: str, body: bytes, *more: str, inside: bool = False) -> bytes:
        """The head of a form of this body's length."""
        kind = "Content-Type: application/x-www-form-urlencoded"
        origin = f"Origin: http{'s' if self.tls else ''}://localhost:{self.port}"
        return self.head("POST", path, kind, origin, f"Content-Length: {len(body)}", *more, inside=inside)

    def token(self, path: str, *, inside: bool = False, page: str = "") -> str:
        """The token of the form that leads to `path`, on that page or `page`; remembers the cookies of the answer."""
        answer = self.get(page or path, inside=inside).decode()
        self.remember(answer)
        result = re.search(rf'action="{path}"[^<]*<input[^>]*name="{FIELD}" value="([^"]+)"', answer)
        assert result, answer[:2000]
        return result[1]

    def remember(self, answer: str) -> None:
        """Keep the cookies of an answer."""
        self.cookies.update(re.findall(r"(?i)^set-cookie: ([^=]+)=([^;\r]*)", answer, re.MULTILINE))

    def log_in(self, handle: str, passphrase: str) -> None:
        """Come in as a browser does."""
        token = self.token("/e", inside=True)
        body = f"{FIELD}={token}&handle={handle}&passphrase={passphrase.replace(' ', '+')}".encode()
        answer = self.ask(self.form("/e", body, inside=True), body).decode()
        assert status(answer.encode()) == 303, answer[:500]
        self.remember(answer)


def _at_file(file: Path, timeout: float) -> socket.socket:
    """A connection over a Unix socket, which says "again" while the server has not taken those before it."""
    until = time.monotonic() + timeout
    created = socket.socket(socket.AF_UNIX)
    created.settimeout(timeout)
    while True:
        try:
            created.connect(str(file))
        except BlockingIOError:
            if time.monotonic() > until:
                created.close()
                raise
            time.sleep(0.01)
        except OSError:
            created.close()
            raise
        else:
            return created


def status(answer: bytes) -> int:
    """The status of an answer; 0 where none came."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def everything(created: socket.socket) -> bytes:
    """What comes until the other side ends."""
    pieces = []
    while piece := created.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def served(world: World, *, tls: bool = False, most: int = 0, unix: bool = False) -> Iterator[Served]:
    """The program serving a world in a process of its own; `most` connections, where not as many as ever."""
    port, at_file = free_port(), world.folder / "s"
    where = ["--socket", str(at_file), "--address", "localhost"] if unix else ["--port", str(port)]
    text = (world.folder / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "hrd_cases.cli", "serve", *where] + (["--lan", "--address", "127.0.0.1"] if tls else []),
        env={
            **os.environ,
            "HRD_INSTANCE": str(world.folder / "instance"),
            "HRD_DATABASE_URL": world.url,
            "HRD_EVIDENCE_URL": str(world.folder / "evidence"),
            **({"PYTHONPATH": _fewer(world.folder, most)} if most else {}),
        },
        stdout=text,
        stderr=subprocess.STDOUT,
        text=True,
    )
    created = Served(port=port, tls=tls, world=world, process=process, file=at_file if unix else None)
    try:
        _wait(created)
        yield created
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        text.close()


def _fewer(folder: Path, most: int) -> str:
    """A folder from which the server of this test learns another limit, before it serves."""
    place = folder / "limits"
    place.mkdir()
    lines = ["import sys", "if 'serve' in sys.orig_argv:", "    from hrd_cases.web.door import connections"]
    (place / "sitecustomize.py").write_text("\n".join([*lines, f"    connections.MOST = {most}", ""]))
    return os.pathsep.join((str(place), str(Path(__file__).resolve().parents[2])))


def _wait(created: Served) -> None:
    for _ in range(900):
        try:
            if status(created.get("/e")) == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing answered")
