"""Somebody's keys end or are replaced: by one administrator or two, and colleagues who let them in again."""

from dataclasses import replace

from hrd_thief import Copy, with_passphrase
from hrd_world import Credentials, World, activated

from hrd_cases.services.team import (
    administration,
    key_replacement,
    own_key_revocation,
    readmission,
)


def new_keys(world: World, name: str, by: str = "admin") -> Credentials:
    """Somebody who forgot their passphrase makes new keys with a code; they wait."""
    with world.writing(by) as ctx:
        code = key_replacement.code_for(ctx, world.user(name))
    existing, session = activated(world.runtime, code, world.now)
    assert session.actor.user == world.user(name)
    assert session.actor.state == "waiting"
    return replace(existing, roles=world.people[name].roles)


def agree(world: World, existing: Credentials, *names: str) -> bool:
    """Administrators certify new keys."""
    done = False
    for name in names:
        with world.writing(name) as ctx:
            done = key_replacement.agree(ctx, existing.user, existing.fingerprint)
    return done


def replaced(world: World, name: str) -> Credentials:
    """Somebody has new keys that count; they are known by them from now on."""
    existing = new_keys(world, name)
    assert agree(world, existing, "admin", "founder")
    world.people[name] = existing
    world._sessions.pop(name, None)
    return existing


def let_in(world: World, name: str, by: str) -> int:
    """A lead lets them in; how many cases are left."""
    existing = world.people[name]
    with world.writing(by) as ctx:
        return readmission.let_in(ctx, existing.user, existing.fingerprint)


def cases_of(world: World, name: str) -> set[str]:
    """The cases that somebody opens with their passphrase and a copy of the database."""
    copy = Copy.of(world.runtime.database)
    existing = {row["id"] for row in copy.rows["vaults"] if row["kind"] == "case"}
    return {vault for vault, _ in with_passphrase(copy, world.people[name].passphrase).opened()} & existing


def ended(world: World, name: str, *by: str) -> None:
    """Close an account; an administrator's takes two others, one after the other."""
    for one in by:
        with world.writing(one) as ctx:
            administration.disable(ctx, world.user(name), lose=True)


def ended_alone(world: World, name: str) -> None:
    """Somebody ends their own keys, an administrator too."""
    with world.writing(name) as ctx:
        own_key_revocation.end_own_keys(ctx, sure=True)
