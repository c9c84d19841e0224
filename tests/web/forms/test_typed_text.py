"""Simple forms take pasted text as entity forms do: marks go, what disguises is refused, nothing is cut."""

import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.calls import Call
from hrd_cases.domain.dates import exactly
from hrd_cases.services.casework import calls

NUMBER = "+7 701 222-33-44"
PASTED = [f"\u202a{NUMBER}\u202c", f"\u200e{NUMBER}", f"\ufeff{NUMBER}\u200b", f"\u2068{NUMBER}\u2069 "]
DISGUISED = "Report\u202efdp.exe"


@pytest.fixture
def called(sqlite_world: World) -> World:
    with sqlite_world.writing("anna") as ctx:
        calls.take(ctx, Call(what="Dismissed", when=exactly(ctx.today), who="Серый", reach=NUMBER))
    return sqlite_world


def searched(world: World, text: str) -> str:
    browser = Browser(world, "anna")
    return browser.get(browser.post("/s", text=text).location).text.partition("<main")[2]


@pytest.mark.parametrize("pasted", PASTED)
def test_a_pasted_number_finds_who_has_it(called: World, pasted: str) -> None:
    assert "Серый" in searched(called, pasted)


def test_letters_in_two_signs_find_what_is_kept_in_one(called: World) -> None:
    assert "Серый" in searched(called, "Серыи\u0306")


@pytest.mark.parametrize(
    ("who", "path", "field", "more"),
    [
        ("coordinator", "/t/x", "purpose", {"b": "kind", "d": "inside"}),
        ("auditor", "/l/x", "purpose", {}),
    ],
)
def test_signs_that_disguise_are_refused_at_the_field(
    sqlite_world: World, who: str, path: str, field: str, more: dict[str, str]
) -> None:
    browser = Browser(sqlite_world, who)
    answer = browser.post(path, **more, **{field: DISGUISED})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert "invisible control characters" in answer.text
    assert browser.post(path, **more, **{field: "\u202aReport\u202c"}).status_code == 200


def test_a_reason_that_is_too_long_is_told_and_comes_back_whole(sqlite_world: World) -> None:
    browser, reason = Browser(sqlite_world, "lana"), ("reason " * 300).strip()
    case = sqlite_world.strike.case
    for path in (f"/z/h/{case}", f"/z/c/{case}/{case}"):
        answer = browser.post(path, reason=reason)
        assert answer.status_code == 422, path
        assert f"these are {len(reason) - 2000} too many" in answer.text
        assert reason in answer.text


def test_an_advice_that_is_too_long_is_told_at_its_field(called: World) -> None:
    browser = Browser(called, "anna")
    with called.reading("anna") as ctx:
        call = calls.listing(ctx)[0].id
    answer = browser.post(f"/i/{call}/x", ending="advice_given", advice="x" * 150_001)
    assert answer.status_code == 422
    assert 'id="f-advice-error"' in answer.text
    assert "x" * 150_001 in answer.text


def test_a_passphrase_is_taken_as_it_was_typed(sqlite_world: World) -> None:
    """What a person chose is compared sign by sign in its own rule (crypto/core/passphrases.py), not here."""
    browser = Browser(sqlite_world, "anna")
    with browser.app.test_request_context("/e", method="POST", data={"passphrase": "a\u200bb й"}) as created:
        assert created.request.form["passphrase"] == "a\u200bb й"
    with browser.app.test_request_context("/s?f=%E2%80%8Ex", method="POST", data={"text": "a\u200bb"}) as created:
        assert (created.request.form["text"], created.request.args["f"]) == ("ab", "x")
