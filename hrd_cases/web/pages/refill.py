"""Puts what somebody had typed back into the form of a page, whichever page it is: none has to know how.

The way out beside web/pages/sending.py, which takes forms in, keeps them and knows them again, and never reads a page.
Hidden fields stay as the page made them, and a passphrase is never written into a page.
docs/adr/0033-typed-text-goes-back-into-any-form.md says why no view does this by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser

from hrd_cases.web.forms.untouched import AGAINST_OTHERS, TICKED

LEFT_ALONE = ("hidden", "password", "file", "submit", "button")
Attributes = Mapping[str, str | None]


class NoSuchForm(LookupError):
    """The page has no form that leads to this address."""


class _Forms(HTMLParser):
    """Where the forms of a page lead, and what each carries unseen about what it is of."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.forms.append((has.get("action") or "", []))
        elif tag == "input" and has.get("type") == "hidden" and self.forms:
            name = has.get("name") or ""
            if not name.startswith("_") and name != AGAINST_OTHERS:
                self.forms[-1][1].append((name, has.get("value") or ""))


class _Page(HTMLParser):
    """Passes a page on as it is, except for the controls of one form."""

    def __init__(self, number: int, values: Mapping[str, Sequence[str]]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._number, self._given = number, values
        self._drawn = 0
        self._inside = self._area = False
        self._select = ""
        self._taken: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text, has = self.get_starttag_text() or "", dict(attrs)
        if tag == "form":
            self._inside = self._drawn == self._number
            self._drawn += 1
        elif self._inside:
            text = self._control(tag, has, text)
        self.out.append(text)
        if self._inside and tag == "textarea":
            self._area = True
            self.out.append("\n" + escape(self._next(has.get("name") or ""), quote=False))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        self._area = False if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._pass_on(data)

    def handle_entityref(self, name: str) -> None:
        self._pass_on(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._pass_on(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def _pass_on(self, text: str) -> None:
        if not self._area:  # what stood in a text area was replaced
            self.out.append(text)

    def _control(self, tag: str, has: Attributes, text: str) -> str:
        name, kind = has.get("name") or "", (has.get("type") or "text").lower()
        if tag == "select":
            self._select = name
        if tag == "option" and self._select:
            return _marked(tag, has, "selected", on=(has.get("value") or "") in self._given.get(self._select, ()))
        if tag != "input" or not name or kind in LEFT_ALONE:
            return text
        if kind in TICKED:
            return _marked(tag, has, "checked", on=(has.get("value") or "on") in self._given.get(name, ()))
        return _spelled(tag, {**has, "value": self._next(name)})

    def _next(self, name: str) -> str:
        """What was typed into the next control of this name."""
        typed, at = self._given.get(name, ()), self._taken[name]
        self._taken[name] += 1
        return typed[at] if at < len(typed) else ""


def refilled(page: str, action: str, values: Mapping[str, Sequence[str]]) -> str:
    """The page with the form that leads to `action` filled in as it was sent; raises NoSuchForm."""
    forms = _Forms()
    forms.feed(page)
    forms.close()
    leading = [number for number, (to, _) in enumerate(forms.forms) if to == action]
    if not leading:
        raise NoSuchForm(action)
    same = (number for number in leading if _was_sent(forms.forms[number][1], values))
    created = _Page(next(same, leading[0]), values)
    created.feed(page)
    created.close()
    return "".join(created.out)


def _was_sent(carried: Sequence[tuple[str, str]], values: Mapping[str, Sequence[str]]) -> bool:
    """Whether what a form carries unseen was sent: one of several forms to one address is of one person."""
    return all(value in values.get(name, (value,)) for name, value in carried)


def _marked(tag: str, has: Attributes, word: str, *, on: bool) -> str:
    rest = {name: value for name, value in has.items() if name != word}
    return _spelled(tag, {**rest, word: None} if on else rest)


def _spelled(tag: str, has: Attributes) -> str:
    """A tag as it is written, its values escaped as they were read unescaped."""
    attributes = (name if value is None else f'{name}="{escape(value)}"' for name, value in has.items())
    return f"<{' '.join((tag, *attributes))}>"
