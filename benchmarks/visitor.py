"""A person with a browser: their connection, their cookies, and forms sent with the fields that the page has."""

import http.client
import urllib.parse
from html.parser import HTMLParser

FORM = "application/x-www-form-urlencoded"


class _Form(HTMLParser):
    """The fields of the form with an address, as the page fills them."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._action, self._inside, self._select, self._text = action, False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter the form, and take what its fields hold."""
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self._inside = said.get("action", "") == self._action
        elif not self._inside:
            return
        elif tag == "input" and name and said.get("type") not in ("submit", "image", "file"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self.fields.append((name, said.get("value", "")))
        elif tag == "textarea":
            self._text = name
            self.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said and self._select:
            self.fields.append((self._select, said.get("value", "")))

    def handle_data(self, data: str) -> None:
        """The text of an area."""
        if self._text:
            name, before = self.fields[-1]
            self.fields[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        """Leave what ends."""
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""


class Visitor:
    """One person at the server on this machine."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, dict[str, str]()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> tuple[int, str]:
        """The status and the page."""
        status, text, _ = self._ask("GET", path)
        return status, text

    def send(self, path: str, typed: dict[str, str], page: str = "") -> tuple[int, str]:
        """Open the page of a form, type into it and send it; the status, and where the answer leads."""
        status, text = self.get(page or path)
        if status != http.HTTPStatus.OK:
            return status, ""
        form = _Form(path)
        form.feed(text)
        fields = [(name, value) for name, value in form.fields if name not in typed]
        status, _, where = self._ask("POST", path, urllib.parse.urlencode([*fields, *typed.items()]).encode())
        return status, where

    def post(self, path: str, body: bytes, kind: str) -> tuple[int, str]:
        """Send bytes of a kind; the status, and where the answer leads."""
        status, _, where = self._ask("POST", path, body, kind)
        return status, where

    def token(self, path: str) -> str:
        """The token of the form with this address on its own page."""
        form = _Form(path)
        form.feed(self.get(path)[1])
        return dict(form.fields)["csrf_token"]

    def log_in(self, handle: str, passphrase: str) -> int:
        """The status of the answer to the log-in form."""
        return self.send("/e", {"handle": handle, "passphrase": passphrase})[0]

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> tuple[int, str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": said, "Host": f"localhost:{self._port}"}
        if method == "POST":
            headers["Content-Type"] = kind
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()  # the server closed a connection that waited, as it may
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        for line in answer.headers.get_all("set-cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")
