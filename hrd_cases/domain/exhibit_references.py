"""References to exhibits as a lawyer types them, '5 л. 24; 8': read as exhibits and pages, and written back.

What has not exactly one meaning is refused with the reason. Labels are those that the paper prints ('7', 'G', 'A.7').
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.page_choices import PAGE_WORD, BadPages, read_pages, written
from hrd_cases.domain.papers import Cited
from hrd_cases.domain.typed_text import plain_digits
from hrd_cases.domain.words import N_

UNKNOWN = N_("There is no exhibit %(label)s here.")
NO_EXHIBIT = N_("Write the exhibit before its page: 5 p. 24.")
NO_PAGE_WORD = N_("We cannot read “%(text)s”. Write the exhibit, then p. and the page: 5 p. 24. Separate exhibits by ;")
BAD_PAGES = N_("We cannot read the pages of exhibit %(label)s. Write 5 p. 24 or 5 p. 24-26.")
TOO_MANY = N_("At most %(most)s pages of one exhibit. For more, write the exhibit alone: %(label)s.")
PAGE_OR_EXHIBIT = N_("Is %(text)s a page or an exhibit? Write “p. %(text)s” for a page, “; %(text)s” for an exhibit.")
MOST_PAGES = 20  # each is printed as a reference of its own
_EXHIBIT_WORD = re.compile(
    r"(?:(?:приложени[еяю]|прил|exhibits?|exh|annex|қосымша|қос)\b\.?\s*)?(?:№\s*|no\.?\s+(?=\d))?", re.IGNORECASE
)
_LABEL = re.compile(r"(?:[aа]\.\s*)?(?:\d+|[^\W\d_]+)(?:\.\d{1,2}(?!\d))?", re.IGNORECASE)
_JOINED = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")  # where '5л24' has no space
_BARE = re.compile(r"\d+(?:\s*[-–—]\s*\d+)?\Z")
_LATIN_A = str.maketrans("а", "a")  # a Cyrillic letter typed for the Latin one of 'A.7'


@dataclass(frozen=True, kw_only=True)
class ExhibitReference:
    """An exhibit by its id; `pages` (from 1, as it is printed) where single pages of it are meant."""

    exhibit: RecordId
    pages: tuple[int, ...] = ()


class BadReference(ValueError):
    """A reference that has not exactly one meaning; `text` says why, with `values` to fill in."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


def read_references(typed: str, labels: Mapping[str, RecordId]) -> tuple[ExhibitReference, ...]:
    """The exhibits meant, in the order written; `labels` are the ids by label. Raises BadReference."""
    ids = {_key(label): exhibit for label, exhibit in labels.items()}
    results: list[ExhibitReference] = []
    for section in re.split(r"[;\n]", _JOINED.sub(" ", plain_digits(typed))):
        before: list[ExhibitReference] = []
        for piece in filter(None, map(str.strip, section.split(","))):
            if before and before[-1].pages and _BARE.match(piece):
                raise BadReference(PAGE_OR_EXHIBIT, text=piece)
            before = _read(piece, ids, before)
        results += before
    return tuple(dict.fromkeys(results))


def written_references(references: Iterable[ExhibitReference], labels: Mapping[RecordId, str], page_word: str) -> str:
    """The references as somebody would type them; `labels` are the labels by id, others are left out."""
    texts = (_written(labels[each.exhibit], each.pages, page_word) for each in references if each.exhibit in labels)
    return "; ".join(texts)


def cited(references: Iterable[ExhibitReference], existing: Container[str]) -> Iterator[Cited]:
    """The references as the paper prints them: one for each page, or one for the exhibit as a whole."""
    for reference in references:
        if reference.exhibit in existing:
            for page in reference.pages or (None,):
                yield Cited(exhibit=reference.exhibit, page=page)


def _read(piece: str, ids: Mapping[str, RecordId], before: list[ExhibitReference]) -> list[ExhibitReference]:
    """The references of one section with this piece of it: another exhibit, or further pages of the last one."""
    text = _EXHIBIT_WORD.sub("", piece, count=1)
    label = _LABEL.match(text)
    name, rest = (label[0], text[label.end() :].strip(" .:")) if label else ("", "")
    exhibit = ids.get(_key(name))
    if exhibit and (not rest or PAGE_WORD.match(rest.casefold())):
        return [*before, ExhibitReference(exhibit=exhibit, pages=_pages(rest, name) if rest else ())]
    if PAGE_WORD.match(text.casefold()):
        if not before:
            raise BadReference(NO_EXHIBIT)
        last = before[-1]
        return [*before[:-1], ExhibitReference(exhibit=last.exhibit, pages=(*last.pages, *_pages(text, name)))]
    if exhibit or not name or not (name[-1:].isdecimal() and (not rest or PAGE_WORD.match(rest.casefold()))):
        raise BadReference(NO_PAGE_WORD, text=piece[:40])
    raise BadReference(UNKNOWN, label=name)


def _pages(text: str, label: str) -> tuple[int, ...]:
    try:
        pages = read_pages(text)
    except BadPages as bad:
        raise BadReference(bad.text, **bad.values) if bad.values else BadReference(BAD_PAGES, label=label) from None
    if not pages:
        raise BadReference(BAD_PAGES, label=label)
    if len(pages) > MOST_PAGES:
        raise BadReference(TOO_MANY, most=MOST_PAGES, label=label)
    return pages


def _written(label: str, pages: tuple[int, ...], page_word: str) -> str:
    spans = written(pages).split(", ") if pages else ()
    return " ".join((label, *([", ".join(f"{page_word} {span}" for span in spans)] if spans else ())))


def _key(label: str) -> str:
    return re.sub(r"\s", "", label.casefold()).translate(_LATIN_A)
