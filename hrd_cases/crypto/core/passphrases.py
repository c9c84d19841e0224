"""From a passphrase to two keys, at a cost for whoever guesses; and the lists of words they are made of."""

import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import NamedTuple

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.errors import UnknownFormat, Weak
from hrd_cases.crypto.core.primitives import KEY_LENGTH, argon2id, hkdf, pick, random
from hrd_cases.crypto.core.secrets import Secret

SALT_LENGTH = 16
LONGEST_BYTES = 1024
LIST_WORDS = 6
WORD_LISTS = ("latin", "ru", "kk")
_STEP_KIB = 16 * 1024
# What may stand between the words of a generated passphrase; also marks without a width, left by a copy.
_BETWEEN_WORDS = re.compile("[\\s\\-\u00ad\u2010-\u2015\u2212\ufeff\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069.,;_]+")


@dataclass(frozen=True, kw_only=True)
class KdfParams:
    """The cost of one Argon2id: memory in KiB, passes, lanes."""

    memory_kib: int
    iterations: int
    lanes: int

    def at_least(self, floor: "KdfParams") -> bool:
        """Tell whether no cost is below the floor's."""
        return self.memory_kib >= floor.memory_kib and self.iterations >= floor.iterations and self.lanes >= floor.lanes


FLOOR = KdfParams(memory_kib=64 * 1024, iterations=3, lanes=1)
# A stored row beyond this is refused before memory is asked for: it can only be meant to stop the server.
CEILING = KdfParams(memory_kib=4 * 1024 * 1024, iterations=64, lanes=16)
# For automated tests only, where thousands of log-ins are made; an installation never names it as its floor.
CHEAP_FOR_TESTS = KdfParams(memory_kib=64, iterations=1, lanes=1)


class PassphraseKeys(NamedTuple):
    """The key of the bundle and the key of the second factor."""

    kek: Secret
    ktotp: Secret


def new_salt() -> bytes:
    """Return 16 random bytes."""
    return random(SALT_LENGTH)


def folded(passphrase: str) -> str:
    """Return what counts of a passphrase as typed.

    Of six words of one of our lists, only the words count: capitals, spaces, hyphens and line ends between them are as
    the telephone made them, and carry no secret. Of any other passphrase every sign counts, in its NFKC form, but for
    spaces and line ends at both ends, which a paste or a keyboard's suggestion leaves behind.
    """
    text = unicodedata.normalize("NFKC", passphrase)
    words = _BETWEEN_WORDS.sub(" ", text).casefold().split()
    if len(words) == LIST_WORDS and any(all(word in values for word in words) for values in _lists()):
        return " ".join(words)
    return text.strip()


def normalised(passphrase: str) -> bytes:
    """Return the folded form in UTF-8; Weak when empty, longer than 1,024 bytes or not text."""
    try:
        data = folded(passphrase).encode()
    except UnicodeEncodeError:
        raise Weak from None
    if not 1 <= len(data) <= LONGEST_BYTES:
        raise Weak
    return data


def passphrase_keys(
    passphrase: str, salt: bytes, params: KdfParams, org: bytes, user: bytes, *, floor: KdfParams = FLOOR
) -> PassphraseKeys:
    """Derive the keys of a user; Weak when the stored cost is below the floor or above the ceiling."""
    if not params.at_least(floor) or not CEILING.at_least(params):
        raise Weak
    if len(salt) != SALT_LENGTH:
        raise UnknownFormat
    root = argon2id(
        normalised(passphrase),
        salt,
        memory_kib=params.memory_kib,
        iterations=params.iterations,
        lanes=params.lanes,
        ad=pae(b"hrd/v1/user", org, user),
    )
    return PassphraseKeys(kek=hkdf(root, b"", b"kek", KEY_LENGTH), ktotp=hkdf(root, b"", b"totp", KEY_LENGTH))


def calibrate(target_seconds: float, *, clock: Callable[[], float] = time.perf_counter) -> KdfParams:
    """Return the largest memory, in steps of 16 MiB up to 1 GiB, with which one derivation takes at most the target."""
    started = clock()
    passphrase_keys("how long does one take", bytes(SALT_LENGTH), FLOOR, b"", b"")
    once = max(clock() - started, 1e-6)
    memory_kib = int(FLOOR.memory_kib * target_seconds / once) // _STEP_KIB * _STEP_KIB
    return replace(FLOOR, memory_kib=min(max(memory_kib, FLOOR.memory_kib), 1024 * 1024))


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Return the 2,048 words of `latin`, `ru` or `kk`."""
    if name not in WORD_LISTS:
        raise UnknownFormat
    text = resources.files("hrd_cases.crypto.core.words").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def compared_words() -> tuple[str, ...]:
    """Return the one list of words that people compare: the same for both, whatever language each of them reads."""
    return word_list("latin")


def words_for(language: str) -> tuple[str, ...]:
    """Return the list of whoever reads this language (`ru`, `kk`, `en`); Latin where it has none of its own."""
    return word_list(language if language in WORD_LISTS else "latin")


@cache
def _lists() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(word_list(name)) for name in WORD_LISTS)


@cache
def _all_words() -> frozenset[str]:
    return frozenset().union(*_lists())


def suggest(words: Sequence[str], n: int = LIST_WORDS) -> str:
    """Return n different words drawn at random and joined by spaces (11 bits each from a list of 2,048).

    Different, since a passphrase that repeats a word counts as fewer (`has_list_words`).
    """
    chosen: dict[str, None] = {}
    while len(chosen) < n:
        chosen[pick(words)] = None
    return " ".join(chosen)


def has_list_words(passphrase: str) -> bool:
    """Tell whether a folded passphrase is six or more different words of our lists and nothing else."""
    words = passphrase.casefold().split()
    return len(set(words)) >= LIST_WORDS and all(word in _all_words() for word in words)
