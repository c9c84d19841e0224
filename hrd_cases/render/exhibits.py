"""Files of exhibits to plain A4 pages, one by one; what can not be printed goes by its hash with the reason."""

from dataclasses import dataclass, replace

from hrd_cases.domain import page_choices
from hrd_cases.domain.page_approvals import BY_HASH
from hrd_cases.domain.papers import Part, PartKind, PrintNote
from hrd_cases.render import drawing, pdf_exhibits, pictures, plain_text
from hrd_cases.render.failure import NotPrintable
from hrd_cases.render.sheets import Sheets


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The printable pages of one file as a PDF, or none and the reason (a key of printing.NOT_PRINTED).

    `of`: the pages that the whole file has; `count` of them were chosen. `notes`: what differs from the file.
    `sources`: for each chosen page, the page or picture of the file (from 1) that it shows.
    """

    pdf: bytes | None
    count: int
    of: int = 0
    reason: str = ""
    notes: tuple[PrintNote, ...] = ()
    sources: tuple[int, ...] = ()


def prepare(part: Part, data: bytes, dpi: int, skip: int = 0) -> Prepared:
    """Make the pages of one file; `skip` pages of its exhibit stand before it. Never raises for what the file is."""
    if part.seen is not None:
        return _approved(part, part.seen, data, dpi)
    try:
        if part.kind is PartKind.PDF:
            pages = pdf_exhibits.pages_of(data, part, skip=skip, dpi=dpi)
            return Prepared(pdf=pages.pdf, count=pages.count, of=pages.of, notes=pages.notes, sources=pages.sources)
        return _drawn(part, data, dpi, skip)
    except NotPrintable as refused:
        return Prepared(pdf=None, count=0, reason=refused.reason)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError):
        # Whatever a hostile or odd file makes a library trip over, it stops nothing else.
        return Prepared(pdf=None, count=0, reason="broken")


def _approved(part: Part, numbers: tuple[int, ...], data: bytes, dpi: int) -> Prepared:
    """The approved pages and no other; none of them where the file does not print as it did when they were seen."""
    prepared_exhibit = prepare(replace(part, pages=numbers or (BY_HASH,), seen=None), data, dpi)
    if prepared_exhibit.reason or (prepared_exhibit.of, prepared_exhibit.count) == (
        part.of,
        sum(page != BY_HASH for page in numbers),
    ):
        return prepared_exhibit
    return Prepared(pdf=None, count=0, of=prepared_exhibit.of, reason="pages")


def from_pixels(prepared_exhibit: Prepared, dpi: int) -> Prepared:
    """The same pages built anew from what is seen of them: no text, no layers, no metadata."""
    if prepared_exhibit.pdf is None:
        return prepared_exhibit
    sheets = Sheets()
    with drawing.opened(prepared_exhibit.pdf) as drawn:
        for at in range(drawn.count):
            sheets.add_whole(drawn.picture(at, dpi), drawn.size(at))
    return replace(prepared_exhibit, pdf=sheets.saved())


def _drawn(part: Part, data: bytes, dpi: int, skip: int) -> Prepared:
    sheets, sources = Sheets(), list[int]()
    if part.kind is PartKind.IMAGE:
        notes: tuple[PrintNote, ...] = ()
        for shot in pictures.shots(data, part):
            notes = (*notes, *pictures.lay_out(sheets, shot, dpi))
            sources += [shot.number] * (sheets.count - len(sources))
            if sheets.count > pdf_exhibits.MAX_PAGES:
                raise NotPrintable("many_pages")
    elif part.kind in (PartKind.TEXT, PartKind.MAIL):
        text, print_notes = plain_text.mail(data) if part.kind is PartKind.MAIL else plain_text.decoded(data)
        notes = (*print_notes, *plain_text.lay_out(sheets, text))
        sources += range(1, sheets.count + 1)
    else:
        raise NotPrintable("kind")
    return _chosen(part, sheets, sources, notes, skip)


def _chosen(part: Part, sheets: Sheets, sources: list[int], notes: tuple[PrintNote, ...], skip: int) -> Prepared:
    of = sheets.count
    pages = page_choices.in_file(part.pages, skip=skip, of=of)
    if not pages:
        return Prepared(pdf=None, count=0, of=of)
    sheets.keep(pages)
    numbers = tuple(sources[at] for at in pages)
    return Prepared(pdf=sheets.saved(), count=len(pages), of=of, notes=notes, sources=numbers)
