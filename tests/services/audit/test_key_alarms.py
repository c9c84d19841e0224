"""Each alarm about keys is told by `check`, on the auditors' page and to the people concerned: threat-model.md 5."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hrd_filled import filled
from hrd_replaced import ended, ended_alone, replaced
from hrd_statements import enter, keys_of
from hrd_visits import Site
from hrd_world import World, admit
from sqlalchemy import delete, func, insert, select, update

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.headers import Header, header_mark, sign_header
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.domain.access.facts import ACTIVE, WAITING
from hrd_cases.domain.errors import KeysAltered, LogRefused, RuleBroken
from hrd_cases.domain.sealing import LIST_WITHHELD
from hrd_cases.services.audit import audit_reader, key_alarms
from hrd_cases.services.casework import cases
from hrd_cases.services.install import health
from hrd_cases.services.keys.vault_membership import roster
from hrd_cases.services.records import records
from hrd_cases.services.signin.organisation_setup import certificate_row
from hrd_cases.services.team import member_removal, roles
from hrd_cases.store import tables
from hrd_cases.store.work import Work

ENGLISH = {"Accept-Language": "en"}


def checked(world: World) -> dict[str, str]:
    """What `hrd-cases check` finds wrong, by name."""
    world.runtime.cells.clear()
    world.runtime.known_trust = None
    found = health.whole(world.runtime, world.now, lambda *_: None)
    wrong: dict[str, str] = {}
    for finding in found:
        if not finding.right:
            wrong[finding.name] = f"{wrong.get(finding.name, '')}{finding.text}\n"
    return wrong


def audited(world: World) -> dict[str, str]:
    """What the auditors' page says of keys, by kind."""
    with world.reading("auditor") as ctx:
        alarms = audit_reader.verify(ctx).alarms
    kinds = dict.fromkeys(alarm.kind for alarm in alarms)
    return {kind: "\n".join(str(alarm.sentence) for alarm in alarms if alarm.kind == kind) for kind in kinds}


def newest(work: Work, case: str) -> Header:
    """The newest list of who may open the coded part."""
    row = work.keys.newest_header(case, "core")
    assert row is not None
    return Header.decode(row.body)


def out(world: World, name: str) -> None:
    """Somebody is taken out of the case: its keys are changed."""
    with world.writing("anna") as ctx:
        member_removal.change(ctx, world.strike.case, world.user(name), member_removal.OUT)


def withheld(world: World) -> None:
    """The newest list is taken out of the database."""
    out(world, "luka")
    case = world.strike.case
    with world.runtime.database.writing() as work:
        last = newest(work, case)
        work.connection.execute(delete(tables.headers).filter_by(vault_id=case, compartment="core", serial=last.serial))


def second(world: World) -> None:
    """Another list of the same lead stands in the place of the newest one, and is in the log behind it."""
    case, keys = world.strike.case, keys_of(world, "anna")
    with world.runtime.database.reading() as work:
        before = newest(work, case)
    out(world, "luka")
    rival = before.follow([before.member(keys.fingerprint)], CompartmentKey.new())
    signed = sign_header(rival, keys)
    with world.runtime.database.writing() as work:
        here = {"vault_id": case, "compartment": "core", "serial": rival.serial}
        values = {
            "epoch": rival.epoch,
            "body": signed.header_bytes,
            "signature": signed.signature,
            "hash": rival.hash(),
        }
        work.connection.execute(update(tables.headers).filter_by(**here).values(**values))
        enter(work, header_mark(rival))


def revocation_gone(world: World) -> None:
    """The statement that ended somebody's keys is taken out of the database."""
    ended(world, "caseworker", "founder")
    with world.runtime.database.writing() as work:
        fingerprint = world.people["caseworker"].fingerprint
        work.connection.execute(delete(tables.revocations).filter_by(fingerprint=fingerprint))


def refusal_gone(world: World) -> None:
    """The statement that refused a newcomer, whom nobody ever certified, is taken out of the database."""
    with world.runtime.database.writing() as work:
        fingerprint = world.people["disabled"].fingerprint
        work.connection.execute(delete(tables.revocations).filter_by(fingerprint=fingerprint))


def opened_again(world: World) -> None:
    """The account of somebody whom an administrator closed is put back as it was."""
    ended(world, "caseworker", "founder")
    _in_state(world, "caseworker", ACTIVE)


def opened_again_after_two(world: World) -> None:
    """The same of an administrator, whom two others closed."""
    admit(world, "third", frozenset({"administrator"}))
    ended(world, "admin", "founder", "third")
    _in_state(world, "admin", ACTIVE)


def waits_again(world: World) -> None:
    """A newcomer who was refused waits again."""
    _in_state(world, "disabled", WAITING)


def _in_state(world: World, name: str, state: str) -> None:
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.users).filter_by(id=world.user(name)).values(state=state))


def old_keys_put_back(world: World) -> None:
    """An account whose keys were replaced gets the row it had before."""
    here = tables.users.c.id == world.user("outsider")
    with world.runtime.database.reading() as work:
        before = dict(work.connection.execute(select(tables.users).where(here)).mappings().one())
    replaced(world, "outsider")
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.users).where(here).values(before))


def certified(world: World, *, by: UserKeys, logged: bool) -> None:
    """Somebody stands in the database, certified by these keys."""
    new = UserKeys.new()
    certificate = Certificate(
        org=world.runtime.org,
        user=b"m" * 16,
        sign_public=new.sign_public,
        kem_public=new.kem_public,
        roles=frozenset({"administrator"}),
        issuer=by.fingerprint,
    )
    with world.runtime.database.writing() as work:
        row = work.users.by_id(world.user("outsider"))
        assert row is not None
        more = {"id": (b"m" * 16).hex(), "handle_mac": b"m" * 32, "fingerprint": new.fingerprint.hex()}
        work.users.add(replace(row, sign_public=new.sign_public, kem_public=new.kem_public, **more))
        work.keys.add_certificate(certificate_row(certificate, certificate.sign(by.sign_seed)))
        if logged:
            enter(work, certificate.hash())


def too_late(world: World) -> None:
    """Whose keys have ended certifies somebody, and has the log too."""
    keys = keys_of(world, "admin")
    admit(world, "third", frozenset({"administrator"}))
    ended(world, "admin", "founder", "third")
    certified(world, by=keys, logged=True)


def not_logged(world: World) -> None:
    """The same by somebody whose keys count, without the log."""
    certified(world, by=keys_of(world, "admin"), logged=False)


def not_allowed(world: World) -> None:
    """Somebody who administers nothing certifies, and has the log too."""
    certified(world, by=keys_of(world, "anna"), logged=True)


def certificate_gone(world: World) -> None:
    """Somebody who gave up a role takes the certificate that says so out of the database."""
    with world.writing("founder") as ctx:
        roles.change(ctx, world.user("lawyer"), frozenset({"lawyer", "auditor"}))
    with world.writing("founder") as ctx:
        roles.change(ctx, world.user("lawyer"), frozenset({"lawyer"}))
    with world.runtime.database.writing() as work:
        later = {"user_id": world.user("lawyer"), "serial": 3}
        assert work.connection.execute(delete(tables.later_certificates).filter_by(**later)).rowcount


def certificate_of_new_keys_gone(world: World) -> None:
    """The certificate of somebody's new keys is taken out of the database: no roles can be given to these keys."""
    replaced(world, "lawyer")
    with world.runtime.database.writing() as work:
        later = {"user_id": world.user("lawyer"), "serial": 2}
        assert work.connection.execute(delete(tables.later_certificates).filter_by(**later)).rowcount


def first_certificate_gone(world: World) -> None:
    """The only certificate of an account is taken out of the database."""
    with world.runtime.database.writing() as work:
        here = {"fingerprint": world.people["external"].fingerprint}
        work.connection.execute(delete(tables.certificates).filter_by(**here))


def listed_again(world: World) -> None:
    """Who left puts their row of the index back: lists would show them the case again."""
    here = {"vault_id": world.strike.case, "member": world.people["external"].fingerprint}
    with world.runtime.database.reading() as work:
        rows = work.connection.execute(select(tables.memberships).filter_by(**here)).mappings()
        index = [dict(row) for row in rows]
    with world.writing("external") as ctx:
        member_removal.leave(ctx, world.strike.case)
    with world.runtime.database.writing() as work:
        work.connection.execute(insert(tables.memberships), index)


def not_readable(world: World) -> None:
    """A certificate is altered beyond reading."""
    with world.runtime.database.writing() as work:
        here = {"fingerprint": world.people["lawyer"].fingerprint}
        work.connection.execute(update(tables.certificates).filter_by(**here).values(body=b"nothing"))


ALARMS: dict[str, tuple[Callable[[World], None], str, str]] = {
    "a missing revocation": (revocation_gone, key_alarms.REVOCATIONS, "They stay ended"),
    "a missing refusal": (refusal_gone, key_alarms.REVOCATIONS, "They stay ended"),
    "a closed account that is open": (opened_again, key_alarms.REVOCATIONS, "it is open again"),
    "one that two closed": (opened_again_after_two, key_alarms.REVOCATIONS, "it is open again"),
    "a refused newcomer who waits": (waits_again, key_alarms.REVOCATIONS, "it is open again"),
    "an account as it was": (old_keys_put_back, key_alarms.STATEMENTS, "has other keys in the database"),
    "a missing successor": (withheld, key_alarms.HEADERS, "is missing, though the audit log has it"),
    "a second successor": (second, key_alarms.HEADERS, "it came second"),
    "a statement younger than its issuer's end": (too_late, key_alarms.STATEMENTS, "had ended. It counts for nothing"),
    "a certificate that the log does not know": (not_logged, key_alarms.STATEMENTS, "is not in the audit log"),
    "a certificate by who may not": (not_allowed, key_alarms.STATEMENTS, "they were not allowed to sign it"),
    "a missing certificate": (certificate_gone, key_alarms.STATEMENTS, "The account has no role until"),
    "a missing certificate of new keys": (
        certificate_of_new_keys_gone,
        key_alarms.STATEMENTS,
        "The certificate of the present keys of the account",
    ),
    "a missing first certificate": (first_certificate_gone, key_alarms.STATEMENTS, "The account has no role until"),
    "who left in the index again": (listed_again, key_alarms.MEMBERS, "was altered in the index"),
    "a certificate that cannot be read": (not_readable, key_alarms.STATEMENTS, "ended keys that cannot be read: 1"),
}


@pytest.mark.parametrize("alarm", ALARMS)
def test_check_and_the_auditors_page_name_it(sqlite_world: World, alarm: str) -> None:
    harm, kind, text = ALARMS[alarm]
    assert kind not in checked(sqlite_world)
    assert audited(sqlite_world) == {}
    harm(sqlite_world)
    assert text in checked(sqlite_world)[kind]
    assert text in audited(sqlite_world)[kind]
    page = Site(sqlite_world).visit(sqlite_world.session("auditor"), "GET", "/l/v", headers=ENGLISH).text
    assert text in page


def test_who_takes_away_their_newest_certificate_has_no_role_at_all(sqlite_world: World) -> None:
    world = sqlite_world
    certificate_gone(world)
    for again in (world, world.restarted()):
        assert again.sign_in("lawyer").actor.roles == frozenset()
    with world.writing("founder") as ctx:
        roles.change(ctx, world.user("lawyer"), frozenset({"lawyer", "caseworker"}))
    assert world.sign_in("lawyer").actor.roles == {"lawyer", "caseworker"}
    assert key_alarms.STATEMENTS not in checked(world)


def test_a_missing_newest_list_is_told_on_the_page_of_the_case(sqlite_world: World) -> None:
    world = sqlite_world
    withheld(world)
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, world.strike.case).list_withheld
    page = Site(world).visit(world.session("lana"), "GET", f"/c/{world.strike.case}", headers=ENGLISH)
    assert "The newest list of who may open this is missing" in page.text


def test_a_missing_list_is_told_before_what_is_due_by_the_one_that_is_there(sqlite_world: World) -> None:
    world = sqlite_world
    withheld(world)
    ended(world, "external", "founder")
    with world.reading("lana") as ctx:
        view = cases.overview(ctx, world.strike.case)
    assert view.list_withheld
    with pytest.raises(RuleBroken, match=LIST_WITHHELD[:30]), world.writing("lana") as ctx:
        records.create(ctx, world.strike.case, filled("task", within=("core",)))


def test_a_second_list_is_told_to_who_opened_the_case_before_and_to_nobody_else(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.reading("lana") as ctx:
        cases.overview(ctx, case)
    second(world)
    with pytest.raises(KeysAltered), world.reading("lana") as ctx:
        cases.overview(ctx, case)
    page = Site(world).visit(world.session("lana"), "GET", f"/c/{case}", headers=ENGLISH)
    assert page.status_code == 422
    assert "was altered in the database" in page.text
    for stranger in ("outsider", "coordinator", "admin"):
        assert Site(world).visit(world.session(stranger), "GET", f"/c/{case}").status_code == 404


def test_a_missing_revocation_is_told_to_everybody_who_logs_in(sqlite_world: World) -> None:
    revocation_gone(sqlite_world)
    assert "revocation_missing" in sqlite_world.sign_in("luka").row.messages


@pytest.mark.parametrize("harm", ["a gap", "a smaller head"])
def test_a_log_that_lost_something_stops_all_work_and_every_page_says_so(sqlite_world: World, harm: str) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.runtime.database.reading() as work:
        before = work.connection.execute(select(tables.log_head)).mappings().one()
    out(world, "luka")
    with world.runtime.database.writing() as work:
        rows = delete(tables.log)
        if harm == "a gap":
            last = work.connection.scalar(select(func.max(tables.log.c.s)))
            rows = rows.where(tables.log.c.s == last)
        else:
            rows = rows.where(tables.log.c.seq > before["size"])
            work.connection.execute(update(tables.log_head).values(**before))
        work.connection.execute(rows)
    if harm == "a gap":
        world = world.restarted()
    wrong = "".join(checked(world).values())
    assert ("Nothing is written until the newest backup" if harm == "a gap" else "is an older copy") in wrong
    with pytest.raises(LogRefused), world.reading("lana") as ctx:
        cases.overview(ctx, case)


def test_ordinary_work_raises_no_alarm(sqlite_world: World) -> None:
    world = sqlite_world
    admit(world, "third", frozenset({"administrator"}))
    with world.writing("founder") as ctx:
        roles.change(ctx, world.user("lawyer"), frozenset({"lawyer", "coordinator"}))
    out(world, "luka")
    ended(world, "admin", "founder", "third")
    ended_alone(world, "external")
    with world.reading("lana") as ctx:
        assert roster(ctx, world.strike.case) is not None
    assert checked(world).keys() <= {"backups"}
    assert audited(world) == {}
