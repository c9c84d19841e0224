"""Handing all one's cases to a colleague, a few at a time."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.services.team import handing_over
from hrd_cases.services.team.handing_over import HandoverStep
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again

bp = Blueprint("handing_over", __name__, url_prefix=urls.path("account"))


@bp.get("/h")
def show() -> ResponseReturnValue:
    """How many cases there are, and to whom they could go."""
    return _page()


@bp.post("/h")
def hand_over() -> ResponseReturnValue:
    """Hand the next cases over."""
    again(lambda broken: _page(problem=refusal(broken), status=422))
    form = request.form
    step = handing_over.hand_over(g.ctx, form.get("user", "")[:32], sure=form.get("sure") == "yes")
    if not step.left and not step.stuck:
        return go("handed_over", "desk.show")
    return _page(step=step)


def _page(*, step: HandoverStep | None = None, problem: str = "", status: int = 200) -> tuple[str, int]:
    page = render_template(
        "team/handing_over/show.html",
        plan=handing_over.plan(g.ctx),
        step=step,
        problem=problem,
        at_once=handing_over.AT_ONCE,
        picked=request.form.get("user", ""),
    )
    return page, status
