"""Figures for outside, as a file for a spreadsheet: only what may leave, small cells protected, the purpose logged."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain import counting
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.consents import NOT_ASKED
from hrd_cases.domain.counted import Amount, CountedFacts, Event
from hrd_cases.domain.counting import Question, Row, Selection
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.protecting import SMALL, hide
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.words import N_
from hrd_cases.render.tables import Cell, Month, TextHead, csv_bytes, xlsx_bytes
from hrd_cases.services.figures import facts, trends
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.figures.trends import CHOOSE, TrendQuestion, YearChange
from hrd_cases.services.kernel.context import Context

XLSX, CSV, PDF, DOCX = "xlsx", "csv", "pdf", "docx"
SHEETS = (XLSX, CSV)
FORMS = (*SHEETS, PDF, DOCX)
Say = Callable[[str], str]
Label = Callable[[str, str], str]


def purpose_of(typed: str, form: str, forms: Collection[str] = SHEETS) -> str:
    """What figures are handed out for, in one of the forms; RuleBroken at the field where nobody says it."""
    if form not in forms:
        raise RuleBroken(CHOOSE)
    return stated_purpose(typed, N_("Write what the figures are for. The audit log keeps it."))


def sheet(rows: list[list[Cell]], form: str, language: str) -> bytes:
    """Rows as a file."""
    return xlsx_bytes(rows) if form == XLSX else csv_bytes(rows, language)


def warned(rows: list[list[Cell]], altered: bool, say: Say) -> list[list[Cell]]:
    """Rows under a warning where the facts behind them are not those that the server left."""
    return [[TextHead(say(ALTERED))], *rows] if altered else rows


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
    and `grievances` count incidents, not protected yet; `not_asked` those that stay here, since nobody asked.
    """

    question: Question
    by: str
    columns: tuple[str, ...]
    lines: tuple[LeavingLine, ...]
    base: int
    not_asked: int
    left_out: int
    grievances: int
    change: YearChange | None
    altered: bool


def leaving(ctx: Context, request: TrendQuestion, by: str, purpose: str, *, form: str) -> LeavingTable:
    """The table of periods by a dimension, and the purpose of its file in the log; RuleBroken at the field."""
    source = facts.read(ctx, Act.EXPORT_TRENDS)
    question = trends.question_of(ctx, request, source.counted)
    if by not in counting.DIMENSIONS:
        raise RuleBroken(CHOOSE, place="by")
    why = purpose_of(purpose, form, FORMS)
    ctx.note("read", "export trends", by=by, unit=question.unit, form=form, purpose=why)
    return _leaving(source, question, by, ctx.today)


def export(ctx: Context, request: TrendQuestion, by: str, purpose: str, *, form: str, say: Say, label: Label) -> bytes:
    """The table as a file for a spreadsheet; RuleBroken at the field.

    `form` is XLSX or CSV, `say` translates a msgid, `label` names a code of a dimension.
    """
    return as_sheet(leaving(ctx, request, by, purpose, form=form), form, ctx.language, say=say, label=label)


def as_sheet(table: LeavingTable, form: str, language: str, *, say: Say, label: Label) -> bytes:
    """The table as XLSX or CSV, under what was counted and how."""
    if form not in SHEETS:
        raise RuleBroken(CHOOSE)
    rows: list[list[Cell]] = [[TextHead(head), cell] for head, cell in about(table, say, label)]
    return sheet(warned([*rows, [], *_figures(table, say, label)], table.altered, say), form, language)


def may_leave(event: Event) -> bool:
    """Only incidents of the public record, and those whose people all agreed to statistics."""
    return event.consent != NOT_ASKED


def _leaving(source: Facts, question: Question, by: str, today: date) -> LeavingTable:
    inside = counting.select(source.counted, question)
    counted = replace(source.counted, events=tuple(filter(may_leave, source.counted.events)))
    selection = counting.select(counted, question)
    columns = [row.code for row in counting.broken_down(selection, counted, by)] if selection.events else []
    not_asked = len(inside.events) - len(selection.events)
    left_out = bool(not_asked) or trends.leaves_out(selection, counted)
    rows = counting.over_time(selection, counted, today=today, left_out=left_out)
    parts = [*(_of_period(selection, row) for row in rows), selection.events]
    lines = [_amounts(replace(selection, events=events), counted, by, columns) for events in parts]
    hidden = hide([list(map(_to_protect, line)) for line in lines])
    visible = [_visible(y, line, hidden) for y, line in enumerate(lines)]
    periods = [
        LeavingLine(code=row.code, amounts=amounts, note=row.note, partial=row.partial)
        for row, amounts in zip(rows, visible, strict=False)
    ]
    table = LeavingTable(
        question=question,
        by=by,
        columns=tuple(columns),
        lines=(*periods, LeavingLine(code="", amounts=visible[-1])),
        base=len(selection.events),
        not_asked=not_asked,
        left_out=counted.left_out,
        grievances=selection.grievances,
        change=trends.change_of(selection, today),
        altered=source.altered,
    )
    return table if _shows_change(table) else replace(table, change=None)


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


def _figures(table: LeavingTable, say: Say, label: Label) -> Iterable[list[Cell]]:
    names = [label(table.by, code) for code in table.columns]
    yield [TextHead(say(N_("Period"))), *map(TextHead, [*names, say(N_("Total")), say(N_("Remark"))])]
    for line in table.lines:
        head: Cell = _period(line.code) if line.code else TextHead(say(N_("Total")))
        figures = [in_figures(amount, say) for amount in line.amounts]
        yield [head, *figures, say(NOTES[line.note]) if line.note else None]


def _of_period(selection: Selection, row: Row) -> tuple[Event, ...]:
    step = selection.question.step
    return tuple(event for event in selection.events if counting.period_of(event, step) == row.code)


def in_figures(amount: Amount | None, say: Say) -> str | int:
    """An amount in one cell: a number, a range, that it is not known, or that it is hidden (None)."""
    if amount is None:
        return say(N_("hidden"))
    figure: str | int = amount.used if amount.low == amount.high else f"{amount.low}–{amount.high} ({amount.used})"
    if not amount.unknown:
        return figure
    unknown = say(N_("not known in %(number)s")) % {"number": amount.unknown}
    return f"{figure}; {unknown}" if amount.high else unknown


def few(count: int, say: Say) -> str | int:
    """A count of incidents or people that may leave: not which, if it is small."""
    return say(N_("fewer than 5")) if 0 < count < SMALL else count


def about(table: LeavingTable, say: Say, label: Label) -> list[tuple[str, Cell]]:
    """What was counted and how, in words; counts of what is not in the table are protected like its cells."""
    question = table.question
    lines: list[tuple[str, Cell]] = [
        (N_("Unit"), say(counting.UNITS[question.unit])),
        (N_("Columns"), say(counting.DIMENSIONS[table.by])),
        (N_("Period"), f"{question.since} .. {question.until}"),
        (N_("Base: incidents counted"), few(table.base, say)),
        (N_("Left out: nobody asked for consent to statistics"), few(table.not_asked, say)),
        (N_("Left out: everybody attacked said no, in whatever period"), few(table.left_out, say)),
        (N_("Labour grievances, no attack: incidents not counted"), few(table.grievances, say)),
        (N_("Rule"), say(counting.RULES[question.unit])),
        (N_("Several values"), say(counting.SEVERAL)),
        (N_("Small figures"), say(SMALL_FIGURES)),
    ]
    asked = [(say(counting.DIMENSIONS[by]), label(by, code)) for by, code in trends.codes_of(question.only).items()]
    return [*asked, *((say(head), cell) for head, cell in lines)]


def _period(text: str) -> Cell:
    """A month as one; a quarter or a year as text."""
    year, _, month = text.partition("-")
    return Month(int(year), int(month)) if month.isdigit() else text


ALTERED = N_(
    "The facts behind these figures are not as the server left them: some were removed, added or changed by "
    "somebody who writes the database. Do not rely on the figures."
)
SMALL_FIGURES = N_(
    "Figures from 1 to 4 are hidden, and others with them, so that they cannot be worked out from totals."
)
NOTES = {
    counting.NONE_RECORDED: N_("no incident recorded"),
    counting.NONE_COUNTED: N_("none counted here"),
    counting.NOT_YET: N_("still to come"),
    counting.MONTH_UNKNOWN: N_("month or quarter not known"),
}
