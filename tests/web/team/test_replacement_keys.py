"""New keys, other roles, a lost second factor and a hand-over, as their pages show them.

Catalogue of attacks 23, 42 and 45.
"""

from dataclasses import replace
from datetime import timedelta

from hrd_pages import Visitor, forms
from hrd_world import World, admit, code_of

from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.team import administration


def said(text: str) -> list[str]:
    return [part.split("</code>")[0] for part in text.split("<code>")[1:]]


def renewed(world: World, name: str) -> tuple[str, str, Visitor]:
    """Somebody makes new keys with a code from the administration page: handle, passphrase, their browser."""
    admin = Visitor(world).enter("admin")
    page = admin.fill("/a", f"/a/n/{world.user(name)}")
    code = said(page.text)[0]
    assert code not in admin.get("/a").text
    visitor = Visitor(world)
    assert visitor.fill("/e/a", code=code).headers["Location"] == "/e/n"
    handle, passphrase = said(visitor.get("/e/n").text)[:2]
    assert visitor.fill("/e/n").headers["Location"] == "/e/w"
    return handle, passphrase, visitor


def test_new_keys_from_the_code_to_the_case(sqlite_world: World) -> None:
    world = sqlite_world
    old = Visitor(world).enter("luka")
    handle, passphrase, new = renewed(world, "luka")
    words = said(new.get("/e/w").text)[0]
    assert new.get(f"/c/{world.strike.case}").headers["Location"] == "/e/w", "nothing opens before"
    assert "Somebody made new keys for your account" in old.get("/d").text

    assert "Nobody has agreed yet. You wait for two administrators." in new.get("/e/w").text
    first, second = Visitor(world).enter("admin"), Visitor(world).enter("founder")
    agree = f"/a/k/{world.user('luka')}"
    for visitor in (first, second):
        page = visitor.get("/a")
        assert words in page.text
        assert " ".join(words_of(world.people["luka"].fingerprint)) in page.text
        assert visitor.fill("/a", agree).status_code == 303
        if visitor is first:
            assert agree not in forms(visitor.get("/a")), "the same administrator is not asked twice"
            assert "Admin Person agreed" in second.get("/a").text
            assert "One has agreed. You wait for a second administrator." in new.get("/e/w").text
    assert old.get("/d").status_code == 303, "sessions under the old keys have ended"
    assert new.get("/d").headers["Location"] == "/e?m=c", "what waited counts now: with a new log-in"
    assert new.fill("/e", handle=handle, passphrase=passphrase).status_code == 303
    desk = new.get("/d").text
    assert "One of your cases waits" in desk
    assert "Who can let you in: Anna Person, Lana Person." in desk
    assert new.get(f"/c/{world.strike.case}").status_code == 404

    lead, other = Visitor(world).enter("lana"), Visitor(world).enter("external")
    assert "Luka Person has new keys: let them in again (1 case)" in lead.get("/d").text
    assert "Luka Person has new keys since" in other.get("/d").text
    assert words in lead.get("/d/n").text
    assert forms(other.get("/d/n")).keys().isdisjoint({f"/d/n/{world.user('luka')}"})
    answer = lead.fill("/d/n", f"/d/n/{world.user('luka')}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/d")
    assert new.get(f"/c/{world.strike.case}").status_code == 200
    again = Visitor(world)
    assert again.fill("/e", handle=handle, passphrase=passphrase).status_code == 303
    assert "has new keys" not in lead.get("/d").text


def test_keys_that_were_exchanged_since_the_page_was_shown_are_not_let_in(sqlite_world: World) -> None:
    world = sqlite_world
    renewed(world, "luka")
    admin = Visitor(world).enter("admin")
    path = f"/a/k/{world.user('luka')}"
    fields = forms(admin.get("/a"))[path]
    answer = admin.client.post(path, base_url=admin.base, data={**fields, "keys": "0" * 64})
    assert answer.status_code == 404


def test_thrown_away_keys_lead_nowhere(sqlite_world: World) -> None:
    world = sqlite_world
    handle, passphrase, new = renewed(world, "luka")
    admin = Visitor(world).enter("admin")
    assert admin.fill("/a", f"/a/w/{world.user('luka')}").status_code == 303
    assert new.get("/e/w").status_code == 303
    assert Visitor(world).fill("/e", handle=handle, passphrase=passphrase).status_code == 422


def test_whoever_shares_sees_that_the_keys_changed(sqlite_world: World) -> None:
    world = sqlite_world
    renewed(world, "outsider")
    for name in ("admin", "founder"):
        Visitor(world).enter(name).fill("/a", f"/a/k/{world.user('outsider')}")
    page = Visitor(world).enter("anna").get(f"/c/{world.strike.case}/team").text
    assert "keys changed on" in page
    assert page.count("keys changed on") == 1


def test_roles_are_changed_on_the_page_and_count_at_once(sqlite_world: World) -> None:
    world = sqlite_world
    anna, admin = Visitor(world).enter("anna"), Visitor(world).enter("admin")
    assert anna.get("/t").status_code in (403, 404)
    path = f"/a/r/{world.user('anna')}"
    refused = admin.fill("/a", path, roles=["caseworker"])
    assert refused.status_code == 422
    assert "has already" in refused.text
    assert admin.fill("/a", path, roles=["auditor"]).status_code == 303
    anna.again("anna")
    assert anna.get(f"/c/{world.strike.case}").status_code in (403, 404)


def test_a_leaver_hands_everything_over_and_the_account_is_closed(sqlite_world: World) -> None:
    world = sqlite_world
    admin, leaver = Visitor(world).enter("admin"), Visitor(world).enter("outsider")
    page = admin.get("/a").text
    assert "2 cases only they can open" in page
    assert world.own.case not in page
    close = f"/a/x/{world.user('outsider')}"
    assert admin.fill("/a", close).status_code == 422
    visible = leaver.get("/m/h").text
    assert "You can open 2 cases." in visible
    assert leaver.fill("/m/h", user=world.user("anna")).status_code == 422
    assert leaver.fill("/m/h", user="0" * 32, sure="yes").status_code == 422
    done = leaver.fill("/m/h", user=world.user("anna"), sure="yes")
    assert (done.status_code, done.headers["Location"]) == (303, "/d")
    assert Visitor(world).enter("anna").get(f"/c/{world.own.case}").status_code == 200
    assert leaver.get(f"/c/{world.own.case}").status_code == 404
    assert admin.fill("/a", close).status_code == 303


def test_the_desk_says_what_only_its_owner_can_open(sqlite_world: World) -> None:
    assert "Only you can open these" in Visitor(sqlite_world).enter("outsider").get("/d").text
    assert "Only you can open these" not in Visitor(sqlite_world).enter("external").get("/d").text


def test_a_lost_second_factor_from_the_log_in_page(sqlite_world: World) -> None:
    world = sqlite_world
    admins = [Visitor(world).enter(name) for name in ("admin", "founder")]
    world.runtime.organisation = replace(world.runtime.organisation, second_factor=True)
    code = said(admins[0].fill("/a", "/a/i", roles=["caseworker"]).text)[0]
    new = Visitor(world)
    new.fill("/e/a", code=code)
    handle, passphrase, secret = said(new.get("/e/n").text)[:3]
    assert new.fill("/e/n", code=code_of(secret, world.now)).status_code == 303
    page = admins[0].get("/a")
    doors = (action for action in forms(page) if action.startswith("/a/c/"))
    certify = next(action for action in doors if world.user("waiting") not in action)
    user = certify.rpartition("/")[2]
    assert admins[0].fill("/a", certify, name="Lost Person", roles=["caseworker"]).status_code == 303

    assert "/e/f" in Visitor(world).get("/e").text
    lost = Visitor(world)
    assert lost.fill("/e/f", handle=handle, passphrase=passphrase).status_code == 422
    for admin in admins:
        assert admin.fill("/a", f"/a/f/{user}").status_code == 303
    assert lost.get("/e/g").headers["Location"] == "/e/f"
    assert lost.fill("/e/f", handle=handle, passphrase="wrong wrong wrong").status_code == 422
    assert lost.fill("/e/f", handle=handle, passphrase=passphrase).headers["Location"] == "/e/g"
    visible = said(lost.get("/e/g").text)
    assert len(visible) == 11
    assert visible[0] != secret
    assert lost.get("/e/h").data.startswith(b"\x89PNG")
    assert Visitor(world).get("/e/h").status_code == 404
    assert lost.get("/e/q").status_code == 404, "nor does the picture of an activation show it"
    assert 'id="f-code-error"' in lost.fill("/e/g", code="000000", passphrase=passphrase).text
    fresh = code_of(visible[0], world.now)
    assert 'id="f-passphrase-error"' in lost.fill("/e/g", code=fresh, passphrase="wrong wrong wrong").text
    assert lost.fill("/e/g", code=fresh, passphrase=passphrase).headers["Location"].startswith("/e")
    opened = Visitor(world)
    for of, status in ((secret, 422), (visible[0], 303)):
        code = code_of(of, world.now + timedelta(seconds=30))
        assert opened.fill("/e", handle=handle, passphrase=passphrase, code=code).status_code == status
    assert lost.fill("/e/f", handle=handle, passphrase=passphrase).status_code == 422, "it opens once"


def test_nobody_enrols_or_sees_the_factor_of_another(sqlite_world: World) -> None:
    world = sqlite_world
    for name in ("anna", "lana", "coordinator", "auditor"):
        visitor = Visitor(world).enter(name)
        for path in (f"/a/f/{world.user('luka')}", f"/a/b/{world.user('luka')}"):
            token = world.session(name).csrf(path)
            answer = visitor.client.post(path, base_url=visitor.base, data={"csrf_token": token})
            assert answer.status_code == 403
        assert visitor.get("/e/g").status_code == 303
        assert visitor.get("/e/h").status_code == 404


def test_who_ended_their_own_keys_is_told_what_comes_next_and_so_is_the_administrator(sqlite_world: World) -> None:
    world = sqlite_world
    luka, card = Visitor(world).enter("luka"), "keys ended"
    assert card not in Visitor(world).enter("admin").get("/a").text
    assert luka.fill("/m/e", sure="yes").headers["Location"] == "/e/w"
    existing = world.people["luka"]
    again = Visitor(world)
    assert again.fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 303
    for visitor in (luka, again):
        page = visitor.get("/e/w")
        assert page.status_code == 200
        assert "Your keys have ended" in page.text
        assert "Read these eight words" not in page.text
        assert "/x" in forms(page)
    administration = Visitor(world).enter("admin").get("/a").text
    assert administration.count(card) == 1
    assert card in administration.split("Luka Person")[1].split("</article>")[0]
    *_, new = renewed(world, "luka")
    assert "Read these eight words" in new.get("/e/w").text, "new keys wait to be compared"


def test_the_desk_tells_the_second_administrator_who_waits(sqlite_world: World) -> None:
    """New keys, a lost second factor and ended keys stand on both desks, and say which of the two is asked."""
    world = sqlite_world
    renewed(world, "luka")
    first, second = Visitor(world).enter("admin"), Visitor(world).enter("founder")
    waits = "new keys wait for you: compare the words"
    assert all(waits in visitor.get("/d").text for visitor in (first, second))
    assert first.fill("/a", f"/a/k/{world.user('luka')}").status_code == 303
    assert waits not in first.get("/d").text
    assert "new keys wait for another administrator" in first.get("/d").text
    assert "You have nothing to do" not in first.get("/d").text
    line = second.get("/d").text.split(waits)[0][-200:]
    assert "Luka Person" in line
    assert second.fill("/a", f"/a/k/{world.user('luka')}").status_code == 303
    assert "new keys wait" not in second.get("/d").text

    anna = Visitor(world).enter("anna")
    assert anna.fill("/m/e", sure="yes").status_code == 303
    assert all("ended their own keys" in visitor.get("/d").text for visitor in (first, second))
    assert "ended their own keys" not in Visitor(world).enter("lana").get("/d").text


def test_the_desk_tells_the_second_administrator_of_a_lost_second_factor(sqlite_world: World) -> None:
    world = sqlite_world
    first, second = Visitor(world).enter("admin"), Visitor(world).enter("founder")
    world.runtime.organisation = replace(world.runtime.organisation, second_factor=True)
    admit(world, "lost", frozenset({"caseworker"}))
    leave = f"/a/f/{world.user('lost')}"
    assert first.fill("/a", leave).status_code == 303
    assert "a new second factor waits for another administrator" in first.get("/d").text
    assert "a new second factor waits for you" in second.get("/d").text
    assert second.fill("/a", leave).status_code == 303
    assert "second factor waits" not in second.get("/d").text


def test_who_forgot_their_passphrase_is_back_after_three_acts_of_three_people(sqlite_world: World) -> None:
    world, user = sqlite_world, sqlite_world.user("luka")
    luka = world.people["luka"]
    browser = Visitor(world)
    assert browser.fill("/e", handle=luka.handle, passphrase=luka.passphrase).status_code == 303
    browser.fill("/d", "/x")
    assert "I forgot my passphrase" in browser.get("/e").text
    assert browser.fill("/e/r", handle=luka.handle).headers["Location"] == "/e/n"
    handle, passphrase = said(browser.get("/e/n").text)[:2]
    assert browser.fill("/e/n").headers["Location"] == "/e/w"
    words = said(browser.get("/e/w").text)[0]

    for name, page, act in (("admin", "/a", "/a/k/"), ("founder", "/a", "/a/k/"), ("lana", "/d/n", "/d/n/")):
        helper = Visitor(world).enter(name)
        assert words in helper.get(page).text, f"{name} compares them"
        assert helper.fill(page, f"{act}{user}").status_code == 303
    again = Visitor(world)
    assert again.fill("/e", handle=handle, passphrase=passphrase).status_code == 303
    assert again.get(f"/c/{world.strike.case}").status_code == 200


def test_only_a_browser_that_knows_the_account_begins_new_keys_without_a_code(sqlite_world: World) -> None:
    world, luka, anna = sqlite_world, sqlite_world.people["luka"], sqlite_world.people["anna"]
    browser = Visitor(world)
    assert browser.fill("/e", handle=luka.handle, passphrase=luka.passphrase).status_code == 303
    browser.fill("/d", "/x")
    refused = {
        "a stranger": Visitor(world).fill("/e/r", handle=luka.handle),
        "another account": browser.fill("/e/r", handle=anna.handle),
        "nobody": browser.fill("/e/r", handle="nobody at all"),
    }
    for answer in refused.values():
        assert (answer.status_code, "this browser does not know that name" in answer.text) == (422, True)
    with world.runtime.database.reading() as work:
        assert not [code for code in work.users.invitations() if code.account]
    assert Visitor(world).fill("/e", handle=luka.handle, passphrase=luka.passphrase).status_code == 303, "still good"


def test_new_keys_that_wait_and_a_closed_account_are_not_begun_again(sqlite_world: World) -> None:
    world, luka = sqlite_world, sqlite_world.people["luka"]
    browser = Visitor(world)
    assert browser.fill("/e", handle=luka.handle, passphrase=luka.passphrase).status_code == 303
    browser.fill("/d", "/x")
    assert browser.fill("/e/r", handle=luka.handle).status_code == 303
    browser.fill("/e/n")
    browser.fill("/e/w", "/x")
    assert browser.fill("/e/r", handle=luka.handle).status_code == 422
    Visitor(world).enter("admin").fill("/a", f"/a/w/{world.user('luka')}")
    with world.writing("founder") as ctx:
        administration.disable(ctx, world.user("luka"), lose=True)
    world.now += timedelta(minutes=5)
    assert browser.fill("/e/r", handle=luka.handle).status_code == 422
