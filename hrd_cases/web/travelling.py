"""Travel mode: name a colleague, look at what would be given up, give it up; and let a colleague in again."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.services import travelling
from hrd_cases.web import places
from hrd_cases.web.request import again, reading
from hrd_cases.web.simple import refusal
from hrd_cases.web.turning import go

bp = Blueprint("travelling", __name__, url_prefix=f"{places.path('account')}/t")


@bp.get("")
def show() -> ResponseReturnValue:
    """What travel mode is, and whom one could name."""
    return _first_page()


@bp.post("/p")
def plan() -> ResponseReturnValue:
    """What would be given up to the colleague who was named."""
    again(lambda broken: _first_page(problem=refusal(broken), status=422))
    return _plan_page(request.form.get("user", ""))


@bp.post("")
def leave() -> ResponseReturnValue:
    """Give it up."""
    user, form = request.form.get("user", ""), request.form
    again(lambda broken: _again(user, broken))
    chosen = None if form.get("what") == "all" else form.getlist("cases")
    travelling.give_up(g.ctx, user, chosen)
    return redirect(url_for(".away"), 303) if chosen is None else go("travels", "home")


@bp.get("/w")
def away() -> ResponseReturnValue:
    """What somebody who gave everything up sees until they are let in again."""
    if g.session.actor.state == ACTIVE:
        return redirect("/", 303)
    with reading() as ctx:
        journey = travelling.own(ctx)
    if journey is None:
        return redirect(url_for("enter.waiting"), 303)
    return render_template("travelling/away.html", journey=journey)


@bp.post("/b/<user>")
def let_in(user: str) -> ResponseReturnValue:
    """Hand back what a colleague gave up."""
    returned = travelling.let_in_again(g.ctx, user)
    return go("let_in" if not returned.missed else "let_in_partly", "home")


@bp.post("/x/<user>")
def end(user: str) -> ResponseReturnValue:
    """End a journey whose colleague no longer works here."""
    travelling.end_without(g.ctx, user)
    return go("journey_ended", "home")


def _first_page(*, problem: str = "", status: int = 200) -> tuple[str, int]:
    page = render_template(
        "travelling/show.html",
        companions=travelling.companions(g.ctx),
        journey=travelling.own(g.ctx),
        picked=request.form.get("user", ""),
        problem=problem,
    )
    return page, status


def _again(user: str, broken: Exception) -> tuple[str, int]:
    problem = refusal(broken)
    if any(companion.user == user for companion in travelling.companions(g.ctx)) and travelling.own(g.ctx) is None:
        return _plan_page(user, problem=problem, status=422)
    return _first_page(problem=problem, status=422)


def _plan_page(user: str, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    results = travelling.holdings(g.ctx, user)
    companion = next(companion for companion in travelling.companions(g.ctx) if companion.user == user)
    page = render_template(
        "travelling/plan.html",
        companion=companion,
        cases=[holding for holding in results if holding.kind == "case"],
        others=[holding for holding in results if holding.kind != "case" and holding.why_not],
        whole=not any(holding.why_not for holding in results),
        unticked=set() if request.form.get("what") is None else _unticked(results),
        what=request.form.get("what", ""),
        problem=problem,
    )
    return page, status


def _unticked(results: tuple[travelling.Holding, ...]) -> set[str]:
    return {holding.vault for holding in results} - set(request.form.getlist("cases"))
