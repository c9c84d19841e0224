"""Every refusal as a page of its own; what does not exist and what is not yours look the same, byte for byte."""

import logging
import secrets
import traceback
from collections.abc import Callable
from functools import partial

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from hrd_cases.domain.errors import (
    Busy,
    Changed,
    Confirmed,
    DatabaseBusy,
    Deleted,
    Forbidden,
    KeysAltered,
    LogRefused,
    NoRoom,
    NotFound,
    RuleBroken,
    SessionEnded,
    StepUpNeeded,
)
from hrd_cases.domain.faults import NO_ROOM, code_of, gives_no_answer
from hrd_cases.domain.sealing import REFUSALS
from hrd_cases.domain.words import Sentence
from hrd_cases.services.drafting.secrecy import SecrecyForbids
from hrd_cases.web.kernel import handling
from hrd_cases.web.pages import request as life
from hrd_cases.web.pages import sending
from hrd_cases.web.pages.layout import _
from hrd_cases.web.signin import step_up

log = logging.getLogger("hrd_cases")

PAGES = {400: "400", 404: "404", 405: "404", 413: "413"}


def page(name: str, status: int, **values: object) -> Response:
    """The page of a refusal."""
    return make_response(render_template(f"errors/{name}.html", **values, **sending.sent_again(status)), status)


def install(app: Flask) -> None:
    """Tell Flask which page answers which refusal."""

    def refusal(kind: type[Exception], answer: Callable[..., ResponseReturnValue]) -> None:
        app.register_error_handler(kind, partial(_refuse, answer))

    refusal(Deleted, lambda gone: page("410", 410, gone=gone))
    refusal(KeysAltered, lambda altered: page("altered", 422, reason=_(altered.text)))
    refusal(NotFound, lambda _: page("404", 404))
    refusal(Forbidden, lambda _: page("403", 403))
    refusal(RuleBroken, rule_broken)
    refusal(LogRefused, stopped)
    refusal(SecrecyForbids, secret)
    refusal(Confirmed, step_up.shown_again)
    refusal(StepUpNeeded, step_up.needed)
    refusal(Busy, busy)
    refusal(DatabaseBusy, unanswered)
    refusal(NoRoom, lambda _: page("507", 507))
    refusal(SessionEnded, life.session_ended)
    refusal(Changed, lambda _: page("409", 409))
    refusal(HTTPException, refused)
    refusal(Exception, failed)


def _refuse(answer: Callable[..., ResponseReturnValue], error: Exception) -> ResponseReturnValue:
    """A refusal names no case: whether there is one is not told, and what was read is gone."""
    g.refusal = True
    return answer(error)


def busy(_: Busy) -> ResponseReturnValue:
    """Too many passphrases at once; the same whoever asks."""
    response = page("503", 503)
    response.headers["Retry-After"] = "5"
    return response


def unanswered(error: Exception) -> ResponseReturnValue:
    """The database is busy, or not to be reached: for the operator which of the two, for the person to try again."""
    rule = request.url_rule.rule if request.url_rule else "?"
    log.warning("no answer from the database in %s: %s", rule, f"{type(error).__name__} {code_of(error)}".strip())
    g.pop("ctx", None)
    response = page("503_database", 503, again="" if request.method not in sending.READS else sending.address())
    response.headers["Retry-After"] = "5"
    return response


def rule_broken(broken: RuleBroken) -> ResponseReturnValue:
    """A rule that belongs to no field of a form."""
    wanted = (request.view_args or {}).get("case", "") if broken.text in REFUSALS.values() else ""
    return page("422", 422, reason=_translated(broken), case=wanted)


def stopped(refusal: LogRefused) -> ResponseReturnValue:
    """The log is not the one that this server wrote: whoever asks for whatever is told, and whom to tell."""
    log.error("log refused")
    return page("422", 503, reason=_translated(refusal), stopped=True)


def _translated(broken: RuleBroken) -> str:
    """A broken rule in the language of the page, and what it names likewise."""
    values = broken.values.items()
    return _(broken.text) % {name: _(v.msgid) % v.values if isinstance(v, Sentence) else v for name, v in values}


def secret(refusal: SecrecyForbids) -> ResponseReturnValue:
    """Pre-trial secrecy: which legal action says so, and where it is lifted."""
    case = (request.view_args or {}).get("case", "")
    return page("secret", 422, reason=_(refusal.text), case=case, actions=refusal.actions)


def refused(refusal: HTTPException) -> ResponseReturnValue:
    """What the framework refuses by itself."""
    status = refusal.code or 500
    if refusal.response is not None or status < 400:
        return refusal.get_response()
    if status == 413:
        return page("413", 413, megabytes=_form_limit() // handling.MEGABYTE)
    return page(PAGES.get(status, "400"), 404 if status == 405 else status)


def _form_limit() -> int:
    return handling.STRANGERS if g.get("session") is None else handling.INSIDE


def failed(error: Exception) -> ResponseReturnValue:
    """Our fault: a short code for the person, and for the log where it happened, never what was in it."""
    if gives_no_answer(error):
        return unanswered(error)
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    rule = request.url_rule.rule if request.url_rule else "?"
    code = code_of(error)
    log.error("failure %s in %s: %s at %s", reference, rule, f"{type(error).__name__} {code}".strip(), where)
    g.pop("ctx", None)
    return page("507", 507) if code in NO_ROOM else page("500", 500, reference=reference)
