"""A lost telephone with all its recovery codes: two administrators, the passphrase, and nobody else.

Catalogue of attacks 42 and 44: no route lets anybody enrol or see another's factor.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_failing import broken_off
from hrd_world import World, admit, code_of
from sqlalchemy import update

from hrd_cases.crypto.core.certificates import FactorLeave
from hrd_cases.crypto.core.security_keys import SecurityKey
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.services.signin import accounts
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.signin.unlocking import open_with, proven
from hrd_cases.services.team import second_factor_lost
from hrd_cases.store import tables
from hrd_cases.store.replacements import FactorLeaveRow


@pytest.fixture
def office(sqlite_world: World) -> World:
    """An organisation that asks newcomers for a second factor: `lost` has one, and lost it."""
    world = sqlite_world
    runtime = world.runtime
    world.session("founder")  # without one: the founder has none
    runtime.organisation = replace(runtime.organisation, second_factor=True)
    admit(world, "lost", frozenset({"caseworker"}))
    runtime.organisation = replace(runtime.organisation, second_factor=False)
    return world


def allowed(world: World, *names: str) -> bool:
    done = False
    for name in names:
        with world.writing(name) as ctx:
            done = second_factor_lost.agree(ctx, world.user("lost"))
    return done


def enrol(world: World) -> str:
    existing = world.people["lost"]
    token = second_factor_lost.begin(world.runtime, existing.handle, existing.passphrase, world.now)
    offer = second_factor_lost.offer(world.runtime, token, world.now)
    assert offer is not None
    code = code_of(offer.secret, world.now)
    second_factor_lost.finish(world.runtime, token, existing.passphrase, code, world.now)
    return offer.secret


def test_a_new_factor_after_two_administrators_agreed(office: World) -> None:
    existing = office.people["lost"]
    with pytest.raises(SignInRefused):
        enrol(office)
    assert not allowed(office, "admin")
    with pytest.raises(SignInRefused):
        enrol(office)
    assert allowed(office, "founder")
    secret = enrol(office)
    now = office.now + timedelta(minutes=1)
    assert accounts.sign_in(office.runtime, existing.handle, existing.passphrase, code_of(secret, now), now)
    with pytest.raises(SignInRefused):
        enrol(office)


def test_security_keys_go_with_the_lost_factor(office: World) -> None:
    """Whoever lost their key, and had asked that one is asked for always, comes in with codes again."""
    existing, runtime = office.people["lost"], office.runtime
    with runtime.database.reading() as work:
        row = work.users.by_id(existing.user)
    opened = open_with(runtime, row, existing.handle, existing.passphrase)
    assert row is not None
    assert opened.factor is not None
    key = SecurityKey(credential=b"lost", public=b"lost", count=0, name="lost", day=1, host="work.example")
    with runtime.database.writing() as work:
        after = replace(opened.factor, keys=(key,), keys_only=True)
        work.users.put_second(existing.user, proven(runtime, row, opened, after).resealed, expected=row.second_version)
    assert allowed(office, "admin", "founder")
    secret, now = enrol(office), office.now + timedelta(minutes=1)
    session = accounts.sign_in(runtime, existing.handle, existing.passphrase, code_of(secret, now), now)
    assert session.row.security_keys == ()


def test_the_passphrase_is_asked_for_all_the_same(office: World) -> None:
    allowed(office, "admin", "founder")
    existing = office.people["lost"]
    with pytest.raises(SignInRefused):
        second_factor_lost.begin(office.runtime, existing.handle, "wrong wrong wrong", office.now)
    with pytest.raises(SignInRefused):
        second_factor_lost.begin(office.runtime, office.people["anna"].handle, existing.passphrase, office.now)
    token = second_factor_lost.begin(office.runtime, existing.handle, existing.passphrase, office.now)
    with pytest.raises(RuleBroken):
        second_factor_lost.finish(office.runtime, token, existing.passphrase, "000000", office.now)
    with pytest.raises(RuleBroken):
        second_factor_lost.finish(office.runtime, "another token", existing.passphrase, "000000", office.now)


def test_one_administrator_is_not_two(office: World) -> None:
    allowed(office, "admin")
    with pytest.raises(RuleBroken):
        allowed(office, "admin")
    with office.reading("admin") as ctx:
        assert [(leaf.agreed, leaf.may_agree) for leaf in second_factor_lost.leaves(ctx)] == [(False, False)]
    with office.reading("founder") as ctx:
        assert [(leaf.agreed, leaf.may_agree) for leaf in second_factor_lost.leaves(ctx)] == [(False, True)]


def test_nobody_else_agrees_and_nobody_for_themselves(office: World) -> None:
    for name in ("anna", "auditor", "coordinator"):
        with pytest.raises(Forbidden), office.writing(name) as ctx:
            second_factor_lost.agree(ctx, office.user("lost"))
    for name in ("disabled", "waiting", "anna"):  # Anna has none
        with pytest.raises(NotFound), office.writing("admin") as ctx:
            second_factor_lost.agree(ctx, office.user(name))


def test_a_leave_planted_in_the_database_lets_nobody_in(office: World) -> None:
    admit(office, "third", frozenset({"administrator"}))
    item = office.session("admin").bundle
    assert item is not None
    existing = office.people["lost"]
    leave = FactorLeave(
        org=office.runtime.org,
        user=bytes.fromhex(existing.user),
        fingerprint=bytes.fromhex(existing.fingerprint),
        last_day=30_000,
        issuer=item.user_keys.fingerprint,
    )
    signed = leave.signed(item.user_keys.sign_seed)
    with office.runtime.database.writing() as work:
        work.replacements.put_leave(
            FactorLeaveRow(
                user_id=existing.user,
                expires=office.now.date(),
                asked=signed.statement,
                asked_signature=signed.signature,
                confirmed=signed.statement,
                confirmed_signature=signed.signature,
            )
        )
    with pytest.raises(SignInRefused):
        enrol(office)
    allowed(office, "founder")
    with office.runtime.database.writing() as work:
        work.connection.execute(update(tables.factor_leaves).values(user_id=office.user("anna")))
    with pytest.raises(SignInRefused):
        enrol(office)


def test_a_leave_taken_back_is_gone(office: World) -> None:
    allowed(office, "admin", "founder")
    with office.writing("admin") as ctx:
        second_factor_lost.take_back(ctx, office.user("lost"))
    with pytest.raises(SignInRefused):
        enrol(office)


def test_enrolling_that_breaks_off_leaves_the_leave_as_it_was(office: World) -> None:
    allowed(office, "admin", "founder")
    with broken_off("factor.enrolled"):
        enrol(office)
    assert enrol(office)
