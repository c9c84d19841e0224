"""A form is used up by its first sending, and what was typed into it is never lost: on every page that has one."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hrd_forms import PEOPLE, Found, answered, found
from hrd_pages import Visitor, forms
from hrd_visits import Restorable
from hrd_world import World
from sqlalchemy import func, select

from hrd_cases.domain.errors import Busy
from hrd_cases.services.casework import calls
from hrd_cases.services.signin import saved_drafts
from hrd_cases.store.forms import MOST_FORMS
from hrd_cases.store.tables import metadata
from hrd_cases.web.kernel import handling

COUNTED = ("records", "record_history", "headers", "grants", "memberships", "invitations", "vaults", "deletions")
IN_THE_BAR = {"csrf_token", "text"}  # the fields of the search on every page
CALL_PARTS = ("core", "identity", "source")
CALL = {"what": "Fired after a petition", "when": "2017", "who": "Brigade leader", "reach": "after eight"}


def counts(world: World) -> dict[str, int]:
    """How many rows the tables of people's work have."""
    with world.runtime.database.reading() as work:
        tables = {name: metadata.tables[name] for name in COUNTED}
        return {
            name: work.connection.scalar(select(func.count()).select_from(item)) or 0 for name, item in tables.items()
        }


def all_forms(world: World) -> list[Found]:
    return [item for name in PEOPLE for item in found(Visitor(world).enter(name), world, name)]


def was(page: str) -> str:
    return re.findall(r'name="_was" value="([^"]+)"', page)[0]


def test_every_form_of_every_page_can_be_sent_once_only(sqlite_world: World) -> None:
    met = all_forms(sqlite_world)
    endpoints = {item.endpoint for item in met}
    assert {"records.create", "records.save", "calls.take", "team.share", "evidence.take", "deleting.ask"} <= endpoints
    assert len(endpoints) > 45
    for entry in met:
        if entry.fields.keys() == IN_THE_BAR:  # it keeps nothing, and pages for outsiders stay equal to the byte
            continue
        with Visitor(sqlite_world).app.app_context():
            token, *others = entry.fields.get("_keep", [""])
            text = saved_drafts.origin(sqlite_world.runtime, token, sqlite_world.now)
            assert text is not None, entry
            assert text.form == entry.action, entry
            assert text.user == sqlite_world.user(entry.person), entry
        assert len({*others, token}) == len(others) + 1, "each form has a number of its own"


def test_sending_any_form_a_second_time_changes_nothing_and_opens_what_the_first_made(
    make_world: Callable[[str], World],
) -> None:
    world, sent_twice = make_world("sqlite"), set[str]()  # a file is what can be put back
    met = {(all_form.endpoint, all_form.action.rpartition("/")[2]): all_form for all_form in all_forms(world)}
    database = Restorable(world)
    for item in met.values():
        if item.endpoint in handling.DEFERRED or item.endpoint in handling.LOOKING:
            continue
        database.put_back()
        visitor = Visitor(world).enter(item.person)
        fields = {**answered(item.fields), "_keep": item.fields["_keep"][:1]}
        first = visitor.send(item.action, fields)
        if first.status_code != 303:
            continue
        between = counts(world)
        second = visitor.send(item.action, fields)
        assert (second.status_code, second.headers.get("Location")) == (303, first.headers["Location"]), item
        assert counts(world) == between, item
        sent_twice.add(item.endpoint)
    database.put_back()
    assert {
        "calls.take",
        "calls.split",
        "records.create",
        "records.save",
        "cases.create",
        "people.create",
    } <= sent_twice
    assert {"deleting.ask", "cases.save", "companies.create", "hearings.adjourn_to"} <= sent_twice
    assert len(sent_twice) > 20, sorted(sent_twice)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_sendings_at_the_same_instant_make_one_call(world_on: Callable[[str], World], kind: str) -> None:
    world = world_on(kind)
    visitors = [Visitor(world).enter("anna") for _ in range(4)]
    fields = {**visitors[0].fields("/i/new"), **CALL}
    before = counts(world)["records"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda visitor: visitor.send("/i/new", fields), visitors))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    created = counts(world)["records"] - before
    assert created == len(CALL_PARTS)


def test_a_one_time_code_asked_for_twice_is_made_once_and_not_shown_again(sqlite_world: World) -> None:
    founder = Visitor(sqlite_world).enter("founder")
    fields = {**founder.fields("/a", "/a/i"), "roles": ["caseworker"]}
    before = counts(sqlite_world)["invitations"]
    first = founder.send("/a/i", fields)
    code = re.findall(r"<code>([a-z2-7-]{19})</code>", first.text)
    second = founder.send("/a/i", fields)
    visible = founder.get(second.headers["Location"])
    assert counts(sqlite_world)["invitations"] == before + 1
    assert "has already made a code" in visible.text
    assert len(code) == 1
    assert code[0] not in visible.text
    assert founder.fill("/a", "/a/i", roles=["caseworker"]).status_code == 200
    assert counts(sqlite_world)["invitations"] == before + 2


def test_an_edit_sent_again_is_no_conflict_with_oneself(sqlite_world: World, anna: Visitor) -> None:
    page = f"/c/{sqlite_world.strike.case}/c"
    fields = {**anna.fields(page), "title": "Strike, once more"}
    first, second = anna.send(page, fields), anna.send(page, fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]


def test_another_text_in_a_used_form_is_neither_saved_nor_lost(anna: Visitor) -> None:
    fields = {**anna.fields("/i/new"), **CALL}
    created = anna.send("/i/new", fields).headers["Location"]
    answer = anna.send("/i/new", {**fields, "what": "A second page of notes, quite another"})
    assert answer.status_code == 409
    assert f'href="{created}"' in answer.text
    again = forms(answer)["/i/new"]
    assert again["what"] == ["A second page of notes, quite another"]
    saved = anna.send("/i/new", again)
    assert saved.status_code == 303
    assert saved.headers["Location"] != created


def test_a_form_made_for_somebody_else_uses_up_nothing(sqlite_world: World, anna: Visitor) -> None:
    lana = Visitor(sqlite_world).enter("lana")
    fields = {**anna.fields("/i/new"), **CALL}
    theirs = {**fields, "csrf_token": lana.fields("/i/new")["csrf_token"]}
    first, second = lana.send("/i/new", theirs), anna.send("/i/new", fields)
    assert first.headers["Location"] != second.headers["Location"]


def test_sent_again_after_the_session_was_locked_it_opens_what_the_first_sending_made(
    sqlite_world: World, anna: Visitor
) -> None:
    fields = {**anna.fields("/i/new"), **CALL}
    created = anna.send("/i/new", fields).headers["Location"]
    anna.fill("/c", "/x/l")
    assert "m=b" in anna.send("/i/new", fields).headers["Location"]
    anna.fill("/e/u", passphrase=sqlite_world.people["anna"].passphrase)
    restore = anna.get("/m").text.split('href="/m/k/')[1].split('"')[0]
    assert anna.get(f"/m/k/{restore}").headers["Location"] == created
    assert 'href="/m/k/' not in anna.get("/m").text


def looked_up(visitor: Visitor, page: str, action: str, to: str, **typed: Any) -> str:
    """Type, go on by the bar; the address of the kept form."""
    opened = visitor.get(page)
    fields = {**forms(opened)[action], **typed, "_was": was(opened.text)}
    answer = visitor.send(f"/m/n?to={to}", fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, to)
    line = re.findall(r'Your draft is saved\. <a href="([^"]+)"', visitor.get(to).text)
    assert len(line) == 1
    return str(line[0])


def test_looking_something_up_keeps_the_form_and_leads_back_to_it(anna: Visitor) -> None:
    way = looked_up(anna, "/i/new", "/i/new", "/c", **CALL)
    assert "Continue writing" in anna.get("/p").text, "the line stays on the pages that follow"
    page = anna.get(anna.get(way).headers["Location"])
    assert "Continue writing" not in page.text
    back = forms(page)["/i/new"]
    assert {name: back[name] for name in CALL} == {name: [text] for name, text in CALL.items()}
    saved = anna.send("/i/new", back)
    assert saved.status_code == 303
    assert "Continue writing" not in anna.get("/c").text
    assert 'href="/m/k/' not in anna.get("/m").text


def test_a_form_nobody_touched_is_not_kept(anna: Visitor) -> None:
    for page in ("/i/new", "/c/new"):
        opened = anna.get(page)
        answer = anna.send("/m/n?to=/c", {**forms(opened)[page], "_was": was(opened.text)})
        assert answer.headers["Location"] == "/c"
    assert "Your draft is saved" not in anna.get("/c").text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/nowhere", "/c?next=//evil", "a:1", ""])
def test_a_kept_form_leads_nowhere_but_to_ourselves(anna: Visitor, to: str) -> None:
    answer = anna.send(f"/m/n?to={to}", {**anna.fields("/i/new"), **CALL})
    assert answer.headers["Location"] == "/"


def test_the_ways_out_of_a_page_with_a_form_are_buttons_of_that_form(sqlite_world: World, anna: Visitor) -> None:
    as_text = ' formenctype="application/x-www-form-urlencoded"'  # files of a form stay here
    for path, kind in (("/i/new", ">"), (f"/c/{sqlite_world.strike.case}/e/new", as_text)):
        page = anna.get(path).text
        assert ('enctype="multipart/form-data"' in page) is (kind == as_text)
        head = page.partition("<main")[0] + page.partition("</main>")[2]
        assert not re.findall(r'<a href="/(?!/)[^"]*"', head.replace('href="/static', "")), "links would lose the text"
        for way in ("/m/n?to=/p", "/m/n?to=/y/ru", "/x/l"):
            assert f'formaction="{way}"{kind}' in page.replace(' lang="ru">', ">"), (path, way)
        for way in ("/x", "/x/q"):
            assert f'formaction="{way}"{kind.removesuffix(">")}' in page, (path, way)
    assert 'href="/c"' in anna.get("/d").text


def test_forms_of_no_record_are_kept_and_filled_again(sqlite_world: World, anna: Visitor) -> None:
    hold = f"/z/h/{sqlite_world.strike.case}"
    way = looked_up(anna, hold, hold, "/d", reason="The prosecutor may ask for this case")
    page = anna.get(anna.get(way).headers["Location"])
    assert forms(page)[hold]["reason"] == ["The prosecutor may ask for this case"]
    assert anna.send(hold, forms(page)[hold]).status_code == 303
    assert "Continue writing" not in anna.get("/d").text


@pytest.mark.parametrize("way", ["/x/l", "/x", "/x/q"])
def test_leaving_keeps_what_was_being_written(sqlite_world: World, anna: Visitor, way: str) -> None:
    opened = anna.get("/i/new")
    anna.send(way, {**forms(opened)["/i/new"], **CALL, "_was": was(opened.text)})
    existing = sqlite_world.people["anna"]
    if way == "/x/l":
        anna.fill("/e/u", passphrase=existing.passphrase)
    else:
        anna.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    restore = anna.get("/m").text.split('href="/m/k/')[1].split('"')[0]
    page = anna.get(anna.get(f"/m/k/{restore}").headers["Location"])
    assert forms(page)["/i/new"]["what"] == [CALL["what"]]


def test_when_there_is_no_room_the_form_is_not_dropped_but_shown(
    sqlite_world: World, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MOST_FORMS):
        looked_up(anna, "/i/new", "/i/new", "/c", what=f"Call number {number} of today")
    answer = anna.send("/m/n?to=/c", {**anna.fields("/i/new"), **CALL})
    assert answer.status_code == 422
    assert "This draft cannot be saved" in answer.text
    assert forms(answer)["/i/new"]["what"] == [CALL["what"]]
    instead = anna.send("/m/n?to=/c", forms(answer)["/m/n?to=/c"] | {"_kept": _choice(answer.text)})
    assert instead.status_code == 303
    assert anna.get("/m").text.count("Open it again") == MOST_FORMS
    assert CALL["what"] in anna.get("/m").text
    monkeypatch.setattr(saved_drafts, "MOST_TEXT", 1_000_000)
    long = anna.send("/m/n?to=/c", {**anna.fields("/i/new"), "what": "words " * 180_000})
    assert long.status_code == 422
    assert "too long" in long.text


def _choice(page: str) -> str:
    return re.findall(r'name="_kept" value="([0-9a-f]{32})"', page)[0]


def test_an_old_page_after_log_in_shows_its_text_again(sqlite_world: World, anna: Visitor) -> None:
    old = {**anna.fields("/i/new"), **CALL}
    sqlite_world.now += timedelta(hours=13)
    existing = sqlite_world.people["anna"]
    anna.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    answer = anna.send("/i/new", old)
    assert answer.headers["Location"].startswith("/m/k/")
    page = anna.get(anna.get(answer.headers["Location"]).headers["Location"])
    assert forms(page)["/i/new"]["what"] == [CALL["what"]]
    assert CALL["what"] not in anna.get("/i").text


@pytest.mark.parametrize("how", ["busy", "fails", "gone"])
def test_a_refusal_that_has_no_form_of_its_own_gives_the_text_back(
    sqlite_world: World, anna: Visitor, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    fields = {**anna.fields("/i/new"), **CALL}
    real = calls.take

    def broken(*_args: object) -> str:
        raise {"busy": Busy, "fails": RuntimeError, "gone": RuntimeError}[how]

    monkeypatch.setattr(calls, "take", broken)
    answer = anna.send("/i/new", fields)
    assert answer.status_code == {"busy": 503, "fails": 500, "gone": 500}[how]
    again = forms(answer)["/i/new"]
    assert again["what"] == [CALL["what"]]
    assert again["_keep"] == fields["_keep"], "it is the same sending"
    monkeypatch.setattr(calls, "take", real)
    assert anna.send("/i/new", again).status_code == 303


def test_a_text_too_long_for_its_field_stands_in_the_form_again(anna: Visitor) -> None:
    text = ("word " * 500_000).rstrip()
    fields = {**anna.fields("/i/new"), **CALL, "what": text}
    answer = anna.send("/i/new", fields)
    assert answer.status_code == 422
    assert f"these are {len(text) - 150_000} too many" in answer.text
    again = forms(answer)["/i/new"]
    assert again["what"] == [text]
    assert anna.send("/i/new", {**again, "what": text[:150_000]}).status_code == 303


def test_the_longest_form_that_is_let_in_is_kept_when_the_session_ended(sqlite_world: World, anna: Visitor) -> None:
    text = ("Рассказ свидетеля. " * 35_000).rstrip()  # four million bytes on their way
    fields = {**anna.fields("/i/new"), **CALL, "what": text}
    sqlite_world.now += timedelta(minutes=20)
    away = anna.send("/i/new", fields)
    assert away.headers["Location"].startswith("/e/u?m=b"), away.headers["Location"]
    anna.fill("/e/u", passphrase=sqlite_world.people["anna"].passphrase)
    kept_form = next(iter(re.findall(r"/m/k/([0-9a-f]{32})", anna.get("/m").text)))
    assert text in anna.get(f"/m/k/{kept_form}/t").text


def test_a_record_that_is_gone_gives_the_text_back(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    typed = {**anna.fields(f"/c/{case}/n/new"), "title": "Words that took an evening"}
    gone = f"/c/{'0' * 32}/n/new"
    answer = anna.send(gone, {**typed, "csrf_token": sqlite_world.session("anna").csrf(gone)})
    assert answer.status_code == 404
    assert "Words that took an evening" in answer.text
