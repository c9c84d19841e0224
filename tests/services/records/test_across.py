"""Lists across cases come out of a person's packed digest: the same as from the digests, and never of what ended."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hrd_filled import filled
from hrd_world import NOW, World
from sqlalchemy import select, update

from benchmarks.counting import counting
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.agenda import over
from hrd_cases.domain.cases import Case
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Day, Declared, Entity
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.notes import Note, Task
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.services.casework import cases
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.services.records.across import across
from hrd_cases.services.schedule import agenda
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.services.travel import travel
from hrd_cases.store import tables
from hrd_cases.store.packs import opened_pack

EVERY = tuple(entity.cls for entity in ENTITIES.values())
ACTORS = ("anna", "lana", "luka", "external", "outsider", "caseworker", "lawyer")


def tasks(world: World, name: str) -> list[str]:
    """What the tasks of somebody's cases say."""
    with world.reading(name) as ctx:
        return [card.value.what for card in across(ctx).cards((Task,)) if isinstance(card.value, Task)]


def packed(world: World, name: str) -> bool:
    """Whether somebody's packed digest opens with the key of their keyring."""
    with world.reading(name) as ctx:
        row = ctx.work.packs.of(ctx.actor.user)
        if row is None:
            return False
        with world.runtime.blobs.packs.open(row.user_id) as file:
            return opened_pack(ctx.keys.keyring, ctx.runtime.org, row, file.read()) is not None


def looked(world: World, *names: str) -> None:
    """These people look at their lists, so that packs are made."""
    for name in names:
        tasks(world, name)
        assert packed(world, name)


@pytest.mark.parametrize("name", ACTORS)
def test_a_packed_digest_says_what_the_digests_say(world: World, name: str) -> None:
    for _ in ("made", "opened"):
        with world.reading(name) as ctx:
            plain = ctx.work.records.cards(agenda.readable(ctx, Act.READ_CASE, CASE_VAULT))
            shown = across(ctx).cards(EVERY)
            assert {(card.vault, card.id): card for card in shown} == {(card.vault, card.id): card for card in plain}


def test_what_did_not_change_is_not_opened_again(world: World) -> None:
    looked(world, "anna")
    with world.reading("anna") as ctx, counting() as costs:
        mine = across(ctx)
        assert len(mine.packed) == len(mine.vaults) > 3
        assert not mine.loose
    assert costs.envelopes <= 4  # the keyring, what was added to it, the key of the pack, and the pack


def test_what_a_colleague_and_i_write_is_in_the_next_list(world: World) -> None:
    looked(world, "anna", "lana")
    for name in ("anna", "lana"):
        with world.writing(name) as ctx:
            records.create(ctx, world.strike.case, Task(what=f"By {name}", who=ctx.actor.user))
    assert {"By anna", "By lana"} <= set(tasks(world, "anna"))
    with world.writing("anna") as ctx:
        begun = cases.create(ctx, Case(title="New here"))
    with world.reading("anna") as ctx:
        assert begun in {stored.id for stored in across(ctx).roots()}


def test_who_is_taken_out_of_a_case_keeps_no_pack_and_sees_it_no_more(world: World) -> None:
    with world.writing("lana") as ctx:
        records.create(ctx, world.strike.case, Task(what="Between us"))
    looked(world, "luka", "lana")
    assert "Between us" in tasks(world, "luka")
    with world.writing("lana") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), member_removal.OUT)
    assert not packed(world, "luka"), "what it was sealed with is gone"
    assert packed(world, "lana"), "who stays keeps theirs"
    assert "Between us" not in tasks(world, "luka")
    assert "Between us" in tasks(world, "lana"), "and reads on after the keys were renewed"


def test_who_loses_a_part_keeps_nothing_of_it(world: World) -> None:
    looked(world, "luka")
    with world.writing("lana") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), "coded")
    assert not packed(world, "luka")


def test_a_record_that_is_removed_leaves_every_pack(world: World) -> None:
    with world.writing("anna") as ctx:
        record = records.create(ctx, world.strike.case, Task(what="To be removed"))
    looked(world, "anna", "lana", "outsider")
    with world.writing("anna") as ctx:
        ctx.work.records.remove(open_vault(ctx, Act.WRITE_CASE, world.strike.case), record)
    assert not any(packed(world, name) for name in ("anna", "lana", "outsider"))
    assert "To be removed" not in tasks(world, "anna")


def test_new_keys_of_a_case_do_not_hide_it(world: World) -> None:
    looked(world, "anna", "lana")
    with world.writing("anna") as ctx:
        key_rotation.renew(ctx, world.strike.case, without={})
    for name in ("anna", "lana"):
        with world.reading(name) as ctx:
            assert world.strike.case in {stored.id for stored in across(ctx).roots()}


def test_who_travels_keeps_no_pack(world: World) -> None:
    looked(world, "luka")
    with world.writing("luka") as ctx:
        travel.give_up(ctx, world.user("lana"))
    with world.runtime.database.reading() as work:
        assert work.packs.of(world.user("luka")) is None


def test_a_digest_that_is_put_back_is_shown_as_it_is_now(world: World) -> None:
    """A restored database has other states under the numbers that a pack may know."""
    here = (tables.digests.c.vault_id == world.strike.case, tables.digests.c.compartment == "identity")
    with world.runtime.database.reading() as work:
        before = work.connection.execute(select(tables.digests).where(*here)).one()
    with world.writing("anna") as ctx:
        records.create(ctx, world.strike.case, Task(what="After the backup"))
    looked(world, "anna")
    with world.runtime.database.writing() as work:
        values = {"digest_sealed": before.digest_sealed, "sha256": before.sha256}
        work.connection.execute(update(tables.digests).where(*here).values(number=before.number, **values))
    assert "After the backup" not in tasks(world, "anna")


def test_on_the_next_day_lines_are_looked_at_anew(world: World) -> None:
    with world.writing("anna") as ctx:
        tomorrow = ctx.today + timedelta(days=1)
        records.create(ctx, world.strike.case, Hearing(on=tomorrow, at="10:00", room="Room 5"))
    looked(world, "anna")
    world.now += timedelta(days=1)
    world.again("anna")
    with world.reading("anna") as ctx:
        assert across(ctx).packed, "lines go as days pass, and none comes"
        shown = agenda.agenda(ctx, tomorrow, tomorrow)
        assert any(line.kind == "hearing" for week in shown.weeks for line in week.lines)


def test_a_pack_of_a_later_day_is_not_believed(world: World) -> None:
    """A clock that was set back: of what was over then, lines may still be due."""
    looked(world, "anna")
    with world.reading("anna") as ctx:
        row = ctx.work.packs.of(ctx.actor.user)
        assert row is not None
        ctx.now -= timedelta(days=1)
        assert not across(ctx).packed


def days_of(entity: Entity, value: Declared, today: date) -> tuple[set[date], set[date]]:
    """The days of all lines of a record, and of those that are not over."""
    lines = list(entity.lines(value, today))
    undone = [line for line in lines if not over(line.kind, line.on, today, done=line.done)]
    return {line.on for line in lines}, {line.on for line in undone}


@pytest.mark.parametrize("code", [code for code, entity in ENTITIES.items() if entity.has_lines])
def test_lines_go_as_days_pass_and_none_comes(code: str) -> None:
    """What a pack says of its own day is right on the days after it, if too much."""
    entity = ENTITIES[code]
    days = [field.name for field in entity.fields if isinstance(field.kind, Day)]
    values = [filled(code), entity.cls(**dict.fromkeys(days, NOW.date()))]
    steps = [NOW.date() + timedelta(days=number) for number in range(-400, 400, 7)]
    for value in values:
        every = [days_of(entity, value, today) for today in steps]
        for before, after in pairwise(every):
            assert after[0] <= before[0]
            assert after[1] <= before[1]


def test_a_pack_is_not_entered_when_something_was_removed_since_it_was_read(world: World) -> None:
    with world.writing("anna") as ctx:
        record = records.create(ctx, world.strike.case, Note(subject="Removed meanwhile"))
    with world.reading("anna") as ctx:
        across(ctx)
        with world.writing("lana") as other:
            other.work.records.remove(open_vault(other, Act.WRITE_CASE, world.strike.case), record)
    assert not packed(world, "anna")


def _torn(world: World, user: str) -> None:
    with world.runtime.blobs.packs.open(user) as file:
        world.runtime.blobs.packs.put(user, file.read()[:-1])


def _gone(world: World, user: str) -> None:
    world.runtime.blobs.packs.remove(user)


@pytest.mark.parametrize("harm", [_torn, _gone])
def test_a_pack_that_does_not_open_is_made_anew(world: World, harm: Callable[[World, str], None]) -> None:
    with world.writing("anna") as ctx:
        records.create(ctx, world.strike.case, Task(what="Still here"))
    looked(world, "anna")
    harm(world, world.user("anna"))
    assert "Still here" in tasks(world, "anna")
    assert packed(world, "anna")


def test_somebody_elses_pack_is_nobodys(world: World) -> None:
    looked(world, "anna", "outsider")
    with world.runtime.blobs.packs.open(world.user("anna")) as file:
        world.runtime.blobs.packs.put(world.user("outsider"), file.read())
    with world.reading("outsider") as ctx:
        assert {stored.id for stored in across(ctx).roots()} == {world.own.case}
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("outsider"), "full")
    with world.reading("outsider") as ctx:
        assert {stored.id for stored in across(ctx).roots()} == {world.own.case, world.strike.case}
