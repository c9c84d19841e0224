"""What is published of a year, and stays as it was first published: so two public files can not be subtracted.

A closed year is published once, by every public cut at the same moment, and later files repeat it. Each cut has lines
of its own, a period each, whose totals are known and never small; no cut is part of another. So every line stands
alone: what is hidden in it follows from nothing else that was published (docs/adr/0041).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from hrd_cases.domain import counting
from hrd_cases.domain.chance import compare
from hrd_cases.domain.counted import Amount, CountedFacts, Event, exactly
from hrd_cases.domain.counting import Question
from hrd_cases.domain.editions import PUBLIC, CutRefused
from hrd_cases.domain.leaving import LeavingLine, LeavingTable, may_leave
from hrd_cases.domain.leaving_text import text_of
from hrd_cases.domain.words import N_
from hrd_cases.domain.year_changes import YearChange

SMALL = 5  # counts from one to four are not published
READABLE = Fraction(6, 10)  # of all that is counted, so much must be shown
STEPS = (counting.MONTH, counting.QUARTER, counting.YEAR)  # the finest first
# No kind beside its group, and no role beside its company: one would give the other away.
PUBLIC_CUTS = (
    counting.GROUP,
    counting.REGION,
    counting.PERPETRATOR,
    counting.COMPANY,
    counting.WHO,
    counting.GENDER,
    counting.MARK,
    counting.WHOLE,
)

ONLY_INCIDENTS = N_("The public edition counts incidents.")
NO_FILTER = N_("The public edition is of all incidents of a year: two files about parts of them could be subtracted.")
NO_SUCH_CUT = N_("The public edition does not have these columns: together with others they would give figures away.")
NO_YEAR = N_("The public edition is of whole years that are over. Choose a period with at least one.")
TOO_LITTLE = N_(
    "Too little of these years could be read: less than 60 percent would be shown. Choose only the totals, other "
    "columns or other years."
)

Cells = Mapping[str, int | None]  # by code; None where one is hidden


@dataclass(frozen=True, kw_only=True)
class PublishedCut:
    """The lines of one cut of a year: by period, how many by code."""

    lines: Mapping[str, Cells]

    @property
    def shown(self) -> int:
        """How many incidents can be read in it; of several values, one counts in each."""
        return sum(map(_shown, self.lines.values()))


@dataclass(frozen=True, kw_only=True)
class PublishedYear:
    """A year as it was first published: nothing is in it that must not be.

    `total`, `not_asked` and `grievances` are None for 1 to 4; without a total nothing else of the year is published.
    `totals`: by period of the cuts. A cut that is not in `cuts` could not be read.
    """

    year: str
    total: int | None
    not_asked: int | None
    grievances: int | None
    totals: Mapping[str, int] = field(default_factory=dict)
    cuts: Mapping[str, PublishedCut] = field(default_factory=dict)


def refuse_question(question: Question, by: str) -> None:
    """Raise CutRefused for what is in no public file."""
    if question.unit != counting.INCIDENTS:
        raise CutRefused(ONLY_INCIDENTS, place="unit")
    for cut, codes in question.only.items():
        if codes:
            raise CutRefused(NO_FILTER, place=cut)
    if question.grievances:
        raise CutRefused(NO_FILTER, place="grievances")
    if by not in PUBLIC_CUTS:
        raise CutRefused(NO_SUCH_CUT, place="by")


def years_of(question: Question, today: date) -> list[str]:
    """The whole years of a question that are over; CutRefused where there is none."""
    whole = counting.whole_years(question, date(today.year - 1, 12, 31))
    if not whole:
        raise CutRefused(NO_YEAR, place="until")
    return whole


def publish(counted: CountedFacts, year: str) -> PublishedYear:
    """A year by every public cut, from the facts as they are now."""
    question = Question(since=f"{year}-01", until=f"{year}-12")
    everybody = counting.select(counted, question)
    counted = replace(counted, events=tuple(filter(may_leave, counted.events)))
    selection = counting.select(counted, question)
    total = len(selection.events)
    published = PublishedYear(
        year=year,
        total=_not_small(total),
        not_asked=_not_small(len(everybody.events) - total),
        grievances=_not_small(selection.grievances),
    )
    if published.total is None:
        return published
    every = {step: _placed(selection.events, step) for step in STEPS}
    placed = {step: lines for step, lines in every.items() if _may_be_parted(lines, year, step)}
    cuts: dict[str, PublishedCut] = {}
    for by in PUBLIC_CUTS:
        cut = _finest(placed, counted, by)
        if cut is not None:
            cuts[by] = cut
    used = {period for cut in cuts.values() for period in cut.lines}
    totals = {period: len(events) for lines in placed.values() for period, events in lines.items() if period in used}
    return replace(published, cuts=cuts, totals={year: total, **totals})


def public_table(years: Sequence[PublishedYear], question: Question, by: str) -> LeavingTable:
    """The table of published years by a cut; CutRefused where too little of it could be read."""
    cuts = [year.cuts.get(by) for year in years]
    totals = [year.total for year in years]
    base = sum(SMALL if total is None else total for total in totals)
    shown = sum(_readable(cut, total or 0, by) for cut, total in zip(cuts, totals, strict=True))
    if shown < READABLE * base:
        raise CutRefused(TOO_LITTLE, place="by")
    columns = _columns([cells for cut in cuts if cut for cells in cut.lines.values()])
    lines = [line for year in years for line in _lines(year, by, columns)]
    return LeavingTable(
        question=replace(question, since=f"{years[0].year}-01", until=f"{years[-1].year}-12", step=counting.YEAR),
        by=by,
        edition=PUBLIC,
        columns=tuple(columns),
        lines=(*lines, _summed(lines, len(columns), totals)),
        base=_sum(totals),
        not_asked=_sum(year.not_asked for year in years),
        left_out=None,  # of whatever time: it changes from file to file
        grievances=_sum(year.grievances for year in years),
        change=_change(years),
    )


def hidden_in_line(cells: Mapping[str, int], total: int) -> set[str] | None:
    """The codes to hide in a line whose total is known; None where too few others are there to hide them among.

    Hidden are counts from one to four, those that leave so few of the total, and as many more, the smallest first,
    until each hidden one may be five or more. Where few incidents have several values, one is hidden too: the sum of
    all cells would say how few. Cells for what is not stated hide nothing: they may be the same in another cut, and
    shown there.
    """
    if _small(total - cells.get("", 0)):
        return None
    hidden = {code for code, count in cells.items() if _small(count) or _small(total - count)}
    others = sorted((count, code) for code, count in cells.items() if code and count and code not in hidden)
    if _small(sum(cells.values()) - total) and not hidden:
        hidden.add(others.pop(0)[1])
    while hidden and (len(hidden) == 1 or sum(cells[code] for code in hidden) < SMALL + len(hidden) - 1):
        if not others:
            return None
        hidden.add(others.pop(0)[1])
    return hidden


def written(year: PublishedYear) -> str:
    """A published year as one text."""
    return text_of({**vars(year), "cuts": {by: cut.lines for by, cut in year.cuts.items()}})


def read(text: str) -> PublishedYear:
    """The published year of a text."""
    body = json.loads(text)
    return PublishedYear(**{**body, "cuts": {by: PublishedCut(lines=lines) for by, lines in body["cuts"].items()}})


def _placed(events: Iterable[Event], step: str) -> dict[str, list[Event]]:
    placed: dict[str, list[Event]] = {}
    for event in events:
        placed.setdefault(counting.period_of(event, step), []).append(event)
    return placed


def _may_be_parted(placed: Mapping[str, Collection[Event]], year: str, step: str) -> bool:
    """Whether the totals of the periods of a step may be published: none is small, and all are known."""
    if step != counting.YEAR and year in placed:
        return False
    return all(len(inside) >= SMALL for inside in placed.values())


def _finest(placed: Mapping[str, Mapping[str, list[Event]]], counted: CountedFacts, by: str) -> PublishedCut | None:
    """The lines of a cut at the finest step at which enough of it can be read; None where there is no such step."""
    for lines in placed.values():
        cut = _cut(lines, counted, by)
        if cut is not None:
            return cut
    return None


def _cut(lines: Mapping[str, list[Event]], counted: CountedFacts, by: str) -> PublishedCut | None:
    """The lines of a cut at one step; None where too little of it could be read."""
    published: dict[str, Cells] = {}
    whole = 0
    for period, events in lines.items():
        cells = _counts(events, counted, by)
        hidden = hidden_in_line(cells, len(events))
        if hidden is None:
            return None
        published[period] = {code: None if code in hidden else count for code, count in cells.items()}
        whole += sum(cells.values())
    cut = PublishedCut(lines=published)
    return cut if cut.shown >= READABLE * whole else None


def _counts(events: Iterable[Event], counted: CountedFacts, by: str) -> dict[str, int]:
    cells: dict[str, int] = {}
    for event in events:
        for code in counting.codes(event, by, counted, {}):
            cells[code] = cells.get(code, 0) + 1
    return cells


def _columns(lines: Collection[Cells]) -> list[str]:
    """Every code of some lines, the largest first; '' for not stated last."""
    sums: dict[str, int] = {}
    for cells in lines:
        for code, count in cells.items():
            sums[code] = sums.get(code, 0) + (count or 0)
    return sorted(sums, key=lambda code: (not code, -sums[code], code))


def _lines(year: PublishedYear, by: str, columns: list[str]) -> list[LeavingLine]:
    cut = year.cuts.get(by)
    none = counting.NONE_COUNTED
    if cut is None or not cut.lines:
        nothing = year.total == 0
        figures = [exactly(0) if nothing else None] * len(columns)
        whole = None if year.total is None else exactly(year.total)
        return [LeavingLine(code=year.year, amounts=(*figures, whole), note=none if nothing else "")]
    return [_line(period, cells, columns, year.totals[period]) for period, cells in sorted(cut.lines.items())]


def _line(period: str, cells: Cells, columns: Iterable[str], total: int) -> LeavingLine:
    figures = (_amount(cells.get(code, 0)) for code in columns)
    return LeavingLine(code=period, amounts=(*figures, exactly(total)))


def _readable(cut: PublishedCut | None, total: int, by: str) -> int:
    """How much of a year can be read in a cut; in that without columns all of it."""
    if by == counting.WHOLE:
        return total
    return min(cut.shown, total) if cut else 0


def _small(count: int) -> bool:
    return 0 < count < SMALL


def _shown(cells: Cells) -> int:
    return sum(count or 0 for count in cells.values())


def _not_small(count: int) -> int | None:
    return None if _small(count) else count


def _amount(count: int | None) -> Amount | None:
    return None if count is None else exactly(count)


def _summed(lines: Sequence[LeavingLine], columns: int, totals: Iterable[int | None]) -> LeavingLine:
    """The line of all periods: what follows from the lines above, and nothing else."""
    sums = [_sum_of_column(lines, at) for at in range(columns)]
    return LeavingLine(code="", amounts=(*map(_amount, sums), _amount(_sum(totals))))


def _sum_of_column(lines: Iterable[LeavingLine], at: int) -> int | None:
    amounts = (line.amounts[at] for line in lines)
    return _sum(None if amount is None else amount.used for amount in amounts)


def _sum(numbers: Iterable[int | None]) -> int | None:
    every = list(numbers)
    return None if None in every else sum(number or 0 for number in every)


def _change(years: Sequence[PublishedYear]) -> YearChange | None:
    if len(years) < 2:
        return None
    before, after = years[-2:]
    if before.total is None or after.total is None:
        return None
    return YearChange(before=before.year, after=after.year, comparison=compare(before.total, after.total))
