"""My desk: the first page after coming in."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.services import desk
from hrd_cases.web import due, places

bp = Blueprint("desk", __name__, url_prefix=places.path("desk"))


@bp.get("")
def show() -> ResponseReturnValue:
    """What is due, who waits, what was shared."""
    view = desk.view(g.ctx)
    return render_template(
        "desk/show.html",
        view=view,
        overdue=[due.said(line, view.today) for line in view.overdue],
        soon=[due.said(line, view.today) for line in view.soon],
        until=desk.horizon(view.today),
    )
