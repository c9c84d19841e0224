"""Administration: new keys, other roles, and a new second factor for an account that has some already."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from hrd_cases.services.team import key_replacement, roles, second_factor_lost
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again
from hrd_cases.web.team.administration import page

bp = Blueprint("new_keys", __name__, url_prefix=urls.path("administration"))


@bp.post("/n/<user>")
def code(user: str) -> ResponseReturnValue:
    """A one-time code for new keys; this page is the only place that ever shows it."""
    _again()
    return page(code=key_replacement.code_for(g.ctx, user))


@bp.post("/k/<user>")
def agree(user: str) -> ResponseReturnValue:
    """Certify new keys after the eight words were compared: the first of two, or the second."""
    _again()
    done = key_replacement.agree(g.ctx, user, request.form.get("keys", "")[:64])
    return go("replaced" if done else "first_of_two", "administration.show")


@bp.post("/w/<user>")
def withdraw(user: str) -> ResponseReturnValue:
    """Throw new keys away."""
    _again()
    key_replacement.withdraw(g.ctx, user)
    return go("keys_thrown_away", "administration.show")


@bp.post("/r/<user>")
def change_roles(user: str) -> ResponseReturnValue:
    """Certify other roles."""
    _again()
    roles.change(g.ctx, user, frozenset(request.form.getlist("roles")))
    return go("roles", "home")


@bp.post("/f/<user>")
def factor(user: str) -> ResponseReturnValue:
    """Let somebody enrol a new second factor: the first of two, or the second."""
    _again()
    done = second_factor_lost.agree(g.ctx, user)
    return go("factor_allowed" if done else "first_of_two", "administration.show")


@bp.post("/b/<user>")
def factor_back(user: str) -> ResponseReturnValue:
    """Take that back."""
    _again()
    second_factor_lost.take_back(g.ctx, user)
    return go("factor_taken_back", "administration.show")


def _again() -> None:
    again(lambda broken: page(problem=refusal(broken), status=422))
