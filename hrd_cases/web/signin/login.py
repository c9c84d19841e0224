"""Flask-Login over our own sessions: it learns who asks from our cookie, and keeps nothing itself."""

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SessionInterface
from flask_login import LoginManager
from werkzeug.wrappers import Response as AnyResponse

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.web.kernel import cookies
from hrd_cases.web.kernel.site import site


class NoSession(SessionInterface):
    """Flask's signed cookie stays unused: it would carry in clear what we keep sealed."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open nothing; Flask then hands out a session that refuses to be written."""
        return None

    def save_session(self, app: Flask, session: object, response: AnyResponse) -> None:
        """Save nothing; there is never anything in it."""
        if session:
            raise RuntimeError("Flask's own session is not used here")


class SignedIn:
    """What Flask-Login calls a user: the live session of a person."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def is_active(self) -> bool:
        """True once an administrator has admitted this key."""
        return self.session.actor.state == ACTIVE

    def get_id(self) -> str:
        """The id of the account."""
        return str(self.session.actor.user)


def recognise(request: Request) -> SignedIn | None:
    """The person of a request, or None."""
    cookie = cookies.unspell(cookies.read(request, cookies.SESSION))
    session = site().runtime.sessions.find(cookie, g.now) if cookie is not None else None
    return SignedIn(session) if session is not None else None


def keep_cookie(response: Response) -> Response:
    """Give the browser the session's new secret whenever it changed; the one it came with opens nothing any more."""
    session = g.get("session")
    if session is not None and cookies.unspell(cookies.read(request, cookies.SESSION)) != session.cookie:
        cookies.give(request, response, cookies.SESSION, cookies.spell(session.cookie))
    return response


def install(app: Flask) -> None:
    """Set Flask-Login up: no remembering, and no binding to an address, which changes under Tor."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(recognise)
    manager.init_app(app)
    app.session_interface = NoSession()
