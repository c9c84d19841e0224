"""The pages of an exhibit as pictures, approved one by one for a paper that hides people."""

from time import monotonic

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.paper_matter import evidence_of
from hrd_cases.domain.printing import NOT_PRINTED, WHAT_TO_DO
from hrd_cases.services.evidence import previews
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.papers import found_names, page_ticks
from hrd_cases.web.evidence import print_preview
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go, say
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again, page_number, reading
from hrd_cases.web.papers import papers

bp = Blueprint("paper_pages", __name__, url_prefix=urls.path("papers"))
bp.register_error_handler(Forbidden, papers.refused)
AT_A_TIME = 12


@bp.get("/<case>/<record>/x/<evidence>")
def show(case: CaseId, record: RecordId, evidence: RecordId) -> ResponseReturnValue:
    """The pages, so many at a time."""
    return _page(case, record, evidence)


@bp.post("/<case>/<record>/x/<evidence>")
def approve(case: CaseId, record: RecordId, evidence: RecordId) -> ResponseReturnValue:
    """Keep the ticks of the pages that were shown, and show the next ones; after the last, back to step 4."""
    again(lambda broken: _page(case, record, evidence, problem=refusal(broken), status=422))
    values = request.form.getlist("s")
    approved = values if request.form.get("every") else request.form.getlist("ok")
    count = page_ticks.approve(g.ctx, case, record, evidence, values, approved)
    say("saved")
    at = page_number("p")
    if at * AT_A_TIME < count:
        return redirect(url_for(".show", case=case, record=record, evidence=evidence, p=at + 1), 303)
    return redirect(url_for("papers.consents", case=case, record=record, p="pages", _anchor="pages"), 303)


@bp.get("/<case>/<record>/x/<evidence>/<int:number>")
def picture(case: CaseId, record: RecordId, evidence: RecordId, number: int) -> Response:
    """One page, large."""
    with reading() as g.ctx:
        large = page_ticks.large_page(g.ctx, case, record, evidence, number)
    return print_preview.picture_response(previews.draw_large(site().runtime, large))


@bp.get("/<case>/<record>/w")
def found(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The names for which the paper was refused, as far as they stand in exhibits."""
    return _found(case, record)


@bp.post("/<case>/<record>/w")
def decide_found(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Carry out what was said of each of them; then the paper is built again."""
    again(lambda broken: _found(case, record, problem=refusal(broken), status=422))
    texts = {name.removeprefix("n-"): value for name, value in request.form.items() if name.startswith("n-")}
    found_names.decide(g.ctx, case, record, texts)
    return go("saved", "papers.built", case=case, record=record)


def _found(case: CaseId, record: RecordId, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    names = found_names.found(g.ctx, case, record)
    # Drawn from here on, so that the pages are counted once somebody has decided; however many, the page waits once.
    until, waiting = monotonic() + previews.WAIT, False
    for evidence in dict.fromkeys(name.evidence for name in names):
        waiting |= previews.of(g.ctx, case, evidence_of(evidence), max(0.0, until - monotonic())).waiting
    page = render_template("papers/found.html", case=case, record=record, names=names, problem=problem, waiting=waiting)
    return page, status


def _page(
    case: CaseId, record: RecordId, evidence: RecordId, *, problem: str = "", status: int = 200
) -> tuple[str, int]:
    pages_to_see = page_ticks.look(g.ctx, case, record, evidence)
    cut = page_of(pages_to_see.pages, page_number("p"), AT_A_TIME)
    page = render_template(
        "papers/pages.html",
        case=case,
        record=record,
        evidence=evidence,
        source=evidence_of(evidence),
        seen=pages_to_see,
        shown=cut.items,
        at=cut.page,
        last=cut.pages,
        reasons=NOT_PRINTED,
        advice=WHAT_TO_DO,
        problem=problem,
    )
    return page, status
