"""Ending one's own keys when the passphrase may be known, roles given up, and what is the organisation's own.

Catalogue of attacks 19 and 78.
"""

import pytest
from hrd_filled import filled
from hrd_thief import Copy
from hrd_world import FULL, World

from hrd_cases.domain.access.roles import CASEWORKER
from hrd_cases.domain.errors import NotFound, RuleBroken, SessionEnded
from hrd_cases.services.access import ending_access
from hrd_cases.services.casework import cases
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.records import records
from hrd_cases.services.team import own_key_revocation, roles


def end_keys(world: World, name: str) -> None:
    with world.writing(name) as ctx:
        own_key_revocation.end_own_keys(ctx, sure=True)


def epoch(world: World, vault: str, compartment: str) -> int:
    """The newest epoch of a part."""
    rows = Copy.of(world.runtime.database).rows["headers"]
    return max(row["epoch"] for row in rows if (row["vault_id"], row["compartment"]) == (vault, compartment))


def test_after_one_ends_ones_keys_nothing_opens_and_everybody_else_is_asked_to_renew(world: World) -> None:
    ids, second = world.granted[FULL], world.sign_in("lawyer")
    with world.reading("lawyer") as ctx:
        assert own_key_revocation.outlook(ctx).nobody_else == ()
        cases.overview(ctx, ids.case)
    with pytest.raises(RuleBroken), world.writing("lawyer") as ctx:
        own_key_revocation.end_own_keys(ctx, sure=False)
    end_keys(world, "lawyer")
    with pytest.raises(NotFound), world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    assert world.runtime.sessions.find(second.cookie, world.now) is None, "other sessions end"
    again = world.sign_in("lawyer")
    assert again.actor.state == "waiting"
    assert again.actor.roles == frozenset()
    with pytest.raises(RuleBroken), world.writing("caseworker") as ctx:
        records.create(ctx, ids.case, filled("note"))
    with world.reading("anna") as ctx:
        assert ids.case in {case for case, _ in ending_access.waiting_renewals(ctx).cases}
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.writing("caseworker") as ctx:
        records.create(ctx, ids.case, filled("note"))
    with world.reading("anna") as ctx:
        assert ids.case not in {case for case, _ in ending_access.waiting_renewals(ctx).cases}


def test_the_organisations_own_waits_for_an_administrator_who_is_told(sqlite_world: World) -> None:
    world, directory = sqlite_world, sqlite_world.runtime.organisation.directory
    with world.reading("admin") as ctx:
        assert not ending_access.waiting_renewals(ctx).offices
    with pytest.raises(NotFound), world.writing("admin") as ctx:
        ending_access.renew_offices(ctx)
    end_keys(world, "lawyer")
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        records.create(ctx, None, filled("company"))
    with world.reading("anna") as ctx:
        assert not ending_access.waiting_renewals(ctx).offices
    with world.reading("admin") as ctx:
        assert ending_access.waiting_renewals(ctx).offices
    with world.writing("admin") as ctx:
        ending_access.renew_offices(ctx)
    assert epoch(world, directory, "reference") == 2
    with world.writing("anna") as ctx:
        created = records.create(ctx, None, filled("company"))
    with world.reading("caseworker") as ctx:
        assert records.read(ctx, None, created).value.name
        ending_access.waiting_renewals(ctx)  # a look at the desk seals the directory anew
    rows = Copy.of(world.runtime.database).rows
    assert {row["epoch"] for row in rows["records"] if row["vault_id"] == directory} == {2}
    assert {row["epoch"] for row in rows["digests"] if row["vault_id"] == directory} == {2}
    assert {row["epoch"] for row in rows["text_packs"] if row["vault_id"] == directory} == {2}


def test_who_is_alone_with_a_case_is_told_so(sqlite_world: World) -> None:
    with sqlite_world.reading("outsider") as ctx:
        result = own_key_revocation.outlook(ctx)
    assert set(result.nobody_else) == {sqlite_world.own.case, sqlite_world.own.call_vault}
    assert result.administrators == 2


def test_a_lawyer_no_more_no_longer_belongs_in_the_lawyers_part(sqlite_world: World) -> None:
    """Computed from certificates: nothing is stored, and the other lawyer renews it."""
    ids = sqlite_world.strike
    with sqlite_world.reading("luka") as ctx:
        assert records.read(ctx, ids.case, ids.records["advice"]).value.subject
    with sqlite_world.writing("admin") as ctx:
        roles.change(ctx, sqlite_world.user("luka"), frozenset({CASEWORKER}))
    with sqlite_world.reading("lana") as ctx:
        opened = peek(ctx, ids.case)
        assert opened is not None
        assert set(opened.keys) - set(opened.headers) == {"privileged"}
        assert ids.case in {case for case, _ in ending_access.waiting_renewals(ctx).cases}
    with sqlite_world.writing("lana") as ctx:
        cases.renew_keys(ctx, ids.case)
    assert epoch(sqlite_world, ids.case, "privileged") == 2
    assert epoch(sqlite_world, ids.case, "core") == 1
    with pytest.raises(SessionEnded), sqlite_world.reading("luka"):
        pass
    sqlite_world.again("luka")
    with sqlite_world.reading("luka") as ctx:
        assert cases.overview(ctx, ids.case).case.value.title
        assert "privileged" not in cases.overview(ctx, ids.case).rights


def test_a_coordinator_no_more_is_shut_out_of_the_trends_in_the_same_act(sqlite_world: World) -> None:
    trends = sqlite_world.runtime.organisation.trends
    before = epoch(sqlite_world, trends, "facts")
    with sqlite_world.writing("founder") as ctx:  # holds the trend desk
        roles.change(ctx, sqlite_world.user("coordinator"), frozenset({CASEWORKER}))
    assert epoch(sqlite_world, trends, "facts") == before + 1
    with sqlite_world.reading("founder") as ctx:
        assert not ending_access.waiting_renewals(ctx).offices
