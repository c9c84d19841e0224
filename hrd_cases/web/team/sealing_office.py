"""Sealing the office: one asks, another confirms; sessions end and log-ins are held for some hours."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.signin.login_freeze import EVERYBODY, LONGEST
from hrd_cases.services.team import sealing_office
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again, reading

bp = Blueprint("sealing_office", __name__, url_prefix=f"{urls.path('account')}/o")


@bp.get("")
def show() -> ResponseReturnValue:
    """What it is, what waits for a second person, and the form to ask."""
    return _page()


@bp.post("")
def ask() -> ResponseReturnValue:
    """Ask for a hold, or with no hours for an end of one."""
    again(lambda broken: _page(problem=refusal(broken), status=422))
    form = request.form
    scope = EVERYBODY if form.get("who") == "all" else form.get("user", "") or "nobody"
    sealing_office.ask(g.ctx, scope, _hours(form.get("hours", "")) if form.get("lift") != "yes" else 0)
    return go("asked_to_hold", ".show")


@bp.post("/y/<request_id>")
def confirm(request_id: str) -> ResponseReturnValue:
    """Confirm what a colleague asked for."""
    try:
        out = sealing_office.confirm(site().runtime, g.session, request_id, g.now)
    except RuleBroken as broken:
        with reading() as g.ctx:
            return _page(problem=refusal(broken), status=422)
    return redirect(url_for("enter.show"), 303) if out else go("held", ".show")


@bp.post("/z/<request_id>")
def withdraw(request_id: str) -> ResponseReturnValue:
    """Take one's own request back."""
    sealing_office.withdraw(g.ctx, request_id)
    return go("", ".show")


def _hours(typed: str) -> int:
    """The number typed; one that is refused when there is none."""
    text = typed.strip()
    hours = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return hours or LONGEST + 1


def _page(*, problem: str = "", status: int = 200) -> tuple[str, int]:
    colleagues = sealing_office.colleagues(g.ctx)
    page = render_template(
        "team/sealing_office/show.html",
        asked=sealing_office.requests(g.ctx),
        colleagues=colleagues,
        held=[colleague for colleague in colleagues if colleague.held_until is not None],
        who=request.form.get("who", ""),
        picked=request.form.get("user", ""),
        hours=request.form.get("hours", "12"),
        problem=problem,
    )
    return page, status
