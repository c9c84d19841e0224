"""The report of a quarter, in words: every figure of its page with its definition, beside the quarter before."""

from collections.abc import Iterator

from flask import g

from hrd_cases.domain.editions import HandOut
from hrd_cases.domain.periods import before
from hrd_cases.domain.quarters import QuarterFigure
from hrd_cases.domain.reports import Report, ReportChart, ReportRow, ReportSection, ReportTable
from hrd_cases.domain.words import N_
from hrd_cases.services.figures import exports, quarter
from hrd_cases.services.figures.quarter import QuarterView
from hrd_cases.web.figures.figure_words import part_words, period_words
from hrd_cases.web.figures.reports import bar, edition_words, figure, report_of
from hrd_cases.web.pages.layout import _

DRAWN = "attack_kinds"  # the list of the parts that are drawn


def quarter_file(view: QuarterView, hand_out: HandOut, form: str) -> bytes | Report:
    """The figures for a spreadsheet, or the report that is still to be set in this form."""
    if form in exports.SHEETS:
        return quarter.as_sheet(view, hand_out, form, g.ctx.language, say=_, label=part_words)
    return quarter_report(view, hand_out)


def quarter_report(view: QuarterView, hand_out: HandOut) -> Report:
    """The report of a quarter."""
    this = period_words(view.code)
    return report_of(
        title=this[:1].upper() + this[1:],
        subtitle=_(N_("What was done and what happened, beside the period before")),
        edition=edition_words(hand_out),
        sections=list(_sections(view, hand_out)),
        altered=view.altered,
    )


def _sections(view: QuarterView, hand_out: HandOut) -> Iterator[ReportSection]:
    names = (period_words(view.code), period_words(before(view.code)))
    table = ReportTable(heads=(_(N_("Figure")), *names), rows=tuple(map(_row, view.figures)))
    yield ReportSection(heading=_(N_("All figures")), tables=(table,))
    drawn = [item for item in view.figures if item.code and item.line.list == DRAWN]
    if drawn:
        bars = tuple(bar(part_words(item.line, item.code), item.now) for item in drawn)
        label = _(drawn[0].line.label)
        yield ReportSection(heading=label, chart=ReportChart(head=label, unit=names[0], bars=bars))
    yield ReportSection(heading=_(N_("How it was counted")), pairs=tuple(_method(view, hand_out)))


def _row(item: QuarterFigure) -> ReportRow:
    words = part_words(item.line, item.code) if item.code else _(item.line.label)
    return ReportRow(
        cells=(words, figure(item.now), figure(item.before)),
        remark="" if item.code else _(item.line.definition),
        part=bool(item.code),
    )


def _method(view: QuarterView, hand_out: HandOut) -> Iterator[tuple[str, str]]:
    for what, cell in exports.for_whom(hand_out, _):
        yield what, str(cell)
    yield (
        _(N_("Sources")),
        _(
            N_(
                "What our colleagues recorded: calls, cases, legal actions, hearings, letters, support and incidents, "
                "as codes and dates. Names and accounts are in no figure."
            )
        ),
    )
    yield (
        _(N_("Consent")),
        _(N_("A person who said no to statistics is in no figure; an entry goes when everybody named in it said no.")),
    )
    yield _(N_("Entries without a date, in no period")), str(view.undated)
    left_out = N_("Incidents in which everybody attacked said no to statistics, of whatever time")
    yield _(left_out), str(view.left_out)
    if view.unread:
        yield _(N_("Facts that could not be read, in no figure")), str(view.unread)
