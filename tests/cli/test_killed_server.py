"""A server that was killed takes every session with it: the cookie opens nothing, and the disks hold nothing of it.

Catalogue of attack 31, and promise P8.
"""

import base64
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest


class Browser:
    """Somebody at the address, with the cookies they were given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **form: str) -> http.client.HTTPResponse:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as said:
            return self._asked(said, method, path, form)

    def _asked(
        self, said: http.client.HTTPConnection, method: str, path: str, form: dict[str, str]
    ) -> http.client.HTTPResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        said.request(method, path, urlencode(form) if form else None, headers)
        answer = said.getresponse()
        self.page = answer.read().decode()
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def _started(here: Path, port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, "-m", "hrd_cases.cli", "serve", "--port", str(port)],
        env={**os.environ, "HRD_INSTANCE": str(here)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(600):
        try:
            Browser(port).ask("GET", "/e")
            break
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    return server


def _killed(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGKILL)  # its own group, which it began: nothing else is in it
    server.wait(timeout=20)


@pytest.mark.slow
def test_a_killed_server_leaves_no_session_behind(founder, here):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    browser, server = Browser(port), _started(here, port)
    try:
        browser.ask("GET", "/e")
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page)
        assert token
        given = {"handle": founder.handle, "passphrase": founder.passphrase, "code": founder.codes[0]}
        assert browser.ask("POST", "/e", csrf_token=token[1], **given).status == 303
        assert browser.ask("GET", "/m").status == 200
    finally:
        _killed(server)
    cookie = browser.cookies["__Host-s"]
    secret = base64.urlsafe_b64decode(cookie + "=")
    rests = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert len(secret) == 32
    assert secret not in rests
    assert cookie.encode() not in rests

    server = _started(here, port)
    try:
        answer = browser.ask("GET", "/m")
        assert (answer.status, answer.headers["Location"]) == (303, "/e?m=c")
    finally:
        _killed(server)
