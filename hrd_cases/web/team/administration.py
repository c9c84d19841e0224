"""Administration: accounts, from the one-time code to the day they end. No page here opens a case."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.words import N_
from hrd_cases.services.signin import live_sessions, throttling
from hrd_cases.services.team import administration, key_replacement, own_key_revocation, second_factor_lost
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import sending
from hrd_cases.web.pages.form_fields import checks, refusal, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again

bp = Blueprint("administration", __name__, url_prefix=urls.path("administration"))

STATES = {"waiting": N_("waiting"), "active": N_("active"), "disabled": N_("closed")}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed to let an account in, and what is wrong with it at which field."""

    user: str
    name: str
    roles: frozenset[str]
    external: bool
    place: str = ""
    problem: str = ""


@bp.get("")
def show() -> ResponseReturnValue:
    """Every account, those who wait first."""
    return page()


@bp.post("/i")
def invite() -> ResponseReturnValue:
    """A one-time code for a newcomer; this page is the only place that ever shows it."""
    again(lambda broken: page(problem=refusal(broken), status=422))
    code = administration.invite(g.ctx, frozenset(request.form.getlist("roles")))
    form = sending.own_origin()
    if form is not None:
        sending.use_up(g.ctx, form, sending.fields(), url_for(".show", made=1), [])
    return page(code=code)


@bp.post("/c/<user>")
def certify(user: str) -> ResponseReturnValue:
    """Admit a newcomer after the eight words were compared."""
    form = request.form
    name, roles, external = form.get("name", ""), frozenset(form.getlist("roles")), "external" in form

    def once_more(broken: Exception) -> ResponseReturnValue:
        place, problem = refused_at(broken)
        typed = Typed(user=user, name=name, roles=roles, external=external, place=place, problem=problem)
        return page(problem="" if place else problem, typed=typed, status=422)

    again(once_more)
    administration.certify(g.ctx, user, name, roles, external=external)
    return go("certified", ".show")


@bp.get("/x/<user>")
def closing(user: str) -> ResponseReturnValue:
    """What follows when an administrator's account is closed, before anybody asks for it."""
    outlook = own_key_revocation.outlook_of(g.ctx, user)
    line = next(line for line in administration.users(g.ctx) if line.user == user)
    asked = administration.closings(g.ctx).get(user)
    return render_template("team/administration/close.html", line=line, outlook=outlook, asked=asked)


@bp.post("/x/<user>")
def disable(user: str) -> ResponseReturnValue:
    """Close an account; an administrator's is closed by two others."""
    again(lambda broken: page(problem=refusal(broken), status=422))
    done = administration.disable(g.ctx, user, lose=request.form.get("lose") == "yes")
    return go("disabled" if done else "closing_asked", ".show")


@bp.post("/y/<user>")
def keep_open(user: str) -> ResponseReturnValue:
    """Take back that an administrator's account be closed."""
    administration.keep_open(g.ctx, user)
    return go("kept_open", ".show")


@bp.post("/e/<user>")
def end_sessions(user: str) -> ResponseReturnValue:
    """End every session of an account: a telephone was lost, or somebody is being searched."""
    live_sessions.end_all_of(g.ctx, user)
    return go("all_ended", ".show") if user != g.session.actor.user else redirect("/", 303)


@bp.post("/o/<user>")
def hand_over(user: str) -> ResponseReturnValue:
    """Hand the trend desk or the log to a colleague whose role asks for it."""
    administration.hand_office(g.ctx, user)
    return go("granted", "home")


def page(*, code: str = "", problem: str = "", typed: Typed | None = None, status: int = 200) -> tuple[str, int]:
    """Every account, and what waits for administrators."""
    account_lines = administration.users(g.ctx)
    choices = [(code, _(role.label)) for code, role in ROLES.items()]
    created = render_template(
        "team/administration/show.html",
        accounts=account_lines,
        resting=throttling.resting(g.ctx),
        without_keys=own_key_revocation.without_keys(g.ctx),
        code=code,
        code_made="made" in request.args,
        problem=problem,
        typed=typed,
        closings=administration.closings(g.ctx).values(),
        replacements=key_replacement.waiting(g.ctx),
        leaves=second_factor_lost.leaves(g.ctx),
        second_factor=site().runtime.organisation.second_factor,
        states={state: _(label) for state, label in STATES.items()},
        roles_field=checks("roles", _(N_("Roles")), choices, request.form.getlist("roles"), required=True),
        roles=choices,
        me=g.session.actor.user,
        combined=administration.combined,
    )
    return created, status
