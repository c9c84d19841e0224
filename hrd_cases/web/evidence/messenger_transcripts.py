"""A messenger's export as numbered messages, and the transcript that is made of it."""

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId, record_id
from hrd_cases.domain.messenger_exports import DayOrder
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence import messenger_transcripts
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.papers.taken import message_facts
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import page_number, reading

bp = Blueprint("transcripts", __name__)
ORDERS = {
    DayOrder.DAY_FIRST: N_("day, month, year"),
    DayOrder.MONTH_FIRST: N_("month, day, year"),
    DayOrder.YEAR_FIRST: N_("year, month, day"),
}
AT_A_TIME = 25


@bp.get("/f/<case>/<record>/x/<int:number>")
def show(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """The messages of an export, or the question in which order it writes its days."""
    return _page(case, record, number, request.args.get("o", ""))


@bp.post("/f/<case>/<record>/x/<int:number>")
def make(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """Make the transcript; where a paper was chosen, the ticked messages become facts of it."""
    paper = record_id(request.form.get("p", ""))
    order, called = request.form.get("o", ""), request.form.get("title", "").strip() or _(N_("Transcript"))
    try:
        made = messenger_transcripts.make(site().runtime, g.session, g.now, case, record, number, order, called)
        if paper:
            message_facts.add(site().runtime, g.session, g.now, case, paper, made, _ticked())
    except RuleBroken as broken:
        with reading() as g.ctx:
            return make_response(_page(case, record, number, order, problem=refusal(broken), typed=called), 422)
    if paper:
        return go("saved", "paper_matter.facts", case=case, record=paper)
    return go("saved", "evidence.show", case=case, record=made.record)


def _ticked() -> set[int]:
    """The numbers of the messages that were sent with a tick."""
    return {int(number) for number in request.form.getlist("m") if number.isdecimal() and len(number) < 8}


def _page(
    case: CaseId, record: RecordId, number: int, order: str, *, problem: str = "", typed: str = ""
) -> ResponseReturnValue:
    try:
        view = messenger_transcripts.view(g.ctx, case, record, number, order)
    except RuleBroken as broken:
        page = render_template("evidence/no_export.html", case=case, record=record, reason=problem or refusal(broken))
        return make_response(page, 422)
    messages = view.conversation.messages if view.conversation else ()
    return render_template(
        "evidence/export.html",
        case=case,
        record=record,
        number=number,
        view=view,
        orders=ORDERS,
        papers=message_facts.papers_in_work(g.ctx, case),
        shown=page_of(messages, page_number(), AT_A_TIME),
        problem=problem,
        typed=typed,
        ticked=_ticked(),
        chosen=request.form.get("p", ""),
    )
