"""What is asked once more before what reaches far, seen from the browser: nothing is lost, nothing runs by itself.

Catalogue of attacks 31, 32 and 36.
"""

import dataclasses
import html
import re

import pytest
from flask import url_for
from hrd_pages import Visitor, forms
from hrd_world import World, newcomer
from werkzeug.test import TestResponse

from hrd_cases.services.kernel.sessions import PROOF
from hrd_cases.services.sharing import sharing
from hrd_cases.web.kernel import policy
from hrd_cases.web.pages.sending import SECRETS

PASSPHRASE, CODE = SECRETS[:2]
LATE = PROOF * 2


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """A caseworker's browser, some minutes after the log-in."""
    visitor = Visitor(sqlite_world).enter("anna")
    assert visitor.get("/c").status_code == 200
    sqlite_world.now += LATE
    return visitor


def _team(world: World) -> str:
    return f"/c/{world.strike.case}/team"


def _members(world: World) -> set[str]:
    with world.runtime.reading(world.sign_in("lana"), world.now) as ctx:
        return {member.user for member in sharing.team(ctx, world.strike.case)}


def test_a_page_is_seen_without_being_asked(sqlite_world: World, anna: Visitor) -> None:
    assert anna.get(_team(sqlite_world)).status_code == 200


def test_sharing_asks_again_and_brings_back_what_was_chosen(sqlite_world: World, anna: Visitor) -> None:
    page, outsider = _team(sqlite_world), sqlite_world.user("outsider")
    request = anna.fill(page, user=[outsider], level=["coded"])
    assert request.status_code == 403
    assert "Confirm that it is you" in request.text
    assert "share a case" in request.text
    assert outsider not in _members(sqlite_world)

    again = anna.send(page, {**forms(request)[page], PASSPHRASE: sqlite_world.people["anna"].passphrase})
    assert again.status_code == 200
    assert "Nothing has been saved yet" in again.text
    chosen = forms(again)[page]
    assert (chosen["user"], chosen["level"]) == ([outsider], ["coded"])
    assert PASSPHRASE not in chosen
    assert outsider not in _members(sqlite_world)

    done = anna.send(page, chosen)
    assert done.status_code == 303
    assert outsider in _members(sqlite_world)


def test_it_is_not_asked_twice_within_five_minutes(sqlite_world: World, anna: Visitor) -> None:
    page = _team(sqlite_world)
    request = anna.fill(page, user=[sqlite_world.user("outsider")], level=["coded"])
    anna.send(page, {**forms(request)[page], PASSPHRASE: sqlite_world.people["anna"].passphrase})
    sqlite_world.now += PROOF
    assert anna.fill(page, user=[sqlite_world.user("outsider")], level=["coded"]).status_code == 303


def test_a_wrong_passphrase_asks_again_and_loses_nothing(sqlite_world: World, anna: Visitor) -> None:
    page, outsider = _team(sqlite_world), sqlite_world.user("outsider")
    request = anna.fill(page, user=[outsider], level=["lead"])
    for _ in range(2):
        request = anna.send(page, {**forms(request)[page], PASSPHRASE: "seventeen canaries sing"})
        assert request.status_code == 422
        assert "Not confirmed" in request.text
        assert "seventeen canaries sing" not in request.text
        assert (forms(request)[page]["user"], forms(request)[page]["level"]) == ([outsider], ["lead"])


def test_the_cookie_is_another_one_afterwards(sqlite_world: World, anna: Visitor) -> None:
    before = anna.client.get_cookie(anna.cookie("s"), domain="localhost")
    request = anna.get("/m/p")
    assert request.status_code == 403
    confirmed = anna.send("/m/a", {**forms(request)["/m/a"], PASSPHRASE: sqlite_world.people["anna"].passphrase})
    assert (confirmed.status_code, confirmed.headers["Location"]) == (303, "/m/p")
    after = anna.client.get_cookie(anna.cookie("s"), domain="localhost")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    assert (after.http_only, after.secure, after.same_site, after.max_age, after.path) == (
        True,
        True,
        "Strict",
        None,
        "/",
    )
    assert anna.get("/m/p").status_code == 200
    thief = Visitor(sqlite_world)
    thief.client.set_cookie(thief.cookie("s"), before.value, domain="localhost")
    assert thief.get("/c").headers["Location"] == "/e?m=c"


def test_a_page_open_in_another_window_can_still_be_sent(sqlite_world: World, anna: Visitor) -> None:
    open_elsewhere = anna.fields("/c/new")
    request = anna.get("/m/p")
    anna.send("/m/a", {**forms(request)["/m/a"], PASSPHRASE: sqlite_world.people["anna"].passphrase})
    assert anna.send("/c/new", {**open_elsewhere, "title": "A case"}).status_code == 303


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_it_leads_nowhere_but_to_ourselves(sqlite_world: World, anna: Visitor, elsewhere: str) -> None:
    fields = {**forms(anna.get("/m/p"))["/m/a"], "b": [elsewhere]}
    answer = anna.send("/m/a", {**fields, PASSPHRASE: sqlite_world.people["anna"].passphrase})
    assert answer.headers["Location"] == "/"


TYPED = {
    "/m/p": {"old": "seventeen canaries", "new": "a herd of old goats", "again": "a herd of old goats"},
    "/m/r": {"passphrase": "seventeen canaries"},
}


@pytest.mark.parametrize("path", TYPED)
@pytest.mark.parametrize("proof", ["", "wrong wrong wrong"])
def test_a_passphrase_typed_before_it_asks_again_is_in_no_page(sqlite_world: World, path: str, proof: str) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    fields = {**anna.fields(path), **TYPED[path], **({PASSPHRASE: proof, CODE: "123456"} if proof else {})}
    sqlite_world.now += LATE
    request = anna.send(path, fields)
    assert request.status_code == (422 if proof else 403)
    for text in (*TYPED[path].values(), "wrong wrong wrong", "123456"):
        assert text not in request.text
    assert "Passphrases and codes must be typed again" in request.text
    assert set(forms(request)["/m/a"]) == {"csrf_token", "b", PASSPHRASE}
    back = anna.send("/m/a", {**forms(request)["/m/a"], PASSPHRASE: sqlite_world.people["anna"].passphrase})
    assert (back.status_code, back.headers["Location"]) == (303, path)
    assert set(anna.fields(path)) == {"csrf_token", *TYPED[path]}


@pytest.mark.parametrize("path", TYPED)
def test_a_passphrase_that_comes_with_such_a_form_carries_nothing_out(sqlite_world: World, path: str) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    existing, own = sqlite_world.people["anna"], sqlite_world.people["anna"].passphrase
    fields = {**anna.fields(path), **TYPED[path], "old": own, "passphrase": own, PASSPHRASE: own}
    sqlite_world.now += LATE
    visible = anna.send(path, fields)
    assert "herd of old goats" not in visible.text
    assert own not in visible.text
    assert path in forms(visible)
    assert Visitor(sqlite_world).fill("/e", handle=existing.handle, passphrase=own).status_code == 303


def test_a_form_with_passphrases_that_comes_too_late_is_not_kept(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    typed = {**anna.fields("/m/p"), **TYPED["/m/p"], "_keep": anna.fields("/i/new")["_keep"]}
    anna.fill("/c", "/x/l")
    assert "m=d" in anna.send("/m/p", typed).headers["Location"]


def test_every_form_that_asks_for_a_passphrase_is_one_whose_fields_go_nowhere(sqlite_world: World) -> None:
    """Pages of a case, a person or a record ask for none; what has no id in its address is looked at here."""
    met = set()
    for name in ("nobody", "locked", "anna", "admin"):
        visitor = Visitor(sqlite_world)
        if name == "locked":
            visitor.enter("lana").fill("/c", "/x/l")
        elif name != "nobody":
            visitor.enter(name)
        addresses = visitor.app.url_map.bind("localhost")
        request = [rule for rule in visitor.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        for page in (visitor.get(rule.rule) for rule in request if not rule.arguments):
            for form in re.findall(r"<form.*?</form>", page.text if page.mimetype == "text/html" else "", re.DOTALL):
                if 'type="password"' in form:
                    action = html.unescape(re.findall(r'action="([^"]*)"', form)[0])
                    met.add(action)
                    endpoint = addresses.match(action, method="POST")[0]
                    assert policy.of_secrets(endpoint) or endpoint == "step_up.confirm", action
    assert {"/e", "/e/u", "/m/p", "/m/r", "/e/f"} <= met


def test_an_administrator_letting_somebody_in_types_the_name_once(sqlite_world: World) -> None:
    newcomer(sqlite_world, "new", frozenset({"caseworker"}))
    admin = Visitor(sqlite_world).enter("admin")
    admin.get("/a")
    sqlite_world.now += LATE
    action = f"/a/c/{sqlite_world.user('new')}"
    request = admin.fill("/a", action, name="Жаңа әріптес", roles=["lawyer"])
    assert request.status_code == 403
    again = admin.send(action, {**forms(request)[action], PASSPHRASE: sqlite_world.people["admin"].passphrase})
    back = forms(again)[action]
    assert (back["name"], back["roles"]) == (["Жаңа әріптес"], ["lawyer"])
    assert admin.send(action, back).status_code == 303
    assert "Жаңа әріптес" in admin.get("/a").text


def test_taking_out_the_log_asks_and_then_gives_it(sqlite_world: World) -> None:
    auditor = Visitor(sqlite_world).enter("auditor")
    auditor.get("/l")
    sqlite_world.now += LATE
    request = auditor.fill("/l/x", purpose="For the yearly check")
    assert request.status_code == 403
    sent = {**forms(request)["/l/x"], PASSPHRASE: sqlite_world.people["auditor"].passphrase}
    again = auditor.send("/l/x", sent)
    assert again.mimetype == "text/html"
    assert forms(again)["/l/x"]["purpose"] == ["For the yearly check"]
    assert auditor.send("/l/x", forms(again)["/l/x"]).mimetype == "application/x-ndjson"


def test_an_address_without_a_page_of_its_own_offers_the_form_as_it_was(sqlite_world: World) -> None:
    auditor = Visitor(sqlite_world).enter("auditor")
    auditor.get("/l")
    sqlite_world.now += LATE
    path = f"/a/o/{sqlite_world.user('coordinator')}"
    token = {"csrf_token": [sqlite_world.session("auditor").csrf(path)], "extra": ["kept", "twice"]}
    request = auditor.send(path, token)
    again = auditor.send(path, {**forms(request)[path], PASSPHRASE: sqlite_world.people["auditor"].passphrase})
    assert again.status_code == 200
    assert forms(again)[path]["extra"] == ["kept", "twice"]
    assert "Nothing has been done yet" in again.text
    assert auditor.send(path, forms(again)[path]).status_code == 404  # they have it already


def test_the_passphrase_is_not_kept_with_a_form_that_comes_too_late(sqlite_world: World, anna: Visitor) -> None:
    typed = {**anna.fields("/i/new"), "what": "notes", PASSPHRASE: "seventeen canaries", CODE: "123456"}
    anna.fill("/c", "/x/l")
    assert "m=b" in anna.send("/i/new", typed).headers["Location"]
    anna.fill("/e/u", passphrase=sqlite_world.people["anna"].passphrase)
    restore = anna.get("/m").text.split('href="/m/k/')[1].split('"')[0]
    result = anna.client.get(f"/m/k/{restore}", follow_redirects=True, buffered=True)
    assert "notes" in result.text
    assert "seventeen canaries" not in result.text
    assert "123456" not in result.text


def test_a_passphrase_in_a_form_that_does_not_ask_is_looked_at_all_the_same(sqlite_world: World, anna: Visitor) -> None:
    """Nobody can try passphrases at an address that would not count the tries."""
    fields = {**anna.fields("/c/new"), "title": "A case", PASSPHRASE: "wrong wrong wrong"}
    assert anna.send("/c/new", fields).status_code == 422
    assert "A case" not in anna.get("/c").text


@pytest.mark.parametrize("path", ["/nowhere", "/m/p/nowhere", "/d"])
def test_nobody_can_try_passphrases_at_an_address_that_takes_no_form(
    sqlite_world: World, anna: Visitor, path: str
) -> None:
    """Where no form belongs nothing says that the page was ours, so nothing is looked at."""
    before = anna.client.get_cookie(anna.cookie("s"), domain="localhost")
    for passphrase in ("wrong wrong wrong", sqlite_world.people["anna"].passphrase):
        assert anna.send(path, {PASSPHRASE: passphrase}).status_code == 404
    after = anna.client.get_cookie(anna.cookie("s"), domain="localhost")
    assert before is not None
    assert after is not None
    assert after.value == before.value
    assert anna.get("/m/p").status_code == 403


def test_a_stranger_cannot_prove_anything(sqlite_world: World) -> None:
    nobody = Visitor(sqlite_world)
    fields = nobody.fields("/e")
    answer = nobody.send("/m/a", {**fields, PASSPHRASE: sqlite_world.people["anna"].passphrase})
    assert answer.headers["Location"].startswith("/e")


def test_a_demonstration_asks_for_the_passphrase_alone(sqlite_world: World, anna: Visitor) -> None:
    assert CODE not in forms(anna.get("/m/p"))["/m/a"]
    runtime = sqlite_world.runtime
    runtime.organisation = dataclasses.replace(runtime.organisation, second_factor=True)
    assert CODE in forms(anna.get("/m/p"))["/m/a"]


# --- where somebody is logged in ---------------------------------------------------------------------------------


def _another(world: World, name: str) -> Visitor:
    visitor, existing = Visitor(world), world.people[name]
    assert visitor.fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 303
    return visitor


def test_my_account_shows_where_i_am_logged_in_and_ends_one(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    telephone, library = _another(sqlite_world, "anna"), _another(sqlite_world, "anna")
    page = anna.get("/m")
    ends = [action for action in forms(page) if action.startswith("/m/s/")]
    assert len(ends) == 2
    assert page.text.count("this one") == 1
    assert "last used" in page.text
    assert "127.0.0.1" not in page.text
    assert anna.fill("/m", ends[0]).status_code == 303
    assert sorted(item.get("/c").status_code for item in (telephone, library)) == [200, 303]
    assert "This session has ended." in anna.get("/m").text
    assert len([action for action in forms(anna.get("/m")) if action.startswith("/m/s/")]) == 1


def test_an_administrator_ends_the_sessions_of_a_colleague(sqlite_world: World) -> None:
    anna, admin = Visitor(sqlite_world).enter("anna"), Visitor(sqlite_world).enter("admin")
    assert anna.get("/c").status_code == 200
    assert admin.fill("/a", f"/a/e/{sqlite_world.user('anna')}").status_code == 303
    assert anna.get("/c").headers["Location"] == "/e?m=c"
    assert "The sessions of this account have ended." in admin.get("/a").text
    assert _another(sqlite_world, "anna").get("/c").status_code == 200


def test_logging_in_over_a_living_session_ends_it(sqlite_world: World) -> None:
    """A cookie that somebody else put into the browser is worth nothing after the log-in."""
    anna = Visitor(sqlite_world).enter("lana")
    before = anna.client.get_cookie(anna.cookie("s"), domain="localhost")
    existing = sqlite_world.people["anna"]
    fields = {"csrf_token": [sqlite_world.session("lana").csrf("/e")]}
    answer = anna.send("/e", {**fields, "handle": existing.handle, "passphrase": existing.passphrase})
    assert answer.status_code == 303
    after = anna.client.get_cookie(anna.cookie("s"), domain="localhost")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    assert sqlite_world.runtime.sessions.of(sqlite_world.user("lana")) == []


def _account(world: World, name: str) -> tuple[str, int]:
    with world.runtime.database.reading() as work:
        row = work.users.by_id(world.user(name))
    assert row is not None
    return row.state, row.session_epoch


@pytest.mark.parametrize(("act", "name"), [("x", "outsider"), ("e", "outsider")])
def test_an_open_session_alone_closes_no_account_and_ends_nobody(sqlite_world: World, act: str, name: str) -> None:
    """One POST from an administrator's browser that was left open: nothing, until passphrase and code came."""
    world = sqlite_world
    admin = Visitor(world).enter("admin")
    path = f"/a/{act}/{world.user(name)}"
    fields = {**admin.fields("/a", path), "lose": "yes"}
    world.now += LATE
    before = _account(world, name)
    request = admin.send(path, fields)
    assert request.status_code == 403
    assert _account(world, name) == before
    again = admin.send(path, {**forms(request)[path], PASSPHRASE: world.people["admin"].passphrase})
    assert again.status_code == 200
    assert _account(world, name) == before, "shown once more, not carried out"
    sent = forms(again)[path]
    assert act == "e" or sent["lose"] == ["yes"], "what was ticked is ticked still"
    assert admin.send(path, sent).status_code == 303
    assert _account(world, name) != before


def test_how_long_things_are_kept_is_asked_for_again_and_what_was_typed_stays(sqlite_world: World) -> None:
    world = sqlite_world
    admin = Visitor(world).enter("admin")
    path = _url(admin, "deleting.periods")
    fields = forms(admin.get(path))[path]
    name = next(field for field in fields if field not in ("csrf_token", "_keep"))
    world.now += LATE
    request = admin.send(path, {**fields, name: "77"})
    assert request.status_code == 403
    assert forms(admin.get(path))[path][name] != ["77"]
    again = admin.send(path, {**forms(request)[path], PASSPHRASE: world.people["admin"].passphrase})
    assert forms(again)[path][name] == ["77"]
    assert admin.send(path, forms(again)[path]).status_code == 303
    assert forms(admin.get(path))[path][name] == ["77"]


def _sent(visitor: Visitor, path: str) -> TestResponse:
    return visitor.send(path, {"csrf_token": visitor.world.session("admin").csrf(path)})


def test_waking_is_asked_for_again(sqlite_world: World) -> None:
    world = sqlite_world
    admin = Visitor(world).enter("admin")
    world.now += LATE
    before = _account(world, "anna")
    woken = _url(admin, "throttling.wake", user=world.user("anna"))
    assert _sent(admin, woken).status_code == 403
    ended = _url(admin, "travelling.end", user=world.user("anna"))
    assert _sent(admin, ended).status_code == 403
    assert _account(world, "anna") == before


def _url(visitor: Visitor, endpoint: str, **values: str) -> str:
    with visitor.app.test_request_context():
        return url_for(endpoint, **values)
