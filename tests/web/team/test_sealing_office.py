"""Holding log-ins as people see it, and the lock button that stands on every page."""

from typing import Any

from hrd_pages import Forms, Visitor, forms
from hrd_world import World, later


def _confirm(page: str) -> str:
    return next(action for action in forms_of(page) if action.startswith("/m/o/y/"))


def forms_of(page: str) -> dict[str, Any]:
    return dict(Forms(page).forms)


def test_one_asks_another_confirms_and_everybody_is_out(sqlite_world: World) -> None:
    world = sqlite_world
    anna, lana, auditor = (Visitor(world).enter(name) for name in ("anna", "lana", "auditor"))
    assert anna.fill("/m/o", who="all", hours="12").status_code == 303
    assert "within one hour" in anna.get("/m/o").text
    assert not [action for action in forms_of(anna.get("/m/o").text) if action.startswith("/m/o/y/")]
    assert "asks to block log-ins" in lana.get("/d").text
    request = _confirm(lana.get("/m/o").text)
    fields = lana.fields("/m/o", request)
    assert (
        anna.send(
            request, {**anna.fields("/m/o"), "csrf_token": sqlite_world.session("anna").csrf(request)}
        ).status_code
        == 422
    ), "not who asked"
    assert lana.send(request, fields).headers["Location"] == "/e"
    for visitor in (anna, lana, auditor):
        assert visitor.get("/d").headers["Location"].startswith("/e?")
    existing = world.people["anna"]
    right = Visitor(world).fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    wrong = Visitor(world).fill("/e", handle=existing.handle, passphrase="wrong wrong wrong")
    assert right.status_code == wrong.status_code == 422
    assert _without_token(right.text) == _without_token(wrong.text)
    world.now = later(world, hours=12, minutes=1)
    assert Visitor(world).fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 303


def _without_token(text: str) -> str:
    token = next(iter(forms_of(text)["/e"]["csrf_token"]))
    return text.replace(str(token), "")


def test_a_hold_has_its_limits(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    for hours in ("", "0", "73", "-1", "1e1", "٣", "999"):
        answer = anna.fill("/m/o", who="all", hours=hours)
        assert answer.status_code == 422
        assert "Choose 1 to 72 hours" in answer.text


def test_one_colleague_can_be_held_and_let_go_by_two(sqlite_world: World) -> None:
    world = sqlite_world
    anna, lana, luka = (Visitor(world).enter(name) for name in ("anna", "lana", "luka"))
    assert anna.fill("/m/o", who="one", user=world.user("luka"), hours="5").status_code == 303
    assert lana.fill("/m/o", _confirm(lana.get("/m/o").text)).status_code == 303
    assert luka.get("/d").headers["Location"].startswith("/e?")
    page = lana.get("/m/o")
    assert "Blocked now" in page.text
    lift = {"csrf_token": forms(page)["/m/o"]["csrf_token"], "user": world.user("luka"), "lift": "yes"}
    assert lana.send("/m/o", lift).status_code == 303
    assert anna.fill("/m/o", _confirm(anna.get("/m/o").text)).status_code == 303
    assert "Blocked now" not in lana.get("/m/o").text
    existing = world.people["luka"]
    assert Visitor(world).fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 303


def test_a_request_can_be_taken_back_by_who_made_it(sqlite_world: World) -> None:
    anna, lana = Visitor(sqlite_world).enter("anna"), Visitor(sqlite_world).enter("lana")
    anna.fill("/m/o", who="all", hours="1")
    back = next(action for action in forms_of(anna.get("/m/o").text) if action.startswith("/m/o/z/"))
    assert (
        lana.send(back, {**lana.fields("/m/o"), "csrf_token": sqlite_world.session("lana").csrf(back)}).status_code
        == 404
    )
    assert anna.fill("/m/o", back).status_code == 303
    assert "Waits for a second person" not in lana.get("/m/o").text


PAGES = ("/d", "/c", "/p", "/o", "/b", "/h", "/i", "/s", "/m", "/m/t", "/m/o", "/c/new", "/nothing-here")


def test_every_page_can_be_locked_without_a_script(sqlite_world: World) -> None:
    anna, case = Visitor(sqlite_world).enter("anna"), sqlite_world.strike.case
    record = sqlite_world.strike.records["incident"]
    for path in (*PAGES, f"/c/{case}", f"/c/{case}/team", f"/c/{case}/r/{record}"):
        page = anna.get(path)
        assert "/x/l" in forms(page) or 'formaction="/x/l"' in page.text, path
        assert "<script" not in page.text
    assert "/x/l" in forms(Visitor(sqlite_world).enter("waiting").get("/e/w"))
    assert anna.send("/x/l", forms(page)["/x/l"]).headers["Location"].startswith("/e/u")
    assert anna.get("/d").headers["Location"].startswith("/e/u")


def test_one_button_locks_every_session_of_a_person(sqlite_world: World) -> None:
    anna, lana = Visitor(sqlite_world).enter("anna"), Visitor(sqlite_world).enter("lana")
    other, existing = Visitor(sqlite_world), sqlite_world.people["anna"]
    other.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    assert other.get("/d").status_code == 200
    assert anna.fill("/m", "/x/a").headers["Location"].startswith("/e/u")
    for visitor in (anna, other):
        assert visitor.get("/d").headers["Location"].startswith("/e/u")
    assert lana.get("/d").status_code == 200
    assert other.fill("/e/u", passphrase=existing.passphrase).status_code == 303
    assert other.get("/d").status_code == 200
    assert "/x/a" in forms(anna.get("/e/u")), "also from the locked page, for those left open elsewhere"
