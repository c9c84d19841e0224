"""Counting incidents honestly: what was asked, over which period, in which unit; gaps and what was left out stay said.

Pure: what is counted in, figures out. What a figure means is said in words beside it (RULES), never left to be guessed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache

from hrd_cases.domain.consents import NOT_ASKED
from hrd_cases.domain.counted import NOBODY_KNOWS, Amount, CountedFacts, Event, exactly
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.periods import MONTH as MONTH
from hrd_cases.domain.periods import QUARTER as QUARTER
from hrd_cases.domain.periods import YEAR as YEAR
from hrd_cases.domain.periods import bounds, first_day, last_day, period, periods
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

INCIDENTS, ACTS, PERSONS, GROUPS = "incidents", "acts", "persons", "groups"
ACTIONS, CHARGES = "actions", "charges"
KIND, GROUP, REGION, COMPANY, COMPANY_ROLE = "kind", "group", "region", "company", "company_role"
PERPETRATOR, WHO, GENDER, MARK = "perpetrator", "who", "gender", "mark"
NONE_RECORDED, NOT_YET, NONE_COUNTED, MONTH_UNKNOWN = "none_recorded", "not_yet", "none_counted", "month_unknown"
MOST_PERIODS = 120
KINDS = "attack_kinds"

UNITS = {
    INCIDENTS: N_("incidents"),
    PERSONS: N_("persons attacked"),
    ACTS: N_("acts: persons, in each kind of attack"),
    GROUPS: N_("groups attacked"),
    ACTIONS: N_("legal actions"),
    CHARGES: N_("charges and claims"),
}
OF_ACTIONS = frozenset({ACTIONS, CHARGES})  # these units count legal actions, the others incidents
DIMENSIONS = {
    GROUP: N_("group of kinds"),
    KIND: N_("kind of attack"),
    REGION: N_("region"),
    COMPANY: N_("company"),
    COMPANY_ROLE: N_("role of a company"),
    PERPETRATOR: N_("alleged perpetrator"),
    WHO: N_("kind of defender"),
    GENDER: N_("gender"),
    MARK: N_("how certain"),
}
OF_ACTION = {  # what legal actions are counted by, as their facts have it
    "forum": N_("court or authority"),
    "kind_of_action": N_("kind of legal action"),
    "outcome": N_("outcome"),
    "stage": N_("stage"),
    "topics": N_("topic"),
    "side": N_("our side"),
}
# Columns of files beside these; WHOLE: the totals alone.
COUNTRY, SECTOR, CHARGE, WHOLE = "country", "sector", "charge", "whole"
LINKED, BECAME, SDG_CLASS = "linked", "became", "sdg_class"
OF_PEOPLE = (WHO, GENDER, BECAME)  # what the named people of an incident are
COLUMNS = {
    **DIMENSIONS,
    **OF_ACTION,
    COUNTRY: N_("country"),
    SECTOR: N_("sector of the company"),
    CHARGE: N_("class of the charge"),
    LINKED: N_("whether a company is named"),
    BECAME: N_("what became of the people"),
    SDG_CLASS: N_("class of SDG indicator 16.10.1, as chosen"),
    WHOLE: N_("none, only the totals"),
}
STEPS = {YEAR: N_("By year"), QUARTER: N_("By quarter"), MONTH: N_("By month")}
RULES = {
    INCIDENTS: N_("Each incident counts once, in the period it began; the same event recorded twice counts once."),
    PERSONS: N_(
        "Each person who is named counts once, in however many incidents. Others count by the number recorded, once "
        "for an incident and what is part of it. Groups are not counted as people. Where sources differ it is a range."
    ),
    ACTS: N_(
        "An act is one person attacked in one way. The number recorded for a kind counts; without one, those named, or "
        "everybody where there is only one kind. Where nobody recorded how many, the number is not known."
    ),
    GROUPS: N_("Families, groups and communities count by their number, as groups and not as people."),
    ACTIONS: N_("Each legal action counts once, in the period it began."),
    CHARGES: N_(
        "Each charge or head of claim counts once, in the period in which its legal action began. An action can have "
        "several."
    ),
}
SEVERAL = N_("An incident with several values stands in several rows, so rows can add up to more than the total.")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is counted: codes to keep of each dimension, none for all; months '2017-12', both inclusive."""

    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    since: str
    until: str
    unit: str = INCIDENTS
    step: str = YEAR
    grievances: bool = False  # breaches of labour rights that are no attack on a defender


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The incidents that answer a question, and those that would but for their date or being a grievance alone."""

    question: Question
    events: tuple[Event, ...]
    undated: int
    cut: int  # dated only so far that part of what the date can mean lies outside the period
    grievances: int
    not_asked: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One period or code with its figure, and why there is none; `partial` while the period goes on."""

    code: str
    amount: Amount
    note: str = ""
    partial: bool = False


@cache
def grievances() -> frozenset[str]:
    """The kinds that are a breach of labour rights and no attack."""
    return frozenset(entry.code for entry in vocabulary(KINDS).entries if entry.extra.get("grievance"))


def select(counted: CountedFacts, question: Question) -> Selection:
    """The incidents that a question is about."""
    pool = counted.actions if question.unit in OF_ACTIONS else counted.events
    matching = [event for event in pool if _matches(event, question.only, counted)]
    attacks = matching if question.grievances else [one for event in matching if (one := attack(event))]
    first, last = first_day(question.since), last_day(question.until)
    places = [(event, span(event)) for event in attacks]
    events = tuple(event for event, days in places if days and first <= days[0] and days[1] <= last)
    inside = {event.id for event in events}
    cut = [event for event, days in places if days and event.id not in inside and days[0] <= last and first <= days[1]]
    alone = [event for event in matching if not question.grievances and attack(event) is None]
    spans = [span(event) for event in alone]
    return Selection(
        question=question,
        events=events,
        undated=sum(days is None for _event, days in places),
        cut=len(cut),
        grievances=sum(1 for days in spans if days and first <= days[0] and days[1] <= last),
        not_asked=sum(event.consent == NOT_ASKED for event in events),
    )


def span(event: Event) -> tuple[date, date] | None:
    """The first and last day on which an incident can have begun; None where that is not known."""
    return _span(event.when, event.between) if event.when is not None else None


@lru_cache(maxsize=4096)  # there are few months
def _span(when: PartialDate, between: bool) -> tuple[date, date] | None:
    if not when.known:
        return None
    if when.end and not between:  # it lasted: it began on or in the first
        when = PartialDate(start=when.start)
    return when.first, when.last


def measure(events: Iterable[Event], unit: str, counted: CountedFacts, only: Mapping[str, Collection[str]]) -> Amount:
    """The figure of these incidents in a unit; `only` leaves persons and kinds that were not asked for out of it."""
    every = list(events)
    if unit == PERSONS:
        return _persons(every, counted, only)
    if unit == ACTS:
        return sum((_acts(event, counted, only) for event in every), Amount())
    if unit == GROUPS:
        return sum((event.total or exactly(1) for event in every if event.of_groups), Amount())
    if unit == CHARGES:
        asked = only.get(CHARGE)
        return exactly(sum(asked is None or code in asked for event in every for code in event.charges))
    return exactly(len(every))


def total(selection: Selection, counted: CountedFacts) -> Amount:
    """The figure of everything that was selected."""
    return measure(selection.events, selection.question.unit, counted, selection.question.only)


def over_time(selection: Selection, counted: CountedFacts, *, today: date, left_out: bool) -> tuple[Row, ...]:
    """A row for each period asked about; years whose quarter or month is not known have a row of their own.

    Of a period without any, it is only said that none was recorded if nothing was left out of what is counted.
    """
    question = selection.question
    placed: dict[str, list[Event]] = {code: [] for code in periods(question.since, question.until, question.step)}
    for event in selection.events:
        placed.setdefault(period_of(event, question.step), []).append(event)
    placed.pop("", None)
    none = NONE_COUNTED if left_out else NONE_RECORDED
    rows = []
    for code, events in sorted(placed.items()):
        begins, ends = bounds(code)
        vague = question.step != YEAR and len(code) == 4
        note = MONTH_UNKNOWN if vague else NOT_YET if begins > today else "" if events else none
        amount = measure(events, question.unit, counted, question.only)
        rows.append(Row(code=code, amount=amount, note=note, partial=begins <= today < ends))
    return tuple(rows)


def whole_years(question: Question, last: date) -> list[str]:
    """The years that lie whole in the period of a question, and end by this day."""
    first, last = first_day(question.since), min(last_day(question.until), last)
    years = periods(question.since, question.until, YEAR)
    return [year for year in years if first <= bounds(year)[0] and bounds(year)[1] <= last]


def leaves_out(selection: Selection, counted: CountedFacts) -> bool:
    """Whether something that was recorded may belong to a period and is not in its figure."""
    return bool(counted.left_out or selection.undated or selection.cut)


def broken_down(selection: Selection, counted: CountedFacts, by: str) -> tuple[Row, ...]:
    """A row for each code of a dimension, the largest first; '' for not stated, always last."""
    rows = [Row(code=code, amount=total(part, counted)) for code, part in parted(selection, counted, by).items()]
    return tuple(sorted(rows, key=lambda row: (not row.code, -row.amount.used, -row.amount.unknown, row.code)))


def parted(selection: Selection, counted: CountedFacts, by: str) -> dict[str, Selection]:
    """The incidents of each code of a dimension, as a question about it alone has them; '' for not stated.

    Of people '' is also who is only a number, beside others of whom it was said.
    """
    question, columns = selection.question, dict[str, list[Event]]()
    for event in selection.events:
        for code in codes(event, by, counted, question.only):
            columns.setdefault(code, []).append(event)
    if by in OF_PEOPLE and question.unit in (PERSONS, ACTS) and not question.only.get(by):
        columns[""] = list(selection.events)
    parts = {code: _part(selection, events, by, code) for code, events in columns.items()}
    return {code: part for code, part in parts.items() if code or not total(part, counted).nothing}


def _part(selection: Selection, events: list[Event], by: str, code: str) -> Selection:
    narrowed = replace(selection.question, only=_narrowed(selection.question.only, by, code))
    return replace(selection, question=narrowed, events=tuple(events))


def codes(event: Event, by: str, counted: CountedFacts, only: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The codes of an incident in one dimension, those that were asked for; '' where none is stated."""
    if by == WHOLE:
        return ()
    values = dict.fromkeys(_codes(event, by, counted, only))
    asked = only.get(by, ())
    return tuple(code for code in values if not asked or code in asked) or ("",)


def _codes(event: Event, by: str, counted: CountedFacts, only: Mapping[str, Collection[str]]) -> Iterator[str]:
    if by in (KIND, GROUP):
        kinds = _kinds(event, only)
        yield from kinds if by == KIND else (vocabulary(KINDS).get(kind).group for kind in kinds)
    elif by in OF_PEOPLE:
        for token in sorted(_people(event, counted, only)):
            yield from _of_person(event, token, counted, by)
    elif by == CHARGE:
        yield from event.charges
    elif by in OF_ACTION:
        yield from event.codes.get("kind" if by == "kind_of_action" else by, ())
    elif by == LINKED:
        yield "yes" if event.companies else "no"
    elif by == SECTOR:
        yield from (sector for company, _role in event.companies if (sector := counted.sectors.get(company)))
    elif by == COUNTRY:
        yield from _country(event.region)
    elif by in (COMPANY, COMPANY_ROLE):
        yield from (pair[by == COMPANY_ROLE] for pair in event.companies if pair[by == COMPANY_ROLE])
    else:
        plain = {REGION: (event.region,), PERPETRATOR: event.perpetrators, MARK: (event.mark,)}
        plain[SDG_CLASS] = (event.sdg_class,)
        yield from (code for code in plain[by] if code)


def _narrowed(only: Mapping[str, Collection[str]], by: str, code: str) -> Mapping[str, Collection[str]]:
    return {**only, by: (code,)} if code or by in (CHARGE, *OF_PEOPLE) else only


def _country(region: str) -> Iterator[str]:
    """The group of a region in its list; regions of former names are of Kazakhstan."""
    regions = vocabulary("regions")
    group = regions.get(region).group if regions.has(region) else ""
    if group:
        yield "kazakhstan" if group == "former" else group


def _matches(event: Event, only: Mapping[str, Collection[str]], counted: CountedFacts) -> bool:
    asked = {by: set(values) for by, values in only.items() if values}
    people = asked.keys() & OF_PEOPLE
    if people and not _people(event, counted, only):
        return False
    return all(asked[by] & set(_codes(event, by, counted, {})) for by in asked.keys() - people)


def _people(event: Event, counted: CountedFacts, only: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Those named in an incident who are of the kinds and genders asked for; '' asks for who is of none."""
    asked, people = [(by, set(only[by])) for by in OF_PEOPLE if only.get(by)], event.people
    for by, wanted in asked:
        people = frozenset(one for one in people if wanted & set(_of_person(event, one, counted, by) or ("",)))
    return people


def _of_person(event: Event, token: str, counted: CountedFacts, by: str) -> tuple[str, ...]:
    """The codes of somebody named, of the person or of what became of them in this incident."""
    if by == BECAME:
        return (event.became[token],) if token in event.became else ()
    return counted.people[token].of(by) if token in counted.people else ()


def _of_some(only: Mapping[str, Collection[str]]) -> bool:
    """Whether only people of some kinds are asked for, so that who is a number is not: nobody knows who they are."""
    return any(only.get(by) and "" not in only[by] for by in OF_PEOPLE)


def _kinds(event: Event, only: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    kinds = event.kinds
    if only.get(KIND):
        kinds = tuple(kind for kind in kinds if kind in only[KIND])
    if only.get(GROUP):
        kinds = tuple(kind for kind in kinds if vocabulary(KINDS).get(kind).group in only[GROUP])
    return kinds


def attack(event: Event) -> Event | None:
    """The incident as far as it is an attack; None for a labour grievance alone."""
    if grievances().isdisjoint(event.kinds):
        return event
    attacks = tuple(kind for kind in event.kinds if kind not in grievances())
    return replace(event, kinds=attacks) if attacks else None


def _persons(events: Iterable[Event], counted: CountedFacts, only: Mapping[str, Collection[str]]) -> Amount:
    """Distinct people: those named once, the others of each root once, by its widest number."""
    roots: dict[str, list[Event]] = {}
    for event in events:
        roots.setdefault(event.root or event.id, []).append(event)
    named: set[str] = set()
    others = Amount()
    for together in roots.values():
        named.update(*(_people(event, counted, only) for event in together))
        if not _of_some(only):
            others += _others(together, frozenset().union(*(event.people for event in together)))
    return exactly(len(named)) + others


def _others(together: list[Event], named: Collection[str]) -> Amount:
    totals = [event.total for event in together if event.total is not None and not event.of_groups]
    if not totals:
        return Amount() if named else NOBODY_KNOWS
    highest = Amount(
        low=max(amount.low for amount in totals),
        used=max(amount.used for amount in totals),
        high=max(amount.high for amount in totals),
        more=max(amount.more for amount in totals),
    )
    return highest.less(len(named))


def _acts(event: Event, counted: CountedFacts, only: Mapping[str, Collection[str]]) -> Amount:
    if event.of_groups:
        return NOBODY_KNOWS
    kinds, here = _kinds(event, only), _people(event, counted, only)
    if _of_some(only):
        return exactly(len(here) * len(kinds))
    stated = len(event.people - here)
    return sum((_in_kind(event, kind).less(stated) for kind in kinds), Amount())


def _in_kind(event: Event, kind: str) -> Amount:
    if kind in event.by_kind:
        return event.by_kind[kind]
    if len(event.kinds) == 1 and event.total is not None:
        return event.total
    named = len(event.people)
    return exactly(named) if named and event.total is None else NOBODY_KNOWS


def period_of(event: Event, step: str) -> str:
    """The period an incident belongs to; its year where it is not known more exactly, '' where not even that is."""
    return _period_of(event.when, event.between, step) if event.when is not None else ""


@lru_cache(maxsize=4096)
def _period_of(when: PartialDate, between: bool, step: str) -> str:
    days = _span(when, between)
    if days is None:
        return ""
    exact = {period(day, step) for day in days}
    years = {period(day, YEAR) for day in days}
    return exact.pop() if len(exact) == 1 else years.pop() if len(years) == 1 else ""


def offered_span(events: Iterable[Event], *, this_month: str) -> tuple[str, str]:
    """The months to count when nobody said which: from the first incident to now, whole years, at most ten."""
    days = [days for event in events if (days := span(event))]
    last = max(this_month, *(period(day[1], MONTH) for day in days)) if days else this_month
    first = min((period(day[0], MONTH) for day in days), default=this_month)
    return f"{max(int(first[:4]), int(last[:4]) - 9):04d}-01", last
