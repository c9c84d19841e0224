"""The door: slow and idle strangers keep nobody out, nothing half-sent counts, nothing of a request rests on a disk."""

import asyncio
import os
import resource
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote_plus

import pytest
from hrd_address import free_port
from hrd_browser import BOUNDARY, field, file, form
from hrd_pages import Visitor
from hrd_served import Served, everything, served, status
from hrd_world import World
from hrd_world_fixtures import WorldOn
from sqlalchemy import func, select

from hrd_cases.app import door_of
from hrd_cases.services.kernel import passphrase_slots
from hrd_cases.services.signin import organisation_setup
from hrd_cases.store import tables
from hrd_cases.web.door import connections, door
from hrd_cases.web.kernel import handling
from hrd_cases.web.kernel.csrf import FIELD

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


@pytest.fixture(scope="module")
def plain_server(world_on: WorldOn) -> Iterator[Served]:
    with served(world_on("sqlite")) as created:
        yield created


@pytest.fixture(scope="module")
def tls_server(world_on: WorldOn) -> Iterator[Served]:
    with served(world_on("sqlite"), tls=True) as created:
        yield created


@pytest.fixture(scope="module")
def file_server(world_on: WorldOn) -> Iterator[Served]:
    """Behind a Unix socket, as for an onion service or a proxy."""
    with served(world_on("sqlite"), unix=True) as created:
        yield created


@pytest.fixture(params=["plain", "tls", "file"])
def server(request: pytest.FixtureRequest) -> Served:
    result: Served = request.getfixturevalue(f"{request.param}_server")
    return result


@pytest.fixture(scope="module")
def anna(office: World) -> Iterator[Served]:
    """A server, and Anna logged in."""
    with served(office) as created:
        existing = office.people["anna"]
        created.log_in(existing.handle, existing.passphrase)
        yield created


HALF_HEAD = b"POST /e HTTP/1.1\r\nHost: localhost\r\nX-a: b"
KIND = "Content-Type: application/x-www-form-urlencoded"
HALF_FORM = f"POST /e HTTP/1.1\r\nHost: localhost\r\n{KIND}\r\nContent-Length: 500\r\n\r\nabc=1".encode()
KINDS = {"idle": b"", "half a head": HALF_HEAD, "half a form": HALF_FORM}


@contextmanager
def strangers(server: Served, kind: str, count: int = MANY) -> Iterator[list[socket.socket]]:
    """Connections that say nothing, or not enough."""
    with ExitStack() as stack:
        created = [stack.enter_context(server.connect(30, greet=kind != "idle")) for _ in range(count)]
        for item in created:
            if KINDS[kind]:
                item.sendall(KINDS[kind])
        yield created


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_thousand_strangers_keep_nobody_out(server: Served, kind: str) -> None:
    with strangers(server, kind):
        answers = [server.get("/e", timeout=5) for _ in range(30)]
    assert [status(answer) for answer in answers] == [200] * 30


T = TypeVar("T")


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """What this comes to in an event loop of its own: a browser of other tests may have one in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_people_log_in_between_strangers(server: Served) -> None:
    """With the address that the browser says it came from, https where it is."""
    existing = server.world.people["anna"]
    with strangers(server, "half a form", 100):
        server.log_in(existing.handle, existing.passphrase)
        assert status(server.get("/c", inside=True)) == 200


def test_who_says_nothing_whole_in_ten_seconds_goes(
    plain_server: Served, tls_server: Served, file_server: Served
) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        waiting, dripping = [], []
        for server in (plain_server, tls_server, file_server):
            waiting += [stack.enter_context(server.connect(30, greet=greet)) for greet in (False, True, True)]
            waiting[-1].sendall(HALF_HEAD)
            created = stack.enter_context(server.connect(30))
            dripping.append(threading.Thread(target=_drip, args=(created,), daemon=True))
            dripping[-1].start()
        for item in waiting:
            try:
                assert item.recv(100) == b""
            except (ConnectionError, ssl.SSLError):
                continue
        for slow in dripping:
            slow.join(20)
    assert not any(slow.is_alive() for slow in dripping), "a head of two bytes a second is no head"
    assert connections.HEAD - 1 < time.monotonic() - began < 2 * connections.HEAD + 4


def _drip(created: socket.socket) -> None:
    """A head that never ends."""
    with created:
        try:
            for letter in b"GET /e HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 60:
                created.sendall(bytes([letter]))
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
    text = anna.form("/c/new", body + b"&summary=x", inside=True)
    assert status(anna.ask(text, body, end=True)) == 0
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
    for most, inside, text in ((handling.STRANGERS, False, b"1 MB"), (handling.INSIDE, True, b"4 MB")):
        body = b"a=" + b"b" * most
        answer = anna.ask(anna.form("/e", body, inside=inside), body, timeout=60)
        assert status(answer) == 413
        assert text in answer


def test_forms_that_are_too_long_take_no_room_from_those_of_others(plain_server: Served) -> None:
    usual, long = handling.STRANGERS - 100_000, handling.INSIDE - 100_000
    held = [long] * (door.MOST_STRANGERS // long) + [usual] * (door.MOST_STRANGERS % long // usual)
    with ExitStack() as stack:
        for length in held:
            head = f"POST /e HTTP/1.1\r\nHost: localhost\r\n{KIND}\r\nContent-Length: {length + 1}\r\n\r\n".encode()
            stack.enter_context(plain_server.connect(30)).sendall(head + b"a" * length)
        _until_read(plain_server.port)
        form = plain_server.form("/e", b"a" * usual)
        answers = [status(plain_server.ask(form, b"a" * usual, timeout=60)) for _ in range(5)]
    assert 503 not in answers


def _until_read(port: int) -> None:
    """Wait until the server on this port has read everything that the kernel holds for it (proc(5), net/tcp)."""
    for _ in range(600):
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        queues = [line[4] for line in lines if line[1].endswith(f":{port:04X}")]
        if all(queue.endswith(":00000000") for queue in queues):
            return
        time.sleep(0.05)
    raise AssertionError(f"unread after half a minute: {queues}")


def test_a_text_too_long_for_its_field_comes_back_whole(anna: Served, office: World) -> None:
    """More than a stranger may send, as a browser spells it: 350,000 Russian letters are two million bytes."""
    path, text = f"/c/{office.strike.case}/m/new", "Рассказ свидетеля " * 20_000
    body = f"{FIELD}={anna.token(path, inside=True)}&subject=Interview&text={quote_plus(text)}".encode()
    assert handling.STRANGERS < len(body) < handling.INSIDE
    before = _vaults(office)
    answer = anna.ask(anna.form(path, body, inside=True), body, timeout=60).decode()
    assert status(answer.encode()) == 422
    assert text.rstrip() in answer
    assert f"these are {len(text.rstrip()) - 150_000} too many" in answer
    assert _vaults(office) == before
    stranger = anna.ask(anna.form(path, body), body, timeout=60)
    assert status(stranger) == 413


def test_a_form_on_a_bad_line_is_saved(anna: Served, office: World) -> None:
    body, before = _call(anna), _vaults(office)
    with anna.connect(30) as created:
        created.sendall(anna.form("/c/new", body, inside=True))
        for at in range(0, len(body), 20):
            created.sendall(body[at : at + 20])
            time.sleep(0.05)
        assert status(everything(created)) in (200, 303)
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
    result = anna.get(f"{where}/1", inside=True, timeout=60)
    assert result.partition(b"\r\n\r\n")[2] == body.split(b"\r\n\r\n")[-1].rsplit(b"\r\n--", 2)[0]


def test_a_slow_upload_lives_and_that_of_a_stranger_does_not(anna: Served, office: World) -> None:
    head, body = _upload(anna, office, 1 << 20)
    with anna.connect(30) as created:
        created.sendall(head)
        for at in range(0, 20_000, 4_000):
            created.sendall(body[at : at + 4_000])
            time.sleep(0.4)
        created.sendall(body[20_000:])
        assert status(everything(created)) == 303
    stranger = head.split(b"Cookie:")[0] + b"\r\n"
    assert b"\r\nlocation: /\r\n" in anna.ask(stranger, body[:1_000]), "sent away before a byte of it is read"
    before = _vaults(office)
    assert status(anna.ask(head, body[:500_000], end=True)) == 0, "a file that broke off"
    assert _vaults(office) == before


def test_a_large_download_to_slow_readers_takes_no_memory(anna: Served, office: World) -> None:
    """As many as have threads, each with a hundred megabytes on the way; who reads on gets every byte."""
    head, body = _upload(anna, office, 100 << 20)
    answer = anna.ask(head, body, timeout=120).decode()
    where = answer.split("ocation: ")[1].split("\r\n")[0]
    requested = body.split(b"\r\n\r\n")[-1].rsplit(b"\r\n--", 2)[0]
    before = _resident(anna.process.pid)
    with ExitStack() as stack:
        slow = [stack.enter_context(anna.connect(120)) for _ in range(door.STREAMS)]
        begun = []
        for item in slow:
            item.sendall(anna.head("GET", f"{where}/1", inside=True))
            begun.append(item.recv(1 << 16))
        most = 0
        for _ in range(20):
            time.sleep(0.25)
            most = max(most, _resident(anna.process.pid))
        assert status(anna.get("/c", inside=True)) == 200, "pages have threads of their own"
        assert most - before < 40 << 20, f"{(most - before) >> 20} MB for {door.STREAMS} readers"
        whole = begun[0] + everything(slow[0])
    assert whole.partition(b"\r\n\r\n")[2] == requested


def _resident(parent: int) -> int:
    """The bytes in memory of a server and its worker."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    result = 0
    for process in (str(parent), *children):
        result += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return result


def test_no_file_appears_in_the_clear_while_a_request_waits(anna: Served, office: World) -> None:
    """Neither in the temporary folder nor behind any descriptor of the server."""
    head, body = _upload(anna, office, 8 << 20)
    with anna.connect(30) as created:
        created.sendall(head + body[: 4 << 20])
        time.sleep(0.5)
        names = [str(open_file) for open_file in _open_files(anna.process.pid)]
        created.sendall(body[4 << 20 :])
        assert status(everything(created)) == 303
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


def test_twenty_who_log_in_at_once_all_come_in_and_pages_go_on(anna: Served) -> None:
    """Nobody's browser is known, all come from one address: as after a restart, which ends every session."""
    existing = anna.world.people["anna"]
    token = anna.token("/e", inside=False)
    body = f"{FIELD}={quote_plus(token)}&handle={existing.handle}&passphrase={quote_plus(existing.passphrase)}".encode()
    door_cookies = "; ".join(f"{name}={value}" for name, value in anna.cookies.items() if "__Host-s" not in name)
    answers: list[int] = []

    def come() -> None:
        head = anna.form("/e", body, f"Cookie: {door_cookies}")
        answers.append(status(anna.ask(head, body, timeout=60)))

    threads = [threading.Thread(target=come) for _ in range(20)]
    for thread in threads:
        thread.start()
    pages = [status(anna.get("/e", timeout=30)) for _ in range(5)]
    for thread in threads:
        thread.join()
    assert answers == [303] * 20
    assert pages == [200] * 5


def test_who_waits_to_come_in_takes_no_thread_of_a_page(world_on: WorldOn) -> None:
    """More than the pages have threads; nobody comes to their turn, and a page is there all the same."""
    world = world_on("sqlite")
    app = Visitor(world).app
    entrance, slots = door_of(app), world.runtime.passphrase_slots
    waiting = door.THREADS + 2

    async def ask(path: str, body: bytes, *heads: tuple[bytes, bytes]) -> int:
        answers: list[int] = []

        async def send(message: Any) -> None:
            answers.extend([message["status"]] if message["type"] == "http.response.start" else [])

        length = (b"content-length", str(len(body)).encode())
        scope = {
            "type": "http", "http_version": "1.1", "scheme": "http", "method": "POST" if body else "GET",
            "path": path, "root_path": "", "query_string": b"", "server": ("localhost", 80), "client": ("192.0.2.7", 1),
            "headers": [(b"host", b"localhost"), length, *heads], "hrd.connection": Quiet(),
        }  # fmt: skip
        await entrance(scope, Slowly(0.0, body), send)
        return answers[0]

    async def come_and_look() -> tuple[int, list[int]]:
        visitor = Visitor(world, app=app)
        fields = visitor.fields("/e")
        body = "&".join(f"{name}={quote_plus(text)}" for name, texts in fields.items() for text in texts).encode()
        cookies = "; ".join(f"{item.key}={item.value}" for item in visitor.client._cookies.values())
        kind = (b"content-type", b"application/x-www-form-urlencoded")
        heads = (kind, (b"cookie", cookies.encode()), (b"origin", b"http://localhost"))
        come = [asyncio.create_task(ask("/e", body, *heads)) for _ in range(waiting)]
        for _ in range(3_000):
            if slots._waiting[True] == waiting:
                break
            await asyncio.sleep(0.01)
        assert slots._waiting[True] == waiting
        page = await asyncio.wait_for(ask("/e", b""), 20)
        slots_held.close()
        return page, await asyncio.gather(*come)

    with ExitStack() as slots_held:
        for _ in range(passphrase_slots.AT_ONCE):
            slots_held.enter_context(slots.one())
        page, answers = in_a_loop(asyncio.wait_for(come_and_look(), 60))
    assert page == 200
    assert answers == [422] * waiting


class Quiet:
    """A connection as the door sees it."""

    gone = False

    def whole(self) -> None:
        """It is here."""

    def cut(self) -> None:
        """It goes."""
        self.gone = True


def test_an_address_in_no_alphabet_is_refused_in_a_line(anna: Served) -> None:
    odd = b"GET /e?q=\xd0\xb0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    cookie = b"GET /e HTTP/1.1\r\nHost: localhost\r\nCookie: \xff\xfe=;;=s\r\nConnection: close\r\n\r\n"
    assert status(anna.ask(odd)) == 400
    assert status(anna.ask(cookie)) == 400
    answer = anna.get("/e")
    assert b"gunicorn" not in answer.lower()


def test_of_too_many_connections_the_oldest_unfinished_goes(world_on: WorldOn) -> None:
    with served(world_on("sqlite"), most=40) as server, ExitStack() as stack:
        created = [stack.enter_context(server.connect(5)) for _ in range(60)]
        assert status(server.get("/e")) == 200
        gone = []
        for item in created:
            item.settimeout(0.2)
            try:
                gone.append(item.recv(1) == b"")
            except TimeoutError:
                gone.append(False)
            except ConnectionError:
                gone.append(True)
    assert gone[:20] == [True] * 20
    assert not any(gone[25:])


class Slowly:
    """Receives a body in pieces, each after a pause."""

    def __init__(self, pause: float, *pieces: bytes) -> None:
        self.pause, self.pieces = pause, list(pieces)

    async def __call__(self) -> dict[str, object]:
        await asyncio.sleep(self.pause)
        if not self.pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": bool(self.pieces)}


def _collected(receive: Slowly, length: int, most: int = 10**6) -> tuple[bytes, int]:
    parts: list[bytes] = []
    current = door.FormMemory(most)
    try:
        in_a_loop(door._collect(receive, length, parts, current))
    except door.RefusedRequest as refused:
        return b"".join(parts), refused.status
    return b"".join(parts), 200


def test_a_form_has_a_least_speed_an_end_and_a_bounded_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "GRACE", 0.2)
    monkeypatch.setattr(door, "LEAST", 100)
    fast = [b"x" * 20] * 10  # 20 bytes in 0.05 s: 400 a second
    assert _collected(Slowly(0.05, *fast), 200) == (b"x" * 200, 200)
    assert _collected(Slowly(0.05, *[b"x"] * 40), 40)[1] == 408
    assert _collected(Slowly(0.0, *fast), 201)[1] == 0, "it ended before its length"
    assert _collected(Slowly(0.0, *fast), 200, most=150)[1] == 503
    monkeypatch.setattr(door, "LONGEST", 0.3)
    assert _collected(Slowly(0.05, *fast), 200)[1] == 408
    assert door.Pace(longest=20 * 60).longest == 20 * 60


def test_a_megabyte_at_the_least_speed_ends_before_the_longest_time() -> None:
    assert door.GRACE + handling.STRANGERS / door.LEAST < door.LONGEST
    assert door.GRACE + handling.INSIDE / door.LEAST < door.LONGEST * handling.INSIDE / handling.STRANGERS


def test_an_account_closed_on_the_command_line_is_out_at_the_next_click(world_on: WorldOn) -> None:
    """A browser, a server, and the command line beside it: three processes."""
    world = world_on("sqlite")
    with served(world) as created:
        existing, admin = world.people["anna"], world.people["admin"]
        created.log_in(existing.handle, existing.passphrase)
        assert status(created.get("/c", inside=True)) == 200
        body, before = _call(created), _vaults(world)
        typed = f"{admin.handle}\n{admin.passphrase}\n"
        done = _command(world, typed, "user", "disable", existing.user, "--leave-to-cards")
        assert done.returncode == 0, done.stderr
        answer = created.ask(created.form("/c/new", body, inside=True), body)
        assert status(answer) == 303
        assert b"\r\nlocation: /e?m=" in answer
        assert b"\r\nlocation: /e?m=c" in created.get("/c", inside=True)
        assert _vaults(world) == before


def _command(world: World, typed: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hrd_cases.cli", *words],
        env={
            **os.environ,
            "HRD_INSTANCE": str(world.folder / "instance"),
            "HRD_DATABASE_URL": world.url,
            "HRD_EVIDENCE_URL": str(world.folder / "evidence"),
        },
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_on_postgresql_the_database_says_that_it_is_served(make_world: WorldOn) -> None:
    """Also to a copy of the instance folder, whose own lock is free."""
    world = make_world("postgresql")
    first = organisation_setup.load(world.folder / "instance", world.url, world.folder / "evidence")
    second = organisation_setup.load(world.folder / "instance", world.url, world.folder / "evidence")
    assert first.database.serve_alone()
    assert not second.database.serve_alone()
    text = _command(world, "", "serve", "--port", str(free_port()))
    assert text.returncode == 1
    assert "already" in text.stderr
    with world.reading("anna"):
        pass
    first.database.close()
    until = time.monotonic() + 20  # the database ends a connection in its own time
    while not (alone := second.database.serve_alone()) and time.monotonic() < until:
        time.sleep(0.1)
    assert alone, "once it has gone, another may"
    second.database.close()
