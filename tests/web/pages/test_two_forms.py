"""Typing in one form of a page and sending another loses the first: no page has two that are typed into."""

from html.parser import HTMLParser

import pytest
from hrd_forms import PEOPLE, opened
from hrd_pages import Visitor
from hrd_world import World

TYPED = ("text", "tel", "search", "email", "number", "date", "time")


class TypedForms(HTMLParser):
    """The forms of a page that somebody types into, by the address they are sent to, with what is typed there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[tuple[int, str], list[str]] = {}
        self._number, self._action = 0, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field that takes typed text."""
        has = dict(attrs)
        if tag == "form":
            self._number += 1
            self._action = has.get("action") or ""
            self._action = "" if has.get("role") == "search" else self._action  # of the bar: on every page, and short
        typed = tag == "textarea" or (tag == "input" and (has.get("type") or "text") in TYPED)
        if typed and self._action:
            self.found.setdefault((self._number, self._action), []).append(has.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._action = ""


@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_has_two_forms_that_are_typed_into(sqlite_world: World, person: str) -> None:
    visitor = Visitor(sqlite_world).enter(person)
    met, two = 0, {}
    for path, answer in opened(visitor, sqlite_world):
        result = TypedForms(answer.text).found
        met += bool(result)
        if len(result) > 1:
            two[path] = list(result.values())
    assert met
    assert two == {}


def test_two_on_one_page_would_be_found() -> None:
    item = '<form action="/a"><input name="x"></form>'
    assert len(TypedForms(f'{item}<form action="/b"><textarea name="y"></textarea></form>').found) == 2
    assert len(TypedForms(f'{item}<form action="/b"><input type="hidden" name="y"></form>').found) == 1
