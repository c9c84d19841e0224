"""The sheet of one day, for the screen and for paper."""

from datetime import date, timedelta

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.casework.day_sheet import DaySheet, SheetHearing, day_sheet
from hrd_cases.services.schedule.agenda import AgendaLine
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import due_dates
from hrd_cases.web.pages.form_fields import SimpleForm, bad_date, line
from hrd_cases.web.pages.layout import _

bp = Blueprint("day_sheet", __name__, url_prefix=f"{urls.path('agenda')}/d")


@bp.get("")
def show() -> ResponseReturnValue:
    """The sheet of today, or of the day that was asked for."""
    typed = request.args.get("d", "")[:80]
    day, error = _day(typed)
    sheet = day_sheet(g.ctx, day)
    page = render_template(
        "casework/day_sheet/show.html",
        sheet=sheet,
        hearings=[_hearing(hearing) for hearing in sheet.hearings],
        custody=_lines(sheet.custody),
        others=_lines(sheet.others),
        form=SimpleForm(fields=(line("d", _(N_("Day")), value=typed if error else f"{day:%d.%m.%Y}", error=error),)),
        before=_url(day - timedelta(days=1)) if day > date.min else "",
        after=_url(day + timedelta(days=1)) if day < date.max else "",
        empty=_empty(sheet),
    )
    return page, 422 if error else 200


def _day(typed: str) -> tuple[date, str]:
    try:
        when = read_date(typed, g.ctx.today)
    except BadDate as bad:
        return g.ctx.today, bad_date(bad)
    return (when.first if when is not None and when.known else g.ctx.today), ""


def _url(day: date) -> str:
    return url_for("day_sheet.show", d=day.isoformat())


def _lines(lines: tuple[AgendaLine, ...]) -> list[dict[str, object]]:
    return [due_dates.in_words(item, g.ctx.today) for item in lines]


def _hearing(hearing: SheetHearing) -> dict[str, object]:
    words = due_dates.in_words(hearing.line, g.ctx.today)
    return {
        "at": hearing.line.at,
        "title": hearing.matter or words["title"],
        "url": words["url"],
        "place": ", ".join(filter(None, (hearing.line.place, hearing.address))),
        "case_title": words["case_title"],
        "ring": [" ".join(filter(None, pair)) for pair in hearing.ring],
    }


def _empty(sheet: DaySheet) -> bool:
    return not any((sheet.hearings, sheet.custody, sheet.others, sheet.dangers, sheet.calls))
