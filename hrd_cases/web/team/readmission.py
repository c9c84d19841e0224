"""Colleagues whose keys were replaced: compare the words, and let them into the cases they held."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.services.team import readmission
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again

bp = Blueprint("letting_in_again", __name__, url_prefix=urls.path("desk"))


@bp.get("/n")
def show() -> ResponseReturnValue:
    """Who has new keys, the words before and now, and how many cases wait."""
    return _page()


@bp.post("/n/<user>")
def let_in(user: str) -> ResponseReturnValue:
    """Let a colleague into the next cases again."""
    again(lambda broken: _page(problem=refusal(broken), status=422))
    left = readmission.let_in(g.ctx, user, request.form.get("keys", "")[:64])
    return go("let_in_some" if left else "let_in_all", ".show" if left else "desk.show")


def _page(*, problem: str = "", status: int = 200) -> tuple[str, int]:
    results = readmission.waiting(g.ctx)
    page = render_template(
        "team/readmission/show.html", colleagues=results, problem=problem, at_once=readmission.AT_ONCE
    )
    return page, status
