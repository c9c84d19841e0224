"""A paper laid out until the pages that it names are those on which things stand: section by section, and what was
kept of an earlier build is not laid out again."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.pdf import Laid, Press, shape
from hrd_cases.render.places import Places

PASSES = 6
SECTION = "<!--section-->"  # between the sections of paper.html, each of which begins a page
TAG = re.compile(r"<([a-z]\w*)([^>]*)>([^<]*)")
NAMED = re.compile(r'\bid="([^"]+)"')
NEW_PAGE = re.compile(r"slip-|tab-|index\Z|authorities\Z")  # as in paper.css
LETTERS, LINES = 2800, 36  # of a page, roughly
LINE = frozenset({"h1", "h2", "h3", "p", "li", "tr", "dt", "th"})

Measure = Callable[[Mapping[str, int], int], Places]  # the page (from 0) of each anchor, and how many pages there are


@dataclass(frozen=True, kw_only=True)
class KeptSection:
    """A section as it was written: hashes of its HTML, whole and without the numbers of pages; its anchors, pages."""

    whole: str
    shape: str
    anchors: Mapping[str, int]
    count: int
    pdf: str


@dataclass(frozen=True, kw_only=True)
class KeptSections:
    """Every section of one build, for the next build of the same paper."""

    sections: tuple[KeptSection, ...] = ()


class Settling:
    """Lays out one paper."""

    def __init__(self, press: Press, before: KeptSections) -> None:
        self._press = press
        self._kept = {section.shape: section for section in before.sections}
        self._laid: dict[str, Laid] = {}

    def settle(self, html: Callable[[Places], str], measure: Measure, tell: Callable[..., None]) -> KeptSections:
        """The sections of `html`, numbered as they came out. One layout is enough where each number has as many digits
        as was guessed; a section is laid out again where one has not."""
        texts = html(measure(*_guess(html(Places()))))
        for turn in range(1, PASSES + 1):
            tell("typesetting", "", turn, PASSES)
            placed = [self._place(text) for text in _sections(texts)]
            before, texts = shape(texts), html(measure(*_together(placed)))
            if shape(texts) == before:
                return KeptSections(sections=tuple(map(self._written, _sections(texts))))
        raise BuildFailed("number", detail="layout does not settle")

    def _place(self, text: str) -> KeptSection | Laid:
        key = _digest(shape(text))
        if key in self._kept:
            return self._kept[key]
        if key not in self._laid:
            self._laid[key] = self._press.lay(text)
        return self._laid[key]

    def _written(self, text: str) -> KeptSection:
        whole, key = _digest(text), _digest(shape(text))
        kept = self._kept.get(key)
        if kept is not None and kept.whole == whole:
            return kept
        laid = self._laid.get(key) or self._press.lay(text)
        laid.renumber(text)
        pdf = b64encode(self._press.write(laid)).decode()
        return KeptSection(whole=whole, shape=key, anchors=laid.anchors, count=laid.count, pdf=pdf)


def where(sections: KeptSections) -> tuple[dict[str, int], int]:
    """On which page of the whole (from 0) each anchor stands, and how many pages there are."""
    return _together(sections.sections)


def pdfs(sections: KeptSections) -> tuple[bytes, ...]:
    """The pages of each section."""
    return tuple(b64decode(section.pdf) for section in sections.sections)


def _together(placed: "tuple[KeptSection, ...] | list[KeptSection | Laid]") -> tuple[dict[str, int], int]:
    anchors: dict[str, int] = {}
    count = 0
    for section in placed:
        anchors.update({name: count + at for name, at in section.anchors.items()})
        count += section.count
    return anchors, count


def _sections(html: str) -> Iterator[str]:
    """Each section as a document of its own."""
    body, end = html.index("<body>") + len("<body>"), html.index("</body>")
    for text in html[body:end].split(SECTION):
        if text.strip():
            yield f"{html[:body]}{text}{html[end:]}"


def _digest(html: str) -> str:
    return sha256(html.encode()).hexdigest()


def _guess(html: str) -> tuple[dict[str, int], int]:
    """On which page each anchor may start, by the letters and lines before it."""
    anchors: dict[str, int] = {}
    at = 0.0
    for tag, attributes, words in TAG.findall(html):
        for name in NAMED.findall(attributes):
            at = ceil(at) if NEW_PAGE.match(name) else at
            anchors.setdefault(name, int(at))
        at += len(words.strip()) / LETTERS + (tag in LINE) / LINES
    return anchors, ceil(at)
