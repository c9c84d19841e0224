"""Who is on a case, and letting a colleague in after the key words were compared."""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.services import cases, sharing
from hrd_cases.web import places
from hrd_cases.web.request import again
from hrd_cases.web.simple import refusal
from hrd_cases.web.turning import go

bp = Blueprint("team", __name__, url_prefix=places.path("cases"))


@bp.get("/<case>/team")
def show(case: str) -> ResponseReturnValue:
    """The team, the eight words of each key, and who could be let in."""
    return _page(case)


@bp.post("/<case>/team")
def share(case: str) -> ResponseReturnValue:
    """Let a colleague in."""
    again(lambda broken: _page(case, problem=refusal(broken), status=422))
    given = request.form
    user, level = given.get("user", ""), given.get("level", "")
    sharing.share(g.ctx, case, user, level, privileged=given.get("privileged") == "yes")
    return go("shared", ".show", case=case)


@bp.post("/<case>/team/l")
def found(case: str) -> ResponseReturnValue:
    """Begin the part of a case that only its lawyers read."""
    again(lambda broken: _page(case, problem=refusal(broken), status=422))
    sharing.found_privileged(g.ctx, case)
    return go("founded", ".show", case=case)


def _page(case: str, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    view = cases.overview(g.ctx, case)
    others = sharing.candidates(g.ctx, case) if view.may_share else ()
    page = render_template(
        "team/show.html",
        case=case,
        view=view,
        candidates=others,
        problem=problem,
        picked=request.form.get("user", ""),
        back=url_for("cases.show", case=case),
        may_found="privileged" not in view.rights and "lawyer" in g.session.actor.roles,
        has_privileged="privileged" in view.rights,
    )
    return page, status
