"""A call written on the locked page: what is typed goes in, and nothing comes out before the session is unlocked.

The form has the fields of any call. Where its session is over when it is sent, its text is kept for who was logged in,
and offered in the ordinary form of a call after the next log-in.
"""

from collections.abc import Mapping

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from hrd_cases.domain.calls import Call
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.words import N_
from hrd_cases.services.schedule import locked_calls
from hrd_cases.services.signin import saved_drafts
from hrd_cases.services.signin.saved_drafts import DraftOrigin
from hrd_cases.web.forms.untouched import mark
from hrd_cases.web.kernel import policy, urls
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import sending
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import carried

bp = Blueprint("locked_call", __name__, url_prefix=f"{urls.path('enter')}/i")
CALL = entity_for(Call)


def offered() -> bool:
    """Whether the locked page leads here: for who takes calls."""
    return bool(g.session.actor.roles & policy.roles_for("calls.take"))


@bp.get("")
def show() -> ResponseReturnValue:
    """The form; whoever is unlocked has the ordinary one."""
    if not g.session.locked:
        return redirect(url_for("calls.new"), 303)
    return carried(lambda: make_response(opening(_sheet())), looks=True)


@bp.post("")
def take() -> ResponseReturnValue:
    """Seal a call; sent a second time it is not sealed again."""
    text = _sending_mark()
    sessions = site().runtime.sessions
    if not sessions.first_sending(g.session, text):
        return _on()
    try:
        response = carried(lambda: make_response(answer(_sheet, _keep)), looks=False)
    except BaseException:
        sessions.forget_sending(g.session, text)
        raise
    if response.status_code != sending.CARRIED_OUT:
        sessions.forget_sending(g.session, text)
    return response


@bp.get("/k")
def kept_page() -> ResponseReturnValue:
    """What follows: whom to ring now; whoever is unlocked finds it among their calls."""
    if not g.session.locked:
        return redirect(url_for("calls.index"), 303)

    def page() -> Response:
        return make_response(render_template("signin/enter/call_kept.html", ring=locked_calls.kept(g.ctx)))

    return carried(page, looks=True)


def _keep(value: Call, _versions: Mapping[str, int]) -> ResponseReturnValue:
    locked_calls.add(g.ctx, value)
    return _on()


def _on() -> Response:
    return make_response(redirect(url_for(".kept_page"), sending.CARRIED_OUT))


def _sending_mark() -> str:
    """By what a second sending is known: the number of the form and its text, under the session's own key."""
    return str(g.session.csrf(f"call {request.form.get(sending.KEEP, '')} {mark(list(sending.fields()))}"))


def _sheet() -> Sheet:
    ring = locked_calls.start(g.ctx)
    before = render_template("signin/enter/_call_ring.html", ring=ring, form=True)
    return Sheet(
        entity=CALL,
        base=Call(),
        allowed=frozenset(CALL.compartments),
        lists=lists(g.ctx),
        url=url_for("locked_call.take"),
        title=_(CALL.new),
        back=url_for("enter.locked"),
        before=Markup(before),  # noqa: S704  # a template of ours
        page="signin/enter/call.html",
        save=_(N_("Save the call")),
        carries=((sending.KEEP, _token()),),
    )


def _token() -> str:
    """The form's own number; what is kept of it fills the ordinary form of a call."""
    origin = sending.own_origin()
    if origin is not None:
        return request.form.get(sending.KEEP, "")
    form = url_for("calls.take")
    created = DraftOrigin(user=g.session.actor.user, form=form, page=form)
    return saved_drafts.token(site().runtime, created, g.now)
