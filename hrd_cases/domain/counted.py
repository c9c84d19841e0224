"""Incidents and people as they are counted now, put together from the facts that stand.

A person whose answer about statistics is no is taken out of every incident; an incident goes when nobody is left. The
same event recorded twice is one incident. A number is a range, with the figure we use, or it is not known.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import attrgetter

from hrd_cases.domain.consents import NO, NOT_ASKED, YES
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.trend_facts import ENTRY, EVENT, PERSON, CountedFact, Numbers, Pairs, answer_of

PUBLIC = "public"  # nobody to ask: the incident is on the public record, and no person is named in it
ACTION, NOT_CLASSED = "action", "unknown"  # a kind of entry; the class of a charge that nobody chose
SAME_EVENT, PART_OF = "same_event", "part_of"
# Units of incident forms that are not people, one by one.
GROUPS = frozenset({"family", "group", "community", "social_group", "people_in_general"})


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How many: at least `low`, at most `high`, `used` where one figure is needed; `unknown` times nobody knows.

    `more`: times only "at least so many" was said, so that there is no highest figure.
    """

    low: int = 0
    used: int = 0
    high: int = 0
    unknown: int = 0
    more: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        """Both together."""
        return Amount(
            low=self.low + other.low,
            used=self.used + other.used,
            high=self.high + other.high,
            unknown=self.unknown + other.unknown,
            more=self.more + other.more,
        )

    def less(self, number: int) -> "Amount":
        """Without so many, never below nothing."""
        low, used, high = (max(0, part - number) for part in (self.low, self.used, self.high))
        return Amount(low=low, used=used, high=high, unknown=self.unknown, more=self.more)

    def within(self, low: int, high: int | None) -> "Amount":
        """The same, raised to `low` and cut at `high`, where there is one."""
        parts = [max(low, part if high is None else min(part, high)) for part in (self.low, self.used, self.high)]
        more = self.more if high is None else 0
        return Amount(low=parts[0], used=parts[1], high=parts[2], unknown=self.unknown, more=more)

    @property
    def exact(self) -> bool:
        """True when it is one figure and nothing is missing from it."""
        return self.low == self.high and not self.unknown and not self.more

    @property
    def nothing(self) -> bool:
        """True when there is nothing to say but zero."""
        return not self.high and not self.unknown


NOBODY_KNOWS = Amount(unknown=1)


def exactly(number: int) -> Amount:
    """A number that is known."""
    return Amount(low=number, used=number, high=number)


def amount_of(numbers: Numbers | None) -> Amount | None:
    """The amount that a form's three figures give; None where it gives none. A lowest alone is "at least so many"."""
    values = [number for number in numbers or () if number is not None]
    if numbers is None or not values:
        return None
    low, used, high = numbers
    middle = used if used is not None else (low if low is not None else values[-1])
    least = low if low is not None else 0 if used is None else used
    return Amount(low=least, used=middle, high=max(values), more=int(used is None and high is None))


@dataclass(frozen=True, kw_only=True)
class Event:
    """An incident as it is counted. `people` are the tokens of who is named and counted, `refused` those taken out."""

    id: str
    when: PartialDate | None = None
    between: bool = False
    region: str = ""
    kinds: tuple[str, ...] = ()
    perpetrators: tuple[str, ...] = ()
    companies: Pairs = ()
    severity: str = ""
    mark: str = ""
    unit: str = ""
    sdg_class: str = ""
    people: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    total: Amount | None = None
    by_kind: Mapping[str, Amount] = field(default_factory=dict)
    consent: str = NOT_ASKED
    charges: tuple[str, ...] = ()  # of a legal action, the class of each; '' where nobody said it
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of a legal action, its answers
    became: Mapping[str, str] = field(default_factory=dict)  # of people, what became of them
    root: str = ""  # incidents of one root are of the same people: one is part of another

    @property
    def of_groups(self) -> bool:
        """True when its number is one of groups, not of people."""
        return self.unit in GROUPS


@dataclass(frozen=True, kw_only=True)
class CountedFacts:
    """All that is counted: incidents, people by token, other entries; and how many incidents a no took out whole.

    `actions`: the legal actions among the entries. `sectors`: of companies, by id.
    """

    events: tuple[Event, ...]
    people: Mapping[str, CountedFact]
    answers: Mapping[str, str]
    entries: tuple[CountedFact, ...]
    left_out: int
    actions: tuple[Event, ...] = ()
    sectors: Mapping[str, str] = field(default_factory=dict)

    def counts(self, fact: CountedFact) -> bool:
        """False for an entry of which everybody named said no."""
        named = [token for token, _part in fact.people]
        return not named or any(self.answers.get(token) != NO for token in named)


def put_together(facts: Iterable[CountedFact]) -> CountedFacts:
    """Everything that is counted, from the facts that stand."""
    every = list(facts)
    people = {fact.id: fact for fact in every if fact.sort == PERSON}
    answers = {token: answer_of(fact.answers) for token, fact in people.items()}
    incidents = [fact for fact in every if fact.sort == EVENT]
    roots = _roots(incidents, (SAME_EVENT, PART_OF))
    events = [_event(fact, answers, roots[fact.id]) for fact in incidents]
    whole = list(_once(events, incidents))
    standing = [event for event in whole if _stays(event)]
    actions = (_event(fact, answers, "") for fact in every if fact.sort == ENTRY and fact.entity == ACTION)
    return CountedFacts(
        events=tuple(standing),
        people={token: fact for token, fact in people.items() if answers[token] != NO},
        answers=answers,
        entries=tuple(fact for fact in every if fact.sort == ENTRY),
        left_out=len(whole) - len(standing),
        actions=tuple(filter(_stays, actions)),
    )


def _event(fact: CountedFact, answers: Mapping[str, str], root: str) -> Event:
    named = frozenset([token for token, _part in fact.people])
    refused = frozenset([token for token in named if answers.get(token) == NO])
    people = named - refused if refused else named
    kinds, unit = () if fact.entity == ACTION else fact.of("kinds"), fact.code("unit")
    by_kind, total = _numbers(fact, kinds, unit)
    return Event(
        id=fact.id,
        when=fact.when,
        between=bool(fact.of("between")),
        region=fact.code("region"),
        kinds=kinds,
        perpetrators=fact.of("perpetrators"),
        companies=fact.companies,
        charges=tuple("" if code == NOT_CLASSED else code for code in fact.of("charges")),
        codes=fact.codes if fact.entity == ACTION else {},
        sdg_class=fact.code("sdg_class"),
        became={token: part for token, part in fact.people if part and token in people},
        severity=fact.code("severity"),
        mark=fact.code("mark"),
        unit=unit,
        people=people,
        refused=refused,
        total=total.less(len(refused)).within(len(people), None) if total is not None else None,
        by_kind={kind: amount.less(len(refused)) for kind, amount in by_kind.items()} if refused else by_kind,
        consent=_consent(fact, [answers.get(token, NOT_ASKED) for token in people]),
        root=root,
    )


def _numbers(fact: CountedFact, kinds: tuple[str, ...], unit: str) -> tuple[dict[str, Amount], Amount | None]:
    """How many in each kind, and in all."""
    unknown = fact.of("number_unknown")
    if not fact.counts and not unknown:
        return {}, None
    by_kind = {kind: amount for kind in kinds if (amount := amount_of(fact.counts.get(kind))) is not None}
    by_kind |= dict.fromkeys(set(unknown) - by_kind.keys(), NOBODY_KNOWS)
    return by_kind, _total(unit in GROUPS, kinds, amount_of(fact.counts.get("")), by_kind)


def _total(of_groups: bool, kinds: Iterable[str], total: Amount | None, by_kind: Mapping[str, Amount]) -> Amount | None:
    """How many people, those who said no included: never more than its kinds together, never fewer than one of them."""
    counted = [amount for amount in by_kind.values() if not amount.unknown]
    if of_groups or (total is None and not counted):
        return total
    least = Amount(low=max((a.low for a in counted), default=0), used=max((a.used for a in counted), default=0))
    if set(kinds) - by_kind.keys() or len(counted) < len(by_kind):  # of some kind nobody said how many
        if total is None:
            return None
        return total.within(least.low, None)
    most = sum(counted, Amount())
    whole = total or Amount(low=least.low, used=least.used, high=most.high, more=most.more)
    return whole.within(least.low, None if most.more else most.high)


def _consent(fact: CountedFact, answers: list[str]) -> str:
    if not answers:
        return PUBLIC if fact.of("public") and not fact.people else NOT_ASKED
    return YES if set(answers) == {YES} else NOT_ASKED


def _stays(event: Event) -> bool:
    """False when everybody who was attacked said no."""
    others = event.total is not None and event.total.high > 0
    return bool(event.people) or not event.refused or others or event.of_groups


def _roots(incidents: Iterable[CountedFact], kinds: Collection[str]) -> dict[str, str]:
    """For each incident, one that stands for all that links of these kinds join to it."""
    existing = list(incidents)
    parents = {fact.id: fact.id for fact in existing}
    linked = [(fact.id, other) for fact in existing for kind, other in fact.links if kind in kinds and other in parents]
    for token, other in linked:
        first, second = sorted((_root(parents, token), _root(parents, other)))
        parents[second] = first
    return {token: _root(parents, token) for token in parents} if linked else parents


def _root(parents: Mapping[str, str], token: str) -> str:
    while parents[token] != token:
        token = parents[token]
    return token


def _once(events: Iterable[Event], incidents: Collection[CountedFact]) -> Iterator[Event]:
    """Each event once: of several records of the same event, one that holds what any of them says."""
    if not any(kind == SAME_EVENT for fact in incidents for kind, _other in fact.links):
        yield from sorted(events, key=attrgetter("id"))
        return
    same = _roots(incidents, (SAME_EVENT,))
    groups: dict[str, list[Event]] = {}
    for event in events:
        groups.setdefault(same[event.id], []).append(event)
    for token in sorted(groups):
        yield _joined(sorted(groups[token], key=lambda event: event.id))


def _joined(events: list[Event]) -> Event:
    first = events[0]
    if len(events) == 1:
        return first
    totals = [event.total for event in events if event.total is not None]
    dated = [event for event in events if event.when is not None and event.when.known]
    exact = min(dated, key=lambda event: (event.when.last - event.when.first, event.id)) if dated else first  # type: ignore[union-attr]  # dated
    people = frozenset().union(*(event.people for event in events))
    return replace(
        first,
        when=exact.when,
        between=exact.between,
        region=next((event.region for event in events if event.region), ""),
        sdg_class=next((event.sdg_class for event in events if event.sdg_class), ""),
        kinds=_every(event.kinds for event in events),
        perpetrators=_every(event.perpetrators for event in events),
        companies=tuple(dict.fromkeys(pair for event in events for pair in event.companies)),
        people=people,
        became={token: part for event in reversed(events) for token, part in event.became.items()},
        refused=frozenset().union(*(event.refused for event in events)),
        total=widest(totals).within(len(people), None) if totals else None,
        by_kind=_widest_of_each(events),
        consent=_joined_consent([event.consent for event in events]),
    )


def _joined_consent(answers: list[str]) -> str:
    asked = [answer for answer in answers if answer != PUBLIC]
    return PUBLIC if not asked else YES if set(asked) == {YES} else NOT_ASKED


def _widest_of_each(events: list[Event]) -> dict[str, Amount]:
    amounts: dict[str, list[Amount]] = {}
    for event in events:
        for kind, amount in event.by_kind.items():
            amounts.setdefault(kind, []).append(amount)
    return {kind: widest(several) for kind, several in amounts.items()}


def _every(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for several in lists for code in several))


def widest(amounts: Iterable[Amount]) -> Amount:
    """What several figures of the same people come to: they say at least the highest of their lowest figures."""
    every = list(amounts)
    with_figures = [amount for amount in every if not amount.unknown] or every
    return Amount(
        low=min(amount.low for amount in with_figures),
        used=max(amount.used for amount in with_figures),
        high=max(amount.high for amount in with_figures),
        unknown=min(amount.unknown for amount in every),
        more=min(amount.more for amount in with_figures),
    )


def share(part: int, base: int, digits: int = 1) -> str:
    """A percentage rounded half up, '23.4'; empty when there is nothing to take it of. Print the base beside it."""
    if base <= 0:
        return ""
    scale = 10**digits
    rounded = (Fraction(100 * part * scale, base) + Fraction(1, 2)).__floor__()
    whole, rest = divmod(rounded, scale)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


def part_of(part: Amount, whole: Amount) -> Fraction | None:
    """What percentage of one amount another is; None where either is not one number, or there is nothing to take."""
    if not (part.exact and whole.exact and whole.used):
        return None
    return Fraction(100 * part.used, whole.used)
