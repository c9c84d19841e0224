"""The pages of deleting for good: what is said before, two desks, and an address that is as if it never was."""

import re
from dataclasses import replace

import pytest
from hrd_backups import keep_photo
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.incidents import Attacked
from hrd_cases.domain.notes import Note
from hrd_cases.services.deletion import holds
from hrd_cases.services.records import records
from hrd_cases.store.deletions import DeletionRow

GONE, NOT_MINE = "Deleted person", "Something not shared with you"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def desks(world: World) -> tuple[Browser, Browser]:
    return Browser(world, "anna"), Browser(world, "lana")


def test_from_asking_to_the_last_page_of_a_case(sqlite_world: World) -> None:
    anna, lana = desks(sqlite_world)
    case, person = sqlite_world.strike.case, sqlite_world.strike.person
    where = f"/z/c/{case}/{case}"
    assert where in anna.get(f"/c/{case}").text
    page = text(anna.get(where).text)
    for wording in ("Lana Person, Luka Person", "no card and no administrator", "Entries of the log"):
        assert wording in page, wording
    assert "Backups made by the server operator may still contain it" in page
    assert "Your decision" not in page
    assert re.search(r"\d+ records, with their earlier versions", page)
    empty = anna.post(where, reason=" ")
    assert (empty.status_code, "Give the reason" in empty.text) == (422, True)
    assert anna.post(where, reason="The family <b>asked</b>").status_code == 303
    assert "the request is on their desk" in text(anna.get(where).text)
    assert where in lana.get("/d").text
    assert "You are asked to confirm or refuse" in lana.get("/z").text
    request = lana.get(where).text
    assert "The family &lt;b&gt;asked&lt;/b&gt;" in request
    assert "Anna Person asked for this on" in text(request)
    assert lana.post(f"{where}/y").status_code == 422
    assert anna.post(f"{where}/y", sure="yes").status_code == 422
    gone = lana.post(f"{where}/y", sure="yes")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/c")
    assert "Deleted for good" in lana.get("/c").text
    for browser in (anna, lana):
        for path in (f"/c/{case}", f"/c/{case}/team", where, f"/z/h/{case}", f"/p/{person}", f"/c/{case}/r/{case}"):
            answer, never = browser.get(path), browser.get(path.replace(case, "e" * 32).replace(person, "e" * 32))
            assert (answer.status_code, answer.data) == (404, never.data), path
        for path in ("/d", "/c", "/p", "/h", "/s", "/z", "/i"):
            visited = browser.get(path)
            assert visited.status_code == 200
            assert case not in visited.text


def test_a_record_a_person_and_a_call_have_the_way_there(sqlite_world: World) -> None:
    anna, lana = desks(sqlite_world)
    ids = sqlite_world.strike
    for path, where in (
        (f"/c/{ids.case}/r/{ids.records['letter']}", f"/z/c/{ids.case}/{ids.records['letter']}"),
        (f"/p/{ids.person}", f"/z/p/{ids.person}"),
        (f"/i/{ids.call}", f"/z/c/{ids.call_vault}/{ids.call_vault}"),
    ):
        assert where in anna.get(path).text
        assert anna.get(where).status_code == 200
        assert anna.post(where, reason="It was wrong").status_code == 303
    where = f"/z/c/{ids.case}/{ids.records['letter']}"
    assert lana.post(f"{where}/n").status_code == 303
    assert "Refused. Nothing was deleted" in lana.get(where).text
    assert lana.post(f"/z/p/{ids.person}/y", sure="yes").headers["Location"] == "/p"
    assert lana.get(f"/p/{ids.person}").status_code == 404
    for path in (f"/c/{ids.case}", f"/c/{ids.case}/s", f"/c/{ids.case}/r/{ids.records['incident']}", "/d", "/h"):
        assert lana.get(path).status_code == 200, path


def test_a_deleted_person_is_called_so_where_others_are_not_the_readers(sqlite_world: World) -> None:
    anna, lana = desks(sqlite_world)
    ids = sqlite_world.strike
    record = f"/c/{ids.case}/r/"
    pages = [f"/c/{ids.case}/s", record + ids.records["consent"], record + ids.records["incident"]]
    forms = [f"{record}{ids.records[code]}/e" for code in ("consent", "incident")]
    for path in (*pages, *forms):
        assert GONE not in anna.get(path).text
    assert anna.post(f"/z/p/{ids.person}", reason="They asked for it").status_code == 303
    assert lana.post(f"/z/p/{ids.person}/y", sure="yes").status_code == 303
    for path in pages:
        for reader in (anna, lana):
            page = reader.get(path).text
            assert GONE in page, path
            assert NOT_MINE not in page, path
            assert f"/p/{ids.person}" not in page, path
    for path in forms:
        page = anna.get(path)
        assert page.status_code == 200
        assert GONE in page.text, path


def test_a_planted_deletion_makes_nobody_a_deleted_person(sqlite_world: World) -> None:
    """A row that two people did not sign says nothing, and what is another's stays so."""
    ids = sqlite_world.strike
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, ids.case, ids.records["incident"])
        changed = replace(stored.value, attacked=(Attacked(person=sqlite_world.own.person),))
        records.save(ctx, ids.case, stored.id, changed, stored.versions)
        planted = {"asked": b"x", "asked_signature": b"x", "confirmed_by": "00" * 32, "confirmed_signature": b"x"}
        ctx.work.deletions.add(DeletionRow(vault_id=sqlite_world.own.person, day=ctx.today, **planted))
    page = Browser(sqlite_world, "anna").get(f"/c/{ids.case}/r/{ids.records['incident']}").text
    assert NOT_MINE in page
    assert GONE not in page


def test_an_incident_may_be_taken_out_of_the_trends_too(sqlite_world: World) -> None:
    anna, lana = desks(sqlite_world)
    ids = sqlite_world.strike
    where = f"/z/c/{ids.case}/{ids.records['incident']}"
    assert "was counted twice" in anna.get(where).text
    with sqlite_world.runtime.database.reading() as work:
        before = len(work.connection.exec_driver_sql("SELECT id FROM trend_facts").all())
    anna.post(where, reason="Entered twice", uncount="yes")
    assert lana.post(f"{where}/y", sure="yes").status_code == 303
    with sqlite_world.runtime.database.reading() as work:
        assert len(work.connection.exec_driver_sql("SELECT id FROM trend_facts").all()) == before + 1


def test_a_legal_hold_from_placing_to_lifting(sqlite_world: World) -> None:
    anna, lana = desks(sqlite_world)
    case = sqlite_world.strike.case
    where = f"/z/h/{case}"
    assert "This case is not under a legal hold" in anna.get(where).text
    assert anna.post(where, reason="").status_code == 422
    assert anna.post(where, reason="A court order of May").status_code == 303
    refused = anna.post(f"/z/c/{case}/{case}", reason="x")
    assert refused.status_code == 422
    assert "A court order of May" in refused.text
    with sqlite_world.reading("anna") as ctx:
        hold = holds.view(ctx, case).standing[0].id
    assert anna.post(f"{where}/{hold}/y", reason="Over").status_code == 303
    assert anna.post(f"{where}/{hold}/y").status_code == 422
    assert "asks to lift it" in lana.get(where).text
    assert lana.post(f"{where}/{hold}/y").status_code == 303
    assert "Lifted on" in lana.get(where).text


def test_an_administrator_sets_how_long_things_are_kept(sqlite_world: World) -> None:
    admin = Browser(sqlite_world, "admin")
    assert "/z/k" in admin.get("/a").text
    page = admin.get("/z/k").text
    assert "this is a proposal" in page
    assert "not verified" in page
    wrong = admin.post("/z/k", call="soon", closed_case="5")
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    assert wrong.text.count("has-error") == 1
    assert 'id="f-call"' in wrong.text.split("has-error")[1].split("</div>")[0]
    assert admin.post("/z/k", call="6", closed_case="10").status_code == 303
    page = admin.get("/z/k").text
    assert 'value="6"' in page
    assert "this is a proposal" not in page


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_word_is_there_in_every_language(sqlite_world: World, language: str) -> None:
    anna, _ = desks(sqlite_world)
    ids = sqlite_world.strike
    anna.headers["Cookie"] = anna.headers["Cookie"].replace("__Host-g=en", f"__Host-g={language}")
    for path in (f"/z/c/{ids.case}/{ids.case}", f"/z/h/{ids.case}", "/z"):
        page = anna.get(path)
        assert page.status_code == 200
        main = text(page.text.partition("<main")[2])
        assert not re.search(r"\b(the|it|nothing|delete|legal)\b", main.replace("hrd", "")), path


@pytest.mark.parametrize("kind", ["note", "evidence"])
def test_a_link_to_a_record_that_was_deleted_says_so_to_who_may_open_its_case(sqlite_world: World, kind: str) -> None:
    world, case, record = sqlite_world, sqlite_world.strike.case, ""
    if kind == "note":
        with world.writing("anna") as ctx:
            record = records.create(ctx, case, Note(subject="Тайная заметка"))
    else:
        record = keep_photo(world)
    paths = [f"/c/{case}/r/{record}", f"/c/{case}/r/{record}/e", f"/z/c/{case}/{record}"]
    paths += [f"/f/{case}/{record}"] if kind == "evidence" else []
    for path in paths[:1]:
        assert Browser(world, "anna").get(path).status_code in (200, 303), path
    anna, lana = desks(world)
    assert anna.post(paths[2], reason="The family asked").status_code == 303
    assert lana.post(f"{paths[2]}/y", sure="yes").status_code == 303
    for browser in (anna, lana):
        for path in paths:
            gone = browser.get(path)
            assert gone.status_code == 410, path
            assert "Asked for by Anna Person Confirmed by Lana Person" in text(gone.text)
            assert "Тайная" not in gone.text
    outsider = Browser(world, "outsider")
    for path in paths:
        answer, never = outsider.get(path), outsider.get(path.replace(record, "e" * 32))
        assert (answer.status_code, answer.data) == (404, never.data), path
    assert anna.get(f"/c/{case}/r/{'e' * 32}").status_code == 404
