"""The page on which an administrator sets the time zone and the calendar of working days."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.calendars import calendars
from hrd_cases.domain.words import N_
from hrd_cases.services.schedule import calendars as local
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import SimpleForm, line, radios, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again

bp = Blueprint("calendars", __name__, url_prefix=f"{urls.path('administration')}/z")


@bp.get("")
def show() -> ResponseReturnValue:
    """What counts now."""
    return _page()


@bp.post("")
def save() -> ResponseReturnValue:
    """Set both."""
    again(_page)
    local.choose(g.ctx, request.form.get("zone", ""), request.form.get("calendar", ""))
    return go("saved", ".show")


def _page(broken: Exception | None = None) -> tuple[str, int]:
    current = local.form(g.ctx)
    zone = request.form.get("zone", current.zone)
    calendar = request.form.get("calendar", current.calendar or local.WEEKENDS)
    place, error = refused_at(broken)
    fields = (
        line(
            "zone",
            _(N_("Time zone")),
            value=zone,
            required=True,
            hint=_(N_("Such as Asia/Almaty, or the city alone. Days begin and end there; now it is %(time)s."))
            % {"time": current.clock},
            error=error if place == "zone" else "",
        ),
        _calendars(calendar, error if place == "calendar" else ""),
    )
    page = render_template("schedule/calendars/show.html", form=SimpleForm(fields=fields))
    return page, 422 if broken else 200


def _calendars(chosen: str, error: str) -> FormField:
    choices = [(code, calendar.text(g.language)) for code, calendar in calendars().items()]
    none = (local.WEEKENDS, _(N_("Another country: weekends only, public holidays are not known")))
    return radios("calendar", _(N_("Public holidays of")), [*choices, none], chosen, error=error)
