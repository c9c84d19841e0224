"""What somebody searches for beside folded texts: as it looks, as it sounds, in another case form, by digits.

Where nothing is found so, `near` looks for words that differ by one letter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hrd_cases.domain.likeness import LEAST_DIGITS, national, number_spans, one_spelling, plain, sounds
from hrd_cases.domain.names.endings import ends, spellings_of
from hrd_cases.domain.names.folding import readings
from hrd_cases.domain.search.folding import LEAST_LETTERS, joined, letters_of, stripped, visible

EXACT, PART, SOUND, FORM, NONE = 4, 3, 2, 1, 0
LEAST_STEM = 4
LEAST_NEAR = 6  # letters: of shorter names one letter makes another one: Марат, Мурат
_LONGEST_ENDING = 12
LEAST_NUMBER = 6  # digits that are a number also beside letters: N12345678
MOST_STEMS = 2
# Letters that look alike in numbers of documents, beside those that `plain` puts together; figures for letters.
_TO_CYRILLIC = str.maketrans("ktmbh", "ктмвн")
_TO_LATIN = str.maketrans("ктмвн", "ktmbh")
_FIGURES = (str.maketrans("", ""), str.maketrans("з", "3"), str.maketrans("3", "з"))
_ENDINGS = ("", "first", "consonant", "adjective", "glide", "both")


@dataclass(frozen=True, kw_only=True)
class SoundPart:
    """One run of letters: how it may be heard, the plainest way first, and its stems with the endings cut off.

    `seeds`: beginnings of which one stands in whatever holds it.
    """

    ways: tuple[bytes, ...]
    stems: tuple[bytes, ...]
    seeds: tuple[bytes, ...]
    near: bool = False

    def perhaps(self, pack: bytes) -> bool:
        """Whether folded texts may hold it: False is certain."""
        return self.near or any(seed in pack for seed in self.seeds)

    def rank(self, heard: bytes) -> int:
        """How well the words that were heard in a record hold it."""
        if b"\n" + self.ways[0] in heard:
            return SOUND
        if any(b"\n" + way in heard for way in self.ways) or any(_form(stem, heard) for stem in self.stems):
            return FORM
        return FORM if self.near and any(_near(way, heard) for way in self.ways) else NONE


@dataclass(frozen=True, kw_only=True)
class Term:
    """One word or number: its words as they look, its letters as they sound, its digits.

    `alike`: other ways to write its words, with letters and figures that look the same.
    """

    words: tuple[bytes, ...]
    alike: tuple[bytes, ...] = ()
    heard: tuple[SoundPart, ...] = ()
    digits: bytes = b""

    def perhaps(self, pack: bytes) -> bool:
        """Whether folded texts may hold it: False is certain."""
        if all(word in pack for word in self.words) or (self.digits and self.digits in pack):
            return True
        if any(word in pack for word in self.alike):
            return True
        return bool(self.heard) and all(part.perhaps(pack) for part in self.heard)

    def rank(self, document: bytes) -> int:
        """How well a folded record holds it."""
        spelt, heard, numbers = document.split(b"\0")
        if self.digits and self.digits in numbers:
            return EXACT if self.digits + b"\n" in numbers else PART
        if all(word in spelt for word in self.words):
            return EXACT if all(b"\n" + word + b"\n" in spelt for word in self.words) else PART
        if any(word in spelt for word in self.alike):
            return PART
        return min((part.rank(heard) for part in self.heard), default=NONE)


def terms_of(text: str) -> tuple[Term, ...]:
    """What is looked for by these words: each of them, and each number by its digits."""
    written = visible(one_spelling(text))
    terms, at = list[Term](), 0
    for start, end, digits in number_spans(written):
        if len(digits) >= LEAST_DIGITS and not _inside_word(written, start, end):
            terms += [*_words(written[at:start]), _number(written[start:end], digits)]
            at = end
    return tuple(dict.fromkeys([*terms, *_words(written[at:])]))


def near(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The same terms, found also in words that differ from them by one letter."""
    return tuple(map(_forgiving, terms))


def _forgiving(term: Term) -> Term:
    return replace(term, heard=tuple(replace(part, near=True) for part in term.heard))


def _inside_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()


def _number(text: str, digits: str) -> Term:
    """A number by its digits; as it looks, only where it was written in one piece."""
    written = stripped(plain(text))
    return Term(words=(_bytes(digits if " " in written else written),), digits=_bytes(national(digits)))


def _words(text: str) -> Iterator[Term]:
    for word in text.split():
        if bare := stripped(word):
            whole = joined(bare)
            heard = tuple(_sound_parts(letters_of(whole))) if _has_sound(whole) else ()
            looks = plain(bare)
            yield Term(
                words=(_bytes(looks),),
                alike=tuple(map(_bytes, _alike(looks))),
                heard=heard if all(part.ways for part in heard) else (),
                digits=_bytes(_digits_beside_letters(bare)),
            )


def _alike(looks: str) -> list[str]:
    """Other ways to write a word in which letters stand beside figures: 2k/145 is 2к/145."""
    if looks.isalpha() or not any(sign.isalpha() for sign in looks) or not any(sign.isdigit() for sign in looks):
        return []
    scripts = (looks.translate(_TO_CYRILLIC), looks.translate(_TO_LATIN))
    ways = dict.fromkeys(script.translate(figures) for script in scripts for figures in _FIGURES)
    return [way for way in ways if way != looks]


def _digits_beside_letters(word: str) -> str:
    """The digits of a word with letters beside them, if there are enough for a number: N12345678."""
    runs = [digits for _start, _end, digits in number_spans(word)]
    return runs[0] if len(runs) == 1 and len(runs[0]) >= LEAST_NUMBER else ""


def _has_sound(word: str) -> bool:
    runs = letters_of(word)
    return bool(runs) and min(map(len, runs)) >= LEAST_LETTERS and not any(sign.isdigit() for sign in word)


def _sound_parts(runs: Sequence[str]) -> Iterator[SoundPart]:
    for run in runs:
        others = {way for spelling in {run, *spellings_of(run)} for way in readings(spelling)}
        ways = [way for way in dict.fromkeys([sounds(run), *sorted(others)]) if len(way) >= LEAST_LETTERS]
        stems = dict.fromkeys(stem for way in ways for stem in _stems(way))
        seeds = {min(_stems(way), key=len) for way in ways}
        yield SoundPart(ways=tuple(map(_bytes, ways)), stems=tuple(map(_bytes, stems)), seeds=tuple(map(_bytes, seeds)))


def _stems(way: str) -> list[str]:
    """A word with each ending cut off that it may have; the two shortest, since they begin whatever the others do."""
    endings = ends(*_ENDINGS)
    return [way[:at] for at in range(min(LEAST_STEM, len(way)), len(way) + 1) if way[at:] in endings][:MOST_STEMS]


def _form(stem: bytes, heard: bytes) -> bool:
    """Whether a word of these is this stem with an ending."""
    endings, beginning = ends(*_ENDINGS), b"\n" + stem
    at = heard.find(beginning)
    while at >= 0:
        behind = at + len(beginning)
        end = heard.find(b"\n", behind)
        if heard[behind:end].decode("utf-8", "replace") in endings:
            return True
        at = heard.find(beginning, behind)
    return False


def _near(way: bytes, heard: bytes) -> bool:
    """Whether a word of these differs from this one by one letter left out, put in, changed or swapped with the next.

    The first letter is the same, and endings of case forms are left aside.
    """
    length, endings = len(way), ends(*_ENDINGS)
    candidates = re.findall(rb"\n(%s[^\n]{%d,})(?=\n)" % (re.escape(way[:1]), max(0, length - 2)), heard)
    for word in {word.decode("utf-8", "replace") for word in candidates if len(word) <= length + _LONGEST_ENDING}:
        cuts = (
            word[:at]
            for at in range(max(LEAST_STEM, length - 1), min(len(word), length + 1) + 1)
            if word[at:] in endings
        )
        if any(max(len(cut), length) >= LEAST_NEAR and _one_off(cut, way.decode("utf-8", "replace")) for cut in cuts):
            return True
    return False


def _one_off(some: str, other: str) -> bool:
    """Whether one letter makes the difference, or two neighbours that changed places."""
    short, long = sorted((some, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, (one, two) in enumerate(zip(short, long, strict=False)) if one != two), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2][::-1] == long[at : at + 2]
    return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
