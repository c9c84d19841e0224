"""The pages (HTML) that Telegram's desktop program exports: each message with its lines and everything written in it.

Their form is that of the program as its pages are seen in public; it is no published standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST = 8_000_000  # characters that are read as pages; the program begins a new page after 1,000 messages
DATE = frozenset({"pull_right", "date", "details"})  # the hour as it is shown; its title holds the whole day
UNREAD = frozenset({"initials"})  # letters drawn in place of a picture
SILENT = frozenset({"script", "style", "title"})
OPEN_ENDED = frozenset({"br", "img", "meta", "link", "input", "hr", "source"})


@dataclass(kw_only=True)
class TelegramEntry:
    """One message: the line on which it begins (from 1), its day and hour as written, its author and its words.

    A line of the program itself (a new day, who joined) has no `when`; a message joined to the one before no `who`.
    """

    line: int
    service: bool
    when: str = ""
    who: str = field(default="", repr=False)
    words: list[str] = field(default_factory=list, repr=False)


def is_telegram_page(text: str) -> bool:
    """Whether a text is such a page, by how it begins and what it calls its messages."""
    start = text[:200].lstrip("\ufeff \r\n\t").casefold()
    return start.startswith(("<!doctype html", "<html")) and 'class="message ' in text


def telegram_entries(text: str) -> tuple[TelegramEntry, ...]:
    """The messages of one or more pages, one page after the other; none of a text that is too long."""
    if len(text) > MOST:
        return ()
    reader = _Pages()
    reader.feed(text)
    reader.close()
    for entry in reader.entries:
        entry.words = [" ".join(row.split()) for row in entry.words]
    return tuple(reader.entries)


class _Pages(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.entries: list[TelegramEntry] = []
        self._open: list[tuple[str, frozenset[str]]] = []  # the tags around, with their classes
        self._address = ""  # of the link around
        self._linked: list[str] = []
        self._inside = False  # a message
        self._begun = True  # the next words stand on a line of their own

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values: Mapping[str, str] = {name: value or "" for name, value in attributes}
        classes = frozenset(values.get("class", "").split())
        if tag == "div" and "message" in classes and values.get("id", "").startswith("message"):
            self.entries.append(TelegramEntry(line=self.getpos()[0], service="service" in classes))
            self._open, self._inside = [], True
        if not self._inside:
            return
        if tag in OPEN_ENDED:
            self._single(tag, values)
            return
        self._open.append((tag, classes))
        self._begun = self._begun or tag == "div"
        if tag == "a":
            self._address, self._linked = values.get("href", ""), []
        if classes >= DATE and not self.entries[-1].when:
            self.entries[-1].when = values.get("title", "")
        if "forwarded" in classes:
            self._say("<forwarded>")
            self._begun = True

    def handle_endtag(self, tag: str) -> None:
        if not self._inside:
            return
        if tag == "a" and self._address:
            self._end_link()
        while self._open and any(name == tag for name, _classes in self._open):
            if self._open.pop()[0] == tag:
                break
        self._inside = bool(self._open)
        self._begun = self._begun or tag == "div"

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        classes = frozenset().union(*(classes for _tag, classes in self._open))
        if not words or not self._inside or any(tag in SILENT for tag, _classes in self._open):
            return
        if any(each >= DATE for _tag, each in self._open) or classes & UNREAD:
            return
        if self._address:
            self._linked.append(words)
        if "from_name" in classes and "forwarded" not in classes:
            self.entries[-1].who = f"{self.entries[-1].who} {words}".strip()
            return
        self._say(f"{' ' * data[:1].isspace()}{words}{' ' * data[-1:].isspace()}")

    def _single(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "br":
            self._begun = True
        elif tag == "img" and not self._address and values.get("src"):
            self._say(f" <{values['src']}>")

    def _end_link(self) -> None:
        """The address of a link, where its words do not say it; none of one that leads to another message."""
        address, self._address = self._address, ""
        if not address.startswith("#") and address not in self._linked:
            self._say(f" <{address}>")

    def _say(self, words: str) -> None:
        rows = self.entries[-1].words
        if self._begun or not rows:
            rows.append(words)
        else:
            rows[-1] += words
        self._begun = False
