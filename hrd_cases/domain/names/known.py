"""A set of people compiled once: the stems of their names, their numbers, and what one word of a text may be."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from unicodedata import normalize

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.names.endings import Stem, is_patronymic, short_stems, stems, tables, words
from hrd_cases.domain.names.folding import Word, reading, readings, words_of
from hrd_cases.domain.names.places import How, NamePlace, Somebody
from hrd_cases.domain.typed_text import plain_digits

LEAST_DIGITS = 5  # fewer are no number of one person
NATIONAL = 10  # digits of a telephone number without +7 or 8 before it
LONGEST = 80  # letters of a word that may be a name
SHORTEST, SHORT = 2, 3  # letters of a name that is as good as a word
LEAST_HANDLE = 6  # letters of a name that is known within an account or a file's name
_HYPHENS = ("-", "\u2010", "\u2011")
_JOINTS = ("@", "/", "_", "=")
_JOINED = re.compile(r"[@_]|\.[A-Za-z]{2,4}\b")
_BETWEEN = re.compile(r"[\s\u00ad\u200b-]{1,3}\Z")
_NUMBER = re.compile(r"\d(?:[ \t\u00a0\u2009\u202f().,:/\\_+\-‐‑–—]{0,3}\n?\d){4,199}")


@dataclass(frozen=True)
class NamePart:
    """One word of one name of somebody."""

    person: NamedId
    name: int  # which of their names
    at: int  # which word of it
    how: How
    heard: str
    word: str
    is_word: bool


@dataclass(frozen=True)
class CallName:
    """A name made of words, each with its stems; a single letter is itself."""

    person: NamedId
    name: str
    words: tuple[frozenset[Stem] | str, ...]

    def stands(self, row: list[Word], text: str) -> bool:
        """Whether these words of a text are it, in any case form."""
        if len(row) != len(self.words) or any(
            not _BETWEEN.match(text[word.end : two.start]) for word, two in pairwise(row)
        ):
            return False
        return all(_is_form(word.text, expected) for word, expected in zip(row, self.words, strict=True))


@dataclass
class NameIndex:
    """A compiled set of people, to be asked word by word."""

    people: tuple[Somebody, ...]
    _stems: dict[str, list[tuple[Stem, NamePart]]] = field(default_factory=dict, repr=False)
    _words: dict[tuple[NamedId, int], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _needed: dict[tuple[NamedId, int], frozenset[int]] = field(default_factory=dict, repr=False)
    fathers: set[str] = field(default_factory=set, repr=False)
    _numbers: list[tuple[str, NamedId]] = field(default_factory=list, repr=False)
    _calls: dict[str, list[CallName]] = field(default_factory=dict, repr=False)
    _phrases: dict[str, list[tuple[tuple[str, ...], NamedId]]] = field(default_factory=dict, repr=False)
    _scripts: list[tuple[re.Pattern[str], NamedId, bool]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for person in self.people:
            for number, name in enumerate(person.names):
                if is_call_name(name):
                    self._call(person.id, name)
                self._enter(person.id, number, name)
                self._letters_apart(person.id, name)
                for match in _NUMBER.finditer(plain_digits(name)):  # called by their number until they are known
                    self._mark(person.id, match[0])
            for mark in person.marks:
                self._mark(person.id, mark)
            for phrase in person.phrases:
                self._phrase(person.id, phrase)

    def parts(self, word: Word, cache: dict[str, tuple[NamePart, ...]]) -> tuple[NamePart, ...]:
        """Whose names a word may be a form of."""
        if word.text not in cache:
            heard = readings(word.text) if 1 < len(word.text) <= LONGEST else frozenset()
            if word.text.casefold() in words().never:
                heard = frozenset()
            cache[word.text] = tuple(dict.fromkeys(part for item in sorted(heard) for part in self._parts(item)))
        return cache[word.text]

    def whole(self, person: NamedId, parts: set[NamePart]) -> bool:
        """Whether these parts are one of somebody's names: all of its words, but for the father's name."""
        return any(
            person == item and needed <= _places(parts, number) for (item, number), needed in self._needed.items()
        )

    def may_begin(self, letters: str, parts: set[NamePart]) -> bool | None:
        """Whether an initial is another word of the same names; None when nothing recorded speaks for or against."""
        heard = reading(letters)
        rest = []
        for person, number in {(part.person, part.name) for part in parts}:
            read = _places(parts, number)
            rest += [word for at, word in enumerate(self._words[person, number]) if at not in read]
        if any(heard and word.startswith(heard) for word in rest):
            return True
        return False if rest else None

    def name_of(self, parts: set[NamePart]) -> str:
        """The recorded words that these parts are, in the order of the first record that has them."""
        first = min((part.person, part.name) for part in parts)
        return " ".join(
            part.word for part in sorted(parts, key=lambda part: part.at) if (part.person, part.name) == first
        )

    def _enter(self, person: NamedId, number: int, name: str) -> None:
        called = is_call_name(name)
        every = [word for word in words_of(name) if len(word.text) > 1 and not (called and _is_no_name(word))]
        row = [word.text for word in every]
        kinds = _kinds(row)
        self._words[person, number] = tuple(map(reading, row))
        needed = frozenset(at for at, how in enumerate(kinds) if how is not How.PATRONYMIC or How.SURNAME not in kinds)
        if len(needed) > 1:
            self._needed[person, number] = needed
        for at, (word, how) in enumerate(zip(row, kinds, strict=True)):
            heard = reading(word)
            if how is How.PATRONYMIC:
                self.fathers.add(person)
            short = called or len(heard) <= SHORT or heard in words().names
            part = NamePart(person, number, at, how, heard, word, short)
            self._part(part, stems(word, surname=how is How.SURNAME))
            if at + 1 < len(every) and name[every[at].end : every[at + 1].start] in _HYPHENS:
                self._part(part, stems(word + row[at + 1], surname=how is How.SURNAME))
            if how is How.GIVEN:
                self._part(replace(part, is_word=True), short_stems(word))

    def _part(self, part: NamePart, every: Iterable[Stem]) -> None:
        for stem in every:
            self._stems.setdefault(stem.text, []).append((stem, part))

    def _letters_apart(self, person: NamedId, name: str) -> None:
        """A name in a script that tells no word by a capital letter, or by spaces: its letters, wherever they stand."""
        if any(letter.isalpha() and letter.title() == letter and not letter.isupper() for letter in name):
            spelt = {normalize(form, " ".join(name.split())) for form in ("NFC", "NFD")}
            parts = {part for each in spelt for part in each.split() if len(part) > 1}
            for text in spelt | parts:
                pattern = re.compile(re.escape(text).replace(r"\ ", r"\s+"), re.IGNORECASE)
                self._scripts.append((pattern, person, text in spelt))

    def by_script(self, text: str) -> Iterator[NamePlace]:
        """Where a name stands by its very letters, in a script whose words are not told apart otherwise."""
        for pattern, person, whole in self._scripts:
            for match in pattern.finditer(text):
                yield NamePlace(
                    start=match.start(), end=match.end(), people=frozenset({person}),
                    how=How.FULL if whole else How.SURNAME, certain=whole, name=match[0],
                )  # fmt: skip

    def by_handle(self, text: str, row: list[Word]) -> Iterator[NamePlace]:
        """Where a name is a part of an address, an account or a file's name: kabdrakhmanov@, kairatabdrakhmanov.jpg."""
        for word in row:
            if word.end - word.start < LEAST_HANDLE or not _is_handle(text, word):
                continue
            heard = {item[at:] for item in readings(word.text) for at in range(len(item) - LEAST_HANDLE + 1)}
            people = {
                part.person
                for item in heard
                for length in range(LEAST_HANDLE, len(item) + 1)
                for _stem, part in self._stems.get(item[:length], ())
            }
            if people:
                yield NamePlace(start=word.start, end=word.end, people=frozenset(people), how=How.SURNAME)

    def by_call_name(self, text: str, row: list[Word]) -> Iterator[NamePlace]:
        """Where somebody stands by a name that is made of words: Лидеру шахтёров А; no word of it alone is a name."""
        for at, first in enumerate(row) if self._calls else ():
            for heard in readings(first.text):
                for length in range(2, len(heard) + 1):
                    for call in self._calls.get(heard[:length], ()):
                        if call.stands(row[at : at + len(call.words)], text):
                            end = row[at + len(call.words) - 1].end
                            yield NamePlace(
                                start=first.start, end=end, people=frozenset({call.person}), how=How.FULL,
                                certain=True, name=call.name,
                            )  # fmt: skip

    def _call(self, person: NamedId, name: str) -> None:
        row = [word.text for word in words_of(name)]
        call = CallName(person, name, tuple(stems(item, surname=True) if len(item) > 1 else item for item in row))
        first = call.words[0]
        for stem in {stem.text for stem in first} if not isinstance(first, str) else ():
            self._calls.setdefault(stem, []).append(call)

    def _mark(self, person: NamedId, mark: str) -> None:
        digits = _digits(mark)
        letters = sum(letter.isalpha() for letter in mark)
        if len(digits) >= LEAST_DIGITS and letters <= LEAST_DIGITS:
            self._numbers.append((digits[-NATIONAL:] if len(digits) == NATIONAL + 1 else digits, person))
            return
        self._phrase(person, mark)

    def _phrase(self, person: NamedId, text: str) -> None:
        phrase = tuple(_plain(word) for word in words_of(text))
        if len("".join(phrase)) >= LEAST_DIGITS:
            self._phrases.setdefault(phrase[0], []).append((phrase, person))

    def _parts(self, heard: str) -> Iterator[NamePart]:
        for length in range(2, len(heard) + 1):
            for stem, part in self._stems.get(heard[:length], ()):
                if heard in stem:  # a stem of two letters begins many words
                    yield part if length > SHORTEST else replace(part, is_word=True)

    def by_number(self, text: str) -> Iterator[NamePlace]:
        if not self._numbers:
            return
        spelt = plain_digits(text)
        for match in _NUMBER.finditer(spelt):
            where = [at for at in range(match.start(), match.end()) if spelt[at].isdigit()]
            run = "".join(spelt[at] for at in where)
            for digits, person in self._numbers:
                at = run.find(digits)
                if at >= 0:
                    first = where[0] if at <= 2 else where[at]  # with what is dialled before it
                    last = where[at + len(digits) - 1] + 1
                    begin = first - 1 if first and text[first - 1] == "+" else first
                    yield NamePlace(start=begin, end=last, people=frozenset({person}), how=How.NUMBER, certain=True)

    def by_phrase(self, row: list[Word]) -> Iterator[NamePlace]:
        if not self._phrases:
            return
        spelt = [_plain(word) for word in row]
        for at, first in enumerate(spelt):
            for phrase, person in self._phrases.get(first, ()):
                if tuple(spelt[at : at + len(phrase)]) == phrase:
                    end = row[at + len(phrase) - 1].end
                    yield NamePlace(
                        start=row[at].start, end=end, people=frozenset({person}), how=How.MARK, certain=True
                    )  # fmt: skip


def is_call_name(name: str) -> bool:
    """Whether a name is made of words: some of them small, or a letter at the end, and none a person's own name."""
    row = list(words_of(name))
    small = any(word.capital for word in row) and any(not word.capital and word.text.isalpha() for word in row)
    letter = len(row) > 1 and len(row[-1].text) == 1 and "." not in name
    return len(row) > 1 and not looks_personal(name) and (small or letter)


def is_personal(word: str) -> bool:
    """Whether a word looks like a person's name, not like an office's: by lists and by its end."""
    heard = reading(word)
    return heard in words().given or is_patronymic(heard) or heard.endswith(tables().surnames)


def looks_personal(text: str) -> bool:
    """Whether a text has a word that looks like a person's name."""
    return any(word.capital and is_personal(word.text) for word in words_of(text))


def looks_named(text: str) -> bool:
    """Whether a text has a word with a capital letter, or one that looks like a person's name without it."""
    return any(word.capital or is_personal(word.text) for word in words_of(text))


def is_occupation(word: str) -> bool:
    """Whether a word says who somebody is to whom, or what they do, and is no name itself."""
    return not is_personal(word) and bool(readings(word) & (words().beside | words().kin))


def _is_no_name(word: Word) -> bool:
    """Whether a word of a name made of words is no name itself: small, or an ordinary word for who somebody is."""
    return not word.capital or is_occupation(word.text)


def _is_handle(text: str, word: Word) -> bool:
    """Whether a word is a part of an address, an account, a link or the name of a file."""
    return text[word.start - 1 : word.start] in _JOINTS or _JOINED.match(text, word.end) is not None


def _kinds(row: list[str]) -> list[How]:
    """Which word of a name is what: by the lists and by its end; where nothing tells, it counts as a surname."""
    heard = [reading(item) for item in row]
    kinds = [
        How.GIVEN if item in words().given else How.PATRONYMIC if is_patronymic(item) and len(row) > 1 else How.SURNAME
        for item in heard
    ]
    if len(row) > 1 and How.SURNAME not in kinds:
        last = next((at for at, item in enumerate(heard) if item.endswith(tables().surnames)), None)
        if last is not None:
            kinds[last] = How.SURNAME
    if len(row) == 3 and kinds.count(How.SURNAME) == 2:
        first = next((at for at, item in enumerate(heard) if not item.endswith(tables().surnames)), None)
        if first is not None and kinds[first] is How.SURNAME:
            kinds[first] = How.GIVEN
    if len(row) == 2 and kinds == [How.SURNAME, How.SURNAME]:
        ending = [item.endswith(tables().surnames) for item in heard]
        if ending[0] != ending[1]:
            kinds[ending.index(False)] = How.GIVEN
    return kinds


def _digits(text: str) -> str:
    return "".join(plain_digit for plain_digit in plain_digits(text) if plain_digit.isdecimal())


def _plain(word: Word) -> str:
    return reading(word.text) or word.text


def _places(parts: Iterable[NamePart], name: int) -> set[int]:
    """Where in the name of this number the parts stand."""
    return {part.at for part in parts if part.name == name}


def _is_form(letters: str, expected: frozenset[Stem] | str) -> bool:
    """Whether a word is a form of what a name has in its place; a single letter only of itself."""
    if isinstance(expected, str):
        return reading(letters) == reading(expected)
    return any(heard in stem for heard in readings(letters) for stem in expected if heard.startswith(stem.text))
