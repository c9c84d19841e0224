"""Whether two spellings may be the same: look-alike letters, names across scripts, telephone numbers by their digits.

Pure and linear: a needle is made once, and asked of each record.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hrd_cases.domain.typed_text import plain_digits

LEAST_DIGITS = 5  # fewer are a number of a case, not of a telephone
NATIONAL = 10  # digits of a number without +7 or 8 before it
LEAST_DIALLED = 7  # fewer are not one person's number
FULL, LONGEST = 11, 12  # digits with the country's; beyond them hours or an extension follow without a comma
LEAST_LETTERS = 3

_ALIKE = str.maketrans("əәғқңөұүһіёaceopxyi", "ээгкноуухиеасеорхуи")
_SOUNDS = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)),
        **dict(zip("әғқңөұүһі", "agknouuhi", strict=True)),
        "ё": "e",
        "ж": "j",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sh",
        "ю": "iu",
        "я": "ia",
        "ъ": "",
        "ь": "",
        "q": "k",
        "w": "v",
        "ı": "i",
        "ə": "a",
    }
)
_LATIN = (
    ("ş", "sh"),
    ("kh", "h"),
    ("zh", "j"),
    ("yu", "iu"),
    ("ya", "ia"),
    ("ye", "e"),
    ("yo", "e"),
    ("y", "i"),
    ("x", "ks"),
)
_NUMBER = re.compile(r"\+?\d(?:[\d\s().\-–—/]*\d)?")
_DAY_OR_TIME = re.compile(r"(?<!\d)(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}[:.]\d{2})(?!\d)")
_ONLY_NUMBER = re.compile(r"[+\d\s().\-–—]+\Z")
_TWICE = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True)
class Needle:
    """What somebody looks for: every word of it, or the digits of a telephone number."""

    words: tuple[tuple[str, str], ...]  # each as it looks and as it sounds
    digits: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is looked for."""
        return not self.words

    def within(self, texts: Iterable[str]) -> bool:
        """Whether these texts together hold all of it."""
        lines = list(texts)
        if self.digits and any(self.digits in digits for digits in digit_runs(lines)):
            return True
        whole = "\n".join(lines)
        spelt, heard = plain(whole), sounds(whole)
        return all(look in spelt or _sound_contains(sound, heard) for look, sound in self.words)


def needle(text: str) -> Needle:
    """What is looked for by these words."""
    spelt = one_spelling(text)
    digits = "".join(letter for letter in spelt if letter.isdigit())
    number = bool(_ONLY_NUMBER.match(spelt)) and len(digits) >= LEAST_DIGITS
    words = tuple((plain(word), sounds(word)) for word in spelt.split())
    return Needle(words=words, digits=national(digits) if number else "")


def holds_number(text: str) -> bool:
    """Whether a text names what may be a telephone number."""
    return bool(_dialled(text))


def same_number(some: str, other: str) -> bool:
    """Whether two texts name one telephone number: by its last digits, with or without what is dialled before them."""
    ours, theirs = _dialled(some), _dialled(other)
    return any(_one_number(mine, yours) for mine in ours for yours in theirs)


def numbers_in(text: str) -> set[str]:
    """Each telephone number that a text names, by its last digits, as one is found again."""
    return {number[-NATIONAL:] for number in _dialled(text)}


def plain(text: str) -> str:
    """Text as it is compared: one form of each letter, look-alikes of Latin, Russian and Kazakh put together."""
    return one_spelling(text).casefold().translate(_ALIKE)


def sounds(text: str) -> str:
    """Text by how it sounds, in Latin letters: Сейітова, Сеитова and Seitova are one name."""
    spelt = one_spelling(text).casefold()
    for letters, sound in _LATIN:
        spelt = spelt.replace(letters, sound)
    marked = unicodedata.normalize("NFD", spelt.translate(_SOUNDS))
    if not marked.isascii():
        marked = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return _TWICE.sub(r"\1", marked)


def name_written(name: str) -> tuple[str, ...]:
    """The words of a name, their order and the case of letters left aside."""
    return tuple(sorted(_WORD.findall(one_spelling(name).casefold())))


def sounds_of_name(name: str) -> tuple[str, ...]:
    """The words of a name by how they sound, in any order; initials and what holds figures (Miner 11) as they look."""
    return tuple(sorted(map(_word_sound, _WORD.findall(name))))


def perhaps_same(some: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names, as they are heard, may be of one person: one may lack a word, or have an initial for it."""
    if min(len(some), len(other)) < min(2, max(len(some), len(other))):
        return False
    equal = Counter(some) & Counter(other)
    short, rest = sorted(([*(Counter(name) - equal).elements()] for name in (some, other)), key=len)
    for word in short:
        match = next((item for item in rest if _initial_of(word, item) or _initial_of(item, word)), None)
        if match is None:
            return False
        rest.remove(match)
    return any(len(word) >= LEAST_LETTERS for word in equal)


def _word_sound(word: str) -> str:
    heard = sounds(word) if word.isalpha() and len(word) >= LEAST_LETTERS else ""
    return heard or plain(word)


def _initial_of(letter: str, word: str) -> bool:
    return len(letter) == 1 < len(word) and letter.isalpha() and word.startswith(sounds(letter))


def _sound_contains(sound: str, heard: str) -> bool:
    return len(sound) >= LEAST_LETTERS and sound.isalpha() and sound in heard


def one_spelling(text: str) -> str:
    """One form of each letter, and the digits of every script as 0-9."""
    return plain_digits(unicodedata.normalize("NFKC", text))


def digit_runs(texts: Iterable[str]) -> Iterator[str]:
    """The digits of each number in these texts, whatever stands between them."""
    for text in texts:
        for _start, _end, digits in number_spans(one_spelling(text)):
            yield digits


def number_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where numbers stand in a text of one spelling, and their digits."""
    for match in _NUMBER.finditer(text):
        yield match.start(), match.end(), "".join(letter for letter in match[0] if letter.isdigit())


def _dialled(text: str) -> set[str]:
    """The digits of each number in a text that may be one of a telephone; days and times of day are none."""
    values = set()
    for digits in digit_runs([_DAY_OR_TIME.sub(";", one_spelling(text))]):
        number = digits.lstrip("0")  # 00 and 0 are dialled before it, as +7 and 8 are
        values |= {number, number[:FULL]} if len(number) > LONGEST else {number}
    return {number for number in values if len(number) >= LEAST_DIALLED}


def _one_number(some: str, other: str) -> bool:
    length = min(len(some), len(other), NATIONAL)
    return some[-length:] == other[-length:]


def national(digits: str) -> str:
    """The digits without what is dialled before them: +7 701… and 8 701… are one number."""
    return digits[-NATIONAL:] if len(digits) > NATIONAL else digits
