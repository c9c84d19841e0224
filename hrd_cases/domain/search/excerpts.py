"""The part of a text that matched, with its words marked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from hrd_cases.domain.likeness import number_spans, one_spelling, plain
from hrd_cases.domain.search.folding import fold
from hrd_cases.domain.search.query import Term

WORDS_AT_ONCE, OVERLAP = 48, 8
BEFORE, BEHIND = 6, 24  # words shown round the first one that matched
AROUND = 600  # letters of a long text that are looked at on either side of a word
_WORD = re.compile(r"\S+")


class Piece(NamedTuple):
    """A part of a text, and whether it matched."""

    text: str
    marked: bool


def how_many(text: str, terms: Iterable[Term]) -> int:
    """How many of the terms a text holds."""
    document = fold([text])
    return sum(1 for term in terms if term.rank(document))


def excerpt(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The words round the first match, in one line; empty when nothing matched."""
    words = list(_WORD.finditer(text))
    part = _best(words, terms)
    marks = _marked([word[0] for word in part], terms)
    if True not in marks:
        return ()
    first = max(0, marks.index(True) - BEFORE)
    end = first + BEFORE + BEHIND
    pieces = _pieces([word[0] for word in part[first:end]], marks[first:end])
    dots_before = "… " if part[first] is not words[0] else ""
    dots_behind = " …" if part[first:end][-1] is not words[-1] else ""
    return (*_dots(dots_before), *pieces, *_dots(dots_behind))


def excerpt_of_long(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The same of a long text: round the first word that stands there as it was typed, if there is one."""
    spelt = plain(text)
    places = [spelt.find(word.decode()) for term in terms for word in term.words] if len(spelt) == len(text) else []
    first = min((at for at in places if at >= 0), default=-1)
    near = text[max(0, first - AROUND) : first + AROUND] if first >= 0 else ""
    return excerpt(near, terms) or excerpt(text, terms)


def marked(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """A short text whole, with what matched marked."""
    words = text.split()
    return _pieces(words, _marked(words, terms))


def _best(words: Sequence[re.Match[str]], terms: Sequence[Term]) -> Sequence[re.Match[str]]:
    """The part of a text that holds most of the terms; the first that holds all of them ends the look."""
    best: Sequence[re.Match[str]] = ()
    most = 0
    for part in _parts(words):
        count = how_many(_joined(part), terms)
        if count > most:
            best, most = part, count
        if most == len(terms):
            break
    return best


def _parts(words: Sequence[re.Match[str]]) -> Iterator[Sequence[re.Match[str]]]:
    for at in range(0, len(words), WORDS_AT_ONCE):
        yield words[at : at + WORDS_AT_ONCE + OVERLAP]


def _joined(words: Iterable[re.Match[str]]) -> str:
    return " ".join(word[0] for word in words)


def _marked(words: Sequence[str], terms: Sequence[Term]) -> list[bool]:
    """Which words matched; of a number, each of the words it is written in."""
    marks = [how_many(word, terms) > 0 for word in words]
    places = [at for at, word in enumerate(words) for _ in one_spelling(word) + " "]
    for start, end, digits in number_spans(" ".join(map(one_spelling, words))):
        if any(term.digits and term.digits.decode() in digits for term in terms):
            for at in set(places[start:end]):
                marks[at] = True
    return marks


def _pieces(words: Sequence[str], marks: Sequence[bool]) -> tuple[Piece, ...]:
    """Words in one line, neighbours of one kind together; the spaces between belong to what is not marked."""
    pieces = list[Piece]()
    for is_marked, group in groupby(zip(words, marks, strict=True), key=lambda pair: pair[1]):
        text = " ".join(word for word, _ in group)
        pieces += [Piece(" ", marked=False)] if pieces else []
        pieces.append(Piece(text, is_marked))
    return tuple(pieces)


def _dots(text: str) -> tuple[Piece, ...]:
    return (Piece(text, marked=False),) if text else ()
