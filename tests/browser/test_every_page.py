"""Every page that links lead to, for each role: it answers, everybody can use it, and it fits on a telephone."""

import re
from collections import deque

import pytest
from pages.site import Enter, Site
from pages.visitor import Visitor

ROLES = ("lawyer", "coordinator", "auditor", "administrator")
ID = re.compile(r"/[0-9a-f]{32}|(?<=/)\d+(?=/|$)")
# The language link changes what is looked at; downloads are no pages.
NOT_PAGES = re.compile(r"/y/|/f/.*/\d+$|/w/.*/(f|d|z)/?\d*$")
FEWEST = {"lawyer": 45, "coordinator": 5, "auditor": 4, "administrator": 3}


def shape(path: str) -> str:
    """An address without what differs between records: one page of each kind is enough."""
    return ID.sub("/#", path.partition("?")[0])


def ways_on(visitor: Visitor) -> list[str]:
    """The addresses of ours that the page leads to."""
    links = visitor.page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [link.partition("#")[0] for link in links if link.startswith("/") and not NOT_PAGES.search(link)]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_can_be_used_by_everybody(site: Site, enter: Enter, role: str, language: str) -> None:
    visitor = enter(site, role, language=language)
    waiting, seen, found = deque([visitor.path]), set[str](), list[str]()
    while waiting:
        path = waiting.popleft()
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        status = visitor.go(path)
        if status != 200:
            found.append(f"{path} answers {status}")
        try:
            visitor.check()
        except AssertionError as broken:
            found.append(str(broken))
        waiting.extend(ways_on(visitor))
    assert not found, "\n".join(found)
    assert len(seen) >= FEWEST[role], f"only {sorted(seen)}"
