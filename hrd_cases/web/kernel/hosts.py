"""Only the names that the operator gave are answered: a foreign name made to point here gets no page and no cookie.

Without this, a page of another site whose name is changed to this machine's address (DNS rebinding) would be of the
same origin as ours.
"""

from collections.abc import Iterable, Sequence
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_host

from hrd_cases.web.kernel.headers import HEADERS

LOOPBACK = ("localhost", "127.0.0.1")
MISDIRECTED = 421  # RFC 9110, 15.5.20
TEXT = "This server does not answer under this name. Type the address as your organisation gave it to you.\n"


class KnownHosts:
    """The application behind a list of names and addresses, without ports; this machine's own are always known."""

    def __init__(self, app: WSGIApplication, hosts: Sequence[str]) -> None:
        self.app, self.hosts = app, (*LOOPBACK, *hosts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request, or refuse it before anything of it is looked at."""
        if self._knows(environ):
            return self.app(environ, start_response)
        refusal = Response(TEXT, MISDIRECTED, {**HEADERS, "Cache-Control": "no-store"}, mimetype="text/plain")
        return refusal(environ, start_response)

    def _knows(self, environ: WSGIEnvironment) -> bool:
        try:
            return bool(get_host(environ, self.hosts))
        except SecurityError:
            return False
