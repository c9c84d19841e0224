"""Search from the bar of every page: without scripts, with nothing of it in an address or a title."""

from pages.effort import SMALL
from pages.site import Enter, Site
from pages.visitor import OVERHANGING, PHONE, WIDE

WORD = "забастовка"


def test_the_bar_searches_from_every_page_and_the_address_and_title_stay_neutral(site: Site, enter: Enter) -> None:
    visitor = enter(site, "caseworker", scripts=False, language="ru")
    page = visitor.page
    page.set_viewport_size(WIDE)
    for path in ("/d", "/c", "/p"):
        visitor.go(path)
        page.locator('.bar-search input[type="search"]').fill(WORD)
        visitor.click(page.locator(".bar-search button"))
        assert visitor.path.startswith("/s/")
        assert page.locator("main mark").first.inner_text().casefold().startswith("забастовк")
        assert page.title() == "Заметки"
        assert page.locator('main input[name="text"]').input_value() == WORD


def test_on_a_telephone_four_rows_stand_on_the_first_screen_and_nothing_hangs_over(site: Site, enter: Enter) -> None:
    visitor = enter(site, "caseworker", scripts=False, language="ru")
    page = visitor.page
    page.set_viewport_size(PHONE)
    visitor.go("/d")
    visitor.click(page.locator(".bar-way a").first)
    page.locator('main input[name="text"]').fill(WORD)
    visitor.click(page.locator("main form button").first)
    page.set_viewport_size(SMALL)
    fourth = page.locator("main .list > li").nth(3).bounding_box()
    assert fourth is not None
    assert fourth["y"] < SMALL["height"], "four rows stand on the first screen"
    assert page.evaluate(OVERHANGING) == []
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate(OVERHANGING) == []


def test_what_is_being_written_is_kept_by_the_ways_of_the_bar(site: Site, enter: Enter) -> None:
    visitor = enter(site, "caseworker", scripts=False, language="ru")
    page = visitor.page
    visitor.go("/i/new")
    assert page.locator(".bar-search").count() == 0, "a second form would lose the first"
    page.locator('main form [name="what"]').fill("Начатое обращение")
    visitor.click(page.locator(".bar-way .way").first)
    assert visitor.path == "/s"
    visitor.click(page.locator(".kept-form a"))
    assert page.locator('main form [name="what"]').input_value() == "Начатое обращение"
