"""A page with several forms: each that takes text can be kept, and comes back into itself, not into its neighbour."""

import re

from flask import render_template_string
from hrd_browser import Browser
from hrd_pages import Forms, forms
from hrd_world import World

from hrd_cases.web.pages import sending
from hrd_cases.web.pages.refill import refilled

WORDS = "Words that took an evening to write"
TWO_FORMS = """{% import "macros/fields.html" as fields %}
{% call fields.open("/i/new", tokens) %}<textarea name="what"></textarea>{% endcall %}
{% call fields.open("/c/new", tokens) %}<input type="text" name="title">{% endcall %}
{% call fields.open("/i/new", tokens) %}<input type="checkbox" name="on">{% endcall %}
{% call fields.open("/s", tokens, text=false) %}<input type="text" name="text">{% endcall %}"""


def drawn(browser: Browser) -> list[str]:
    """Four forms of one page, as the page of a new case would draw them."""
    with browser.app.test_request_context("/c/new", headers=browser.headers):
        browser.app.preprocess_request()
        return render_template_string(TWO_FORMS, tokens=sending.Tokens()).split("</form>")[:4]


def test_a_form_that_the_bar_does_not_keep_has_a_button_that_does(sqlite_world: World) -> None:
    browser = Browser(sqlite_world, "anna")
    saved = [re.findall(r'formaction="([^"]+)"', item) for item in drawn(browser)]
    assert saved == [[], ["/m/n?to=/c/new"], [], []], "not the first, not what takes no text, not a search"


def test_the_second_form_of_a_page_is_kept_and_comes_back(sqlite_world: World) -> None:
    browser = Browser(sqlite_world, "anna")
    _, second, *_ = drawn(browser)
    fields = Forms(f"{second}</form>").forms["/c/new"]
    del fields["csrf_token"]
    answer = browser.post("/m/n?to=/c/new", **{**fields, "title": WORDS})
    assert (answer.status_code, answer.location) == (303, "/c/new")
    (form,) = set(re.findall(r"/m/k/([0-9a-f]{32})", browser.get("/m").text))
    page = browser.get(browser.get(f"/m/k/{form}").location)
    assert forms(page)["/c/new"]["title"] == [WORDS]


def test_a_kept_form_fills_the_one_that_is_of_the_same_person() -> None:
    page = "".join(
        f'<form method="post" action="/d"><input type="hidden" name="csrf_token" value="t{item}">'
        f'<input type="hidden" name="person" value="{item}"><textarea name="reason"></textarea></form>'
        for item in "abc"
    )
    filled = refilled(page, "/d", {"csrf_token": ["old"], "person": ["b"], "reason": [WORDS]})
    first, second, third = filled.split("</form>")[:3]
    assert [WORDS in item for item in (first, second, third)] == [False, True, False]
    assert WORDS in refilled(page, "/d", {"person": ["gone"], "reason": [WORDS]}).split("</form>")[0]
