"""The text layer of pages: each word with the box in which it is drawn, read by PDFium from pages as they are printed.

What a page shows only in pixels (a scan, a photograph, handwriting) has no words here.
"""

from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from hrd_cases.domain.page_redactions import HIGHEST, UNIT
from hrd_cases.domain.page_words import BROKEN, LayerWord, PageLayer

MOST_LETTERS = 20_000  # of one page: a page of small print has 8,000
HYPHENS = (0x02, 0xFFFE)  # what PDFium says for a hyphen at the end of a line
UNKNOWN_LETTER = "\ufffd"
LINE_ENDS = frozenset("\r\n")


def layers(data: bytes) -> Iterator[PageLayer]:
    """The words of each page of a PDF, in the order in which they are written; none of a page that can not be read."""
    document = pypdfium2.PdfDocument(data)
    try:
        for at in range(len(document)):
            yield _layer(document, at)
    finally:
        document.close()


def _layer(document: pypdfium2.PdfDocument, at: int) -> PageLayer:
    try:
        page = document[at]
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        return PageLayer()
    width, height = page.get_size()
    count = words.count_chars()
    layer = _Words(width, height)
    for index in range(min(count, MOST_LETTERS)):
        layer.add(_letter(raw.FPDFText_GetUnicode(words, index)), words.get_charbox(index, loose=True))
    layer.finish()
    words.close()
    page.close()
    return PageLayer(words=tuple(layer.words), whole=count <= MOST_LETTERS)


class _Words:
    """Letters put together to words: one ends at white space, and at a hyphen that the end of a line has made."""

    def __init__(self, width: float, height: float) -> None:
        self.words: list[LayerWord] = []
        self._scale, self._height = UNIT / max(1.0, width), height
        self._line = 0
        self._letters: list[str] = []
        self._box: tuple[int, int, int, int] | None = None

    def add(self, letter: str, box: tuple[float, float, float, float]) -> None:
        """The next letter and its box (left, bottom, right, top in points)."""
        if letter.isspace():
            self.finish()
            self._line += int(letter in LINE_ENDS)
            return
        self._letters.append(letter)
        self._box = _around(self._box, self._placed(box))
        if letter == BROKEN:
            self.finish()
            self._line += 1

    def finish(self) -> None:
        """End the word that is being read; one that is drawn nowhere is none."""
        if self._letters and self._box is not None:
            left, top, right, bottom = self._box
            text = "".join(self._letters)
            self.words.append(LayerWord(text=text, line=self._line, left=left, top=top, right=right, bottom=bottom))
        self._letters, self._box = [], None

    def _placed(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int] | None:
        """A box in parts of the width, from the upper left corner; None where it lies outside the page."""
        left, bottom, right, top = box
        numbers = (left, self._height - top, right, self._height - bottom)
        ends = (UNIT, HIGHEST, UNIT, HIGHEST)
        edges = [min(max(0, round(number * self._scale)), end) for number, end in zip(numbers, ends, strict=True)]
        if edges[2] <= edges[0] or edges[3] <= edges[1]:
            return None
        return edges[0], edges[1], edges[2], edges[3]


def _letter(code: int) -> str:
    if code in HYPHENS:
        return BROKEN
    if not code or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return UNKNOWN_LETTER
    return chr(code)


def _around(
    box: tuple[int, int, int, int] | None, following: tuple[int, int, int, int] | None
) -> tuple[int, int, int, int] | None:
    if box is None or following is None:
        return box or following
    return (
        min(box[0], following[0]),
        min(box[1], following[1]),
        max(box[2], following[2]),
        max(box[3], following[3]),
    )
