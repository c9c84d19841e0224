"""The package of a released paper: every file that is handed over is in it, and anybody can check it."""

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.paper_matter import ExhibitPlan
from hrd_cases.domain.papers import Exhibit, Filing, Part, PartKind, SharedCase
from hrd_cases.domain.redaction import Choice
from hrd_cases.render.reading import bare
from hrd_cases.services.evidence import uploads
from hrd_cases.services.papers import papers, releasing
from hrd_cases.services.papers.package import Packed, with_approved_files, zipped
from hrd_cases.services.papers.seals import root_words
from tests.services.papers.test_papers import REQUIRED, approve, begun, build, consent, exhibits_of, see

RECORDING = b"ID3\x04\x00\x00" + bytes(range(256)) * 40


def table() -> bytes:
    """A document that no page of ours prints."""
    target = io.BytesIO()
    document = Document()
    document.add_paragraph("Выработка участка")
    document.save(target)
    return target.getvalue()


def exhibit(world: World, title: str, *files: tuple[str, bytes]) -> str:
    intake = uploads.begin(world.runtime, world.session("lana"), world.now, case=world.strike.case)
    for name, data in files:
        incoming = intake.begin_file(name, "application/octet-stream")
        incoming.write(data)
        intake.finish_file(incoming, world.now)
    return intake.keep(Evidence(title=title, kind="document"), world.now)[0]


def with_files(world: World, variant: str = "full", **rules: bool) -> tuple[str, dict[str, bytes]]:
    """A paper with a recording and two documents that are handed over as files."""
    paper = begun(world, variant)
    recording, tables = RECORDING, (table(), table())
    talk = exhibit(
        world, "Запись разговора с начальником участка о невыплаченной премии за октябрь", ("1.mp3", recording)
    )
    figures = exhibit(world, "Таблицы", *((f"{at}.docx", data) for at, data in enumerate(tables)))
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, world.strike.case, paper)
        more = (
            ExhibitPlan(use=True, evidence=talk, order=3, **rules),
            ExhibitPlan(use=True, evidence=figures, order=4, **rules),
        )
        matter = replace(desk.plan.matter, exhibits=(*desk.plan.matter.exhibits, *more))
        papers.save_matter(ctx, world.strike.case, paper, matter, desk.stored.versions)
    return paper, {"recording": recording, "first": tables[0], "second": tables[1]}


def unpacked(world: World, paper: str, folder: Path) -> Path:
    """The released paper as its archive unpacks."""
    releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    with world.reading("luka") as ctx:
        sent = releasing.separate_files(ctx, world.strike.case, paper)
        data = b"".join(sent.pieces)
    assert len(data) == sent.length
    (folder / "paper.zip").write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        packed.extractall(folder / "paper")
    return folder / "paper"


def verify(*words: str | Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "hrd_cases.cli", "verify", "--language", "en", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def sums(folder: Path) -> tuple[int, str]:
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_what_is_promised_as_a_file_is_in_the_package_and_all_of_it_is_checked(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    paper, natives = with_files(world)
    consent(world, "yes")
    build(world, paper)
    folder = unpacked(world, paper, tmp_path)
    current = {item.relative_to(folder).as_posix(): item.read_bytes() for item in folder.rglob("*") if item.is_file()}
    for data in natives.values():
        assert data in current.values()
    names = [name for name in current if name.startswith(("03", "04"))]
    assert sorted(name for name in names if not name.endswith(".pdf")) == [
        "03_Запись-разговора-с-начальником-участка-о-невыплаченной.mp3",
        "04-1_Таблицы.docx",
        "04-2_Таблицы.docx",
    ]
    slips = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(current["dossier.pdf"])).pages))
    annex = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(current["working/annex.pdf"])).pages))
    for name in names:
        assert bare(name) in annex
        assert name.endswith(".pdf") or bare(name) in slips
    status, text = sums(folder)
    assert status == 0
    assert text.count(": OK") == len(current) - 2
    root = " ".join(root_words(world.runtime.pins.root_public))
    for place in (folder, tmp_path / "paper.zip"):
        status, text = verify(place, "--root", root)
        assert status == 0, text
        assert "Every file of the package is there and unchanged." in text
        assert "which the organisation's root certified" in text
    status, text = verify(folder / "01_Иск-с-подписями.pdf", "--root", root)
    assert (status, "as the sealed manifest beside it confirms" in text) == (0, True)


HARMS = ("changed", "missing", "added", "sums", "seal", "sums and file")


def harmed(folder: Path, harm: str) -> Path:
    """A package that was touched in one of these ways; the separate file that may have been."""
    part, listed = folder / "01_Иск-с-подписями.pdf", folder / "SHA256SUMS"
    if harm in ("changed", "sums and file"):
        part.write_bytes(part.read_bytes().replace(b"%%EOF", b"%%EOF "))
    if harm == "sums and file":
        digest = hashlib.sha256(part.read_bytes()).hexdigest()
        lines = [line for line in listed.read_text().splitlines() if part.name not in line]
        listed.write_text("".join(f"{line}\n" for line in [*lines, f"{digest}  {part.name}"]))
        assert sums(folder)[0] == 0
    if harm == "missing":
        part.unlink()
    if harm == "added":
        (folder / "05_Другое.pdf").write_bytes(part.read_bytes())
    if harm == "sums":
        listed.write_text("".join(f"{line}\n" for line in listed.read_text().splitlines()[1:]))
    if harm == "seal":
        (folder / "SHA256SUMS.seal").unlink()
    return part


def test_a_package_that_was_touched_is_told(sqlite_world: World, tmp_path: Path) -> None:
    paper = begun(sqlite_world)
    consent(sqlite_world, "yes")
    build(sqlite_world, paper)
    whole = unpacked(sqlite_world, paper, tmp_path)
    for harm in HARMS:
        folder = tmp_path / harm
        shutil.copytree(whole, folder)
        part = harmed(folder, harm)
        status, text = verify(folder)
        assert status == 1, (harm, text)
        assert "is there and unchanged." not in text
        if harm in ("changed", "sums", "sums and file"):
            assert verify(part)[0] == 1, harm
    alone = tmp_path / "alone" / "filing.pdf"
    alone.parent.mkdir()
    shutil.copy(whole / "filing.pdf", alone)
    status, text = verify(alone)
    assert status == 1
    assert "a separate file of a paper and has no seal of its own" in text
    alone.write_bytes((whole / "dossier.pdf").read_bytes() + b"\n")
    assert "The paper has no seal, or something was added" in verify(alone)[1]


@pytest.mark.parametrize(("variant", "approved"), [("protected", False), ("protected", True), ("full", False)])
def test_where_somebody_is_hidden_a_file_goes_only_if_that_was_approved(
    sqlite_world: World, tmp_path: Path, variant: str, approved: bool
) -> None:
    world = sqlite_world
    paper, natives = with_files(world, variant, as_file=approved)
    with world.writing("lana") as ctx:
        if variant == "full":
            papers.decide(ctx, world.strike.case, paper, world.strike.person, Choice.PSEUDONYM.value, "")
    if variant == "protected":
        approve(world, paper, *REQUIRED)
        see(world, paper, *exhibits_of(world, paper))
    job = build(world, paper)
    assert job.built is not None
    folder = unpacked(world, paper, tmp_path)
    current = [item.read_bytes() for item in folder.rglob("*") if item.is_file()]
    assert (natives["recording"] in current) is approved
    slips = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(job.built.main_pdf)).pages))
    assert (bare("сам файл к этому экземпляру не приложен") in slips) is not approved
    assert (bare("передаётся файлом") in slips) is approved
    assert {bool(item.file) for item in job.built.manifest.not_printed} == {approved}
    assert sums(folder)[0] == 0


def test_an_archive_of_large_files_is_written_in_pieces() -> None:
    big = [bytes([at]) * 1024**2 for at in range(20)]
    length, pieces = zipped(
        [Packed(path=f"{at}.bin", length=20 * 1024**2, pieces=lambda: iter(big)) for at in range(3)]
    )
    used, most = 0, 0
    for piece in pieces:
        used, most = used + len(piece), max(most, len(piece))
    assert used == length
    assert most < 3 * 1024**2


def test_a_file_of_which_pages_were_approved_never_goes_as_it_is() -> None:
    visible = [
        Part(id=name, kind=PartKind.PDF, sha256="", length=1, seen=visited)
        for name, visited in (("a", (2,)), ("b", (0,)))
    ]
    item = Exhibit[str](id="x", number=1, title="", parts=tuple(visible))
    filing = Filing[str](
        **dict.fromkeys(("court", "title", "case_number", "filed_by", "authority"), ""),
        signatory="",
        signatory_capacity="",
    )
    case = SharedCase(filing=filing, parties=(), exhibits=(item,))
    for hides in (True, False):
        plans = [ExhibitPlan(evidence="x", as_file=True)]
        (created,) = with_approved_files(case, plans, hides=hides).exhibits
        assert [part.as_file for part in created.parts] == [False, True]
