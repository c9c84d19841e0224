"""A table of results pasted from a spreadsheet: looked at first, cell by cell, and then saved as a whole."""

from datetime import date

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening_sheets import LINK, TABLE
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.screening import pasting
from hrd_cases.services.screening.pasting import TablePreview
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import when
from hrd_cases.web.pages.request import again

bp = Blueprint("pasted_results", __name__, url_prefix=urls.path("screenings"))
READ_ON, NEW = "read_on", "new"  # fields of the form: the day; the companies that are to be made


@bp.get("/<record>/t")
def show(record: RecordId) -> ResponseReturnValue:
    """The field for the table."""
    return _page(record)


@bp.post("/<record>/t")
def check(record: RecordId) -> ResponseReturnValue:
    """What would become of the table; nothing is saved."""
    again(lambda broken: _page(record, broken))
    _day()
    return _page(record, preview=pasting.check(g.ctx, record, _table()))


@bp.post("/<record>/t/k")
def keep(record: RecordId) -> ResponseReturnValue:
    """Save all of it, or nothing."""
    again(lambda broken: _page(record, broken, checked=True))
    pasting.keep(g.ctx, record, _table(), _day(), request.form.getlist(NEW))
    return go("saved", "screenings.show", record=record)


def _table() -> str:
    return request.form.get(TABLE, "")


def _day() -> date | None:
    """The day that was typed; RuleBroken where it is none, or still to come."""
    try:
        day = read_date(request.form.get(READ_ON, "").strip()[:80], g.ctx.today, happened=True)
    except BadDate as bad:
        raise RuleBroken(bad.text, place=READ_ON, values=bad.values(when)) from None
    if day is None or not day.exact:
        raise RuleBroken(N_("Write the whole day, such as 14.12.2017."), place=READ_ON)
    return day.first


def _page(
    record: RecordId, broken: Exception | None = None, *, preview: TablePreview | None = None, checked: bool = False
) -> ResponseReturnValue:
    place, error = refused_at(broken)
    if checked:  # what stands against it is said at its cells, as they are now
        preview = _looked_at(record)
    edition = pasting.ready(g.ctx, record)
    page = render_template(
        "screening/pasted.html",
        record=record,
        edition=edition.value,
        form=_form({place: error}),
        preview=preview,
        errors={(item.row, item.column): _(item.text) % item.values for item in preview.errors} if preview else {},
        hidden=[(TABLE, _table()), (READ_ON, request.form.get(READ_ON, "")), *((NEW, name) for name in _new(preview))],
        link=LINK,
        url=url_for("pasted_results.check", record=record),
    )
    return make_response(page, 422 if broken or (preview and preview.errors) else 200)


def _looked_at(record: RecordId) -> TablePreview | None:
    try:
        return pasting.check(g.ctx, record, _table())
    except RuleBroken:
        return None


def _new(preview: TablePreview | None) -> tuple[str, ...]:
    return preview.new if preview else ()


def _form(error: dict[str, str]) -> SimpleForm:
    typed = request.form.get(READ_ON, g.ctx.today.strftime("%d.%m.%Y"))
    table = FormField(
        name=TABLE,
        id="f-table",
        kind="text",
        label=_(N_("Table")),
        hint=_(
            N_("Companies in rows. The first row holds the codes of the indicators; a column of links may be there.")
        ),
        value=_table(),
        error=error.get(TABLE, ""),
        required=True,
        lines=12,
    )
    day = FormField(
        name=READ_ON,
        id="f-read_on",
        kind="date",
        label=_(N_("Everything was read on")),
        hint=_(N_("For example 14.12.2017")),
        value=typed,
        error=error.get(READ_ON, ""),
        required=True,
    )
    return SimpleForm(fields=(table, day))
