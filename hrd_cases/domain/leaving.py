"""What leaves of the answer to a question: one table, by the rule of its edition, for every kind of file and report."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain import counting, year_changes
from hrd_cases.domain.consents import NOT_ASKED
from hrd_cases.domain.counted import Amount, CountedFacts, Event
from hrd_cases.domain.counting import Question, Row, Selection
from hrd_cases.domain.editions import INSIDE, PUBLIC, refuse_cuts
from hrd_cases.domain.protecting import SMALL, hide
from hrd_cases.domain.year_changes import YearChange


@dataclass(frozen=True, kw_only=True)
class LeavingLine:
    """The figures of a period by column and in all, or of all periods (code ''); None where one is hidden."""

    code: str
    amounts: tuple[Amount | None, ...]
    note: str = ""
    partial: bool = False


@dataclass(frozen=True, kw_only=True)
class LeavingTable:
    """What may leave of the answer to a question: the one source of the numbers of every file and report.

    `columns`: codes of the dimension `by`, the largest first. `lines`: periods, at last all of them. `base`, `left_out`
    and `grievances` count incidents, not protected yet. `not_asked` counts those whose people nobody asked: inside they
    are among the others, else they stay here. `altered`: the facts are not those that the server left.
    """

    question: Question
    by: str
    edition: str
    columns: tuple[str, ...]
    lines: tuple[LeavingLine, ...]
    base: int
    not_asked: int
    left_out: int
    grievances: int
    change: YearChange | None
    altered: bool = False


def leaving(counted: CountedFacts, question: Question, by: str, edition: str, *, today: date) -> LeavingTable:
    """The table of periods by a dimension, as an edition has it; CutRefused for what the edition may not have."""
    refuse_cuts(edition, question, by)
    inside = counting.select(counted, question)
    if edition == INSIDE:
        return _table(counted, inside, by, edition, today, left_out=counting.leaves_out(inside, counted))
    leaves = replace(counted, events=tuple(filter(may_leave, counted.events)))
    selection = counting.select(leaves, question)
    not_asked = len(inside.events) - len(selection.events)
    left_out = bool(not_asked) or counting.leaves_out(selection, leaves)
    return replace(_table(leaves, selection, by, edition, today, left_out=left_out), not_asked=not_asked)


def may_leave(event: Event) -> bool:
    """Only incidents of the public record, and those whose people all agreed to statistics."""
    return event.consent != NOT_ASKED


def _table(
    counted: CountedFacts, selection: Selection, by: str, edition: str, today: date, *, left_out: bool
) -> LeavingTable:
    columns = [row.code for row in counting.broken_down(selection, counted, by)] if selection.events else []
    rows = counting.over_time(selection, counted, today=today, left_out=left_out)
    parts = [*(_of_period(selection, row) for row in rows), selection.events]
    lines = [_amounts(replace(selection, events=events), counted, by, columns) for events in parts]
    hidden = hide([list(map(_to_protect, line)) for line in lines]) if edition == PUBLIC else set()
    visible = [_visible(y, line, hidden) for y, line in enumerate(lines)]
    periods = [
        LeavingLine(code=row.code, amounts=amounts, note=row.note, partial=row.partial)
        for row, amounts in zip(rows, visible, strict=False)
    ]
    table = LeavingTable(
        question=selection.question,
        by=by,
        edition=edition,
        columns=tuple(columns),
        lines=(*periods, LeavingLine(code="", amounts=visible[-1])),
        base=len(selection.events),
        not_asked=selection.not_asked,
        left_out=counted.left_out,
        grievances=selection.grievances,
        change=year_changes.change_of(selection, today),
    )
    return table if edition == INSIDE or _shows_change(table) else replace(table, change=None)


def _visible(y: int, line: list[Amount], hidden: Collection[tuple[int, int]]) -> tuple[Amount | None, ...]:
    return tuple(None if (y, x) in hidden else amount for x, amount in enumerate(line))


def _to_protect(amount: Amount) -> int:
    """The number that decides whether an amount is hidden: of a range the smallest that is small, else the one used.

    In how many incidents a number is not known is a count of incidents, and protected too.
    """
    small = [part for part in (amount.low, amount.used, amount.high, amount.unknown) if 0 < part < SMALL]
    return min(small, default=amount.used or amount.unknown)


def _shows_change(table: LeavingTable) -> bool:
    """Whether both years that are compared stand in the table: what is hidden there is not said in a sentence."""
    shown = {line.code for line in table.lines if line.amounts[-1] is not None}
    change = table.change
    return change is not None and table.question.unit == counting.INCIDENTS and {change.before, change.after} <= shown


def _amounts(part: Selection, counted: CountedFacts, by: str, columns: list[str]) -> list[Amount]:
    """The figures of some incidents, by column, and in all."""
    by_code = {row.code: row.amount for row in counting.broken_down(part, counted, by)}
    return [*(by_code.get(code, Amount()) for code in columns), counting.total(part, counted)]


def _of_period(selection: Selection, row: Row) -> tuple[Event, ...]:
    step = selection.question.step
    return tuple(event for event in selection.events if counting.period_of(event, step) == row.code)
