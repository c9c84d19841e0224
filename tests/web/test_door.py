"""The door: slow and idle strangers keep nobody out, nothing half-sent counts, nothing of a request rests on a disk."""

import os
import resource
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hrd_browser import BOUNDARY, field, file, form
from hrd_served import Served, everything, served, status
from hrd_world import World
from hrd_world_fixtures import WorldOn
from sqlalchemy import func, select

from hrd_cases.store import tables
from hrd_cases.web import connections, door
from hrd_cases.web.csrf import FIELD

MANY = 1_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def descriptors() -> None:
    """A connection is a file to the system, at both ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@pytest.fixture(scope="module")
def office(world_on: WorldOn) -> World:
    """A world whose clock is the wall's, since a server of its own serves it."""
    world = world_on("sqlite")
    world.now = datetime.now(UTC)
    return world


@pytest.fixture(scope="module", params=["plain", "tls"])
def server(request: pytest.FixtureRequest, world_on: WorldOn) -> Iterator[Served]:
    with served(world_on("sqlite"), tls=request.param == "tls") as made:
        yield made


@pytest.fixture(scope="module")
def anna(office: World) -> Iterator[Served]:
    """A server, and Anna logged in."""
    with served(office) as made:
        known = office.people["anna"]
        made.log_in(known.handle, known.passphrase)
        yield made


HALF_HEAD = b"POST /e HTTP/1.1\r\nHost: x\r\nX-a: b"
KIND = "Content-Type: application/x-www-form-urlencoded"
HALF_FORM = f"POST /e HTTP/1.1\r\nHost: x\r\n{KIND}\r\nContent-Length: 500\r\n\r\nabc=1".encode()
KINDS = {"idle": b"", "half a head": HALF_HEAD, "half a form": HALF_FORM}


@contextmanager
def strangers(server: Served, kind: str, count: int = MANY) -> Iterator[list[socket.socket]]:
    """Connections that say nothing, or not enough."""
    with ExitStack() as stack:
        made = [stack.enter_context(server.connect(30, greet=kind != "idle")) for _ in range(count)]
        for one in made:
            if KINDS[kind]:
                one.sendall(KINDS[kind])
        yield made


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_thousand_strangers_keep_nobody_out(server: Served, kind: str) -> None:
    with strangers(server, kind):
        answers = [server.get("/e", timeout=5) for _ in range(30)]
    assert [status(one) for one in answers] == [200] * 30


def test_who_says_nothing_whole_in_ten_seconds_goes(server: Served) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        waiting = [stack.enter_context(server.connect(30, greet=greet)) for greet in (False, True, True)]
        waiting[2].sendall(HALF_HEAD)
        slow = threading.Thread(target=_drip, args=(stack.enter_context(server.connect(30)),), daemon=True)
        slow.start()
        for one in waiting:
            try:
                assert one.recv(100) in (b"",)
            except (ConnectionError, ssl.SSLError):
                continue
        slow.join(20)
    assert not slow.is_alive(), "a head of one byte a second is no head"
    assert connections.HEAD - 1 < time.monotonic() - began < 2 * connections.HEAD + 4


def _drip(made: socket.socket) -> None:
    """A head that never ends."""
    with made:
        try:
            for letter in b"GET /e HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 60:
                made.sendall(bytes([letter]))
                time.sleep(0.5)
        except OSError:
            return


def _vaults(world: World) -> int:
    with world.runtime.database.reading() as work:
        return int(work.connection.scalar(select(func.count()).select_from(tables.vaults)) or 0)


def _call(anna: Served) -> bytes:
    token = anna.token("/c/new", inside=True)
    return f"{FIELD}={token}&title=A+case+that+came+whole".encode()


def test_a_body_shorter_than_its_length_saves_nothing(anna: Served, office: World) -> None:
    body, before = _call(anna), _vaults(office)
    said = anna.form("/c/new", body + b"&summary=x", inside=True)
    assert status(anna.ask(said, body, end=True)) == 0
    assert _vaults(office) == before
    whole = anna.ask(anna.form("/c/new", body, inside=True), body)
    assert status(whole) in (200, 303), whole[:300]
    assert _vaults(office) == before + 1


def test_a_chunked_body_is_refused(anna: Served, office: World) -> None:
    body, before = _call(anna), _vaults(office)
    for more in ((), (f"Content-Length: {len(body)}",)):
        head = anna.head("POST", "/c/new", KIND, "Transfer-Encoding: chunked", *more, inside=True)
        answer = anna.ask(head, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        assert status(answer) == (400 if more else 411)
    assert _vaults(office) == before


def test_a_form_that_is_too_long_is_told(anna: Served) -> None:
    body = b"a=" + b"b" * door.FORM
    answer = anna.ask(anna.form("/e", body), body)
    assert status(answer) == 413
    assert b"1 MB" in answer


def test_a_form_on_a_bad_line_is_saved(anna: Served, office: World) -> None:
    body, before = _call(anna), _vaults(office)
    with anna.connect(30) as made:
        made.sendall(anna.form("/c/new", body, inside=True))
        for at in range(0, len(body), 20):
            made.sendall(body[at : at + 20])
            time.sleep(0.05)
        assert status(everything(made)) in (200, 303)
    assert _vaults(office) == before + 1


def _upload(anna: Served, office: World, size: int) -> tuple[bytes, bytes]:
    path = f"/c/{office.strike.case}/e/new"
    token = anna.token(path, inside=True)
    body = form(
        field(FIELD, token), field("title", "A long film"), file("film.mp4", os.urandom(1 << 20) * (size >> 20))
    )
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
    head = anna.head("POST", path, kind, f"Content-Length: {len(body)}", inside=True)
    return head, body


def test_an_upload_goes_through_between_strangers_and_comes_back(anna: Served, office: World) -> None:
    head, body = _upload(anna, office, 50 << 20)
    with strangers(anna, "half a form"):
        answer = anna.ask(head, body, timeout=60).decode()
    assert status(answer.encode()) == 303, answer[:300]
    where = answer.split("ocation: ")[1].split("\r\n")[0]
    found = anna.get(f"{where}/1", inside=True, timeout=60)
    assert found.partition(b"\r\n\r\n")[2] == body.split(b"\r\n\r\n")[-1].rsplit(b"\r\n--", 2)[0]


def test_a_slow_upload_lives_and_that_of_a_stranger_does_not(anna: Served, office: World) -> None:
    head, body = _upload(anna, office, 1 << 20)
    with anna.connect(30) as made:
        made.sendall(head)
        for at in range(0, 20_000, 4_000):
            made.sendall(body[at : at + 4_000])
            time.sleep(0.4)
        made.sendall(body[20_000:])
        assert status(everything(made)) == 303
    stranger = head.split(b"Cookie:")[0] + b"\r\n"
    assert b"\r\nlocation: /\r\n" in anna.ask(stranger, body[:1_000]), "sent away before a byte of it is read"
    before = _vaults(office)
    assert status(anna.ask(head, body[:500_000], end=True)) == 0, "a file that broke off"
    assert _vaults(office) == before


def test_no_file_appears_in_the_clear_while_a_request_waits(anna: Served, office: World) -> None:
    """Neither in the temporary folder nor behind any descriptor of the server."""
    head, body = _upload(anna, office, 8 << 20)
    with anna.connect(30) as made:
        made.sendall(head + body[: 4 << 20])
        time.sleep(0.5)
        names = [str(one) for one in _open_files(anna.process.pid)]
        made.sendall(body[4 << 20 :])
        assert status(everything(made)) == 303
    outside = [
        name for name in names if not name.startswith((str(office.folder), "/dev/", "/proc/", "socket:", "pipe:"))
    ]
    assert not [name for name in outside if "anon_inode" not in name and not name.endswith((".so", ".py", ".mo"))], (
        names
    )


def _open_files(parent: int) -> Iterator[Path]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for process in [str(parent), *children]:
        for link in Path(f"/proc/{process}/fd").iterdir():
            try:
                yield link.readlink()
            except OSError:
                continue


def test_an_address_in_no_alphabet_is_refused_in_a_line(anna: Served) -> None:
    odd = b"GET /e?q=\xd0\xb0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    cookie = b"GET /e HTTP/1.1\r\nHost: x\r\nCookie: \xff\xfe=;;=s\r\nConnection: close\r\n\r\n"
    assert status(anna.ask(odd)) == 400
    assert status(anna.ask(cookie)) == 400
    answer = anna.get("/e")
    assert b"gunicorn" not in answer.lower()
