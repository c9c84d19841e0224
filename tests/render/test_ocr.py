"""Words on scans: read in three languages by the real program, which gets points and nothing else."""

import hashlib
import socket
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hrd_scans import LETTER, joined, scanned_pdf, stored, typed_pdf, written
from PIL import Image

from hrd_cases.domain.papers import Part, PartKind
from hrd_cases.render import ocr
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.render.process import BuildLimits, open_files
from tests.render.odd_files import pdf, saved

pytestmark = pytest.mark.slow  # each starts the program that reads
POINTS = zlib.compress(b"P5\n2 2\n255\n\x00\x00\x00\x00")


def pictures(kind: PartKind, data: bytes) -> tuple[bytes, ...]:
    """What the process that opens files sends to be read."""
    part = Part(id="f", kind=kind, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
    limits = BuildLimits(exhibit_seconds=60.0, cpu_seconds=60)
    (ready,) = open_files([(ExhibitTask(part=part, dpi=300, scans=True), [data])], limits)
    assert not ready.pdf
    return ready.pictures


def read(kind: PartKind, data: bytes) -> str:
    return ocr.words_on(pictures(kind, data), ocr.program())


def turned() -> bytes:
    """A photograph that says in its EXIF data that it was taken on the side."""
    page = written(*LETTER).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    return stored(page, exif=exif)


TWO = written(*LETTER), written("Второй лист: удержано за смену")
FILES: dict[str, tuple[PartKind, Callable[[], bytes], tuple[str, ...]]] = {
    "a photograph": (PartKind.IMAGE, lambda: stored(TWO[0]), ()),
    "taken on the side": (PartKind.IMAGE, turned, ()),
    "a PNG": (PartKind.IMAGE, lambda: stored(TWO[0], "PNG"), ()),
    "two leaves": (
        PartKind.IMAGE,
        lambda: stored(TWO[0], "TIFF", save_all=True, append_images=[TWO[1]]),
        ("удержано",),
    ),
    "a PDF of pictures": (PartKind.PDF, lambda: scanned_pdf(*TWO), ("удержано",)),
    "a scan behind a page of text": (PartKind.PDF, lambda: joined(saved(pdf(pages=1)), scanned_pdf(*TWO)), ()),
}


@pytest.mark.parametrize("name", FILES)
def test_words_of_three_languages_are_read(name: str) -> None:
    kind, made, more = FILES[name]
    text = read(kind, made())
    for word in ("запретил", "собрание", "ереуіл", "өтініш", "company", "refused", *more):
        assert word in text, text


def test_a_page_that_has_text_is_not_read_again() -> None:
    typed = typed_pdf("The union asked the company for an answer, and none came by the end of March.")
    assert pictures(PartKind.PDF, joined(typed, typed)) == ()
    assert len(pictures(PartKind.PDF, joined(typed, scanned_pdf(*TWO)))) == 2
    assert len(pictures(PartKind.PDF, typed_pdf("Scanned with ScannerApp"))) == 1


def test_an_empty_page_and_noise_say_little_and_stop_nothing() -> None:
    assert read(PartKind.IMAGE, stored(written())) == ""
    noise = Image.effect_noise((600, 400), 90)
    assert len(read(PartKind.IMAGE, stored(noise, "PNG"))) < 200
    assert pictures(PartKind.IMAGE, b"\xff\xd8\xff not a picture") == ()


@pytest.mark.parametrize(
    "packed",
    [
        b"not packed",
        zlib.compress(b"%PDF-1.4"),
        zlib.compress(stored(written("x"), "PNG")),
        zlib.compress(b"P6\n2 2\n255\n" + bytes(12)),
        zlib.compress(b"P5\n2 2\n255\n" + bytes(5)),
        zlib.compress(b"P5\n9999 9999\n255\n" + bytes(4)),
        zlib.compress(b"P5\n2 2\n255\n" + bytes(50_000_000)),
    ],
)
def test_nothing_but_grey_points_goes_on(packed: bytes, tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.mkdir(mode=0o777)
    reads = program(tmp_path, "echo read")
    assert ocr.words_on([POINTS], reads) == "read"
    assert ocr.words_on([packed], reads) == ""


def program(folder: Path, *lines: str) -> str:
    """A program in the place of the one that reads."""
    path = folder / "reads"
    path.write_text("\n".join(("#!/bin/sh", *lines)))
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    "line", ["sleep 60", "exec cat /dev/zero", "echo half; exit 1", "exec yes", "kill -SEGV $$", "exec 0<&-; sleep 60"]
)
def test_a_program_that_hangs_fails_or_never_ends_has_read_nothing(line: str, tmp_path: Path) -> None:
    assert ocr.words_on([POINTS, POINTS], program(tmp_path, line), seconds=1.0) == ""
    assert ocr.words_on([POINTS], str(tmp_path / "none")) == ""


def test_a_page_that_can_not_be_read_leaves_the_others(tmp_path: Path) -> None:
    path = program(tmp_path, "grep -qa 'P5' || exit 1; echo word")
    assert ocr.words_on([POINTS, b"?", POINTS], path) == "word\nword"


def test_the_program_knows_nothing_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HRD_SECRET", "zqvx")
    place = tmp_path / "written"
    said = ocr.words_on(
        [POINTS], program(tmp_path, "ulimit -f; ulimit -c; ulimit -v; pwd; env; cat", f"(echo x >{place}) || :")
    )
    assert said.split("\n")[:4] == ["0", "0", str(ocr.MEMORY // 1024), "/"]
    assert "zqvx" not in said
    assert not place.exists() or not place.read_bytes()


def test_the_program_reaches_no_network_where_the_system_can_take_it_away(tmp_path: Path) -> None:
    said = ocr.words_on([POINTS], program(tmp_path, "readlink /proc/self/ns/net"))
    if not said or said == str(Path("/proc/self/ns/net").readlink()):
        pytest.skip("this system gives no network of its own to a process without rights")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached'"
        assert ocr.words_on([POINTS], program(tmp_path, connect)) == ""


def test_where_a_language_is_missing_nothing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tesseract").write_text("#!/bin/sh\nprintf 'List:\\neng\\nrus\\n'\n")
    (tmp_path / "tesseract").chmod(0o755)
    for folder, expected in ((tmp_path, ""), (tmp_path / "none", "")):
        monkeypatch.setattr(ocr, "FOLDERS", str(folder))
        ocr.program.cache_clear()
        assert ocr.program() == expected
    (tmp_path / "tesseract").write_text("#!/bin/sh\nprintf 'List:\\neng\\nrus\\nkaz\\n'\n")
    monkeypatch.setattr(ocr, "FOLDERS", str(tmp_path))
    ocr.program.cache_clear()
    assert ocr.program() == str(tmp_path / "tesseract")
    ocr.program.cache_clear()
