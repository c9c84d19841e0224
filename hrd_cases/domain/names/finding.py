"""Where the people in question stand in a text: names in any case form, order and script, initials, numbers.

A set of people is compiled once; a text is read once, word by word, and each word is looked up by its beginnings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.names.endings import ends, is_patronymic, tables, words
from hrd_cases.domain.names.folding import Word, pieces_of, reading, readings, words_of
from hrd_cases.domain.names.known import NameIndex, NamePart
from hrd_cases.domain.names.places import Beside, How, NamePlace, Somebody

__all__ = ["Beside", "How", "Names", "NamePlace", "Somebody"]

_NEAR = re.compile(r"[\s.·\u00ad\u200b-\u200d\u2060\ufeff\-‐‑]{0,4}\Z")
_SPACE = re.compile(r"[ \t\u00a0\n\r]{1,3}\Z")
_BROKEN = re.compile(r"(?:\u00ad?[-‐‑¬]?[ \t]*\r?\n[ \t]*|\u00ad?[-‐‑¬][ \t]*)\Z")
_DOT = re.compile(r"[\u00ad\u200b]?\.")


@dataclass(kw_only=True)
class _Cluster:
    """Neighbouring words that together name somebody."""

    first: int
    last: int
    start: int
    end: int
    parts: dict[NamedId, set[NamePart]]
    initials: bool = False
    other: bool = False
    capital: bool = False


@dataclass
class Names:
    """A compiled set of people; find() says where they stand in a text."""

    people: tuple[Somebody, ...]
    _known: NameIndex = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._known = NameIndex(self.people)

    def find(self, text: str) -> tuple[NamePlace, ...]:
        """Every place of the text where one of the people may stand, in order; no two overlap."""
        row = list(words_of(text))
        lower = {word.text for word in row if not word.capital}
        places = [
            *self._known.by_number(text),
            *self._known.by_phrase(row),
            *self._known.by_call_name(text, row),
            *self._known.by_script(text),
            *self._known.by_handle(text, row),
            *_Reading(self._known, text, row, lower).places(),
        ]
        saved: list[NamePlace] = []
        for place in sorted(places, key=lambda place: (place.start, -place.end)):
            if not saved or place.start >= saved[-1].end:
                saved.append(place)
            elif (place.start, place.end) == (saved[-1].start, saved[-1].end):
                people = saved[-1].people | place.people
                saved[-1] = replace(saved[-1], people=people, certain=saved[-1].certain and len(people) == 1)
        return tuple(saved)


@dataclass
class _Reading:
    """One text being read."""

    names: NameIndex
    text: str
    row: list[Word]
    lower: set[str]
    cache: dict[str, tuple[NamePart, ...]] = field(default_factory=dict)

    def places(self) -> Iterator[NamePlace]:
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

    def _hits(self, at: int) -> tuple[dict[NamedId, set[NamePart]], int]:
        """Whose name stands at a word, and how many words of the row it takes."""
        word = self.row[at]
        parts = set(self.names.parts(word, self.cache))
        if parts:
            return _by_person(parts), 1
        inner = pieces_of(word, self.text)
        parts = {part for piece in inner for part in self.names.parts(piece, self.cache)}
        if parts:
            return _by_person(parts), 1
        if at + 1 < len(self.row) and self._one_word(word, self.row[at + 1]):
            both = Word(
                start=word.start, end=self.row[at + 1].end, text=word.text + self.row[at + 1].text,
                capital=word.capital, capitals=word.capitals,
            )  # fmt: skip
            parts = set(self.names.parts(both, self.cache))
            if parts:
                return _by_person(parts), 2
        return {}, 1

    def _one_word(self, word: Word, following: Word) -> bool:
        """Whether two words may be one: broken at the end of a line, or Әбдірахман ұлы."""
        gap = self.text[word.end : following.start]
        if _BROKEN.match(gap):
            return True
        return _SPACE.match(gap) is not None and reading(following.text).startswith(tables().apart)

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
        between = self.row[at]
        if not shared and at + 1 < len(self.row) and between.capital and is_patronymic(reading(between.text)):
            gap = self.text[between.end : self.row[at + 1].start]
            parts, used = self._hits(at + 1)
            values = {part for part in cluster.parts if part not in self.names.fathers}
            shared = {
                item: cluster.parts[item] | parts[item]
                for item in values & set(parts)
                if _SPACE.match(gap) and _more(cluster.parts[item], parts[item])
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
        fits_by_person: dict[NamedId, list[bool | None]] = {}
        for person, parts in cluster.parts.items():
            fits_by_person[person] = [self.names.may_begin(word.text, parts) for word in row]
        fits = {person for person, each in fits_by_person.items() if True in each and each[0] is not False}
        if not fits:
            cluster.other = cluster.other or any(False in each for each in fits_by_person.values())
            return
        cluster.parts = {person: cluster.parts[person] for person in fits}
        cluster.initials = cluster.capital = True
        cluster.start = min(cluster.start, row[0].start)
        if row[-1].end > cluster.end:
            cluster.end = row[-1].end + (1 if self.text[row[-1].end : row[-1].end + 1] == "." else 0)
            cluster.last += len(row)

    def _dotted(self, word: Word) -> bool:
        return _DOT.match(self.text, word.end) is not None

    def _place(self, cluster: _Cluster) -> NamePlace | None:
        full = {person for person, parts in cluster.parts.items() if _several(parts)}
        best = {person for person in full if self.names.whole(person, cluster.parts[person])} or full
        people = best or set(cluster.parts)
        parts = set().union(*(cluster.parts[person] for person in people))
        how = _how(parts, full=bool(full), initials=cluster.initials)
        if how is How.WORD and not cluster.capital:
            return None
        beside = self._neighbours(cluster, how)
        alone = len(people) == 1 and how is How.FULL and not cluster.other
        return NamePlace(
            start=cluster.start, end=cluster.end, people=frozenset(people), how=how, beside=beside,
            certain=alone and self.names.whole(next(iter(people)), parts), name=self.names.name_of(parts),
        )  # fmt: skip

    def _neighbours(self, cluster: _Cluster, how: How) -> Beside:
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
        near = [word for word in (left, right) if word is not None]
        if any(self._is_name(word, cluster) for word in near):
            return Beside.OTHER
        return Beside.KIN if any(readings(word.text) & words().kin for word in near) else Beside.NOTHING

    def _is_name(self, word: Word, cluster: _Cluster) -> bool:
        if not word.capital or len(word.text) < 2 or word.text.isdigit():
            return False
        heard = readings(word.text)
        if _is_given(word.text) or any(map(is_patronymic, heard)):
            return True
        if heard & (words().beside | words().kin) or word.text.casefold() in self.lower:
            return False
        return not (word.capitals and self.row[cluster.first].capitals)


def _is_given(text: str) -> bool:
    return any(name in words().given for name in _bases(text))


def _bases(text: str) -> set[str]:
    """What a word may be a case form of: cut by the endings that given names take."""
    values = set()
    for heard in readings(text):
        for length in range(max(3, len(heard) - 4), len(heard) + 1):
            stem, rest = heard[:length], heard[length:]
            if rest in ends("", "consonant", "both"):
                values.add(stem)
            if rest in ends("first", "glide"):
                values |= {stem + "a", stem + "i", stem + "ia"}
    return values


def _by_person(parts: set[NamePart]) -> dict[NamedId, set[NamePart]]:
    results: dict[NamedId, set[NamePart]] = {}
    for part in parts:
        results.setdefault(part.person, set()).add(part)
    return results


def _more(parts: set[NamePart], more: set[NamePart]) -> bool:
    """Whether a word is another part of a name, not the same once more."""
    return bool({part.heard for part in more} - {part.heard for part in parts})


def _how(parts: set[NamePart], *, full: bool, initials: bool) -> How:
    if full:
        return How.FULL
    if initials:
        return How.INITIALS
    if all(part.is_word for part in parts):
        return How.WORD
    kinds = {part.how for part in parts}
    return next(how for how in (How.SURNAME, How.GIVEN, How.PATRONYMIC) if how in kinds)


def _several(parts: Iterable[NamePart]) -> bool:
    """Whether these parts are more than one part of a name, or one heard in two ways."""
    return len({(part.how, part.heard) for part in parts}) > 1
