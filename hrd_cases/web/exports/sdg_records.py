"""What incidents lack for SDG indicator 16.10.1: a list, each with what is missing."""

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.sdg_records import CLASSES, MISSING, MOST_SOURCES
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import sdg_records
from hrd_cases.services.exports.sdg_records import SdgRecord
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import filters, record_view
from hrd_cases.web.pages.form_fields import refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import groups, label
from hrd_cases.web.pages.request import again, page_number

bp = Blueprint("sdg_records", __name__, url_prefix=f"{urls.path('exports')}/g")


@bp.get("")
def show() -> ResponseReturnValue:
    """The incidents that may count, 25 on a page."""
    return _page()


@bp.post("/<case>/<record>")
def choose(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The class that a reviewer chose."""
    again(lambda broken: make_response(_page(broken), 422))
    sdg_records.choose(g.ctx, case, record, request.form.get("class", "")[:40])
    return go("saved", "sdg_records.show")


def _page(broken: Exception | None = None) -> str:
    found = sdg_records.listing(g.ctx, page_number())
    lines = [_line(item) for item in found.items]
    wrong = refused_at(broken)[1] if broken is not None else ""
    return render_template("exports/sdg_records.html", found=found, lines=lines, wrong=wrong)


def _class(item: SdgRecord) -> str:
    """The class that was chosen, or those that its kinds may have."""
    if item.chosen:
        return _(N_("Class, as chosen: %(name)s")) % {"name": label(CLASSES, item.chosen)}
    names = "; ".join(label(CLASSES, code) for code in item.possible)
    return _(N_("Class not chosen yet. Possible by its kinds: %(names)s")) % {"names": names}


def _sources(number: int) -> str:
    """The rule of two sources, beside what is there."""
    values = {"number": filters.number(number), "all": filters.number(MOST_SOURCES)}
    words = N_("Sources: %(number)s of %(all)s") if number < MOST_SOURCES else N_("Sources: %(number)s, enough")
    return _(words) % values


def _choice(item: SdgRecord) -> FormField:
    choices = [choice for _heading, listed in groups(CLASSES) for choice in listed]
    return FormField(
        kind="select",
        name="class",
        id=f"class-{item.incident.id}",
        label=_(N_("Class of the indicator")),
        options=tuple((code, words, code == item.chosen) for code, words in (("", _(N_("none"))), *choices)),
    )


def _line(item: SdgRecord) -> dict[str, object]:
    address = url_for("sdg_records.choose", case=item.incident.case, record=item.incident.id)
    return {
        "named": _class(item),
        "sources": _sources(item.sources),
        "choose": address if item.may_choose else "",
        "field": _choice(item) if item.may_choose else None,
        "title": record_view.title(item.incident),
        "url": url_for("records.show", case=item.incident.case, record=item.incident.id),
        "sub": " · ".join(filter(None, (filters.when(item.incident.value.when), item.case_title))),
        "missing": [_(MISSING[code]) for code in item.missing],
    }
