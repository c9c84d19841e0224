"""Holding log-ins: two people, some hours, kept over a restart, never for ever and never by one alone.

Catalogue of attack 31.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hrd_thief import Copy, Loot
from hrd_world import World, later, newcomer

from hrd_cases.domain.errors import Forbidden, RuleBroken, StepUpNeeded
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.kernel.sessions import PROOF
from hrd_cases.services.signin import accounts
from hrd_cases.services.signin.login_freeze import EVERYBODY
from hrd_cases.services.team import administration, key_replacement, sealing_office

HOUR = timedelta(hours=1)


def _ask(world: World, name: str, scope: str, hours: int) -> str:
    with world.writing(name) as ctx:
        return sealing_office.ask(ctx, scope, hours)


def _confirm(world: World, name: str, request: str) -> bool:
    return sealing_office.confirm(world.runtime, world.session(name), request, world.now)


def _comes_in(world: World, name: str, after: timedelta = timedelta()) -> bool:
    try:
        world.sign_in(name, world.now + after)
    except accounts.SignInRefused:
        return False
    return True


def test_everybody_is_out_and_nobody_comes_in_until_the_hour(world: World) -> None:
    sessions = [world.sign_in(name) for name in ("anna", "lana", "founder", "waiting")]
    assert _confirm(world, "lana", _ask(world, "anna", EVERYBODY, 24))
    assert not any(world.runtime.sessions.find(session.cookie, world.now) for session in sessions)
    assert Loot(Copy.of(world.runtime.database)).opened() == set()
    for name in ("anna", "lana", "founder", "admin", "waiting"):
        assert not _comes_in(world, name, 23 * HOUR), name
    assert _comes_in(world, "anna", 24 * HOUR)


def test_a_restart_keeps_the_hold(make_world: Callable[[str], World]) -> None:
    world = make_world("sqlite")
    _confirm(world, "lana", _ask(world, "anna", EVERYBODY, 5))
    again = world.restarted()
    assert not _comes_in(again, "anna", 4 * HOUR)
    assert len(sealing_office.ends(again.runtime, again.now)) == 1
    assert _comes_in(again, "anna", 5 * HOUR)
    assert sealing_office.ends(again.runtime, again.now + 5 * HOUR) == ()
    again.close()


def test_one_person_alone_holds_nobody(sqlite_world: World) -> None:
    request = _ask(sqlite_world, "anna", EVERYBODY, 5)
    with pytest.raises(RuleBroken):
        _confirm(sqlite_world, "anna", request)
    with pytest.raises(RuleBroken):
        sealing_office.confirm(sqlite_world.runtime, sqlite_world.sign_in("anna"), request, sqlite_world.now)
    assert _comes_in(sqlite_world, "luka")


def test_a_request_lapses_after_an_hour_and_is_settled_once(sqlite_world: World) -> None:
    world = sqlite_world
    request = _ask(world, "anna", world.user("luka"), 5)
    late = later(world, hours=1, seconds=1)
    with pytest.raises(RuleBroken):
        sealing_office.confirm(world.runtime, world.sign_in("lana", late), request, late)
    request = _ask(world, "anna", world.user("luka"), 5)
    assert not _confirm(world, "lana", request)
    with pytest.raises(RuleBroken):
        _confirm(world, "lana", request)


@pytest.mark.parametrize("hours", [-1, 73, 10**6])
def test_no_hold_is_longer_than_three_days(sqlite_world: World, hours: int) -> None:
    with pytest.raises(RuleBroken):
        _ask(sqlite_world, "anna", EVERYBODY, hours)


def test_a_hold_that_this_server_did_not_write_locks_nobody_out(sqlite_world: World) -> None:
    """Who writes the database can neither make a hold nor lengthen one, nor move it to another account."""
    world = sqlite_world
    _confirm(world, "lana", _ask(world, "anna", world.user("luka"), 5))
    with world.runtime.database.writing() as work:
        ((name, value),) = ((name, value) for name, value in work.settings.all().items() if name.startswith("held/"))
        until, mark = value.split()
        work.settings.put(name, f"2036{until[4:]} {mark}")
        work.settings.put("held/" + "0" * 32, value)
        work.settings.put("held/all", "for ever")
    assert _comes_in(world, "luka")
    assert _comes_in(world, "anna")
    with world.runtime.database.writing() as work:
        work.settings.put(name, value)
    assert not _comes_in(world, "luka")


def test_one_account_is_held_and_two_others_let_it_go(world: World) -> None:
    luka = world.sign_in("luka")
    assert not _confirm(world, "lana", _ask(world, "anna", world.user("luka"), 5))
    assert world.runtime.sessions.find(luka.cookie, world.now) is None
    assert not _comes_in(world, "luka")
    assert _comes_in(world, "caseworker")
    _confirm(world, "anna", _ask(world, "lana", world.user("luka"), 0))
    assert _comes_in(world, "luka")


def test_a_hold_on_one_account_stops_codes_for_its_new_keys_too(sqlite_world: World) -> None:
    world, runtime = sqlite_world, sqlite_world.runtime
    with world.writing("admin") as ctx:
        code = key_replacement.code_for(ctx, world.user("luka"))
        other = key_replacement.code_for(ctx, world.user("caseworker"))
    token = accounts.begin_activation(runtime, code, world.now)
    offer = accounts.offer(runtime, token, world.now)
    assert offer is not None
    _confirm(world, "lana", _ask(world, "anna", world.user("luka"), 5))
    with pytest.raises(accounts.SignInRefused):
        accounts.finish_activation(runtime, token, offer.passphrase, "", world.now)
    with pytest.raises(accounts.SignInRefused):
        accounts.begin_activation(runtime, code, world.now)
    assert accounts.begin_activation(runtime, other, world.now)
    _confirm(world, "anna", _ask(world, "lana", world.user("luka"), 0))
    assert accounts.finish_activation(runtime, token, offer.passphrase, "", world.now).actor.user == world.user("luka")


def test_whoever_looks_after_the_server_lifts_it_with_a_reason_in_the_log(sqlite_world: World) -> None:
    world = sqlite_world
    _confirm(world, "lana", _ask(world, "anna", EVERYBODY, 72))
    with pytest.raises(RuleBroken):
        sealing_office.lift(world.runtime, "  ", world.now)
    assert sealing_office.lift(world.runtime, "The search is over", world.now) == 1
    assert _comes_in(world, "lana")
    with world.runtime.reading(world.sign_in("auditor"), world.now) as ctx:
        text = audit_reader.entries(ctx, audit_reader.LogFilter(klass="admin")).items
    assert {"ask to block log-ins", "block log-ins", "unblock log-ins"} <= {line.act for line in text}
    assert ("reason", "The search is over") in {pair for line in text for pair in line.more}


def test_nobody_joins_while_log_ins_are_held(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    _confirm(world, "lana", _ask(world, "anna", EVERYBODY, 1))
    with pytest.raises(accounts.SignInRefused):
        newcomer(world, "new", frozenset(), code=code)


def test_only_people_who_work_here_ask(sqlite_world: World) -> None:
    with pytest.raises(Forbidden):
        _ask(sqlite_world, "waiting", EVERYBODY, 1)
    with pytest.raises(RuleBroken):
        _ask(sqlite_world, "anna", sqlite_world.user("disabled"), 1)
    for name in ("admin", "auditor", "coordinator", "external"):
        _ask(sqlite_world, name, EVERYBODY, 1)


def test_a_refused_right_passphrase_is_not_counted_as_a_failure(sqlite_world: World) -> None:
    world = sqlite_world
    _confirm(world, "lana", _ask(world, "anna", EVERYBODY, 1))
    for _ in range(20):
        assert not _comes_in(world, "anna")
    assert _comes_in(world, "anna", HOUR)


def test_a_hold_is_lifted_only_by_two_who_show_again_who_they_are(sqlite_world: World) -> None:
    """Sealing is quick, since it may be a search; opening again is not."""
    world = sqlite_world
    for name in ("anna", "lana"):
        world.session(name)
    world.now += 2 * PROOF
    assert not _confirm(world, "lana", _ask(world, "anna", world.user("luka"), 5)), "luka's sessions end, not lana's"
    with pytest.raises(StepUpNeeded):
        _ask(world, "anna", world.user("luka"), 0)
    assert not _comes_in(world, "luka")
    world.now -= 2 * PROOF
    request = _ask(world, "anna", world.user("luka"), 0)
    world.now += 2 * PROOF
    with pytest.raises(StepUpNeeded):
        _confirm(world, "lana", request)
    assert not _comes_in(world, "luka")
