"""Figures that leave: for whom and what for in the log, and the table of their edition as a file for a spreadsheet."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from hrd_cases.domain import counting, editions
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.counted import Amount
from hrd_cases.domain.editions import Cut, HandOut
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.leaving import LeavingTable
from hrd_cases.domain.leaving import leaving as table_of
from hrd_cases.domain.publishing import SMALL
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.words import N_
from hrd_cases.render.tables import Cell, Month, TextHead, csv_bytes, xlsx_bytes
from hrd_cases.services.figures import facts, trends
from hrd_cases.services.figures.trends import CHOOSE, TrendQuestion
from hrd_cases.services.kernel.context import Context

XLSX, CSV, PDF, DOCX = "xlsx", "csv", "pdf", "docx"
SHEETS = (XLSX, CSV)
FORMS = (*SHEETS, PDF, DOCX)
SECOND = (editions.PARTNER, editions.PUBLIC)  # these leave once a second person agreed (figure_requests.py)
Say = Callable[[str], str]
Label = Callable[[str, str], str]


def purpose_of(typed: str, form: str) -> str:
    """What a table is handed out for, in one of the forms; RuleBroken at the field where nobody says it."""
    check_form(form, SHEETS)
    return stated_purpose(typed, editions.WHAT_FOR)


def sheet(rows: list[list[Cell]], form: str, language: str) -> bytes:
    """Rows as a file."""
    return xlsx_bytes(rows) if form == XLSX else csv_bytes(rows, language)


def warned(rows: list[list[Cell]], altered: bool, say: Say) -> list[list[Cell]]:
    """Rows under a warning where the facts behind them are not those that the server left."""
    return [[TextHead(say(ALTERED))], *rows] if altered else rows


def leaving(ctx: Context, request: TrendQuestion, cut: Cut, hand_out: HandOut, *, form: str) -> LeavingTable:
    """The table of a cut, and in the log for whom and what for; RuleBroken at the field."""
    source = facts.read(ctx, Act.EXPORT_TRENDS)
    question = trends.question_of(ctx, request, source.counted)
    check_cut(cut)
    stated = hand_out.stated((editions.INSIDE,))
    check_form(form)
    table = table_of(source.counted, question, cut, stated.edition, today=ctx.today)
    rows = {"rows": cut[1]} if cut[1] else {}
    ctx.note("read", "export trends", by=cut[0], **rows, unit=question.unit, form=form, **stated.logged)
    return replace(table, altered=source.altered)


def check_cut(cut: Cut) -> None:
    """Raise RuleBroken at the field for what no file has in its columns or rows."""
    by, rows = cut
    if by not in counting.COLUMNS:
        raise RuleBroken(CHOOSE, place="by")
    if rows and (rows not in counting.COLUMNS or rows == counting.WHOLE):
        raise RuleBroken(CHOOSE, place="rows")


def check_form(form: str, forms: Collection[str] = FORMS) -> None:
    """Raise RuleBroken for a form that no file has."""
    if form not in forms:
        raise RuleBroken(CHOOSE)


def as_sheet(table: LeavingTable, hand_out: HandOut, form: str, language: str, *, say: Say, label: Label) -> bytes:
    """The table as XLSX or CSV, under what was counted and how."""
    rows: list[list[Cell]] = [
        [TextHead(head), cell] for head, cell in (*for_whom(hand_out, say), *about(table, say, label))
    ]
    heads = [label(table.rows, line.code) if table.rows else _period(line.code) for line in table.lines[:-1]]
    return sheet(warned([*rows, [], *rows_of(table, say, label, heads)], table.altered, say), form, language)


def for_whom(hand_out: HandOut, say: Say) -> list[tuple[str, Cell]]:
    """Which edition a file is, and whose."""
    edition: list[tuple[str, Cell]] = [(say(N_("Edition")), say(editions.SAID[hand_out.edition]))]
    return [*edition, (say(N_("Recipient")), hand_out.name)] if hand_out.name else edition


def rows_of(table: LeavingTable, say: Say, label: Label, heads: Sequence[Cell]) -> Iterator[list[Cell]]:
    """The table of a file, its headings first; `heads` say the rows but the last, as cells."""
    names = [label(table.by, code) for code in table.columns]
    corner = say(row_head(table))
    yield [TextHead(corner), *map(TextHead, [*names, say(N_("Total")), say(N_("Remark"))])]
    for head, line in zip([*heads, TextHead(say(N_("Total")))], table.lines, strict=True):
        figures = [in_figures(amount, say) for amount in line.amounts]
        yield [head, *figures, say(NOTES[line.note]) if line.note else None]


def row_head(table: LeavingTable) -> str:
    """What the rows of a table are, as a msgid."""
    return counting.COLUMNS[table.rows] if table.rows else N_("Period")


def in_figures(amount: Amount | None, say: Say) -> str | int:
    """An amount in one cell: a number, a range, that it is not known, or that it is hidden (None)."""
    if amount is None:
        return say(N_("hidden"))
    figure: str | int = amount.used if amount.low == amount.high else f"{amount.low}–{amount.high} ({amount.used})"
    if amount.more:
        used = "" if amount.used == amount.low else f" ({amount.used})"
        figure = say(N_("at least %(number)s")) % {"number": amount.low} + used
    if not amount.unknown:
        return figure
    unknown = say(N_("not known in %(number)s")) % {"number": amount.unknown}
    return f"{figure}; {unknown}" if amount.high else unknown


def few(count: int, say: Say) -> str | int:
    """A count of incidents or people that may be published: not which, if it is small."""
    return say(N_("fewer than 5")) if 0 < count < SMALL else count


def about(table: LeavingTable, say: Say, label: Label) -> list[tuple[str, Cell]]:
    """What was counted and how, in words."""
    question, public = table.question, table.edition == editions.PUBLIC

    def count(number: int | None) -> Cell:
        return say(N_("hidden")) if number is None else number

    lines: list[tuple[str, Cell]] = [
        (N_("Unit"), say(counting.UNITS[question.unit])),
        (N_("Columns"), say(counting.COLUMNS[table.by])),
        (N_("Period"), f"{question.since} .. {question.until}"),
        (BASE_OF_ACTIONS if question.unit in counting.OF_ACTIONS else BASE, count(table.base)),
        (NOT_ASKED_INSIDE if table.edition == editions.INSIDE else NOT_ASKED, count(table.not_asked)),
        (N_("Left out: everybody attacked said no, in whatever period"), count(table.left_out)),
        (N_("Labour grievances, no attack: incidents not counted"), count(table.grievances)),
        (N_("Rule"), say(counting.RULES[question.unit])),
        (N_("Several values"), say(counting.SEVERAL)),
        (N_("Small figures"), say(SMALL_FIGURES if public else SMALL_SHOWN)),
    ]
    if public:
        lines.append((N_("Years"), say(STAYS)))
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
STAYS = N_(
    "Each year stays as it was first published, so that two files cannot be subtracted. It is parted into quarters or "
    "months where 60 percent of it can be read so."
)
SMALL_SHOWN = N_(
    "Figures from 1 to 4 are not hidden: somebody could work out whom they are about. Do not pass them on."
)
BASE, BASE_OF_ACTIONS = N_("Base: incidents counted"), N_("Base: legal actions counted")
NOT_ASKED = N_("Left out: nobody asked for consent to statistics")
NOT_ASKED_INSIDE = N_("Of these, nobody asked for consent to statistics: not to leave")
NOTES = {
    counting.NONE_RECORDED: N_("no incident recorded"),
    counting.NONE_COUNTED: N_("none counted here"),
    counting.NOT_YET: N_("still to come"),
    counting.MONTH_UNKNOWN: N_("month or quarter not known"),
}
