"""A legal hold: nothing of the case is deleted or offered until two people have lifted it."""

from dataclasses import replace

import pytest
from hrd_world import World

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.holds import LIFT_ASKED, LIFTED
from hrd_cases.services.casework import people
from hrd_cases.services.deletion import deleting, holds
from hrd_cases.services.deletion.deleting import DeletionTarget


def place(world: World, name: str = "luka") -> str:
    with world.writing(name) as ctx:
        holds.place(ctx, world.strike.case, "The court asked for the file")
    with world.reading(name) as ctx:
        return holds.view(ctx, world.strike.case).standing[0].id


def lift(world: World, hold: str, name: str, reason: str = "") -> str:
    with world.writing(name) as ctx:
        return holds.lift(ctx, world.strike.case, hold, reason)


def ask(world: World, target: DeletionTarget, name: str = "anna") -> None:
    with world.writing(name) as ctx:
        deleting.ask(ctx, target, "No longer needed")


def targets(world: World) -> list[DeletionTarget]:
    case = world.strike
    return [
        DeletionTarget(vault=case.case),
        DeletionTarget(vault=case.case, record=case.records["incident"]),
        DeletionTarget(vault=case.person, kind="person"),
    ]


def test_while_a_hold_stands_nothing_is_asked_for_and_the_reason_is_said_to_who_may_read_it(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    place(world)
    for target in targets(world):
        with pytest.raises(RuleBroken, match="legal hold") as refused:
            ask(world, target)
        assert refused.value.values == {"reason": "The court asked for the file"}
    with world.reading("external") as ctx:
        (line,) = holds.view(ctx, world.strike.case).standing
        assert (line.reason, line.by) == ("", "Luka Person")
        assert deleting.view(ctx, targets(world)[0]).held


def test_a_hold_placed_meanwhile_stops_what_was_asked_before(sqlite_world: World) -> None:
    world = sqlite_world
    ask(world, targets(world)[0])
    place(world)
    with pytest.raises(RuleBroken, match="legal hold"), world.writing("lana") as ctx:
        deleting.confirm(ctx, targets(world)[0], sure=True)


def test_any_colleague_who_writes_the_case_places_one_and_nobody_else(sqlite_world: World) -> None:
    world = sqlite_world
    with pytest.raises(Forbidden):
        place(world, "external")
    with pytest.raises(NotFound):
        place(world, "outsider")
    with pytest.raises(RuleBroken, match="Give the reason"), world.writing("anna") as ctx:
        holds.place(ctx, world.strike.case, "  ")


def test_one_person_never_lifts_it_alone_and_two_do(world: World) -> None:
    hold = place(world)
    with pytest.raises(Forbidden):
        lift(world, hold, "luka", "over")
    assert lift(world, hold, "anna", "The inquiry is closed") == LIFT_ASKED
    with pytest.raises(RuleBroken, match="yourself"):
        lift(world, hold, "anna", "once more")
    with pytest.raises(RuleBroken, match="legal hold"):
        ask(world, targets(world)[0])
    with world.writing("lana") as ctx:
        holds.stays(ctx, world.strike.case, hold)
    assert lift(world, hold, "lana", "The inquiry is closed") == LIFT_ASKED
    assert lift(world, hold, "anna") == LIFTED
    ask(world, targets(world)[0])
    with world.reading("luka") as ctx:
        (line,) = holds.view(ctx, world.strike.case).holds
        assert (line.state, line.lifted_on) == (LIFTED, world.now.date())
    with pytest.raises(NotFound):
        lift(world, hold, "lana", "again")


def test_a_hold_that_was_altered_in_the_database_still_stands(sqlite_world: World) -> None:
    world, hold = sqlite_world, place(sqlite_world)
    with world.writing("luka") as ctx:  # who writes the case can write its records past the pages, but not as a lead
        ctx.asked = True
        vault = holds.open_vault(ctx, holds.Act.READ_CASE, world.strike.case)
        stored = holds.read_in(ctx, vault, hold)
        signed = stored.signatures["core"]
        assert signed.author.user.hex() == world.user("luka")
    from sqlalchemy import update

    from hrd_cases.store.tables import records

    with world.runtime.database.writing() as work:
        work.connection.execute(update(records).where(records.c.id == hold).values(body_sealed=b"\x01" + bytes(300)))
    with pytest.raises(RuleBroken):
        ask(world, targets(world)[0])


def test_a_person_linked_to_a_held_case_is_held_in_every_case(sqlite_world: World) -> None:
    world = sqlite_world
    from hrd_filled import filled

    from hrd_cases.services.casework import cases

    with world.writing("anna") as ctx:
        other = cases.create(ctx, replace(filled("case"), reference=""))
    with world.writing("anna") as ctx:
        people.link(ctx, world.strike.person, other)
    place(world)
    with pytest.raises(RuleBroken, match="legal hold"):
        ask(world, targets(world)[2])
