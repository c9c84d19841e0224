"""Attacks on published figures: small organisations, their public files, and all that follows from these together."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from hrd_linear import Equation, Linear

from hrd_cases.domain import counting, publishing
from hrd_cases.domain.consents import YES
from hrd_cases.domain.counted import CountedFacts, Event
from hrd_cases.domain.counting import Question
from hrd_cases.domain.dates import parse
from hrd_cases.domain.editions import CutRefused
from hrd_cases.domain.leaving import LeavingTable
from hrd_cases.domain.publishing import PublishedYear, public_table, publish

TODAY = date(2026, 11, 30)
KINDS, REGIONS = ("arrest", "fine", "threat", "dismissal"), ("KZ-35", "KZ-75", "KZ-71", "")
QUESTION = Question(since="2023-01", until="2025-12")
Place = tuple[str, str, str]  # cut, period, code; '*' for the total of a period
CUTS = (counting.GROUP, counting.REGION)


def facts(events: list[Event]) -> CountedFacts:
    return CountedFacts(events=tuple(events), people={}, answers={}, entries=(), left_out=0)


def event(chance: random.Random, number: int) -> Event:
    return Event(
        id=f"{number:032x}",
        when=parse(f"{chance.choice((2023, 2024, 2024, 2025))}-{chance.randint(1, 12):02d}"),
        region=chance.choices(REGIONS, (9, 3, 2, 1))[0],
        kinds=(chance.choices(KINDS, (8, 4, 2, 1))[0],),
        consent=YES,
    )


def a_month_later(chance: random.Random, events: list[Event]) -> list[Event]:
    """Some were entered late, some were corrected, of some the people said no."""
    left = [one for one in events if chance.random() > 0.08]
    moved = [replace(one, region=chance.choice(REGIONS)) if chance.random() < 0.08 else one for one in left]
    return [*moved, *(event(chance, 1_000 + number) for number in range(chance.randint(0, 4)))]


@dataclass
class Attack:
    """Everything that files say, as equations between whole numbers, narrowed until nothing more follows."""

    known: dict[Place, int] = field(default_factory=dict)
    hidden: dict[Place, int] = field(default_factory=dict)  # with the least that each can be
    sums: list[tuple[Place, list[Place]]] = field(default_factory=list)
    told_apart: list[tuple[Place, int, int]] = field(default_factory=list)  # the same figure with two values

    def read(self, table: LeavingTable) -> None:
        """Take in a file: its cells, and that the cells of a line add up."""
        for line in table.lines[:-1]:
            places = [(table.by, line.code, code) for code in table.columns]
            total = ("*", line.code, "*")
            least = int(any(line.amounts[:-1]))  # of a line that is hidden whole, zeros are hidden too
            for place, amount in zip([*places, total], line.amounts, strict=True):
                if amount is None:
                    self.hidden[place] = least
                elif self.known.setdefault(place, amount.used) != amount.used:
                    self.told_apart.append((place, self.known[place], amount.used))
            self.sums.append((total, places))

    def bounds(self) -> dict[Place, tuple[int, int]]:
        """Between which numbers each hidden cell must lie; a zero is hidden only with its whole line."""
        every = {place: (number, number) for place, number in self.known.items()}
        every |= {place: (least, 10_000) for place, least in self.hidden.items() if place not in self.known}
        for parts in self.periods():
            self.sums.append(parts)
        changed = True
        while changed:
            changed = False
            for total, parts in self.sums:
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
            if len(period) == 4:
                parts = [place for place in places if place[0] == cut and place[2] == code and place[1] != period]
                inside = [place for place in parts if place[1].startswith(period)]
                if inside:
                    yield (cut, period, code), inside

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
        """Hidden cells of which it follows that they are from one to four, and figures that changed between files."""
        small = [place for place, (low, high) in self.bounds().items() if low >= 1 and high < publishing.SMALL]
        return [*small, *(place for place, _before, _after in self.told_apart)]


@dataclass
class LinearAttack:
    """The same files as linear equations: the least and the largest that each hidden cell can be."""

    attack: Attack

    def bounds(self) -> dict[Place, tuple[float, float]]:
        """Between which numbers each hidden cell must lie, exactly."""
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
        """Hidden cells of which it follows that they are from one to four, and figures that changed between files."""
        small = [place for place, (low, high) in self.bounds().items() if low > 0 and high < publishing.SMALL]
        return [*small, *(place for place, _before, _after in self.attack.told_apart)]

    def _equations(self, names: set[Place], sums: list[tuple[Place, list[Place]]]) -> Iterator[Equation]:
        """What holds among the hidden cells of `names`: what is neither known nor hidden is nothing."""
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
        """The hidden cells in groups that no equation joins."""
        groups = [{place} for place in least]
        for total, parts in sums:
            joined = {place for place in (total, *parts) if place in least}
            if joined:
                whole = set().union(joined, *(group for group in groups if group & joined))
                groups = [group for group in groups if not group & joined] + [whole]
        return groups


def files(chance: random.Random, counted: CountedFacts, memory: dict[str, PublishedYear]) -> Iterator[LeavingTable]:
    """Some public files of these facts; what was published before stays as it was."""
    for by in CUTS:
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
    """Two months of public files of a small organisation, read by somebody who puts them together."""
    chance = random.Random(seed)
    events = [event(chance, number) for number in range(chance.randint(12, 60))]
    memory: dict[str, PublishedYear] = {}
    attack = Attack()
    for _month in range(3):
        for table in files(chance, facts(events), memory):
            attack.read(table)
        events = a_month_later(chance, events)
        if not remember:
            memory = {}
    return attack
