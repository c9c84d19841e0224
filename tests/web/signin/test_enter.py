"""Coming in: log-in, activation, and the administrator's side of it."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from hrd_assembled import application
from hrd_pages import Visitor, forms
from hrd_world import NOW, World, code_of, newcomer

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.kernel.passphrase_slots import PassphraseSlots
from hrd_cases.services.signin.organisation_setup import Founded
from hrd_cases.services.team import administration


def test_whatever_is_wrong_the_log_in_page_says_the_same(sqlite_world: World) -> None:
    existing = sqlite_world.people["anna"]
    attempts = [
        {"handle": "no-such-handle", "passphrase": existing.passphrase},
        {"handle": existing.handle, "passphrase": "wrong wrong wrong"},
        {"handle": existing.handle, "passphrase": ""},
        {"handle": sqlite_world.people["disabled"].handle, "passphrase": sqlite_world.people["disabled"].passphrase},
        {},
        {"handle": "\x00", "passphrase": "x" * 5000},
    ]
    pages = set()
    for attempt in attempts:
        visitor = Visitor(sqlite_world)
        answer = visitor.fill("/e", **attempt)
        assert answer.status_code == 422
        visible = answer.text
        for text in (attempt.get("handle", ""), forms(answer)["/e"]["csrf_token"][0]):
            visible = visible.replace(f'value="{text}"', 'value=""')
        pages.add(visible.replace("\x00", ""))
    assert len(pages) == 1


def test_a_passphrase_never_comes_back_in_a_page(sqlite_world: World) -> None:
    answer = Visitor(sqlite_world).fill("/e", handle="anna", passphrase="seventeen canaries")
    assert "seventeen canaries" not in answer.text


def test_logging_in_leads_to_the_first_place_there_is_a_use_for(sqlite_world: World) -> None:
    for name in ("anna", "admin", "auditor", "coordinator"):
        visitor, existing = Visitor(sqlite_world), sqlite_world.people[name]
        answer = visitor.fill("/e", handle=f"  {existing.handle.upper()} ", passphrase=existing.passphrase)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert visitor.get(visitor.get("/").headers["Location"]).status_code == 200


def test_the_log_in_page_is_not_for_who_is_in(sqlite_world: World) -> None:
    assert Visitor(sqlite_world).enter("anna").get("/e").status_code == 303


def _visitor(runtime: Runtime, now: list[object]) -> Visitor:
    visitor = Visitor.__new__(Visitor)
    visitor.base, visitor.app = "http://localhost", application(runtime, clock=lambda: now[0])  # type: ignore[arg-type,return-value]
    visitor.client = visitor.app.test_client()
    visitor.client.set_cookie("__Host-g", "en", domain="localhost")
    return visitor


def test_from_a_one_time_code_to_the_first_case(guarded: tuple[Runtime, Founded]) -> None:
    (strict, founded), now = guarded, [NOW]
    founder = _visitor(strict, now)
    code = code_of(founded.second_secret, NOW)
    assert founder.fill("/e", handle=founded.handle, passphrase=founded.passphrase, code=code).status_code == 303
    invited = founder.fill("/a", "/a/i", roles=["caseworker"])
    one_time = invited.text.split("<code>")[1].split("</code>")[0]
    assert one_time not in founder.get("/a").text

    new = _visitor(strict, now)
    assert new.fill("/e/a", code="wrong-code").status_code == 422
    assert new.fill("/e/a", code=one_time.upper()).headers["Location"] == "/e/n"
    offer = new.get("/e/n").text
    text = [part.split("</code>")[0] for part in offer.split("<code>")[1:]]
    handle, passphrase, secret = text[0], text[1], text[2].replace(" ", "")
    picture = new.get("/e/q")
    assert picture.data.startswith(b"\x89PNG")
    assert picture.headers["Cache-Control"] == "no-store"
    assert len(text) == 13

    assert 'id="f-code-error"' in new.fill("/e/n", code="000000").text
    assert 'id="f-own-error"' in new.fill("/e/n", own="short", again="short").text
    assert 'id="f-again-error"' in new.fill("/e/n", own="a long enough sentence", again="another one").text
    answer = new.fill("/e/n", code=code_of(secret, NOW))
    assert answer.headers["Location"] == "/e/w"
    words = new.get("/e/w").text.split("<code>")[1].split("</code>")[0]
    assert new.get("/e/q").status_code == 404

    waiting = founder.get("/a")
    assert words in waiting.text
    certify = next(action for action in forms(waiting) if action.startswith("/a/c/"))
    assert founder.fill("/a", certify, name="").status_code == 422
    assert founder.fill("/a", certify, name="New Colleague").status_code == 303
    assert new.get("/c").headers["Location"] == "/e?m=c", "who was let in shows that the paper with the words is right"
    now[0] = NOW + timedelta(minutes=1)
    own = {"handle": handle, "passphrase": passphrase, "code": code_of(secret, now[0])}
    assert new.fill("/e", **own).status_code == 303
    assert new.fill("/c/new", title="A first case").status_code == 303

    now[0] = NOW + timedelta(minutes=3)
    later = _visitor(strict, now)
    next_code = code_of(secret, now[0])
    assert later.fill("/e", handle=handle, passphrase=passphrase, code="").status_code == 422
    assert later.fill("/e", handle=handle, passphrase=passphrase, code=next_code).status_code == 303


def test_an_offer_that_nobody_asked_for_is_not_shown(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world)
    assert visitor.get("/e/n").headers["Location"] == "/e/a"
    assert visitor.get("/e/q").status_code == 404


def test_a_code_opens_once(sqlite_world: World) -> None:
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    newcomer(sqlite_world, "new", frozenset({"caseworker"}), code=code)
    assert Visitor(sqlite_world).fill("/e/a", code=code).status_code == 422


def test_a_changed_passphrase_opens_and_the_old_one_does_not(sqlite_world: World) -> None:
    anna, existing = Visitor(sqlite_world).enter("anna"), sqlite_world.people["anna"]
    new = "a sentence nobody else says"
    assert 'id="f-again-error"' in anna.fill("/m/p", old=existing.passphrase, new=new, again="x").text
    assert 'id="f-old-error"' in anna.fill("/m/p", old="wrong wrong wrong", new=new, again=new).text
    assert 'id="f-new-error"' in anna.fill("/m/p", old=existing.passphrase, new="short", again="short").text
    assert anna.fill("/m/p", old=existing.passphrase, new=new, again=new).status_code == 303
    assert Visitor(sqlite_world).fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 422
    assert Visitor(sqlite_world).fill("/e", handle=existing.handle, passphrase=new).status_code == 303


def test_a_closed_account_is_out_at_once(sqlite_world: World) -> None:
    caseworker, admin = Visitor(sqlite_world).enter("caseworker"), Visitor(sqlite_world).enter("founder")
    assert caseworker.get("/c").status_code == 200
    user = sqlite_world.user("caseworker")
    assert admin.fill("/a", f"/a/x/{user}").status_code == 303
    assert caseworker.get("/c").status_code == 303


def test_only_an_administrator_sees_the_accounts(sqlite_world: World) -> None:
    for name in ("anna", "lana", "coordinator", "auditor"):
        assert Visitor(sqlite_world).enter(name).get("/a").status_code == 403


def test_my_other_sessions_end_when_i_say_so(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    other = Visitor(sqlite_world)
    other.fill("/e", handle=sqlite_world.people["anna"].handle, passphrase=sqlite_world.people["anna"].passphrase)
    assert other.get("/c").status_code == 200
    assert anna.fill("/m", "/m/s").status_code == 303
    assert other.get("/c").status_code == 303
    assert anna.get("/c").status_code == 200
    assert words_of(sqlite_world.people["anna"].fingerprint)[0] in anna.get("/m").text


def test_strangers_of_one_address_who_wait_keep_out_nobody_of_another(sqlite_world: World) -> None:
    """Of this address one waits already, and only one may; of another address one more is let wait."""
    world, slots = sqlite_world, PassphraseSlots(at_once=1, of_one_source=1)
    world.runtime.passphrase_slots = slots
    visitor, other, person = Visitor(world), Visitor(world), world.people["anna"]
    sent = [{**one.fields("/e"), "handle": person.handle, "passphrase": person.passphrase} for one in (visitor, other)]
    answers: list[tuple[str, int]] = []

    def come(one: Visitor, fields: dict[str, object], address: str) -> None:
        place = {"REMOTE_ADDR": address}
        status = one.client.post("/e", base_url=one.base, data=fields, environ_base=place).status_code
        answers.append((address, status))

    def wait() -> None:
        with slots.one(stranger=True, source="192.0.2.7"):
            pass

    def until(true: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not true() and time.monotonic() < end:
            time.sleep(0.001)

    waiting = [
        threading.Thread(target=wait),
        threading.Thread(target=come, args=(visitor, sent[0], "192.0.2.7")),
        threading.Thread(target=come, args=(other, sent[1], "192.0.2.8")),
    ]
    with slots.one():
        for number, thread in enumerate(waiting, 1):
            thread.start()
            until(lambda number=number: slots._waiting[True] + len(answers) == number)
        refused = list(answers)
    for thread in waiting:
        thread.join()
    assert refused == [("192.0.2.7", 503)]
    assert answers == [("192.0.2.7", 503), ("192.0.2.8", 303)]
