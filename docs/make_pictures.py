"""Makes the pictures of README and manual from a fresh demonstration organisation.

    PYTHONPATH=.:tests/browser .venv/bin/python docs/make_pictures.py

Needs Chromium. Pictures are small: few colours, no metadata.
"""

import io
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from pages.cases import CasePage
from pages.enter import LogIn
from pages.papers import Papers
from pages.visitor import PHONE, Visitor
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from hrd_cases.app import assemble
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.services.demo import demo
from hrd_cases.services.signin import organisation_setup

PICTURES = Path(__file__).resolve().parent / "pictures"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STRIKE = "Подземная забастовка 2017 года: преследование лидеров шахтёров"
COLOURS, TALLEST = 96, 1100


class Silent(WSGIRequestHandler):
    """Serves without a word."""

    def log(self, *_said: object) -> None:
        """Say nothing."""


def main() -> None:
    """Build the demonstration, walk through it, keep what is seen."""
    PICTURES.mkdir(exist_ok=True)
    with demonstration() as (origin, accounts), sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)

        def enter(role: str) -> Visitor:
            return entered(browser, origin, accounts[role])

        for walk in (caseworker, lawyer, others):
            walk(enter)
        browser.close()


@contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, demo.Account]]]:
    """A demonstration organisation on a free port of this machine, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    place = demo.InstallPlace(folder=folder / "i", database_url=f"sqlite:///{folder / 'db'}", evidence=folder / "e")
    accounts = demo.build(place, NOW, say=print, kdf=CHEAP_FOR_TESTS)
    runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
    app = assemble(runtime, clock=lambda: NOW)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", {account.role: account for account in accounts}
    server.shutdown()
    shutil.rmtree(folder)


def entered(browser: Browser, origin: str, account: demo.Account) -> Visitor:
    """Somebody logged in."""
    visitor = Visitor(browser, origin)
    LogIn(visitor).open().enter(account.handle, account.passphrase)
    return visitor


def caseworker(enter: Callable[[str], Visitor]) -> None:
    """The desk, a call, a case, an incident, a letter, sharing."""
    visitor = enter("caseworker")
    keep(visitor, "desk")
    visitor.page.set_viewport_size(PHONE)
    keep(visitor, "desk-375")
    visitor.go("/i/new")
    keep(visitor, "call-375")
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    keep(visitor, "call")
    case = CasePage(visitor).open(STRIKE)
    keep(visitor, "case")
    case.add("New incident").tick("kinds", "threat")
    keep(visitor, "incident")
    CasePage(visitor).open(STRIKE).add("Add evidence")
    keep(visitor, "evidence")
    CasePage(visitor).open(STRIKE).add("New letter")
    keep(visitor, "letter")
    CasePage(visitor).open(STRIKE)
    visitor.page.locator("main").get_by_role("link", name=re.compile(r"^Team \d+$")).click()
    keep(visitor, "team")


def lawyer(enter: Callable[[str], Visitor]) -> None:
    """Hearings, and the written response from step to step."""
    visitor = enter("lawyer")
    visitor.scripts = False  # no checks of accessibility here, only pictures
    visitor.open_place("Hearings and letters")
    keep(visitor, "hearings")
    CasePage(visitor).open(STRIKE)
    papers = Papers(visitor)
    papers.begin("Отзыв на иск")
    keep(visitor, "paper-filing")
    papers.file("отказать в иске полностью\nотменить обеспечительные меры")
    keep(visitor, "paper-facts")
    papers.take_the_facts()
    papers.build()
    papers.wait()
    keep(visitor, "paper-built")
    papers.release()
    keep(visitor, "paper-released")
    dossier = papers.download("dossier.pdf")
    with pypdfium2.PdfDocument(dossier) as opened:
        for page, name in ((0, "dossier"), (2, "dossier-inside")):
            drawn = io.BytesIO()
            opened[page].render(scale=80 / 72).to_pil().save(drawn, "PNG")
            small(drawn.getvalue(), name)


def others(enter: Callable[[str], Visitor]) -> None:
    """What the offices see."""
    visitor = enter("coordinator")
    visitor.open_place("Trends")
    keep(visitor, "trends")
    visitor = enter("auditor")
    visitor.open_place("Audit log")
    keep(visitor, "log")
    visitor = enter("administrator")
    visitor.open_place("Administration")
    keep(visitor, "administration")


def keep(visitor: Visitor, name: str) -> None:
    """Keep what the window shows, down to a readable length."""
    visitor.page.evaluate("window.scrollTo(0, 0)")
    small(visitor.page.screenshot(full_page=True), name)


def small(data: bytes, name: str) -> None:
    """Write a picture with few colours."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
