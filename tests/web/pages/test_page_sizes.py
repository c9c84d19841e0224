"""No page is heavier than a weak mobile line carries in some seconds: every page that links lead to, for every role."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from hrd_cases.app import assemble
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.services.demo import demo
from hrd_cases.services.install import install
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.web.kernel import cookies

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MOST = 60_000  # bytes, before compression
# What is above it still, and at most how far: figures by quarter or month, a row a period.
ABOVE = {"/t": 70_000}
ID = re.compile(r"/(?:[0-9a-f]{32}|\d+)(?=/|$)")
ELSEWHERE = ("/y/", "/static/")  # another language, what is no page
FEWEST = 60
LARGEST = 10


class _Links(HTMLParser):
    """The addresses of ours to which a page leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = (dict(attrs).get("href") or "").partition("#")[0]
        if tag == "a" and address.startswith("/") and not address.startswith(ELSEWHERE):
            self.found.append(address)


@dataclass(frozen=True, kw_only=True)
class Built:
    """The demo, and a browser for each role."""

    browsers: dict[str, FlaskClient]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("demo") / "instance"
    folder.mkdir()
    place = install.InstallPlace(
        folder=folder, database_url=f"sqlite:///{folder}/x.sqlite", evidence=folder / "evidence"
    )
    created = demo.build(place, NOW, say=lambda _: None, kdf=CHEAP_FOR_TESTS)
    runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
    yield Built(browsers={item.role: _entered(runtime, item) for item in created})
    runtime.database.close()


def _entered(runtime: Runtime, account: demo.Account) -> FlaskClient:
    client = assemble(runtime, clock=lambda: NOW).test_client()
    session = accounts.sign_in(runtime, account.handle, account.passphrase, "", NOW)
    for name, value in ((cookies.SESSION, cookies.spell(session.cookie)), (cookies.LANGUAGE, "ru")):
        client.set_cookie(f"__Host-{name}", value, domain="localhost", secure=True)
    return client


def shape(path: str) -> str:
    """An address without what differs between records."""
    return ID.sub("/#", path.partition("?")[0])


def walked(client: FlaskClient) -> Iterator[tuple[str, int]]:
    """Every page that links lead to, and its bytes; of each shape the pages of three records."""
    waiting, visited, of_shape = deque(["/d", "/d/n", "/z"]), set[str](), dict[str, int]()
    while waiting:
        path = waiting.popleft()
        if path in visited or of_shape.get(shape(path), 0) >= 3:
            continue
        visited.add(path)
        of_shape[shape(path)] = of_shape.get(shape(path), 0) + 1
        answer = client.get(path, base_url="https://localhost")
        if answer.status_code in (302, 303):
            waiting.append(answer.headers["Location"].partition("#")[0])
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        yield path, len(answer.data)
        waiting.extend(_Links(answer.text).found)


@pytest.mark.slow
def test_no_page_is_above_sixty_kilobytes(built: Built) -> None:
    sizes: dict[str, tuple[int, str, str]] = {}
    for role, client in built.browsers.items():
        for path, size in walked(client):
            sizes[shape(path)] = max(sizes.get(shape(path), (0, "", "")), (size, role, path))
    largest = sorted(sizes.values(), reverse=True)
    print(*(f"{size:>8,} {role:<14} {path}" for size, role, path in largest[:LARGEST]), sep="\n")
    too_large = [
        f"{size:,} bytes: {path} as {role}" for size, role, path in largest if size > ABOVE.get(shape(path), MOST)
    ]
    assert not too_large, "\n".join(too_large)
    assert len(sizes) >= FEWEST, sorted(sizes)
