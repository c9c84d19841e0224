"""Coming in, being locked, going out."""

from collections.abc import Callable

import pytest
from pages.administration import Administration
from pages.enter import Activation, LogIn, Unlock, code_at
from pages.forms import SheetForm
from pages.site import Enter, Site
from pages.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_newcomer_activates_waits_and_is_let_in(careful_site: Site, visit: Visit, scripts: bool) -> None:
    site, founded = careful_site, careful_site.founded
    assert founded is not None
    admin, newcomer = visit(site, scripts=scripts), visit(site, scripts=scripts)
    LogIn(admin).open().enter(founded.handle, founded.passphrase, code_at(founded.second_secret, site.now))
    code = Administration(admin).open().invite("caseworker")
    admin.check()

    activation = Activation(newcomer)
    activation.begin(code)
    newcomer.check()
    handle, passphrase = activation.written_down("Your log-in name"), activation.written_down("Your passphrase")
    secret = activation.written_down("The code on your telephone")
    assert len(passphrase.split()) == 6
    assert activation.picture_is_drawn
    activation.finish("000000")
    assert "f-code-error" in SheetForm(newcomer).errors
    assert activation.written_down("Your passphrase") == passphrase
    newcomer.check()
    activation.finish(code_at(secret, site.now))
    words = activation.words
    assert len(words.split()) == 8
    newcomer.check()
    assert newcomer.go("/c") == 200
    assert activation.words == words, "somebody who waits sees the page of waiting, whatever they ask for"

    Administration(admin).open()
    assert Administration(admin).waiting_words.split() == words.split()
    admin.check()
    Administration(admin).let_in("Newcomer")
    newcomer.go("/")
    assert newcomer.page.url.partition("?")[0].endswith("/e"), "who was let in logs in with what is on the paper"
    site.later(seconds=60)
    LogIn(newcomer).enter(handle, passphrase, code_at(secret, site.now))
    assert newcomer.heading == "My desk"


def test_logging_in_needs_only_the_keyboard(site: Site, visit: Visit, scripts: bool) -> None:
    visitor, account = visit(site, scripts=scripts), site.accounts["caseworker"]
    visitor.go("/e")
    keyboard = visitor.page.keyboard
    keyboard.press("Tab")
    assert visitor.page.locator("a.skip:focus").count() == 1, "the first stop is the way past the menu"
    for _ in range(6):
        if visitor.page.locator("#f-handle:focus").count():
            break
        keyboard.press("Tab")
    keyboard.type(account.handle)
    keyboard.press("Tab")
    keyboard.type(account.passphrase)
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/d")
    assert visitor.heading == "My desk"


def test_wrong_words_are_refused_with_one_and_the_same_sentence(site: Site, visit: Visit) -> None:
    visitor, account = visit(site), site.accounts["caseworker"]
    text = []
    for handle, passphrase in ((account.handle, "wrong words"), ("nobody-here", account.passphrase)):
        LogIn(visitor).open().enter(handle, passphrase)
        text.append(visitor.page.locator("main .notice").inner_text())
        visitor.check()
    assert text[0] == text[1]


def test_after_log_out_the_way_back_shows_nothing(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "lawyer", scripts=scripts)
    visitor.open_place("Cases")
    title = visitor.page.locator("main table a").first.inner_text()
    visitor.follow(title)
    assert visitor.heading == title
    visitor.press("Log out")
    assert "keeps nothing" in visitor.text
    visitor.page.go_back(wait_until="load")
    assert title not in visitor.page.content()
    assert visitor.heading == "Log in"
    visitor.page.go_back(wait_until="load")
    assert title not in visitor.page.content()


def test_a_quick_exit_is_somewhere_else_and_the_way_back_shows_nothing(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "lawyer", scripts=scripts)
    visitor.open_place("People")
    name = visitor.page.locator("main table a").first.inner_text()
    visitor.context.route(lambda url: not url.startswith(site.origin), lambda route: route.abort())
    visitor.page.get_by_role("button", name="Leave quickly").click()
    visitor.page.wait_for_timeout(500)
    assert visitor.elsewhere, "the quick exit goes on to another site"
    visitor.elsewhere.clear()  # the one thing that may leave
    visitor.go("/p")
    assert name not in visitor.page.content()
    assert visitor.heading == "Log in"


def test_an_idle_session_locks_and_the_passphrase_alone_opens_it(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    visitor.open_place("Cases")
    site.later(hours=2)
    visitor.page.reload()
    assert visitor.heading == "Locked"
    assert SheetForm(visitor).required == ["Passphrase"]
    visitor.check()
    Unlock(visitor).enter("not these words")
    assert visitor.heading == "Locked"
    Unlock(visitor).enter(site.accounts["caseworker"].passphrase)
    assert visitor.heading == "Cases"


@pytest.mark.parametrize("past", [{"hours": 2}, {"hours": 13}], ids=["locked", "ended"])
def test_what_was_typed_when_the_session_ended_comes_back(
    site: Site, enter: Enter, scripts: bool, past: dict[str, float]
) -> None:
    visitor, account = enter(site, "caseworker", scripts=scripts), site.accounts["caseworker"]
    visitor.follow("New call")
    form = SheetForm(visitor)
    form.fill("what", "Three miners were told not to come back.")
    form.fill("when", "11.2026")
    form.fill("who", "A woman from the second shift")
    form.fill("reach", "Messenger, evenings")
    form.tick("urgent")
    site.later(**past)
    form.save()
    assert "What you typed is saved, encrypted" in visitor.text
    if past["hours"] > 12:
        LogIn(visitor).enter(account.handle, account.passphrase)
    else:
        Unlock(visitor).enter(account.passphrase)
    visitor.go("/m")
    visitor.follow("Open it again")
    assert form.value("what") == "Three miners were told not to come back."
    assert form.value("when") == "11.2026"
    assert visitor.page.locator('[name="urgent"]').first.is_checked()
    visitor.check()
    form.save()
    assert "The call is saved" in visitor.text
    visitor.go("/m")
    assert "Open it again" not in visitor.text


def test_the_language_is_chosen_on_any_page_and_stays(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    visitor.open_place("Cases")
    for label, language, heading in (("Русский", "ru", "Кейсы"), ("Қазақша", "kk", ""), ("English", "en", "Cases")):
        visitor.click(visitor.page.locator("footer").get_by_role("link", name=label))
        assert visitor.path == "/c"
        assert visitor.page.locator("html").get_attribute("lang") == language
        if heading:
            assert visitor.heading == heading
        visitor.check()
    assert "draft" in visitor.page.locator("footer").inner_text()
