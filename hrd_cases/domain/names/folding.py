"""A text as words, and each word as it may be read: in one Latin spelling, whatever script and signs it came in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from hrd_cases.domain.likeness import sounds

# What may stand inside a word and is no letter: soft hyphen, zero-width and direction marks, marks above letters.
UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_INSIDE = rf"[{UNSEEN}\u0300-\u036f'’ʼʹ`´ʻ‘]"
_WORD = re.compile(rf"[^\W_](?:{_INSIDE}{{0,6}}[^\W_])*[\u0300-\u036f]*")
_NOT_READ = re.compile(rf"[{UNSEEN}'’ʼʹ`´ʻ‘]")
_HUMP = re.compile(  # КайратАбдрахманов, KAbdrakhmanov
    r"(?<=[^\W\d_A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])"
    r"|(?<=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][^\W\d_A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])"
)
_DIGITS = str.maketrans({"0": "о", "3": "з", "4": "ч", "6": "б"})
LETTERS_APART = 4  # as many single letters in a row, with spaces between, are one word: И в а н о в

# Letters that look alike, as the Cyrillic one and as the Latin one; Greek and Armenian ones stand for either.
_TO_CYRILLIC = str.maketrans("AaBCcEeHhIiKkMmOoPpTtXxYyVvNnrugƏəÖöÜü", "АаВСсЕеНһІіКкМмОоРрТтХхУуѴѵПпгигӘәӨөҮү")
_TO_LATIN = str.maketrans("АаВСсЕеНһІіКкМмОоРрТтХхУуЅѕЈј", "AaBCcEeHhIiKkMmOoPpTtXxYySsJj")
_GREEK = str.maketrans("ΑαΒΕεΗΙιΚκΜΝΟοΡρΤτΥυΧχνօսոհ", "AaBEeHIiKkMNOoPpTtYuXxvounh")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024fəƏ]")

# Latin letters that are read in more than one way, by alphabet and habit: each pair may apply or not.
_ALWAYS = (
    ("shch", "sh"), ("sch", "sh"), ("tch", "ch"), ("dzh", "zh"), ("dj", "zh"),
    ("ş", "sh"), ("š", "sh"), ("ś", "sh"), ("ŝ", "sh"),
    ("ž", "zh"), ("č", "ch"), ("ç", "ch"), ("ć", "ch"), ("gh", "g"), ("ph", "f"), ("ck", "k"), ("tz", "ts"),
    ("â", "ya"), ("û", "yu"), ("ŋ", "n"), ("ł", "l"), ("đ", "d"), ("ø", "o"), ("ß", "ss"), ("æ", "ae"),
)  # fmt: skip
_SOMETIMES = (
    ("j", "y"), ("x", "kh"), ("w", "u"), ("ý", "u"), ("c", "ts"), ("ng", "n"), ("oo", "u"), ("ee", "i"),
    ("ü", "ue"), ("ö", "oe"), ("ä", "ae"),
)  # fmt: skip
_SOFT_LATIN = re.compile(r"(?<=[bdghklmnrstvz])i(?=[au])")
_SOFT_CYRILLIC = str.maketrans("яю", "ау")
_AFTER_CONSONANT = re.compile(r"(?<=[бвгғдзкқлмнңпрстфхһ])[яю]")
_OTHER_LETTERS = (("қ", "х"), ("ө", "у"), ("ң", "нг"), ("ә", "е"), ("дж", "ж"))


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word of a text: where it stands, how it may be read, and how its letters are set."""

    start: int
    end: int
    text: str
    capital: bool
    capitals: bool

    @property
    def initial(self) -> bool:
        """Whether it may be an initial: one capital letter, or two for one letter of another script."""
        return self.capital and len(self.text) <= 2 and (len(self.text) == 1 or self.text[1:].islower())


def words_of(text: str) -> Iterator[Word]:
    """The words of a text in order; letters set apart are one word."""
    run: list[Word] = []
    for match in _WORD.finditer(text):
        word = _word(text, match.start(), match.end())
        near = bool(run) and run[-1].end + 1 == word.start and text[run[-1].end].isspace()
        if len(word.text) == 1 and word.text.isalpha() and (near or not run):
            run.append(word)
            continue
        yield from _joined(text, run)
        run = [word] if len(word.text) == 1 and word.text.isalpha() else []
        if not run:
            yield word
    yield from _joined(text, run)


def pieces_of(word: Word, text: str) -> tuple[Word, ...]:
    """The words that stand in one without a space: КайратАбдрахманов; empty when it is one."""
    cuts = [word.start, *(word.start + at.start() for at in _HUMP.finditer(text[word.start : word.end])), word.end]
    if len(cuts) == 2:
        return ()
    return tuple(_word(text, start, end) for start, end in pairwise(cuts))


def _joined(text: str, run: list[Word]) -> Iterator[Word]:
    if len(run) >= LETTERS_APART:
        yield Word(
            start=run[0].start, end=run[-1].end, text="".join(word.text for word in run), capital=run[0].capital,
            capitals=all(word.capital for word in run),
        )  # fmt: skip
    else:
        yield from run


def _word(text: str, start: int, end: int) -> Word:
    """A word without figures at its ends, which are a note's number: Абдрахманов¹."""
    while end - start > 1 and text[end - 1].isdigit() and not text[start:end].isdigit():
        end -= 1
    written = _NOT_READ.sub("", normalize("NFC", text[start:end]))
    return Word(start=start, end=end, text=written, capital=written[:1].isupper(), capitals=written.isupper())


def readings(word: str) -> frozenset[str]:
    """Every way to read a word, each in the one Latin spelling in which names are compared."""
    if word.isdigit():
        return frozenset()
    values: set[str] = set()
    for spelt in _scripts(normalize("NFKC", word).translate(_GREEK)):
        values |= _cyrillic(spelt) if _CYRILLIC.search(spelt) else _latin(spelt)
    return frozenset(item for item in values if item)


def reading(word: str) -> str:
    """The plainest of the readings, for tables and comparison."""
    return sounds(_NOT_READ.sub("", normalize("NFC", word)))


def _scripts(word: str) -> Iterator[str]:
    """The word as it is; and where letters of two scripts stand in it, in one script."""
    cyrillic, latin = len(_CYRILLIC.findall(word)), len(_LATIN.findall(word))
    if any(letter.isdigit() for letter in word):
        word = word.translate(_DIGITS)
    if cyrillic and latin:
        yield word.translate(_TO_CYRILLIC)
        yield word.translate(_TO_LATIN)
    elif latin and not any(letter not in "AaBCcEeHIiKkMOoPpTXxYy" for letter in word):
        yield word
        yield word.translate(_TO_CYRILLIC)  # nothing but letters that look Cyrillic: Cepeк
    else:
        yield word


def _cyrillic(word: str) -> set[str]:
    lower = word.casefold()
    forms = {lower, *(lower.replace(*pair) for pair in _OTHER_LETTERS)}
    soft = {_AFTER_CONSONANT.sub(lambda match: match[0].translate(_SOFT_CYRILLIC), form) for form in forms}
    return {sounds(form) for form in forms | soft}


def _latin(word: str) -> set[str]:
    lower = normalize("NFC", word).casefold()
    for letters, other in _ALWAYS:
        lower = lower.replace(letters, other)
    forms = {lower}
    for letters, other in _SOMETIMES:
        if letters in lower:
            forms |= {form.replace(letters, other) for form in forms}
    heard = {sounds(form) for form in forms}
    heard |= {item.replace("ie", "e") for item in heard}
    return heard | {_SOFT_LATIN.sub("", item) for item in heard}
