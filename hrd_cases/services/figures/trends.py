"""A question about incidents, answered from facts without names: what, where, who, by whom, when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from hrd_cases.domain import counting
from hrd_cases.domain.chance import SideBySide, side_by_side
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.counted import Amount, CountedFacts
from hrd_cases.domain.counting import MOST_PERIODS, Question, Row, Selection
from hrd_cases.domain.dates import BadDate, PartialDate
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.periods import first_day, last_day, periods
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.domain.year_changes import YearChange, change_of
from hrd_cases.services.figures import facts
from hrd_cases.services.figures.fact_segments import fold_after
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import peek

# The lists from which what is asked for is chosen, by dimension; companies come from the directory.
LISTS = {
    counting.KIND: "attack_kinds",
    counting.REGION: "regions",
    counting.COMPANY_ROLE: "company_roles",
    counting.PERPETRATOR: "perpetrators",
    counting.WHO: "defender_kinds",
    counting.GENDER: "genders",
    counting.MARK: "fact_marks",
}
ASKED = (*LISTS, counting.GROUP, counting.COMPANY)
CHOOSE = N_("Choose one from the list.")


@dataclass(frozen=True, kw_only=True)
class TrendQuestion:
    """What somebody chose and typed: a code by dimension, a code of UNITS and STEPS, months as people write them.

    `beside_...`: another place or another time to stand beside the answer.
    """

    only: Mapping[str, str] = field(default_factory=dict)
    unit: str = counting.INCIDENTS
    step: str = counting.YEAR
    since: str = ""
    until: str = ""
    grievances: bool = False
    beside_region: str = ""
    beside_since: str = ""
    beside_until: str = ""


@dataclass(frozen=True, kw_only=True)
class TrendAnswer:
    """What is counted, how it spreads, and what is in none of the figures.

    `refused`: people of these incidents who said no to statistics. `left_out`: incidents of which everybody said no,
    of whatever period and place: nothing else of them is counted. `unread` and `altered` as in Facts;
    `waiting`: how many facts wait to be folded.
    """

    selection: Selection
    total: Amount
    time: tuple[Row, ...]
    spread: Mapping[str, tuple[Row, ...]]
    change: YearChange | None
    refused: int
    left_out: int
    unread: int
    altered: bool
    waiting: int = 0
    beside: "BesideAnswer | None" = None


@dataclass(frozen=True, kw_only=True)
class BesideAnswer:
    """The same question about another time or place; `compared` is None where both share days or incidents."""

    answer: TrendAnswer
    compared: SideBySide | None


def ask(ctx: Context, request: TrendQuestion) -> TrendAnswer:
    """Answer a question from all facts, those whose people were never asked counted too; RuleBroken at the field."""
    source = facts.read(ctx)
    first = answer(ctx, request, source)
    fold_after(ctx, source)
    if not (request.beside_region or request.beside_since or request.beside_until):
        return first
    second = answer(ctx, _beside(request), source)
    return replace(first, beside=BesideAnswer(answer=second, compared=_compared(first, second, ctx.today)))


def _beside(request: TrendQuestion) -> TrendQuestion:
    """The question about the other time or place; RuleBroken where it is about both."""
    if not request.beside_region:
        return replace(request, since=request.beside_since, until=request.beside_until)
    if request.beside_since or request.beside_until:
        raise RuleBroken(N_("Choose another place or another time, not both."), place="beside_region")
    if not vocabulary(LISTS[counting.REGION]).has(request.beside_region):
        raise RuleBroken(CHOOSE, place="beside_region")
    return replace(request, only={**request.only, counting.REGION: request.beside_region})


def _compared(first: TrendAnswer, second: TrendAnswer, today: date) -> SideBySide | None:
    """Incidents per day of both, since people are not independent; None where they share days or incidents."""
    events = [set(map(attrgetter("id"), answer.selection.events)) for answer in (first, second)]
    spans = [_days(answer.selection.question, today) for answer in (first, second)]
    places = [codes_of(answer.selection.question.only).get(counting.REGION, "") for answer in (first, second)]
    apart = all(places) and places[0] != places[1]
    if events[0] & events[1] or (spans[0] & spans[1] and not apart) or not (spans[0] and spans[1]):
        return None
    return side_by_side(len(events[0]), len(events[1]), (len(spans[0]), len(spans[1])))


def _days(question: Question, today: date) -> set[int]:
    """The days of a question that are over, by number."""
    first, last = first_day(question.since), min(last_day(question.until), today)
    return set(range(first.toordinal(), last.toordinal() + 1))


def understood(ctx: Context, request: TrendQuestion) -> Question:
    """A question in full, for somebody who is to say what its file is for; RuleBroken at the field."""
    return question_of(ctx, request, facts.read(ctx).counted)


def answer(ctx: Context, request: TrendQuestion, source: Facts) -> TrendAnswer:
    """The same from facts that were read already."""
    counted, today = source.counted, ctx.today
    selection = counting.select(counted, question_of(ctx, request, counted))
    shown = counting.OF_ACTION if selection.question.unit in counting.OF_ACTIONS else {}
    spread = {by: counting.broken_down(selection, counted, by) for by in (*counting.DIMENSIONS, *shown)}
    return TrendAnswer(
        selection=selection,
        total=counting.total(selection, counted),
        time=counting.over_time(selection, counted, today=today, left_out=counting.leaves_out(selection, counted)),
        spread={by: rows for by, rows in spread.items() if rows and rows[0].code},
        change=None if selection.question.unit in counting.OF_ACTIONS else change_of(selection, today),
        refused=len(frozenset().union(*(event.refused for event in selection.events))),
        left_out=counted.left_out,
        unread=source.unread,
        altered=source.altered,
        waiting=len(source.waiting),
    )


def question_of(ctx: Context, request: TrendQuestion, counted: CountedFacts) -> Question:
    """What was asked in full; the period offered where none was typed."""
    if request.unit not in counting.UNITS:
        raise RuleBroken(CHOOSE, place="unit")
    if request.step not in counting.STEPS:
        raise RuleBroken(CHOOSE, place="step")
    only = {by: (code,) for by, code in request.only.items() if code}
    for by, (code,) in only.items():
        if by not in ASKED or not _may_ask(ctx, by, code):
            raise RuleBroken(CHOOSE, place=by)
    first, last = counting.offered_span(counted.events, this_month=ctx.today.isoformat()[:7])
    since, until = _typed(request.since, "since", ctx.today), _typed(request.until, "until", ctx.today)
    first = since.first.isoformat()[:7] if since is not None and since.known else first
    last = until.last.isoformat()[:7] if until is not None and until.known else max(first, last)
    if last < first:
        raise RuleBroken(N_("The last month is before the first."), place="until")
    if len(periods(first, last, request.step)) > MOST_PERIODS:
        raise RuleBroken(N_("At most 120 periods at once: choose years or quarters, or a shorter time."), place="since")
    return Question(
        only=only, since=first, until=last, unit=request.unit, step=request.step, grievances=request.grievances
    )


def companies(ctx: Context) -> dict[str, str]:
    """The companies of the directory by id, as everybody of the staff reads them."""
    return _names(ctx, Company)


def bodies(ctx: Context) -> dict[str, str]:
    """Its courts, authorities and other bodies."""
    return _names(ctx, Body)


def _names(ctx: Context, of: type[Company] | type[Body]) -> dict[str, str]:
    """The names of one kind of record of the directory; cached within the act."""
    if of not in ctx.labels:
        directory = peek(ctx, ctx.runtime.organisation.directory)
        cards = ctx.work.records.cards([directory], of=(of,)) if directory is not None else []
        ctx.labels[of] = {card.id: card.value.name for card in cards if isinstance(card.value, Company | Body)}
    return ctx.labels[of]


def _may_ask(ctx: Context, by: str, code: str) -> bool:
    if by == counting.COMPANY:
        return code in companies(ctx)
    if by == counting.GROUP:
        return code in {group.code for group in vocabulary(LISTS[counting.KIND]).group_list}
    return vocabulary(LISTS[by]).has(code)


def _typed(text: str, place: str, today: date) -> PartialDate | None:
    try:
        return read_date(text, today)
    except BadDate as bad:
        raise RuleBroken(bad.text, place=place, values=bad.values()) from None


def codes_of(only: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The one code of each dimension that was asked for."""
    return {by: next(iter(codes)) for by, codes in only.items() if codes}


def kind_groups() -> list[str]:
    """The groups of kinds of attack, as headings of a list."""
    return [group.code for group in vocabulary(LISTS[counting.KIND]).group_list]
