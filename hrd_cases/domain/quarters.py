"""The quarter: some thirty figures of what was done and what happened, each with its definition, beside the one before.

What has no date is in no quarter. Of an entry in which everybody named said no to statistics nothing is counted.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from hrd_cases.domain import counting
from hrd_cases.domain.counted import NOBODY_KNOWS, Amount, CountedFacts, amount_of, exactly
from hrd_cases.domain.counting import Question, Selection
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.periods import before, bounds
from hrd_cases.domain.support import AMOUNT
from hrd_cases.domain.trend_facts import CountedFact
from hrd_cases.domain.words import N_

SUPPORTED = frozenset({"defender", "client"})
WITH_US, HELD = frozenset({"held", "held_continues"}), frozenset({"held", "held_continues", "held_without_us"})
TURNED_AWAY = frozenset({"refused_with_reason", "refused_without_reason", "removed"})
MEETING = "meeting"  # an entry that the directory gives
NOT_STATED = "-"  # in the place of a currency
LET_IN = frozenset({"admitted", "admitted_part", "online_only"})
Amounts = dict[str, Amount]  # by code, '' for the whole


class Quarter:
    """What is counted, as one quarter sees it."""

    def __init__(self, counted: CountedFacts, code: str) -> None:
        self.counted = counted
        self.begins, self.ends = bounds(code)
        self.first, self.last = self.begins.isoformat()[:7], self.ends.isoformat()[:7]

    @cached_property
    def _by_entity(self) -> dict[str, list[CountedFact]]:
        kinds: defaultdict[str, list[CountedFact]] = defaultdict(list)
        for fact in filter(self.counted.counts, self.counted.entries):
            kinds[fact.entity].append(fact)
        return kinds

    def entries(self, entity: str) -> list[CountedFact]:
        """The entries of a kind, of whatever time."""
        return self._by_entity.get(entity, [])

    def dated(self, entity: str) -> list[CountedFact]:
        """Those all of whose date lies in the quarter."""
        return [fact for fact in self.entries(entity) if self.holds(fact.when)]

    def holds(self, when: PartialDate | None) -> bool:
        """Whether all that a date can mean lies in the quarter."""
        return when is not None and when.known and self.begins <= when.first and when.last <= self.ends

    def has(self, month: str) -> bool:
        """Whether a month lies in the quarter."""
        return self.first <= month <= self.last

    def cases(self, *, closed_from: str) -> list[CountedFact]:
        """The cases opened by its end and not closed before a month; '2026-09~' is after all days of September."""
        begun = [fact for fact in self.entries("case") if fact.when is not None and fact.when.last <= self.ends]
        return [fact for fact in begun if fact.months.get("closed", closed_from) >= closed_from]

    @cached_property
    def people(self) -> list[CountedFact]:
        """Whom we worked for: people of its cases and of support given in it, once each, not who said no."""
        facts = [*self.cases(closed_from=self.first), *_given(self)]
        tokens = dict.fromkeys(token for fact in facts for token, _part in fact.people)
        persons = [self.counted.people[token] for token in tokens if token in self.counted.people]
        return [person for person in persons if not person.of("roles") or SUPPORTED & set(person.of("roles"))]

    @cached_property
    def incidents(self) -> Selection:
        """The attacks of the quarter."""
        return counting.select(self.counted, Question(since=self.first, until=self.last))


@dataclass(frozen=True, kw_only=True)
class QuarterLine:
    """A figure of the quarter: what it is, what exactly is counted, and how; `list` names the codes of its parts."""

    label: str
    definition: str
    count: Callable[[Quarter], Amounts]
    list: str = ""


@dataclass(frozen=True, kw_only=True)
class QuarterFigure:
    """One line with its amounts now and in the quarter before; `code` is '' for the whole."""

    line: QuarterLine
    code: str
    now: Amount
    before: Amount


def figures(counted: CountedFacts, code: str) -> list[QuarterFigure]:
    """All figures of a quarter, the parts of each under it, the largest first."""
    this, last = Quarter(counted, code), Quarter(counted, before(code))
    results = []
    for line in LINES:
        now, then = line.count(this), line.count(last)
        parts = sorted({*now, *then} - {""}, key=lambda part: (-now.get(part, Amount()).used, part))
        for part in ("", *parts):
            figure = QuarterFigure(line=line, code=part, now=now.get(part, Amount()), before=then.get(part, Amount()))
            results.append(figure)
    return results


def undated(counted: CountedFacts) -> int:
    """How many entries have no date, so that they are in no quarter."""
    dated = {"call", "case", "hearing", "action", "letter", "support", MEETING}
    return sum(fact.when is None or not fact.when.known for fact in counted.entries if fact.entity in dated)


def _many(facts: Iterable[object]) -> Amounts:
    return {"": exactly(len(list(facts)))}


def _by(facts: Iterable[CountedFact], name: str) -> Amounts:
    """How many, and by the codes of one question; 'unknown' where it was not answered."""
    every = list(facts)
    return {"": exactly(len(every)), **_parts(code for fact in every for code in fact.of(name) or ("unknown",))}


def _parts(codes: Iterable[str]) -> Amounts:
    return {code: exactly(count) for code, count in Counter(codes).items()}


def _is(name: str, codes: Iterable[str]) -> Callable[[CountedFact], bool]:
    values = frozenset(codes)
    return lambda fact: bool(values & set(fact.of(name)))


def _of(entity: str, name: str, *codes: str) -> Callable[[Quarter], Amounts]:
    """The entries of the quarter with one of these codes."""
    chosen = _is(name, codes)
    return lambda quarter: _many(fact for fact in quarter.dated(entity) if chosen(fact))


def _given(quarter: Quarter) -> list[CountedFact]:
    return [fact for fact in quarter.entries("support") if quarter.has(fact.months.get("granted", ""))]


def _call_people(quarter: Quarter) -> Amounts:
    amounts = [amount_of(fact.counts.get("")) or NOBODY_KNOWS for fact in quarter.dated("call")]
    return {"": sum(amounts, Amount())}


def _new_people(quarter: Quarter) -> Amounts:
    return _many(person for person in quarter.people if quarter.has(person.months.get("since", "")))


def _old_people(quarter: Quarter) -> Amounts:
    return _many(person for person in quarter.people if person.months.get("since", "9999") < quarter.first)


def _in_month(entity: str, month: str, name: str) -> Callable[[Quarter], Amounts]:
    """What has a month of the period, by the codes of one question."""
    return lambda quarter: _by((f for f in quarter.entries(entity) if quarter.has(f.months.get(month, ""))), name)


def _observers(codes: frozenset[str]) -> Callable[[Quarter], Amounts]:
    return lambda quarter: _many(
        code for fact in quarter.dated("hearing") for code in fact.of("observers") if code in codes
    )


def _dated_codes(name: str) -> Callable[[Quarter], Amounts]:
    """Codes of legal actions that are kept with their month, by code."""

    def count(quarter: Quarter) -> Amounts:
        items = [item.split(" ") for fact in quarter.entries("action") for item in fact.of(name)]
        codes = [code for code, month in items if quarter.has(month)]
        return {"": exactly(len(codes)), **_parts(codes)}

    return count


def _ours(letters: Iterable[CountedFact]) -> list[CountedFact]:
    return list(filter(_is("direction", ("from_us",)), letters))


def _answered(*codes: str) -> Callable[[Quarter], Amounts]:
    def count(quarter: Quarter) -> Amounts:
        ours = _ours(quarter.entries("letter"))
        return _many(f for f in ours if quarter.has(f.months.get("answered", "")) and f.code("answer") in codes)

    return count


def _letter_results(quarter: Quarter) -> Amounts:
    ours = _ours(quarter.entries("letter"))
    return _by((fact for fact in ours if quarter.has(fact.months.get("answered", ""))), "result")


def _going_on(quarter: Quarter) -> Amounts:
    begun = (fact for fact in quarter.entries("action") if fact.when is not None and fact.when.last <= quarter.ends)
    return _by((fact for fact in begun if not fact.of("outcome")), "stage")


def _money(quarter: Quarter) -> Amounts:
    """How many measures say what they cost, and what these come to by who paid and currency."""
    sums: defaultdict[str, Amount] = defaultdict(Amount)
    for fact in _given(quarter):
        amount = amount_of(fact.counts.get(AMOUNT))
        if amount is not None:
            sums[""] += exactly(1)
            sums[f"{fact.code('source') or 'unknown'} {fact.code('currency') or NOT_STATED}"] += amount
    return sums


def _unanswered(quarter: Quarter) -> Amounts:
    ours = _ours(quarter.entries("letter"))
    return _many(fact for fact in ours if not fact.of("answer") and fact.months.get("due", "9999") <= quarter.last)


def _incidents(quarter: Quarter) -> Amounts:
    selection = quarter.incidents
    rows = counting.broken_down(selection, quarter.counted, counting.GROUP)
    return {"": exactly(len(selection.events)), **{row.code or "unknown": row.amount for row in rows}}


def _attacked(quarter: Quarter) -> Amounts:
    """How many people, and of those named what became of them."""
    selection = replace(quarter.incidents, question=replace(quarter.incidents.question, unit=counting.PERSONS))
    rows = counting.broken_down(selection, quarter.counted, counting.BECAME)
    named = {row.code: row.amount for row in rows if row.code}
    return {"": counting.total(selection, quarter.counted), **named}


LINES = (
    QuarterLine(
        label=N_("Calls"),
        definition=N_("Calls of the period, also those that became a case or were added to one."),
        count=lambda quarter: _many(quarter.dated("call")),
    ),
    QuarterLine(
        label=N_("What they were about"),
        definition=N_("The topics of these calls; a call with several stands in several rows."),
        count=lambda quarter: _by(quarter.dated("call"), "topics"),
        list="topics",
    ),
    QuarterLine(
        label=N_("Calls of somebody in danger"),
        definition=N_("Of these calls, those in which somebody was in danger."),
        count=_of("call", "danger", "yes"),
    ),
    QuarterLine(
        label=N_("People affected, as callers said"),
        definition=N_("The numbers written down with the calls of the period. People are not told apart."),
        count=_call_people,
    ),
    QuarterLine(
        label=N_("Calls closed with advice"),
        definition=N_("Calls of the period that are closed by now because advice was given."),
        count=_of("call", "ending", "advice_given"),
    ),
    QuarterLine(
        label=N_("People we worked for"),
        definition=N_(
            "People entered in cases that were open in the period, or given support in it, each once; without those "
            "who said no to statistics. Witnesses, officials and other roles do not count. Closed cases count up to "
            "their day."
        ),
        count=lambda quarter: _by(quarter.people, "gender"),
        list="genders",
    ),
    QuarterLine(label=N_("of these, new"), definition=N_("Entered in the period."), count=_new_people),
    QuarterLine(label=N_("of these, from before"), definition=N_("Entered before the period."), count=_old_people),
    QuarterLine(
        label=N_("The same people by age"),
        definition=N_("As entered today."),
        count=lambda quarter: _by(quarter.people, "age"),
        list="age_bands",
    ),
    QuarterLine(
        label=N_("The same people by kind of defender"),
        definition=N_("Somebody of several kinds stands in several rows."),
        count=lambda quarter: _by(quarter.people, "who"),
        list="defender_kinds",
    ),
    QuarterLine(
        label=N_("Cases opened"),
        definition=N_("By the day of opening."),
        count=lambda quarter: _many(quarter.dated("case")),
    ),
    QuarterLine(
        label=N_("Cases closed"),
        definition=N_("By the day on which somebody marked them closed; how they ended."),
        count=_in_month("case", "closed", "outcome"),
        list="case_outcomes",
    ),
    QuarterLine(
        label=N_("Cases open at the end"),
        definition=N_("Opened by the last day of the period and not closed by then."),
        count=lambda quarter: _many(quarter.cases(closed_from=f"{quarter.last}~")),
    ),
    QuarterLine(
        label=N_("Legal actions begun"),
        definition=N_("By the day of opening; by kind."),
        count=lambda quarter: _by(quarter.dated("action"), "kind"),
        list="legal_action_kinds",
    ),
    QuarterLine(
        label=N_("Legal actions going on at the end"),
        definition=N_("Opened by the last day of the period and without an outcome to this day; by stage as of today."),
        count=_going_on,
        list="stages",
    ),
    QuarterLine(
        label=N_("Legal actions that ended"),
        definition=N_("With an outcome, and the last decision in the period; by outcome."),
        count=_in_month("action", "decided", "outcome"),
        list="outcomes",
    ),
    QuarterLine(
        label=N_("Papers filed"),
        definition=N_("Filings of legal actions with a day in the period, ours and the other side's; by kind."),
        count=_dated_codes("filings"),
        list="filing_kinds",
    ),
    QuarterLine(
        label=N_("What came of papers filed"),
        definition=N_("Results that were known in the period, by their day or by that of the filing; by result."),
        count=_dated_codes("results"),
        list="filing_results",
    ),
    QuarterLine(
        label=N_("Hearings held"),
        definition=N_("Hearings of the period that took place, with us or without."),
        count=_of("hearing", "outcome", *sorted(HELD)),
    ),
    QuarterLine(
        label=N_("Hearings attended"),
        definition=N_("Of these, those held with us there."),
        count=_of("hearing", "outcome", *sorted(WITH_US)),
    ),
    QuarterLine(
        label=N_("Observers admitted"),
        definition=N_("Lines of observers who were let in, also in part or online."),
        count=_observers(LET_IN),
    ),
    QuarterLine(
        label=N_("Observers refused"),
        definition=N_("Lines of observers who were not let in or were removed."),
        count=_observers(TURNED_AWAY),
    ),
    QuarterLine(
        label=N_("Letters sent"),
        definition=N_("Letters from us handed in in the period."),
        count=lambda quarter: _many(_ours(quarter.dated("letter"))),
    ),
    QuarterLine(
        label=N_("Letters answered in time"),
        definition=N_(
            "Letters from us whose answer came in the period by the day it was due, whenever they were sent."
        ),
        count=_answered("in_time"),
    ),
    QuarterLine(
        label=N_("Letters answered late"), definition=N_("The same, after the day it was due."), count=_answered("late")
    ),
    QuarterLine(
        label=N_("Letters answered, no day was due"),
        definition=N_("The same, where nobody wrote down when the answer was due."),
        count=_answered("no_term"),
    ),
    QuarterLine(
        label=N_("What the answers brought"),
        definition=N_("The letters from us that were answered in the period; by the result written down."),
        count=_letter_results,
        list="letter_results",
    ),
    QuarterLine(
        label=N_("Letters without an answer"),
        definition=N_("Letters from us whose answer was due by the end of the period and has not come to this day."),
        count=_unanswered,
    ),
    QuarterLine(
        label=N_("Support given"),
        definition=N_("Support granted in the period, by the day it was granted; by kind."),
        count=lambda quarter: _by(_given(quarter), "kind"),
        list="support_kinds",
    ),
    QuarterLine(
        label=N_("Support given, by who pays"),
        definition=N_("The same support; by who paid for it."),
        count=lambda quarter: _by(_given(quarter), "source"),
        list="support_sources",
    ),
    QuarterLine(
        label=N_("Support with an amount"),
        definition=N_("Of this support, how much of it has an amount; under it the sums, by who paid and currency."),
        count=_money,
        list="support_sources",
    ),
    QuarterLine(
        label=N_("Meetings"),
        definition=N_("Seminars, round tables, working groups, consultations and receptions, by their day; by kind."),
        count=lambda quarter: _by(quarter.dated(MEETING), "kind"),
        list="study_kinds",
    ),
    QuarterLine(
        label=N_("Attacks on defenders"),
        definition=N_("Incidents of the period, without labour grievances; by group of kinds, some in several."),
        count=_incidents,
        list="attack_kinds",
    ),
    QuarterLine(
        label=N_("Persons attacked"),
        definition=N_(
            "Each once; under it, of those who are named, what became of them: somebody can stand in several rows."
        ),
        count=_attacked,
        list="victim_status",
    ),
)
