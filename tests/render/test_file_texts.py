"""The text of files for search: of each kind that has words, and none of a file that is locked or made to do harm."""

import hashlib
import io
import zipfile

import pytest
import xlsxwriter
from pikepdf import Encryption

from hrd_cases.domain.papers import Part, PartKind
from hrd_cases.render import file_texts
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.render.process import BuildLimits, open_files
from hrd_cases.services.demo.drawing import docx
from tests.render.odd_files import mail_file, pdf, saved

WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'

NOTE = f"{WORD}<w:t>См. лист</w:t></w:document>"


def office(**parts: str | bytes) -> bytes:
    """An archive with these parts; `__` stands for a slash, and `.xml` is added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name.replace('__', '/')}.xml", content)
    return packed.getvalue()


def workbook(*cells: str) -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet()
    for row, text in enumerate(cells):
        sheet.write_string(row, 0, text)
    book.close()
    return packed.getvalue()


def text_of(kind: PartKind, data: bytes, most: int = 1000) -> str:
    """The text as the worker process sends it."""
    part = Part(id="f", kind=kind, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
    limits = BuildLimits(exhibit_seconds=20.0, cpu_seconds=20)
    (ready,) = open_files([(ExhibitTask(part=part, dpi=100, letters=most), [data])], limits)
    assert not ready.pdf
    assert not ready.pictures
    return ready.text


@pytest.mark.parametrize(
    ("kind", "data", "word"),
    [
        (PartKind.PDF, saved(pdf(pages=3)), "Specimen 3"),
        (PartKind.TEXT, "Бригаду не допустили; к смене".encode("cp1251"), "не допустили; к смене"),
        (PartKind.MAIL, mail_file(html=True, attach=True), "Subject: "),
        (PartKind.OTHER, docx(["Сотқа шағым түсірілді"]), "Сотқа шағым түсірілді"),
        (PartKind.OTHER, workbook("Оклад", "Удержано за смену"), "Удержано за смену"),
        (PartKind.OTHER, office(word__document=f"{WORD}</w:document>", word__footnotes=NOTE), "См. лист"),
    ],
)  # fmt: skip
def test_the_words_of_a_file_are_read(kind: PartKind, data: bytes, word: str) -> None:
    assert word in text_of(kind, data)


def test_words_of_one_run_stay_together_and_what_was_deleted_in_the_draft_is_left_out() -> None:
    runs = "<w:p><w:r><w:t>пове</w:t></w:r><w:r><w:t>стка</w:t><w:tab/><w:t>суд</w:t></w:r></w:p>"
    runs += "<w:p><w:t>зал</w:t></w:p>"
    gone = "<w:del><w:r><w:delText>тайна</w:delText></w:r></w:del>"
    assert file_texts.text_of(PartKind.OTHER, office(word__document=f"{WORD}{runs}{gone}</w:document>"), 99)[0] == (
        "повестка суд\nзал"
    )


def test_not_more_letters_are_read_than_are_asked_for() -> None:
    assert text_of(PartKind.TEXT, b"word " * 1000, most=11) == "word word w"


LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 12))
BOMB = f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>{WORD}<w:t>&l11;</w:t></w:document>'
DECLARED = f'<!DOCTYPE d [<!ENTITY w "word">]>{WORD}<w:t>&w;</w:t></w:document>'
OUTSIDE = f'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>{WORD}<w:t>&f;</w:t></w:document>'


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (PartKind.PDF, saved(pdf(), encryption=Encryption(owner="a", user="b"))),
        (PartKind.PDF, b"%PDF-1.7 nothing"),
        (PartKind.PDF, saved(pdf())[:400]),
        (PartKind.TEXT, bytes(range(256)) * 50),
        (PartKind.OTHER, b"PK\x03\x04 nothing"),
        (PartKind.OTHER, docx(["word"])[:-60]),
        (PartKind.OTHER, office(word__document=BOMB)),
        (PartKind.OTHER, office(word__document=OUTSIDE)),
        (PartKind.OTHER, office(word__document=DECLARED)),
        (PartKind.OTHER, office(word__document=f"{WORD}<w:t>never closed")),
        (PartKind.OTHER, office(word__other=f"{WORD}<w:t>elsewhere</w:t></w:document>")),
        (PartKind.IMAGE, b"\xff\xd8\xff"),
    ],
)
def test_a_file_that_is_locked_damaged_or_made_to_do_harm_has_no_text(kind: PartKind, data: bytes) -> None:
    assert text_of(kind, data) in ("", "never closed")


def test_a_file_that_unpacks_to_more_than_can_be_is_read_no_further() -> None:
    bomb = office(word__document=WORD.encode() + (b"<!--%s-->" % (b"x" * 60_000)) * 1200 + b"<w:t>end</w:t>")
    assert len(bomb) < 1024**2
    assert text_of(PartKind.OTHER, bomb) == ""
