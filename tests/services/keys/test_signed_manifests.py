"""What a case consists of is said by somebody who may write there, and by the log: not by whoever holds a key of it.

Whoever does these things here holds keys of the case and writes the database; some hold the key of the log too.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hrd_visits import Site
from hrd_world import World
from sqlalchemy import delete, update

from hrd_cases.crypto.core.envelope import SealedPlace
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.manifests import SignedHead
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vaults import ALL_RIGHTS, CORE
from hrd_cases.services.casework import cases
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.records import records
from hrd_cases.store import tables
from hrd_cases.store.doubts import ALTERED
from hrd_cases.store.log import LogEntry
from hrd_cases.store.manifest_changes import Change
from hrd_cases.store.manifest_marks import Own
from hrd_cases.store.manifests import Manifests
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.work import Work


def held_by(world: World, name: str) -> OpenVault:
    """A case with the keys that somebody holds, and with no rule to keep."""
    with world.reading(name) as ctx:
        vault = peek(ctx, world.strike.case)
    assert vault is not None
    return replace(vault, rights=dict.fromkeys(vault.keys, ALL_RIGHTS), left_by=None)


def keys_of(world: World, name: str) -> UserKeys:
    bundle = world.session(name).bundle
    assert bundle is not None
    return bundle.user_keys


def taken_out(world: World, work: Work, vault: OpenVault, signer: UserKeys | None) -> list[bytes]:
    """Remove a colleague's record, and leave a list of what is there that does not have it; the marks that it needs."""
    own, gone = (
        Manifests(work.connection, world.runtime.org, Own(lambda: signer, lambda _row: True)),
        world.strike.records["incident"],
    )
    for part in vault.keys:
        here = (tables.records.c.id == gone, tables.records.c.compartment == part)
        if work.connection.execute(delete(tables.records).where(*here)).rowcount:
            own.note(vault, part, gone, Change(gone=True))
    return own.marks()


def take_out(world: World, name: str, signer: UserKeys | None) -> None:
    """The same with the keys of the case that somebody holds, and with the marks entered as the server enters them."""
    vault = held_by(world, name)
    with world.runtime.database.writing() as work:
        marks = taken_out(world, work, vault, signer)
        day = work.log.newest_day
        work.log.append([LogEntry(day=day, klass="write", mark=mark, sealed=b"") for mark in marks])


def posing_as(keys: UserKeys) -> UserKeys:
    """Somebody's public keys, whose private ones an attacker has not."""
    forged = UserKeys.new()
    object.__setattr__(forged, "fingerprint", keys.fingerprint)
    return forged


def doubted(world: World, name: str = "anna") -> set[tuple[str, str]]:
    """What somebody is told about whole parts of the case."""
    with world.reading(name) as ctx:
        doubts = cases.overview(ctx, world.strike.case).doubts
    return {(doubt.compartment, doubt.what) for doubt in doubts if not doubt.record}


def test_what_everybody_left_in_a_case_is_signed_by_somebody_who_may_write_there(world: World) -> None:
    for name in ("anna", "luka", "external"):
        assert doubted(world, name) == set()


def test_who_got_hold_of_a_key_and_is_not_on_the_case_unmakes_nothing(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.strike
    take_out(world, "luka", keys_of(world, "outsider"))
    assert (CORE, ALTERED) in doubted(world)
    with world.reading("anna") as ctx:
        stored = records.read(ctx, ids.case, ids.records["action"])
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        records.save(ctx, ids.case, stored.id, replace(stored.value, title="other"), stored.versions)


@pytest.mark.parametrize("signer", [lambda _: None, posing_as], ids=["nobody", "another"])
def test_nobody_unmakes_a_record_in_a_colleagues_name(
    sqlite_world: World, signer: Callable[[UserKeys], UserKeys | None]
) -> None:
    world = sqlite_world
    take_out(world, "luka", signer(keys_of(world, "anna")))
    assert {what for _, what in doubted(world)} == {ALTERED}
    page = Site(world).visit(world.session("anna"), "GET", f"/c/{world.strike.case}", headers={"Accept-Language": "en"})
    assert "the list of what belongs here was altered" in page.text


def test_a_mark_that_this_server_did_not_enter_makes_no_state_the_newest(sqlite_world: World) -> None:
    world, vault = sqlite_world, held_by(sqlite_world, "luka")
    with world.runtime.database.writing() as work:
        marks = taken_out(world, work, vault, keys_of(world, "luka"))
        spare = (row.seq for row in work.log.rows() if row.s is None and row.mark is None)
        for mark in marks:
            work.connection.execute(update(tables.log).where(tables.log.c.seq == next(spare)).values(mark=mark))
    assert {what for _, what in doubted(world)} == {ALTERED}


def test_a_member_with_the_right_to_write_signs_what_they_unmake(sqlite_world: World) -> None:
    world, signers = sqlite_world, set[bytes]()
    take_out(world, "luka", keys_of(world, "luka"))
    assert doubted(world) == set()

    def left_by(signed: SignedHead, _: SealedPlace) -> bool:
        signers.add(signed.fingerprint)
        return True

    with world.runtime.database.reading() as work:
        work.records.examine(replace(held_by(world, "luka"), left_by=left_by))
    assert keys_of(world, "luka").fingerprint in signers
