"""A new second factor for whoever lost the old one, once two administrators agreed: passphrase, then code."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.signin.accounts import Offer, SignInRefused
from hrd_cases.services.team import second_factor_lost
from hrd_cases.web.kernel import cookies, urls
from hrd_cases.web.kernel.cookies import OFFER
from hrd_cases.web.kernel.pictures import qr_code
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import SimpleForm, code_field, line, refusal, secret
from hrd_cases.web.pages.layout import _

bp = Blueprint("second_factor_lost", __name__, url_prefix=urls.path("enter"))

REFUSED = N_(
    "Not accepted: name or passphrase is wrong, or two administrators have not agreed "
    "yet. After several tries, wait a minute."
)


@bp.get("/f")
def show() -> ResponseReturnValue:
    """Where somebody begins who lost their second factor."""
    return _ask()


@bp.post("/f")
def begin() -> ResponseReturnValue:
    """Make a new second factor; a cookie, not the address, says which."""
    form = request.form
    try:
        token = second_factor_lost.begin(
            site().runtime, form.get("handle", "")[:200], form.get("passphrase", ""), g.now
        )
    except SignInRefused:
        return _ask(problem=_(REFUSED)), 422
    response = make_response(redirect(url_for(".enrol"), 303))
    cookies.give(request, response, OFFER, token)
    return response


@bp.get("/g")
def enrol() -> ResponseReturnValue:
    """The new second factor and its recovery codes. Shown while they last."""
    return _offer_page()


@bp.get("/h")
def picture() -> ResponseReturnValue:
    """The new second factor as a picture to photograph."""
    return qr_code(_offered())


@bp.post("/g")
def finish() -> ResponseReturnValue:
    """Put it in the place of the lost one; then its owner logs in as always."""
    form, token = request.form, cookies.read(request, OFFER)
    try:
        second_factor_lost.finish(site().runtime, token, form.get("passphrase", ""), form.get("code", "")[:40], g.now)
    except RuleBroken as broken:
        return _offer_page(place=broken.place, problem=refusal(broken))
    except SignInRefused:
        return _offer_page(place="passphrase", problem=_(REFUSED))
    response = make_response(redirect(url_for("enter.show", m="g"), 303))
    cookies.take(request, response, OFFER)
    return response


def _offered() -> Offer | None:
    return second_factor_lost.offer(site().runtime, cookies.read(request, OFFER), g.now)


def _ask(*, problem: str = "") -> str:
    fields = (
        line("handle", _(N_("Your log-in name")), required=True, autocomplete="username"),
        secret("passphrase", _(N_("Passphrase")), required=True, autocomplete="current-password"),
    )
    return render_template("signin/second_factor_lost/ask.html", form=SimpleForm(fields=fields), problem=problem)


def _offer_page(*, place: str = "", problem: str = "") -> Response:
    offer = _offered()
    if offer is None:
        return make_response(redirect(url_for(".show"), 303))
    wrong = {place: problem}
    fields = (
        code_field("code", hint="", error=wrong.get("code", "")),
        secret("passphrase", _(N_("Passphrase again")), required=True, error=wrong.get("passphrase", "")),
    )
    form = SimpleForm(fields=fields)
    page = render_template(
        "signin/second_factor_lost/enrol.html", form=form, offer=offer, problem="" if place else problem
    )
    return make_response(page, 422 if problem else 200)
