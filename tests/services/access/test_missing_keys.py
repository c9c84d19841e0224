"""Nothing is sealed but under the key that the newest header names: who lacks it reads on and writes nothing.

Promises P2 to P4. A former member with the old keys and a hand on the database makes nobody write for them.
"""

import pytest
from hrd_filled import filled
from hrd_replaced import ended
from hrd_thief import Copy, Loot, with_passphrase
from hrd_whole import epochs
from hrd_world import FULL, LEAD, World, hand
from sqlalchemy import delete

from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.sealing import KEY_MISSING
from hrd_cases.services.access import missing_keys
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.store import tables


def taken_out(world: World, case: str) -> Loot:
    """The lawyer is taken out of a case and keeps every key; the caseworker has not yet come for the new ones."""
    with world.reading("lawyer") as ctx:
        cases.overview(ctx, case)
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    current = with_passphrase(Copy.of(world.runtime.database), world.people["lawyer"].passphrase)
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("lawyer"), member_removal.OUT)
    return current


def withhold(world: World, case: str, name: str, *parts: str) -> None:
    """Somebody with a hand on the database deletes the wraps that wait for a member."""
    member = world.people[name].fingerprint
    with world.runtime.database.writing() as work:
        here = (tables.grants.c.vault_id == case, tables.grants.c.member == member)
        chosen = (tables.grants.c.compartment.in_(parts),) if parts else ()
        work.connection.execute(delete(tables.grants).where(*here, *chosen))


def opened_later(world: World, current: Loot) -> set[tuple[str, str]]:
    """What the keys of long ago open of the database of today."""
    again = with_passphrase(Copy.of(world.runtime.database), world.people["lawyer"].passphrase)
    again.keys |= current.keys
    return again.opened()


@pytest.mark.parametrize("parts", [("core", "identity", "source"), ("core",), ("identity",)])
def test_a_new_person_is_never_sealed_to_a_key_that_a_leaver_has(world: World, parts: tuple[str, ...]) -> None:
    ids = world.granted[FULL]
    current = taken_out(world, ids.case)
    assert set(epochs(world, ids.case).values()) == {2}
    withhold(world, ids.case, "caseworker", *parts)
    before = {row["id"] for row in Copy.of(world.runtime.database).rows["vaults"]}
    with pytest.raises(RuleBroken, match=KEY_MISSING[:30]), world.writing("caseworker") as ctx:
        people.create(ctx, Person(pseudonym="B", names=(Name(name="Written later"),)), ids.case)
    assert {row["id"] for row in Copy.of(world.runtime.database).rows["vaults"]} == before
    with world.reading("caseworker") as ctx:  # what they could read they still read
        visited = cases.overview(ctx, ids.case)
        assert visited.case.value.title.startswith("Held full")
        assert records.read(ctx, ids.case, ids.records["note"]).value.subject
    with world.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="C", names=(Name(name="Written by the lead"),)), ids.case)
    assert not {place for place in opened_later(world, current) if place[0] == person}


def test_a_person_of_another_case_is_never_linked_under_a_key_that_a_leaver_has(world: World) -> None:
    ids, other = world.granted[FULL], world.strike
    hand(world, other.case, "caseworker", FULL)
    current = taken_out(world, ids.case)
    withhold(world, ids.case, "caseworker")
    with pytest.raises(RuleBroken, match=KEY_MISSING[:30]), world.writing("caseworker") as ctx:
        people.link(ctx, other.person, ids.case)
    rows = Copy.of(world.runtime.database).rows["vault_keyrings"]
    assert other.person not in {row["vault_id"] for row in rows if row["grantee_vault"] == ids.case}
    assert not {place for place in opened_later(world, current) if place[0] == other.person}


def test_a_key_that_is_missing_is_told_before_the_new_keys_that_are_due(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.granted[FULL]
    taken_out(world, ids.case)
    withhold(world, ids.case, "caseworker")
    ended(world, "coordinator", "founder")
    with world.reading("caseworker") as ctx:
        view = cases.overview(ctx, ids.case)
    assert view.keys_missing
    assert view.keys_missing.givers == ("Anna Person",)
    with world.writing("anna") as ctx:  # who holds it changes it, and that brings theirs too
        cases.renew_keys(ctx, ids.case)
    with world.writing("caseworker") as ctx:
        records.create(ctx, ids.case, filled("note"))


def test_who_alone_held_a_part_that_waits_for_new_keys_is_told_when_its_key_is_gone(sqlite_world: World) -> None:
    """The lawyers' part names a lawyer who left, so it waits for the other one, whose key somebody takes away."""
    world, case = sqlite_world, sqlite_world.strike.case
    for name in ("lana", "anna"):
        with world.reading(name) as ctx:
            cases.overview(ctx, case)
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("luka"), member_removal.OUT)
    with world.reading("lana") as ctx:
        assert not cases.overview(ctx, case).keys_missing
    world.runtime.sessions.end_of(world.user("lana"))
    lost = 0
    with world.runtime.database.reading() as work:
        ids = [row.id for row in work.keys.deltas(world.user("lana"))]
    for delta in ids:
        with world.runtime.database.writing() as work:
            here = tables.keyring_deltas.c.id == delta
            row = dict(work.connection.execute(tables.keyring_deltas.select().where(here)).mappings().one())
            work.connection.execute(delete(tables.keyring_deltas).where(here))
        with world.runtime.reading(world.sign_in("lana"), world.now) as ctx:
            view = cases.overview(ctx, case)
        if "privileged" not in view.rights:
            lost += 1
            assert view.keys_missing
            assert view.keys_missing.parts == ("privileged",)
            assert view.keys_missing.givers == (), "nobody else holds it: the page says that recovery brings it back"
        with world.runtime.database.writing() as work:
            if not work.connection.execute(tables.keyring_deltas.select().where(here)).first():
                work.connection.execute(tables.keyring_deltas.insert(), row)
    assert lost


def test_a_part_that_nobody_wrote_to_before_is_not_begun_under_an_old_key(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        case = cases.create(ctx, filled("case", within=("core",)))
    hand(world, case, "caseworker", FULL)
    hand(world, case, "lawyer", FULL)
    current = taken_out(world, case)
    withhold(world, case, "caseworker", "identity")
    with pytest.raises(RuleBroken, match=KEY_MISSING[:30]), world.writing("caseworker") as ctx:
        records.create(ctx, case, filled("note"))
    with world.writing("caseworker") as ctx:  # the part whose key they have is written as ever
        records.create(ctx, case, filled("task", within=("core",)))
    assert (case, "identity") not in opened_later(world, current)


def test_a_lead_without_the_newest_key_renews_nothing_and_lets_nobody_in(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.granted[FULL]
    hand(world, ids.case, "lana", LEAD)
    with world.reading("lana") as ctx:
        cases.overview(ctx, ids.case)
    taken_out(world, ids.case)
    withhold(world, ids.case, "lana")
    with pytest.raises(RuleBroken, match=KEY_MISSING[:30]), world.writing("lana") as ctx:
        sharing.share(ctx, ids.case, world.user("luka"), "full")
    with world.writing("caseworker") as ctx:
        member_removal.leave(ctx, ids.case)
    with pytest.raises(Forbidden), world.writing("lana") as ctx:
        cases.renew_keys(ctx, ids.case)


def test_a_key_is_sent_again_under_the_same_header_by_who_holds_it_and_may_grant(world: World) -> None:
    ids = world.granted[FULL]
    taken_out(world, ids.case)
    withhold(world, ids.case, "caseworker")
    with world.reading("caseworker") as ctx:
        missing = cases.overview(ctx, ids.case).keys_missing
        assert missing is not None
        assert (set(missing.parts), missing.givers) == ({"core", "identity", "source"}, ("Anna Person",))
    with world.reading("anna") as ctx:
        assert [of_colleague.user for of_colleague in missing_keys.of_colleagues(ctx)] == [world.user("caseworker")]
    headers = Copy.of(world.runtime.database).rows["headers"]
    with pytest.raises(RuleBroken), world.writing("coordinator") as ctx:  # holds it, may not grant
        missing_keys.send_again(ctx, ids.case, world.user("caseworker"))
    with pytest.raises(RuleBroken, match="not on the case"), world.writing("anna") as ctx:  # no header names them
        missing_keys.send_again(ctx, ids.case, world.user("lawyer"))
    with world.writing("anna") as ctx:
        missing_keys.send_again(ctx, ids.case, world.user("caseworker"))
    assert Copy.of(world.runtime.database).rows["headers"] == headers
    with world.writing("caseworker") as ctx:
        people.create(ctx, Person(pseudonym="E", names=(Name(name="Written with the new key"),)), ids.case)
    with world.reading("caseworker") as ctx:
        assert cases.overview(ctx, ids.case).keys_missing is None
    with world.reading("anna") as ctx:
        assert missing_keys.of_colleagues(ctx) == ()


def test_when_no_key_of_a_case_came_at_all_the_desk_says_who_can_give_it(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        case = cases.create(ctx, filled("case"))
    hand(world, case, "luka", FULL)
    withhold(world, case, "luka")
    with world.reading("luka") as ctx:
        (missing,) = missing_keys.mine(ctx)
        assert (missing.case, missing.givers) == (case, ("Anna Person",))
    withhold(world, case, "anna")
    with world.reading("anna") as ctx:
        assert [of_colleague.user for of_colleague in missing_keys.of_colleagues(ctx)] == [world.user("luka")]
    with world.writing("anna") as ctx:
        missing_keys.send_again(ctx, case, world.user("luka"))
    with world.reading("luka") as ctx:
        assert cases.overview(ctx, case).keys_missing is None
        assert missing_keys.mine(ctx) == ()


def test_where_nobody_holds_a_key_any_more_recovery_is_named(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.granted[FULL]
    hand(world, ids.case, "lana", LEAD)
    for name in ("lana", "caseworker"):
        with world.reading(name) as ctx:
            cases.overview(ctx, ids.case)
    with world.writing("anna") as ctx:
        member_removal.change(ctx, ids.case, world.user("lawyer"), member_removal.OUT)
    withhold(world, ids.case, "lana")
    with world.runtime.database.writing() as work:  # Anna said that she lost hers too
        work.missing_keys.put(ids.case, world.people["anna"].fingerprint, ["core", "identity", "source"])
    with world.reading("lana") as ctx:
        missing = cases.overview(ctx, ids.case).keys_missing
        assert missing is not None
        assert missing.givers == ()
