"""A disabled administrator with the database: rows of his own making bring neither him nor anybody else back.

He has his passphrase and his old keys. He takes his revocation out, calls his account active, and puts certificates
beside it that his old keys signed, each with an entry in the log: by the database alone, and with the log's key too.
"""

from collections.abc import Callable

import pytest
from hrd_pages import Visitor, forms
from hrd_replaced import agree, ended, new_keys
from hrd_world import World, admit
from sqlalchemy import delete, func, insert, select, update

from hrd_cases.crypto.core.certificates import Certificate, Endorsement
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.domain.access.roles import ADMINISTRATOR, CASEWORKER, LAWYER
from hrd_cases.services.install import health
from hrd_cases.services.team import roles
from hrd_cases.store import tables
from hrd_cases.store.log import LogEntry, leaf
from hrd_cases.store.replacements import LaterCertificateRow
from hrd_cases.store.work import Work

ALL = frozenset({ADMINISTRATOR, CASEWORKER, LAWYER})
Append = Callable[[Work, bytes], None]


def keys_of(world: World, name: str) -> UserKeys:
    """The keys that somebody keeps whatever happens."""
    bundle = world.session(name).bundle
    assert bundle is not None
    return bundle.user_keys


def with_the_logs_key(work: Work, mark: bytes) -> None:
    """An entry as the server writes it."""
    day = work.log.newest_day
    work.log.append([LogEntry(day=day, klass="key", mark=mark, statement=True, sealed=b"")])


def with_the_database_alone(work: Work, mark: bytes) -> None:
    """An entry whose every hash is right, and whose tag is not."""
    last = work.log.newest(1)[0]
    item, seq = LogEntry(day=last.day, klass="key", mark=mark, sealed=b"x"), last.seq + 1
    more = work.connection.scalar(select(func.max(tables.log.c.s)))
    row = {"seq": seq, "day": item.day, "klass": "key", "mark": mark, "entry_sealed": b"x"}
    row |= {"leaf": leaf(seq, item), "generation": last.generation, "s": (more or 0) + 1}
    work.connection.execute(insert(tables.log).values(**row, tag=bytes(32)))


def follow(world: World, name: str, by: UserKeys, append: Append, keys: UserKeys | None = None) -> Certificate:
    """A later certificate of somebody as administrator, signed by these keys, in the database and its log."""
    user = bytes.fromhex(world.user(name))
    with world.runtime.database.writing() as work:
        before = world.runtime.trust(work).chain(user)[-1]
        pair = (keys.sign_public, keys.kem_public) if keys else None
        later = before.followed_by(issuer=by.fingerprint, day=before.day, roles=ALL, keys=pair)
        agreed = Endorsement(org=world.runtime.org, certificate=later.hash(), issuer=by.fingerprint)
        row = LaterCertificateRow(
            user_id=user.hex(),
            serial=later.serial,
            fingerprint=later.fingerprint.hex(),
            body=later.encode(),
            signature=later.sign(by.sign_seed),
            issuer=by.fingerprint.hex(),
            endorsement=agreed.encode(),
            endorsement_signature=agreed.sign(by.sign_seed),
        )
        work.replacements.add_certificate(row)
        append(work, agreed.hash())
        append(work, later.hash())
    return later


def put_back(world: World, name: str) -> None:
    """His statement of having ended is gone, and his account says that it works."""
    with world.runtime.database.writing() as work:
        fingerprint = world.people[name].fingerprint
        work.connection.execute(delete(tables.revocations).filter_by(fingerprint=fingerprint))
        active = update(tables.users).filter_by(id=world.user(name)).values(state="active")
        work.connection.execute(active)


def disabled(world: World, name: str) -> UserKeys:
    """The keys of an administrator whose account was ended."""
    keys = keys_of(world, name)
    admit(world, "third", frozenset({ADMINISTRATOR}))
    ended(world, name, "founder", "third")
    put_back(world, name)
    return keys


def demoted(world: World, name: str) -> UserKeys:
    """The keys of somebody who is an administrator no more."""
    keys = keys_of(world, name)
    with world.writing("founder") as ctx:
        ctx.asked = True
        roles.change(ctx, world.user(name), frozenset({CASEWORKER, ADMINISTRATOR}))
    world.again(name)
    with world.writing(name) as ctx:
        roles.change(ctx, world.user(name), frozenset({CASEWORKER}))
    return keys


def exchanged(world: World, name: str) -> UserKeys:
    """The keys that an administrator had before others came in their place."""
    keys = keys_of(world, name)
    with world.writing("founder") as ctx:
        ctx.asked = True
        roles.change(ctx, world.user("anna"), frozenset({CASEWORKER, ADMINISTRATOR}))
    world.again("anna")
    assert agree(world, new_keys(world, name, by="founder"), "founder", "anna")
    return keys


def enters(world: World, name: str) -> Visitor:
    """Somebody types handle and passphrase on the page of the log-in."""
    existing, browser = world.people[name], Visitor(world)
    browser.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    return browser


def is_administrator(browser: Visitor) -> bool:
    """Whether the page of accounts opens, with its acts."""
    page = browser.get("/a")
    return page.status_code == 200 and "/a/i" in forms(page)


def test_an_administrator_who_logs_in_reads_the_page_of_accounts(sqlite_world: World) -> None:
    assert is_administrator(enters(sqlite_world, "admin"))


@pytest.mark.parametrize("end", [disabled, demoted])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_former_administrator_who_certifies_himself_is_none(
    sqlite_world: World, *, end: Callable[[World, str], UserKeys], restarted: bool
) -> None:
    world, keys = sqlite_world, end(sqlite_world, "admin")
    later = follow(world, "admin", keys, with_the_logs_key)
    again = world.restarted() if restarted else world
    assert not is_administrator(enters(again, "admin"))
    with again.reading("founder") as ctx:
        assert later not in ctx.trust.chain(later.user)


@pytest.mark.parametrize("end", [disabled, demoted, exchanged])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_former_administrator_makes_no_accomplice_one(
    sqlite_world: World, *, end: Callable[[World, str], UserKeys], restarted: bool
) -> None:
    world, keys = sqlite_world, end(sqlite_world, "admin")
    later = follow(world, "outsider", keys, with_the_logs_key)
    again = world.restarted() if restarted else world
    assert not is_administrator(enters(again, "outsider"))
    with again.reading("founder") as ctx:
        assert later not in ctx.trust.chain(later.user)


def test_a_former_administrator_puts_no_new_keys_in_the_place_of_his_own(sqlite_world: World) -> None:
    world, keys, new = sqlite_world, disabled(sqlite_world, "admin"), UserKeys.new()
    follow(world, "admin", keys, with_the_logs_key, new)
    with world.reading("founder") as ctx:
        assert new.fingerprint not in {certificate.fingerprint for certificate in ctx.trust.current()}


@pytest.mark.parametrize("restarted", [False, True])
def test_with_the_database_alone_he_stops_the_work_and_is_seen(sqlite_world: World, *, restarted: bool) -> None:
    world, keys = sqlite_world, disabled(sqlite_world, "admin")
    follow(world, "admin", keys, with_the_database_alone)
    again = world.restarted() if restarted else world
    browser, existing = Visitor(again), again.people["admin"]
    page = browser.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    assert page.status_code == 503
    assert not is_administrator(browser)
    wrong = {finding.name for finding in health.whole(again.runtime, again.now, lambda *_: None) if not finding.right}
    assert {"log", "revocations"} <= wrong
