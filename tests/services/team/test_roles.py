"""Other roles on the same keys: their order stands in the certificates, and what a role opened is renewed."""

import pytest
from hrd_world import World, admit
from sqlalchemy import delete

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.services.casework import cases
from hrd_cases.services.keys.vault_membership import roster
from hrd_cases.services.team import administration, roles
from hrd_cases.store import tables


def change(world: World, name: str, *requested: str, by: str = "admin") -> None:
    with world.writing(by) as ctx:
        roles.change(ctx, world.user(name), frozenset(requested))


def test_roles_are_changed_again_and_again_and_the_last_counts(world: World) -> None:
    change(world, "luka", "lawyer", "coordinator")
    change(world, "luka", "caseworker")
    change(world, "luka", "caseworker", "lawyer", by="founder")
    assert world.sign_in("luka").actor.roles == {"caseworker", "lawyer"}
    assert world.session("luka").actor.roles == {"caseworker", "lawyer"}
    with world.reading("luka") as ctx:
        assert cases.overview(ctx, world.strike.case).case.value.title
        assert [item.serial for item in ctx.trust.chain(bytes.fromhex(world.user("luka")))] == [1, 2, 3, 4]


def test_a_certificate_taken_out_of_the_row_takes_those_after_it_along(sqlite_world: World) -> None:
    world = sqlite_world
    change(world, "luka", "caseworker")
    change(world, "luka", "administrator")
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.later_certificates).where(tables.later_certificates.c.serial == 2))
    assert world.sign_in("luka").actor.roles == frozenset(), "nobody knows what the missing one said"


def test_the_lawyers_part_waits_for_new_keys_when_somebody_is_no_longer_a_lawyer(sqlite_world: World) -> None:
    world = sqlite_world
    change(world, "luka", "caseworker")
    with world.reading("lana") as ctx:
        existing = roster(ctx, world.strike.case)
        assert existing is not None
        assert existing.due(ctx, "privileged")
        assert not existing.due(ctx, "core")
    with world.writing("lana") as ctx:
        cases.renew_keys(ctx, world.strike.case)
    with world.reading("lana") as ctx:
        existing = roster(ctx, world.strike.case)
        assert existing is not None
        assert not existing.due(ctx, "privileged")
        assert not existing.chains["privileged"].newest.names(bytes.fromhex(world.people["luka"].fingerprint))


def test_an_office_given_up_is_renewed_in_the_same_act(sqlite_world: World) -> None:
    world = sqlite_world
    change(world, "founder", "administrator", "auditor", by="founder")
    with world.reading("coordinator") as ctx:
        existing = roster(ctx, world.runtime.organisation.trends)
        assert existing is not None
        assert not existing.due(ctx, "facts")
        by_name = {member.id.hex() for member in existing.chains["facts"].newest.members}
        assert by_name == {world.people["coordinator"].fingerprint}


def test_nobody_gives_themselves_a_role(sqlite_world: World) -> None:
    with pytest.raises(RuleBroken) as refused:
        change(sqlite_world, "admin", "administrator", "caseworker")
    assert refused.value.place == "roles"


def test_the_last_who_holds_something_keeps_the_role(sqlite_world: World) -> None:
    world = sqlite_world
    for name, requested in (("founder", {"administrator", "coordinator"}), ("auditor", {"caseworker"})):
        if name == "founder":
            change(world, name, *requested, by="founder")
            world.again("founder")
            continue
        with pytest.raises(RuleBroken):
            change(world, name, *requested, by="founder")
    admit(world, "second", frozenset({"auditor"}))
    with pytest.raises(RuleBroken):
        change(world, "auditor", "caseworker", by="founder")
    with world.writing("auditor") as ctx:
        administration.hand_office(ctx, world.user("second"))
    change(world, "auditor", "caseworker", by="founder")
    assert world.sign_in("auditor").actor.roles == {"caseworker"}


@pytest.mark.parametrize("wanted", [set(), {"root"}, {"lawyer"}])
def test_roles_that_are_none_or_the_same_are_refused(sqlite_world: World, wanted: set[str]) -> None:
    with pytest.raises(RuleBroken):
        change(sqlite_world, "luka", *wanted)


@pytest.mark.parametrize("typed", ["", "0" * 32, "z" * 32, "я" * 32])
def test_an_account_that_is_not_there_has_no_roles_to_change(sqlite_world: World, typed: str) -> None:
    with pytest.raises(NotFound), sqlite_world.writing("admin") as ctx:
        roles.change(ctx, typed, frozenset({"caseworker"}))


def test_only_administrators_and_only_accounts_that_work_here(sqlite_world: World) -> None:
    for name in ("anna", "coordinator", "auditor"):
        with pytest.raises(Forbidden):
            change(sqlite_world, "luka", "caseworker", by=name)
    for name in ("waiting", "disabled"):
        with pytest.raises(NotFound):
            change(sqlite_world, name, "caseworker")
