"""Travel mode: name a colleague, look at what would be given up, give it up; and let a colleague in again."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.services.travel import travel
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again, reading

bp = Blueprint("travelling", __name__, url_prefix=f"{urls.path('account')}/t")


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
    travel.give_up(g.ctx, user, chosen)
    return redirect(url_for(".away"), 303) if chosen is None else go("travels", "home")


@bp.get("/w")
def away() -> ResponseReturnValue:
    """What somebody who gave everything up sees until they are let in again."""
    if g.session.actor.state == ACTIVE:
        return redirect("/", 303)
    with reading() as ctx:
        journey = travel.own(ctx)
    if journey is None:
        return redirect(url_for("enter.waiting"), 303)
    return render_template("travel/away.html", journey=journey)


@bp.post("/b/<user>")
def let_in(user: str) -> ResponseReturnValue:
    """Hand back what a colleague gave up."""
    returned = travel.let_in_again(g.ctx, user)
    return go("let_in" if not returned.missed else "let_in_partly", "home")


@bp.post("/x/<user>")
def end(user: str) -> ResponseReturnValue:
    """End a journey whose colleague no longer works here."""
    travel.end_without(g.ctx, user)
    return go("journey_ended", "home")


def _first_page(*, problem: str = "", status: int = 200) -> tuple[str, int]:
    page = render_template(
        "travel/show.html",
        companions=travel.companions(g.ctx),
        journey=travel.own(g.ctx),
        picked=request.form.get("user", ""),
        problem=problem,
    )
    return page, status


def _again(user: str, broken: Exception) -> tuple[str, int]:
    problem = refusal(broken)
    if any(companion.user == user for companion in travel.companions(g.ctx)) and travel.own(g.ctx) is None:
        return _plan_page(user, problem=problem, status=422)
    return _first_page(problem=problem, status=422)


def _plan_page(user: str, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    results = travel.holdings(g.ctx, user)
    companion = next(companion for companion in travel.companions(g.ctx) if companion.user == user)
    page = render_template(
        "travel/plan.html",
        companion=companion,
        cases=[holding for holding in results if holding.kind == CASE_VAULT],
        others=[holding for holding in results if holding.kind != CASE_VAULT and holding.why_not],
        whole=not any(holding.why_not for holding in results),
        unticked=set() if request.form.get("what") is None else _unticked(results),
        what=request.form.get("what", ""),
        problem=problem,
    )
    return page, status


def _unticked(results: tuple[travel.Holding, ...]) -> set[str]:
    return {holding.vault for holding in results} - set(request.form.getlist("cases"))
