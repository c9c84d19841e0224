"""Tasks are ticked off on the desk and in the agenda, which offer to undo that."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.services.schedule import tasks
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import due_dates

bp = Blueprint("tasks", __name__, url_prefix=urls.path("cases"))


@bp.post("/<case>/r/<record>/g")
def finish(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The task is done."""
    tasks.mark(g.ctx, case, record, done=True)
    return redirect(due_dates.agenda_page() or url_for("desk.show", d=record, _anchor="finished"), 303)


@bp.post("/<case>/r/<record>/a")
def reopen(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """It is not done after all."""
    tasks.mark(g.ctx, case, record, done=False)
    return redirect(due_dates.agenda_page() or url_for("desk.show"), 303)
