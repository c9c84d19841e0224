"""The agenda as a file for the calendar of a telephone: which days, what is in it, and the file itself."""

from collections.abc import Mapping

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.words import N_
from hrd_cases.services.schedule import icalendar
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.form_fields import SimpleForm, line
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again
from hrd_cases.web.schedule.agenda import KINDS, MOST_DAYS, day_typed
from hrd_cases.web.schedule.months import ONLY, SHOWN

bp = Blueprint("icalendar", __name__, url_prefix=f"{urls.path('agenda')}/x")

SINCE, UNTIL = "f", "t"
TYPE = "text/calendar; charset=utf-8"
ENDS_EARLY = N_("The period ends before it begins, or is longer than ten years.")


@bp.get("")
def form() -> ResponseReturnValue:
    """Which days the file is of: from today on for a year, where the address says nothing else."""
    icalendar.ready(g.ctx)
    return _page(_TypedPeriod(request.args), look=False)


@bp.post("")
def export() -> ResponseReturnValue:
    """The file; the audit log keeps how many dates are in it."""
    period = _TypedPeriod(request.form)
    again(lambda _broken: _page(period, look=True))
    if period.errors:
        return _page(period, look=True)
    data = icalendar.export(g.ctx, period.since, period.until, KINDS[period.only][1], say=_)
    response = make_response(data)
    response.headers["Content-Type"] = TYPE
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


class _TypedPeriod:
    """The period as it was typed, and what is wrong with it."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.only = typed.get(ONLY, "") if typed.get(ONLY, "") in SHOWN else ""
        self.typed = {name: typed.get(name, "")[:80] for name in (SINCE, UNTIL)}
        self.since, bad_since = day_typed(self.typed[SINCE], g.ctx.today, last=False)
        self.until, bad_until = day_typed(self.typed[UNTIL], icalendar.until(self.since), last=True)
        if not bad_since and not bad_until and not 0 <= (self.until - self.since).days <= MOST_DAYS:
            bad_until = _(ENDS_EARLY)
        self.errors = {name: text for name, text in ((SINCE, bad_since), (UNTIL, bad_until)) if text}


def _page(period: _TypedPeriod, *, look: bool) -> ResponseReturnValue:
    errors = period.errors if look else {}
    kinds = tuple((code, _(words), code == period.only) for code, words in SHOWN.items())
    since = period.typed[SINCE] if errors.get(SINCE) else period.since.strftime("%d.%m.%Y")
    until = period.typed[UNTIL] if errors.get(UNTIL) else period.until.strftime("%d.%m.%Y")
    page = render_template(
        "schedule/icalendar/export.html",
        form=SimpleForm(
            fields=(
                line(SINCE, _(N_("From")), value=since, error=errors.get(SINCE, "")),
                line(UNTIL, _(N_("To")), value=until, error=errors.get(UNTIL, "")),
                FormField(kind="select", name=ONLY, id=identifier(ONLY), label=_(N_("Show only")), options=kinds),
            )
        ),
        titles=sorted({_(title) for title in (*icalendar.TITLES.values(), icalendar.DEADLINE)}),
        zone=g.ctx.runtime.organisation.zone,
        action=url_for("icalendar.export"),
        back=url_for("months.show"),
    )
    return make_response(page, 422 if errors else 200)
