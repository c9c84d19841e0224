"""Editions of a screening: the list, an edition with its table, its form, and which companies are in it."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId, record_id
from hrd_cases.domain.screening import EDITION_FORM, RESULTS, EditionForm, Screening, written_indicators
from hrd_cases.domain.words import N_
from hrd_cases.services.records import records
from hrd_cases.services.screening import editions
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import SimpleForm, checks, refused_at
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import again, page_number

bp = Blueprint("screenings", __name__, url_prefix=urls.path("screenings"))
COMPANIES = "companies"  # the field of the form that puts companies into an edition


@bp.get("")
def index() -> ResponseReturnValue:
    """Every edition, the newest first."""
    may_add = records.may_write(g.ctx, Screening)
    return render_template("screening/list.html", found=editions.listing(g.ctx, page_number()), may_add=may_add)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    records.ready(g.ctx, Screening)
    return opening(_new_sheet())


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Keep a new edition."""

    def keep(value: EditionForm, _versions: Mapping[str, int]) -> ResponseReturnValue:
        return go("made", ".show", record=editions.create(g.ctx, value))

    return answer(_new_sheet, keep)


@bp.get("/<record>")
def show(record: RecordId) -> ResponseReturnValue:
    """An edition: how its companies did, company by company and indicator by indicator."""
    view = editions.view(g.ctx, record, page_number())
    return render_template("screening/show.html", record=record, view=view, results=RESULTS)


@bp.get("/<record>/e")
def edit(record: RecordId) -> ResponseReturnValue:
    """The form of an edition."""
    return opening(_edit_sheet(record))


@bp.post("/<record>/e")
def save(record: RecordId) -> ResponseReturnValue:
    """Keep a changed edition."""

    def keep(value: EditionForm, versions: Mapping[str, int]) -> ResponseReturnValue:
        editions.save(g.ctx, record, value, versions)
        return go("saved", ".show", record=record)

    return answer(partial(_edit_sheet, record), keep)


@bp.get("/<record>/n")
def companies(record: RecordId) -> ResponseReturnValue:
    """Which companies of the directory to put into an edition."""
    return _companies_page(record)


@bp.post("/<record>/n")
def add(record: RecordId) -> ResponseReturnValue:
    """Put companies into an edition."""
    again(partial(_companies_page, record))
    editions.add_companies(g.ctx, record, map(record_id, request.form.getlist(COMPANIES)))
    return go("saved", ".show", record=record)


def _companies_page(record: RecordId, broken: Exception | None = None) -> ResponseReturnValue:
    choices = editions.missing_companies(g.ctx, record)
    _place, error = refused_at(broken)
    field = checks(COMPANIES, _(N_("Companies")), choices, request.form.getlist(COMPANIES), error=error)
    form = SimpleForm(fields=(field,))
    page = render_template("screening/companies.html", record=record, form=form, some=bool(choices))
    return make_response(page, 422 if broken else 200)


def _new_sheet() -> Sheet:
    return Sheet(
        entity=EDITION_FORM,
        base=EditionForm(**{**vars(records.start(g.ctx, Screening)), "day": g.ctx.today}),
        allowed=records.writable(g.ctx, Screening),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for("screenings.new"),
        title=_(EDITION_FORM.new),
        back=url_for("screenings.index"),
    )


def _edit_sheet(record: RecordId) -> Sheet:
    stored = records.read(g.ctx, None, record, Screening)
    lines = written_indicators(stored.value.indicators)
    return Sheet(
        entity=EDITION_FORM,
        base=EditionForm(**vars(stored.value), lines=lines),
        allowed=records.writable(g.ctx, Screening) - stored.broken,
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for("screenings.edit", record=record),
        title=stored.value.title,
        kicker=_(EDITION_FORM.label),
        back=url_for("screenings.show", record=record),
        versions=stored.versions,
        authors=stored.authors,
        day=stored.day,
    )
