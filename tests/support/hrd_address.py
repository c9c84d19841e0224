"""A server at an address of this machine, and somebody who visits it over HTTP."""

import http.client
import socket
import urllib.parse
from dataclasses import dataclass, field

from hrd_pages import Forms


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Visit:
    """Somebody at the address, with cookies, no scripts and no redirects followed."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, bytes]:
        """One request; its status, where it leads, its bytes."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        line.request(method, path, body or None, headers | ({"Content-Type": kind} if kind else {}))
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        data = answer.read()
        line.close()
        return answer.status, answer.headers.get("Location", ""), data

    def get(self, path: str) -> str:
        """Look at a page."""
        status, _, data = self.ask("GET", path)
        assert status == 200, (path, status)
        return data.decode()

    def fill(self, path: str, action: str = "", **typed: str) -> str:
        """Open a page, type into its form, send it; where that leads."""
        fields = {**Forms(self.get(path)).forms[action or path], **typed}
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        status, leads, data = self.ask("POST", action or path, body, "application/x-www-form-urlencoded")
        assert status == 303, (action or path, status, data.decode()[:2000])
        return leads.partition("?")[0]
