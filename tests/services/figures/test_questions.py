"""A coordinator's question in three loads, on many incidents and on few: what can be said, and what can not."""

import html
import re

from hrd_browser import Browser
from hrd_world import World

from hrd_cases.services.demo import many


def link_to(page: str, *parts: str) -> str:
    """The first link of a page whose address holds all of these."""
    addresses = (html.unescape(address) for address in re.findall(r'href="(/t\?[^"]*)"', page))
    return next(address for address in addresses if all(part in address for part in parts))


def test_is_legal_action_against_union_leaders_rising_in_karaganda_and_which_company_is_named_most(
    sqlite_world: World,
) -> None:
    many.write(sqlite_world.runtime, sqlite_world.session("anna"), sqlite_world.now)
    browser = Browser(sqlite_world, "coordinator")
    ready = link_to(browser.get("/t").text, "legal_action", "union_leader")
    everywhere = browser.get(ready).text
    there = browser.get(link_to(everywhere, "legal_action", "union_leader", "r=KZ-35")).text
    assert re.search(r"2025: \d+ incidents, 2024: \d+\. ", there)
    assert re.search(r"Named most: Шахта-3 \(вымышленная компания\), \d+ of \d+ \(incidents\)\.", there)
    assert "Karaganda" in re.findall(r"<h1>(.*?)</h1>", there)[0]
    assert "Canary" not in there


def test_where_too_little_was_recorded_the_page_says_that_nothing_can_be_said(sqlite_world: World) -> None:
    text = Browser(sqlite_world, "coordinator").get("/t?k=*legal_action&w=union_leader&f=2023").text
    assert "Nothing to count in this period" in text or "Too few to say whether they rise or fall." in text
