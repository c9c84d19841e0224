"""Attacks on published figures: small organisations, their public files, and all that follows from these together."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from hrd_linear import Equation, Linear

from hrd_cases.domain import counting, publishing
from hrd_cases.domain.consents import YES
from hrd_cases.domain.counted import PUBLIC, CountedFacts, Event
from hrd_cases.domain.counting import Question
from hrd_cases.domain.dates import parse
from hrd_cases.domain.editions import CutRefused
from hrd_cases.domain.leaving import LeavingTable
from hrd_cases.domain.publishing import SMALL, PublishedYear, public_table, publish
from hrd_cases.domain.trend_facts import CountedFact

TODAY = date(2026, 11, 30)
KINDS = ("arrest", "fine", "threat", "dismissal", "defamation", "travel_ban", "home_search")
REGIONS = ("KZ-35", "KZ-75", "KZ-71", "KZ-47", "KZ-23", "")
YEARS = ("2023", "2024", "2025")
QUESTION = Question(since="2023-01", until="2025-12")
Place = tuple[str, str, str]  # cut, period, code; '*' for the total of a period
ONE_VALUE = frozenset({counting.REGION, counting.MARK})  # an incident has one of these, others may have several
REST, SUM = "~", "+"  # before a cut: what a cell leaves of the total; what all cells of a line come to


@dataclass
class Organisation:
    """Incidents and the people in them, as an organisation of a few people records them."""

    chance: random.Random
    events: list[Event]
    people: dict[str, CountedFact]

    @property
    def facts(self) -> CountedFacts:
        return facts(self.events, self.people)

    def a_month_later(self) -> None:
        """Some were entered late, some were corrected, of some the people said no."""
        chance = self.chance
        left = [one for one in self.events if chance.random() > 0.08]
        moved = [replace(one, region=chance.choice(REGIONS)) if chance.random() < 0.08 else one for one in left]
        late = (self.event(1_000 + number, chance.choice(YEARS)) for number in range(chance.randint(0, 4)))
        self.events = [*moved, *late]

    def event(self, number: int, year: str) -> Event:
        chance = self.chance
        people = frozenset(chance.sample(sorted(self.people), chance.choice((0, 1, 1, 2))))
        return Event(
            id=f"{number:032x}",
            when=parse(f"{year}-{chance.randint(1, 12):02d}"),
            region=chance.choices(REGIONS, (9, 3, 2, 1, 1, 1))[0],
            kinds=tuple(dict.fromkeys(chance.choices(KINDS, (8, 6, 5, 2, 1, 1, 1), k=chance.choice((1, 1, 1, 2))))),
            perpetrators=tuple({chance.choice(("police", "police", "judge", "employer")) for _ in range(2)}),
            companies=((chance.choices("abc", (6, 2, 1))[0], "employer"),) if chance.random() < 0.8 else (),
            mark=chance.choices(("confirmed", "single_source", "unverified"), (6, 3, 1))[0],
            people=people,
            consent=YES if people else PUBLIC,
        )


def facts(events: list[Event], people: dict[str, CountedFact] | None = None) -> CountedFacts:
    return CountedFacts(events=tuple(events), people=people or {}, answers={}, entries=(), left_out=0)


def organisation(seed: int, least: int = 10, most: int = 60) -> Organisation:
    """One with so many incidents a year, of three years."""
    chance = random.Random(seed)
    people = {}
    for number in range(chance.randint(4, 20)):
        who = chance.choices(("union_leader", "journalist", "lawyer"), (6, 3, 1))[0]
        codes = {"who": (who,), "gender": (chance.choice(("woman", "man", "man")),)}
        people[f"p{number}"] = CountedFact(sort="person", id=f"p{number}", codes=codes)
    made = Organisation(chance=chance, events=[], people=people)
    for year in YEARS:
        made.events += [made.event(len(made.events) + at, year) for at in range(chance.randint(least, most))]
    return made


@dataclass
class Attack:
    """Everything that files say, as equations between whole numbers, narrowed until nothing more follows."""

    known: dict[Place, int] = field(default_factory=dict)
    hidden: dict[Place, int] = field(default_factory=dict)  # with the least that each can be
    sums: list[tuple[Place, list[Place]]] = field(default_factory=list)
    told_apart: list[tuple[Place, int, int]] = field(default_factory=list)  # the same figure with two values

    def read(self, table: LeavingTable) -> None:
        """Take in a file: its cells, that no cell is more than its line, and that the cells of a line make it up."""
        for line in table.lines[:-1]:
            places = [(table.by, line.code, code) for code in table.columns]
            total = ("*", line.code, "*")
            least = int(any(line.amounts[:-1]))  # of a line that is hidden whole, zeros are hidden too
            for place, amount in zip([*places, total], line.amounts, strict=True):
                if amount is None:
                    self.hidden[place] = least
                elif self.known.setdefault(place, amount.used) != amount.used:
                    self.told_apart.append((place, self.known[place], amount.used))
            for place in places:
                rest = (REST + table.by, line.code, place[2])
                self.sums.append((total, [place, self.helper(rest)]))
            self.made_up(table.by, line.code, total, places)

    def made_up(self, by: str, period: str, total: Place, places: list[Place]) -> None:
        """The cells come to the total, or to more where an incident has several values."""
        if by in ONE_VALUE:
            self.sums.append((total, places))
        elif places:
            whole, more = (self.helper((SUM + by, period, code)) for code in ("all", "more"))
            self.sums += [(whole, places), (whole, [total, more])]

    def helper(self, place: Place) -> Place:
        """A number that stands in no file, and follows from those that do."""
        self.hidden.setdefault(place, 0)
        return place

    def bounds(self) -> dict[Place, tuple[int, int]]:
        """Between which numbers each hidden cell must lie; a zero is hidden only with its whole line."""
        every = {place: (number, number) for place, number in self.known.items()}
        every |= {place: (least, 10_000) for place, least in self.hidden.items() if place not in self.known}
        sums = [*self.sums, *self.periods()]
        changed = True
        while changed:
            changed = False
            for total, parts in sums:
                for place in (total, *parts):
                    low, high = every.get(place, (0, 10_000))
                    new = self._narrowed(every, total, parts, place)
                    narrowed = (max(low, new[0]), min(high, new[1]))
                    if narrowed != (low, high) and narrowed[0] <= narrowed[1]:
                        every[place], changed = narrowed, True
        return {place: every[place] for place in self.hidden if place not in self.known}

    def periods(self) -> Iterator[tuple[Place, list[Place]]]:
        """Months and quarters add up to their year, in every cut that has both."""
        places = {*self.known, *self.hidden}
        for cut, period, code in list(places):
            if len(period) == 4 and cut[:1] not in (REST, SUM):
                parts = [place for place in places if place[0] == cut and place[2] == code and place[1] != period]
                inside = [place for place in parts if place[1].startswith(period)]
                for sign in ("Q", "-"):
                    step = [place for place in inside if ("Q" in place[1]) == (sign == "Q")]
                    if step:
                        yield (cut, period, code), step

    @staticmethod
    def _narrowed(
        every: dict[Place, tuple[int, int]], total: Place, parts: list[Place], place: Place
    ) -> tuple[int, int]:
        values = {part: every.get(part, (0, 10_000)) for part in (total, *parts)}
        if place == total:
            return sum(values[part][0] for part in parts), sum(values[part][1] for part in parts)
        others = [part for part in parts if part != place]
        low = values[total][0] - sum(values[part][1] for part in others)
        return max(0, low), values[total][1] - sum(values[part][0] for part in others)

    def found(self) -> list[Place]:
        """Numbers of which it follows that they are from one to four, and figures that changed between files."""
        small = [place for place, (low, high) in self.bounds().items() if low >= 1 and high < SMALL]
        return [*small, *(place for place, _before, _after in self.told_apart)]


@dataclass
class LinearAttack:
    """The same files as linear equations: the least and the largest that each hidden number can be."""

    attack: Attack

    def bounds(self) -> dict[Place, tuple[float, float]]:
        """Between which numbers each hidden number must lie, exactly."""
        attack = self.attack
        least = {place: number for place, number in attack.hidden.items() if place not in attack.known}
        every: dict[Place, tuple[float, float]] = {}
        sums = [*attack.sums, *attack.periods()]
        for names in self._together(least, sums):
            linear = Linear(list(self._equations(names, sums)), {name: least[name] for name in sorted(names)})
            for name in names:
                largest = linear.largest(name)
                every[name] = (float(linear.smallest(name)), float("inf") if largest is None else float(largest))
        return every

    def found(self) -> list[Place]:
        """Numbers of which it follows that they are from one to four, and figures that changed between files."""
        small = [place for place, (low, high) in self.bounds().items() if low > 0 and high < SMALL]
        return [*small, *(place for place, _before, _after in self.attack.told_apart)]

    def _equations(self, names: set[Place], sums: list[tuple[Place, list[Place]]]) -> Iterator[Equation]:
        """What holds among the hidden numbers of `names`: what is neither known nor hidden is nothing."""
        known = self.attack.known
        for total, parts in sums:
            factors: dict[Place, int] = {}
            rest = known.get(total, 0)
            for place, sign in ((total, -1), *((part, 1) for part in parts)):
                if place in names:
                    factors[place] = factors.get(place, 0) + sign
                elif place != total:
                    rest -= known.get(place, 0)
            if factors:
                yield factors, rest

    @staticmethod
    def _together(least: dict[Place, int], sums: list[tuple[Place, list[Place]]]) -> list[set[Place]]:
        """The hidden numbers in groups that no equation joins."""
        groups = [{place} for place in least]
        for total, parts in sums:
            joined = {place for place in (total, *parts) if place in least}
            if joined:
                whole = set().union(joined, *(group for group in groups if group & joined))
                groups = [group for group in groups if not group & joined] + [whole]
        return groups


def files(chance: random.Random, counted: CountedFacts, memory: dict[str, PublishedYear]) -> Iterator[LeavingTable]:
    """A public file of these facts by every cut, each of some years; what was published before stays as it was."""
    for by in publishing.PUBLIC_CUTS:
        first = chance.randint(2023, 2025)
        question = replace(QUESTION, since=f"{first}-01", until=f"{chance.randint(first, 2025)}-12")
        years = publishing.years_of(question, TODAY)
        known = [memory.get(year) or publish(counted, year) for year in years]
        try:
            table = public_table(known, question, by)
        except CutRefused:
            continue
        memory.update({year.year: year for year in known})
        yield table


def published(seed: int, *, remember: bool) -> Attack:
    """Three months of public files of a small organisation, read by somebody who puts them together."""
    small = organisation(seed, *((2, 20) if seed % 3 else (10, 60)))
    memory: dict[str, PublishedYear] = {}
    attack = Attack()
    for _month in range(3):
        for table in files(small.chance, small.facts, memory):
            attack.read(table)
        small.a_month_later()
        if not remember:
            memory = {}
    return attack
