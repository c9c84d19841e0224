"""Whether a passphrase is made of what everybody tries first, also when typed in the other keyboard layout."""

import unicodedata
from collections.abc import Callable, Collection
from enum import StrEnum
from functools import cache
from importlib.resources import files

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
# The Kazakh layout is the Russian one with its own letters on the row of digits.
_KAZAKH_DIGITS = "әіңғүұқөһ"
_DIGIT_KEYS = "234589-=\\"
_TO_LATIN = str.maketrans(_RUSSIAN + _KAZAKH_DIGITS, _LATIN + _DIGIT_KEYS)
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_KAZAKH = str.maketrans(_LATIN + _DIGIT_KEYS, _RUSSIAN + _KAZAKH_DIGITS)
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_RUN = 4
LEAST_UNEXPLAINED = 8
LEAST_CHARACTERS = 15


class Problem(StrEnum):
    """What is wrong with a chosen passphrase."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    COMMON = "common"


def problems_of(passphrase: str, extra: Collection[str]) -> list[Problem]:
    """Return what is wrong with a passphrase that a person made; `extra` adds entries such as an organisation's names.

    A good one has 15 characters and does not consist of common passwords, keyboard runs and repetitions in Latin or
    Cyrillic letters.
    """
    problems = [Problem.TOO_SHORT] if len(passphrase) < LEAST_CHARACTERS else []
    return [*problems, Problem.COMMON] if is_common(passphrase, extra) else problems


@cache
def common_entries() -> frozenset[str]:
    """Return the entries of our list, folded."""
    path = files("hrd_cases").joinpath("vocabularies", "guessable_passphrases.txt")
    text = path.read_text(encoding="utf-8")
    return frozenset(folded(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))


def folded(text: str) -> str:
    """Return letters and digits only, without case, accents joined."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def is_common(passphrase: str, extra: Collection[str]) -> bool:
    """Tell whether fewer than eight characters remain once listed entries, runs and repetitions are taken away."""
    entries = common_entries() | {folded(entry) for entry in extra}
    return any(unexplained(form, entries) < LEAST_UNEXPLAINED for form in typed_forms(passphrase))


def typed_forms(passphrase: str) -> frozenset[str]:
    """Return the folded passphrase as typed, in the other layouts, and with look-alike digits read as letters."""
    plain = unicodedata.normalize("NFKC", passphrase).casefold()
    mapped = (plain, *(plain.translate(table) for table in (_TO_LATIN, _TO_RUSSIAN, _TO_KAZAKH, _LOOKALIKES)))
    return frozenset(folded(form) for form in mapped)


def unexplained(form: str, entries: frozenset[str]) -> int:
    """Count the characters that no entry, run or repetition accounts for; a repeated part counts once."""
    longest = max(map(len, entries), default=0)
    left: list[str] = []
    at = 0
    while at < len(form):
        used = _entry_length(form, at, entries, longest) or _run_length(form, at) or _repeat_length(form, at)
        if not used:
            left.append(form[at])
        at += used or 1
    return len(left)


def _entry_length(form: str, at: int, entries: frozenset[str], longest: int) -> int:
    for length in range(min(longest, len(form) - at), 2, -1):
        if form[at : at + length] in entries:
            return length
    return 0


def _run_length(form: str, at: int) -> int:
    """Return the length of digits, of one repeated character or of rising or falling letters, if at least four."""
    digits = _span(form, at, lambda before, after: before.isdigit() and after.isdigit())
    steps = [_span(form, at, _stepping(step)) for step in (-1, 0, 1)]
    best = max(digits, *steps)
    return best if best >= _RUN else 0


def _stepping(step: int) -> Callable[[str, str], bool]:
    return lambda before, after: ord(after) - ord(before) == step


def _span(form: str, at: int, goes_on: Callable[[str, str], bool]) -> int:
    end = at + 1
    while end < len(form) and goes_on(form[end - 1], form[end]):
        end += 1
    return end - at


def _repeat_length(form: str, at: int) -> int:
    """Return the length of a part of three or more characters that stood just before."""
    for length in range(min(at, len(form) - at), 2, -1):
        if form[at : at + length] == form[at - length : at]:
            return length
    return 0
