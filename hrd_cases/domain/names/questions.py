"""What has to be asked about the names in a text: places in groups, and answers bound to the words of a sentence."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.names.finding import Beside, How, NamePlace, Names
from hrd_cases.domain.names.folding import reading

OTHER, NOBODY = "other", "nobody"
AROUND = 60  # letters shown before and after a place
_END = re.compile(r"[.!?…]+[»”\")\]]*\s+(?=[^\W\d_a-zа-яёәғқңөұүһі]|[«\"(\d—–-])|\n+")
_SHORT = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]|г|ул|им|пр|стр|ст|гр|тов|т\.д|др|см|л|прил)\.\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class NameAnswer:
    """Who stands at a place: a person's id, OTHER for somebody else, NOBODY for an ordinary word.

    `text`: the sentence, where it stands in an exhibit and in no text of ours.
    """

    who: str
    by: str
    on: date
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place with the words around it, and what its answer is kept under."""

    key: str
    where: str
    before: str
    words: str
    after: str
    sentence: str
    place: NamePlace


@dataclass(frozen=True, kw_only=True)
class PlaceGroup:
    """Places of the same people, written in the same way, with the same kind of neighbour: one question."""

    id: str
    people: tuple[NamedId, ...]
    how: How
    beside: Beside
    name: str
    spots: tuple[Spot, ...]

    @property
    def seen(self) -> str:
        """What stands for the places that somebody has looked at: another place, another sign."""
        return _sign(*(spot.key for spot in self.spots))

    @property
    def everywhere(self) -> tuple[NamedId, ...]:
        """Whom one answer may name at all places: nobody of ours where another name stands beside each."""
        return self.people if self.beside is not Beside.OTHER or len(self.spots) == 1 else ()

    def answer(self, answers: Mapping[str, NameAnswer]) -> NameAnswer | None:
        """The one answer of all its places, the newest; None while any has none or they differ."""
        name_answers = [answers.get(spot.key) for spot in self.spots]
        existing = [name_answer for name_answer in name_answers if name_answer is not None]
        if len(existing) < len(name_answers) or len({name_answer.who for name_answer in existing}) != 1:
            return None
        return max(existing, key=lambda name_answer: name_answer.on)

    def open(self, answers: Mapping[str, NameAnswer]) -> int:
        """How many of its places have no answer."""
        return sum(spot.key not in answers for spot in self.spots)


@dataclass(frozen=True, kw_only=True)
class Recogniser:
    """The people of a case, compiled; the answers about them; and whose naming needs consent at all."""

    names: Names
    answers: Mapping[str, NameAnswer]
    asked: Callable[[NamedId], bool]

    def who(self, place: NamePlace, key: str) -> NamedId | None:
        """Who is named at a place, if it is one of ours; without an answer it counts as the likeliest of them."""
        likely = sorted(place.people, key=lambda item: (not self.asked(item), item))[0]
        if not self.needs_answer(place):
            return likely
        answer = self.answers.get(key)
        return likely if answer is None else next((item for item in place.people if item == answer.who), None)

    def needs_answer(self, place: NamePlace) -> bool:
        """Whether somebody has to say who it is: not for a whole name or a number, nor for people nobody asks."""
        return not place.certain and any(self.asked(person) for person in place.people)

    def spots(self, text: str, where: str = "") -> Iterator[Spot]:
        """The places of a text in order."""
        ends = sentence_ends(text)
        for place in self.names.find(text):
            at = bisect_right(ends, place.start)
            begin, end = (ends[at - 1] if at else 0), next((end for end in ends[at:] if end >= place.end), len(text))
            nth = text.count(place.within(text), begin, place.start)  # the same words once more in one sentence
            wording = " ".join(text[begin:end].split())
            cut, far = max(begin, place.start - AROUND), min(end, place.end + AROUND)
            yield Spot(
                key=_sign(*sorted(place.people), place.how.value, reading(place.within(text)), wording, str(nth)),
                where=where,
                before=("…" if cut > begin else "") + text[cut : place.start],
                words=place.within(text),
                after=text[place.end : far] + ("…" if far < end else ""),
                sentence=wording,
                place=place,
            )

    def groups(self, texts: Iterable[tuple[str, str]]) -> tuple[tuple[PlaceGroup, ...], tuple[PlaceGroup, ...]]:
        """The places of these texts (where, text) in groups, in the order of their first place.

        First the groups that need an answer, then those that need none.
        """
        requests: dict[tuple[object, ...], list[Spot]] = {}
        listed: dict[tuple[object, ...], list[Spot]] = {}
        for where, text in texts:
            for spot in self.spots(text, where):
                place = spot.place
                people = tuple(sorted(place.people))
                if self.needs_answer(place):
                    requests.setdefault((*people, place.how, place.beside, reading(place.name)), []).append(spot)
                else:
                    listed.setdefault(people, []).append(spot)
        return tuple(_group(spots) for spots in requests.values()), tuple(_group(spots) for spots in listed.values())


def sentence_ends(text: str) -> list[int]:
    """Where each sentence but the last ends; a point after an initial or a short word ends none."""
    return [
        match.end()
        for match in _END.finditer(text)
        if "\n" in match[0] or not _SHORT.search(text[max(0, match.start() - 12) : match.start() + 1])
    ]


def _group(spots: list[Spot]) -> PlaceGroup:
    first = spots[0].place
    people = tuple(sorted({person for spot in spots for person in spot.place.people}))
    return PlaceGroup(
        id=_sign(*people, first.how.value, first.beside.value, reading(first.name))[:16],
        people=people, how=first.how, beside=first.beside, name=first.name, spots=tuple(spots),
    )  # fmt: skip


def _sign(*texts: str) -> str:
    whole = b"".join(len(item.encode()).to_bytes(4, "big") + item.encode() for item in texts)
    return hashlib.sha256(whole).hexdigest()[:32]
