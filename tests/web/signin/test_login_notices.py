"""A log-in from an unknown browser is told to the person in all of their browsers, until another dismisses it."""

from datetime import timedelta

from hrd_pages import Visitor, forms
from hrd_replaced import replaced
from hrd_world import World
from sqlalchemy import update

from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import cleanup, login_notices
from hrd_cases.store import tables
from hrd_cases.web.kernel import cookies

HEAD, LINE = "Log-ins to your account: was this you?", "Log-in from a browser that was not known"
HERE, YES = "this browser", "/d/b"
OWN = "This browser was not known: your other browsers tell"


def log_in(world: World, name: str, browser: Visitor | None = None) -> Visitor:
    browser, existing = browser or Visitor(world), world.people[name]
    assert browser.fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 303
    return browser


def alone(world: World, name: str) -> Visitor:
    """A browser of somebody who was told of everything before."""
    browser, other = log_in(world, name), log_in(world, name)
    for one in (browser, other):
        assert one.fill("/d", YES).status_code == 303
    assert (HEAD in browser.get("/d").text, OWN in browser.get("/d").text) == (False, False)
    return browser


def told(browser: Visitor) -> int:
    return browser.get("/d").text.count(LINE)


def test_a_new_browser_is_told_of_in_the_earlier_ones_and_dismissed_there(world: World) -> None:
    home = alone(world, "anna")
    new = log_in(world, "anna")
    page = home.get("/d").text
    assert (HEAD in page, page.count(LINE), HERE in page) == (True, 1, False)
    for link in ("/m#sessions", "/m/e", "/m/o"):
        assert f'href="{link}"' in page, "what to do if it was somebody else"
    assert OWN in new.get("/d").text
    assert OWN not in page
    luka = log_in(world, "luka")
    assert told(home) == 1, "nobody is told of another person's"
    assert home.fill("/d", YES).headers["Location"] == "/d"
    assert (told(home), OWN in new.get("/d").text) == (0, False)
    assert OWN in luka.get("/d").text, "nor dismisses them"
    for browser in (home, new):
        assert LINE in browser.get("/m").text, "the account page lists it for 30 days"


def test_the_browser_that_it_is_about_dismisses_nothing_of_it_whatever_its_session(sqlite_world: World) -> None:
    world = sqlite_world
    home = alone(world, "anna")
    new = log_in(world, "anna")
    ids = forms(home.get("/d"))[YES]["n"]
    assert YES not in forms(new.get("/d"))
    assert ids
    new.client.delete_cookie(new.cookie(cookies.SESSION), domain="localhost")
    later = log_in(world, "anna", new)
    assert OWN in later.get("/d").text, "it is known by now: nothing new is told, and the old is still about it"
    assert YES not in forms(later.get("/d"))
    assert told(home) == 1


def test_a_request_made_by_hand_dismisses_neither_ones_own_nor_a_colleagues(sqlite_world: World) -> None:
    world = sqlite_world
    world.again("anna")
    with world.reading("anna") as ctx:
        own = [notice.id for notice in login_notices.mine(ctx) if notice.here]
    assert own
    for name in ("anna", "luka"):
        with world.writing(name) as ctx:
            login_notices.dismiss(ctx, own)
    with world.reading("anna") as ctx:
        assert [notice.id for notice in login_notices.mine(ctx) if notice.here and not notice.dismissed] == own


def test_a_known_browser_is_told_of_by_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    home = alone(world, "anna")
    home.client.delete_cookie(home.cookie(cookies.SESSION), domain="localhost")
    page = log_in(world, "anna", home).get("/d").text
    assert (HEAD in page, OWN in page) == (False, False)


def test_the_end_of_a_journey_is_told_to_whoever_travelled(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("luka"), "lead")
    away, luka = Visitor(world).enter("lana"), Visitor(world).enter("luka")
    fields = forms(away.fill("/m/t", "/m/t/p", user=world.user("luka")))["/m/t"]
    assert away.send("/m/t", {**fields, "what": "all"}).status_code == 303
    assert luka.fill("/d", f"/m/t/b/{world.user('lana')}").status_code == 303
    assert "A colleague ended your travel mode" not in luka.get("/d").text
    again = away.again("lana")
    world.now += timedelta(minutes=5)
    for _ in range(3):
        log_in(world, "lana")
    assert "A colleague ended your travel mode" in again.get("/d").text
    assert again.fill("/d", YES).status_code == 303
    assert "A colleague ended your travel mode" not in again.get("/d").text


def test_what_is_altered_is_said_and_what_is_old_is_swept(sqlite_world: World) -> None:
    world = sqlite_world
    anna = Visitor(world).enter("anna")
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.login_notices).values(notice_sealed=b"x"))
    assert "A notice was altered in the database" in anna.get("/d").text
    for days, left in ((login_notices.DAYS, True), (login_notices.DAYS + 1, False)):
        day = world.now.date() - timedelta(days=days)
        with world.runtime.database.writing() as work:
            work.connection.execute(update(tables.login_notices).values(day=day))
        cleanup.sweep(world.runtime, world.now)
        with world.runtime.database.reading() as work:
            assert bool(work.login_notices.of_user(world.user("anna"))) is left


def test_notices_go_with_the_keys_that_opened_them(sqlite_world: World) -> None:
    world = sqlite_world
    log_in(world, "luka")
    replaced(world, "luka")
    with world.runtime.reading(world.sign_in("luka"), world.now) as ctx:
        assert {notice.what for notice in login_notices.mine(ctx)} == {login_notices.NEW_BROWSER}
