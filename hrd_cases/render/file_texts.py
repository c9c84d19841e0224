"""The text of one file, for search: of PDF, mail, plain text, and what Word and Excel write today.

It runs in the process that opens exhibits. A file that is locked, damaged or made to do harm has no text.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from xml.parsers import expat

import pypdfium2

from hrd_cases.domain.papers import PartKind
from hrd_cases.render import plain_text
from hrd_cases.render.failure import NotPrintable

MOST_PAGES = 2_000
FEW_LETTERS = 60  # a page of fewer is taken for a picture: programs of scanners print their name on it
MOST_UNPACKED = 64 * 1024**2
MOST_PARTS = 5_000
PIECE = 64 * 1024
# What holds words: the text of a document with all around it, the words that the cells of a workbook name.
PARTS = re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml|xl/sharedStrings\.xml")
TEXT, BREAKS, ENDS = "t", frozenset({"tab", "br", "cr"}), frozenset({"p", "si"})
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ud800-\udfff]")
HYPHEN = re.compile("\ufffe\\s*|\u00ad")  # PDFium says so where a word goes on in the next line
FAULTS = (
    *(pypdfium2.PdfiumError, NotPrintable, zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError),
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError),
)


def text_of(kind: PartKind, data: bytes, most: int) -> tuple[str, int]:
    """The text of a file, at most `most` letters of it, and how many pages have none.

    The text is empty where the file has none or can not be read. Where it is cut off, no page is counted.
    """
    if kind is PartKind.IMAGE:
        return "", 1
    pieces, length = list[str](), 0
    try:
        for piece in _pieces(kind, data):
            pieces.append(UNSEEN.sub(" ", HYPHEN.sub("", piece)))
            length += len(pieces[-1])
            if length >= most:
                return "".join(pieces).strip()[:most], 0
    except FAULTS:
        return "", 0
    blank = sum(len(piece) < FEW_LETTERS for piece in pieces) if kind is PartKind.PDF else 0
    return "".join(pieces).strip(), blank


def _pieces(kind: PartKind, data: bytes) -> Iterator[str]:
    if kind is PartKind.PDF:
        yield from _of_pdf(data)
    elif kind is PartKind.TEXT:
        whole = data[: plain_text.MOST_BYTES]
        yield plain_text.decoded(whole if whole == data else whole[: whole.rfind(b"\n") + 1])[0]
    elif kind is PartKind.MAIL:
        yield plain_text.mail(data)[0]
    elif data.startswith(b"PK"):
        yield from _of_office(data)


def _of_pdf(data: bytes) -> Iterator[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        for at in range(min(len(document), MOST_PAGES)):
            page = document[at]
            words = page.get_textpage()
            yield f"{words.get_text_range()}\n"
            words.close()
            page.close()
    finally:
        document.close()


def _of_office(data: bytes) -> Iterator[str]:
    """The words of a document or workbook, as its parts are unpacked, and no more than MOST_UNPACKED of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in islice(archive.namelist(), MOST_PARTS) if PARTS.fullmatch(name)]
        left = MOST_UNPACKED
        for name in sorted(dict.fromkeys(names), key=lambda name: (name != "word/document.xml", name)):
            words = _Words()
            with archive.open(name) as part:
                while left > 0 and (piece := part.read(min(PIECE, left))):
                    left -= len(piece)
                    yield words.after(piece)
            yield "\n"


class _Words:
    """Reads the words out of the XML of Word and Excel; raises ValueError where it declares anything."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = _refuse  # where entities are declared, and files outside are named
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say
        self._inside = False
        self._said = list[str]()

    def after(self, piece: bytes) -> str:
        """What the next piece of the XML says."""
        self._parser.Parse(piece)
        said, self._said = "".join(self._said), []
        return said

    def _start(self, tag: str, _has: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self._inside = name == TEXT
        if name in BREAKS:
            self._said.append(" ")

    def _end(self, tag: str) -> None:
        self._inside = False
        if tag.rpartition(" ")[2] in ENDS:
            self._said.append("\n")

    def _say(self, text: str) -> None:
        if self._inside:
            self._said.append(text)


def _refuse(*_declaration: object) -> None:
    raise ValueError("a declaration")
