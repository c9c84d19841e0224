"""The papers of a case, in five steps."""

import re
import time
from pathlib import Path

from pages.forms import SheetForm
from pages.visitor import Visitor


class Papers:
    """From a case to a released paper."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.steps: list[str] = []

    def _at_step(self) -> SheetForm:
        self.steps.append(self.page.locator("main .kicker").first.inner_text().strip())
        self.visitor.check()
        return SheetForm(self.visitor)

    def begin(self, title: str) -> None:
        """Step 1: the only legal action with a counsel of record is chosen already."""
        self.visitor.click(self.page.locator("#kinds").get_by_role("link", name=re.compile("^Papers for the court")))
        self.visitor.check()
        self.visitor.follow("New court dossier")
        form = self._at_step()
        form.fill("title", title)
        if not form.value("action"):
            form.choose_text("action", "Иск о признании забастовки незаконной")
        form.save()

    def file(self, requests: str) -> None:
        """Step 2: the case has filled in all but what the court is asked for."""
        form = self._at_step()
        form.fill("requests", requests)
        form.save()

    def take_the_facts(self) -> None:
        """Step 3: facts and exhibits as they are chosen, a page of rows each."""
        self._at_step().save()
        self.visitor.check()
        SheetForm(self.visitor).save()

    def build(self) -> None:
        """Step 4: nobody's consent is missing."""
        self._at_step()
        self.visitor.press("Build the paper")

    def wait(self) -> None:
        """Step 5: the page comes by itself again and again until the paper stands there."""
        until = time.monotonic() + 90
        while not self.page.get_by_role("button", name="Release", exact=True).count():
            assert time.monotonic() < until, self.visitor.text
            self.page.wait_for_timeout(500)
        self._at_step()

    def release(self) -> None:
        """Freeze it."""
        self.visitor.press("Release")

    @property
    def files(self) -> list[str]:
        """The names of what was released."""
        return self.page.locator("#files a").all_text_contents()

    def download(self, name: str) -> Path:
        """Take a file home."""
        with self.page.expect_download() as started:
            self.page.locator("#files, #working").get_by_role("link", name=re.compile(rf"\b{re.escape(name)}$")).click()
        return Path(started.value.path())
