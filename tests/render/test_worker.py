import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.papers import DossierRequest, LetterRequest
from hrd_cases.render import process, wire
from hrd_cases.render.process import PACKAGE

HEAVY = ("weasyprint", "pikepdf", "pypdfium2", "PIL", "pypdf", "docx", "jinja2")
TRIES = {
    "a socket": "import socket; socket.socket()",
    "a name server": "import socket; socket.getaddrinfo('localhost', 1)",
    "another process": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
    "a fork": "import os; os.fork()",
    "a file": "open({path!r}, 'w')",
    "a file by its number": "import os; os.open({path!r}, os.O_CREAT | os.O_WRONLY)",
    "a temporary file": "import tempfile; tempfile.TemporaryFile()",
    "a temporary folder": "import tempfile; tempfile.mkdtemp()",
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)


@pytest.mark.parametrize("what", TRIES)
def test_the_worker_cannot_open(what: str, tmp_path: Path) -> None:
    attempt = TRIES[what].format(path=str(tmp_path / "x"))
    modules = "cage, exhibit_worker, worker"
    ended = run(f"import sys\nfrom hrd_cases.render import {modules}\nsys.addaudithook(cage.guard)\n{attempt}")
    assert ended.returncode != 0
    assert "CageRefusal" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_parent_never_loads_what_makes_paper() -> None:
    listed = f"print([m for m in {HEAVY} if m in sys.modules])"
    ended = run(f"import sys, hrd_cases.render.process, hrd_cases.render.verify\n{listed}")
    assert ended.stdout.strip() == "[]", ended.stderr


def test_the_worker_knows_no_cipher() -> None:
    ended = run(
        "import sys, hrd_cases.render.worker\nprint([m for m in sys.modules if m.startswith('hrd_cases.crypto')])"
    )
    assert ended.stdout.strip() == "[]", ended.stderr


def test_the_process_that_opens_exhibits_knows_neither_ciphers_nor_what_sets_papers() -> None:
    ended = run(
        "import sys, hrd_cases.render.exhibit_worker\n"
        "print([m for m in sys.modules if m.startswith(('hrd_cases.crypto', 'weasyprint', 'docx', 'jinja2'))])"
    )
    assert ended.stdout.strip() == "[]", ended.stderr


def test_the_process_that_opens_exhibits_shuts_itself_in_before_it_reads() -> None:
    ended = run(
        "import os, sys\nfrom hrd_cases.render import exhibit_worker, wire\n"
        "def look(*_):\n"
        "    try: os.open('/dev/null', os.O_WRONLY)\n"
        "    except Exception as no: print(type(no).__name__, file=sys.stderr)\n"
        "    raise wire.Torn\n"
        "wire.read_frame = look\nexhibit_worker.main(['2000000000', '60'])"
    )
    assert ended.stderr.strip() == "CageRefusal"


def test_a_torn_request_ends_the_worker_without_a_word_about_it() -> None:
    command = [sys.executable, "-P", "-m", process.WORKER, "2000000000", "60"]
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": os.defpath}
    ended = subprocess.run(command, input=b'D\0\0\0\x05{"a"', capture_output=True, env=environment, timeout=60)
    assert ended.returncode == 1
    assert ended.stdout.startswith(b"F")
    assert b'{"a"' not in ended.stdout + ended.stderr


def test_every_value_comes_through_the_pipe_as_it_went_in() -> None:
    from tests.render.strike_sample import sample

    request = sample(photos=1).request
    assert wire.unpack(DossierRequest, wire.pack(request)) == request


@dataclass(frozen=True, kw_only=True)
class _OfCase:
    case: CaseId


def test_an_id_with_a_type_comes_through_the_pipe_as_text() -> None:
    value = _OfCase(case=CaseId(RecordId("0" * 32)))
    assert wire.unpack(_OfCase, wire.pack(value)) == value
    with pytest.raises(TypeError):
        wire.unpack(_OfCase, b'{"case": 5}')


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"language": 5}', b"null"])
def test_a_value_of_another_shape_is_refused(data: bytes) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        wire.unpack(LetterRequest, data)


@pytest.mark.parametrize("content", [b"", b"a page", b"\x00" * (2 * wire.CHUNK + 1)], ids=["none", "short", "long"])
def test_a_content_comes_through_the_pipe_as_it_went_in(content: bytes) -> None:
    pipe = io.BytesIO()
    for frame in wire.pieces((content, b"", content)):
        wire.write_frame(pipe, *frame)
    pipe.seek(0)
    assert wire.read_pieces(pipe) == content * 2
    assert not pipe.read()


@pytest.mark.parametrize("end", [b"R", b"Z"])
def test_a_content_that_does_not_end_is_torn(end: bytes) -> None:
    pipe = io.BytesIO()
    wire.write_frame(pipe, b"C", b"half a page")
    wire.write_frame(pipe, end)
    pipe.seek(0)
    with pytest.raises(wire.Torn):
        wire.read_pieces(pipe)
