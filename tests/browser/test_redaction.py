"""Redaction with one thumb on a small telephone, without scripts, and with a keyboard alone."""

import re

from pages.effort import SMALL, Hand
from pages.site import Enter, Site
from pages.visitor import Visitor
from playwright.sync_api import FilePayload, Locator

from tests.render.strike_sample import scan

STRIKE = "Подземная забастовка 2017 года: преследование лидеров шахтёров"
PLACES = (3, 3, 2, 2, 2)  # on five scanned pages
MOST_TAPS = 40


def scanned(visitor: Visitor) -> str:
    """An exhibit of five scanned pages; its address."""
    visitor.go("/c")
    visitor.click(visitor.page.locator("main").get_by_role("link", name=re.compile(STRIKE)).first)
    visitor.go(f"{visitor.path.partition('?')[0]}/e/new")
    payload: FilePayload = {"name": "list.pdf", "mimeType": "application/pdf", "buffer": scan(5)}
    visitor.page.locator('main input[type="file"]').set_input_files(payload)
    visitor.page.locator('main form [name="title"]').fill("Список бригады")
    visitor.press("Upload")
    return visitor.path.partition("?")[0]


def ready(visitor: Visitor, exhibit: str) -> None:
    """Look at the exhibit until its pages are drawn."""
    for _ in range(40):
        visitor.go(exhibit)
        if visitor.page.locator("ol.pages > li").count() == len(PLACES):
            return
        visitor.page.wait_for_timeout(500)
    raise AssertionError("not drawn in time")


def picture(visitor: Visitor) -> Locator:
    return visitor.page.locator("input[type=image]:visible")


def test_twelve_places_on_five_pages_take_at_most_forty_taps(site: Site, enter: Enter) -> None:
    visitor = enter(site, "lawyer", scripts=False)
    ready(visitor, scanned(visitor))
    hand = Hand(visitor)
    with hand.counting() as effort:
        hand.tap(visitor.page.get_by_role("link", name="Redact", exact=True))
        hand.tap(visitor.page.locator("#protected").get_by_role("link", name="Mark places from page 1"))
        for page, count in enumerate(PLACES, start=1):
            assert visitor.heading == f"Page {page} of {len(PLACES)}"
            for at in range(count):
                for corner in ((60, 60 + 60 * at), (200, 90 + 60 * at)):
                    box = picture(visitor).bounding_box()
                    assert box is not None
                    assert box["y"] >= 0, "the whole picture is on the screen"
                    assert box["y"] + box["height"] <= SMALL["height"]
                    hand.effort.taps += 1
                    with visitor.loading():
                        picture(visitor).click(position={"x": corner[0], "y": corner[1]})
            name = "Save and next page" if page < len(PLACES) else "Save"
            hand.tap(visitor.page.get_by_role("button", name=name, exact=True))
        hand.tap(visitor.page.get_by_role("button", name="Make the redacted copy"))
    assert "The redacted copy is made" in visitor.text
    assert effort.taps <= MOST_TAPS
    assert visitor.page.locator(".before-after").count() == len(PLACES)


def test_places_are_marked_with_the_keyboard_alone(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "lawyer", scripts=scripts)
    exhibit = scanned(visitor)
    ready(visitor, exhibit)
    visitor.go(f"{exhibit}/r")
    visitor.check()
    visitor.go(f"{exhibit}/r/protected/1")
    for typed in ("B3-D7", "F9"):
        visitor.page.locator("#f-squares").focus()
        visitor.page.keyboard.type(typed)
        with visitor.loading():
            visitor.page.keyboard.press("Enter")
        assert visitor.page.locator(".redact-places").get_by_text(typed).count()
    visitor.check()
    with visitor.loading():
        visitor.page.get_by_role("button", name="Save", exact=True).press("Enter")
    assert "2 places are marked." in visitor.text
    with visitor.loading():
        visitor.page.get_by_role("button", name="Make the redacted copy").press("Enter")
    assert visitor.page.locator(".before-after").count()
    visitor.check()
