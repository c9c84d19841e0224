"""Deleting for good: by two, said before, wholly, and nothing of it left anywhere that is ours. Catalogue 14."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_at_rest import bytes_at_rest
from hrd_backups import PHOTO, keep_photo
from hrd_failpoints import DELETION
from hrd_filled import filled
from hrd_whole import log_verifies
from hrd_world import CaseIds, World, expire
from sqlalchemy import select

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.casework import cases, people
from hrd_cases.services.deletion import deleting, erasing
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.store import failpoints
from hrd_cases.store.tables import metadata


def whole(case: str) -> DeletionTarget:
    return DeletionTarget(vault=case)


def ask(world: World, target: DeletionTarget, name: str = "anna") -> None:
    with world.writing(name) as ctx:
        deleting.ask(ctx, target, "The family asked for it")


def confirm(world: World, target: DeletionTarget, name: str = "lana") -> None:
    session = world.session(name)
    with world.writing(name) as ctx:
        files = deleting.confirm(ctx, target, sure=True)
    erasing.finish(world.runtime, session, world.now, files)


def sealed_of(world: World, vault: str) -> list[bytes]:
    """Every blob and wrap that any table keeps for a vault, as a thief would look for it."""
    result: list[bytes] = []
    with world.runtime.database.reading() as work:
        for table in metadata.sorted_tables:
            by_name = [key.parent for key in table.foreign_keys if key.column.table.name == "vaults"]
            for column in by_name if table.name != "headers" else ():
                for row in work.connection.execute(select(table).where(column == vault)):
                    result += [value for value in row if isinstance(value, bytes) and len(value) > 40]
    return result


def test_a_case_is_deleted_by_two_and_nothing_of_it_is_left_in_any_file(world: World) -> None:
    case = world.strike
    for number in range(3):
        keep_photo(world, PHOTO + bytes([number]))
    sealed = sealed_of(world, case.case) + sealed_of(world, case.person)
    assert len(sealed) > 100
    blobs = set(world.runtime.blobs.ids())
    assert blobs
    for blob in blobs:
        world.runtime.blobs.previews.put(blob, b"sealed pictures")
    world.runtime.database.settle()
    everything = bytes_at_rest(world)
    short = [item for item in sealed[:50] if len(item) < 400]
    assert short
    assert all(item in everything for item in short), "the scan sees what is there"
    ask(world, whole(case.case))
    confirm(world, whole(case.case))
    after = bytes_at_rest(world)
    # Long values are split over pages: a piece from the middle of each is looked for as well.
    assert [item for item in sealed if item in after or item[len(item) // 2 :][:24] in after] == []
    assert set(world.runtime.blobs.ids()).isdisjoint(blobs)
    assert not list((world.folder / "evidence").rglob("*" + next(iter(blobs))))


def test_no_table_names_a_deleted_case_and_every_page_answers_as_if_it_never_was(world: World) -> None:
    case = world.strike
    ask(world, whole(case.case))
    confirm(world, whole(case.case))
    naming: dict[str, set[str]] = {case.case: set(), case.person: set()}
    with world.runtime.database.reading() as work:
        for column in (column for table in metadata.sorted_tables for column in table.columns):
            for vault, places in naming.items() if str(column.type).startswith("VARCHAR") else ():
                if work.connection.execute(select(column.table).where(column == vault)).first():
                    places.add(f"{column.table.name}.{column.name}")
        parts = {row.compartment for row in work.keys.headers_of([case.case])}
    # What proves who might delete it stays: the statement, and the lists of who led the case.
    assert naming == {case.case: {"deletions.vault_id", "headers.vault_id", "vaults.id"}, case.person: set()}
    assert parts == {CORE, IDENTITY}
    for name in ("anna", "lana", "luka", "external"):
        for vault in (case.case, "0" * 32):
            with pytest.raises(NotFound), world.reading(name) as ctx:
                cases.overview(ctx, vault)
        with pytest.raises(NotFound), world.reading(name) as ctx:
            people.view(ctx, case.person)
        with world.reading(name) as ctx:
            assert case.case not in cases.titles(ctx)


def test_nobody_deletes_alone_and_only_who_leads_asks_or_confirms(sqlite_world: World) -> None:
    world = sqlite_world
    target = whole(world.strike.case)
    for name in ("luka", "external"):
        with pytest.raises(Forbidden):
            ask(world, target, name)
    for name in ("outsider", "admin", "auditor"):
        with pytest.raises((NotFound, Forbidden)):
            ask(world, target, name)
    with pytest.raises(NotFound):
        confirm(world, target, "lana")
    ask(world, target)
    for name in ("luka", "external"):
        with pytest.raises(Forbidden):
            confirm(world, target, name)
    with pytest.raises(RuleBroken, match="yourself"):
        confirm(world, target, "anna")
    with pytest.raises(RuleBroken, match="Tick"), world.writing("lana") as ctx:
        deleting.confirm(ctx, target, sure=False)
    with world.reading("anna") as ctx:
        assert cases.overview(ctx, target.vault).case.broken == frozenset()


def test_whoever_leads_may_refuse_and_what_was_asked_leaves_no_trace_in_the_case(sqlite_world: World) -> None:
    world = sqlite_world
    target = whole(world.strike.case)
    ask(world, target)
    with world.reading("lana") as ctx:
        waiting = deleting.waiting(ctx, ctx.work.records.cards([deleting._around(ctx, target)[0]]), {})
        assert [(line.target, line.mine) for line in waiting] == [(target, False)]
    with pytest.raises(RuleBroken, match="already"):
        ask(world, target, "lana")
    with world.writing("lana") as ctx:
        deleting.refuse(ctx, target)
    with pytest.raises(NotFound):
        confirm(world, target, "lana")
    with world.reading("anna") as ctx:
        assert deleting.view(ctx, target).request is None


def test_what_was_asked_and_refused_is_in_no_file_any_more(world: World) -> None:
    target = whole(world.strike.case)
    before = set(sealed_of(world, target.vault))
    ask(world, target)
    request = set(sealed_of(world, target.vault)) - before
    assert request
    here = bytes_at_rest(world)
    assert any(item in here for item in request), "the scan sees what is there"
    with world.writing("lana") as ctx:
        deleting.refuse(ctx, target)
    left = request.intersection(
        sealed_of(world, target.vault)
    )  # that somebody asked stands in the list of who opened it
    assert left < request
    after = bytes_at_rest(world)
    assert [item for item in request - left if item in after] == []


def test_what_is_lost_and_what_stays_is_said_before_in_numbers_and_names(sqlite_world: World) -> None:
    world = sqlite_world
    case = world.strike
    keep_photo(world)
    with world.reading("anna") as ctx:
        before = ctx.work.records.count(case.case)
        view = deleting.view(ctx, whole(case.case))
    assert (view.kind, view.loss.files, view.loss.papers) == ("case", 1, 0)
    assert view.loss.records == before + 2  # and the person, who is in no other case, with what they answered
    assert view.loss.team == ("External Person", "Lana Person", "Luka Person")
    assert len(view.loss.alone) == 1
    assert view.loss.staying == ()
    assert view.second
    assert view.backups_until is None
    with world.reading("outsider") as ctx:
        assert not deleting.view(ctx, whole(world.own.case)).second


def test_a_person_of_another_case_stays_whole_and_is_taken_out_of_the_deleted_one(world: World) -> None:
    case = world.strike
    with world.writing("anna") as ctx:
        other = cases.create(ctx, filled("case", write=lambda name: f"another: {name}"))
    with world.writing("anna") as ctx:
        sharing.share(ctx, other, world.user("outsider"), "full")
    with world.writing("anna") as ctx:
        people.link(ctx, case.person, other)
    with world.reading("anna") as ctx:
        before = people.read(ctx, case.person).value
        view = deleting.view(ctx, whole(case.case))
        assert (len(view.loss.alone), len(view.loss.staying)) == (0, 1)
    ask(world, whole(case.case))
    confirm(world, whole(case.case))
    for name in ("anna", "outsider"):
        with world.reading(name) as ctx:
            visited = people.view(ctx, case.person)
            assert (visited.person.broken, visited.person.unproven, visited.person.doubts) == (
                frozenset(),
                frozenset(),
                (),
            )
            assert visited.person.value == before
            assert [item for item, _ in visited.cases] == [other]
    with world.writing("outsider") as ctx:
        stored = people.read(ctx, case.person)
        people.save(ctx, case.person, replace(stored.value, organisation="the union"), stored.versions)
    with world.reading("anna") as ctx:
        assert people.read(ctx, case.person).value.organisation == "the union"
    with pytest.raises(NotFound), world.reading("luka") as ctx:
        people.view(ctx, case.person)


def test_a_person_goes_from_every_case_and_the_cases_stay_whole(world: World) -> None:
    case = world.strike
    target = DeletionTarget(vault=case.person, kind="person")
    ask(world, target)
    with world.reading("lana") as ctx:
        view = deleting.view(ctx, target)
        assert view.request is not None
        assert (view.kind, view.request.mine, len(view.loss.cases)) == ("person", False, 1)
    confirm(world, target)
    with world.reading("lana") as ctx:
        visited = cases.overview(ctx, case.case)
        assert (visited.people, visited.broken) == ((), ())
        assert visited.case.value.people == ()
        for cards in visited.records.values():
            for card in cards:
                assert records.read(ctx, case.case, card.id).broken == frozenset()
    with pytest.raises(NotFound), world.reading("anna") as ctx:
        people.view(ctx, case.person)


def test_a_person_who_is_also_in_a_case_one_does_not_lead_is_not_deleted(sqlite_world: World) -> None:
    world = sqlite_world
    case = world.strike
    with world.writing("outsider") as ctx:
        other = cases.create(ctx, filled("case"))
    with world.writing("outsider") as ctx:
        sharing.share(ctx, other, world.user("anna"), "full")
    with world.writing("anna") as ctx:
        people.link(ctx, case.person, other)
    with pytest.raises(RuleBroken, match="do not lead"):
        ask(world, DeletionTarget(vault=case.person, kind="person"))


@pytest.mark.parametrize("code", ["incident", "evidence", "letter", "note"])
def test_one_record_goes_with_its_files_and_the_rest_of_the_case_stays(world: World, code: str) -> None:
    case = world.strike
    record = keep_photo(world) if code == "evidence" else case.records[code]
    target = DeletionTarget(vault=case.case, record=record)
    for blob in world.runtime.blobs.ids():
        world.runtime.blobs.previews.put(blob, b"sealed pictures")
    with world.reading("anna") as ctx:
        others = {card.id for card in ctx.work.records.cards([deleting._around(ctx, target)[0]])} - {record}
    ask(world, target)
    confirm(world, target)
    with pytest.raises(NotFound), world.reading("anna") as ctx:
        records.read(ctx, case.case, record)
    with world.reading("anna") as ctx:
        left = ctx.work.records.cards([deleting._around(ctx, target)[0]])
        assert {card.id for card in left} == others
        assert not any(card.broken or card.doubts for card in left)
        assert cases.overview(ctx, case.case).broken == ()
        assert ctx.work.files.of_vault(case.case) == []
    assert list(world.runtime.blobs.ids()) == []
    assert list(world.runtime.blobs.previews.ids()) == []


def test_the_keys_leave_everybodys_keyring_at_their_next_log_in(world: World) -> None:
    case, raw = world.strike, bytes.fromhex(world.strike.case)
    for name in ("anna", "luka"):
        with world.reading(name) as ctx:
            cases.overview(ctx, case.case)
    ask(world, whole(case.case))
    confirm(world, whole(case.case))
    with world.reading("lana") as ctx:
        assert ctx.ring is not None
        assert not ctx.ring.holds(raw), "who confirmed forgets at once"
    for name in ("anna", "luka"):
        with world.reading(name) as ctx:
            assert ctx.ring is not None
            assert ctx.ring.holds(raw), "a keyring is rewritten by nobody but its owner"
        with world.runtime.reading(world.sign_in(name), world.now) as ctx:
            assert ctx.ring is not None
            assert not ctx.ring.holds(raw)
            assert name == "luka" or cases.titles(ctx), "and nothing else"


def test_a_planted_deletion_makes_nobody_forget_anything(sqlite_world: World) -> None:
    world = sqlite_world
    case, other = world.strike, world.own
    ask(world, whole(case.case))
    confirm(world, whole(case.case))
    with world.runtime.database.writing() as work:
        row = work.deletions.all()[0]
        work.deletions.add(replace(row, vault_id=other.case))
    with world.runtime.reading(world.sign_in("outsider"), world.now) as ctx:
        assert cases.overview(ctx, other.case).broken == ()
        assert ctx.ring is not None
        assert ctx.ring.holds(bytes.fromhex(other.case))


def test_who_left_the_lead_meanwhile_has_asked_for_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    case = world.strike
    ask(world, whole(case.case))
    with world.writing("anna") as ctx:
        sharing.share(ctx, case.case, world.user("luka"), "lead")
    expire(world, case.case, ["anna"], by="lana")
    with world.writing("lana") as ctx:
        cases.renew_keys(ctx, case.case)
    with world.reading("lana") as ctx:
        view = deleting.view(ctx, whole(case.case))
        assert view.request is not None
        assert not view.request.right
    with pytest.raises(RuleBroken, match="altered"):
        confirm(world, whole(case.case))


def test_the_log_keeps_who_and_how_much_and_nothing_it_said(sqlite_world: World) -> None:
    world = sqlite_world
    ask(world, whole(world.strike.case))
    confirm(world, whole(world.strike.case))
    log_verifies(world)
    with world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, LogFilter(case=world.strike.case)).items
    (line,) = [line for line in lines if line.act == "delete for good"]
    text = dict(line.more)
    assert (line.name, text["asked_by"], text["files"]) == ("Lana Person", "Anna Person", "0")
    assert int(text["records"]) > 10
    assert "Strike" not in repr(lines)
    assert "family" not in repr(lines)


class Died(Exception):
    """The process ended here."""


@pytest.fixture
def dying() -> Iterator[list[str]]:
    """Names of failpoints at which the process ends."""
    at: list[str] = []

    def hook(name: str) -> None:
        if name in at:
            at.remove(name)
            raise Died

    failpoints.install(hook)
    yield at
    failpoints.remove(hook)


@pytest.mark.parametrize("name", [*DELETION, "work.before_commit", "work.after_commit", "log.after_rows"])
def test_ended_anywhere_a_case_is_wholly_there_or_wholly_gone(sqlite_world: World, dying: list[str], name: str) -> None:
    world = sqlite_world
    case = world.strike
    keep_photo(world)
    ask(world, whole(case.case))
    world.session("lana")
    dying.append(name)
    with pytest.raises(Died):
        confirm(world, whole(case.case))
    again = world.restarted()
    landed = name in ("deletion.before_files", "deletion.after_file", "deletion.after_keyring", "work.after_commit")
    if landed:
        _gone(again, case)
    else:
        with again.reading("anna") as ctx:
            visited = cases.overview(ctx, case.case)
            assert (visited.broken, visited.keys_due) == ((), False)
            assert people.view(ctx, case.person).person.broken == frozenset()
        confirm(again, whole(case.case))
        _gone(again, case)
    again.close()


def _gone(world: World, case: CaseIds) -> None:
    with pytest.raises(NotFound), world.reading("anna") as ctx:
        cases.overview(ctx, case.case)
    with world.runtime.database.reading() as work:
        assert work.keys.grants_of(case.case) == []
        assert work.records.count(case.case) == 0
        assert work.files.of_vault(case.case) == []
        existing = work.files.ids()
    world.runtime.blobs.sweep(existing, world.now + timedelta(days=400))
    assert list(world.runtime.blobs.ids()) == [], "it was the only file"
