"""Serving: one process on this machine, a certificate for the local network, no port that is taken."""

import json
import os
import resource
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hrd_address import free_port

from hrd_cases.cli import serving_waits
from hrd_cases.services.install import lan_certificate

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
NAMED = ("--address", "cases.onion")


def test_a_taken_port_is_said_before_anything_is_started(run, founder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        text = run("serve", "--port", str(other.getsockname()[1]))
    assert text.status == 1
    assert "--port" in text.complaint


def test_the_certificate_is_kept_while_it_covers_the_addresses(tmp_path):
    first = lan_certificate.certificate(tmp_path, ["192.0.2.10", "localhost"], NOW)
    again = lan_certificate.certificate(tmp_path, ["192.0.2.10"], NOW + timedelta(days=30))
    assert first.new
    assert not again.new
    assert again.fingerprint == first.fingerprint
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600


@pytest.mark.parametrize(("host", "days"), [("192.0.2.11", 1), ("192.0.2.10", 390)])
def test_a_new_address_or_an_end_near_makes_a_new_certificate(tmp_path, host, days):
    first = lan_certificate.certificate(tmp_path, ["192.0.2.10"], NOW)
    later = lan_certificate.certificate(tmp_path, [host], NOW + timedelta(days=days))
    assert later.new
    assert later.fingerprint != first.fingerprint


def test_the_fingerprint_is_four_lines_as_browsers_show_it(tmp_path):
    saved = lan_certificate.certificate(tmp_path, ["localhost"], NOW)
    der = ssl.PEM_cert_to_DER_cert(saved.certificate.read_text())
    visible = ":".join(saved.fingerprint)
    assert [len(line.split(":")) for line in saved.fingerprint] == [8, 8, 8, 8]
    assert bytes.fromhex(visible.replace(":", "")) == __import__("hashlib").sha256(der).digest()


def test_a_damaged_certificate_is_made_anew(tmp_path):
    lan_certificate.certificate(tmp_path, ["localhost"], NOW)
    (tmp_path / lan_certificate.CERTIFICATE).write_text(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    assert lan_certificate.certificate(tmp_path, ["localhost"], NOW).new


def started(here: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hrd_cases.cli", "serve", *words],
        env={**os.environ, "HRD_INSTANCE": str(here)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def answer(port: int, *, tls: bool = False) -> str:
    """The page that answers, once it does."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = f"http{'s' if tls else ''}://127.0.0.1:{port}/"
    for _ in range(600):  # a loaded machine takes its time to begin
        try:
            with urllib.request.urlopen(address, timeout=10, context=context if tls else None) as page:
                return str(page.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing answered")


@contextmanager
def serving(here: Path, *words: str, ready: str = "Serving on") -> Iterator[subprocess.Popen[str]]:
    """A server that has said where it answers; what it says at its end must be no traceback."""
    server = started(here, *words)
    try:
        assert server.stdout is not None
        while ready not in (line := server.stdout.readline()):
            assert line, "it ended"
        yield server
    finally:
        server.terminate()
        text, _ = server.communicate(timeout=20)
        assert "Traceback" not in text


def over(path: Path, host: str = "cases.onion") -> bytes:
    """What a server says over its socket, once it answers."""
    for _ in range(600):
        try:
            with socket.socket(socket.AF_UNIX) as created:
                created.connect(str(path))
                created.sendall(f"GET /e HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return created.recv(100)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing answered")


@pytest.mark.slow
def test_a_second_server_is_refused_and_everything_else_goes_on(run, founder, here, tmp_path):
    """By hand beside systemd's, on the same socket or another, and a backup restored over what is served."""
    first, other = tmp_path / "a.sock", tmp_path / "b.sock"
    with serving(here, "--socket", str(first), *NAMED):
        assert over(first).startswith(b"HTTP/1.1 200")
        for words in (("--socket", str(first), *NAMED), ("--socket", str(other), *NAMED), ("--port", str(free_port()))):
            text = run("serve", *words)
            assert text.status == 1, words
            assert "already" in text.complaint
        assert "is being served" in run("restore", "none.age", "--identity", "none").complaint
        assert run("check", "--json").status in (0, 1)
        log_in = f"{founder.handle}\n{founder.passphrase}\n{founder.codes[0]}\n"
        assert run("user", "list", typed=log_in).status == 0
        assert not other.exists()
        assert over(first).startswith(b"HTTP/1.1 200")
    with serving(here, "--socket", str(other), *NAMED):
        assert over(other).startswith(b"HTTP/1.1 200"), "once it has gone, another may"


@pytest.mark.slow
def test_a_socket_left_behind_is_replaced_and_one_taken_away_is_no_accident(founder, here, tmp_path):
    path = tmp_path / "a.sock"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(path))
    with serving(here, "--socket", str(path), *NAMED):
        assert over(path).startswith(b"HTTP/1.1 200")
        assert over(path, "evil.example").startswith(b"HTTP/1.1 421"), "only the name that was given"
        assert stat.S_IMODE(path.stat().st_mode) == 0o770
        path.unlink()


def test_a_socket_of_somebody_else_is_not_taken_over(run, founder, tmp_path):
    path = tmp_path / "other.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        text = run("serve", "--socket", str(path), *NAMED)
        assert text.status == 1
        assert "already" in text.complaint
        with socket.socket(socket.AF_UNIX) as created:
            created.connect(str(path))


def test_a_file_is_not_taken_for_a_socket(run, founder, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert "no socket" in run("serve", "--socket", str(tmp_path / "notes.txt"), *NAMED).complaint
    assert (tmp_path / "notes.txt").read_text() == "mine"


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems are asked in other ways")


@pytest.mark.slow
@LINUX
def test_the_process_that_holds_keys_is_in_no_dump_and_closed_to_its_own_user(founder, here, tmp_path, monkeypatch):
    asked = "ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)"
    answers = _of_each_process_at_its_end(asked, here, tmp_path, monkeypatch)
    assert "(0, (0, 0))" in answers
    assert all(line.endswith("(0, 0))") for line in answers)


@pytest.mark.slow
@LINUX
def test_the_process_that_holds_keys_is_never_swapped_where_no_limit_stands(founder, here, tmp_path, monkeypatch):
    """A fork inherits no lock, so the process that serves has to ask for its own."""
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pytest.skip("this user may not lift the limit on locked memory")
    asked = "'VmLck:\t       0 kB' in Path('/proc/self/status').read_text()"
    assert set(_of_each_process_at_its_end(asked, here, tmp_path, monkeypatch)) == {"False"}


def _of_each_process_at_its_end(asked: str, here: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this expression is worth in each process of a server that answered a page and was ended."""
    lines = [
        "import atexit, ctypes, resource",
        "from pathlib import Path",
        "def at_its_end():",
        f"    answer = {asked}",
        f"    Path({str(folder / 'answers')!r}).open('a').write(f'{{answer}}\\n')",
        "atexit.register(at_its_end)",
    ]
    (folder / "sitecustomize.py").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT)]))
    port = free_port()
    with serving(here, "--port", str(port)):
        answer(port)
    return (folder / "answers").read_text().splitlines()


def test_more_workers_are_refused_whatever_the_settings_say(run, founder, monkeypatch):
    assert run("serve", "--workers", "2").status == 2
    monkeypatch.setenv("HRD_SESSION_URL", "redis://localhost")
    assert run("serve", "--workers", "2").status == 2
    assert run("serve").status == 2


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--lan", "--address", "127.0.0.1")])
def test_it_says_that_it_serves_when_it_answers_and_not_before(founder, here, options):
    port = free_port()
    with serving(here, "--port", str(port), *options) as server:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        address = f"http{'s' if options else ''}://127.0.0.1:{port}/e"
        with urllib.request.urlopen(address, timeout=30, context=context if options else None) as page:
            assert page.status == 200, "at the first try"
        assert server.poll() is None


def test_nothing_is_said_of_a_server_that_ended_or_does_not_answer(capfd):
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()  # takes connections, and answers none
        ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
        serving_waits._wait(["Serving"], used.getsockname(), int(ended.stdout), tls=False)
        closing = threading.Thread(target=_take_and_close, args=(used,))
        closing.start()
        assert not serving_waits._answers(used.getsockname(), tls=False), "a port that closes at once is no page"
        closing.join()
    assert not serving_waits._answers(("127.0.0.1", free_port()), tls=False)
    assert "Serving" not in capfd.readouterr().out


def _take_and_close(port: socket.socket) -> None:
    connection, _ = port.accept()
    connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--lan", "--address", "127.0.0.1")])
def test_the_pages_answer_and_stop_at_once(founder, here, options):
    port = free_port()
    server = started(here, "--port", str(port), *options)
    try:
        assert "<form" in answer(port, tls=bool(options))
    finally:
        server.terminate()
        text, _ = server.communicate(timeout=20)
    assert f"127.0.0.1:{port}/" in text
    assert ("fingerprint" in text) == bool(options)
    assert "Traceback" not in text
    assert json.loads((here / "organisation.json").read_text())["org"] not in text


LOADED = (
    "import atexit, sys; atexit.register(lambda: print('LOADED', *sorted({n.partition('.')[0] for n in sys.modules})))"
)


def test_the_server_is_the_program_that_was_started_and_loads_only_what_it_needs(founder, here, tmp_path):
    """One import: no second interpreter begins anew. What it loaded is asked at its end."""
    (tmp_path / "sitecustomize.py").write_text(LOADED)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "hrd_cases.cli", "serve", "--port", str(port)],
        env={**os.environ, "HRD_INSTANCE": str(here), "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "<form" in answer(port)
        command = Path(f"/proc/{server.pid}/cmdline").read_bytes().split(b"\0")
        assert b"serve" in command, "the process was not replaced"
    finally:
        server.terminate()
        text, _ = server.communicate(timeout=20)
    loaded = [set(line.split()[1:]) for line in text.splitlines() if line.startswith("LOADED")]
    served = [names for names in loaded if "gunicorn" in names]
    assert served
    assert all(not names & {"alembic", "weasyprint", "pypdfium2", "docx", "pypdf"} for names in served)
