"""Somebody at a browser, watched: nothing leaves this origin, nothing breaks the page's own policy, headers on all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, ViewportSize

ACCESSIBLE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "x-frame-options",
    "cache-control",
)
WIDE: ViewportSize = {"width": 1280, "height": 900}
TABLET: ViewportSize = {"width": 768, "height": 1024}
PHONE: ViewportSize = {"width": 375, "height": 800}
LOCALES = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
# A page is broken when something hangs over its edge; what scrolls inside a frame of its own does not.
OVERHANGING = """() => {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > limit + 1)
    .map(e => e.tagName.toLowerCase() + '.' + e.className).slice(0, 5);
}"""


class Visitor:
    """A browser window of one person, with scripts on or off."""

    def __init__(
        self, browser: Browser, origin: str, *, scripts: bool = True, language: str = "en", dark: bool = False
    ) -> None:
        self.origin, self.scripts = origin, scripts
        self.context = browser.new_context(
            java_script_enabled=scripts,
            locale=LOCALES[language],
            timezone_id="Asia/Almaty",
            viewport=WIDE,
            color_scheme="dark" if dark else "light",
        )
        self.context.set_default_timeout(30_000)  # a busy machine is slow, not wrong
        self.page: Page = self.context.new_page()
        self.loads = 0
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.undressed: list[str] = []
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.context.on("console", self._said)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "about:")):
            self.elsewhere.append(request.url)

    def _answered(self, response: Response) -> None:
        if not response.url.startswith(self.origin):
            return
        missing = [name for name in HEADERS if name not in response.headers]
        if missing:
            self.undressed.append(f"{response.status} {response.url}: {', '.join(missing)}")
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.loads += 1

    def _said(self, message: ConsoleMessage) -> None:
        if re.search(r"Content Security Policy|Refused to|Uncaught|Mixed Content", message.text):
            self.complaints.append(message.text)

    def go(self, path: str) -> int:
        """Open an address of ours; its status."""
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        """Where the window stands."""
        return self.page.url.removeprefix(self.origin)

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.locator("main h1").inner_text().strip()

    @property
    def text(self) -> str:
        """Everything the page says."""
        return self.page.locator("body").inner_text()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """What is done meanwhile leads to another page: goes on once that page stands there whole.

        A click ends before the next page comes. Whoever then runs a script or reads the title meets either page.
        """
        with self.page.expect_navigation():
            yield

    def click(self, where: Locator) -> None:
        """Click what leads to another page."""
        with self.loading():
            where.click()

    def follow(self, label: str) -> None:
        """Follow a link of the page by its words."""
        self.click(self.page.locator("main").get_by_role("link", name=label, exact=True).first)

    def open_place(self, label: str) -> None:
        """Go to a place of the menu: a link, or on a page with a form to write in a button that keeps it."""
        places = self.page.locator("nav.places").locator("visible=true")
        self.click(places.get_by_role("link", name=label).or_(places.get_by_role("button", name=label)).first)

    def press(self, label: str) -> None:
        """Press a button by its words."""
        self.click(self.page.get_by_role("button", name=label, exact=True).locator("visible=true").first)

    @contextmanager
    def counting(self) -> Iterator[list[int]]:
        """Counts the pages loaded meanwhile; the list holds the number afterwards."""
        before, counted = self.loads, [0]
        yield counted
        counted[0] = self.loads - before

    def check(self) -> None:
        """The page is usable by everybody: no violation of WCAG 2.2 AA, nothing hangs over a small window."""
        if not self.scripts:
            return  # axe is a script
        result = Axe().run(self.page, options={"runOnly": ACCESSIBLE})
        violations = [
            f"{broken['id']}: {broken['help']} at {[node['target'] for node in broken['nodes']][:3]}"
            for broken in result.response["violations"]
        ]
        assert not violations, f"{self.path}: {violations}"
        hanging = {}
        for width in (TABLET, PHONE):
            self.page.set_viewport_size(width)
            hanging[width["width"]] = self.page.evaluate(OVERHANGING)
        self.page.set_viewport_size(WIDE)
        assert not any(hanging.values()), f"{self.path} is wider than the window: {hanging}"

    def close(self) -> None:
        """Close the window; whatever was seen meanwhile must have been in order."""
        self.context.close()
        assert not self.elsewhere, f"asked another site: {self.elsewhere}"
        assert not self.complaints, f"broke the policy of the page: {self.complaints}"
        assert not self.undressed, f"answers without their headers: {self.undressed}"
