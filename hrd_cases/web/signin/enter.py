"""Coming in: log-in, unlocking, and the activation of a new account up to the page where a newcomer waits."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.facts import ACTIVE, AWAY
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.signin import accounts
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.team import key_replacement, own_key_revocation
from hrd_cases.web.kernel import cookies, urls
from hrd_cases.web.kernel.cookies import OFFER
from hrd_cases.web.kernel.pictures import qr_code
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import SimpleForm, code_field, line, refusal, secret
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import reading
from hrd_cases.web.signin import locked_call, throttling, webauthn_forms
from hrd_cases.web.signin.leave import back_to

bp = Blueprint("enter", __name__, url_prefix=urls.path("enter"))

REFUSED = N_(
    "Log-in failed. Check name, passphrase and code. A code works once, and only if the "
    "clock of your telephone is right. After several tries, wait a minute."
)
NO_CODE = N_("This code does not open anything: it may be mistyped, used up, or too old. Ask for a new one.")

UNKNOWN = N_(
    "Not accepted: this browser does not know that name, or new keys wait already. Ask an administrator for a code for "
    "new keys. After several tries, wait a minute."
)


@bp.get("")
def show() -> ResponseReturnValue:
    """The log-in page."""
    return redirect("/", 303) if g.session is not None else _log_in_page()


@bp.post("")
def log_in() -> ResponseReturnValue:
    """Begin a session; one answer for whatever was wrong."""
    form = request.form
    runtime = site().runtime
    try:
        session = accounts.sign_in(
            runtime,
            form.get("handle", "")[:200],
            form.get("passphrase", ""),
            form.get("code", "")[:40],
            g.now,
            device=throttling.shown(request),
            source=request.remote_addr or "",
        )
    except SignInRefused:
        return _log_in_page(handle=form.get("handle", "")[:200], problem=_(REFUSED)), 422
    return begun(session)


def begun(session: Session) -> Response:
    """The way in for a session that has just begun."""
    if g.session is not None:  # whoever logs in over a living session leaves it
        site().runtime.sessions.end(g.session.cookie)
    response = _came_in(session, "/")
    throttling.remember(response, session)
    return response


@bp.get("/u")
def locked() -> ResponseReturnValue:
    """The page of a locked session."""
    return _unlock_page() if g.session.locked else redirect("/", 303)


@bp.post("/u")
def unlock() -> ResponseReturnValue:
    """Open a locked session again by passphrase."""
    try:
        g.session = accounts.unlock_session(site().runtime, g.session.cookie, request.form.get("passphrase", ""), g.now)
    except SignInRefused:
        return _unlock_page(problem=_(REFUSED)), 422
    return redirect(back_to(request.form.get("b", "")), 303)


@bp.get("/a")
def activation() -> ResponseReturnValue:
    """Where a newcomer types the one-time code."""
    return _code_page()


@bp.post("/a")
def begin() -> ResponseReturnValue:
    """Make an offer for a one-time code; a cookie, not the address, says which."""
    try:
        token = accounts.begin_activation(site().runtime, request.form.get("code", "")[:60], g.now, g.language)
    except SignInRefused:
        return _code_page(problem=_(NO_CODE)), 422
    return _offered_now(token)


@bp.get("/r")
def forgotten() -> ResponseReturnValue:
    """Where somebody begins who forgot their passphrase, in a browser that knows them."""
    return _forgotten_page()


@bp.post("/r")
def begin_anew() -> ResponseReturnValue:
    """Make an offer of new keys without a code; one answer for whatever was wrong."""
    handle, device = request.form.get("handle", "")[:200], throttling.shown(request)
    try:
        token = key_replacement.begin_anew(site().runtime, handle, g.now, device=device, language=g.language)
    except SignInRefused:
        return _forgotten_page(handle=handle, problem=_(UNKNOWN)), 422
    return _offered_now(token)


@bp.get("/n")
def offer() -> ResponseReturnValue:
    """The offer: handle, six words, second factor, recovery codes. Shown while it lasts."""
    return _offer_page()


@bp.get("/q")
def picture() -> ResponseReturnValue:
    """The second factor as a picture to photograph: PNG, since the safest browsers draw nothing else."""
    return qr_code(_offered())


@bp.post("/n")
def finish() -> ResponseReturnValue:
    """Make the account and begin to wait for an administrator."""
    form, token = request.form, cookies.read(request, OFFER)
    current_offer = _offered()
    if current_offer is None:
        return _code_page(problem=_(NO_CODE)), 422
    passphrase = form.get("own", "") or current_offer.passphrase
    if form.get("own", "") and form.get("own") != form.get("again", ""):
        return _offer_page(place="again", problem=_(N_("The two passphrases differ.")))
    try:
        session = accounts.finish_activation(site().runtime, token, passphrase, form.get("code", "")[:40], g.now)
    except RuleBroken as broken:
        place = "own" if broken.place == "passphrase" else broken.place
        return _offer_page(place=place, problem=refusal(broken))
    except SignInRefused:
        return _code_page(problem=_(NO_CODE)), 422
    response = _came_in(session, url_for(".waiting"))
    cookies.take(request, response, OFFER)
    return response


@bp.get("/w")
def waiting() -> ResponseReturnValue:
    """What a newcomer sees until an administrator has compared the eight words, and who ended their own keys."""
    if g.session.actor.state == ACTIVE:
        return redirect("/", 303)
    if g.session.actor.state == AWAY:
        return redirect(url_for("travelling.away"), 303)
    with reading() as ctx:
        if own_key_revocation.ended(ctx):
            return render_template("signin/enter/ended.html")
        agreed = key_replacement.agreed_for_me(ctx)
    words = words_of(g.session.actor.fingerprint)
    return render_template("signin/enter/waiting.html", words=words, agreed=agreed)


def _came_in(session: Session, url: str) -> Response:
    g.session = session
    response = make_response(redirect(url, 303))
    cookies.take(request, response, cookies.DOOR)
    return response


def _offered_now(token: str) -> Response:
    response = make_response(redirect(url_for(".offer"), 303))
    cookies.give(request, response, OFFER, token)
    return response


def _offered() -> accounts.Offer | None:
    return accounts.offer(site().runtime, cookies.read(request, OFFER), g.now)


def _log_in_page(*, handle: str = "", problem: str = "") -> str:
    second = site().runtime.organisation.second_factor
    fields = [
        line("handle", _(N_("Your log-in name")), value=handle, required=True, autocomplete="username"),
        secret("passphrase", _(N_("Passphrase")), required=True, autocomplete="current-password"),
        *([code_field("code")] if second else []),
    ]
    form = SimpleForm(fields=tuple(fields))
    return render_template(
        "signin/enter/log_in.html", form=form, problem=problem, second=second, by_key=webauthn_forms.offered()
    )


def _unlock_page(*, problem: str = "") -> str:
    form = SimpleForm(fields=(secret("passphrase", _(N_("Passphrase")), required=True),))
    back = request.values.get("b", "")
    calls = locked_call.offered()
    return render_template("signin/enter/unlock.html", form=form, problem=problem, back=back, calls=calls)


def _code_page(*, problem: str = "") -> str:
    form = SimpleForm(fields=(line("code", _(N_("One-time code")), required=True),))
    return render_template("signin/enter/code.html", form=form, problem=problem)


def _forgotten_page(*, handle: str = "", problem: str = "") -> str:
    name = line("handle", _(N_("Your log-in name")), value=handle, required=True, autocomplete="username")
    return render_template("signin/enter/forgotten.html", form=SimpleForm(fields=(name,)), problem=problem)


def _offer_page(*, place: str = "", problem: str = "") -> Response:
    current_offer = _offered()
    if current_offer is None:
        return make_response(redirect(url_for(".activation"), 303))
    own_hint = _(N_("Leave it empty to take the six words. Your own needs at least 15 characters."))
    own = secret("own", _(N_("Or a passphrase of your own")), hint=own_hint, error=problem if place == "own" else "")
    twice = secret("again", _(N_("The same passphrase again")), error=problem if place == "again" else "")
    code = code_field("code", error=problem if place == "code" else "")
    form_fields = [own, twice, *([code] if current_offer.second else [])]
    page = render_template("signin/enter/offer.html", form=SimpleForm(fields=tuple(form_fields)), offer=current_offer)
    return make_response(page, 422 if problem else 200)
