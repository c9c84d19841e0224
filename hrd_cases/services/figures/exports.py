"""Figures for outside, as a file for a spreadsheet: only what may leave, small cells protected, the purpose logged."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter

from hrd_cases.domain import counting
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.consents import NOT_ASKED
from hrd_cases.domain.counted import Amount, CountedFacts, Event
from hrd_cases.domain.counting import Row, Selection
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.protecting import SMALL, hide
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.words import N_
from hrd_cases.render.tables import Cell, Month, TextHead, csv_bytes, xlsx_bytes
from hrd_cases.services.figures import facts, trends
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.figures.trends import CHOOSE, TrendQuestion
from hrd_cases.services.kernel.context import Context

XLSX, CSV = "xlsx", "csv"
Say = Callable[[str], str]
Label = Callable[[str, str], str]


def purpose_of(typed: str, form: str) -> str:
    """What figures are handed out for, in one of the forms; RuleBroken at the field where nobody says it."""
    if form not in (XLSX, CSV):
        raise RuleBroken(CHOOSE)
    return stated_purpose(typed, N_("Write what the figures are for. The audit log keeps it."))


def sheet(rows: list[list[Cell]], form: str, language: str) -> bytes:
    """Rows as a file."""
    return xlsx_bytes(rows) if form == XLSX else csv_bytes(rows, language)


def warned(rows: list[list[Cell]], source: Facts, say: Say) -> list[list[Cell]]:
    """Rows under a warning where the facts behind them are not those that the server left."""
    return [[TextHead(say(ALTERED))], *rows] if source.altered else rows


def export(ctx: Context, request: TrendQuestion, by: str, purpose: str, *, form: str, say: Say, label: Label) -> bytes:
    """The table of periods by a dimension; RuleBroken at the field.

    `form` is XLSX or CSV, `say` translates a msgid, `label` names a code of a dimension.
    """
    source = facts.read(ctx, Act.EXPORT_TRENDS)
    question = trends.question_of(ctx, request, source.counted)
    if by not in counting.DIMENSIONS:
        raise RuleBroken(CHOOSE, place="by")
    why = purpose_of(purpose, form)
    ctx.note("read", "export trends", by=by, unit=question.unit, form=form, purpose=why)
    inside = counting.select(source.counted, question)
    counted = replace(source.counted, events=tuple(filter(may_leave, source.counted.events)))
    leaving = counting.select(counted, question)
    content = _Content(selection=leaving, counted=counted, not_asked=len(inside.events) - len(leaving.events), by=by)
    rows = [*_about(content, say, label), [], *_figures(ctx, content, say, label)]
    return sheet(warned(rows, source, say), form, ctx.language)


def may_leave(event: Event) -> bool:
    """Only incidents of the public record, and those whose people all agreed to statistics."""
    return event.consent != NOT_ASKED


class _Content:
    """What one file holds."""

    def __init__(self, *, selection: Selection, counted: CountedFacts, not_asked: int, by: str) -> None:
        self.selection, self.counted, self.not_asked, self.by = selection, counted, not_asked, by
        self.question = selection.question
        self.columns = [row.code for row in counting.broken_down(selection, counted, by)] if selection.events else []

    def amounts(self, events: tuple[Event, ...]) -> list[Amount]:
        """The figures of some incidents, by column, and in all."""
        part = replace(self.selection, events=events)
        by_code = {row.code: row.amount for row in counting.broken_down(part, self.counted, self.by)}
        whole = counting.measure(events, self.question.unit, self.counted, self.question.only)
        return [*(by_code.get(code, Amount()) for code in self.columns), whole]


def _figures(ctx: Context, content: _Content, say: Say, label: Label) -> Iterable[list[Cell]]:
    selection = content.selection
    left_out = bool(content.not_asked) or trends.leaves_out(selection, content.counted)
    rows = counting.over_time(selection, content.counted, today=ctx.today, left_out=left_out)
    lines = [content.amounts(_of_period(selection, row)) for row in rows]
    lines.append(content.amounts(selection.events))
    hidden = hide([list(map(attrgetter("used"), line)) for line in lines])
    names = [label(content.by, code) for code in content.columns]
    yield [TextHead(say(N_("Period"))), *map(TextHead, [*names, say(N_("Total")), say(N_("Remark"))])]
    for y, line in enumerate(lines):
        row = rows[y] if y < len(rows) else Row(code="", amount=line[-1])
        head: Cell = _period(row.code) if row.code else TextHead(say(N_("Total")))
        figures = [say(N_("hidden")) if (y, x) in hidden else in_figures(one, say) for x, one in enumerate(line)]
        yield [head, *figures, say(NOTES[row.note]) if row.note else None]


def _of_period(selection: Selection, row: Row) -> tuple[Event, ...]:
    step = selection.question.step
    return tuple(event for event in selection.events if counting.period_of(event, step) == row.code)


def in_figures(amount: Amount, say: Say) -> str | int:
    """An amount in one cell: a number, a range, or that it is not known."""
    figure: str | int = amount.used if amount.low == amount.high else f"{amount.low}–{amount.high} ({amount.used})"
    if not amount.unknown:
        return figure
    unknown = say(N_("not known in %(number)s")) % {"number": amount.unknown}
    return f"{figure}; {unknown}" if amount.high else unknown


def few(count: int, say: Say) -> str | int:
    """A count of incidents or people that may leave: not which, if it is small."""
    return say(N_("fewer than 5")) if 0 < count < SMALL else count


def _about(content: _Content, say: Say, label: Label) -> list[list[Cell]]:
    """What was counted and how."""
    question, selection = content.question, content.selection
    asked: list[list[Cell]] = [
        [TextHead(say(counting.DIMENSIONS[by])), label(by, code)] for by, code in trends.codes_of(question.only).items()
    ]
    lines: list[tuple[str, Cell]] = [
        (N_("Unit"), say(counting.UNITS[question.unit])),
        (N_("Columns"), say(counting.DIMENSIONS[content.by])),
        (N_("Period"), f"{question.since} .. {question.until}"),
        (N_("Base: incidents counted"), few(len(selection.events), say)),
        (N_("Left out: nobody asked for consent to statistics"), few(content.not_asked, say)),
        (N_("Left out: everybody attacked said no, in whatever period"), few(content.counted.left_out, say)),
        (N_("Labour grievances, no attack: incidents not counted"), few(selection.grievances, say)),
        (N_("Rule"), say(counting.RULES[question.unit])),
        (N_("Several values"), say(counting.SEVERAL)),
        (N_("Small figures"), say(SMALL_FIGURES)),
    ]
    return [*asked, *([TextHead(say(head)), cell] for head, cell in lines)]


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
