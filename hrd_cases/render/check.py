"""The paper reads itself again before it leaves: pages, numbers, links, bookmarks, fonts, and what must not be
there."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from hrd_cases.render.bundle import Bookmark, Plan
from hrd_cases.render.failure import BuildFailed

RUNNING = (
    "/JS",
    "/JavaScript",
    "/AA",
    "/OpenAction",
    "/EmbeddedFiles",
    "/EmbeddedFile",
    "/XFA",
    "/Launch",
    "/RichMedia",
)
MAKER = ("/Author", "/Creator", "/Producer", "/Keywords", "/Subject")
LONGEST_CONTENT = 8 * 1024**2
STREAM_KEYS = ("/Filter", "/Length")


@dataclass(frozen=True, kw_only=True)
class Landing:
    """A heading that stands on this page (from 0), to which links with this key lead."""

    key: str
    page: int
    heading: str


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the finished paper must show: `own` are the pages we typeset, `rows` lines of the index as (page, text)."""

    plan: Plan
    pages: int
    own: frozenset[int]
    landings: tuple[Landing, ...]
    rows: tuple[tuple[int, str], ...]
    forbidden: tuple[str, ...]


def bare(text: str) -> str:
    """Text as it is compared: no white space, no soft hyphens, one case."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text).casefold()


def examine(data: bytes, expected: Expectation) -> None:
    """Read the paper again and compare; raises BuildFailed with the first thing that is wrong."""
    texts = _texts(data, expected)
    with Pdf.open(io.BytesIO(data)) as paper:
        if len(paper.pages) != expected.pages:
            raise BuildFailed("number", detail="pages")
        _check_landings(paper, expected, texts)
        _check_outline(paper, expected.plan.bookmarks)
        _check_fonts(paper, expected.own)
        _check_nothing_runs(paper)
        _check_maker(paper)
        _check_forbidden(paper, texts.values(), expected.forbidden)


def examine_piece(data: bytes, forbidden: Sequence[str]) -> None:
    """The checks that hold for every file that leaves: nothing runs, nothing forbidden, nothing of the maker."""
    with Pdf.open(io.BytesIO(data)) as paper:
        _check_nothing_runs(paper)
        _check_maker(paper)
        if forbidden:
            reader = PdfReader(io.BytesIO(data))
            _check_forbidden(paper, (_text(page) for page in reader.pages), forbidden)


def _texts(data: bytes, expected: Expectation) -> dict[int, str]:
    reader = PdfReader(io.BytesIO(data))
    texts = {}
    for at, page in enumerate(reader.pages):
        if not bare(_stamp(page)).startswith(bare(f"{at + 1} / {expected.pages}")):
            raise BuildFailed("number", detail=f"page {at + 1}")
        if at in expected.own:
            texts[at] = bare(_text(page))
            if not texts[at]:
                raise BuildFailed("text", detail=f"page {at + 1}")
        elif expected.forbidden:
            texts[at] = bare(_text(page))
    return texts


def _stamp(page: PageObject) -> str:
    try:
        form = page["/Resources"]["/XObject"]["/HrdStamp"]  # type: ignore[index]
        return page.extract_xform_text(form)
    except (KeyError, PyPdfError):
        return ""


def _text(page: PageObject) -> str:
    try:
        content = page.get_contents()
        if content is not None and len(content.get_data()) > LONGEST_CONTENT:
            raise BuildFailed("text", detail="long content")
        return page.extract_text()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise BuildFailed("text", detail="extraction") from None


def _check_landings(paper: Pdf, expected: Expectation, texts: dict[int, str]) -> None:
    numbers = {page.obj.objgen: at for at, page in enumerate(paper.pages)}
    allowed = {landing.page for landing in expected.landings} | set(expected.plan.targets.values())
    landed = 0
    for page in paper.pages:
        for note in page.obj.get("/Annots", ()):
            if note.get("/Subtype") != Name.Link or "/Dest" not in note:
                raise BuildFailed("link", detail="leads out")
            if numbers.get(note.Dest[0].objgen) not in allowed:
                raise BuildFailed("link", detail="lands nowhere")
            landed += 1
    for landing in expected.landings:
        if expected.plan.targets.get(landing.key) != landing.page or bare(landing.heading) not in texts[landing.page]:
            raise BuildFailed("link", detail="heading")
    for page_number, row in expected.rows:
        if bare(row) not in texts[page_number]:
            raise BuildFailed("link", detail="index row")
    if landed < len(expected.rows):
        raise BuildFailed("link", detail="too few")


def _check_outline(paper: Pdf, marks: Sequence[Bookmark]) -> None:
    numbers = {page.obj.objgen: at for at, page in enumerate(paper.pages)}
    with paper.open_outline() as outline:
        found = list(_flat_items(outline.root, numbers))
    if found != list(_flat_marks(marks)):
        raise BuildFailed("outline")


def _flat_items(items: Iterable[pikepdf.OutlineItem], numbers: dict[tuple[int, int], int]) -> Iterator[tuple[str, int]]:
    for item in items:
        target = item.destination
        page = numbers.get(target[0].objgen, -1) if isinstance(target, pikepdf.Array) else -1
        yield item.title, page
        yield from _flat_items(item.children, numbers)


def _flat_marks(marks: Iterable[Bookmark]) -> Iterator[tuple[str, int]]:
    for mark in marks:
        yield mark.title, mark.page
        yield from _flat_marks(mark.below)


def _check_fonts(paper: Pdf, own: frozenset[int]) -> None:
    for at in own:
        for font in _fonts(paper.pages[at].obj.get("/Resources", Dictionary()), 0):
            below = font.get("/DescendantFonts")
            described = (below[0] if below is not None else font).get("/FontDescriptor", Dictionary())
            if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                raise BuildFailed("font", detail=f"page {at + 1}")


def _fonts(resources: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    yield from (font for _, font in resources.get("/Font", Dictionary()).items())
    for _, form in resources.get("/XObject", Dictionary()).items():
        if form.get("/Subtype") == Name.Form and depth < 4:
            yield from _fonts(form.get("/Resources", Dictionary()), depth + 1)


def _check_nothing_runs(paper: Pdf) -> None:
    for thing in paper.objects:
        if isinstance(thing, (Dictionary, pikepdf.Stream)) and any(key in thing for key in RUNNING):
            raise BuildFailed("active")
        if isinstance(thing, Dictionary) and thing.get("/S") in (
            Name.JavaScript,
            Name.Launch,
            Name.URI,
            Name.SubmitForm,
        ):
            raise BuildFailed("active")


def _check_maker(paper: Pdf) -> None:
    if "/Metadata" in paper.Root or any(key in paper.docinfo for key in MAKER):
        raise BuildFailed("metadata")


def _check_forbidden(paper: Pdf, texts: Iterable[str], forbidden: Sequence[str]) -> None:
    terms = [term for word in forbidden if (term := bare(word))]
    if not terms:
        return
    for text in texts:
        _refuse_terms(bare(text), terms)
    for thing in paper.objects:
        for text in _strings(thing, 0):
            _refuse_terms(bare(text), terms)


def _refuse_terms(text: str, terms: Sequence[str]) -> None:
    if any(term in text for term in terms):
        raise BuildFailed("forbidden")


def _strings(thing: object, depth: int) -> Iterator[str]:
    """Every string and name inside one object: titles, labels, names, also those no page shows."""
    if isinstance(thing, (pikepdf.String, pikepdf.Name)):
        yield str(thing)
    elif isinstance(thing, pikepdf.Array) and depth < 8:
        for item in thing:
            yield from _strings(item, depth + 1)
    elif isinstance(thing, (Dictionary, pikepdf.Stream)) and depth < 8:
        for key, item in thing.items():
            yield key
            if not getattr(item, "is_indirect", False):  # numbers come as plain values
                yield from _strings(item, depth + 1)
