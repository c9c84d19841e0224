"""Somebody's browser, without one: sends forms with their token, the way a page of ours does."""

import io
import re
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from hrd_assembled import application
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.web.kernel.cookies import spell
from hrd_cases.web.kernel.csrf import FIELD

BOUNDARY = "----boundary7a"


class Browser:
    """One person of the world at the pages."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.session = world, world.session(name)
        self.app = application(world.runtime, clock=lambda: world.now)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.headers = {"Cookie": f"__Host-s={spell(self.session.cookie)}; __Host-g=en"}

    def get(self, path: str) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={FIELD: self.token(path), **fields}, headers=self.headers)

    def token(self, path: str) -> str:
        """The token that stands in this person's form for `path`."""
        return self.session.csrf(path.partition("?")[0])

    def upload(self, path: str, *parts: bytes) -> TestResponse:
        """Send a form with files, its token first."""
        return self.send(path, form(field(FIELD, self.token(path)), *parts))

    def send(self, path: str, body: bytes | io.RawIOBase, *, length: int = 0) -> TestResponse:
        """Send any body, also one that ends too early or must not be read."""
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        return self.client.post(
            path,
            headers=self.headers,
            environ_overrides={
                "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
                "wsgi.input": stream,
                "CONTENT_LENGTH": str(len(body) if isinstance(body, bytes) else length),
            },
        )


def field(name: str, text: str) -> bytes:
    """One line of text as it travels in a form with files."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()


def file(name: str, data: bytes, kind: str = "image/jpeg") -> bytes:
    """One file as it travels."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: {kind}'
    return head.encode() + b"\r\n\r\n" + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def arrived_body(browser: Browser, path: str, *parts: bytes) -> bytes:
    """The body that upload() would send."""
    return form(field(FIELD, browser.token(path)), *parts)


class _Form(HTMLParser):
    """Collects what a browser would send of the forms of a page."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._inside = action, False
        self._area: str | None = None
        self._select: str | None = None
        self.fields: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = text.get("action", "").split("?")[0] == self._action and text.get("method") == "post"
        if not self._inside:
            return
        name = text.get("name", "")
        if tag == "input" and name and text.get("type") not in ("submit", "file"):
            if text.get("type") not in ("checkbox", "radio") or "checked" in text:
                self.fields.setdefault(name, []).append(text.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in text:
            self.fields.setdefault(self._select, []).append(text.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            self.fields[self._area][-1] = self.fields[self._area][-1].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area][-1] += data


def filled_form(page: str, action: str) -> dict[str, list[str]]:
    """What the form with this address holds, as a browser would send it unchanged."""
    reader = _Form(action)
    reader.feed(page)
    return reader.fields


def with_list(browser: Browser, url: str, name: str) -> str:
    """The form at this address with a row of every group and the whole lists of the fields that end with `name`."""
    page = browser.get(url).text
    for group in re.findall(r'name="_more" value="(\w+)"', page):
        if f'name="{group}-0-' not in page:
            page = browser.post(url, **{**filled_form(page, url), "_more": group}).text
    asked = [
        {**filled_form(page, url), "_look": found}
        for found in re.findall(rf'name="_look" value="([a-z0-9_-]*{name})"', page)
    ]
    return "".join(browser.post(url, **sent).text for sent in asked) or page
