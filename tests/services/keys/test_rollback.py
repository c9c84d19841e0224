"""What pages name when somebody wrote to the database without a key, and what tells when all of it was put back.

Catalogue of attacks 27.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hrd_failing import broken_off
from hrd_visits import Site
from hrd_world import World
from sqlalchemy import delete, update

from hrd_cases.domain.errors import Forbidden, LogRefused, NotFound, RuleBroken
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.casework import cases, people
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.keys import integrity
from hrd_cases.services.records import records
from hrd_cases.store import tables
from hrd_cases.store.doubts import MISSING, OLD, PUT_BACK

TITLE = "text of incident.title"


@pytest.fixture
def changed(world: World) -> World:
    """The strike case, in which the incident has a second version."""
    _change(world, "Second version")
    return world


def _change(world: World, title: str, **coded: object) -> None:
    ids = world.strike
    with world.writing("anna") as ctx:
        stored = records.read(ctx, ids.case, ids.records["incident"])
        value = type(stored.value)(**{**vars(stored.value), "title": title, **coded})
        records.save(ctx, ids.case, stored.id, value, stored.versions)


def _put_back_first_version(world: World) -> None:
    here = {"id": world.strike.records["incident"], "compartment": "identity"}
    with world.runtime.database.writing() as work:
        old = work.connection.execute(tables.record_history.select().filter_by(**here, version=1)).one()
        values = {"version": 1, "body_sealed": old.body_sealed}
        work.connection.execute(update(tables.records).filter_by(**here).values(**values))


def _refusals(world: World) -> list[tuple[str, str]]:
    with world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, LogFilter(klass="refused")).items
    return [(line.vault, line.record) for line in lines if line.act == "changed outside the program"]


def test_an_earlier_version_put_back_is_named_not_shown_and_in_the_log(changed: World) -> None:
    ids = changed.strike
    _put_back_first_version(changed)
    with changed.reading("anna") as ctx:
        visited = cases.overview(ctx, ids.case)
        stored = records.read(ctx, ids.case, ids.records["incident"])
    assert {(doubt.record, doubt.compartment, doubt.what) for doubt in visited.doubts} == {
        (ids.records["incident"], "identity", OLD)
    }
    assert visited.may_accept
    assert len(visited.timeline) > 3
    assert stored.broken == {"identity"}
    assert stored.value.title == ""
    assert _refusals(changed) == [(ids.case, ids.records["incident"])]
    with pytest.raises(RuleBroken):
        _change(changed, "third")


def test_the_page_says_in_plain_words_what_happened_and_its_lead_can_go_on(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.strike
    site, anna = Site(world), world.session("anna")
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.records).filter_by(id=ids.records["note"]))
    page = site.visit(anna, "GET", f"/c/{ids.case}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "removed from the database" in page.text
    assert page.text.count(f"<code>{ids.records['note'][:8]}</code>") == 1, "once, with all its parts"
    record = site.visit(anna, "GET", f"/c/{ids.case}/r/{ids.records['note']}", headers={"Accept-Language": "en"})
    assert record.status_code == 200
    assert "removed from the database" in record.text
    with world.writing("anna") as ctx:
        integrity.accept(ctx, ids.case)
    page = site.visit(anna, "GET", f"/c/{ids.case}", headers={"Accept-Language": "en"})
    assert "removed from the database" not in page.text


def test_going_on_is_for_who_leads_and_only_when_something_is_wrong(sqlite_world: World) -> None:
    case = sqlite_world.strike.case
    with pytest.raises(NotFound), sqlite_world.writing("anna") as ctx:
        integrity.accept(ctx, case)
    with sqlite_world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.manifests).filter_by(vault_id=case))
    with pytest.raises(Forbidden), sqlite_world.writing("luka") as ctx:
        integrity.accept(ctx, case)


def test_a_whole_case_put_back_is_named_by_what_the_log_knows(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.strike
    saved = (tables.records, tables.digests, tables.text_packs, tables.record_history, tables.manifests)
    with world.runtime.database.reading() as work:
        before = {item: work.connection.execute(item.select().filter_by(vault_id=ids.case)).all() for item in saved}
    _change(world, "Second version", unit="group")
    with world.runtime.database.writing() as work:
        for table, rows in before.items():
            work.connection.execute(delete(table).filter_by(vault_id=ids.case))
            work.connection.execute(table.insert(), [dict(row._mapping) for row in rows])
    with world.reading("lana") as ctx:
        visited = cases.overview(ctx, ids.case)
    result = {(doubt.record, doubt.compartment, doubt.what) for doubt in visited.doubts}
    assert result == {("", "core", PUT_BACK), ("", "identity", PUT_BACK)}


def test_a_person_of_whom_a_part_was_taken_out_is_named(sqlite_world: World) -> None:
    world, person = sqlite_world, sqlite_world.strike.person
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.records).filter_by(id=person, compartment="protection"))
    with world.reading("anna") as ctx:
        assert {(doubt.compartment, doubt.what) for doubt in people.view(ctx, person).person.doubts} == {
            ("protection", MISSING)
        }


def test_the_whole_database_put_back_stops_work(make_world: Callable[[str], World]) -> None:
    """The bundles went back with it; what the server keeps in its folder, and paper, did not."""
    world = make_world("sqlite")
    file = Path(world.url.removeprefix("sqlite:///"))
    world.sign_in("anna")
    world.runtime.database.settle()
    shutil.copyfile(file, file.with_suffix(".old"))
    _change(world, "Second version")
    with world.reading("auditor") as ctx:
        paper = checkpoints.note(ctx)
    assert "log_changed" not in world.sign_in("anna").row.messages
    world.runtime.database.settle()
    world.runtime.database.close()
    shutil.copyfile(file.with_suffix(".old"), file)
    again = world.restarted()
    for name in ("anna", "lana"):
        with pytest.raises(LogRefused):
            again.sign_in(name)
    assert paper.splitlines()[0] == checkpoints.origin(again.runtime)
    again.close()


@pytest.mark.parametrize("name", ["manifest.before_settle", "manifest.after_state"])
def test_a_save_that_dies_at_the_list_is_wholly_undone(world: World, name: str) -> None:
    world.session("anna")
    with broken_off(name):
        _change(world, "never")
    with world.reading("anna") as ctx:
        assert cases.overview(ctx, world.strike.case).doubts == ()
        stored = records.read(ctx, world.strike.case, world.strike.records["incident"])
    assert stored.versions["identity"] == 1
    _change(world, "afterwards")
