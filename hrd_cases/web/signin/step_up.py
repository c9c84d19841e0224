"""Passphrase and code once more, before an act that asks for it; what was typed goes along and nothing runs by itself.

The gate says when (StepUpNeeded). The page that asks carries the sent form in it and sends it back to its own address
together with the passphrase; the view then shows its page filled in once more, and the person sends it. A form in which
passphrases are typed is never carried: from there the page leads back to the empty form.
"""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import Confirmed, StepUpNeeded
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel import audit_messages
from hrd_cases.services.signin import step_up
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.signin.security_keys import CONFIRM
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import csrf, handling, policy, urls
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import SimpleForm, code_field, secret
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.sending import KEEP, OURS, READS, SECRETS, address
from hrd_cases.web.signin import webauthn_forms
from hrd_cases.web.signin.leave import back_to

PASSPHRASE, CODE, KEY, TO = SECRETS
REFUSED = N_(
    "Not confirmed. Check passphrase and code. A code works once, and only if the clock of "
    "your telephone is right. After several tries, wait a minute."
)

bp = Blueprint("step_up", __name__, url_prefix=urls.path("account"))


@bp.post("/a")
def confirm() -> ResponseReturnValue:
    """The way back to a page that asked; its passphrase was looked at on arrival."""
    back = back_to(request.form.get("b", ""))
    return redirect(back, 303) if g.session.confirmed else pending("", problem=_(REFUSED), status=422)


@bp.post("/y/c")
def by_key() -> ResponseReturnValue:
    """The page that asks for passphrase and security key, with the form that the page before it carried."""
    if not webauthn_forms.offered():
        abort(404)
    to = request.form.get(TO, "")
    page = render_template(
        "signin/account/step_up_by_key.html",
        form=SimpleForm(fields=(_passphrase(),)),
        url=to if OURS.match(to) else url_for(".confirm"),
        sent=list(_sent()),
        keyed=webauthn_forms.asking(CONFIRM, KEY),
        back=urls.path("desk"),
    )
    return webauthn_forms.dressed(make_response(page), CONFIRM)


def arrived() -> ResponseReturnValue | None:
    """Before every view: look at the passphrase that came with a form; ask again when it does not fit."""
    if request.routing_exception is not None or request.endpoint in handling.STREAMED:
        return None  # no form of ours leads there, or it is not parsed yet
    sent = request.method not in READS and PASSPHRASE in request.form
    if not sent or g.session is None or g.session.locked or isinstance(policy.of(request.endpoint), policy.Openness):
        return None
    form = request.form
    code = webauthn_forms.answered(CONFIRM, form[KEY]) if KEY in form else form.get(CODE, "")[:40]
    try:
        g.session = step_up.confirm(site().runtime, g.session, form.get(PASSPHRASE, ""), code, g.now)
    except SignInRefused:
        return pending("", problem=_(REFUSED), status=422)
    return None


def needed(refused: StepUpNeeded) -> ResponseReturnValue:
    """The page that asks, in place of the one that was wanted."""
    return pending(_(audit_messages.sentence(refused.act)), status=403)


def shown_again(_confirmed: Confirmed) -> ResponseReturnValue:
    """The sent form with a button, for addresses that have no page of their own to show it in."""
    return make_response(render_template("signin/account/send_again.html", url=address(), sent=list(_sent())))


def pending(act: str, *, problem: str = "", status: int) -> Response:
    """The page that asks for passphrase and code, with everything that was sent and may be carried."""
    fields = [_passphrase(), *([_code()] if site().runtime.organisation.second_factor else [])]
    secrets = policy.of_secrets(request.endpoint)
    only_back = secrets or request.method in READS
    page = render_template(
        "signin/account/step_up.html",
        form=SimpleForm(fields=tuple(fields)),
        act=act,
        problem=problem,
        url=url_for("step_up.confirm") if only_back else address(),
        sent=[("b", request.path)] if only_back else list(_sent()),
        secrets=secrets,
        by_key=_has_key(),
        back=urls.path("desk"),
    )
    return make_response(page, status)


def _passphrase() -> FormField:
    return secret(PASSPHRASE, _(N_("Passphrase")), required=True, autocomplete="current-password")


def _code() -> FormField:
    only = _(N_("One of your recovery codes: you asked that a security key is asked for always"))
    return code_field(CODE, hint=only) if g.session.row.keys_only else code_field(CODE)


def _has_key() -> bool:
    """Whether the person has a security key for this address."""
    host = webauthn_forms.address().host
    return webauthn_forms.offered() and any(key.host == host for key in g.session.row.security_keys)


def _sent() -> Iterator[tuple[str, str]]:
    """What the form sent, in its order, without tokens and passphrases; nothing of one in which these are typed."""
    if policy.of_secrets(request.endpoint):
        return iter(())
    return (pair for pair in request.form.items(multi=True) if pair[0] not in (csrf.FIELD, KEEP, *SECRETS))
