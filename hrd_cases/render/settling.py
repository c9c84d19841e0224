"""A paper laid out until the pages that it names are those on which things stand."""

import re
from collections.abc import Callable, Mapping
from math import ceil

from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.pdf import Laid, Press
from hrd_cases.render.places import Places

PASSES = 6
TAG = re.compile(r"<([a-z]\w*)([^>]*)>([^<]*)")
NAMED = re.compile(r'\bid="([^"]+)"')
NEW_PAGE = re.compile(r"slip-|tab-|index\Z|authorities\Z")  # as in paper.css
LETTERS, LINES = 2800, 36  # of a page, roughly
LINE = frozenset({"h1", "h2", "h3", "p", "li", "tr", "dt", "th"})

Measure = Callable[[Mapping[str, int], int], Places]  # the page (from 0) of each anchor, and how many pages there are


def settled(press: Press, html: Callable[[Places], str], measure: Measure, tell: Callable[..., None]) -> Laid:
    """The pages of `html`, numbered as they came out. One layout is enough where each number has as many digits as was
    guessed; `html` is laid out again where one has not."""
    wanted = html(measure(*_guess(html(Places()))))
    for turn in range(1, PASSES + 1):
        tell("typesetting", "", turn, PASSES)
        laid = press.lay(wanted)
        wanted = html(measure(laid.anchors, laid.count))
        if laid.fits(wanted):
            laid.renumber(wanted)
            return laid
    raise BuildFailed("number", detail="layout does not settle")


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
