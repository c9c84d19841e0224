"""Pages beside 1,000 connections that send half a form, and files through the door.

Yardstick of the pages: the same pages of the same server without them, in turn in one run. Medians here are of the p95
of 40 pages. Yardstick of files: the same number of bytes over a bare socket.
"""

import http.client
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

from measure import Pair, report, seconds
from stage import Stage, add_cases, stage
from visitor import Visitor

MANY, PAGES, SIZE = 1_000, 40, 50 * 1000 * 1000
HALF = (
    b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\na=1"
)


@contextmanager
def served(here: Stage) -> Iterator[int]:
    """The program in a process of its own; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "hrd_cases.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, **places(here)}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                page(port)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def places(here: Stage) -> dict[str, str]:
    """What tells a command where this organisation is."""
    return {
        "HRD_INSTANCE": str(here.folder / "instance"),
        "HRD_DATABASE_URL": here.database_url,
        "HRD_EVIDENCE_URL": str(here.folder / "evidence"),
    }


def page(port: int) -> None:
    """The log-in page over a connection of its own."""
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    made.request("GET", "/e")
    assert made.getresponse().read()
    made.close()


def p95(port: int) -> float:
    """The time of all pages but the slowest twentieth."""
    return sorted(seconds(lambda: page(port)) for _ in range(PAGES))[int(PAGES * 0.95) - 1]


def pages(port: int, rounds: int = 5) -> dict[str, object]:
    """With and without strangers, in turn."""
    pair = Pair(f"p95 of a page beside {MANY} half forms", "p95 without them")
    for _ in range(rounds):
        pair.yardstick.append(p95(port))
        with ExitStack() as stack:
            for _ in range(MANY):
                made = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                made.sendall(HALF)
            pair.ours.append(p95(port))
    return pair.row()


def files(here: Stage, port: int, case: str, rounds: int = 5) -> dict[str, object]:
    """An upload through the form, and the same bytes over a bare socket."""
    visitor = Visitor(port)
    assert visitor.log_in(here.handle, here.passphrase) == HTTPStatus.SEE_OTHER
    path, bound = f"/c/{case}/e/new", "bound7a"
    data = os.urandom(SIZE)

    def upload() -> None:
        body = parts(bound, visitor.token(path), data)
        assert visitor.post(path, body, f"multipart/form-data; boundary={bound}")[0] in (200, 303)

    pair = Pair("50 MB through the form, durable", "50 MB over a bare socket")
    upload()
    for _ in range(rounds):
        pair.ours.append(seconds(upload))
        pair.yardstick.append(seconds(lambda: bare(data)))
    return {**pair.row(), "MB_per_s": round(SIZE / 1e6 / sorted(pair.ours)[rounds // 2])}


def parts(bound: str, token: str, data: bytes) -> bytes:
    """A form with a token and a file."""
    said = f'--{bound}\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    head = said % ("csrf_token", "") + token + "\r\n" + said % ("files", '; filename="film.mp4"')
    return head.encode() + data + f"\r\n--{bound}--\r\n".encode()


def bare(data: bytes) -> None:
    """The same bytes to somebody who only reads."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as made:
        other, _ = server.accept()
        sender = threading.Thread(target=lambda: (made.sendall(data), made.shutdown(socket.SHUT_WR)))
        sender.start()
        with other:
            while other.recv(1 << 16):
                pass
        sender.join()


def main() -> None:
    """Print the table."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with stage() as here:
        case = add_cases(here, 1)[0]
        with served(here) as port:
            report("the door", [pages(port), files(here, port, case)])


if __name__ == "__main__":
    main()
