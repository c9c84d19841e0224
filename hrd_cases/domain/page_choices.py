"""Which pages of an exhibit are meant: '1-3, 7' as a person writes it, or an error; never silently all of them."""

import re
from collections.abc import Sequence

from hrd_cases.domain.typed_text import plain_digits
from hrd_cases.domain.words import N_

MOST = 5000
UNREADABLE = N_("We cannot read which pages are meant. Write 1-3, 7; leave it empty for all pages.")
BACKWARDS = N_("The pages run backwards: %(first)s comes after %(last)s. Write 1-3, 7.")
_ALL = frozenset({"все", "всё", "all", "барлығы", "бәрі"})
PAGE_WORD = re.compile(
    r"\b(?:страниц[аыу]?|стр|с|листы?|листов|л|pages?|pp|pg|p|беттері|беттер|бет|парақтар|парақ|б)\b\.?"
)
_AND = re.compile(r"\b(?:и|and|және|мен|пен|бен)\b|[;&+\n]")
_SPAN = re.compile(r"(\d{1,4})(?:\s*(?:[-–—−‐‑]|\.\.|\bпо\b|\bдо\b|\bto\b)\s*(\d{1,4}))?\Z")


class BadPages(ValueError):
    """A choice of pages that has not exactly one meaning; `text` says so, with `values` to fill in."""

    def __init__(self, text: str, **values: int) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


def read_pages(typed: str) -> tuple[int, ...]:
    """The page numbers meant, in the order written, none twice; empty for all pages. Raises BadPages."""
    text = PAGE_WORD.sub(" ", plain_digits(typed).casefold()).strip(" .,;\t\r\n")
    if not typed.strip() or text in _ALL:
        return ()
    results: dict[int, None] = {}
    for piece in _AND.sub(",", text).split(","):
        if piece.strip():
            results.update(dict.fromkeys(_span(piece.strip())))
    if not results or len(results) > MOST:
        raise BadPages(UNREADABLE)
    return tuple(results)


def kept_pages(typed: str) -> tuple[int, ...]:
    """The pages that a kept choice means; one that nobody can read means none of them, and never all."""
    try:
        return read_pages(typed)
    except BadPages:
        return (0,)


def written(pages: tuple[int, ...]) -> str:
    """Page numbers as '1-3, 7'."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def in_file(pages: Sequence[int], *, skip: int, of: int) -> list[int]:
    """The chosen pages of one file, from 0: `pages` (from 1; none = all) counts through every file of an exhibit,
    `skip` pages of it stand before this file, which has `of`."""
    return [number - skip - 1 for number in pages if skip < number <= skip + of] if pages else list(range(of))


def _span(piece: str) -> range:
    match = _SPAN.match(piece)
    if not match:
        raise BadPages(UNREADABLE)
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise BadPages(BACKWARDS, first=first, last=last)
    if first < 1:
        raise BadPages(UNREADABLE)
    return range(first, last + 1)
