"""A server that was killed takes every session with it: the cookie opens nothing, and the disks hold nothing of it.
The same command starts it again, and nothing needs repair.

Catalogue of attack 31, and promise P8.
"""

import base64
import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hrd_address import Visit, free_port


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
            Visit(port).ask("GET", "/e")
            break
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    return server


def _killed(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGKILL)  # its own group, which it began: nothing else is in it
    server.wait(timeout=20)


@pytest.mark.slow
def test_a_killed_server_leaves_no_session_behind(founder, here):
    port = free_port()
    browser, server = Visit(port), _started(here, port)
    try:
        browser.fill("/e", handle=founder.handle, passphrase=founder.passphrase, code=founder.codes[0])
        browser.get("/m")
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
        assert browser.ask("GET", "/m")[:2] == (303, "/e?m=c")
    finally:
        _killed(server)


@pytest.mark.slow
def test_a_killed_server_starts_again_and_all_is_well(founder, here, run):
    """What the printed page of the stick promises after a pulled plug."""
    assert run("init", "--read-back", typed=founder.root + founder.recovery).status == 0
    port = free_port()
    for code in founder.codes[:2]:
        browser, server = Visit(port), _started(here, port)
        try:
            browser.fill("/e", handle=founder.handle, passphrase=founder.passphrase, code=code)
            assert browser.ask("GET", "/m")[0] == 200
        finally:
            _killed(server)
    checked = run("check")
    assert checked.status == 0, checked.out
    assert "\nAll checks passed: " in checked.out
