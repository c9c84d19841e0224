"""What is seen for the first time in a quarter: kinds of attack, regions, companies, perpetrators, and who is attacked.

Something counts as seen for the first time only where no incident that may have begun before has it: of an incident
whose date is not known well enough, nobody can say that it came later.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hrd_cases.domain import counting
from hrd_cases.domain.counted import CountedFacts, Event
from hrd_cases.domain.periods import bounds

LISTED = (counting.KIND, counting.REGION, counting.COMPANY, counting.PERPETRATOR)


@dataclass(frozen=True, kw_only=True)
class FirstSeen:
    """The codes of one dimension that are seen for the first time; `doubtful`: how many more may be."""

    by: str
    codes: tuple[str, ...]
    doubtful: int


@dataclass(frozen=True, kw_only=True)
class FirstSeenLists:
    """What a quarter has for the first time; `begins`: nothing that was counted began before, so all of it is.

    `people`: how many named people are attacked for the first time, by kind of defender, '' where it is not stated;
    somebody of two kinds is in both. `left_out`: what a no to statistics took out may have come before.
    """

    lists: tuple[FirstSeen, ...]
    people: tuple[tuple[str, int], ...]
    begins: bool
    left_out: bool


def first_seen(counted: CountedFacts, quarter: str) -> FirstSeenLists:
    """The lists of a quarter, of attacks alone."""
    begins, ends = bounds(quarter)
    attacks = list(filter(None, map(counting.attack, counted.events)))
    spans = {event.id: counting.span(event) for event in attacks}
    here, surely, maybe = list[Event](), list[Event](), list[Event]()
    for event in attacks:
        days = spans[event.id]
        if days is None or days[0] < begins:
            maybe.append(event)
        elif days[1] <= ends:
            here.append(event)
        if days is not None and days[1] < begins:
            surely.append(event)
    return FirstSeenLists(
        lists=tuple(_list(counted, by, here, surely, maybe) for by in LISTED),
        people=_people(counted, here, maybe),
        begins=not maybe,
        left_out=bool(counted.left_out),
    )


def _list(counted: CountedFacts, by: str, here: list[Event], surely: list[Event], maybe: list[Event]) -> FirstSeen:
    now, before, perhaps = (_codes(counted, by, events) for events in (here, surely, maybe))
    return FirstSeen(by=by, codes=tuple(sorted(now - perhaps)), doubtful=len((now & perhaps) - before))


def _codes(counted: CountedFacts, by: str, events: Iterable[Event]) -> set[str]:
    return {code for event in events for code in counting.codes(event, by, counted, {}) if code}


def _people(counted: CountedFacts, here: Iterable[Event], maybe: Iterable[Event]) -> tuple[tuple[str, int], ...]:
    new = _named(here) - _named(maybe)
    persons = [counted.people[token].of(counting.WHO) if token in counted.people else () for token in new]
    counts = Counter(code for codes in persons for code in codes or ("",))
    return tuple(sorted(counts.items(), key=lambda pair: (not pair[0], -pair[1], pair[0])))


def _named(events: Iterable[Event]) -> frozenset[str]:
    return frozenset().union(*(event.people for event in events))
