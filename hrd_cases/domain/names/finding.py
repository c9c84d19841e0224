"""Where the people in question stand in a text: names in any case form, order and script, initials, numbers.

A set of people is compiled once; a text is read once, word by word, and each word is looked up by its beginnings.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from hrd_cases.domain.names.endings import Stem, ends, is_patronymic, stems, tables, words
from hrd_cases.domain.names.folding import Word, pieces_of, reading, readings, words_of

LEAST_DIGITS = 5  # fewer are no number of one person
NATIONAL = 10  # digits of a telephone number without +7 or 8 before it
LONGEST = 80  # letters of a word that may be a name
SHORT = 3  # letters of a name that is as good as a word
_NUMBER = re.compile(r"\d(?:[ \t\u00a0\u2009\u202f().,:/\\_+\-‐‑–—]{0,3}\n?\d){4,199}")
_NEAR = re.compile(r"[\s.·\u00ad\u200b-\u200d\u2060\ufeff\-‐‑]{0,4}\Z")
_SPACE = re.compile(r"[ \t\u00a0\n\r]{1,3}\Z")
_BROKEN = re.compile(r"(?:\u00ad?[-‐‑¬]?[ \t]*\r?\n[ \t]*|\u00ad?[-‐‑¬][ \t]*)\Z")
_DOT = re.compile(r"[\u00ad\u200b]?\.")


class How(StrEnum):
    """By what somebody was recognised."""

    FULL = "full"
    INITIALS = "initials"
    SURNAME = "surname"
    GIVEN = "given"
    PATRONYMIC = "patronymic"
    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


class Beside(StrEnum):
    """What stands beside a name and may make it somebody else's."""

    NOTHING = ""
    OTHER = "other"
    KIN = "kin"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person to look for: names in any script, other marks (telephone, IIN, address), by the id of their record."""

    id: str
    names: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a name or part of one stands: whose it may be, by what, and what stands beside it."""

    start: int
    end: int
    people: frozenset[str]
    how: How
    beside: Beside = Beside.NOTHING
    certain: bool = False  # the whole name of one person alone
    name: str = ""  # the words of it that were recognised, as they are recorded

    def within(self, text: str) -> str:
        """The very words."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class _Part:
    """One word of one name of somebody."""

    person: str
    name: int  # which of their names
    at: int  # which word of it
    how: How
    heard: str
    word: str
    is_word: bool


@dataclass(kw_only=True)
class _Cluster:
    """Neighbouring words that together name somebody."""

    first: int
    last: int
    start: int
    end: int
    parts: dict[str, set[_Part]]
    initials: bool = False
    other: bool = False
    capital: bool = False


@dataclass
class Names:
    """A compiled set of people; find() says where they stand in a text."""

    people: tuple[Somebody, ...]
    _stems: dict[str, list[tuple[Stem, _Part]]] = field(default_factory=dict, repr=False)
    _words: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _needed: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict, repr=False)
    _fathers: set[str] = field(default_factory=set, repr=False)
    _numbers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    _phrases: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for person in self.people:
            for number, name in enumerate(person.names):
                self._enter(person.id, number, name)
            for mark in person.marks:
                self._mark(person.id, mark)

    def find(self, text: str) -> tuple[Place, ...]:
        """Every place of the text where one of the people may stand, in order; no two overlap."""
        row = list(words_of(text))
        lower = {one.text for one in row if not one.capital}
        found = [*self._by_number(text), *self._by_phrase(row), *_Reading(self, text, row, lower).places()]
        kept: list[Place] = []
        for place in sorted(found, key=lambda one: (one.start, -one.end)):
            if not kept or place.start >= kept[-1].end:
                kept.append(place)
        return tuple(kept)

    def parts(self, word: Word, cache: dict[str, tuple[_Part, ...]]) -> tuple[_Part, ...]:
        """Whose names a word may be a form of."""
        if word.text not in cache:
            heard = readings(word.text) if 1 < len(word.text) <= LONGEST else frozenset()
            if heard & words().never:
                heard = frozenset()
            cache[word.text] = tuple(dict.fromkeys(part for one in sorted(heard) for part in self._parts(one)))
        return cache[word.text]

    def whole(self, person: str, parts: set[_Part]) -> bool:
        """Whether these parts are one of somebody's names: all of its words, but for the father's name."""
        return any(
            person == one and needed <= {part.at for part in parts if part.name == number}
            for (one, number), needed in self._needed.items()
        )

    def may_begin(self, letters: str, parts: set[_Part]) -> bool | None:
        """Whether an initial is another word of the same names; None when nothing recorded speaks for or against."""
        heard = reading(letters)
        rest = [
            word
            for person, number in {(part.person, part.name) for part in parts}
            for at, word in enumerate(self._words[person, number])
            if at not in {part.at for part in parts if part.name == number}
        ]
        if any(heard and word.startswith(heard) for word in rest):
            return True
        return False if rest else None

    def name_of(self, parts: set[_Part]) -> str:
        """The recorded words that these parts are, in the order of the first record that has them."""
        first = min((part.person, part.name) for part in parts)
        return " ".join(
            part.word for part in sorted(parts, key=lambda one: one.at) if (part.person, part.name) == first
        )

    def _enter(self, person: str, number: int, name: str) -> None:
        row = [one.text for one in words_of(name) if len(one.text) > 1]
        kinds = _kinds(row)
        self._words[person, number] = tuple(map(reading, row))
        needed = frozenset(at for at, how in enumerate(kinds) if how is not How.PATRONYMIC or How.SURNAME not in kinds)
        if len(needed) > 1:
            self._needed[person, number] = needed
        for at, (word, how) in enumerate(zip(row, kinds, strict=True)):
            heard = reading(word)
            if how is How.PATRONYMIC:
                self._fathers.add(person)
            short = len(heard) <= SHORT or heard in words().names
            part = _Part(person, number, at, how, heard, word, short)
            for stem in stems(word, surname=how is How.SURNAME):
                self._stems.setdefault(stem.text, []).append((stem, part))

    def _mark(self, person: str, mark: str) -> None:
        digits = _digits(mark)
        letters = sum(letter.isalpha() for letter in mark)
        if len(digits) >= LEAST_DIGITS and letters <= LEAST_DIGITS:
            self._numbers.append((digits[-NATIONAL:] if len(digits) == NATIONAL + 1 else digits, person))
            return
        phrase = tuple(_plain(one) for one in words_of(mark))
        if len("".join(phrase)) >= LEAST_DIGITS:
            self._phrases.setdefault(phrase[0], []).append((phrase, person))

    def _parts(self, heard: str) -> Iterator[_Part]:
        for length in range(2, len(heard) + 1):
            for stem, part in self._stems.get(heard[:length], ()):
                if heard in stem:
                    yield part

    def _by_number(self, text: str) -> Iterator[Place]:
        if not self._numbers:
            return
        spelt = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)
        for match in _NUMBER.finditer(spelt):
            where = [at for at in range(match.start(), match.end()) if spelt[at].isdigit()]
            run = "".join(spelt[at] for at in where)
            for digits, person in self._numbers:
                at = run.find(digits)
                if at >= 0:
                    first = where[0] if at <= 2 else where[at]  # with what is dialled before it
                    last = where[at + len(digits) - 1] + 1
                    begin = first - 1 if first and text[first - 1] == "+" else first
                    yield Place(start=begin, end=last, people=frozenset({person}), how=How.NUMBER, certain=True)

    def _by_phrase(self, row: list[Word]) -> Iterator[Place]:
        if not self._phrases:
            return
        spelt = [_plain(one) for one in row]
        for at, first in enumerate(spelt):
            for phrase, person in self._phrases.get(first, ()):
                if tuple(spelt[at : at + len(phrase)]) == phrase:
                    end = row[at + len(phrase) - 1].end
                    yield Place(
                        start=row[at].start, end=end, people=frozenset({person}), how=How.MARK, certain=True
                    )  # fmt: skip


@dataclass
class _Reading:
    """One text being read."""

    names: Names
    text: str
    row: list[Word]
    lower: set[str]
    cache: dict[str, tuple[_Part, ...]] = field(default_factory=dict)

    def places(self) -> Iterator[Place]:
        at = 0
        after = 0
        while at < len(self.row):
            cluster = self._cluster(at, after)
            if cluster is None:
                at += 1
                continue
            after = at = cluster.last + 1
            place = self._place(cluster)
            if place is not None:
                yield place

    def _cluster(self, at: int, after: int) -> _Cluster | None:
        """The longest row of words from here that may name the same people."""
        parts, used = self._hits(at)
        if not parts:
            return None
        word = self.row[at]
        cluster = _Cluster(
            first=at, last=at + used - 1, start=word.start, end=self.row[at + used - 1].end, parts=parts,
            capital=word.capital,
        )  # fmt: skip
        while self._grown(cluster):
            pass
        self._initials(cluster, after)
        return cluster

    def _hits(self, at: int) -> tuple[dict[str, set[_Part]], int]:
        """Whose name stands at a word, and how many words of the row it takes."""
        word = self.row[at]
        parts = set(self.names.parts(word, self.cache))
        if parts:
            return _by_person(parts), 1
        inner = pieces_of(word, self.text)
        parts = {part for piece in inner for part in self.names.parts(piece, self.cache)}
        if parts:
            return _by_person(parts), 1
        if at + 1 < len(self.row) and _BROKEN.match(self.text[word.end : self.row[at + 1].start]):
            both = Word(
                start=word.start, end=self.row[at + 1].end, text=word.text + self.row[at + 1].text,
                capital=word.capital, capitals=word.capitals,
            )  # fmt: skip
            parts = set(self.names.parts(both, self.cache))
            if parts:
                return _by_person(parts), 2
        return {}, 1

    def _grown(self, cluster: _Cluster) -> bool:
        """Take the next word in, if it is another part of the same name."""
        at = cluster.last + 1
        if at >= len(self.row) or not _NEAR.match(self.text[cluster.end : self.row[at].start]):
            return False
        parts, used = self._hits(at)
        shared = {
            person: cluster.parts[person] | more
            for person, more in parts.items()
            if person in cluster.parts and _more(cluster.parts[person], more)
        }
        if not shared and reading(self.row[at].text) in tables().apart:  # Әбдірахман ұлы
            shared, used = cluster.parts, 1
        between = self.row[at]
        if not shared and at + 1 < len(self.row) and between.capital and is_patronymic(reading(between.text)):
            gap = self.text[between.end : self.row[at + 1].start]
            parts, used = self._hits(at + 1)
            known = {one for one in cluster.parts if one not in self.names._fathers}
            shared = {
                one: cluster.parts[one] | parts[one]
                for one in known & set(parts)
                if _SPACE.match(gap) and _more(cluster.parts[one], parts[one])
            }
            used += 1
        if not shared:
            return False
        cluster.parts, cluster.last = shared, at + used - 1
        cluster.end = self.row[cluster.last].end
        cluster.capital = cluster.capital or self.row[cluster.last].capital
        return True

    def _initials(self, cluster: _Cluster, after: int) -> None:
        """Take in the initials before or behind a surname; others than the person's make it somebody else."""
        before: list[Word] = []
        at = cluster.first - 1
        while at >= after and self.row[at].initial and len(before) < 2 and self._dotted(self.row[at]):
            edge = before[0].start if before else cluster.start
            if not _NEAR.match(self.text[self.row[at].end : edge]):
                break
            before.insert(0, self.row[at])
            at -= 1
        behind: list[Word] = []
        at = cluster.last + 1
        while at < len(self.row) and self.row[at].initial and len(behind) < 2 and self._dotted(self.row[at]):
            edge = behind[-1].end if behind else cluster.end
            gap = self.text[edge : self.row[at].start]
            if not _NEAR.match(gap) or (not behind and "." in gap):
                break
            behind.append(self.row[at])
            at += 1
        for row in (before, behind):
            self._take(cluster, row)

    def _take(self, cluster: _Cluster, row: list[Word]) -> None:
        if not row:
            return
        said = {
            person: [self.names.may_begin(one.text, parts) for one in row] for person, parts in cluster.parts.items()
        }
        fits = {person for person, each in said.items() if True in each and each[0] is not False}
        if not fits:
            cluster.other = cluster.other or any(False in each for each in said.values())
            return
        cluster.parts = {person: cluster.parts[person] for person in fits}
        cluster.initials = cluster.capital = True
        cluster.start = min(cluster.start, row[0].start)
        if row[-1].end > cluster.end:
            cluster.end = row[-1].end + (1 if self.text[row[-1].end : row[-1].end + 1] == "." else 0)
            cluster.last += len(row)

    def _dotted(self, word: Word) -> bool:
        return _DOT.match(self.text, word.end) is not None

    def _place(self, cluster: _Cluster) -> Place | None:
        full = {person for person, parts in cluster.parts.items() if len({(p.how, p.heard) for p in parts}) > 1}
        best = {person for person in full if self.names.whole(person, cluster.parts[person])} or full
        people = best or set(cluster.parts)
        parts = {part for person in people for part in cluster.parts[person]}
        how = _how(parts, full=bool(full), initials=cluster.initials)
        if how is How.WORD and not cluster.capital:
            return None
        beside = self._beside(cluster, how)
        alone = len(people) == 1 and how is How.FULL and not cluster.other
        return Place(
            start=cluster.start, end=cluster.end, people=frozenset(people), how=how, beside=beside,
            certain=alone and self.names.whole(next(iter(people)), parts), name=self.names.name_of(parts),
        )  # fmt: skip

    def _beside(self, cluster: _Cluster, how: How) -> Beside:
        """What the neighbours say: another name makes it somebody else, a relative may."""
        if cluster.other:
            return Beside.OTHER
        if how is How.FULL:
            return Beside.NOTHING
        left = self.row[cluster.first - 1] if cluster.first else None
        right = self.row[cluster.last + 1] if cluster.last + 1 < len(self.row) else None
        if left is not None and not _SPACE.match(self.text[left.end : cluster.start]):
            kin = _NEAR.match(self.text[left.end : cluster.start]) and reading(left.text) in words().kin
            left = left if kin else None
        if right is not None and not _SPACE.match(self.text[cluster.end : right.start]):
            right = None
        near = [one for one in (left, right) if one is not None]
        if any(self._is_name(one, cluster) for one in near):
            return Beside.OTHER
        return Beside.KIN if any(readings(one.text) & words().kin for one in near) else Beside.NOTHING

    def _is_name(self, word: Word, cluster: _Cluster) -> bool:
        if not word.capital or len(word.text) < 2 or word.text.isdigit():
            return False
        heard = readings(word.text)
        if _is_given(word.text) or any(map(is_patronymic, heard)):
            return True
        if heard & (words().beside | words().kin) or word.text.casefold() in self.lower:
            return False
        return not (word.capitals and self.row[cluster.first].capitals)


def find(text: str, people: Iterable[Somebody]) -> tuple[Place, ...]:
    """Every place of a text where one of these people may stand."""
    return Names(tuple(people)).find(text)


def _is_given(text: str) -> bool:
    return any(name in words().given for name in _bases(text))


def _bases(text: str) -> set[str]:
    """What a word may be a case form of: cut by the endings that given names take."""
    found = set()
    for heard in readings(text):
        for length in range(max(3, len(heard) - 4), len(heard) + 1):
            stem, rest = heard[:length], heard[length:]
            if rest in ends("", "consonant", "both"):
                found.add(stem)
            if rest in ends("first", "glide"):
                found |= {stem + "a", stem + "i", stem + "ia"}
    return found


def _by_person(parts: set[_Part]) -> dict[str, set[_Part]]:
    found: dict[str, set[_Part]] = {}
    for part in parts:
        found.setdefault(part.person, set()).add(part)
    return found


def _more(known: set[_Part], more: set[_Part]) -> bool:
    """Whether a word is another part of a name, not the same once more."""
    return bool({part.heard for part in more} - {part.heard for part in known})


def _kinds(row: list[str]) -> list[How]:
    """Which word of a name is what: by the lists and by its end; where nothing tells, it counts as a surname."""
    heard = [reading(one) for one in row]
    kinds = [
        How.PATRONYMIC if is_patronymic(one) and len(row) > 1 else How.GIVEN if one in words().given else How.SURNAME
        for one in heard
    ]
    if len(row) > 1 and How.SURNAME not in kinds:
        last = next((at for at, one in enumerate(heard) if one.endswith(tables().surnames)), None)
        if last is not None:
            kinds[last] = How.SURNAME
    if len(row) == 3 and kinds.count(How.SURNAME) == 2:
        first = next((at for at, one in enumerate(heard) if not one.endswith(tables().surnames)), None)
        if first is not None and kinds[first] is How.SURNAME:
            kinds[first] = How.GIVEN
    if len(row) == 2 and kinds == [How.SURNAME, How.SURNAME]:
        ending = [one.endswith(tables().surnames) for one in heard]
        if ending[0] != ending[1]:
            kinds[ending.index(False)] = How.GIVEN
    return kinds


def _how(parts: set[_Part], *, full: bool, initials: bool) -> How:
    if full:
        return How.FULL
    if initials:
        return How.INITIALS
    if all(part.is_word for part in parts):
        return How.WORD
    kinds = {part.how for part in parts}
    return next(how for how in (How.SURNAME, How.GIVEN, How.PATRONYMIC) if how in kinds)


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())


def _plain(word: Word) -> str:
    return reading(word.text) or word.text
