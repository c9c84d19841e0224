"""The agenda by month: a table of days on a wide screen and on paper, a list of the days with something on a phone."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.schedule import months
from hrd_cases.services.schedule.months import CalendarMonth, MonthDay
from hrd_cases.web.kernel import i18n, urls
from hrd_cases.web.pages import due_dates
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.schedule.agenda import KINDS, NO_DATE, OVERDUE

bp = Blueprint("months", __name__, url_prefix=f"{urls.path('agenda')}/m")

MONTH, ONLY = "m", "w"
FIRST_YEAR, LAST_YEAR = 1900, 2199
SHOWN = {code: words for code, (words, _kinds) in KINDS.items() if code not in (OVERDUE, NO_DATE)}


@bp.get("")
def show() -> ResponseReturnValue:
    """A month, by default this one, with a link to the month before and after."""
    first = month_of(request.args.get(MONTH, ""))
    only = request.args.get(ONLY, "")
    only = only if only in SHOWN else ""
    month = months.month(g.ctx, first, KINDS[only][1])
    return render_template(
        "schedule/months/show.html",
        month=month,
        weeks=[_week(week, only) for week in month.weeks],
        weekdays=[i18n.say_weekday(date(2024, 1, number), language()) for number in range(1, 8)],
        tabs=[{"url": _url(first, code), "label": _(words), "current": code == only} for code, words in SHOWN.items()],
        shown=_(SHOWN[only]),
        before=_url(first - timedelta(days=1), only) if first.year > FIRST_YEAR else "",
        after=_url(month.last + timedelta(days=1), only) if first.year < LAST_YEAR else "",
        export=_export(month, only),
        wide=True,
    )


def month_of(typed: str) -> date:
    """The first day of the month that an address names; of this month where it names none."""
    try:
        when = read_date(typed[:80], g.ctx.today)
    except BadDate:
        when = None
    day = when.first if when is not None and when.known else g.ctx.today
    return (day if FIRST_YEAR <= day.year <= LAST_YEAR else g.ctx.today).replace(day=1)


def _week(week: Iterable[MonthDay | None], only: str) -> list[dict[str, object] | None]:
    return [_day(day, only) if day else None for day in week]


def _day(day: MonthDay, only: str) -> dict[str, object]:
    return {
        "on": day.on,
        "name": i18n.say_day_of_week(day.on, language()),
        "today": day.on == g.ctx.today,
        "free": day.free,
        "lines": [due_dates.in_words(line, g.ctx.today) for line in day.lines],
        "more": day.more,
        "url": url_for("agenda.show", f=day.on.isoformat(), t=day.on.isoformat(), w=only or None),
    }


def _export(month: CalendarMonth, only: str) -> str:
    since = max(month.first, g.ctx.today) if month.first <= g.ctx.today <= month.last else month.first
    return url_for("icalendar.form", f=since.isoformat(), w=only or None)


def _url(day: date, only: str) -> str:
    return url_for("months.show", m=f"{day:%Y-%m}", w=only or None)
