"""What a form would send, read from its page: if nobody touched it, and by which button if Enter is pressed."""

import hashlib
import json
from dataclasses import dataclass
from html.parser import HTMLParser

TICKED = ("checkbox", "radio")
AGAINST_OTHERS = "csrf_token"
NEVER_SENT = ("submit", "button", "image", "reset", "file")
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ReadForm:
    """The fields of a form as they are, and name and value of the button that Enter presses.

    That is the first without a name, or else the first that sends the form to its own address. A browser takes the
    first of all, which may be a place of the bar or the search beside a list (HTML standard, implicit submission).
    """

    fields: list[Pair]
    enter: Pair


class _Form(HTMLParser):
    """The names and values of one form, in order."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.fields: list[Pair] = []
        self.buttons: list[Pair] = []
        self._wanted, self._inside = name, False
        self._area: str | None = None
        self._text = ""
        self._select = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._inside = has.get("id") == self._wanted
        if not self._inside:
            return
        name, value = has.get("name") or "", has.get("value")
        if tag == "input" and name:
            self._input(name, (has.get("type") or "text").lower(), value, ticked="checked" in has)
        elif tag == "button" and "formaction" not in has and has.get("type") == "submit":
            self.buttons.append((name, value or ""))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((value or "", "selected" in has))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            self.fields.append((self._area, self._text.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected] or [v for v, _ in self._options[:1]]
            self.fields.extend((self._select, value) for value in chosen[-1:])
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def _input(self, name: str, kind: str, value: str | None, *, ticked: bool) -> None:
        if kind in NEVER_SENT or (kind in TICKED and not ticked):
            return
        self.fields.append((name, ("on" if kind in TICKED else "") if value is None else value))


def read_form(page: str, form: str) -> ReadForm:
    """The form with this id."""
    read = _Form(form)
    read.feed(page)
    read.close()
    own = [pair for pair in read.buttons if not pair[0].startswith("_")]
    unnamed = [pair for pair in own if not pair[0]]
    return ReadForm(fields=read.fields, enter=next(iter(unnamed or own), ("", "")))


def mark(fields: list[Pair]) -> str:
    """What two forms that say the same have in common; hidden fields of ours say nothing."""
    typed = [(name, " ".join(text.split())) for name, text in fields if name[:1] != "_" and name != AGAINST_OTHERS]
    texts = [pair for pair in typed if pair[1]]
    return hashlib.sha256(json.dumps(sorted(texts)).encode()).hexdigest()
