"""A call from the locked page: one form, nothing typed is lost or doubled, and nothing of it is shown there again."""

from datetime import timedelta

import pytest
from hrd_pages import Visitor, forms
from hrd_thief import Copy
from hrd_world import World
from sqlalchemy import func, select

from hrd_cases.domain.duty import Duty
from hrd_cases.services.casework import calls
from hrd_cases.services.schedule import duty, locked_calls
from hrd_cases.services.team import administration
from hrd_cases.store.tables import locked_calls as rows

SAID = {"what": "Канарейка: увезли из дома ночью", "when": "вчера", "who": "Серый", "reach": "жена, после 20"}


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """Anna's browser, whose session is locked."""
    visitor = Visitor(sqlite_world).enter("anna")
    visitor.fill("/c", "/x/l")
    return visitor


def count(world: World) -> int:
    with world.runtime.database.reading() as work:
        return work.connection.scalar(select(func.count()).select_from(rows)) or 0


def unlock(world: World, visitor: Visitor) -> None:
    visitor.fill("/e/u", passphrase=world.people["anna"].passphrase)


def test_from_the_locked_page_it_is_one_load_and_four_fields(sqlite_world: World, anna: Visitor) -> None:
    assert 'href="/e/i"' in anna.get("/e/u").text
    sent = anna.fill("/e/i", **SAID)
    assert sent.headers["Location"] == "/e/i/k"
    page = anna.get("/e/i/k").text
    assert "The call is saved and encrypted" in page
    assert "Канарейка" not in page
    unlock(sqlite_world, anna)
    listed = anna.get("/i").text
    assert "Серый" in listed
    call = listed.split('href="/i/')
    visible = next(
        text for text in (anna.get(f"/i/{item.split(chr(34))[0]}").text for item in call[1:]) if "Серый" in text
    )
    assert "Канарейка" in visible
    assert "Written on the locked page of this account and not signed: Anna Person." in visible
    assert "I wrote this" in visible


def test_no_word_of_it_rests_in_the_clear_or_comes_back_while_locked(sqlite_world: World, anna: Visitor) -> None:
    anna.fill("/e/i", **SAID)
    copy = Copy.of(sqlite_world.runtime.database)
    assert copy.rows["locked_calls"]
    every = repr(copy.rows)
    assert "Канарейка" not in every
    assert repr("Канарейка".encode())[2:-1] not in every
    for path in ("/e/i", "/e/i/k", "/e/u", "/i", "/d"):
        assert "Канарейка" not in anna.get(path).text
    assert anna.get("/i").status_code == 303


def test_sent_twice_it_is_sealed_once_and_other_words_are_another_call(sqlite_world: World, anna: Visitor) -> None:
    fields = {**anna.fields("/e/i"), **SAID}
    for _ in range(3):
        assert anna.send("/e/i", fields).headers["Location"] == "/e/i/k"
    assert count(sqlite_world) == 1
    anna.send("/e/i", {**fields, "what": "Another matter"})
    assert count(sqlite_world) == 2
    unlock(sqlite_world, anna)
    anna.get("/d")
    token = {"csrf_token": sqlite_world.session("anna").csrf("/e/i")}
    anna.send("/e/i", {**fields, **token})
    assert count(sqlite_world) == 0, "also after it was unlocked"


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(sqlite_world: World, anna: Visitor) -> None:
    answer = anna.fill("/e/i", what="Канарейка", when="в старые времена", who="Серый")
    assert answer.status_code == 422
    back = forms(answer)["/e/i"]
    assert (back["what"], back["when"], back["who"]) == (["Канарейка"], ["в старые времена"], ["Серый"])
    assert 'id="f-reach-error"' in answer.text or "reach" in answer.text
    assert count(sqlite_world) == 0
    again = anna.send("/e/i", {**back, "when": "2017", "reach": "сосед"})
    assert again.headers["Location"] == "/e/i/k"
    assert count(sqlite_world) == 1


def test_too_much_is_refused_with_everything_typed(
    sqlite_world: World, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = anna.fill("/e/i", **{**SAID, "what": "я" * 60_000})
    assert answer.status_code == 422
    assert "too long for the locked page" in answer.text
    assert forms(answer)["/e/i"]["what"] == ["я" * 60_000]
    monkeypatch.setattr(locked_calls, "MOST_A_DAY", 1)
    anna.fill("/e/i", **SAID)
    answer = anna.fill("/e/i", **SAID)
    assert answer.status_code == 422
    assert "Too many calls" in answer.text
    assert forms(answer)["/e/i"]["what"] == [SAID["what"]]
    assert count(sqlite_world) == 1


def test_a_session_that_is_over_keeps_the_text_for_the_ordinary_form(sqlite_world: World, anna: Visitor) -> None:
    fields = {**anna.fields("/e/i"), **SAID}
    sqlite_world.now = sqlite_world.day_is_sure(sqlite_world.now + timedelta(hours=13))
    turned = anna.send("/e/i", fields)
    assert "m=b" in turned.headers["Location"]
    assert count(sqlite_world) == 0
    existing = sqlite_world.people["anna"]
    anna.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    restore = anna.get("/m").text.split('href="/m/k/')[1].split('"')[0]
    page = anna.get(anna.get(f"/m/k/{restore}").headers["Location"])
    assert forms(page)["/i/new"]["what"] == [SAID["what"]]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_from_another_site_nothing_is_added(sqlite_world: World, anna: Visitor, headers: dict[str, str]) -> None:
    fields = {**anna.fields("/e/i"), **SAID}
    assert anna.send("/e/i", fields, **headers).status_code == 400
    assert anna.send("/e/i", {**fields, "csrf_token": "x", "_keep": ""}).status_code == 400
    assert count(sqlite_world) == 0


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_who_takes_no_calls_is_not_led_there(sqlite_world: World, name: str) -> None:
    visitor = Visitor(sqlite_world).enter(name)
    visitor.fill("/d", "/x/l")
    assert "/e/i" not in visitor.get("/e/u").text
    assert visitor.get("/e/i").status_code == 403


def test_a_stranger_and_a_browser_that_was_logged_out_are_sent_to_the_log_in_page(sqlite_world: World) -> None:
    stranger = Visitor(sqlite_world)
    assert stranger.get("/e/i").headers["Location"].startswith("/e")
    assert "/e/i" not in stranger.get("/e").text
    anna = Visitor(sqlite_world).enter("anna")
    anna.fill("/d", "/x")
    assert anna.get("/e/i").headers["Location"].startswith("/e")


def test_an_account_that_was_closed_writes_nothing_more_down(sqlite_world: World, anna: Visitor) -> None:
    from_before = {**anna.fields("/e/i"), **SAID}
    with sqlite_world.writing("admin") as ctx:
        administration.disable(ctx, sqlite_world.user("anna"), lose=True)
    assert anna.send("/e/i", from_before).headers["Location"].startswith("/e")
    assert count(sqlite_world) == 0


def test_the_number_of_those_on_duty_stands_there_if_it_was_set(sqlite_world: World, anna: Visitor) -> None:
    assert "nobody else is on duty today" in anna.get("/e/i/k").text
    with sqlite_world.writing("coordinator") as ctx:
        day = sqlite_world.now.date()
        duty.put_on(ctx, Duty(who=sqlite_world.user("luka"), begins=day, ends=day))
    assert "the colleague on duty" in anna.get("/e/i/k").text
    assert "one colleague on duty today sees it too" in anna.get("/e/i").text
    coordinator = Visitor(sqlite_world).enter("coordinator")
    refused = coordinator.fill("/i/j", "/i/j/n", number="спросить Бекзата")
    assert refused.status_code == 422
    assert forms(refused)["/i/j/n"]["number"] == ["спросить Бекзата"]
    coordinator.fill("/i/j", "/i/j/n", number="+7 (700) 000-00-00")
    page = anna.get("/e/i/k").text
    assert 'href="tel:+77000000000"' in page
    assert "Luka" not in page


def test_whose_page_it_was_takes_it_over(sqlite_world: World, anna: Visitor) -> None:
    anna.fill("/e/i", **SAID)
    unlock(sqlite_world, anna)
    anna.get("/d")
    with sqlite_world.reading("anna") as ctx:
        (call,) = [card.id for card in calls.listing(ctx) if card.value.who == "Серый"]
    anna.fill(f"/i/{call}", f"/i/{call}/p")
    assert "not signed" not in anna.get(f"/i/{call}").text
