"""The page of the administrator."""

from pages.visitor import Visitor


class Administration:
    """Accounts: invite, compare, let in."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def open(self) -> "Administration":
        """Go there."""
        self.visitor.open_place("Administration")
        return self

    def invite(self, role: str) -> str:
        """Make a one-time code for somebody with a role."""
        self.page.locator("#invite").get_by_label(role).check()
        self.visitor.press("Create a one-time code")
        return self.page.locator(".notice .secret-words code").inner_text().strip()

    @property
    def waiting_words(self) -> str:
        """The eight words of whoever waits."""
        return self.page.locator(
            "section#w1 .secret-words code, section:has(#w1) .secret-words code"
        ).first.inner_text()

    def let_in(self, name: str) -> None:
        """The words were the same: give a name and let them in."""
        self.page.fill("#f-name-1", name)
        self.visitor.press("The words are the same: let them in")
