"""The name that a request may carry, and the headers of every answer: nothing is kept, run, framed or told elsewhere.

Only the names that the operator gave are answered: a foreign name made to point here gets no page and no cookie.
Without this, a page of another site whose name is changed to this machine's address (DNS rebinding) would be of the
same origin as ours. The pages that ask a security key run one script, and those alone (`let_ask`).
"""

from collections.abc import Iterable, Sequence
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, current_app, request, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as PlainResponse
from werkzeug.wsgi import get_host

from hrd_cases.web.kernel import static_files

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "script-src 'none'",
    )
)
OFF = ("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
       "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
       "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "usb",
       "web-share", "xr-spatial-tracking")  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send the origin "null" on plain forms, and the origin could not be checked.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in OFF),
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
FORGET, FORGET_ALL_BUT_COOKIES = '"cache", "cookies", "storage"', '"cache", "storage"'
STATIC = "static"
SCRIPT = "security_key.js"
LOOPBACK = ("localhost", "127.0.0.1")
MISDIRECTED = 421  # RFC 9110, 15.5.20
TEXT = "This server does not answer under this name. Type the address as your organisation gave it to you.\n"
FOR_GOOD = "public, max-age=31536000, immutable"


class KnownHosts:
    """The application behind a list of names and addresses, without ports; this machine's own are always known."""

    def __init__(self, app: WSGIApplication, hosts: Sequence[str]) -> None:
        self.app, self.hosts = app, (*LOOPBACK, *hosts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request, or refuse it before anything of it is looked at."""
        if self._knows(environ):
            return self.app(environ, start_response)
        refusal = PlainResponse(TEXT, MISDIRECTED, {**HEADERS, "Cache-Control": "no-store"}, mimetype="text/plain")
        return refusal(environ, start_response)

    def _knows(self, environ: WSGIEnvironment) -> bool:
        try:
            return bool(get_host(environ, self.hosts))
        except SecurityError:
            return False


def dress(response: Response) -> Response:
    """Put the headers on an answer; what a view has set itself stays, except that pages are never kept."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Cache-Control"] = _kept(response)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def _kept(response: Response) -> str:
    """What a browser may keep: no page; a static file for good under the name with its hash, else to ask again."""
    if request.endpoint != STATIC or response.status_code not in (200, 304):
        return "no-store"
    return FOR_GOOD if static_files.is_hashed(current_app, request.view_args or {}) else "no-cache"


def let_ask(response: Response, act: str) -> None:
    """Let a page run the one script of ours, and ask a security key: "get" what it signs, or "create" a new one."""
    script = url_for(STATIC, filename=SCRIPT, _external=True)
    closed = HEADERS["Content-Security-Policy"].replace("script-src 'none'", f"script-src {script}")
    response.headers["Content-Security-Policy"] = f"{closed}; require-trusted-types-for 'script'; trusted-types 'none'"
    wanted = f"publickey-credentials-{act}"
    response.headers["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace(f"{wanted}=()", f"{wanted}=(self)")
