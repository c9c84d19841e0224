"""Words on a page that somebody may want to hide: names of the people of the case, and numbers, with their places.

They are proposals: what is drawn and has no text layer is not among them, and nothing is hidden by itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import How
from hrd_cases.domain.page_redactions import HIGHEST, SMALLEST, UNIT, Place
from hrd_cases.domain.typed_text import plain_digits

FEWEST_DIGITS, MOST_DIGITS = 7, 20  # of a telephone or document number
AMOUNT_DIGITS = 9  # so many in groups of three are a sum of money
BROKEN = "\u00ad"  # a hyphen that the end of a line has made
_SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(rf"(?<!\w)\+?(?:[A-ZА-ЯҚІҢҒҮҰӘӨҺ]{{1,2}}[{_SPACES}]?)?\d(?:[{_SPACES}().\-‐‑–/]{{0,3}}\d)+(?!\w)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2}"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d)(?!\d)"
)
_AMOUNT = re.compile(rf"[1-9]\d{{0,2}}(?:[{_SPACES}.]\d{{3}})+\Z")


class WordKind(StrEnum):
    """What a word on a page is."""

    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class LayerWord:
    """A word of a text layer: its line, counted through the page, and its box in parts (UNIT) of the page's width."""

    text: str = field(repr=False)
    line: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, kw_only=True)
class PageLayer:
    """The text layer of one page; `whole` is False where only its beginning was read."""

    words: tuple[LayerWord, ...] = ()
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class FoundWord:
    """A name or a number as it stands on the page, and every place where it stands so."""

    kind: WordKind
    word: str = field(repr=False)
    places: tuple[Place, ...]


def found(layer: PageLayer, names: Names) -> tuple[FoundWord, ...]:
    """The words of a page that may be hidden, each once, in the order of the page."""
    text, starts = _text_of(layer.words)
    results: dict[str, FoundWord] = {}
    for start, end, kind in sorted(_spans(text, names)):
        words = [word for word, at in zip(layer.words, starts, strict=True) if at < end and at + len(word.text) > start]
        places = tuple(_places(words))
        word = " ".join(text[start:end].replace(BROKEN + "\n", "").split())
        before = results.get(word.casefold())
        if places:
            every = (*before.places, *places) if before else places
            results[word.casefold()] = FoundWord(kind=kind, word=word, places=tuple(dict.fromkeys(every)))
    return tuple(results.values())


def covered(word: FoundWord, places: Sequence[Place]) -> bool:
    """Whether every place of a word is hidden by one of these."""
    return all(_is_within_one(place, places) for place in word.places)


def _text_of(words: Sequence[LayerWord]) -> tuple[str, list[int]]:
    """The words as one text, its lines apart, and where each of them begins."""
    text, starts, line = list[str](), list[int](), 0
    at = 0
    for word in words:
        if text:
            text.append(" " if word.line == line else "\n")
            at += 1
        starts.append(at)
        text.append(word.text)
        at, line = at + len(word.text), word.line
    return "".join(text), starts


def _spans(text: str, names: Names) -> Iterator[tuple[int, int, WordKind]]:
    taken = []
    for place in names.find(text):
        taken.append((place.start, place.end))
        yield place.start, place.end, WordKind.NUMBER if place.how is How.NUMBER else WordKind.NAME
    for start, end in numbers_in(text):
        if all(end <= first or start >= last for first, last in taken):
            yield start, end, WordKind.NUMBER


def numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Where telephone and document numbers stand in a text; days, years and sums of money are none."""
    spelt = _DATE.sub(lambda date: "\n" * len(date[0]), plain_digits(text))
    for match in _NUMBER.finditer(spelt):
        digits = sum(sign.isdigit() for sign in match[0])
        amount = digits <= AMOUNT_DIGITS and _AMOUNT.match(match[0])
        if FEWEST_DIGITS <= digits <= MOST_DIGITS and not amount:
            yield match.start(), match.end()


def _places(words: Sequence[LayerWord]) -> Iterator[Place]:
    """One place for the words of each line."""
    for line in dict.fromkeys(word.line for word in words):
        row = [word for word in words if word.line == line]
        left, top = min(word.left for word in row), min(word.top for word in row)
        right, bottom = max(word.right for word in row), max(word.bottom for word in row)
        left, top = min(left, UNIT - SMALLEST), min(top, HIGHEST - SMALLEST)
        yield Place(left=left, top=top, right=max(right, left + SMALLEST), bottom=max(bottom, top + SMALLEST))


def _is_within_one(place: Place, others: Sequence[Place]) -> bool:
    return any(_within(place, other.covered) for other in others)


def _within(place: Place, other: Place) -> bool:
    return (
        other.left <= place.left
        and other.top <= place.top
        and place.right <= other.right
        and place.bottom <= other.bottom
    )
