"""Facts are folded by whoever holds the key of the trend desk: no figure changes, nothing is lost or hidden."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hrd_browser import Browser
from hrd_failpoints import FOLDING
from hrd_killed import Run, job, run
from hrd_whole import log_verifies
from hrd_world import World, admit
from sqlalchemy import Connection, delete, func, insert, select, update

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.fact_segments import FactSegment
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.deletion import erasing
from hrd_cases.services.figures import facts, trends
from hrd_cases.services.install import health
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.services.team import administration
from hrd_cases.store import tables
from hrd_cases.store.records import of_class

__all__ = ["run"]  # a fixture

PERIOD = {"since": "2001-01", "until": "2001-12"}  # nothing else of the world happened then
Figures = tuple[int, dict[str, int]]


def look(world: World, name: str = "coordinator") -> trends.TrendAnswer:
    with world.reading(name) as ctx:
        return trends.ask(ctx, trends.TrendQuestion(**PERIOD))  # type: ignore[arg-type]  # of letters


def figures(world: World) -> Figures:
    answer = look(world)
    assert (answer.unread, answer.altered) == (0, False)
    return len(answer.selection.events), {row.code: row.amount.used for row in answer.spread.get("kind", ())}


def rows(world: World) -> tuple[int, int]:
    """How many facts wait, and how many segments there are."""
    with world.runtime.database.reading() as work:
        tables_of = (tables.trend_facts, tables.fact_segments)
        waiting, segments = (work.connection.scalar(select(func.count()).select_from(table)) for table in tables_of)
    return waiting or 0, segments or 0


def incident(**more: Any) -> Incident:
    return Incident(**{"title": "x", "when": parse("2001-02"), "region": "KZ-35", "kinds": ("arrest",), **more})


def save(world: World, *values: Incident) -> tuple[str, list[str]]:
    with world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="Case"))
        return case, [records.create(ctx, case, value) for value in values]


def statements(world: World) -> str:
    """What all segments say."""
    with world.reading("coordinator") as ctx:
        vault = open_vault(ctx, Act.SEE_TRENDS, ctx.runtime.organisation.trends, kind="trends")
        return "".join(stored.value.text for stored in of_class(ctx.work.records.all(vault), FactSegment))


@pytest.fixture
def folded(world: World) -> tuple[World, Figures]:
    """A world whose facts were folded, two incidents of 2001 among them."""
    save(world, incident(), incident(kinds=("threat",)))
    before = figures(world)
    assert rows(world) == (0, 1)
    return world, before


def test_the_visit_of_a_coordinator_folds_what_waits_and_no_figure_changes(world: World) -> None:
    save(world, incident(), incident(kinds=("threat",)))
    waiting = rows(world)[0]
    assert waiting >= 50
    before = figures(world)
    assert rows(world) == (0, 1)
    assert figures(world) == before == (2, {"arrest": 1, "threat": 1})
    save(world, incident())
    assert figures(world) == (3, {"arrest": 2, "threat": 1})
    assert figures(world) == (3, {"arrest": 2, "threat": 1})
    assert rows(world) == (2, 1), "few are not worth a segment: the incident and its case wait"
    page = Browser(world, "coordinator").get("/t?f=2001-01&t=2001-12").text
    assert "2 facts wait to be folded" in page
    log_verifies(world)


def test_a_visit_of_the_quarter_folds_too(sqlite_world: World) -> None:
    save(sqlite_world, incident())
    assert Browser(sqlite_world, "coordinator").get("/t/q").status_code == 200
    assert rows(sqlite_world) == (0, 1)


def test_a_corrected_incident_counts_once_however_it_was_folded(folded: tuple[World, Figures]) -> None:
    world, _ = folded
    case, (record,) = save(world, incident())
    with world.writing("anna") as ctx:
        stored = records.read(ctx, case, record, Incident)
        records.save(ctx, case, record, replace(stored.value, kinds=("fine",)), stored.versions)
    assert figures(world) == (3, {"arrest": 1, "threat": 1, "fine": 1})


def test_what_is_deleted_is_counted_no_more_and_the_next_visit_takes_it_out_of_its_segment(world: World) -> None:
    case, (record,) = save(world, incident())
    assert figures(world)[0] == 1
    with world.reading("anna") as ctx:
        token = records.read(ctx, case, record, Incident).value.token
    assert token in statements(world)
    with world.writing("anna") as ctx:
        vault = open_vault(ctx, Act.WRITE_CASE, case)
        erasing.erase_one(ctx, vault, records.read(ctx, case, record), uncount=True)
    assert figures(world)[0] == 0, "at once, while it waits"
    assert token not in statements(world)
    assert rows(world) == (0, 1)
    assert figures(world)[0] == 0
    with world.runtime.database.reading() as work:
        assert not work.connection.scalars(
            select(tables.record_history.c.id).where(
                tables.record_history.c.vault_id == world.runtime.organisation.trends
            )
        ).all(), "no earlier version keeps it"


def test_a_no_counts_at_once_and_the_next_visit_takes_out_what_was_known_of_the_person(world: World) -> None:
    with world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="Case"))
        person = people.create(ctx, Person(pseudonym="P", gender="woman"), case)
    with world.writing("anna") as ctx:
        records.create(ctx, case, incident(attacked=(Attacked(person=person),)))
        token = people.view(ctx, person).person.value.token
    assert figures(world)[0] == 1
    assert _said_of(world, token).get("codes")
    with world.writing("anna") as ctx:
        said = Consent(person=person, said_on=world.now.date(), form="oral", statistics="no")
        records.create(ctx, case, said)
    assert figures(world)[0] == 0, "at once, while it waits"
    assert not _said_of(world, token).get("codes")
    assert figures(world)[0] == 0


def _said_of(world: World, token: str) -> dict[str, Any]:
    with world.reading("coordinator") as ctx:
        segments = facts.read(ctx).segments.values()
        every = [body for segment in segments for body in segment.statements if body["id"] == token]
    (one,) = every
    return dict(one)


def test_of_two_coordinators_at_once_one_folds_and_nothing_is_lost_or_counted_twice(world: World) -> None:
    save(world, incident(), incident(kinds=("threat",)))
    with world.reading("founder") as first, world.reading("coordinator") as second:
        answers = [trends.ask(ctx, trends.TrendQuestion(**PERIOD)) for ctx in (first, second)]  # type: ignore[arg-type]
    assert [len(answer.selection.events) for answer in answers] == [2, 2]
    assert rows(world) == (0, 1)
    assert figures(world) == (2, {"arrest": 1, "threat": 1})


def test_what_is_saved_while_somebody_looks_is_not_lost(world: World) -> None:
    save(world, incident())
    with world.reading("coordinator") as ctx:
        trends.ask(ctx, trends.TrendQuestion(**PERIOD))  # type: ignore[arg-type]
        save(world, incident(kinds=("threat",)))
    assert rows(world)[1] == 1
    assert figures(world) == (2, {"arrest": 1, "threat": 1})


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*FOLDING, "work.before_commit", "work.after_commit"])
def test_killed_anywhere_while_folding_every_fact_is_there_once(world: World, run: Run, failpoint: str) -> None:
    save(world, incident(), incident(kinds=("threat",)))
    waiting = rows(world)[0]
    ended = run(job(world, "coordinator", "folding", failpoint, 1))
    assert ended["status"] == -9
    assert rows(world) == ((0, 1) if failpoint == "work.after_commit" else (waiting, 0))
    assert figures(world) == (2, {"arrest": 1, "threat": 1})
    log_verifies(world)


def test_new_keys_leave_every_figure_and_earlier_keys_open_no_segment_any_more(world: World) -> None:
    admit(world, "second", frozenset({"coordinator"}))
    with world.writing("coordinator") as ctx:
        administration.hand_office(ctx, world.user("second"))
    save(world, incident(), incident(kinds=("threat",)))
    before = figures(world)
    desk = world.runtime.organisation.trends
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("second"), lose=True)
    with world.writing("coordinator") as ctx:
        assert key_rotation.renew(ctx, desk)
    assert figures(world) == before
    with world.runtime.database.reading() as work:
        epochs = work.connection.scalars(select(tables.records.c.epoch).where(tables.records.c.vault_id == desk))
        newest = work.keys.newest_header(desk, "facts")
        assert newest is not None
        assert set(epochs) == {newest.epoch}
        assert desk not in {row.vault_id for row in work.keys.vault_keyring_rows([desk])}, "the earlier key is gone"
    assert figures(world) == before


Harm = Callable[[Connection, str], object]


def _altered(connection: Connection, segment: str) -> None:
    here = tables.records.c.id == segment
    sealed = connection.scalars(select(tables.records.c.body_sealed).where(here)).one()
    connection.execute(update(tables.records).where(here).values(body_sealed=sealed[:-1] + bytes([sealed[-1] ^ 1])))


HARM: dict[str, Harm] = {
    "altered": _altered,
    "taken out": lambda c, segment: c.execute(delete(tables.records).where(tables.records.c.id == segment)),
    "its tag taken out": lambda c, segment: c.execute(
        delete(tables.fact_segments).where(tables.fact_segments.c.id == segment)
    ),
    "another tag": lambda c, segment: c.execute(
        update(tables.fact_segments).where(tables.fact_segments.c.id == segment).values(tag=bytes(32))
    ),
    "of another generation": lambda c, segment: c.execute(
        update(tables.fact_segments).where(tables.fact_segments.c.id == segment).values(generation="bb" * 8)
    ),
}
SEEN_WITHOUT_KEYS = {"taken out", "its tag taken out", "another tag"}


@pytest.mark.parametrize("harm", HARM)
def test_a_segment_that_is_not_as_this_server_left_it_is_an_alarm_and_nothing_is_folded(
    folded: tuple[World, Figures], harm: str
) -> None:
    world, before = folded
    save(world, *[incident() for _ in range(60)])
    with world.runtime.database.writing() as work:
        segment = work.connection.scalars(select(tables.fact_segments.c.id)).one()
        HARM[harm](work.connection, segment)
    answer, left = look(world), rows(world)
    assert answer.altered
    assert len(answer.selection.events) == 60 != before[0]
    assert rows(world) == left
    assert "not as the server left them" in Browser(world, "coordinator").get("/t").text
    findings = {item.name for item in health.whole(world.runtime, world.now, lambda *_: None) if not item.right}
    assert ("facts" in findings) == (harm in SEEN_WITHOUT_KEYS)


def test_a_row_put_back_from_before_it_was_folded_counts_no_more_and_is_an_alarm(world: World) -> None:
    case, (record,) = save(world, incident())
    with world.runtime.database.reading() as work:
        before = [dict(row) for row in work.connection.execute(select(tables.trend_facts)).mappings()]
    assert figures(world)[0] == 1
    with world.writing("anna") as ctx:
        vault = open_vault(ctx, Act.WRITE_CASE, case)
        erasing.erase_one(ctx, vault, records.read(ctx, case, record), uncount=True)
    assert figures(world)[0] == 0
    with world.runtime.database.writing() as work:
        work.connection.execute(insert(tables.trend_facts), before)
    answer = look(world)
    assert (len(answer.selection.events), answer.altered) == (0, True)


def test_a_segment_of_ones_own_making_is_not_counted(folded: tuple[World, Figures]) -> None:
    """Somebody of the desk writes the database besides: the record is right, but this server made no segment of it."""
    world, before = folded
    with world.writing("coordinator") as ctx:
        vault = facts.open_trends(ctx)
        stored = of_class(ctx.work.records.all(vault), FactSegment)[0]
        text = stored.value.text.replace('"2001-02"', '"2001-03"').replace('"id":"', '"id":"00')
        ctx.work.records.add(vault, ctx.author, "ab" * 16, replace(stored.value, text=text), ctx.today)
    assert figures(world) == before


def test_facts_that_wait_under_an_earlier_key_still_count_after_new_keys(world: World) -> None:
    admit(world, "second", frozenset({"coordinator"}))
    with world.writing("coordinator") as ctx:
        administration.hand_office(ctx, world.user("second"))
    figures(world)
    save(world, incident())
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("second"), lose=True)
    with world.writing("coordinator") as ctx:
        assert key_rotation.renew(ctx, world.runtime.organisation.trends)
    for _ in range(3):
        assert figures(world) == (1, {"arrest": 1})
    admit(world, "third", frozenset({"coordinator"}))
    with world.writing("coordinator") as ctx:
        administration.hand_office(ctx, world.user("third"))
    assert len(look(world, "third").selection.events) == 1, "who came later holds no earlier key of their own"
