"""The paper reads itself again before it leaves, with two readers: pages, numbers, links, bookmarks, fonts, and what
must not be there. What cannot be read is refused."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from hrd_cases.domain.papers import Refusal
from hrd_cases.render import bundle, hidden
from hrd_cases.render.bundle import Bookmark, BundlePlan
from hrd_cases.render.failure import BuildFailed, refuse
from hrd_cases.render.forbidden import word_in, words_in
from hrd_cases.render.reading import PageText, PdfReading, Unread, bare

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
PICTURE = frozenset({"q", "Q", "cm", "Do", "BDC", "EMC"})  # what a page that is a picture with a stamp is drawn by
FOOTER = frozenset({"/Type", "/Subtype"})
MOST_PLACES = 40
DEEPEST = 40


@dataclass(frozen=True, kw_only=True)
class Landing:
    """A part of the paper: links with this key lead to its first page (from 0), and its heading stands somewhere on the
    pages before `end`."""

    key: str
    page: int
    heading: str
    end: int


@dataclass(frozen=True, kw_only=True)
class PagePlace:
    """What a page of the paper is: a page (from 1) of this exhibit, or of our own; `pixels`: it is a picture and holds
    no text."""

    exhibit: str = ""
    page: int = 0
    pixels: bool = False


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the finished paper must show: `own` are the pages we typeset, `rows` lines of the index as (page, text),
    `inside` says of which exhibit the other pages (from 0) are."""

    plan: BundlePlan
    pages: int
    own: frozenset[int]
    landings: tuple[Landing, ...]
    rows: tuple[tuple[int, str], ...]
    forbidden: tuple[str, ...]
    inside: Mapping[int, PagePlace] = field(default_factory=dict)


def examine(data: bytes, expected: Expectation) -> None:
    """Read the paper again and compare; raises BuildFailed with every place of the first kind that is wrong."""
    with PdfReading(data) as reading, Pdf.open(io.BytesIO(data)) as paper:
        if {len(paper.pages), *reading.counts} != {expected.pages}:
            raise BuildFailed("number", detail="pages")
        _check_numbers(reading, expected.pages)
        texts = _own_texts(reading, expected.own)
        _check_landings(paper, expected, texts)
        _check_outline(paper, expected.plan.bookmarks)
        _check_fonts(paper, expected.own)
        _check_nothing_runs(paper)
        _check_maker(paper, expected.inside)
        _check_pixels(paper, reading, expected.inside)
        _check_forbidden(paper, reading, expected.forbidden, expected.inside)


def examine_piece(data: bytes, forbidden: Sequence[str], inside: Mapping[int, PagePlace] | None = None) -> None:
    """The checks that hold for every file that leaves: nothing runs, nothing forbidden, nothing of the maker."""
    with PdfReading(data) as reading, Pdf.open(io.BytesIO(data)) as paper:
        _check_nothing_runs(paper)
        _check_maker(paper, inside or {})
        _check_forbidden(paper, reading, forbidden, inside or {})


def _check_numbers(reading: PdfReading, pages: int) -> None:
    wrong = [at for at in range(pages) if not reading.numbered(at, f"{at + 1} / {pages}")]
    refuse([Refusal(kind="number", page=at + 1) for at in wrong[:MOST_PLACES]], "page")


def _own_texts(reading: PdfReading, own: frozenset[int]) -> dict[int, PageText]:
    texts = {}
    for at in sorted(own):
        try:
            texts[at] = reading.text(at)
        except Unread as unread:
            refuse([Refusal(kind="text", page=at + 1)], unread.reason)
        if not bare(texts[at].first + texts[at].second):
            refuse([Refusal(kind="text", page=at + 1)], "empty")
    return texts


def _joined(texts: Mapping[int, PageText], first: int, end: int) -> PageText:
    """The text of pages that follow each other: what begins on one may end on the next."""
    pages = [texts[at] for at in range(first, end) if at in texts]
    return PageText(first=" ".join(page.first for page in pages), second=" ".join(page.second for page in pages))


def _check_landings(paper: Pdf, expected: Expectation, texts: dict[int, PageText]) -> None:
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
        part = _joined(texts, landing.page, landing.end)
        if expected.plan.targets.get(landing.key) != landing.page or not part.holds(landing.heading):
            refuse([Refusal(kind="link", page=landing.page + 1, word=landing.heading)], "heading")
    for at, row in expected.rows:
        if not _joined(texts, at, at + 2).holds(row):
            refuse([Refusal(kind="link", page=at + 1, word=row)], "index row")
    if landed < len(expected.rows):
        raise BuildFailed("link", detail="too few")


def _check_outline(paper: Pdf, marks: Sequence[Bookmark]) -> None:
    numbers = {page.obj.objgen: at for at, page in enumerate(paper.pages)}
    with paper.open_outline() as outline:
        results = list(_flat_items(outline.root, numbers))
    if results != list(_flat_marks(marks)):
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
        if isinstance(thing, (Dictionary, pikepdf.Stream)) and (
            any(key in thing for key in RUNNING) or hidden.attachments(thing)
        ):
            raise BuildFailed("active")
        if isinstance(thing, Dictionary) and thing.get("/S") in (
            Name.JavaScript,
            Name.Launch,
            Name.URI,
            Name.SubmitForm,
        ):
            raise BuildFailed("active")


def _check_maker(paper: Pdf, inside: Mapping[int, PagePlace]) -> None:
    if hidden.metadata(paper) or any(key in paper.docinfo for key in MAKER):
        raise BuildFailed("metadata")
    carried = [stream for stream in paper.objects if isinstance(stream, pikepdf.Stream)]
    wrong = {stream.objgen for stream in carried if hidden.picture_carries(stream)}
    if wrong:
        pages = [at for at, numbers in enumerate(_reached(paper)) if numbers & wrong]
        refuse([_refusal("metadata", at, inside) for at in pages[:MOST_PLACES]])
        raise BuildFailed("metadata", detail="picture")


def _check_pixels(paper: Pdf, reading: PdfReading, inside: Mapping[int, PagePlace]) -> None:
    """Refuse every page that should be a picture and holds text: it was not built from what is seen of it."""
    pages = [at for at in sorted(inside) if inside[at].pixels]
    wrong = [at for at in pages if _holds_text(reading, at) or not _only_pictures(paper.pages[at])]
    refuse([_refusal("exhibit_text", at, inside) for at in wrong[:MOST_PLACES]], "page")


def _holds_text(reading: PdfReading, at: int) -> bool:
    """True when either reader takes a letter from a page, beside its stamp, or cannot tell."""
    try:
        text = reading.text(at)
        return not reading.letters_known(at) or bool(bare(text.first) or bare(text.second))
    except Unread:
        return True


def _only_pictures(page: pikepdf.Page) -> bool:
    """True when a page draws pictures and its stamp, and nothing in which words could stand."""
    resources = page.obj.get("/Resources", Dictionary())
    drawn = resources.get("/XObject", Dictionary()).items()
    if set(resources.keys()) - {"/XObject", "/ProcSet"}:
        return False
    if any(pdf_object.get("/Subtype") != Name.Image for name, pdf_object in drawn if name != bundle.STAMP):
        return False
    return all(
        str(step.operator) in PICTURE and (str(step.operator) != "BDC" or set(step.operands[1].keys()) <= FOOTER)
        for step in pikepdf.parse_content_stream(page)
    )


def _check_forbidden(paper: Pdf, reading: PdfReading, terms: Sequence[str], inside: Mapping[int, PagePlace]) -> None:
    """Refuse the words that must not be here: on the pages as both readers take them, and in all else inside."""
    if not any(map(bare, terms)):
        return
    unread, refusals = [], []
    for at in range(reading.counts[0]):
        try:
            words = _words_on(reading, at, terms)
        except Unread as failed:
            unread.append(_refusal("unread", at, inside, field=failed.reason))
            continue
        refusals += [replace(_refusal("forbidden", at, inside, word=word), sentence=text) for word, text in words]
    refuse([*refusals, *unread][:MOST_PLACES], "page")
    places: dict[tuple[int, int], str] = {}
    for thing in paper.objects:
        for field_name, text in _texts_in(thing):
            # A whole stream is no prose: there only what is recorded is looked for, letter for letter.
            if word := word_in(text, tuple(terms) if field_name == "stream" else terms):
                places.setdefault(thing.objgen, word)
                refusals.append(Refusal(kind="forbidden", word=word, field=field_name))
    if refusals:
        reached = enumerate(_reached(paper))
        pages = {at: word for at, numbers in reached for number, word in places.items() if number in numbers}
        refuse([_refusal("forbidden", at, inside, word=pages[at]) for at in pages][:MOST_PLACES], "hidden")
        refuse(refusals[:MOST_PLACES], "hidden")


def _words_on(reading: PdfReading, at: int, terms: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The words of a page that must not be there, each with its sentence, from the first reading that has any."""
    text = reading.text(at)
    drawn = reading.as_seen(at)
    if bool(bare(text.first)) != bool(bare(text.second)) or not reading.letters_known(at):
        raise Unread("letters")
    each = (tuple(dict.fromkeys(words_in(item, terms))) for item in (text.first, text.second, drawn))
    return next((words for words in each if words), ())


def _texts_in(thing: pikepdf.Object) -> Iterator[tuple[str, str]]:
    yield from hidden.strings(thing)
    if isinstance(thing, pikepdf.Stream):
        yield from hidden.stream_texts(thing)


def _refusal(kind: str, at: int, inside: Mapping[int, PagePlace], *, word: str = "", field: str = "") -> Refusal:
    """A refusal for page `at` (from 0): as a page of its exhibit where it is one."""
    place = inside.get(at, PagePlace(page=at + 1))
    return Refusal(kind=kind, exhibit=place.exhibit, page=place.page, word=word, field=field)


def _reached(paper: Pdf) -> Iterator[set[tuple[int, int]]]:
    """The objects that each page reaches, forms in forms included."""
    for page in paper.pages:
        visited: set[tuple[int, int]] = set()
        _reach(page.obj, visited, 0)
        yield visited


def _reach(thing: object, visited: set[tuple[int, int]], depth: int) -> None:
    if not isinstance(thing, (Dictionary, pikepdf.Stream, pikepdf.Array)) or depth > DEEPEST:
        return
    number = thing.objgen
    if number in visited:
        return
    if number != (0, 0):
        visited.add(number)
    below = (
        thing if isinstance(thing, pikepdf.Array) else [v for k, v in thing.items() if k not in ("/Parent", "/Dest")]
    )
    for pdf_object in below:
        _reach(pdf_object, visited, depth + 1)
