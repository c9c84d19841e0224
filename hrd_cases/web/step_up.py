"""Passphrase and code once more, before an act that asks for it; what was typed goes along and nothing runs by itself.

The gate says when (StepUpNeeded). The page that asks carries the sent form in it and sends it back to its own address
together with the passphrase; the view then shows its page filled in once more, and the person sends it. A form in which
passphrases are typed is never carried: from there the page leads back to the empty form.
"""

from collections.abc import Iterator

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import Confirmed, StepUpNeeded
from hrd_cases.domain.words import N_
from hrd_cases.services import step_up
from hrd_cases.services.accounts import SignInRefused
from hrd_cases.web import csrf, places, policy
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.frame import _
from hrd_cases.web.leave import back_to
from hrd_cases.web.request import READS, SECRETS
from hrd_cases.web.simple import SimpleForm, code_field, secret
from hrd_cases.web.site import site

PASSPHRASE, CODE = SECRETS
REFUSED = N_("This did not fit. Check passphrase and code; after several tries, wait a minute.")

bp = Blueprint("step_up", __name__, url_prefix=places.path("account"))


@bp.post("/a")
def confirm() -> ResponseReturnValue:
    """The way back to a page that asked; its passphrase was looked at on arrival."""
    back = back_to(request.form.get("b", ""))
    return redirect(back, 303) if g.session.confirmed else asked("", problem=_(REFUSED), status=422)


def arrived() -> ResponseReturnValue | None:
    """Before every view: look at the passphrase that came with a form; ask again when it does not fit."""
    if request.routing_exception is not None or request.endpoint in policy.STREAMED:
        return None  # no form of ours leads there, or it is not parsed yet
    sent = request.method not in READS and PASSPHRASE in request.form
    if not sent or g.session is None or g.session.locked or isinstance(policy.of(request.endpoint), policy.Door):
        return None
    given = request.form
    try:
        g.session = step_up.confirm(
            site().runtime, g.session, given.get(PASSPHRASE, ""), given.get(CODE, "")[:40], g.now
        )
    except SignInRefused:
        return asked("", problem=_(REFUSED), status=422)
    return None


def needed(refused: StepUpNeeded) -> ResponseReturnValue:
    """The page that asks, in place of the one that was wanted."""
    return asked(_(refused.act), status=403)


def shown_again(_confirmed: Confirmed) -> ResponseReturnValue:
    """The sent form with a button, for addresses that have no page of their own to show it in."""
    return make_response(render_template("account/send_again.html", url=_address(), sent=list(_sent())))


def asked(act: str, *, problem: str = "", status: int) -> Response:
    """The page that asks for passphrase and code, with everything that was sent and may be carried."""
    fields: list[FormField] = [secret(PASSPHRASE, _(N_("Passphrase")), required=True, autocomplete="current-password")]
    if site().runtime.organisation.second_factor:
        fields.append(code_field(CODE))
    secrets = policy.of_secrets(request.endpoint)
    only_back = secrets or request.method in READS
    page = render_template(
        "account/step_up.html",
        form=SimpleForm(fields=tuple(fields)),
        act=act,
        problem=problem,
        url=url_for("step_up.confirm") if only_back else _address(),
        sent=[("b", request.path)] if only_back else list(_sent()),
        secrets=secrets,
        back=places.path("desk"),
    )
    return make_response(page, status)


def _sent() -> Iterator[tuple[str, str]]:
    """What the form sent, in its order, without tokens and passphrases; nothing of one in which these are typed."""
    if policy.of_secrets(request.endpoint):
        return iter(())
    return (pair for pair in request.form.items(multi=True) if pair[0] not in (csrf.FIELD, *SECRETS))


def _address() -> str:
    return request.full_path if request.query_string else request.path
