"""What is signed counts by its place in the log: not behind its signer's end, not as the second, not while withheld.

Whoever does these things here also holds the key of the log: without it not one entry can be added
(tests/store/test_log_attacks.py).
"""

from dataclasses import replace

import pytest
from hrd_replaced import ended
from hrd_statements import enter, keys_of
from hrd_world import World, admit
from sqlalchemy import delete, insert, select, update

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.headers import Header, header_mark, sign_header
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.leavings import Leaving
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.sealing import LIST_WITHHELD
from hrd_cases.services.casework import cases
from hrd_cases.services.install import health
from hrd_cases.services.keys import key_revocations
from hrd_cases.services.keys.vault_keys import sign_next
from hrd_cases.services.keys.vault_membership import Unverified, roster
from hrd_cases.services.records import records
from hrd_cases.services.signin.organisation_setup import certificate_row
from hrd_cases.services.team import member_removal
from hrd_cases.store import tables
from hrd_cases.store.work import Work

ANSWER = b"an answer that waits............"


def disable(world: World, name: str) -> None:
    """Close an account: an administrator's by two others."""
    admit(world, "third", frozenset({"administrator"}))
    ended(world, name, *(["founder", "third"] if name == "admin" else ["founder"]))


def wrong(world: World) -> set[str]:
    """The names of what `hrd-cases check` finds wrong."""
    world.runtime.cells.clear()
    findings = health.whole(world.runtime, world.now, lambda *_: None)
    return {finding.name for finding in findings if not finding.right}


def planted(world: World, issuer: UserKeys) -> Certificate:
    """A person who is in the database, certified by these keys, and not in the log."""
    new = UserKeys.new()
    certificate = Certificate(
        org=world.runtime.org,
        user=b"m" * 16,
        sign_public=new.sign_public,
        kem_public=new.kem_public,
        roles=frozenset({"administrator", "auditor", "lawyer"}),
        issuer=issuer.fingerprint,
    )
    with world.runtime.database.writing() as work:
        row = work.users.by_id(world.user("outsider"))
        assert row is not None
        other = replace(
            row,
            id=(b"m" * 16).hex(),
            handle_mac=b"m" * 32,
            sign_public=new.sign_public,
            kem_public=new.kem_public,
            fingerprint=new.fingerprint.hex(),
        )
        work.users.add(other)
        work.keys.add_certificate(certificate_row(certificate, certificate.sign(issuer.sign_seed)))
    return certificate


def counted(world: World) -> set[bytes]:
    """The fingerprints of everybody whose certificate counts."""
    with world.reading("founder") as ctx:
        return {certificate.fingerprint for certificate in ctx.trust.current()}


def test_a_disabled_administrator_certifies_nobody_even_with_an_entry_in_the_log(sqlite_world: World) -> None:
    world, keys = sqlite_world, keys_of(sqlite_world, "admin")
    disable(world, "admin")
    forged = planted(world, keys)
    with world.runtime.database.writing() as work:
        enter(work, forged.hash())
    assert forged.fingerprint not in counted(world)


def test_what_counts_within_an_act_that_failed_does_not_count_after_it(sqlite_world: World) -> None:
    world = sqlite_world
    certificate = planted(world, keys_of(world, "admin"))

    def act() -> None:
        with world.writing("founder") as ctx:
            ctx.entering.marks.append(certificate.hash())
            within = ctx.runtime.trust(ctx.work, ctx.entering)
            assert certificate.fingerprint in {item.fingerprint for item in within.current()}
            raise RuntimeError

    assert certificate.fingerprint not in counted(world)
    with pytest.raises(RuntimeError):
        act()
    assert certificate.fingerprint not in counted(world)


def test_a_revocation_taken_out_of_the_database_still_counts_and_is_told(sqlite_world: World) -> None:
    world = sqlite_world
    user, fingerprint = world.user("admin"), world.people["admin"].fingerprint
    disable(world, "admin")
    assert "revocations" not in wrong(world)
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.revocations).filter_by(fingerprint=fingerprint))
        work.connection.execute(update(tables.users).filter_by(id=user).values(state="active"))
    for again in (world, world.restarted()):
        session = again.sign_in("admin")
        assert (session.actor.state, session.actor.roles) == ("waiting", frozenset())
        assert "revocation_missing" in again.sign_in("anna").row.messages
    assert "revocations" in wrong(world)


def renewed(world: World, case: str) -> None:
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("luka"), member_removal.OUT)


def opened_rows(world: World, case: str) -> int:
    """How many rows tell who opened a case."""
    with world.runtime.database.reading() as work:
        return len(work.connection.execute(select(tables.access_rows.c.id).filter_by(vault_id=case)).all())


def newest(work: Work, case: str, compartment: str = "core") -> Header:
    row = work.keys.newest_header(case, compartment)
    assert row is not None
    return Header.decode(row.body)


def test_a_case_whose_newest_list_is_withheld_is_read_and_not_written(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.reading("lana") as ctx:
        cases.overview(ctx, case)
    renewed(world, case)
    assert "headers" not in wrong(world)
    with world.runtime.database.writing() as work:
        last = newest(work, case)
        chosen = {"vault_id": case, "compartment": "core", "serial": last.serial}
        work.connection.execute(delete(tables.headers).filter_by(**chosen))
        work.connection.execute(delete(tables.grants).filter_by(vault_id=case, compartment="core", epoch=last.epoch))
    told = opened_rows(world, case)

    def save() -> None:
        with world.writing("lana") as ctx:
            stored = records.read(ctx, case, world.strike.records["note"])
            records.save(ctx, case, world.strike.records["note"], stored.value, stored.versions)

    for _ in range(2):
        with world.reading("lana") as ctx:
            membership = roster(ctx, case)
            assert membership is not None
            assert set(membership.withheld) == {"core"}
            assert cases.overview(ctx, case).case.value.title
        with pytest.raises(RuleBroken) as refusal:
            save()
        assert refusal.value.text == LIST_WITHHELD
        with pytest.raises(RuleBroken), world.writing("anna") as ctx:
            member_removal.change(ctx, case, world.user("lana"), member_removal.OUT)
        with world.runtime.database.reading() as work:
            earlier = newest(work, case)
        with pytest.raises(RuleBroken) as refusal, world.writing("anna") as ctx:
            sign_next(ctx, earlier.follow(earlier.members))
        assert refusal.value.text == LIST_WITHHELD
    assert "headers" in wrong(world)
    assert opened_rows(world, case) == told, "not even who opened it is sealed to the key before"


def test_of_two_headers_that_follow_one_the_first_in_the_log_counts(sqlite_world: World) -> None:
    """Who led, and was taken out, makes a renewal of their own in the place of the real one."""
    world, case = sqlite_world, sqlite_world.strike.case
    keys = keys_of(world, "anna")
    with world.runtime.database.reading() as work:
        before = newest(work, case)
    renewed(world, case)
    rival = before.follow([before.member(keys.fingerprint)], CompartmentKey.new())
    signed = sign_header(rival, keys)
    with world.runtime.database.writing() as work:
        last = newest(work, case)
        chosen = {"vault_id": case, "compartment": "core", "serial": last.serial}
        work.connection.execute(delete(tables.headers).filter_by(**chosen))
        values = {**chosen, "epoch": rival.epoch, "body": signed.header_bytes, "signature": signed.signature}
        values |= {"signer": keys.fingerprint.hex(), "hash": rival.hash()}
        work.connection.execute(insert(tables.headers).values(**values))
        enter(work, header_mark(rival))
    with world.reading("lana") as ctx, pytest.raises(Unverified):
        roster(ctx, case)
    assert "headers" in wrong(world)


def test_what_a_lead_signed_before_they_left_stands_and_nothing_of_later(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    keys = keys_of(world, "anna")
    disable(world, "anna")
    with world.reading("lana") as ctx:
        membership = roster(ctx, case)
        assert membership is not None, "founded by somebody who left later"
        before = membership.chains["core"].newest
    later = before.follow([*before.members])
    signed = sign_header(later, keys)
    with world.runtime.database.writing() as work:
        work.keys.add_headers(signed)
        enter(work, header_mark(later))
    with world.reading("lana") as ctx, pytest.raises(Unverified):
        roster(ctx, case)


@pytest.mark.parametrize("refusal", [RuntimeError, Forbidden, NotFound])
def test_places_of_an_act_that_failed_are_forgotten(sqlite_world: World, refusal: type[Exception]) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    before = wrong(world)

    def act() -> None:
        with world.writing("anna") as ctx:
            member_removal.change(ctx, case, world.user("luka"), member_removal.OUT)
            key_revocations.revoke(ctx, ctx.actor.fingerprint)
            ctx.answer_marks.append(ANSWER)
            membership = roster(ctx, case)
            assert membership is not None
            assert not membership.withheld
            raise refusal

    with pytest.raises(refusal):
        act()
    with world.reading("lana") as ctx:
        membership = roster(ctx, case)
        assert membership is not None
        assert membership.chains["core"].newest.epoch == 1
        assert not membership.withheld
        assert ctx.work.log.position(ANSWER) is None
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("luka"), member_removal.OUT)
    assert wrong(world) == before


def left(world: World, case: str, name: str) -> set[str]:
    """The parts that somebody gave up, as a colleague's visit and a new start find them."""
    member, parts = bytes.fromhex(world.people[name].fingerprint), []
    for again in (world, world.restarted()):
        with again.reading("lana") as ctx:
            membership = roster(ctx, case)
            assert membership is not None
            parts.append({part for part, members in membership.left.items() if member in members})
    assert parts[0] == parts[1]
    return parts[0]


def leave(world: World, name: str) -> None:
    with world.writing(name) as ctx:
        member_removal.leave(ctx, world.strike.case)


def leaving_of(world: World, keys: UserKeys) -> Leaving:
    """What somebody signs who gives the first part of a case up."""
    case = bytes.fromhex(world.strike.case)
    return Leaving(org=world.runtime.org, vault=case, compartment="core", epoch=1, fingerprint=keys.fingerprint)


@pytest.mark.parametrize("harm", ["gone", "altered", "another signature"])
def test_who_left_stays_out_when_their_statement_is_taken_away(sqlite_world: World, harm: str) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.reading("lana") as ctx:
        cases.overview(ctx, case)
    leave(world, "external")
    parts = left(world, case, "external")
    assert "core" in parts
    assert "leavings" not in wrong(world)
    with world.runtime.database.writing() as work:
        here = {"vault_id": case, "fingerprint": world.people["external"].fingerprint}
        if harm == "gone":
            work.connection.execute(delete(tables.leavings).filter_by(**here))
        else:
            values = {"epoch": 7} if harm == "altered" else {"signature": bytes(64)}
            work.connection.execute(update(tables.leavings).filter_by(**here).values(**values))
    assert left(world, case, "external") == parts
    with pytest.raises(NotFound), world.reading("external") as ctx:
        cases.overview(ctx, case)
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, case).keys_due, "and their colleagues are asked for new keys"
    assert ("leavings" in wrong(world)) is (harm != "altered"), "an epoch is no part of the name"


def test_a_leaving_counts_for_nothing_before_the_log_has_it(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    keys = keys_of(world, "luka")
    said = leaving_of(world, keys)
    with world.runtime.database.writing() as work:
        row = {"vault_id": case, "compartment": "core", "epoch": 1}
        row |= {"fingerprint": keys.fingerprint.hex(), "signature": said.sign(keys.sign_seed)}
        work.connection.execute(insert(tables.leavings).values(**row))
    assert left(world, case, "luka") == set()
    with world.runtime.database.writing() as work:
        enter(work, said.hash())
    assert left(world, case, "luka") == {"core"}


def test_whose_keys_had_ended_leaves_nothing_any_more(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    keys = keys_of(world, "luka")
    disable(world, "luka")
    with world.runtime.database.writing() as work:
        enter(work, leaving_of(world, keys).hash())
    assert left(world, case, "luka") == set(), "they are out by the end of their keys alone"


def test_a_leaving_that_failed_is_forgotten(sqlite_world: World) -> None:
    world = sqlite_world

    def act() -> None:
        with world.writing("external") as ctx:
            member_removal.leave(ctx, world.strike.case)
            membership = roster(ctx, world.strike.case)
            assert membership is not None
            assert "core" in membership.left
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert left(world, world.strike.case, "external") == set()
