"""Forms in a browser: the place is kept, errors are seen, looking something up and a lost line lose nothing."""

import pytest
from pages.cases import CallForm, CasePage
from pages.site import Enter, Site
from pages.visitor import Visitor

STRIKE = "Подземная забастовка 2017 года: преследование лидеров шахтёров"
WIDTHS = (375, 1280)


def top_of(visitor: Visitor, selector: str) -> float:
    """Where the first of these stands, in pixels below the top of the window."""
    return float(visitor.page.locator(selector).first.evaluate("one => one.getBoundingClientRect().top"))


def bar(visitor: Visitor) -> float:
    """Where the bar at the top ends."""
    return float(visitor.page.locator("header.top").evaluate("one => one.getBoundingClientRect().bottom"))


def seen(visitor: Visitor, selector: str) -> bool:
    """Whether all of it stands in the window, below the bar."""
    box = visitor.page.locator(selector).first.bounding_box()
    height = (visitor.page.viewport_size or {"height": 0})["height"]
    return box is not None and bar(visitor) <= box["y"] and box["y"] + box["height"] <= height


@pytest.mark.parametrize("width", WIDTHS)
def test_one_more_row_keeps_the_place(site: Site, enter: Enter, scripts: bool, width: int) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    form = CasePage(visitor).open(STRIKE).add("New incident")
    visitor.page.set_viewport_size({"width": width, "height": 667})
    form.one_more_row("sources")  # a group that is seldom filled in begins without a row
    form.fill("sources-0-who", "A relative")
    rows = visitor.page.locator("[name^='sources-'][name$='-who']").count()
    others = visitor.page.locator("[name^='attacked-'][name$='-person']").count()
    form.one_more_row("sources")
    assert visitor.page.evaluate("() => window.scrollY") > 300
    assert visitor.page.locator("#f-sources-box:target").count() == 1
    assert bar(visitor) - 1 <= top_of(visitor, "#f-sources-box") < 667
    assert visitor.page.locator("[name^='sources-'][name$='-who']").count() == rows + 1
    assert visitor.page.locator("[name^='attacked-'][name$='-person']").count() == others
    assert form.value("sources-0-who") == "A relative"
    assert visitor.page.locator("[name='sources-0-who']").is_visible(), "its fold stands open"
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("() => document.activeElement.closest('#f-sources-box') !== null")
    with visitor.page.expect_navigation():
        visitor.page.locator("button[name='_drop'][value='sources-0']").click()
    assert visitor.page.locator("#f-sources-box:target").count() == 1
    assert "A relative" not in [item.input_value() for item in visitor.page.locator("[name$='-who']").all()]
    visitor.check()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_error_leads_to_its_field_with_label_and_sentence_in_view(
    site: Site, enter: Enter, scripts: bool, width: int
) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    form = CasePage(visitor).open(STRIKE).add("New incident")
    visitor.page.set_viewport_size({"width": width, "height": 667})
    form.save()
    visitor.page.locator("#errors:focus").wait_for()
    for link in visitor.page.locator("#errors a").all():
        field = (link.get_attribute("href") or "").removeprefix("#").removesuffix("-box")
        link.click()
        assert seen(visitor, f"#{field}-box > :is(label, legend)"), field
        assert seen(visitor, f"#{field}-error"), field
    visitor.check()


def test_looking_something_up_in_the_middle_of_a_form_loses_nothing(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    call = CallForm(visitor).open()
    call.fill("what", "Fired after a petition\nTwo crews signed it.")
    call.fill("who", "Brigade leader")
    visitor.click(
        visitor.page.locator("nav.places, .menu nav").get_by_text("Cases", exact=True).locator("visible=true")
    )
    assert visitor.heading == "Cases"
    visitor.check()
    visitor.follow(STRIKE)
    visitor.follow("Continue writing")
    assert (call.value("what"), call.value("who")) == ("Fired after a petition\nTwo crews signed it.", "Brigade leader")
    visitor.check()
    call.fill("when", "20.11.2026")
    call.fill("reach", "Messenger")
    call.save()
    assert "The call is saved" in visitor.text
    assert "Continue writing" not in visitor.text


def test_the_bar_of_a_form_looks_as_on_every_page(site: Site, enter: Enter) -> None:
    visitor = enter(site, "caseworker")
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 667})
        boxes = []
        for path in ("/c", "/c/new"):
            visitor.go(path)
            if width == WIDTHS[0]:
                visitor.page.locator(".menu summary").click()
            nav = ".menu nav li" if width == WIDTHS[0] else "nav.places li"
            boxes.append([item.bounding_box() for item in visitor.page.locator(nav).all()])
        for entry, other in zip(*boxes, strict=True):
            assert entry is not None
            assert other is not None
            assert abs(entry["height"] - other["height"]) <= 2
            assert abs(entry["width"] - other["width"]) <= 2


def test_enter_in_a_line_saves_the_form(site: Site, enter: Enter) -> None:
    """Not what comes before its button: a place of the bar, the search beside a list, a row to remove."""
    visitor = enter(site, "caseworker", scripts=False)
    page = visitor.page
    form = CasePage(visitor).open(STRIKE).add("New incident")
    line = page.locator("main form input[type=text]:visible").first
    with page.expect_navigation():
        line.press("Enter")
    assert "things to correct" in page.inner_text("#errors-title")
    form = CasePage(visitor).open(STRIKE).add("New task")
    form.fill("what", "Ask the clerk for the minutes")
    with page.expect_navigation():
        page.locator("main form input[type=text]:visible").first.press("Enter")
    assert "Created" in page.inner_text("main")
