"""The quarter page: what a donor's form asks for, and the same numbers as a file for a named recipient."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hrd_cases.domain import quarters
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.editions import INSIDE, PARTNER, HandOut
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.first_seen import FirstSeenLists, first_seen
from hrd_cases.domain.leaving_text import amount_read, amount_written, text_of
from hrd_cases.domain.periods import QUARTER, before, period
from hrd_cases.domain.quarters import QuarterFigure, QuarterLine
from hrd_cases.domain.words import N_
from hrd_cases.render.tables import Cell, TextHead
from hrd_cases.services.figures import exports, facts
from hrd_cases.services.figures.exports import Say, in_figures
from hrd_cases.services.figures.fact_segments import fold_after
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.kernel.context import Context

EDITIONS = (INSIDE, PARTNER)  # whole or not at all: much of it is small
_PERIOD = re.compile(r"(19|20)\d\d(-Q[1-4])?\Z")


@dataclass(frozen=True, kw_only=True)
class QuarterView:
    """The figures of a quarter, beside the one before; what is in no quarter, and what a no took out whole."""

    code: str
    figures: tuple[QuarterFigure, ...]
    undated: int
    left_out: int
    unread: int
    altered: bool


def view(ctx: Context, code: str) -> tuple[QuarterView, FirstSeenLists]:
    """The figures of a quarter, by default of the last that is over, and what it has for the first time.

    RuleBroken for what is no quarter. The lists stand on the page alone: a file for somebody else has small figures of
    what it declares, and no others.
    """
    source = facts.read(ctx)
    fold_after(ctx, source)
    visible = view_of(source, chosen(ctx, code))
    return visible, first_seen(source.counted, visible.code)


def chosen(ctx: Context, code: str) -> str:
    """The quarter or year that a code names, by default the last quarter that is over; RuleBroken for what is none."""
    quarter = code or before(period(ctx.today, QUARTER))
    if not _PERIOD.match(quarter):
        raise RuleBroken(N_("Write a quarter as 2026-Q4, a year as 2026."), place="quarter")
    return quarter


def asked(ctx: Context, code: str) -> str:
    """The same for somebody who is to say what its file is for; nothing is counted yet."""
    facts.open_trends(ctx)
    return chosen(ctx, code)


def leaving(ctx: Context, code: str, hand_out: HandOut, *, form: str) -> QuarterView:
    """The figures of a quarter for a file; for whom and what it is, is logged."""
    source, quarter = facts.read(ctx, Act.EXPORT_TRENDS), chosen(ctx, code)
    stated = hand_out.stated((INSIDE,))
    exports.check_form(form)
    ctx.note("read", "export the quarter", quarter=quarter, form=form, **stated.logged)
    return view_of(source, quarter)


def as_sheet(
    visible: QuarterView,
    hand_out: HandOut,
    form: str,
    language: str,
    *,
    say: Say,
    label: Callable[[QuarterLine, str], str],
) -> bytes:
    """The figures as XLSX or CSV; `label` names a part of a line."""
    rows = list(rows_of(visible, say, label, str))
    rows.append([])
    rows.append([say(N_("Entries without a date, in no period")), visible.undated])
    rows.append(
        [say(N_("Incidents in which everybody attacked said no to statistics, of whatever time")), visible.left_out]
    )
    rows = [*([TextHead(words), cell] for words, cell in exports.for_whom(hand_out, say)), [], *rows]
    return exports.sheet(exports.warned(rows, visible.altered, say), form, language)


def rows_of(
    visible: QuarterView, say: Say, label: Callable[[QuarterLine, str], str], period: Callable[[str], str]
) -> Iterator[list[Cell]]:
    """The table of a file, its headings first; `period` names a quarter."""
    periods = (period(visible.code), period(before(visible.code)))
    yield [TextHead(text) for text in (say(N_("Figure")), *periods, say(N_("What is counted")))]
    for figure in visible.figures:
        words = label(figure.line, figure.code) if figure.code else say(figure.line.label)
        name: Cell = f"– {words}" if figure.code else TextHead(words)
        definition = None if figure.code else say(figure.line.definition)
        yield [name, in_figures(figure.now, say), in_figures(figure.before, say), definition]


def written(view: QuarterView) -> str:
    """The figures of a quarter as one text: the same figures have the same text."""
    figures = [
        [figure.line.label, figure.code, amount_written(figure.now), amount_written(figure.before)]
        for figure in view.figures
    ]
    return text_of({**vars(view), "quarter": view.code, "figures": figures})


def read(text: str) -> QuarterView:
    """The figures of a text."""
    body, lines = json.loads(text), {line.label: line for line in quarters.LINES}
    figures = tuple(
        QuarterFigure(line=lines[label], code=code, now=amount_read(now), before=amount_read(before))
        for label, code, now, before in body["figures"]
    )
    body.pop("quarter")
    return QuarterView(**{**body, "figures": figures})


def view_of(source: Facts, code: str) -> QuarterView:
    """The figures of a quarter from facts that were read already."""
    return QuarterView(
        code=code,
        figures=tuple(quarters.figures(source.counted, code)),
        undated=quarters.undated(source.counted),
        left_out=source.counted.left_out,
        unread=source.unread,
        altered=source.altered,
    )
