"""What leaves of the answer to a question: one table, by the rule of its edition, for every kind of file and report."""

from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain import counting, year_changes
from hrd_cases.domain.consents import NOT_ASKED
from hrd_cases.domain.counted import Amount, CountedFacts, Event
from hrd_cases.domain.counting import Question, Row, Selection
from hrd_cases.domain.editions import INSIDE, Cut, refuse_cuts
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

    `columns`: codes of the dimension `by`, the largest first. `lines`: periods, or codes of the dimension `rows`, at
    last all of them. `base`, `left_out`
    and `grievances` count incidents, None where one is hidden. `not_asked` counts those whose people nobody asked:
    inside they are among the others, else they stay here. `altered`: the facts are not those that the server left.
    """

    question: Question
    by: str
    edition: str
    columns: tuple[str, ...]
    lines: tuple[LeavingLine, ...]
    base: int | None
    not_asked: int | None
    left_out: int | None
    grievances: int | None
    change: YearChange | None
    altered: bool = False
    rows: str = ""


def leaving(counted: CountedFacts, question: Question, cut: Cut, edition: str, *, today: date) -> LeavingTable:
    """The table of a cut, inside or for a partner; CutRefused for what the edition may not have."""
    refuse_cuts(edition, question, cut)
    by, rows = cut
    inside = counting.select(counted, question)
    if edition == INSIDE:
        table = _table(counted, inside, by, edition, today, left_out=counting.leaves_out(inside, counted))
        return replace(table, rows=rows, lines=_by_code(inside, counted, table, rows)) if rows else table
    events, actions = (tuple(filter(may_leave, pool)) for pool in (counted.events, counted.actions))
    leaves = replace(counted, events=events, actions=actions)
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
    periods = [
        LeavingLine(code=row.code, amounts=tuple(amounts), note=row.note, partial=row.partial)
        for row, amounts in zip(rows, lines, strict=False)
    ]
    return LeavingTable(
        question=selection.question,
        by=by,
        edition=edition,
        columns=tuple(columns),
        lines=(*periods, LeavingLine(code="", amounts=tuple(lines[-1]))),
        base=len(selection.events),
        not_asked=selection.not_asked,
        left_out=counted.left_out,
        grievances=selection.grievances,
        change=year_changes.change_of(selection, today) if _has_change(selection.question.unit, edition) else None,
    )


def _by_code(selection: Selection, counted: CountedFacts, table: LeavingTable, rows: str) -> tuple[LeavingLine, ...]:
    """A line for each code of a dimension in the place of those of periods, the largest first."""
    parts, columns = counting.parted(selection, counted, rows), list(table.columns)
    lines = [
        LeavingLine(code=row.code, amounts=tuple(_amounts(parts[row.code], counted, table.by, columns)))
        for row in counting.broken_down(selection, counted, rows)
    ]
    return (*lines, table.lines[-1])


def _has_change(unit: str, edition: str) -> bool:
    """Whether a table of this unit says how incidents changed."""
    return unit == counting.INCIDENTS or (edition == INSIDE and unit not in counting.OF_ACTIONS)


def _amounts(part: Selection, counted: CountedFacts, by: str, columns: list[str]) -> list[Amount]:
    """The figures of some incidents, by column, and in all."""
    by_code = {row.code: row.amount for row in counting.broken_down(part, counted, by)}
    return [*(by_code.get(code, Amount()) for code in columns), counting.total(part, counted)]


def _of_period(selection: Selection, row: Row) -> tuple[Event, ...]:
    step = selection.question.step
    return tuple(event for event in selection.events if counting.period_of(event, step) == row.code)
