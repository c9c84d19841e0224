"""A security key in a real browser: the one script of ours, Chromium's key, and everything else as without them."""

from collections.abc import Callable

import pytest
from pages.enter import LogIn, code_at
from pages.security_keys import LogInByKey, SecurityKeys, VirtualKey
from pages.site import Site
from pages.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def named_site(careful_site: Site) -> Site:
    """The same by a name instead of numbers: keys belong to names."""
    careful_site.origin = careful_site.origin.replace("127.0.0.1", "localhost")
    return careful_site


def test_a_key_is_added_opens_and_is_asked_for_always(named_site: Site, visit: Visit) -> None:
    site, existing = named_site, named_site.founded
    assert existing is not None
    visitor = visit(site)
    key = VirtualKey(visitor)
    LogIn(visitor).open().enter(existing.handle, existing.passphrase, code_at(existing.second_secret, site.now))
    visitor.go("/m")
    visitor.check()
    SecurityKeys(visitor).add("the blue one", existing.passphrase)
    assert "The security key is added" in visitor.text
    assert [(entry["rpId"], entry["userName"]) for entry in key.entries] == [("localhost", "Notes")]
    visitor.check()
    SecurityKeys(visitor).ask_always(existing.passphrase)
    assert "Your security keys are changed" in visitor.text

    site.later(minutes=6)
    visitor.go("/m/y")
    visitor.check()
    visitor.press("Use my security key instead")
    visitor.check()
    visitor.page.fill("#f-_passphrase", existing.passphrase)
    visitor.press("Confirm that it is me")
    visitor.page.wait_for_url("**/m/y")
    assert visitor.heading == "Security keys"

    visitor.press("Log out")
    site.later(minutes=1)
    LogIn(visitor).open().enter(existing.handle, existing.passphrase, code_at(existing.second_secret, site.now))
    assert "Log-in failed" in visitor.text, "a right code no longer opens"

    site.later(minutes=1)
    door = LogInByKey(visitor).open()
    visitor.check()
    key.is_touched_by_its_owner(verified=False)
    door.enter(existing.handle, existing.passphrase)
    visitor.page.get_by_text("The security key did not answer").wait_for()
    key.is_touched_by_its_owner(verified=True)
    door.enter(existing.handle, "wrong wrong wrong")
    visitor.page.get_by_text("Log-in failed").wait_for()
    site.later(minutes=1)
    LogInByKey(visitor).open().enter(existing.handle, existing.passphrase)
    visitor.page.wait_for_url("**/d")
    assert visitor.heading == "My desk"


def test_without_scripts_the_page_of_keys_leads_back_to_codes(named_site: Site, visit: Visit) -> None:
    site, existing = named_site, named_site.founded
    assert existing is not None
    visitor = visit(site, scripts=False)
    LogInByKey(visitor).open()
    assert "your browser runs none here" in visitor.text
    visitor.follow("Log in with a code")
    LogIn(visitor).enter(existing.handle, existing.passphrase, code_at(existing.second_secret, site.now))
    assert visitor.heading == "My desk"


def test_without_a_key_the_page_says_so_and_stays(named_site: Site, visit: Visit) -> None:
    site, existing = named_site, named_site.founded
    assert existing is not None
    visitor = visit(site)
    VirtualKey(visitor)
    door = LogInByKey(visitor).open()
    door.enter(existing.handle, existing.passphrase)
    visitor.page.get_by_text("The security key did not answer").wait_for()
    assert visitor.path == "/e/k"
    visitor.check()
