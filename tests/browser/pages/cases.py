"""Calls, cases, their records, their team."""

import re

from pages.forms import SheetForm
from pages.visitor import Visitor


class CallForm(SheetForm):
    """The form of a call."""

    def open(self) -> "CallForm":
        """From the desk."""
        self.visitor.follow("New call")
        return self

    def take(self, *, what: str, when: str, who: str, reach: str) -> None:
        """Write down what is said on the telephone."""
        self.fill("what", what)
        self.fill("when", when)
        self.fill("who", who)
        self.fill("reach", reach)
        self.save()


class CasePage:
    """A case."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def open(self, title: str) -> "CasePage":
        """From the list of cases."""
        self.visitor.open_place("Cases")
        self.visitor.follow(title)
        return self

    def add(self, label: str) -> SheetForm:
        """Begin a new record of this case."""
        self.page.locator("summary", has_text="Add to this case").click()
        self.visitor.follow(label)
        return SheetForm(self.visitor)

    def count_of(self, plural: str) -> int:
        """How many records of a kind the case says it has."""
        line = self.page.locator("#kinds li", has=self.page.get_by_role("link", name=re.compile(rf"^{plural} \d+$")))
        return int(line.locator(".count").inner_text())

    def share_with(self, name: str) -> None:
        """Compare the words and let a colleague in."""
        self.visitor.click(self.page.locator("main").get_by_role("link", name=re.compile(r"^Team \d+$")))
        self.page.locator("#share .choice", has_text=name).locator("input").check()
        self.visitor.press("The words are the same: share")
