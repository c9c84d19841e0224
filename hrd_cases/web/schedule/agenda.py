"""Hearings and letters across my cases, by week, for the screen and for paper; and the next hearing from the last."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.agenda import CUSTODY, FILINGS, HEARINGS, LETTERS, OF_DIRECTORY
from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.records import records
from hrd_cases.services.schedule import agenda, hearings
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import due_dates
from hrd_cases.web.pages.form_fields import SimpleForm, bad_date, line
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import page_number

bp = Blueprint("agenda", __name__, url_prefix=urls.path("agenda"))
adjourning = Blueprint("hearings", __name__, url_prefix=urls.path("cases"))

WEEKS = 4
MOST_DAYS = 3660
OVERDUE, NO_DATE = "o", "u"
KINDS = {
    "": (N_("Everything with a date"), frozenset[str]()),
    "h": (N_("Hearings"), HEARINGS),
    "k": (N_("Letters"), LETTERS),
    "f": (N_("Filings"), FILINGS),
    "m": (N_("Custody"), CUSTODY),
    "r": (N_("Recommendations and meetings"), OF_DIRECTORY),
    OVERDUE: (N_("Everything overdue, whatever its day"), frozenset[str]()),
    NO_DATE: (N_("Letters without a date to wait for"), frozenset[str]()),
}


@bp.get("")
def show() -> ResponseReturnValue:
    """A page of a period; four weeks from this Monday on when nobody said which. Or what is late, or waits undated."""
    form = request.args
    today = g.ctx.today
    monday = today - timedelta(days=today.weekday())
    since, bad_since = day_typed(form.get("f", ""), monday, last=False)
    until, bad_until = day_typed(form.get("t", ""), since + timedelta(days=7 * WEEKS - 1), last=True)
    if not bad_until and not since <= until <= since + timedelta(days=MOST_DAYS):
        bad_until = _(N_("The period ends before it begins, or is longer than ten years."))
        until = since + timedelta(days=7 * WEEKS - 1)
    chosen = form.get("w", "") if form.get("w", "") in KINDS else ""
    filters = _filters(
        form.get("f", "") if bad_since else _typed(since),
        form.get("t", "") if bad_until else _typed(until),
        chosen,
        bad_since,
        bad_until,
    )
    page = _page(since, until, chosen, filters)
    return make_response(page, 422 if bad_since or bad_until else 200)


def _page(since: date, until: date, chosen: str, filters: SimpleForm) -> str:
    form = {"form": filters, "shown": _(KINDS[chosen][0]), "more": {"w": chosen} if chosen else {}}
    if chosen == NO_DATE:
        letters = agenda.without_date(g.ctx, page_number())
        return render_template("schedule/agenda/no_date.html", found=letters, **form)
    if chosen == OVERDUE:
        result = agenda.overdue(g.ctx, page_number())
        return render_template(
            "schedule/agenda/show.html", found=result, weeks=_weeks(result, {"w": OVERDUE}), period=None, **form
        )
    result = agenda.agenda(g.ctx, since, until, KINDS[chosen][1], page_number())
    form["more"] = {"f": since.isoformat(), "t": until.isoformat(), "w": chosen or None}
    period = {
        "earlier": _link(since - (until - since) - timedelta(days=1), since - timedelta(days=1), chosen),
        "later": _link(until + timedelta(days=1), until + (until - since) + timedelta(days=1), chosen),
    }
    back = {"f": since.isoformat(), "t": until.isoformat(), "w": chosen}
    return render_template("schedule/agenda/show.html", found=result, weeks=_weeks(result, back), period=period, **form)


@adjourning.get("/<case>/r/<record>/n")
def adjourn(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The next hearing, filled in from the last."""
    records.ready(g.ctx, Hearing, case)
    return opening(_sheet(case, record))


@adjourning.post("/<case>/r/<record>/n")
def adjourn_to(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep the next hearing; the last one links to it."""

    def keep(value: object, _versions: Mapping[str, int]) -> ResponseReturnValue:
        created = hearings.adjourn(g.ctx, case, record, value)  # type: ignore[arg-type]  # the sheet is of a hearing
        return go("made", "records.show", case=case, record=created)

    return answer(partial(_sheet, case, record), keep)


def _sheet(case: CaseId, record: RecordId) -> Sheet:
    last = records.read(g.ctx, case, record, Hearing)
    return Sheet(
        entity=entity_for(Hearing),
        base=hearings.proposed(g.ctx, case, record),
        allowed=records.writable(g.ctx, Hearing, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for("hearings.adjourn", case=case, record=record),
        title=_(N_("Adjourned to")),
        kicker=f"{_(N_('Hearing'))} · {hearings.matter(g.ctx, case, last.value)}",
        back=url_for("records.show", case=case, record=record),
    )


def day_typed(text: str, otherwise: date, *, last: bool) -> tuple[date, str]:
    """A day as typed, a whole month or year too; the error when it is none."""
    try:
        partial_date = read_date(text[:80], g.ctx.today)
    except BadDate as bad:
        return otherwise, bad_date(bad)
    if partial_date is None:
        return otherwise, ""
    return (partial_date.last if last else partial_date.first), ""


def _filters(since: str, until: str, chosen: str, bad_since: str, bad_until: str) -> SimpleForm:
    kinds = tuple((code, _(text), code == chosen) for code, (text, _kinds) in KINDS.items())
    return SimpleForm(
        fields=(
            line("f", _(N_("From")), value=since, error=bad_since),
            line("t", _(N_("To")), value=until, error=bad_until),
            FormField(kind="select", name="w", id=identifier("w"), label=_(N_("Show only")), options=kinds),
        )
    )


def _link(since: date, until: date, chosen: str) -> str:
    return url_for("agenda.show", f=since.isoformat(), t=until.isoformat(), w=chosen or None)


def _typed(day: date) -> str:
    return day.strftime("%d.%m.%Y")


def _weeks(visible: agenda.Agenda, period: Mapping[str, str]) -> list[tuple[date, date, list[dict[str, object]]]]:
    """Each week with its lines; `period` is the address of this page, to which a button of a line comes back."""
    asked = {name: text for name, text in period.items() if text}
    back = "?" + urlencode({"h": "1", "n": str(visible.page.page), **asked})

    def lines(week: agenda.Week) -> list[dict[str, object]]:
        return [due_dates.in_words(line, g.ctx.today, visible.writable, back) for line in week.lines]

    return [(week.monday, week.monday + timedelta(days=6), lines(week)) for week in visible.weeks]
