"""The life of a request: who comes in, what is refused, and what is kept when somebody comes too late."""

import dataclasses
import io
import logging
from datetime import timedelta

import pytest
from flask import session as flask_session
from hrd_pages import Visitor, forms
from hrd_world import World, newcomer

from hrd_cases.domain.errors import Changed, Forbidden, NotFound, RuleBroken

pytestmark = pytest.mark.filterwarnings("error")

INSIDE = ("/", "/c", "/i/new", "/p", "/m", "/a", "/o", "/b", "/zzz", "/c/" + "0" * 32, "/c/x/n/new")


@pytest.fixture
def nobody(sqlite_world: World) -> Visitor:
    """A browser that nobody is logged in with."""
    return Visitor(sqlite_world)


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """A caseworker's browser."""
    return Visitor(sqlite_world).enter("anna")


@pytest.mark.parametrize("path", INSIDE)
def test_who_is_not_logged_in_is_sent_to_the_door_from_every_address(nobody: Visitor, path: str) -> None:
    answer = nobody.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/e?m=c")


def test_a_newcomer_sees_the_eight_words_and_nothing_else(sqlite_world: World) -> None:
    newcomer(sqlite_world, "new", frozenset({"caseworker"}))
    visitor = Visitor(sqlite_world).enter("new")
    for path in ("/", *INSIDE[1:8]):
        assert visitor.get(path).headers["Location"] == "/e/w"
    assert len(visitor.get("/e/w").text.split("<code>")[1].split("</code>")[0].split()) == 8


def test_a_locked_session_opens_again_where_it_was(sqlite_world: World, anna: Visitor) -> None:
    case = f"/c/{sqlite_world.strike.case}"
    anna.fill(case, "/x/l")
    turned = anna.get(case)
    assert turned.headers["Location"] == f"/e/u?b={case}"
    opened = anna.fill(turned.headers["Location"], "/e/u", passphrase=sqlite_world.people["anna"].passphrase)
    assert (opened.status_code, opened.headers["Location"]) == (303, case)
    assert anna.get(case).status_code == 200


def test_a_wrong_passphrase_leaves_the_session_locked(anna: Visitor) -> None:
    anna.fill("/c", "/x/l")
    assert anna.fill("/e/u", passphrase="wrong wrong wrong").status_code == 422
    assert anna.get("/c").status_code == 303


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "/c?x=1", "evil"])
def test_unlocking_leads_nowhere_but_to_ourselves(sqlite_world: World, anna: Visitor, elsewhere: str) -> None:
    anna.fill("/c", "/x/l")
    answer = anna.fill("/e/u", passphrase=sqlite_world.people["anna"].passphrase, b=elsewhere)
    assert answer.headers["Location"] == "/"


def test_logging_out_ends_the_session_and_asks_the_browser_to_forget(anna: Visitor) -> None:
    answer = anna.fill("/c", "/x")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert anna.get("/c").headers["Location"] == "/e?m=c"


def test_leaving_quickly_ends_the_session_and_goes_elsewhere_without_a_script(anna: Visitor) -> None:
    answer = anna.fill("/c", "/x/q")
    page = anna.get(answer.headers["Location"])
    assert page.headers["Refresh"].startswith("0; url=https://")
    assert page.data == b""
    assert anna.get("/c").status_code == 303


@pytest.mark.parametrize("kind", ["missing", "wrong", "another person's", "before log-in"])
def test_a_form_without_the_right_token_changes_nothing(sqlite_world: World, anna: Visitor, kind: str) -> None:
    fields = anna.fields("/c/new")
    fields["csrf_token"] = {
        "missing": [],
        "wrong": ["0" * 43],
        "another person's": Visitor(sqlite_world).enter("lana").fields("/c/new")["csrf_token"],
        "before log-in": Visitor(sqlite_world).fields("/e")["csrf_token"],
    }[kind]
    others = Visitor(sqlite_world).enter("lana").fields("/c/new")
    for unknown in ([], ["0" * 43], others["_keep"]):
        assert anna.send("/c/new", {**fields, "title": "Forged", "_keep": unknown}).status_code == 400
    assert anna.get("/m").text.count('href="/m/k/') == 0
    saved = anna.send("/c/new", {**fields, "title": "Of an earlier session"})
    assert (saved.status_code, saved.headers["Location"][:5]) == (303, "/m/k/")
    for text in ("Forged", "Of an earlier session"):
        assert text not in anna.get("/c").text
    page = anna.get(anna.get(saved.headers["Location"]).headers["Location"])
    assert forms(page)["/c/new"]["title"] == ["Of an earlier session"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "http://localhost.evil.example"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({"Origin": "null"}, 303),
        ({}, 303),
    ],
)
def test_a_form_that_another_site_sent_is_refused_even_with_the_token(
    anna: Visitor, headers: dict[str, str], status: int
) -> None:
    fields = {**anna.fields("/c/new"), "title": "A case"}
    assert anna.send("/c/new", fields, **headers).status_code == status


def test_a_view_that_asked_nobody_shows_nothing(anna: Visitor) -> None:
    anna.app.view_functions["cases.index"] = lambda: "everything there is"
    answer = anna.get("/c")
    assert (answer.status_code, answer.data) == (500, b"")


def test_a_view_that_changes_something_and_asked_nobody_says_nothing(anna: Visitor) -> None:
    fields = anna.fields("/c/new")
    anna.app.view_functions["cases.create"] = lambda: ("", 303)
    assert anna.send("/c/new", fields).status_code == 500


def test_not_mine_and_not_there_look_the_same_byte_for_byte(sqlite_world: World) -> None:
    outsider = Visitor(sqlite_world).enter("outsider")
    case, record = sqlite_world.strike.case, sqlite_world.strike.records["incident"]
    paths = ("/c/{}", "/c/{}/team", "/c/{}/n", "/c/{}/n/new", "/c/{}/c", "/c/{}/r/" + record, "/i/{}", "/p/new/{}")
    for path in paths:
        mine, none = outsider.get(path.format(case)), outsider.get(path.format("0" * 32))
        assert (mine.status_code, mine.data) == (404, none.data), path
        assert dict(mine.headers) == dict(none.headers)


@pytest.mark.parametrize("record", ["x", "..", "%00", "A" * 32, "0" * 31, "0" * 64, "0" * 32 + "\n"])
def test_an_address_that_is_no_id_is_not_there(sqlite_world: World, anna: Visitor, record: str) -> None:
    assert anna.get(f"/c/{record}").status_code in (404, 308)
    assert anna.get(f"/c/{sqlite_world.strike.case}/r/{record}").status_code in (404, 308)


def test_a_file_in_an_ordinary_form_is_refused_before_it_could_rest_anywhere(anna: Visitor) -> None:
    fields = anna.fields("/c/new")
    answer = anna.send("/c/new", {**fields, "title": (io.BytesIO(b"x" * 1000), "x.bin")})
    assert answer.status_code == 400


def test_a_body_of_more_than_four_megabytes_is_refused_with_a_page(anna: Visitor) -> None:
    answer = anna.send("/c/new", {**anna.fields("/c/new"), "title": "x" * 4_400_001})
    assert answer.status_code == 413
    assert "4 MB" in answer.text


def test_a_stranger_may_send_one_megabyte(sqlite_world: World) -> None:
    stranger = Visitor(sqlite_world)
    fields = {**stranger.fields("/e"), "handle": "x" * 1_100_001, "passphrase": "y"}
    answer = stranger.send("/e", fields)
    assert answer.status_code == 413
    assert "1 MB" in answer.text
    stranger.get("/y/ru")
    assert "1 МБ" in stranger.send("/e", fields).text


def test_four_megabytes_in_a_title_come_back_with_an_error_at_the_title(anna: Visitor) -> None:
    answer = anna.send("/c/new", {**anna.fields("/c/new"), "title": "x" * 4_000_000})
    assert answer.status_code == 422
    assert 'id="f-title-error"' in answer.text
    assert forms(answer)["/c/new"]["title"] == ["x" * 4_000_000]


def test_flasks_own_cookie_stays_unused(sqlite_world: World, anna: Visitor) -> None:
    answer = anna.get("/c")
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("session=")]
    with anna.app.test_request_context("/"), pytest.raises(RuntimeError):
        flask_session["anything"] = 1


@pytest.mark.parametrize("how", ["the time is over", "locked"])
def test_what_was_typed_too_late_is_kept_and_comes_back_after_log_in(sqlite_world: World, how: str) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    typed = {**anna.fields("/i/new"), "what": "A whole page of notes\nin two lines", "who": "Канарейка"}
    if how == "locked":
        anna.fill("/c", "/x/l")
    else:
        sqlite_world.now += timedelta(hours=13)
    turned = anna.send("/i/new", typed)
    assert turned.status_code == 303
    assert "m=b" in turned.headers["Location"]
    assert "What you typed is saved, encrypted" in anna.get(turned.headers["Location"]).text
    with sqlite_world.runtime.database.reading() as work:
        rested = b"".join(row.form_sealed for row in work.forms.of_user(sqlite_world.user("anna")))
    assert "Канарейка".encode() not in rested

    existing = sqlite_world.people["anna"]
    if how == "locked":
        anna.fill("/e/u", passphrase=existing.passphrase)
    else:
        anna.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    account = anna.get("/m")
    restore = account.text.split('href="/m/k/')[1].split('"')[0]
    page = anna.get(anna.get(f"/m/k/{restore}").headers["Location"])
    back = forms(page)["/i/new"]
    assert (back["what"], back["who"]) == (["A whole page of notes\nin two lines"], ["Канарейка"])
    assert "not sent yet" in page.text

    saved = anna.send("/i/new", {**back, "when": "2017", "reach": "a neighbour"})
    assert "Канарейка" in anna.get(saved.headers["Location"]).text
    assert f"/m/k/{restore}" not in anna.get("/m").text


def test_a_form_kept_for_somebody_else_is_not_there(sqlite_world: World) -> None:
    anna, lana = Visitor(sqlite_world).enter("anna"), Visitor(sqlite_world).enter("lana")
    typed = anna.fields("/i/new")
    anna.fill("/c", "/x/l")
    anna.send("/i/new", {**typed, "what": "x"})
    with sqlite_world.runtime.database.reading() as work:
        form = work.forms.of_user(sqlite_world.user("anna"))[0].id
    assert lana.get(f"/m/k/{form}").status_code == 404


def test_a_late_form_without_its_token_is_not_kept_and_says_so(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    typed = {**anna.fields("/i/new"), "_keep": "forged"}
    sqlite_world.now += timedelta(hours=13)
    assert anna.send("/i/new", typed).headers["Location"] == "/e?m=d"


def test_a_failure_tells_a_code_and_nothing_of_what_was_in_it(anna: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> str:
        raise ValueError("canary-7291")

    anna.app.view_functions["cases.index"] = fails
    with caplog.at_level(logging.DEBUG):
        answer = anna.get("/c?q=canary-7291")
    assert answer.status_code == 500
    assert "canary-7291" not in answer.text + caplog.text
    code = answer.text.split("Give them this code: ")[1].split("<")[0]
    assert code in caplog.text


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        (RuleBroken("There is a rule against it."), 422),
        (Changed(), 409),
        (NotFound(), 404),
        (Forbidden(), 403),
    ],
)
def test_a_refusal_that_no_form_awaits_is_a_page(anna: Visitor, broken: Exception, status: int) -> None:
    def refuses() -> str:
        raise broken

    anna.app.view_functions["cases.index"] = refuses
    answer = anna.get("/c")
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_messages_are_said_once(sqlite_world: World, anna: Visitor) -> None:
    saved = anna.fill("/c/new", title="Another case")
    assert "Created." in anna.get(saved.headers["Location"]).text
    assert "Created." not in anna.get(saved.headers["Location"]).text


def test_a_language_is_remembered_and_leads_back_to_the_page(anna: Visitor) -> None:
    answer = anna.get("/y/ru", Referer="http://localhost/c")
    assert answer.headers["Location"] == "/c"
    assert '<html lang="ru"' in anna.get("/c").text


@pytest.mark.parametrize(
    "referer", ["https://evil.example/c", "http://localhost//evil.example", "http://localhost/<x>"]
)
def test_choosing_a_language_leads_nowhere_but_to_ourselves(anna: Visitor, referer: str) -> None:
    assert anna.get("/y/ru", Referer=referer).headers["Location"] == "/"


def test_a_language_that_is_none_of_ours_is_not_there(anna: Visitor) -> None:
    assert anna.get("/y/xx").status_code == 404


def test_the_browser_says_which_language_comes_first(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world)
    visitor.client.delete_cookie(visitor.cookie("g"), domain="localhost")
    assert '<html lang="kk"' in visitor.get("/e", **{"Accept-Language": "kk,ru;q=0.8"}).text
    assert '<html lang="ru"' in visitor.get("/e", **{"Accept-Language": "ru-KZ,en;q=0.5"}).text
    assert '<html lang="en"' in visitor.get("/e", **{"Accept-Language": "de"}).text


def test_the_menu_offers_only_what_a_role_has_a_use_for(sqlite_world: World) -> None:
    admin = Visitor(sqlite_world).enter("admin").get("/a").text
    anna = Visitor(sqlite_world).enter("anna").get("/c").text
    # A page with a form to write in leads on by buttons of that form, so that it is kept.
    assert 'formaction="/m/n?to=/a"' in admin
    assert not [way for way in ('href="/c"', 'to=/c"') if way in admin]
    assert 'href="/c"' in anna
    assert not [way for way in ('href="/a"', 'to=/a"') if way in anna]


def test_a_session_cookie_from_elsewhere_opens_nothing(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world)
    for value in ("", "x", "A" * 43, "A" * 44, "é" * 43, "=" * 43):
        visitor.client.set_cookie(visitor.cookie("s"), value, domain="localhost")
        assert visitor.get("/c").status_code == 303


def test_the_idle_lock_comes_by_itself(sqlite_world: World, anna: Visitor) -> None:
    assert anna.get("/c").status_code == 200
    sqlite_world.now += timedelta(minutes=sqlite_world.runtime.organisation.idle_minutes + 1)
    assert anna.get("/c").headers["Location"] == "/e/u?b=/c"


def test_a_demonstration_says_so_on_every_page(sqlite_world: World) -> None:
    runtime = sqlite_world.runtime
    runtime.organisation = dataclasses.replace(runtime.organisation, demo=True)
    assert "Demonstration" in Visitor(sqlite_world).get("/e").text
    assert "Demonstration" in Visitor(sqlite_world).enter("anna").get("/c").text


def test_somebody_locked_out_may_still_log_out(anna: Visitor) -> None:
    anna.fill("/c", "/x/l")
    assert anna.fill("/e/u", "/x").headers["Location"] == "/e?m=a"
    assert anna.get("/c").headers["Location"] == "/e?m=c"


def test_a_newcomer_may_log_out(sqlite_world: World) -> None:
    newcomer(sqlite_world, "new", frozenset({"caseworker"}))
    visitor = Visitor(sqlite_world).enter("new")
    assert visitor.fill("/e/w", "/x").headers["Location"] == "/e?m=a"


def test_the_token_of_one_form_opens_no_other(anna: Visitor) -> None:
    """What is learnt of one form of a page is worth nothing elsewhere."""
    fields = anna.fields("/c/new")
    other = {name: anna.fields("/i/new")[name] for name in ("csrf_token", "_keep")}
    assert anna.send("/c/new", {**fields, "title": "Forged", **other, "_keep": ""}).status_code == 400
    assert anna.send("/c/new", {**fields, "title": "Forged", **other}).headers["Location"].startswith("/m/k/"), "kept"
    assert "Forged" not in anna.get("/c").text
    assert anna.send("/x/l", {"csrf_token": fields["csrf_token"]}).status_code == 400
    assert anna.send("/m/p", {"csrf_token": fields["csrf_token"]}).status_code == 400
    assert anna.get("/c").status_code == 200, "and nobody was logged out or locked"
    assert anna.send("/c/new", {**fields, "title": "Right"}).status_code == 303


def test_before_log_in_too_a_token_is_of_one_form(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world)
    token = visitor.fields("/e")["csrf_token"]
    assert visitor.send("/e/a", {"csrf_token": token}).status_code == 400


def test_leaving_by_the_bar_takes_the_form_along_and_needs_its_own_token(anna: Visitor) -> None:
    fields = {**anna.fields("/c/new"), "title": "A case"}
    other = anna.fields("/i/new")
    assert anna.send("/x/l", {**fields, "csrf_token": other["csrf_token"]}).status_code != 400, "kept, not done"
    assert anna.get("/c").status_code == 200
    assert anna.send("/x/l", fields).status_code == 303
    assert anna.get("/c").headers["Location"].startswith("/e/u")
