"""Effort, as the product counts it: pages loaded, taps, characters typed, screens of 375 by 667 scrolled through."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, ViewportSize

from pages.visitor import Visitor

SMALL: ViewportSize = {"width": 375, "height": 667}


@dataclass
class Effort:
    """What a job cost."""

    loads: int = 0
    taps: int = 0
    characters: int = 0
    fields: int = 0
    screens: float = 0


class Hand:
    """One thumb on a small telephone: every tap and every letter is counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.page.set_viewport_size(SMALL)
        self.effort = Effort()

    @contextmanager
    def counting(self) -> Iterator[Effort]:
        """Counts one job; `screens`: how far down a page its lowest tap was."""
        before, self.effort = self.visitor.loads, Effort()
        counted = self.effort
        yield counted
        counted.loads = self.visitor.loads - before
        self.effort = Effort()

    def tap(self, where: Locator) -> None:
        """Tap what is there, without opening anything first."""
        box = where.bounding_box()
        assert box is not None, "what is tapped stands open on the page"
        scrolled = self.page.locator("html").bounding_box()
        assert scrolled is not None
        self.effort.screens = max(self.effort.screens, (box["y"] - scrolled["y"] + box["height"]) / SMALL["height"])
        self.effort.taps += 1
        leads = where.evaluate("one => ['A', 'BUTTON'].includes(one.tagName)")
        (self.visitor.click if leads else Locator.click)(where)

    def type(self, name: str, text: str) -> None:
        """Type into a field."""
        self.effort.fields += 1
        self.effort.taps += 1
        self.effort.characters += len(text)
        self.page.locator(f'main form [name="{name}"]').first.fill(text)

    def height(self) -> float:
        """How long the page is, without the line that says it is a demonstration."""
        height = self.page.evaluate("() => document.documentElement.scrollHeight")
        banner = self.page.locator(".banner").bounding_box()
        return float(height) - (banner["height"] if banner else 0)

    def bottom_of(self, text: str) -> float:
        """How far down the page a text ends; it must stand in the main part."""
        box = self.page.locator("main").get_by_text(text).first.bounding_box()
        assert box is not None
        return box["y"] + box["height"]
