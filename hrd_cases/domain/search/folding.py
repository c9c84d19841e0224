"""Texts folded for search: their words as they look, as they sound, and their numbers by digits, each once.

A folded record is three lists with a zero byte between them; each entry of a list stands between two line ends.
"""

import re
from collections.abc import Iterable

from hrd_cases.domain.likeness import digit_runs, plain, sounds
from hrd_cases.domain.names.folding import UNSEEN, readings

LEAST_LETTERS = 3  # a shorter word is compared as it looks only
LONGEST_NAME = 40
_LETTERS = re.compile(r"[^\W\d_]+")
_HIDDEN = re.compile(rf"[{UNSEEN}\0]")
_MARKS = re.compile(r"(?<=[^\W\d_])['’ʼʹ`´ʻ‘](?=[^\W\d_])")
_EDGES = "".join(chr(number) for number in range(33, 127) if not chr(number).isalnum()) + "«»„“”‘’‹›…–—№§·•"


def fold(texts: Iterable[str]) -> bytes:
    """The folded words of these texts."""
    whole = visible("\n".join(texts))
    spelt = dict.fromkeys(map(stripped, dict.fromkeys(plain(whole).split())))
    # Most texts hold no mark between letters, and are heard once.
    heard = dict.fromkeys(word for said in dict.fromkeys((whole, joined(whole))) for word in letters_of(sounds(said)))
    for word in dict.fromkeys(letters_of(whole)):
        if word[0].isupper() and len(word) <= LONGEST_NAME:  # perhaps a name, which more than one way of reading has
            heard |= dict.fromkeys(sorted(readings(word)))
    long_enough = [word for word in heard if len(word) >= LEAST_LETTERS]
    return b"\0".join(_listed(entries) for entries in (spelt, long_enough, dict.fromkeys(digit_runs([whole]))))


def visible(text: str) -> str:
    """Text without the signs that nobody sees inside words."""
    return _HIDDEN.sub("", text)


def joined(text: str) -> str:
    """Text without the marks between letters that some alphabets write one letter with: Toʻlegenov, S'eri'k."""
    return _MARKS.sub("", text)


def stripped(word: str) -> str:
    """A word without the signs at its ends."""
    return word.strip(_EDGES)


def letters_of(text: str) -> list[str]:
    """The runs of letters in a text."""
    return _LETTERS.findall(text)


def _listed(entries: Iterable[str]) -> bytes:
    return "\n".join(("", *filter(None, entries), "")).encode("utf-8", "replace")
