"""The references to exhibits on the pages of a filing that came back edited: links over its words, and those that are
wrong. A page there is a page of the whole, as the filing to edit has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pypdfium2

from hrd_cases.domain.exhibit_references import BadReference
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.typed_references import OTHER_PAGE, TypedReference, references_in, wrong_on_page
from hrd_cases.domain.wrong_references import WrongReference
from hrd_cases.render.bundle import PlacedLink

MOST_LETTERS = 20_000  # of one page


@dataclass(frozen=True, kw_only=True)
class ExhibitPlace:
    """Where an exhibit stands in the paper: its slip-sheet, its own first and last page, all from 1."""

    id: RecordId
    slip: int
    inside: int
    last: int


@dataclass(frozen=True, kw_only=True)
class EditedReferences:
    """What the pages of an edited filing refer to."""

    links: tuple[PlacedLink, ...] = ()
    wrong: tuple[WrongReference, ...] = field(default=(), repr=False)


def edited_references(pdf: bytes, exhibits: Mapping[str, ExhibitPlace]) -> EditedReferences:
    """The references on these pages; `exhibits` by label."""
    links: list[PlacedLink] = []
    wrong: list[WrongReference] = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for at in range(len(document)):
            for reference, words, boxes in _on_page(document, at, exhibits):
                problem = reference.problem or _elsewhere(reference, words, exhibits)
                if problem:
                    wrong.append(wrong_on_page(words, at + 1, problem))
                else:
                    links += (PlacedLink(page=at, box=box, key=_key(reference, exhibits)) for box in boxes)
    finally:
        document.close()
    return EditedReferences(links=tuple(links), wrong=tuple(wrong))


Placed = tuple[TypedReference, str, tuple[tuple[float, float, float, float], ...]]


def _on_page(document: pypdfium2.PdfDocument, at: int, exhibits: Mapping[str, ExhibitPlace]) -> Iterator[Placed]:
    """The references of one page with their words and the boxes in which these are drawn."""
    try:
        page = document[at]
        letters = page.get_textpage()
    except pypdfium2.PdfiumError:
        return
    count = min(letters.count_chars(), MOST_LETTERS)
    text = "".join(_letter(pypdfium2.raw.FPDFText_GetUnicode(letters, index)) for index in range(count))
    for reference in references_in(text, {label: place.id for label, place in exhibits.items()}):
        start, length = reference.start, reference.end - reference.start
        boxes = tuple(letters.get_rect(index) for index in range(letters.count_rects(start, length)))
        yield reference, " ".join(text[start : reference.end].split()), boxes
    letters.close()
    page.close()


def _elsewhere(reference: TypedReference, words: str, exhibits: Mapping[str, ExhibitPlace]) -> BadReference | None:
    """Why a page that is referred to is none of its exhibit's."""
    label, place = next((label, place) for label, place in exhibits.items() if place.id == reference.exhibit)
    for page in (page for span in reference.pages for page in span):
        if not place.slip <= page <= place.last:
            return BadReference(OTHER_PAGE, page=page, label=label, first=place.slip, last=place.last)
    return None


def _key(reference: TypedReference, exhibits: Mapping[str, ExhibitPlace]) -> str:
    """The key of the link: the first page that is named, or the slip-sheet."""
    place = next(place for place in exhibits.values() if place.id == reference.exhibit)
    first = reference.pages[0][0] if reference.pages else place.slip
    return f"page-{place.id}-{first - place.inside + 1}" if first >= place.inside else f"slip-{place.id}"


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code <= 0x10FFFF else " "
