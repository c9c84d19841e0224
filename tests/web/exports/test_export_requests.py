"""More records than one person exports alone leave once a second person has read what for, and agreed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hrd_pages import Visitor
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.export_requests import AGREED, ExportRequest
from hrd_cases.domain.notes import Task
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.exports import export_requests, export_size
from hrd_cases.services.records import records
from hrd_cases.services.team import letterhead

WHY = "Canary report to the board"


def alone(world: World, most: int | None) -> None:
    """Let one person export so many records."""
    with world.writing("admin") as ctx:
        stored = letterhead.read(ctx)
        letterhead.save(ctx, replace(stored.value, export_alone=most), stored.versions)


def tasks(world: World, count: int) -> None:
    with world.writing("anna") as ctx:
        for number in range(count):
            records.create(ctx, world.strike.case, Task(what=f"Task {number}"))


def exported(who: Visitor) -> TestResponse:
    return who.fill("/u", t="task", p="w", c=who.world.strike.case, purpose=WHY, x="csv")


def asked(world: World, who: Visitor) -> str:
    """The address of the request that an export became."""
    alone(world, 1)
    tasks(world, 3)
    answer = exported(who)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def taken(who: Visitor, address: str) -> TestResponse:
    return who.send(f"{address}/x", {**who.fields(address, f"{address}/x"), "x": "csv"})


def test_a_small_list_leaves_at_once_and_a_larger_one_waits(sqlite_world: World, anna: Visitor) -> None:
    tasks(sqlite_world, 3)
    assert exported(anna).status_code == 200, "the usual number is larger"
    address = asked(sqlite_world, anna)
    page = anna.get(address).text
    assert "Somebody else has to agree." in page
    assert WHY in page
    assert address in anna.get("/d").text


def test_the_second_person_reads_what_and_why_and_then_the_file_leaves(sqlite_world: World, anna: Visitor) -> None:
    address = asked(sqlite_world, anna)
    lana = Visitor(sqlite_world).enter("lana")
    assert address in lana.get("/d").text
    page = lana.get(address).text
    assert all(words in page for words in (WHY, "Tasks", "Agree: this may leave"))
    assert lana.send(f"{address}/y", lana.fields(address, f"{address}/y")).status_code == 303
    answer = taken(anna, address)
    assert answer.status_code == 200
    assert "Task 2" in answer.get_data().decode()


def test_who_asked_agrees_not_and_takes_nothing_before(sqlite_world: World, anna: Visitor) -> None:
    address = asked(sqlite_world, anna)
    record = address.rpartition("/")[2]
    assert f"{address}/y" not in anna.get(address).text
    with pytest.raises(RuleBroken, match="yourself"), sqlite_world.writing("anna") as ctx:
        export_requests.agree(ctx, record)
    with pytest.raises(RuleBroken, match="Nobody has agreed"), sqlite_world.reading("anna") as ctx:
        export_requests.taken(ctx, record)
    with sqlite_world.writing("lana") as ctx:
        export_requests.agree(ctx, record)
    with pytest.raises(RuleBroken, match="Only they"), sqlite_world.reading("lana") as ctx:
        export_requests.taken(ctx, record)


def test_a_request_is_changed_by_its_own_acts_alone(sqlite_world: World, anna: Visitor) -> None:
    record = asked(sqlite_world, anna).rpartition("/")[2]
    with sqlite_world.reading("anna") as ctx:
        stored = records.read(ctx, None, record, ExportRequest)
    with pytest.raises(NotFound), sqlite_world.writing("anna") as ctx:
        records.save(ctx, None, record, replace(stored.value, state=AGREED), stored.versions)


def test_more_records_than_agreed_to_are_asked_about_again(sqlite_world: World, anna: Visitor) -> None:
    address = asked(sqlite_world, anna)
    with sqlite_world.writing("lana") as ctx:
        export_requests.agree(ctx, address.rpartition("/")[2])
    tasks(sqlite_world, 1)
    answer = taken(anna, address)
    assert answer.status_code == 422
    assert "Ask again" in answer.text


def test_an_agreement_lasts_seven_days(sqlite_world: World, anna: Visitor) -> None:
    record = asked(sqlite_world, anna).rpartition("/")[2]
    with sqlite_world.writing("lana") as ctx:
        export_requests.agree(ctx, record)
    sqlite_world.now += timedelta(days=8)
    with pytest.raises(RuleBroken, match="seven days"), sqlite_world.reading("anna") as ctx:
        export_requests.taken(ctx, record)
    with sqlite_world.reading("lana") as ctx:
        assert export_requests.waiting(ctx) == ()


def test_a_whole_case_waits_too_and_the_log_names_the_second_person(sqlite_world: World, anna: Visitor) -> None:
    alone(sqlite_world, 1)
    answer = anna.fill(f"/u/c/{sqlite_world.strike.case}", p="g", purpose=WHY)
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    with sqlite_world.writing("lana") as ctx:
        export_requests.agree(ctx, address.rpartition("/")[2])
    noted: list[tuple[str, dict[str, object]]] = []
    enter = sqlite_world.runtime.enter

    def listen(work: Any, ctx: Any) -> object:
        noted.extend((note.act, dict(note.more)) for note in ctx.notes)
        return enter(work, ctx)

    sqlite_world.runtime.enter = listen
    sent = anna.send(f"{address}/x", anna.fields(address, f"{address}/x"))
    assert sent.status_code == 200
    assert sent.get_data().startswith(b"PK")
    logged = dict(noted)["export a case"]
    assert (logged["second"], logged["purpose"]) == (sqlite_world.user("lana"), WHY)
    with sqlite_world.reading("auditor") as ctx:
        acts = {line.act for line in audit_reader.entries(ctx, audit_reader.LogFilter()).items}
    assert {"ask that an export leaves", "agree that an export leaves", "export a case"} <= acts


def test_the_setting_stands_on_the_letterhead_and_is_careful_when_empty(sqlite_world: World) -> None:
    with sqlite_world.reading("anna") as ctx:
        assert export_size.most(ctx) == export_size.USUAL == 200
    admin = Visitor(sqlite_world).enter("admin")
    assert "How many records one person exports alone" in admin.get("/a/l").text
