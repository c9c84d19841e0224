"""A finished PDF read back by two readers that share no code: pypdf, and PDFium, the one in many viewers.

What one of them finds is there; what only one of them misses may be its own weakness. A page that one of them cannot
read at all is not read.
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import pypdfium2
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject
from pypdfium2 import PdfTextPage as TextPage

from hrd_cases.domain.printable import without_invisible

RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
LONGEST_CONTENT = 8 * 1024**2
DEEPEST = 12
FAULTS = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)
NO_LETTER = re.compile("[\ufffd\x00-\x08\x0e-\x1f\ue000-\uf8ff]")
STAMPED = re.compile(r"(\d*\s*/?\s*\d*)(.*)", re.DOTALL)  # the number, and the line beside it
LINE = 3.0  # points: words this near in height stand in one line


class Unread(Exception):
    """A page that one of the readers cannot read; `reason` is a word without case data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class PageText:
    """The text of one page as each reader takes it, without the number stamped on it."""

    first: str
    second: str

    def holds(self, requested: str) -> bool:
        """True when either reader finds these words, compared bare."""
        return any(_holds(text, requested) for text in (self.first, self.second))


def bare(text: str) -> str:
    """Text as it is compared: no white space, nothing invisible, letters composed, one case."""
    return re.sub(r"[\s\ufffe]+", "", without_invisible(text)).casefold()


def _holds(text: str, requested: str) -> bool:
    """True when these words stand in the text of a page.

    Readers give words that run from right to left in an order and in shapes of their own: of those every letter counts.
    """
    text, requested = bare(unicodedata.normalize("NFKC", text)), bare(unicodedata.normalize("NFKC", requested))
    if not RIGHT_TO_LEFT.search(requested):
        return requested in text
    return not Counter(re.findall(r"\w", requested)) - Counter(re.findall(r"\w", text))


class PdfReading:
    """One PDF opened by both readers; to be closed."""

    def __init__(self, data: bytes) -> None:
        self._first = PdfReader(io.BytesIO(data))
        self._second = pypdfium2.PdfDocument(data)
        self._texts: dict[int, PageText] = {}
        self._stamps: dict[int, str] = {}

    def __enter__(self) -> "PdfReading":
        return self

    def __exit__(self, *_failure: object) -> None:
        self._second.close()

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many pages each reader sees."""
        return len(self._first.pages), len(self._second)

    def text(self, at: int) -> PageText:
        """The text of a page (from 0), without its stamp; raises Unread."""
        if at not in self._texts:
            self._texts[at] = self._read(at)
        return self._texts[at]

    def _read(self, at: int) -> PageText:
        page = self._first.pages[at]
        _drawn(page)
        try:
            first = page.extract_text()
        except FAULTS:
            raise Unread("first reader") from None
        second = self._pdfium(at, lambda words: str(words.get_text_range()))
        stamp = self.stamp(at)
        return PageText(first=_without(first, stamp), second=_without(second, stamp))

    def stamp(self, at: int) -> str:
        """The number and the line drawn on every page, or nothing."""
        if at not in self._stamps:
            self._stamps[at] = self._stamp(at)
        return self._stamps[at]

    def _stamp(self, at: int) -> str:
        with suppress(*FAULTS):
            page = self._first.pages[at]
            form = page["/Resources"]["/XObject"]["/HrdStamp"]  # type: ignore[index]
            return page.extract_xform_text(form)
        return ""

    def numbered(self, at: int, number: str) -> bool:
        """True when the stamp of a page begins with this number, for either reader."""
        if bare(self.stamp(at)).startswith(bare(number)):
            return True
        return bare(number) in bare(self._pdfium(at, lambda words: str(words.get_text_range())))

    def as_seen(self, at: int) -> str:
        """The words of a page from top to bottom and left to right, whatever the order in which they were drawn."""
        return self._pdfium(at, lambda words: " ".join(_in_lines(words)))

    def letters_known(self, at: int) -> bool:
        """False when a font of the page does not say which letters it draws."""

        def mapped(words: TextPage) -> str:
            count = words.count_chars()
            wrong = any(pypdfium2.raw.FPDFText_HasUnicodeMapError(words.raw, item) == 1 for item in range(count))
            return "wrong" if wrong or NO_LETTER.search(words.get_text_range()) else ""

        return not self._pdfium(at, mapped)

    def blank(self, at: int) -> bool:
        """True when nothing at all is seen on a page."""
        page = self._second[at]
        try:
            darkest, _lightest = page.render(scale=0.5, grayscale=True).to_pil().getextrema()
            return bool(darkest == 255)
        finally:
            page.close()

    def _pdfium(self, at: int, take: Callable[[TextPage], str]) -> str:
        try:
            page = self._second[at]
            words = page.get_textpage()
            try:
                return str(take(words))
            finally:
                words.close()
                page.close()
        except (pypdfium2.PdfiumError, ValueError, UnicodeError):
            raise Unread("second reader") from None


def _without(text: str, stamp: str) -> str:
    """The text of a page without the words of its stamp, which may lie between two halves of a heading."""
    for piece in STAMPED.match(stamp.strip() or " ").groups():  # type: ignore[union-attr]  # it matches everything
        letters = re.sub(r"\s+", "", piece)
        text = re.sub(r"\s*".join(map(re.escape, letters)), " ", text) if letters else text
    return text


def _in_lines(words: TextPage) -> Iterator[str]:
    rects = [words.get_rect(item) for item in range(words.count_rects())]
    placed = [
        (round(-(bottom + top) / 2 / LINE), left, (left, bottom, right, top)) for left, bottom, right, top in rects
    ]
    for _line, _left, rect in sorted(placed):
        yield str(words.get_text_bounded(*rect))


def _drawn(page: PageObject) -> None:
    """Go through all that a page draws, forms in forms included, before a reader passes over what it gave up on."""
    try:
        content = page.get_contents()
        left = LONGEST_CONTENT - (len(content.get_data()) if content is not None else 0)
        _forms(page.get("/Resources"), page.pdf, left, 0, set())
    except Unread:
        raise
    except FAULTS:
        raise Unread("drawing") from None


def _forms(resources: object, pdf: object, left: int, depth: int, numbers: set[int]) -> int:
    if left < 0:
        raise Unread("long content")
    if depth > DEEPEST:
        raise Unread("nested too deep")
    dictionary_object = _plain(resources)
    forms = _plain(dictionary_object.get("/XObject")) if isinstance(dictionary_object, DictionaryObject) else None
    for indirect_object in forms.values() if isinstance(forms, DictionaryObject) else ():
        number = indirect_object.idnum if isinstance(indirect_object, IndirectObject) else id(indirect_object)
        form = _plain(indirect_object)
        if number in numbers or not isinstance(form, DictionaryObject) or form.get("/Subtype") != "/Form":
            continue
        numbers.add(number)
        operations = ContentStream(form, pdf)
        left -= len(operations.get_data())
        operations.operations  # noqa: B018  # parsed here, so that a limit of the reader is heard
        left = _forms(form.get("/Resources"), pdf, left, depth + 1, numbers)
    return left


def _plain(value: object) -> object:
    return value.get_object() if isinstance(value, IndirectObject) else value
