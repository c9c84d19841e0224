"""The trend desk: facts without names, counted into one table; handed out with small cells protected."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain import counting
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.counting import MOST_MONTHS, CountQuestion, Table
from hrd_cases.domain.dates import BadDate, PartialDate
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.trends import NO, NOT_ASKED, CountedIncident, decode, standing
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.render.tables import Cell, Month, TextHead, csv_bytes, xlsx_bytes
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.store.trends import TrendFact, Trends

MOST_PURPOSE = 300
XLSX, CSV = "xlsx", "csv"
Say = Callable[[str], str]
Label = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class TrendQuestion:
    """What somebody chose and typed: codes of counting.DIMENSIONS and UNITS, months as people write them."""

    by: str = counting.KIND
    unit: str = counting.INCIDENTS
    since: str = ""
    until: str = ""
    grievances: bool = False


@dataclass(frozen=True, kw_only=True)
class View:
    """The table, and what is in none of its figures: facts that could not be opened or read, incidents of a no.

    `altered`: the facts are not those that this server entered.
    """

    table: Table
    unread: int
    refused: int
    altered: bool


@dataclass(frozen=True, kw_only=True)
class _Facts:
    every: list[CountedIncident]
    unread: int
    altered: bool
    refused: int  # incidents in which somebody attacked said no to statistics: nothing else is known of them


def view(ctx: Context, request: TrendQuestion) -> View:
    """The table of all facts, those whose people were never asked counted too; RuleBroken at the field."""
    facts = _facts(ctx)
    question = _question(request, facts.every, ctx.today)
    table = counting.count(facts.every, question, this_month=_month(ctx), left_out=facts.refused)
    return View(table=table, unread=facts.unread, refused=facts.refused, altered=facts.altered)


def export(ctx: Context, request: TrendQuestion, purpose: str, *, form: str, say: Say, label: Label) -> bytes:
    """The table for outside: only those who agreed to statistics, small cells protected; the purpose is logged.

    `form` is XLSX or CSV, `say` translates a msgid, `label` names a column's code; RuleBroken at the field.
    """
    facts = _facts(ctx, Act.EXPORT_TRENDS)
    question = _question(request, facts.every, ctx.today)
    if form not in (XLSX, CSV):
        raise RuleBroken(N_("Choose one from the list."))
    why = single(purpose, "purpose", MOST_PURPOSE)
    if not why:
        raise RuleBroken(N_("Write what the figures are for. The audit log keeps it."), place="purpose")
    ctx.note("read", "export trends", by=question.by, unit=question.unit, form=form, purpose=why)
    agreed = [fact for fact in facts.every if fact.consent != NOT_ASKED]
    left_out = facts.refused + len(facts.every) - len(agreed)
    table = counting.count(agreed, question, this_month=_month(ctx), left_out=left_out)
    everything = counting.count(facts.every, question, this_month=_month(ctx))
    rows = _lines(table, everything.base - table.base, facts.refused, say, label)
    if facts.altered:
        rows.insert(0, [TextHead(say(ALTERED))])
    if form == XLSX:
        return xlsx_bytes(rows)
    return csv_bytes(rows, ctx.language)


def _facts(ctx: Context, act: Act = Act.SEE_TRENDS) -> _Facts:
    """Facts that stand, opened with the desk's key; only those that this server entered for somebody of the staff."""
    vault = open_vault(ctx, act, ctx.runtime.organisation.trends, kind="trends")
    bodies = [_body(ctx.work.trends, row) for row in ctx.work.trends.all(vault)]
    read = [body for body in bodies if body is not None]
    facts = standing(read)
    counted = [fact for fact in facts if fact.consent != NO]
    return _Facts(
        every=counting.standing_once(counted),
        unread=len(bodies) - len(read),
        altered=not ctx.work.trends.whole(),
        refused=len(facts) - len(counted),
    )


def _body(rows: Trends, row: TrendFact) -> dict[str, object] | None:
    """A fact or tombstone that can be read, else None: one bad row must not hide the others.

    One of before a restore that the backup did not have is none: another generation has its place in the log.
    """
    if row.body is None:
        return None
    try:
        body = json.loads(row.body)
        if "gone" not in body:
            decode(body)
        if rows.generation_at(body["at"][0]) != row.generation:
            return None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return dict(body)


def _question(request: TrendQuestion, facts: list[CountedIncident], today: date) -> CountQuestion:
    """What was asked in full; the period offered where none was typed."""
    if request.by not in counting.DIMENSIONS:
        raise RuleBroken(N_("Choose one from the list."), place="by")
    if request.unit not in counting.UNITS:
        raise RuleBroken(N_("Choose one from the list."), place="unit")
    first, last = counting.span(facts, this_month=today.isoformat()[:7])
    question = CountQuestion(by=request.by, unit=request.unit, since=first, until=last, grievances=request.grievances)
    since, until = _typed(request.since, "since", today), _typed(request.until, "until", today)
    if since is not None and since.known:
        question = replace(question, since=since.first.isoformat()[:7])
    if until is not None and until.known:
        question = replace(question, until=until.last.isoformat()[:7])
    if question.until < question.since:
        raise RuleBroken(N_("The last month is before the first."), place="until")
    if len(counting.months(question.since, question.until)) > MOST_MONTHS:
        raise RuleBroken(N_("At most ten years at once."), place="since")
    return question


def _typed(text: str, place: str, today: date) -> PartialDate | None:
    try:
        return read_date(text, today)
    except BadDate as bad:
        raise RuleBroken(bad.text, place=place, values=bad.values()) from None


def _month(ctx: Context) -> str:
    return ctx.today.isoformat()[:7]


def _shown(row: Iterable[int | None], hidden: str) -> list[int | str]:
    return [hidden if value is None else value for value in row]


def _lines(table: Table, left_out: int, refused: int, say: Say, label: Label) -> list[list[Cell]]:
    """The sheet: what was counted and how, then the figures."""
    question = table.question
    hidden = say(N_("hidden"))
    figures = [_shown(row, hidden) for row in counting.protected(table)]
    base = figures[-1][-1] if question.unit == counting.INCIDENTS else _few(table.base, say)
    about: list[list[Cell]] = [
        [TextHead(say(N_("Unit"))), say(counting.UNITS[question.unit])],
        [TextHead(say(N_("Columns"))), say(counting.DIMENSIONS[question.by])],
        [TextHead(say(N_("Period"))), f"{question.since} .. {question.until}"],
        [TextHead(say(N_("Base: incidents counted"))), base],
        [TextHead(say(N_("Left out: nobody asked for consent to statistics"))), _few(left_out, say)],
        [TextHead(say(N_("Left out: somebody attacked said no to statistics, in whatever month"))), _few(refused, say)],
        [TextHead(say(N_("Labour grievances, no attack: incidents not counted"))), _few(table.grievances, say)],
        [TextHead(say(N_("Rule"))), say(counting.RULES[question.unit])],
        [TextHead(say(N_("Several values"))), say(counting.SEVERAL)],
        [TextHead(say(N_("Small figures"))), say(SMALL_FIGURES)],
        [],
    ]
    head = [say(N_("Month")), *(label(code) for code in table.columns), say(N_("Total")), say(N_("Remark"))]
    rows: list[list[Cell]] = [
        [_period(row.period), *visible, say(NOTES[row.note]) if row.note else None]
        for row, visible in zip(table.rows, figures, strict=False)
    ]
    return [*about, [*map(TextHead, head)], *rows, [TextHead(say(N_("Total"))), *figures[-1], None]]


def _period(text: str) -> Cell:
    """A month as one; a year whose months are not known as a year."""
    year, _, month = text.partition("-")
    return Month(int(year), int(month)) if month else text


def _few(count: int, say: Say) -> str | int:
    return say(N_("fewer than 5")) if 0 < count < counting.SMALL else count


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
    counting.MONTH_UNKNOWN: N_("month not known"),
}
