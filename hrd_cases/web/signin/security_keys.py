"""Security keys of one's own: which there are, adding one, taking them out, asking for one always."""

from collections.abc import Collection
from dataclasses import replace

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import day_of
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.signin import security_keys, step_up
from hrd_cases.services.signin.security_keys import ADD, MOST_KEYS
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import cookies, urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_fields import SimpleForm, checks, line, refusal, secret
from hrd_cases.web.pages.layout import _
from hrd_cases.web.signin import webauthn_forms

bp = Blueprint("security_keys", __name__, url_prefix=f"{urls.path('account')}/y")


@bp.get("")
def show() -> ResponseReturnValue:
    """The keys there are, and what can be done with them."""
    _first_ask()
    return _page()


@bp.post("")
def change() -> ResponseReturnValue:
    """Take keys out; ask for one always, or not."""
    form = request.form
    picked = set(form.getlist("remove"))
    gone = [key.credential for key in g.session.row.security_keys if cookies.spell(key.credential) in picked]
    always = "yes" in form.getlist("always")
    try:
        security_keys.change(site().runtime, g.session, form.get("passphrase", ""), gone, always=always, now=g.now)
    except RuleBroken as broken:
        return _page(broken, picked=picked, always=always)
    return go("own_keys_changed", ".show")


@bp.get("/n")
def new() -> ResponseReturnValue:
    """The page that asks a new key."""
    _first_ask()
    return _new_page()


@bp.post("/n")
def add() -> ResponseReturnValue:
    """Keep a new key."""
    form = request.form
    name = form.get("name", "")
    response = webauthn_forms.answered(ADD, form.get("key", ""))
    try:
        security_keys.add(site().runtime, g.session, form.get("passphrase", ""), name, response, g.now)
    except RuleBroken as broken:
        return _new_page(broken, name=name)
    return go("key_added", ".show")


def _first_ask() -> None:
    """Ask the gate before a page is shown; where no second factor is asked for there is none."""
    step_up.require(site().runtime, g.session, Act.CHANGE_LOG_IN, g.now)
    if not site().runtime.organisation.second_factor:
        abort(404)


def _page(broken: RuleBroken | None = None, *, picked: Collection[str] = (), always: bool = False) -> Response:
    row = g.session.row
    choices = [
        (cookies.spell(key.credential), f"{key.name} ({key.host}, {filters.day(day_of(key.day))})")
        for key in row.security_keys
    ]
    always_text = _(N_("Codes from my telephone no longer work"))
    fields = (
        *([checks("remove", _(N_("Remove")), choices, picked)] if choices else []),
        checks(
            "always",
            _(N_("Ask for a security key always")),
            [("yes", always_text)],
            ["yes"] if (always if broken else row.keys_only) else [],
            hint=_(N_("This is what stops somebody who lures your code from you with a page that looks like ours.")),
        ),
        secret("passphrase", _(N_("Passphrase")), required=True),
    )
    page = render_template(
        "signin/account/security_keys.html",
        form=_wrong(fields, broken),
        keys=bool(choices),
        full=len(row.security_keys) >= MOST_KEYS,
        why_not=_why_not(),
    )
    return make_response(page, 422 if broken else 200)


def _new_page(broken: RuleBroken | None = None, *, name: str = "") -> Response:
    fields = (
        line(
            "name",
            _(N_("What you call it")),
            value=name,
            required=True,
            hint=_(N_("For example: the blue one")),
        ),
        secret("passphrase", _(N_("Passphrase")), required=True),
    )
    problem = refusal(broken) if broken and not broken.place else ""
    page = render_template(
        "signin/account/new_security_key.html",
        form=_wrong(fields, broken),
        problem=problem,
        why_not=_why_not(),
        host=webauthn_forms.address().host,
        keyed=webauthn_forms.asking(ADD, "key"),
    )
    response = make_response(page, 422 if broken else 200)
    return response if webauthn_forms.why_not() else webauthn_forms.dressed(response, ADD)


def _why_not() -> str:
    result = webauthn_forms.why_not()
    return _(result) if result else ""


def _wrong(fields: tuple[FormField, ...], broken: RuleBroken | None) -> SimpleForm:
    """The form, with what a service says against it at its field."""
    place = broken.place if broken else ""
    return SimpleForm(
        fields=tuple(
            replace(field, error=refusal(broken)) if broken and field.name == place else field for field in fields
        )
    )
