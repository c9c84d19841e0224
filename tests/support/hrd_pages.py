"""Reads a page the way a browser does: which forms it has, and what each would send if nobody touched it."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from hrd_assembled import application
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.web.kernel import cookies

Fields = dict[str, list[str]]


class Forms(HTMLParser):
    """Every POST form of a page by its address."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, Fields] = {}
        self._now: Fields | None = None
        self._area = self._select = ""
        self._options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a control with what it would send."""
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value")
        if tag == "form":
            self._now = self.forms.setdefault(has.get("action") or "", {}) if has.get("method") == "post" else None
        elif self._now is None:
            return
        elif tag == "input" and name:
            if has.get("type") not in ("checkbox", "radio") or "checked" in has:
                self._now.setdefault(name, []).append(value or "")
        elif tag == "textarea":
            self._area = name
            self._now[name] = [""]
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((value or "", "selected" in has))

    def handle_endtag(self, tag: str) -> None:
        """Close a control."""
        if tag == "form":
            self._now = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select" and self._now is not None:
            chosen = [value for value, selected in self._options if selected] or [self._options[0][0]]
            self._now[self._select], self._select = chosen[-1:], ""

    def handle_data(self, data: str) -> None:
        """Take in what stands in a text area; its first line end is not part of it."""
        if self._area and self._now is not None:
            before = self._now[self._area][0]
            self._now[self._area] = [before + (data.removeprefix("\n") if not before else data)]


class Visitor:
    """A browser with cookies: at first nobody, then whoever logs in."""

    def __init__(self, world: World, *, base: str = "http://localhost", app: Flask | None = None) -> None:
        self.world, self.base = world, base
        hosts = [urlsplit(base).hostname or ""]
        self.app = app or application(world.runtime, clock=lambda: world.now, hosts=hosts)
        self.client: FlaskClient = self.app.test_client()
        self.client.set_cookie(self.cookie(cookies.LANGUAGE), "en", domain="localhost")

    def cookie(self, name: str) -> str:
        """A cookie's whole name at this address."""
        with self.app.test_request_context("/", base_url=self.base) as created:
            return cookies.name_of(created.request, name)

    def enter(self, name: str) -> "Visitor":
        """Come in as somebody of the world, by their one session."""
        value = cookies.spell(self.world.session(name).cookie)
        self.client.set_cookie(self.cookie(cookies.SESSION), value, domain="localhost")
        return self

    def again(self, name: str) -> "Visitor":
        """Come in anew: the session before was ended, and the page that says so was seen."""
        assert self.get("/d").headers["Location"].startswith("/e"), "the session goes on"
        self.world.again(name)
        return self.enter(name)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, base_url=self.base, headers=headers, buffered=True)

    def fields(self, path: str, action: str = "") -> Fields:
        """What the form of a page would send; the form that leads to `action`, else to the page itself."""
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return Forms(page.text).forms[action or path]

    def send(self, path: str, fields: Mapping[str, Any], **headers: str) -> TestResponse:
        """Send a form."""
        return self.client.post(path, base_url=self.base, data=dict(fields), headers=headers)

    def fill(self, path: str, action: str = "", **typed: Any) -> TestResponse:
        """Open a page, type into its form, send it."""
        return self.send(action or path, {**self.fields(path, action), **typed})


def forms(page: TestResponse) -> dict[str, Fields]:
    """The forms of an answer."""
    return Forms(page.text).forms


def below_search(page: str) -> str:
    """What the page of a search shows below its form: what was found, and whom to ask; not how it is saved."""
    rest = page.partition('class="search-again"')[2].partition("</form>")[2]
    results, _, after = rest.partition("<summary>Save this search")
    return results + after.rpartition("</form>")[2]
