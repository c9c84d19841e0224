"""Going: lock, log out, leave quickly for a page that explains nothing; and the choice of a language."""

import re
import secrets
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.services.kernel.catalogues import LANGUAGES
from hrd_cases.services.signin import accounts
from hrd_cases.web.kernel import cookies, urls
from hrd_cases.web.kernel.headers import FORGET, FORGET_ALL_BUT_COOKIES
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import sending
from hrd_cases.web.signin import throttling

bp = Blueprint("leave", __name__, url_prefix=urls.path("leave"))
speech = Blueprint("language", __name__, url_prefix=urls.path("language"))

ELSEWHERE = "https://www.wikipedia.org/"
_OURS = re.compile(r"/[0-9a-z/]*\Z")


@bp.post("/l")
def lock() -> ResponseReturnValue:
    """Lock: the keys are forgotten, the passphrase alone opens again."""
    sending.leaving()
    if not g.session.locked:
        accounts.lock_session(site().runtime, g.session, g.now)
    return _turned(redirect(url_for("enter.locked", m="f"), 303))


@bp.post("/a")
def lock_all() -> ResponseReturnValue:
    """Lock everywhere: in every browser where this person is logged in the keys are forgotten."""
    accounts.lock_everywhere(site().runtime, g.session, g.now)
    return _turned(redirect(url_for("enter.locked", m="f"), 303))


@bp.post("")
def out() -> ResponseReturnValue:
    """Log out, and ask the browser to forget."""
    sending.leaving()
    accounts.sign_out(site().runtime, g.session, g.now)
    response = _turned(redirect(url_for("enter.show", m="a"), 303))
    cookies.take(request, response, cookies.SESSION)
    # A browser that is to be known again keeps that one cookie: it opens nothing and names nobody.
    response.headers["Clear-Site-Data"] = FORGET_ALL_BUT_COOKIES if throttling.is_kept(request) else FORGET
    return response


@bp.post("/q")
def quickly() -> ResponseReturnValue:
    """Log out and be somewhere else at once: the browser is not asked to clear its cache, which may take seconds."""
    sending.leaving()
    accounts.sign_out(site().runtime, g.session, g.now)
    response = _turned(redirect(url_for(".elsewhere"), 303))
    cookies.take(request, response, cookies.SESSION)
    return response


@bp.get("/q")
def elsewhere() -> ResponseReturnValue:
    """An empty page that goes on to another site; a form may not, because forms may only lead to ourselves."""
    return Response(status=200, headers={"Refresh": f"0; url={ELSEWHERE}"})


@speech.get("/<code>")
def choose(code: str) -> ResponseReturnValue:
    """Remember a language and go back to where it was chosen."""
    if code not in LANGUAGES:
        abort(404)
    came = urlsplit(request.headers.get("Referer", ""))
    response = make_response(redirect(back_to(came.path if came.netloc == request.host else ""), 303))
    cookies.give(request, response, cookies.LANGUAGE, code)
    return response


def back_to(path: str) -> str:
    """A path of ours, or the first page: nobody is sent to where an address of somebody else leads."""
    return path if _OURS.match(path) and not path.startswith("//") else "/"


def _turned(response: object) -> Response:
    """Change a cookie, so that browsers drop the pages they keep for the way back."""
    created = make_response(response)
    cookies.give(request, created, cookies.TURN, secrets.token_urlsafe(6))
    return created
