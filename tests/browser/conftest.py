"""A real server on this machine with the demonstration inside, and people at browsers."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hrd_world import plan
from pages.enter import LogIn
from pages.site import NOW, Enter, Site
from pages.visitor import Visitor
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from hrd_cases.app import assemble
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.services.demo import demo
from hrd_cases.services.demo.demo import Account
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup


@pytest.fixture(scope="session")
def browser(chromium_path: str, chromium_arguments: list[str]) -> Iterator[Browser]:
    """One Chromium for all tests; each visitor has a window without the others' cookies."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium_path, headless=True, chromium_sandbox=False, args=chromium_arguments
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Account]]:
    """The demonstration, built once."""
    folder = tmp_path_factory.mktemp("demonstration")
    place = demo.InstallPlace(
        folder=folder / "instance", database_url=f"sqlite:///{folder / 'db.sqlite'}", evidence=folder / "evidence"
    )
    created = demo.build(place, NOW, say=lambda _line: None, kdf=CHEAP_FOR_TESTS)
    return folder, {account.role: account for account in created}


@pytest.fixture
def site(built: tuple[Path, dict[str, Account]], tmp_path: Path) -> Iterator[Site]:
    """A copy of the demonstration, served."""
    folder = tmp_path / "site"
    shutil.copytree(built[0], folder)
    runtime = organisation_setup.load(folder / "instance", f"sqlite:///{folder / 'db.sqlite'}", folder / "evidence")
    yield from served(runtime, Site(origin="", runtime=runtime, accounts=built[1]))


@pytest.fixture
def careful_site(tmp_path: Path) -> Iterator[Site]:
    """An organisation that was just founded and asks for a second factor, as real ones do."""
    runtime, founded = organisation_setup.create_organisation(plan(tmp_path, second_factor=True), NOW)
    yield from served(runtime, Site(origin="", runtime=runtime, founded=founded))


class Silent(WSGIRequestHandler):
    """Serves without a word: an access log would fill the report of every failure."""

    def log(self, *_said: object) -> None:
        """Say nothing."""


def served(runtime: Runtime, site: Site) -> Iterator[Site]:
    """Serve an organisation on a free port until the test ends."""
    server = make_server(
        "127.0.0.1", 0, assemble(runtime, clock=lambda: site.now), threaded=True, request_handler=Silent
    )
    site.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()
    runtime.database.close()


@pytest.fixture(params=["scripts off", "scripts on"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts: Tor Browser at Safest does not."""
    return bool(request.param == "scripts on")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens windows: visit(site, scripts=..., language=...). Each is checked when the test ends."""
    opened: list[Visitor] = []

    def at(site: Site, **how: Any) -> Visitor:
        opened.append(Visitor(browser, site.origin, **how))
        return opened[-1]

    yield at
    for visitor in opened:
        visitor.close()


@pytest.fixture
def enter(visit: Callable[..., Visitor]) -> Enter:
    """Somebody of the demonstration, logged in: enter(site, "lawyer", scripts=..., language=...)."""

    def as_role(site: Site, role: str, **how: Any) -> Visitor:
        visitor = visit(site, **how)
        LogIn(visitor).open().enter(site.accounts[role].handle, site.accounts[role].passphrase)
        return visitor

    return as_role
