"""Browsers that are known again when somebody tries to guess a passphrase; and an account that rests, woken."""

from flask import Blueprint, Request, Response, g, make_response, request
from flask.typing import ResponseReturnValue

from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.signin import throttling
from hrd_cases.web.kernel import cookies, urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site

bp = Blueprint("throttling", __name__, url_prefix=urls.path("account"))
KEPT = "~"  # ends the cookie of a browser that is to be known after it was closed too


@bp.post("/b")
def keep() -> ResponseReturnValue:
    """Know this browser again after it was closed."""
    response = make_response(go("browser_known", "account.show"))
    _give(response, throttling.own_token(g.ctx), lasting=True)
    return response


@bp.post("/f")
def forget() -> ResponseReturnValue:
    """Forget this browser."""
    throttling.forget(g.ctx)
    response = make_response(go("browser_forgotten", "account.show"))
    cookies.take(request, response, cookies.DEVICE)
    return response


@bp.post("/w/<user>")
def wake(user: str) -> ResponseReturnValue:
    """Let an account log in again at once."""
    throttling.wake(g.ctx, user)
    return go("woken", "administration.show")


def shown(request: Request) -> bytes:
    """What the browser shows to be known again; nothing when it shows nothing that could be."""
    text = cookies.read(request, cookies.DEVICE).removesuffix(KEPT)
    return cookies.unspell(text, throttling.DEVICE_TOKEN_LENGTH) or b""


def is_kept(request: Request) -> bool:
    """True when this browser is to be known after it was closed."""
    return cookies.read(request, cookies.DEVICE).endswith(KEPT)


def remember(response: Response, session: Session) -> None:
    """After a log-in: know this browser until it is closed, or as long as its owner asked before."""
    runtime, actor = site().runtime, session.actor
    lasting = is_kept(request) and throttling.knows(runtime, actor.user, actor.fingerprint, shown(request), g.now)
    _give(response, throttling.token_for(runtime, session, g.now), lasting=lasting)


def _give(response: Response, token: bytes, *, lasting: bool) -> None:
    spelt = cookies.spell(token) + KEPT * lasting
    cookies.give(request, response, cookies.DEVICE, spelt, days=throttling.DEVICE_DAYS if lasting else 0)
