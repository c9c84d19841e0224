"""A last day is known beforehand: at midnight the guest is out, and nobody who stays waits for a lead.

Promises P2 to P4 and P7, with everybody at work: the caseworker comes first in the morning, the lead does not come.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hrd_failing import broken_off
from hrd_failpoints import PLANNED
from hrd_filled import filled
from hrd_thief import Copy, with_passphrase
from hrd_whole import case_opens, epochs, log_verifies
from hrd_world import FULL, World

from hrd_cases.crypto.core.headers import Header
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.access import ending_access
from hrd_cases.services.casework import cases, people
from hrd_cases.services.install import health
from hrd_cases.services.keys import successors
from hrd_cases.services.records import records
from hrd_cases.services.schedule import alarms
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.services.travel import travel
from hrd_cases.store import tables

LAST = date(2026, 11, 28)
EVENING = datetime(2026, 11, 28, 18, 59, tzinfo=UTC)  # one minute before midnight in Almaty
MORNING = datetime(2026, 11, 28, 19, 1, tzinfo=UTC)
EVERY = {"core": 2, "identity": 2, "source": 2}
PARTS = {*EVERY, "privileged"}


def guest(world: World, *, name: str = "external", last: date = LAST, level: str = "full", case: str = "") -> str:
    """An outside lawyer with a last day on a case that Anna leads, the caseworker works on; they have looked at it."""
    chosen = case or world.granted[FULL].case
    with world.writing("anna") as ctx:
        sharing.share(ctx, chosen, world.user(name), level, last_day=f"{last:%d.%m.%Y}")
    with world.reading(name) as ctx:
        cases.overview(ctx, chosen)
    return chosen


def at(world: World, moment: datetime) -> None:
    """Time passes: everybody has to log in anew."""
    world.now = moment
    world._sessions.clear()


def worked(world: World, moment: datetime) -> None:
    """Somebody works on a day, so that the log knows of it."""
    at(world, moment)
    with world.reading("outsider") as ctx:
        cases.overview(ctx, world.own.case)


def rows(world: World, table: str) -> list[dict[str, object]]:
    return Copy.of(world.runtime.database).rows[table]


def test_the_guest_is_out_at_midnight_and_the_caseworker_goes_on_without_any_lead(world: World) -> None:
    ids, case = world.granted[FULL], guest(world)
    assert len(rows(world, "successors")) == 3 + 3, "three parts of the case, three of its person"
    at(world, EVENING)
    with world.writing("external") as ctx:  # to the last minute
        records.create(ctx, case, filled("note"))
    current = with_passphrase(Copy.of(world.runtime.database), world.people["external"].passphrase)
    assert set(epochs(world, case).values()) == {1}
    at(world, MORNING)
    with pytest.raises(NotFound), world.reading("external") as ctx:
        cases.overview(ctx, case)
    with world.writing("caseworker") as ctx:  # the very first thing that anybody does
        incident = records.create(ctx, case, filled("incident", within=("core", "identity")))
        hearing = records.create(ctx, case, filled("hearing", within=("core", "identity")))
        later = people.create(ctx, Person(pseudonym="L", names=(Name(name="Met afterwards"),)), case)
    with world.writing("caseworker") as ctx:
        stored = people.read(ctx, ids.person)
        people.save(ctx, ids.person, stored.value, stored.versions)
    assert epochs(world, case) == EVERY
    assert set(epochs(world, ids.person).values()) == {2}
    again = with_passphrase(Copy.of(world.runtime.database), world.people["external"].passphrase)
    again.keys |= current.keys
    written = {row["id"]: row for row in again.copy.rows["records"] if row["id"] in (incident, hearing, later)}
    assert len(written) == 3
    assert all(row["epoch"] == 2 for row in written.values() if row["vault_id"] == case)
    newest = {(vault, part) for vault, part, epoch in again.keys if vault == case and epoch == 2}
    assert not newest
    assert later not in {vault for vault, _ in again.opened()}
    case_opens(world, ids, ("caseworker", "anna", "coordinator"))
    assert rows(world, "successors") == rows(world, "successor_wraps") == []
    log_verifies(world)


def test_nothing_is_entered_on_the_last_day_itself(sqlite_world: World) -> None:
    case = guest(sqlite_world)
    at(sqlite_world, EVENING)
    with sqlite_world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    assert set(epochs(sqlite_world, case).values()) == {1}


def test_two_guests_leave_one_after_the_other_as_they_came(sqlite_world: World) -> None:
    world = sqlite_world
    case = guest(world, name="luka", last=LAST + timedelta(days=3))
    guest(world)
    at(world, MORNING)
    with world.reading("caseworker") as ctx:
        assert not cases.overview(ctx, case).keys_due
    with world.writing("luka") as ctx:
        records.create(ctx, case, filled("note"))
    at(world, MORNING + timedelta(days=3))
    with pytest.raises(NotFound), world.reading("luka") as ctx:
        cases.overview(ctx, case)
    with world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    assert epochs(world, case) == dict.fromkeys(EVERY, 3)
    case_opens(world, world.granted[FULL], ("caseworker", "anna"))


def test_both_are_over_when_somebody_comes(sqlite_world: World) -> None:
    world = sqlite_world
    case = guest(world, name="luka", last=LAST + timedelta(days=3))
    guest(world)
    at(world, MORNING + timedelta(days=5))
    with world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    assert epochs(world, case) == dict.fromkeys(EVERY, 3)
    case_opens(world, world.granted[FULL], ("caseworker", "anna"))


def test_who_comes_into_the_case_meanwhile_stays_in_it(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.writing("anna") as ctx:
        sharing.share(ctx, case, world.user("luka"), "full")
    at(world, MORNING)
    with world.writing("luka") as ctx:
        records.create(ctx, case, filled("note"))
    assert epochs(world, case) == EVERY
    case_opens(world, world.granted[FULL], ("luka", "caseworker", "anna"))


def test_a_successor_that_was_taken_away_leaves_the_case_to_its_lead(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.runtime.database.writing() as work:
        work.connection.execute(tables.successors.delete())
    at(world, MORNING)
    with world.reading("caseworker") as ctx:
        assert cases.overview(ctx, case).keys_due
    with pytest.raises(RuleBroken), world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, case)
    with world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))


def test_wraps_that_were_taken_away_leave_it_to_whoever_still_has_one(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.runtime.database.writing() as work:
        mine = tables.successor_wraps.c.member == world.people["caseworker"].fingerprint
        work.connection.execute(tables.successor_wraps.delete().where(mine))
    at(world, MORNING)
    with world.reading("caseworker") as ctx:
        assert cases.overview(ctx, case).keys_due
    with world.reading("coordinator") as ctx:
        assert not cases.overview(ctx, case).keys_due
    with world.writing("caseworker") as ctx:  # who entered it handed it to everybody who stays
        records.create(ctx, case, filled("note"))


def told(world: World, case: str) -> dict[str, object]:
    """What the check, the page of the case and the administrator's desk say of planned ends."""
    result = [item for item in health.whole(world.runtime, world.now, lambda _: None) if item.name == "ends"]
    assert all(item.right for item in result)
    with world.reading("caseworker") as ctx:
        on_page = cases.overview(ctx, case).end_stale
    with world.reading("founder") as ctx:
        desk = alarms.ends(ctx)
    with world.reading("outsider") as ctx:
        assert alarms.ends(ctx) == 0
    ids = {item.values["id"] for item in result if item.msgid}
    return {"check": case in ids, "page": on_page, "desk": desk}


@pytest.mark.parametrize("harm", ["taken away", "cut", "put back", "added", "of no part"])
def test_what_no_longer_fits_is_told_before_its_day_until_a_lead_comes(sqlite_world: World, harm: str) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    assert told(world, case) == {"check": False, "page": False, "desk": 0}
    old = rows(world, "successors")
    if harm == "put back":
        with world.writing("anna") as ctx:
            member_removal.change(ctx, case, world.user("coordinator"), member_removal.OUT)
        assert not told(world, case)["check"]
    with world.runtime.database.writing() as work:
        core = tables.successors.c.compartment == "core"
        if harm == "cut":
            work.connection.execute(tables.successors.update().where(core).values(body=b"cut"))
        elif harm in ("added", "of no part"):
            like = next(row for row in old if (row["vault_id"], row["compartment"]) == (case, "core"))
            other = {"serial": 9} if harm == "added" else {"compartment": "protection"}
            work.connection.execute(tables.successors.insert(), [{**like, **other}])
        else:
            work.connection.execute(tables.successors.delete().where(core))
        if harm == "put back":
            again = [row for row in old if row["compartment"] == "core"]
            work.connection.execute(tables.successors.insert(), again)
    assert told(world, case) == {"check": True, "page": True, "desk": 1}
    with world.reading("anna") as ctx:
        assert not cases.overview(ctx, case).end_stale, "this very visit prepares it"
    assert told(world, case) == {"check": False, "page": False, "desk": 0}


def test_an_end_that_has_come_and_that_nobody_entered_is_told(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    worked(world, MORNING)
    with world.reading("founder") as ctx:  # an administrator who is not of the case
        assert alarms.ends(ctx) == 1
    result = [item for item in health.whole(world.runtime, world.now, lambda _: None) if item.name == "ends"]
    assert any(
        "ended as planned, and its keys are not changed yet" in item.text and item.values["id"] == case
        for item in result
    )
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    assert told(world, case) == {"check": False, "page": False, "desk": 0}


def test_an_old_successor_is_never_entered_after_the_members_changed(sqlite_world: World) -> None:
    """Somebody who writes the database puts back what was prepared before the coordinator was taken out."""
    world, case = sqlite_world, guest(sqlite_world)
    old = {name: rows(world, name) for name in ("successors", "successor_wraps")}
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("coordinator"), member_removal.OUT)
    with world.runtime.database.writing() as work:
        for table in (tables.successors, tables.successor_wraps):
            work.connection.execute(table.delete())
            work.connection.execute(table.insert(), old[table.name])
    at(world, MORNING)
    with world.reading("caseworker") as ctx:
        assert cases.overview(ctx, case).keys_due
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, case)
    with pytest.raises(NotFound), world.reading("coordinator") as ctx:
        cases.overview(ctx, case)


def test_a_successor_put_among_the_headers_by_somebody_else_is_refused(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.runtime.database.writing() as work:
        for row in work.successors.of([case]):
            work.keys.add_headers(row.signed)
    for moment in (None, MORNING):  # nor on its day: the log does not have it
        if moment:
            at(world, moment)
        for name in ("caseworker", "anna"):
            with pytest.raises(NotFound), world.reading(name) as ctx:
                cases.overview(ctx, case)


@pytest.mark.parametrize("moment", [datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)])
def test_a_clock_that_disagrees_with_the_log_enters_nothing(sqlite_world: World, moment: datetime) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    at(world, moment)
    for _ in range(2):  # the log-in wrote an entry of that day: the clock is not believed for its own word
        world._sessions.clear()
        with world.reading("caseworker") as ctx:
            assert ctx.ring is not None
    assert set(epochs(world, case).values()) == {1}


def test_keys_of_a_person_begun_by_somebody_who_may_not_grant_follow_with_the_lead(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.writing("caseworker") as ctx:
        person = people.create(ctx, Person(pseudonym="N", names=(Name(name="New"),)), case)
    at(world, MORNING)
    with world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    with world.reading("anna") as ctx:
        cases.overview(ctx, case)
    with world.writing("caseworker") as ctx:
        stored = people.read(ctx, person)
        people.save(ctx, person, stored.value, stored.versions)
    assert set(epochs(world, person).values()) == {2}


def test_a_lead_who_comes_by_prepares_what_is_missing(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.writing("caseworker") as ctx:
        people.create(ctx, Person(pseudonym="N", names=(Name(name="New"),)), case)
    assert len(rows(world, "successors")) == 6
    with world.reading("anna") as ctx:
        cases.overview(ctx, case)
    assert len(rows(world, "successors")) == 9
    before = rows(world, "successors")
    with world.reading("anna") as ctx:
        cases.overview(ctx, case)
    assert rows(world, "successors") == before, "nothing is made anew that is right"


def test_the_key_that_is_prepared_is_kept_by_nobody(sqlite_world: World) -> None:
    """Not even who prepared it can open it but by their wrap; who leaves has none."""
    case = guest(sqlite_world)
    wraps = {row["member"] for row in rows(sqlite_world, "successor_wraps") if row["vault_id"] == case}
    assert sqlite_world.people["external"].fingerprint not in wraps
    assert sqlite_world.people["caseworker"].fingerprint in wraps
    for row in rows(sqlite_world, "successors"):
        header = Header.decode(row["body"])
        for name in ("anna", "external", "caseworker"):
            loot = with_passphrase(Copy.of(sqlite_world.runtime.database), sqlite_world.people[name].passphrase)
            assert not any(header.fixes(key) for key in loot.keys.values())


def test_who_travels_gets_no_wrap_of_the_coming_key_and_is_let_in_to_it_afterwards(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    traveller = world.people["caseworker"].fingerprint

    def wrapped() -> set[object]:
        return {row["vault_id"] for row in rows(world, "successor_wraps") if row["member"] == traveller}

    assert case in wrapped()
    with world.writing("caseworker") as ctx:
        travel.give_up(ctx, world.user("anna"), [case])
    assert case not in wrapped()
    with world.writing("anna") as ctx:  # a change of members makes it anew, without them
        sharing.share(ctx, case, world.user("luka"), "coded")
    assert case not in wrapped()
    with world.writing("anna") as ctx:
        travel.let_in_again(ctx, world.user("caseworker"))
    assert case in wrapped()
    at(world, MORNING)
    with world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    assert epochs(world, case) == EVERY


def test_who_leaves_never_signs_the_key_that_keeps_them_out(sqlite_world: World) -> None:
    """A lawyer from outside holds the lawyers' part with every right: they prepare nothing for after their own day."""
    world, ids = sqlite_world, sqlite_world.strike
    with world.writing("lana") as ctx:
        sharing.share(ctx, ids.case, world.user("external"), "full", privileged=True, last_day=f"{LAST:%d.%m.%Y}")
    assert {row["signer"] for row in rows(world, "successors")} == {world.people["lana"].fingerprint}
    with world.writing("external") as ctx:
        ctx.asked = True
        successors.prepare_after(ctx, ids.case)
    assert {row["signer"] for row in rows(world, "successors")} == {world.people["lana"].fingerprint}
    assert {row["compartment"] for row in rows(world, "successors") if row["vault_id"] == ids.case} == PARTS


# The steps of an end, and of the rotation inside it, as far as one is done with the keys at hand.
POINTS = (
    *PLANNED,
    "rotation.after_header",
    "rotation.after_grants",
    "rotation.after_keyring",
    "rotation.after_chain",
    "rotation.after_withdrawal",
)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_each_part_is_wholly_before_or_after(sqlite_world: World, point: str) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    at(world, EVENING)
    world.session("caseworker")
    world.now = MORNING  # in the middle of their work
    with broken_off(point), world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    with world.runtime.database.reading() as work:
        assert list(work.invariants.broken()) == []
    with world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    assert epochs(world, case) == EVERY
    case_opens(world, world.granted[FULL], ("caseworker", "anna"))
    log_verifies(world)


def test_desks_say_a_last_day_a_week_ahead_and_the_guest_reads_that_it_is_over(sqlite_world: World) -> None:
    world, case = sqlite_world, guest(sqlite_world)
    with world.reading("anna") as ctx:
        assert [(item.case, item.name, item.day) for item in ending_access.soon(ctx)] == [
            (case, "External Person", LAST)
        ]
    with world.reading("external") as ctx:
        assert [(item.case, item.own, item.day) for item in ending_access.soon(ctx)] == [(case, True, LAST)]
        assert ending_access.ended(ctx) == ()
    with world.reading("caseworker") as ctx:
        assert ending_access.soon(ctx) == ()
    at(world, MORNING)
    with world.reading("external") as ctx:
        assert ending_access.ended(ctx) == (LAST,)
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    with world.reading("external") as ctx:
        assert ending_access.ended(ctx) == (LAST,)
        assert ending_access.soon(ctx) == ()
    with world.writing("anna") as ctx:
        sharing.share(ctx, case, world.user("external"), "coded")
    with world.reading("external") as ctx:
        assert ending_access.ended(ctx) == ()
