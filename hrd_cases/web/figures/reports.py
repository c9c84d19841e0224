"""The report of a question, in words: the same numbers as its table for spreadsheets, with charts and the method."""

from collections.abc import Iterator, Sequence

from flask import g

from hrd_cases.domain import counting, editions
from hrd_cases.domain.counted import Amount, share
from hrd_cases.domain.editions import INSIDE, HandOut
from hrd_cases.domain.leaving import LeavingLine, LeavingTable
from hrd_cases.domain.papers import Language
from hrd_cases.domain.reports import Report, ReportBar, ReportChart, ReportRow, ReportSection, ReportTable
from hrd_cases.domain.words import N_
from hrd_cases.services.figures import exports
from hrd_cases.services.letters.letters import letterhead
from hrd_cases.web.figures.figure_words import change_words, code_words, period_words, question_title
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import _, language

MOST_COLUMNS, MOST_PERIODS = 5, 8  # beside the first column and the total, on a sheet of A4
NO_CHART = N_("The chart of these figures is in the PDF.")
METHOD = (
    (
        N_("Sources"),
        N_(
            "Incidents that our colleagues recorded and coded: kind, month, region, alleged perpetrators, companies, "
            "and of people kind and gender. Accounts, names and places within a region are in no figure."
        ),
    ),
    (
        N_("Change or chance"),
        N_(
            "Incidents of the last two whole years of the period. If chance alone put each of them into either year, "
            "so large a difference would come about in fewer than 5 times in 100 (exact binomial test; the interval is "
            "Clopper and Pearson's, 95 %%). Incidents that led to one another are not independent, and what was "
            "recorded is not all that happened."
        ),
    ),
    (
        N_("Gaps"),
        N_(
            "A zero with “none counted here” does not say that none happened or was recorded: incidents were left out. "
            "With “no incident recorded” nobody recorded one, which does not mean that none happened. Periods to come "
            "have no figure."
        ),
    ),
)
CONSENT = (
    N_(
        "Counted are incidents of the public record, and those in which people agreed to statistics. A person who "
        "said no is in no figure, nor is an incident in which everybody attacked said no."
    ),
    N_(
        "Counted are all incidents, also those whose people nobody asked about statistics: these must not leave. A "
        "person who said no is in no figure, nor is an incident in which everybody attacked said no."
    ),
)


def report_of(
    *, title: str, subtitle: str, edition: str, sections: Sequence[ReportSection], altered: bool = False
) -> Report:
    """A report of ours in the language of the page."""
    return Report(
        language=Language(language()),
        publisher=next(iter(letterhead(g.ctx, Language(language()))), ""),
        title=title,
        subtitle=subtitle,
        edition=edition,
        day=filters.day(g.ctx.today),
        sections=tuple(sections),
        built_at=g.ctx.local,
        warning=_(exports.ALTERED) if altered else "",
        no_chart=_(NO_CHART),
    )


def edition_words(hand_out: HandOut) -> str:
    """For whom a report is, as it stands at the foot of each page."""
    said = _(editions.SAID[hand_out.edition])
    return f"{said} {_(N_('Recipient'))}: {hand_out.name}" if hand_out.name else said


def bar(words: str, amount: Amount | None, remark: str = "") -> ReportBar:
    """A bar of a figure; without one where it is hidden."""
    ends = (amount.low, amount.high) if amount is not None else (0, 0)
    return ReportBar(words=words, figure=figure(amount), low=ends[0], high=ends[1], remark=remark)


def figure(amount: Amount | None) -> str:
    """A figure as it stands in the table for spreadsheets."""
    return str(exports.in_figures(amount, _))


def question_file(table: LeavingTable, hand_out: HandOut, form: str) -> bytes | Report:
    """The table for a spreadsheet, or the report that is still to be set in this form."""
    if form in exports.SHEETS:
        return exports.as_sheet(table, hand_out, form, g.ctx.language, say=_, label=code_words)
    return question_report(table, hand_out)


def question_report(table: LeavingTable, hand_out: HandOut) -> Report:
    """The report of a question."""
    question = table.question
    values = {
        "unit": _(counting.UNITS[question.unit]),
        "since": period_words(question.since),
        "until": period_words(question.until),
    }
    return report_of(
        title=question_title(question),
        subtitle=_(N_("%(unit)s, %(since)s to %(until)s")) % values,
        edition=edition_words(hand_out),
        sections=list(_sections(table, hand_out)),
        altered=table.altered,
    )


def _sections(table: LeavingTable, hand_out: HandOut) -> Iterator[ReportSection]:
    unit = _(counting.UNITS[table.question.unit])
    yield ReportSection(heading=_(N_("Answer")), paragraphs=tuple(_answer(table, unit)))
    first = [bar(_row_words(table, line.code), line.amounts[-1], _remark(line)) for line in table.lines[:-1]]
    rows = ReportChart(head=_headed(exports.row_head(table)), unit=unit, bars=tuple(first))
    step = _(counting.STEPS[table.question.step])
    yield ReportSection(heading=rows.head if table.rows else step, chart=rows)
    names = [code_words(table.by, code) for code in table.columns]
    if names:
        *amounts, whole = table.lines[-1].amounts
        bars = tuple(bar(name, amount, _share(amount, whole)) for name, amount in zip(names, amounts, strict=True))
        head = _headed(counting.COLUMNS[table.by])
        yield ReportSection(heading=head, chart=ReportChart(head=head, unit=unit, bars=bars))
    if names or table.by == counting.WHOLE:
        yield ReportSection(heading=_(N_("All figures")), tables=tuple(_tables(table, names)))
    yield ReportSection(heading=_(N_("How it was counted")), pairs=tuple(_method(table, hand_out)))


def _headed(msgid: str) -> str:
    words = _(msgid)
    return words[:1].upper() + words[1:]


def _row_words(table: LeavingTable, code: str) -> str:
    return code_words(table.rows, code) if table.rows else period_words(code)


def _answer(table: LeavingTable, unit: str) -> Iterator[str]:
    whole = table.lines[-1].amounts[-1]
    if table.base == 0:
        yield _(N_("Nothing to count in this period"))
        return
    if whole is None:
        yield _(N_("%(unit)s: hidden, since the figure is small or others could be worked out from it.")) % {
            "unit": unit[:1].upper() + unit[1:]
        }
    else:
        yield f"{unit[:1].upper()}{unit[1:]}: {figure(whole)}."
    if table.change is None:
        yield _(
            N_(
                "Of a rise or a fall nothing is said: that is done only of incidents by year, where the table has the "
                "last two whole years."
            )
        )
    else:
        yield change_words(table.change)
    shown = [amount for line in table.lines for amount in line.amounts if amount is not None]
    if any(amount.low != amount.high for amount in shown):
        yield _(
            N_(
                "Where sources differ, a figure is a range with the number we use behind it; the empty part of a bar "
                "reaches from the lowest to the highest number."
            )
        )


def _share(part: Amount | None, whole: Amount | None) -> str:
    """What part of the whole a figure is, with its base: of another base it is another percentage."""
    if part is None or whole is None or not (part.exact and whole.exact and whole.used):
        return ""
    values = {"share": filters.number(float(share(part.used, whole.used))), "base": whole.used}
    return _(N_("%(share)s percent of %(base)s")) % values


def _remark(line: LeavingLine) -> str:
    remarks = [_(exports.NOTES[line.note])] if line.note else []
    return "; ".join([*remarks, *([_(N_("not over yet"))] if line.partial else [])])


def _tables(table: LeavingTable, names: list[str]) -> Iterator[ReportTable]:
    """All cells: codes in rows where there are few periods, else periods in rows and the codes on several tables."""
    total = _(N_("Total"))
    heads = [*names, total]
    periods = [*(_row_words(table, line.code) for line in table.lines[:-1]), total]
    cells, whole = [list(map(figure, line.amounts)) for line in table.lines], table.lines[-1]
    if len(names) > MOST_COLUMNS and len(table.lines) <= MOST_PERIODS + 1:
        yield _turned(table, heads, periods, cells)
        return
    for at in range(0, len(heads), MOST_COLUMNS + 1):
        rows = [
            ReportRow(cells=(period, *line[at : at + MOST_COLUMNS + 1]), remark=_remark(source), strong=source is whole)
            for period, line, source in zip(periods, cells, table.lines, strict=True)
        ]
        yield ReportTable(heads=(_(exports.row_head(table)), *heads[at : at + MOST_COLUMNS + 1]), rows=tuple(rows))


def _turned(table: LeavingTable, heads: list[str], periods: list[str], cells: list[list[str]]) -> ReportTable:
    remarks = map(_remark, table.lines)
    first = [f"{period} ({remark})" if remark else period for period, remark in zip(periods, remarks, strict=True)]
    columns = list(zip(*cells, strict=True))
    rows = [
        ReportRow(cells=(head, *column), strong=at == len(heads) - 1)
        for at, (head, column) in enumerate(zip(heads, columns, strict=True))
    ]
    return ReportTable(heads=(_(counting.COLUMNS[table.by]), *first), rows=tuple(rows))


def _method(table: LeavingTable, hand_out: HandOut) -> Iterator[tuple[str, str]]:
    for what, cell in exports.for_whom(hand_out, _):
        yield what, str(cell)
    above = {_(N_("Period")), _(N_("Columns"))}  # said in the title, and by the tables
    for what, cell in exports.about(table, _, code_words):
        if what not in above:
            yield what, str(cell)
    for what, text in (METHOD[0], (N_("Consent"), CONSENT[table.edition == INSIDE]), *METHOD[1:]):
        yield _(what), _(text).replace("%%", "%")
