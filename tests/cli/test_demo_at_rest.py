"""Promise P1 over a whole run of the demo: made and served by the command, used at its address, then stopped.

Every byte that the process and its workers wrote is looked at: for what the demo says, for what was typed and sent
in, and for what was printed once. Catalogue 11 and 15.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import hrd_address
import pytest
from hrd_address import free_port
from hrd_browser import BOUNDARY
from hrd_browser import field as text_part
from hrd_browser import file as file_part
from hrd_browser import form as whole_form
from hrd_canaries import Scanner
from hrd_pages import Forms

TYPED = "zqvxkanarejka"
OF_THE_DEMO = ("Лидер шахтёров", "Подземная забастовка", "хорошо написанного отзыва", "Звонит юристу до любой")
BIG = 1_300_000


@dataclass
class Visit(hrd_address.Visit):
    """Somebody who uses the demo, and which of its words they were shown."""

    shown: set[str] = field(default_factory=set)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, bytes]:
        """One request; its status, where it leads, its bytes."""
        status, leads, data = super().ask(method, path, body, kind)
        self.shown |= {word for word in OF_THE_DEMO if word in data.decode(errors="ignore")}
        return status, leads, data

    def send_file(self, path: str, name: str, data: bytes) -> None:
        """Send a file with its form."""
        token = Forms(self.get(path)).forms[path]["csrf_token"][0]
        parts = (text_part("csrf_token", token), text_part("title", TYPED), text_part("how", "one"))
        body = whole_form(*parts, file_part(name, data, "text/plain"))
        status, _, answer = self.ask("POST", path, body, f"multipart/form-data; boundary={BOUNDARY}")
        assert status == 303, answer.decode()[:2000]

    def walk(self) -> None:
        """Every page that the desk and the lists lead to, as far as two steps."""
        existing, next_ones = {"/d"}, ["/d", "/c", "/p", "/o", "/b", "/h", "/t", "/l", "/a", "/m"]
        for _ in range(2):
            pages, next_ones = next_ones, []
            for path in pages:
                status, _, data = self.ask("GET", path)
                assert status in (200, 303, 403, 404), (path, status)
                for link in re.findall(r'href="(/[^"?#]*)', data.decode(errors="replace")):
                    if link not in existing and not link.startswith(("/static", "/x", "/y")):
                        existing.add(link)
                        next_ones.append(link)


@dataclass
class Run:
    """A demo that was made, served, used and stopped."""

    folder: Path
    said: str
    accounts: Mapping[str, tuple[str, str]]
    paper: bytes
    shown: set[str]


def _start(folder: Path, port: int) -> subprocess.Popen[str]:
    (folder / "tmp").mkdir(parents=True)
    existing = {name: value for name, value in os.environ.items() if not name.startswith("HRD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "hrd_cases.cli", "demo", "--serve", "--port", str(port)],
        env={**existing, "HRD_INSTANCE": str(folder / "instance"), "TMPDIR": str(folder / "tmp"), "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _accounts(server: subprocess.Popen[str]) -> tuple[str, dict[str, tuple[str, str]]]:
    """What the command prints until its pages answer, and handle and passphrase of each role."""
    assert server.stdout is not None
    text = ""
    for line in server.stdout:
        text += line
        if "http://" in line:
            break
    result = re.findall(r"^  (\w+) [^\n]*\n\s+handle\s+([^\n]+)\n\s+passphrase\s+([^\n]+)$", text, re.MULTILINE)
    return text, {role: (handle.strip(), passphrase.strip()) for role, handle, passphrase in result}


def _log_in(port: int, handle: str, passphrase: str) -> Visit:
    visit = Visit(port, {"__Host-g": "en"})
    for _ in range(100):
        try:
            visit.get("/e")
            break
        except OSError:
            time.sleep(0.1)
    assert visit.fill("/e", handle=handle, passphrase=passphrase) == "/"
    return visit


def _paper(lawyer: Visit) -> bytes:
    """The prepared court paper of the demo, built and released; its PDF."""
    case = re.search(r'href="(/c/[0-9a-f]{32})"[^>]*>[^<]*Подземная', lawyer.get("/c"))
    assert case
    place = case[1].replace("/c/", "/w/")
    paper = re.search(rf'href="({place}/[0-9a-f]{{32}})', lawyer.get(place))
    assert paper
    lawyer.fill(f"{paper[1]}/5")
    for _ in range(600):
        if f"{paper[1]}/r" in Forms(lawyer.get(f"{paper[1]}/5")).forms:
            break
        time.sleep(0.2)
    lawyer.fill(f"{paper[1]}/5", f"{paper[1]}/r")
    files = re.findall(rf'href="({paper[1]}/f/\d+)"', lawyer.get(paper[1]))
    return next(data for data in (lawyer.ask("GET", path)[2] for path in files) if data.startswith(b"%PDF"))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder, port = tmp_path_factory.mktemp("demo") / "here", free_port()
    server = _start(folder, port)
    try:
        text, accounts = _accounts(server)
        for role in ("coordinator", "auditor", "administrator"):
            _log_in(port, *accounts[role]).walk()
        worker = _log_in(port, *accounts["caseworker"])
        worker.walk()
        worker.fill("/i/new", what=TYPED, when="2026", who=f"{TYPED} {OF_THE_DEMO[0]}", reach=TYPED)
        case = re.search(r'href="(/c/[0-9a-f]{32})"', worker.get("/c"))
        assert case
        worker.send_file(f"{case[1]}/e/new", f"{TYPED}.txt", (TYPED * 120_000).encode()[:BIG])
        lawyer = _log_in(port, *accounts["lawyer"])
        lawyer.walk()
        paper = _paper(lawyer)
    finally:
        server.terminate()
        rest, _ = server.communicate(timeout=60)
    return Run(folder, text + rest, accounts, paper, worker.shown | lawyer.shown)


@pytest.mark.slow
def test_a_whole_run_of_the_demo_leaves_nothing_that_can_be_read(lived: Run) -> None:
    assert set(lived.accounts) == {"caseworker", "lawyer", "coordinator", "auditor", "administrator"}
    assert lived.paper.startswith(b"%PDF")
    written = [path for path in lived.folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in written) > 2 * BIG
    printed_once = [word for account in lived.accounts.values() for word in account]
    assert Scanner((TYPED, *OF_THE_DEMO, *printed_once)).folder(lived.folder) == []


@pytest.mark.slow
def test_the_words_looked_for_were_on_the_pages(lived: Run) -> None:
    assert lived.shown == set(OF_THE_DEMO)


@pytest.mark.slow
def test_the_program_says_nothing_of_it_while_it_serves(lived: Run) -> None:
    assert list(Scanner((TYPED, *OF_THE_DEMO)).scan(lived.said.encode(), "said")) == []
    after = lived.said.partition("http://")[2]
    assert [word for account in lived.accounts.values() for word in account if word in after] == []
    assert "Traceback" not in lived.said
