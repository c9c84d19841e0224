"""A line that drops a call on its way, in a real browser: loading the page again keeps the call once, in every word."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hrd_cut import CUTS, line_to
from pages.cases import CallForm
from pages.enter import LogIn
from pages.site import Site
from pages.visitor import Visitor

WORDS = "Fired after a petition\nTwo crews signed it."


@pytest.mark.parametrize("cut", CUTS)
def test_a_call_on_a_line_that_drops_is_kept_once_when_the_page_is_loaded_again(
    site: Site, visit: Callable[..., Visitor], scripts: bool, cut: str
) -> None:
    account = site.accounts["caseworker"]
    with line_to(int(urlsplit(site.origin).port or 0)) as line:
        visitor = visit(replace(site, origin=f"http://127.0.0.1:{line.port}"), scripts=scripts)
        LogIn(visitor).open().enter(account.handle, account.passphrase)
        call = CallForm(visitor).open()
        typed = {"what": WORDS, "when": "20.11.2026", "who": "Brigade leader", "reach": "Messenger, after eight"}
        for name, text in typed.items():
            call.fill(name, text)
        line.cut = cut
        call.send()
        visitor.page.wait_for_url("chrome-error://**")
        line.cut = ""
        visitor.page.reload()
        assert "The call is saved" in visitor.text
        visible = {**typed, "when": "20 November 2026"}
        assert [text for text in visible.values() if text not in visitor.text] == []
        visitor.go("/i")
        assert visitor.text.count("Brigade leader") == 1
