"""Dates of a recommendation are ticked off on its page, on the desk and in the agenda, which offer to undo that."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId
from hrd_cases.services.recommendations import recommendation_dates
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import due_dates
from hrd_cases.web.recommendations.recommendations import BACK

bp = Blueprint("recommendation_dates", __name__, url_prefix=urls.path("recommendations"))


@bp.post("/<record>/g/<part>")
def finish(record: RecordId, part: str) -> ResponseReturnValue:
    """This date is done."""
    return _marked(record, part, done=True)


@bp.post("/<record>/a/<part>")
def reopen(record: RecordId, part: str) -> ResponseReturnValue:
    """It is not done after all."""
    return _marked(record, part, done=False)


def _marked(record: RecordId, part: str, *, done: bool) -> ResponseReturnValue:
    if not recommendation_dates.mark(g.ctx, record, part, done=done):
        return go("unchanged", "recommendations.show", record=record)
    if "?h=" + request.args.get("h", "") == BACK:
        return redirect(url_for("recommendations.show", record=record, _anchor="dates"), 303)
    desk = url_for("desk.show", d=record, p=part, _anchor="finished") if done else url_for("desk.show")
    return redirect(due_dates.agenda_page() or desk, 303)
