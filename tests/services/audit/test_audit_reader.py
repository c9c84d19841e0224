"""The log as its readers see it: auditors the whole of it, a case's people who opened their case."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from hrd_world import NOW, World
from sqlalchemy import update

from hrd_cases.crypto.core.authorship import EntryBody
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.notes import Note
from hrd_cases.domain.vaults import CORE
from hrd_cases.services.access import access_log
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel import audit_messages
from hrd_cases.services.kernel.catalogues import catalogues
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.store import log_proof
from hrd_cases.store.tables import access_rows, log


def entries(world: World, **requested: object) -> list[audit_reader.LogLine]:
    with world.reading("auditor") as ctx:
        return list(audit_reader.entries(ctx, LogFilter(**requested)).items)  # type: ignore[arg-type]


def open_case(world: World, name: str) -> None:
    with world.reading(name) as ctx:
        cases.overview(ctx, world.strike.case)


def test_an_auditor_reads_who_did_what_when_and_never_what_a_case_is_called(world: World) -> None:
    open_case(world, "anna")
    line = next(line for line in entries(world) if line.act == "read a case")
    assert (line.name, line.user, line.vault) == ("Anna Person", world.user("anna"), world.strike.case)
    assert (line.at, line.day, line.klass, line.opened) == (NOW, NOW.date(), "read", True)
    assert "Strike" not in repr(entries(world))


def test_a_refused_look_is_in_the_log(sqlite_world: World) -> None:
    with pytest.raises(NotFound):
        open_case(sqlite_world, "outsider")
    (line, *_) = entries(sqlite_world, klass="refused", user=sqlite_world.user("outsider"))
    assert (line.act, line.vault, dict(line.more)["answer"]) == ("read a case", sqlite_world.strike.case, "NotFound")


def test_the_log_is_narrowed_by_day_class_person_and_case(sqlite_world: World) -> None:
    open_case(sqlite_world, "anna")
    open_case(sqlite_world, "lana")
    lana = sqlite_world.user("lana")
    assert {line.user for line in entries(sqlite_world, user=lana)} == {lana}
    assert {line.klass for line in entries(sqlite_world, klass="key")} == {"key"}
    of_case = entries(sqlite_world, case=sqlite_world.strike.case)
    assert of_case
    assert {line.vault for line in of_case} == {sqlite_world.strike.case}
    tomorrow = NOW.date() + timedelta(days=1)
    assert entries(sqlite_world, since=tomorrow) == []
    assert entries(sqlite_world, until=NOW.date() - timedelta(days=1)) == []
    assert len(entries(sqlite_world, since=NOW.date(), until=NOW.date())) == 25


def test_every_entry_is_on_exactly_one_page(sqlite_world: World) -> None:
    visited: Counter[int] = Counter()
    with sqlite_world.reading("auditor") as ctx:
        first = audit_reader.entries(ctx, LogFilter())
        for page in range(1, first.pages + 1):
            visited.update(line.seq for line in audit_reader.entries(ctx, LogFilter(page=page)).items)
    assert visited == Counter(range(1, first.total + 1))


def test_a_log_that_nobody_touched_is_whole(world: World) -> None:
    with world.reading("auditor") as ctx:
        result = audit_reader.verify(ctx)
        size = ctx.work.log.head().size
    assert (result.altered, result.unopened, result.checkpoint.size) == (None, (), size)
    assert len(result.checkpoint.words) == 8


def test_an_altered_entry_is_named_and_shown_as_one_that_does_not_open(sqlite_world: World) -> None:
    with sqlite_world.runtime.database.writing() as work:
        row = next(row for row in work.log.rows(after=9, limit=99) if row.s is None)
        spoiled = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
        work.connection.execute(update(log).where(log.c.seq == row.seq).values(entry_sealed=spoiled))
    with sqlite_world.reading("auditor") as ctx:
        result = audit_reader.verify(ctx)
        pages = audit_reader.entries(ctx, LogFilter()).pages
        visible = [
            line for page in range(1, pages + 1) for line in audit_reader.entries(ctx, LogFilter(page=page)).items
        ]
    assert (result.altered, result.unopened, result.unopened_total) == (row.seq, (row.seq,), 1)
    assert [line.opened for line in visible if line.seq == row.seq] == [False]


def test_an_exported_log_verifies_where_no_key_is(sqlite_world: World) -> None:
    with sqlite_world.writing("auditor") as ctx:
        data = audit_reader.export(ctx, "Yearly audit")
    head, rows = log_proof.read_export(data.decode().splitlines())
    saved = list(rows)
    assert log_proof.verify(saved, head) is None
    assert log_proof.verify(saved[:-1], head) is not None
    assert any(line.act == "export the audit log" for line in entries(sqlite_world))
    with pytest.raises(RuleBroken), sqlite_world.writing("auditor") as ctx:
        audit_reader.export(ctx, "")


@pytest.mark.parametrize("name", ["anna", "coordinator", "admin", "outsider"])
def test_nobody_else_reads_or_verifies_the_log(sqlite_world: World, name: str) -> None:
    for look in (lambda ctx: audit_reader.entries(ctx, LogFilter()), audit_reader.verify):
        with pytest.raises((NotFound, Forbidden)), sqlite_world.reading(name) as ctx:
            look(ctx)


# Who opened this case


def test_the_people_of_a_case_see_who_opened_it_and_who_was_refused(world: World) -> None:
    open_case(world, "lana")
    with pytest.raises(NotFound):
        open_case(world, "outsider")
    with world.reading("anna") as ctx:
        visible = access_log.who_opened(ctx, world.strike.case)
    result = {(day.name, item.act, item.refused) for day in visible.page.items for item in day.openings}
    assert ("Lana Person", "read a case", False) in result
    assert ("Outsider Person", "read a case", True) in result
    assert visible.unread == 0
    others = [day.day for day in visible.page.items if not day.own]
    assert others == sorted(others, reverse=True)
    assert visible.page.items[-1].own, "one's own rows come last"


def rows_of(world: World) -> int:
    with world.runtime.database.reading() as work:
        return len(work.connection.execute(access_rows.select().filter_by(vault_id=world.strike.case)).all())


def day_of(world: World, reader: str, user: str) -> access_log.DayOfOpenings:
    with world.reading(reader) as ctx:
        openings = access_log.who_opened(ctx, world.strike.case)
    return next(day for day in openings.page.items if day.user == world.user(user) and day.day == world.now.date())


def test_a_case_that_is_read_all_hour_has_one_row_that_says_how_often(world: World) -> None:
    open_case(world, "lana")
    before, rows = day_of(world, "anna", "lana").read, rows_of(world)
    for _ in range(5):
        open_case(world, "lana")
    world.again("lana")
    open_case(world, "lana")
    assert day_of(world, "anna", "lana").read == before + 6
    assert rows_of(world) == rows
    world.now += timedelta(hours=1)
    open_case(world, "lana")
    assert rows_of(world) == rows + 1, "another hour has a row of its own"


def test_changes_and_refusals_are_counted_apart_from_reads(sqlite_world: World) -> None:
    world = sqlite_world
    before = day_of(world, "anna", "lana").changed
    with world.writing("lana") as ctx:
        records.create(ctx, world.strike.case, Note(subject="Agreed"))
    after = day_of(world, "anna", "lana")
    assert after.changed == before + 1
    with pytest.raises(NotFound):
        open_case(world, "outsider")
    assert day_of(world, "anna", "outsider").refused == 1


def test_a_row_of_an_hour_that_is_not_as_its_reader_left_it_is_not_written_over(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    open_case(world, "lana")
    with world.reading("lana") as ctx:
        vault = open_vault(ctx, Act.READ_CASE, case)
        key = vault.keys[CORE][1]
        row = key.access_row(bytes.fromhex(world.user("lana")), int(NOW.timestamp()) // 3600).hex()
        told = {"user": world.user("lana"), "vault": case, "at": f"{NOW:%Y-%m-%dT%H}:00Z", "reads": []}
        made_up = EntryBody(details=json.dumps(told).encode(), key=bytes(16), counter=1)
    with world.runtime.database.writing() as work:
        assert work.access.one(vault, row) is not None
        work.access.put(vault, row, made_up, at=(1, key))
    rows = rows_of(world)
    open_case(world, "lana")
    with world.runtime.database.reading() as work:
        kept = work.access.one(vault, row)
    assert kept is not None
    assert kept.body == made_up
    assert rows_of(world) == rows + 1, "what comes then has a row of its own"


def test_who_does_not_hold_the_key_finds_no_row_of_an_hour_and_reads_none(sqlite_world: World) -> None:
    world = sqlite_world
    open_case(world, "lana")
    with world.reading("lana") as ctx:
        key = open_vault(ctx, Act.READ_CASE, world.strike.case).keys[CORE][1]
    other = CompartmentKey(Secret(bytes(32)))
    user, hour = bytes.fromhex(world.user("lana")), int(NOW.timestamp()) // 3600
    assert key.access_row(user, hour) != other.access_row(user, hour)
    assert len({key.access_row(user, hour), key.access_row(user, hour + 1), key.access_row(bytes(16), hour)}) == 3


def test_nobody_outside_a_case_sees_who_opened_it(sqlite_world: World) -> None:
    for name in ("outsider", "admin", "auditor", "coordinator"):
        with pytest.raises((NotFound, Forbidden)), sqlite_world.reading(name) as ctx:
            access_log.who_opened(ctx, sqlite_world.strike.case)


def test_a_row_that_was_altered_is_counted_and_the_rest_is_shown(sqlite_world: World) -> None:
    with sqlite_world.runtime.database.writing() as work:
        chosen = access_rows.c.vault_id == sqlite_world.strike.case
        first = work.connection.execute(access_rows.select().where(chosen).limit(1)).one()
        spoiled = first.row_sealed[:-1] + bytes([first.row_sealed[-1] ^ 1])
        work.connection.execute(update(access_rows).where(access_rows.c.id == first.id).values(row_sealed=spoiled))
    with sqlite_world.reading("anna") as ctx:
        visible = access_log.who_opened(ctx, sqlite_world.strike.case)
    assert visible.unread == 1
    assert visible.page.total > 0


# The words of the log


def test_every_act_in_the_log_of_a_whole_organisation_has_its_words(sqlite_world: World) -> None:
    open_case(sqlite_world, "anna")
    with sqlite_world.reading("auditor") as ctx:
        pages = audit_reader.entries(ctx, LogFilter()).pages
        lines = [line for page in range(1, pages + 1) for line in audit_reader.entries(ctx, LogFilter(page=page)).items]
    russian = catalogues().of("ru")
    assert [line.act for line in lines if russian.gettext(line.act) == line.act] == []
    assert {line.klass for line in lines} <= set(audit_messages.CLASSES)
