"""Log-in with passphrase and security key: a page of its own, with the one script there is."""

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.words import N_
from hrd_cases.services.signin import accounts
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.signin.security_keys import LOG_IN
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import SimpleForm, line, secret
from hrd_cases.web.pages.layout import _
from hrd_cases.web.signin import throttling, webauthn_forms
from hrd_cases.web.signin.enter import begun

bp = Blueprint("enter_by_key", __name__, url_prefix=urls.path("enter"))

REFUSED = N_("Log-in failed. Check name, passphrase and security key. After several tries, wait a minute.")


@bp.get("/k")
def show() -> ResponseReturnValue:
    """The page; the same for everybody who is not logged in."""
    return redirect("/", 303) if g.session is not None else _page()


@bp.post("/k")
def log_in() -> ResponseReturnValue:
    """Begin a session; one answer for whatever was wrong."""
    form = request.form
    handle = form.get("handle", "")[:200]
    if not webauthn_forms.offered() or g.session is not None:
        abort(404)
    signed = webauthn_forms.answered(LOG_IN, form.get("key", ""))
    try:
        session = accounts.sign_in(
            site().runtime,
            handle,
            form.get("passphrase", ""),
            signed,
            g.now,
            device=throttling.shown(request),
            source=request.remote_addr or "",
        )
    except SignInRefused:
        return _page(handle=handle, problem=_(REFUSED))
    return begun(session)


def _page(*, handle: str = "", problem: str = "") -> Response:
    if not site().runtime.organisation.second_factor:
        abort(404)
    why_not = webauthn_forms.why_not()
    fields = (
        line("handle", _(N_("Your log-in name")), value=handle, required=True, autocomplete="username"),
        secret("passphrase", _(N_("Passphrase")), required=True, autocomplete="current-password"),
    )
    page = render_template(
        "signin/enter/by_key.html",
        form=SimpleForm(fields=fields),
        problem=problem,
        why_not=_(why_not) if why_not else "",
        keyed=webauthn_forms.asking(LOG_IN, "key"),
    )
    response = make_response(page, 422 if problem else 200)
    return response if why_not else webauthn_forms.dressed(response, LOG_IN)
