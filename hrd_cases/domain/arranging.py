"""In which order the pages of a file are printed, and how each is turned; the file itself stays as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

TURNS = (0, 90, 180, 270)


@dataclass(frozen=True, kw_only=True)
class SourcePage:
    """A page or picture of a file, `number` from 1, turned clockwise by so many degrees."""

    number: int
    turn: int = 0


def arranged(source_pages: Iterable[SourcePage], numbers: Sequence[int]) -> list[SourcePage]:
    """Every page that a file has (`numbers`) once: first those that were arranged, then the others; none is lost."""
    there = set(numbers)
    pages: dict[int, SourcePage] = {}
    for source_page in source_pages:
        if source_page.number in there:
            pages.setdefault(source_page.number, source_page)
    return [*pages.values(), *(SourcePage(number=number) for number in numbers if number not in pages)]


def moved(pages: Sequence[SourcePage], number: int, by: int) -> list[SourcePage] | None:
    """The same with one page moved by one place (-1 or 1); None where it stands at that end already."""
    at = next(at for at, page in enumerate(pages) if page.number == number)
    if not 0 <= at + by < len(pages):
        return None
    order = list(pages)
    order[at], order[at + by] = order[at + by], order[at]
    return order


def turned(pages: Sequence[SourcePage], number: int) -> list[SourcePage]:
    """The same with one page turned a quarter clockwise."""
    return [replace(page, turn=(page.turn + 90) % 360) if page.number == number else page for page in pages]
