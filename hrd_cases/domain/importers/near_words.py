"""Words of a cell, and the entry of a list that they say or nearly say: Караганда, г. Алматы, Угрозы, Увольнение.

What could be two entries is none: it is asked for.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import takewhile

from hrd_cases.domain.likeness import plain
from hrd_cases.domain.vocabulary import LANGUAGES, vocabulary


def folded(text: str) -> str:
    """A heading or a word of a list as it is compared: letters only, look-alikes put together."""
    return " ".join(re.sub(r"[\W_]+", " ", plain(text)).split())


_CODE = re.compile(r" \((\w+)\)\Z")
_ASIDE = re.compile(r"\([^)]*\)")
_SHORT = {"г": "город", "гор": "город", "обл": "область", "к": "каласы"}  # folded, as all that is compared
_PLACE = frozenset(
    ["город", "область", "облысы", "каласы", "ауданы", "район", *map(folded, ("oblast", "region", "province", "city"))]
)
_LEAST, _ENDING = 4, 6  # letters that two words share at least, and that may follow them
Words = tuple[str, ...]


def code_of(name: str, text: str) -> str:
    """The code of a list whose label, in any language, a cell says; the text itself where there is none."""
    if vocabulary(name).has(text):
        return text
    code = _labels(name).get(folded(text), "")
    ending = _CODE.search(text)
    return code or (ending[1] if ending and vocabulary(name).has(ending[1]) else text)


@cache
def _labels(name: str) -> Mapping[str, str]:
    """The code of every label of a list, in each language; of two that read the same, the first."""
    labels: dict[str, str] = {}
    for entry in vocabulary(name).entries:
        for language in LANGUAGES:
            labels.setdefault(folded(entry.label.get(language, "")), entry.code)
    return labels


@cache
def near(name: str, text: str) -> str:
    """The code of the one entry that a text nearly says; empty where there is none, or where there are two."""
    words, every = _words(text), _spellings(name)
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
def _spellings(name: str) -> Sequence[tuple[Words, str]]:
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
