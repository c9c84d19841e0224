"""A decoy: whoever opens it notices nothing, its leads and the auditors are told, and nobody else."""

import pytest
from hrd_world import FULL, LEAD, World

from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.services import access_log, cases, decoys, desk, log_reading, records
from hrd_cases.services.acts import DECOY_OPENED
from hrd_cases.services.deletion import clearing, deleting, holds
from hrd_cases.services.deletion.deleting import Target
from hrd_cases.services.log_reading import LogFilter
from hrd_cases.store import tables


def _desk(world: World, name: str) -> tuple[decoys.Alert, ...]:
    with world.reading(name) as ctx:
        return desk.view(ctx).decoys


def _turn(world: World) -> str:
    case = world.granted[FULL].case
    with world.writing("anna") as ctx:
        decoys.turn(ctx, case, decoy=True)
    return case


def test_whoever_opens_a_decoy_is_told_of_to_its_lead_and_to_auditors(world: World) -> None:
    case = _turn(world)
    assert _desk(world, "anna") == ()
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    told = [*_desk(world, "anna"), *_desk(world, "auditor")]
    assert [alert.case for alert in told] == [case, case]
    assert told[0].name == "Caseworker Person"
    assert told[0].title.startswith("Held full")
    assert told[1].title == "", "an auditor holds no key of the case"
    assert _desk(world, "caseworker") == _desk(world, "outsider") == ()


def test_a_record_of_a_decoy_and_a_refusal_are_told_too(sqlite_world: World) -> None:
    world = sqlite_world
    case = _turn(world)
    with world.reading("lawyer") as ctx:
        records.read(ctx, case, world.granted[FULL].records["incident"])
    assert [(alert.refused, alert.name) for alert in _desk(world, "anna")] == [(False, "Lawyer Person")]
    with pytest.raises(NotFound), world.reading("outsider") as ctx:
        cases.overview(ctx, case)
    assert {(alert.refused, alert.name) for alert in _desk(world, "anna")} == {
        (False, "Lawyer Person"),
        (True, "Outsider Person"),
    }


def test_a_decoy_that_waits_to_be_deleted_is_opened_by_nobodys_desk(world: World) -> None:
    case = _turn(world)
    with world.writing("anna") as ctx:
        deleting.ask(ctx, Target(vault=case), "Nobody needs it any more")
    for _ in range(2):
        with world.reading("anna") as ctx:
            assert [line.target.vault for line in clearing.view(ctx).waiting] == [case]
        assert _desk(world, "anna") == _desk(world, "auditor") == ()


def test_who_looks_at_the_holds_of_a_decoy_has_opened_it(sqlite_world: World) -> None:
    world = sqlite_world
    case = _turn(world)
    with world.writing("anna") as ctx:
        holds.place(ctx, case, "A court asked for it")
    with pytest.raises(RuleBroken, match="hold"), world.writing("anna") as ctx:
        deleting.ask(ctx, Target(vault=case), "Nobody needs it any more")
    assert _desk(world, "anna") == ()
    with world.reading("caseworker") as ctx:
        assert len(holds.view(ctx, case).standing) == 1
    assert [(alert.refused, alert.name) for alert in _desk(world, "anna")] == [(False, "Caseworker Person")]


def test_who_opens_a_decoy_reads_nothing_of_it(sqlite_world: World) -> None:
    world = sqlite_world
    case = _turn(world)
    for _ in range(2):
        with world.reading("caseworker") as ctx:
            cases.overview(ctx, case)
    with world.reading("caseworker") as ctx:
        found = access_log.who_opened(ctx, case)
        assert decoys.is_decoy(ctx, case) is None
    assert found.unread == 0
    assert DECOY_OPENED not in {line.act for line in found.page.items}
    with world.reading("auditor") as ctx:
        assert DECOY_OPENED in {line.act for line in log_reading.entries(ctx, LogFilter()).items}


def test_a_decoy_is_made_by_its_lead_and_can_be_made_a_case_again(sqlite_world: World) -> None:
    world = sqlite_world
    case = world.granted[LEAD].case
    with world.writing("anna") as ctx:
        decoys.turn(ctx, case, decoy=True)
    with world.reading("anna") as ctx:
        assert decoys.is_decoy(ctx, case) is True
    with world.writing("anna") as ctx:
        decoys.turn(ctx, case, decoy=False)
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    assert _desk(world, "anna") == ()
    with world.reading("anna") as ctx:
        assert decoys.is_decoy(ctx, case) is False


def test_nothing_in_the_clear_tells_a_decoy_apart(sqlite_world: World) -> None:
    world = sqlite_world

    def shape() -> tuple[object, ...]:
        with world.runtime.database.reading() as work:
            rows = work.connection.execute(tables.records.select().filter_by(id=case)).all()
            shown = work.connection.execute(tables.cards.select().filter_by(id=case)).all()
        return tuple((len(row[-1]), row.epoch) for row in (*rows, *shown))

    case = world.granted[FULL].case
    before = shape()
    _turn(world)
    assert shape() == before
    with world.writing("anna") as ctx:
        decoys.turn(ctx, case, decoy=False)
    assert shape() == before
