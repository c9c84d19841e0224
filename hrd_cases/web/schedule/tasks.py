"""Tasks are ticked off on the desk and in the agenda, which offer to undo that."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import CaseId
from hrd_cases.services.schedule import tasks
from hrd_cases.web.kernel import urls

bp = Blueprint("tasks", __name__, url_prefix=urls.path("cases"))


@bp.post("/<case>/r/<record>/g")
def finish(case: CaseId, record: str) -> ResponseReturnValue:
    """The task is done."""
    tasks.mark(g.ctx, case, record, done=True)
    return redirect(_agenda() or url_for("desk.show", d=record, _anchor="finished"), 303)


@bp.post("/<case>/r/<record>/a")
def reopen(case: CaseId, record: str) -> ResponseReturnValue:
    """It is not done after all."""
    tasks.mark(g.ctx, case, record, done=False)
    return redirect(_agenda() or url_for("desk.show"), 303)


def _agenda() -> str:
    """The page of the agenda on which the button was pressed; empty on the desk."""
    if not request.args.get("h"):
        return ""
    period = {name: request.args.get(name, "")[:10] for name in ("f", "t", "w", "n")}
    return url_for("agenda.show", **{name: text for name, text in period.items() if text})  # type: ignore[arg-type]
