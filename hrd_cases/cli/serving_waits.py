"""Says where the server answers once it does: a process beside it asks, says it and ends."""

import os
import socket
import ssl
import time
from collections.abc import Sequence
from pathlib import Path

from hrd_cases.cli.terminal import say

PATIENCE = 120.0  # seconds; a server that answers nothing by then has said itself what is wrong
PAUSE = 0.1
ASKED = b"GET /e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def say_once_it_answers(lines: Sequence[str], where: Path | tuple[str, int], *, tls: bool = False) -> None:
    """Say these lines when whatever this process becomes answers at `where`; nothing if it ends before."""
    server = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    if os.fork() == 0:  # a child of nobody: the server never has to wait for it
        _wait(lines, where, server, tls=tls)
    os._exit(0)


def _wait(lines: Sequence[str], where: Path | tuple[str, int], server: int, *, tls: bool) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and _lives(server):
        if _answers(where, tls=tls):
            say("\n".join(lines))
            return
        time.sleep(PAUSE)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _answers(where: Path | tuple[str, int], *, tls: bool) -> bool:
    """Whether a page comes; a port that only takes connections does not answer yet."""
    family, address = (socket.AF_UNIX, str(where)) if isinstance(where, Path) else (socket.AF_INET, where)
    try:
        with socket.socket(family) as connection:
            connection.settimeout(5)
            connection.connect(address)
            with _unchecked().wrap_socket(connection) if tls else connection as spoken:
                spoken.sendall(ASKED)
                return spoken.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _unchecked() -> ssl.SSLContext:
    """Our own server on this machine: whose certificate it is does not matter here."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
