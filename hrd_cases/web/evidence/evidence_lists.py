"""The exhibits of a case: narrowed by kind or word, sorted, with small pictures; no address holds what was typed."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence import evidence_lists
from hrd_cases.services.evidence.evidence_lists import ListFilter
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import record_lines
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.request import page_number

bp = Blueprint("evidence_lists", __name__, url_prefix=urls.path("cases"))
SORT_WORDS = {
    "": N_("newest first"),
    "number": N_("as they arrived"),
    "day": N_("by the date of the document"),
    "title": N_("by title"),
}


@bp.get("/<case>/e")
def show(case: CaseId) -> ResponseReturnValue:
    """The exhibits of a case, page by page."""
    form = request.args
    return _list(case, ListFilter(kind=form.get("k", ""), sort=form.get("s", ""), page=page_number()))


@bp.post("/<case>/e/q")
def find(case: CaseId) -> ResponseReturnValue:
    """Those whose title holds what was typed, or that have this number."""
    return _list(case, ListFilter(text=request.form.get("text", "")[:200].strip()))


def _list(case: CaseId, requested: ListFilter) -> ResponseReturnValue:
    listed = evidence_lists.listing(g.ctx, case, requested)
    return render_template(
        "evidence/list.html",
        case=case,
        wanted=requested,
        found=listed.page,
        kinds=[(code, label("evidence_kinds", code)) for code in listed.kinds],
        sorts=SORT_WORDS,
        may_add=records.may_write(g.ctx, Evidence, case),
        unopened=record_lines.unopened(listed.every),
    )
