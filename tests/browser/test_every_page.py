"""Every page that links lead to, for each role: it answers, everybody can use it, and it fits on a telephone."""

import re
from collections import deque
from collections.abc import Callable

import pytest
from pages.site import Enter, Site
from pages.visitor import Visitor
from playwright.sync_api import Error

ROLES = ("lawyer", "coordinator", "auditor", "administrator")
ID = re.compile(r"/[0-9a-f]{32}|(?<=/)\d+(?=/|$)")
ANOTHER_LANGUAGE = "/y/"
FEWEST = 50
ON_OCCASION = ("/d/n", "/z")  # linked only while something waits there


def shape(path: str) -> str:
    """An address without what differs between records: one page of each kind is enough."""
    return ID.sub("/#", path.partition("?")[0])


def ways_on(visitor: Visitor) -> list[str]:
    """The addresses of ours that the page leads to."""
    links = visitor.page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [link.partition("#")[0] for link in links if link.startswith("/") and ANOTHER_LANGUAGE not in link]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ru", True)], ids=["English, light", "Russian, dark"])
def test_every_page_can_be_used_by_everybody(site: Site, enter: Enter, language: str, dark: bool) -> None:
    visited, result = set[str](), list[str]()
    for role in ROLES:
        visitor = enter(site, role, language=language, dark=dark)
        waiting = deque([visitor.path, *ON_OCCASION])
        while waiting:
            path = waiting.popleft()
            if shape(path) in visited:
                continue
            visited.add(shape(path))
            result += wrong_with(visitor, path)
            waiting.extend(ways_on(visitor))
    assert not result, "\n".join(result)
    assert len(visited) >= FEWEST, f"only {sorted(visited)}"


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_before_log_in_can_be_used_by_everybody(
    careful_site: Site, visit: Callable[..., Visitor], dark: bool
) -> None:
    visitor = visit(careful_site, dark=dark)
    waiting, visited = deque(["/e"]), set[str]()
    while waiting:
        path = waiting.popleft()
        if path not in visited:
            visited.add(path)
            assert not wrong_with(visitor, path)
            waiting.extend(ways_on(visitor))
    assert visited == {"/", "/e", "/e/a", "/e/f", "/e/r", "/e/y"}


def wrong_with(visitor: Visitor, path: str) -> list[str]:
    """What is not as it should be on a page."""
    try:
        status = visitor.go(path)
    except Error as download:
        if "Download is starting" in download.message:
            return []  # a file, not a page
        raise
    if status != 200:
        return [f"{path} answers {status}"]
    try:
        visitor.check()
    except AssertionError as broken:
        return [str(broken)]
    return []
