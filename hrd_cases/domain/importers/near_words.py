"""Words of a cell that are nearly those of a list: Карагандинская обл., Караганда, г. Алматы, Угрозы, Увольнение.

What could be two entries is none: it is asked for.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from hrd_cases.domain.likeness import folded
from hrd_cases.domain.vocabulary import LANGUAGES, vocabulary

_ASIDE = re.compile(r"\([^)]*\)")
_SHORT = {"г": "город", "гор": "город", "обл": "область", "к": "каласы"}  # folded, as all that is compared
_PLACE = frozenset(
    ["город", "область", "облысы", "каласы", "ауданы", "район", *map(folded, ("oblast", "region", "province", "city"))]
)
_LEAST, _ENDING = 4, 6  # letters that two words share at least, and that may follow them
Words = tuple[str, ...]


@cache
def near(name: str, text: str) -> str:
    """The code of the one entry that a text nearly says; empty where there is none, or where there are two."""
    words, every = _words(text), _labels(name)
    whole = {code for label, code in every if label == words}
    if len(whole) == 1:
        return whole.pop()
    bare = _without_place(words)
    labels = [(_without_place(label), code) for label, code in every]
    for fits in (_equal, _alike, _begins, _begins_alike):
        found = {code for label, code in labels if bare and len(label) >= len(bare) and fits(bare, label)}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _equal(words: Words, label: Words) -> bool:
    return words == label


def _alike(words: Words, label: Words) -> bool:
    return len(words) == len(label) and _begins_alike(words, label)


def _begins(words: Words, label: Words) -> bool:
    return label[: len(words)] == words


def _begins_alike(words: Words, label: Words) -> bool:
    return all(map(_one_stem, words, label))


def _one_stem(word: str, other: str) -> bool:
    """Whether two words differ by their endings alone: Караганда and Карагандинская, угроза and угрозы."""
    stem = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    short, long = sorted((len(word) - stem, len(other) - stem))
    return not long or (stem >= _LEAST and short <= 1 and long <= (_ENDING if stem > _LEAST else 2))


@cache
def _labels(name: str) -> Sequence[tuple[Words, str]]:
    return tuple(
        (words, entry.code)
        for entry in vocabulary(name).entries
        for language in LANGUAGES
        if (words := _words(_ASIDE.sub(" ", entry.label.get(language, ""))))
    )


def _words(text: str) -> Words:
    """The words of a text, in the order of the alphabet where one says that a place is meant."""
    words = tuple(_SHORT.get(word, word) for word in folded(text).split())
    return words if _PLACE.isdisjoint(words) else tuple(sorted(words))


def _without_place(words: Words) -> Words:
    return tuple(word for word in words if word not in _PLACE) or words
