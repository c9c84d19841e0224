"""Whether a request that changes something came from a page of ours: a token, and what the browser says of it."""

import hashlib
import hmac
import secrets

from flask import Response, g, request

from hrd_cases.web.kernel import cookies

FIELD = "csrf_token"


def token(url: str) -> str:
    """The token of a form of this answer that is sent to `url`, and nowhere else."""
    path = url.partition("?")[0].partition("#")[0]
    if g.session is not None:
        return str(g.session.csrf(path))
    return _before(g.door, path)


def accepted(*paths: str) -> bool:
    """True when the token is of a form for one of these, and the browser does not say that another site sent it."""
    return from_here() and fits(request.form.get(FIELD, ""), *paths)


def from_here() -> bool:
    """False when the browser names another origin; "null" counts as not said, never as a pass."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    if site not in (None, "same-origin"):
        return False
    return origin == "null" or origin.lower() == request.host_url.rstrip("/").lower()


def open_door() -> None:
    """Before log-in there is no session, so a random cookie and its hash stand in for the token."""
    existing = cookies.read(request, cookies.DOOR)
    g.door = existing if len(existing) >= 32 else secrets.token_urlsafe(32)


def keep_door(response: Response) -> Response:
    """Give the browser the cookie that its log-in form belongs to."""
    if g.get("session") is None and g.get("door") and cookies.read(request, cookies.DOOR) != g.door:
        cookies.give(request, response, cookies.DOOR, g.door)
    return response


def fits(sent: str, *paths: str) -> bool:
    """True for the token of a form for one of these paths, of this session, or of this browser before log-in."""
    if g.session is not None:
        return any(g.session.csrf_ok(path, sent) for path in paths)
    existing = cookies.read(request, cookies.DOOR)
    return bool(existing) and any(
        hmac.compare_digest(_before(existing, path).encode(), sent.encode()) for path in paths
    )


def _before(door: str, path: str) -> str:
    return hashlib.sha256(f"before log-in\0{door}\0{path}".encode()).hexdigest()
