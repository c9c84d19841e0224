"""Promise P8: after logging out, locking, idling, twelve hours or a restart, the cookie and all disks open nothing.

Catalogue of attacks 31, 32, 34, 35 and 37.
"""

from dataclasses import fields, replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hrd_thief import Copy, Loot, with_keys
from hrd_world import World

from hrd_cases.crypto.core import sessions as formats
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import kem_public, signing_public
from hrd_cases.domain.errors import Forbidden, NotFound
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.sessions import MOST_PER_USER, Session
from hrd_cases.services.signin import accounts, live_sessions

MINUTE = timedelta(minutes=1)


def _found(world: World, session: Session, after: timedelta = timedelta()) -> Session | None:
    return world.runtime.sessions.find(session.cookie, world.now + after)


def _opens_nothing(world: World, cookie: bytes, after: timedelta) -> None:
    """Neither the server nor a thief who has the cookie, the memory of rows and the disks gets a key."""
    session = world.runtime.sessions.find(cookie, world.now + after)
    assert session is None or (session.locked and session.bundle is None and session.log_key is None)
    if session is not None:
        assert session.row.sealed == b""
        with pytest.raises(NotFound), world.runtime.reading(session, world.now + after) as ctx:
            cases.overview(ctx, world.strike.case)
    assert Loot(Copy.of(world.runtime.database)).opened() == set()


def test_a_live_session_opens_the_case(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    result = _found(sqlite_world, session)
    assert result is not None
    assert not result.locked
    with sqlite_world.runtime.reading(result, sqlite_world.now) as ctx:
        assert cases.overview(ctx, sqlite_world.strike.case).case.value.title
    copy = Copy.of(sqlite_world.runtime.database)
    assert result.bundle is not None
    assert with_keys(copy, result.bundle.user_keys).opened()


def test_a_live_session_knows_its_public_keys_and_makes_them_once(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    assert session.bundle is not None
    fresh = UserKeys.new()
    moved = sqlite_world.runtime.sessions.unlock(
        session.cookie, replace(session.bundle, user_keys=fresh), sqlite_world.now
    )
    for own in (sqlite_world.sign_in("anna"), moved):
        assert own is not None
        result = _found(sqlite_world, own)
        assert result is not None
        assert result.bundle is not None
        keys = result.bundle.user_keys
        assert {"sign_public", "kem_public"} <= vars(keys).keys(), "known before they are asked for"
        assert (keys.sign_public, keys.kem_public) == (signing_public(keys.sign_seed), kem_public(keys.kem_seed))


def test_after_logging_out_the_cookie_opens_nothing(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    accounts.sign_out(sqlite_world.runtime, session, sqlite_world.now)
    assert _found(sqlite_world, session) is None
    _opens_nothing(sqlite_world, session.cookie, timedelta())


def test_a_locked_session_knows_whose_it_is_and_opens_nothing(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    accounts.lock_session(sqlite_world.runtime, session, sqlite_world.now)
    result = _found(sqlite_world, session)
    assert result is not None
    assert result.locked
    assert result.actor.user == sqlite_world.user("anna")
    _opens_nothing(sqlite_world, session.cookie, timedelta())


def test_an_idle_session_locks_itself_and_stays_locked(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    idle = sqlite_world.runtime.sessions.idle
    saved = _found(sqlite_world, session, idle)
    assert saved is not None
    assert not saved.locked
    gone = _found(sqlite_world, session, 2 * idle + MINUTE)
    assert gone is not None
    assert gone.locked
    _opens_nothing(sqlite_world, session.cookie, 2 * idle + MINUTE)
    back = _found(sqlite_world, session, MINUTE)
    assert back is not None
    assert back.locked, "a clock set back must not open it again"


def test_use_keeps_a_session_open_but_not_beyond_twelve_hours(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    for minutes in range(10, 12 * 60 + 1, 10):
        result = _found(sqlite_world, session, minutes * MINUTE)
        assert result is not None
        assert not result.locked
    assert _found(sqlite_world, session, 12 * 60 * MINUTE + MINUTE) is None
    _opens_nothing(sqlite_world, session.cookie, 12 * 60 * MINUTE + MINUTE)
    assert _found(sqlite_world, session, MINUTE) is None, "it is gone for good"


def test_unlocking_does_not_prolong_the_twelve_hours(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    late = sqlite_world.now + timedelta(hours=11, minutes=59)
    passphrase = sqlite_world.people["anna"].passphrase
    again = accounts.unlock_session(sqlite_world.runtime, session.cookie, passphrase, late)
    assert not again.locked
    assert _found(sqlite_world, again, timedelta(hours=12, minutes=1)) is None
    with pytest.raises(accounts.SignInRefused):
        accounts.unlock_session(sqlite_world.runtime, again.cookie, passphrase, late + timedelta(minutes=2))


def test_an_idle_session_opens_again_by_the_passphrase_alone(sqlite_world: World) -> None:
    session, late = sqlite_world.sign_in("anna"), sqlite_world.now + timedelta(hours=2)
    passphrase = sqlite_world.people["anna"].passphrase
    for wrong in ("", "not it", sqlite_world.people["lana"].passphrase):
        with pytest.raises(accounts.SignInRefused):
            accounts.unlock_session(sqlite_world.runtime, session.cookie, wrong, late)
        result = sqlite_world.runtime.sessions.find(session.cookie, late)
        assert result is not None
        assert result.locked
    opened = accounts.unlock_session(sqlite_world.runtime, session.cookie, passphrase, late)
    with sqlite_world.runtime.reading(opened, late) as ctx:
        assert cases.overview(ctx, sqlite_world.strike.case).case.value.title


def test_after_a_restart_nobody_is_logged_in(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    old_key, row = sqlite_world.runtime.sessions.boot_key, session.row
    again = sqlite_world.restarted()
    assert again.runtime.sessions.find(session.cookie, again.now) is None
    assert again.runtime.sessions.boot_key.reveal() != old_key.reveal()
    # Even the row itself, carried over from the memory before, does not open under the new boot key.
    again.runtime.sessions._rows.update(sqlite_world.runtime.sessions._rows)
    assert row.sealed
    assert again.runtime.sessions.find(session.cookie, again.now) is None


def test_a_row_of_memory_given_to_another_cookie_opens_nothing(sqlite_world: World) -> None:
    """Rows are bound to their cookie: swapping sealed bundles between sessions ends both."""
    anna, lana = sqlite_world.sign_in("anna"), sqlite_world.sign_in("lana")
    anna.row.sealed, lana.row.sealed = lana.row.sealed, anna.row.sealed
    assert _found(sqlite_world, anna) is None
    assert _found(sqlite_world, lana) is None


@pytest.mark.parametrize("cookie", [b"", b"x", bytes(32), b"\xff" * 32, bytes(33), b"a" * 100_000])
def test_a_made_up_cookie_is_nobody(sqlite_world: World, cookie: bytes) -> None:
    sqlite_world.sign_in("anna")
    assert sqlite_world.runtime.sessions.find(cookie, sqlite_world.now) is None


def test_every_session_has_a_cookie_of_its_own(sqlite_world: World) -> None:
    cookies = {sqlite_world.sign_in("anna").cookie for _ in range(8)}
    assert len(cookies) == 8
    assert all(len(cookie) == 32 for cookie in cookies)


def test_the_oldest_session_of_a_person_ends_when_there_are_too_many(sqlite_world: World) -> None:
    sessions = [sqlite_world.sign_in("anna", sqlite_world.now + n * MINUTE) for n in range(MOST_PER_USER + 1)]
    other = sqlite_world.sign_in("lana")
    assert [_found(sqlite_world, session, 5 * MINUTE) is None for session in sessions] == [True] + [
        False
    ] * MOST_PER_USER
    assert _found(sqlite_world, other) is not None


def test_changing_the_passphrase_ends_the_other_sessions(sqlite_world: World) -> None:
    here, elsewhere, colleague = (sqlite_world.sign_in(name) for name in ("anna", "anna", "lana"))
    old, new = sqlite_world.people["anna"].passphrase, "a quite new and long passphrase"
    moved = accounts.change_passphrase(sqlite_world.runtime, here, old, new, sqlite_world.now)
    assert _found(sqlite_world, moved) is not None
    assert moved.cookie != here.cookie
    _opens_nothing(sqlite_world, here.cookie, timedelta())
    _opens_nothing(sqlite_world, elsewhere.cookie, timedelta())
    assert _found(sqlite_world, elsewhere) is None
    assert _found(sqlite_world, colleague) is not None


def test_a_cookie_from_before_unlocking_opens_nothing(sqlite_world: World) -> None:
    """Whoever read the cookie of a locked session does not come in when its owner unlocks it."""
    session = sqlite_world.sign_in("anna")
    sqlite_world.runtime.sessions.lock(session.cookie)
    passphrase = sqlite_world.people["anna"].passphrase
    again = accounts.unlock_session(sqlite_world.runtime, session.cookie, passphrase, sqlite_world.now)
    assert again.cookie != session.cookie
    assert _found(sqlite_world, session) is None
    _opens_nothing(sqlite_world, session.cookie, timedelta())
    assert _found(sqlite_world, again) is not None


# --- the list ----------------------------------------------------------------------------------------------------


def test_the_list_tells_when_and_never_from_where(sqlite_world: World) -> None:
    first, second = sqlite_world.sign_in("anna"), sqlite_world.sign_in("anna", sqlite_world.now + MINUTE)
    sqlite_world.sign_in("lana")
    sqlite_world.runtime.sessions.lock(first.cookie)
    with sqlite_world.runtime.reading(second, sqlite_world.now + MINUTE) as ctx:
        result = live_sessions.mine(ctx)
    assert [(item.here, item.locked) for item in result] == [(True, False), (False, True)]
    assert {part.name for part in fields(result[0])} == {"id", "began", "used", "locked", "here"}
    keys = {formats.row_key(item.cookie).hex() for item in (first, second)}
    assert not any(item.id in key for item in result for key in keys), "nothing follows from the id"


def test_one_session_ends_and_the_others_stay(sqlite_world: World) -> None:
    here, other, third = (sqlite_world.sign_in("anna") for _ in range(3))
    with sqlite_world.runtime.writing(here, sqlite_world.now) as ctx:
        live_sessions.end_one(ctx, other.row.id)
    assert _found(sqlite_world, other) is None
    _opens_nothing(sqlite_world, other.cookie, timedelta())
    assert _found(sqlite_world, here) is not None
    assert _found(sqlite_world, third) is not None
    with pytest.raises(NotFound), sqlite_world.runtime.writing(here, sqlite_world.now) as ctx:
        live_sessions.end_one(ctx, other.row.id)


def test_nobody_ends_a_colleagues_session_by_its_id(sqlite_world: World) -> None:
    anna, lana = sqlite_world.sign_in("anna"), sqlite_world.sign_in("lana")
    with pytest.raises(NotFound), sqlite_world.runtime.writing(anna, sqlite_world.now) as ctx:
        live_sessions.end_one(ctx, lana.row.id)
    assert _found(sqlite_world, lana) is not None


def test_all_others_end_at_once(sqlite_world: World) -> None:
    here, others = sqlite_world.sign_in("anna"), [sqlite_world.sign_in("anna") for _ in range(2)]
    with sqlite_world.runtime.writing(here, sqlite_world.now) as ctx:
        assert live_sessions.end_others(ctx) == 2
    assert [_found(sqlite_world, other) for other in others] == [None, None]
    assert _found(sqlite_world, here) is not None


def test_an_administrator_ends_the_sessions_of_an_account(sqlite_world: World) -> None:
    sessions, colleague = [sqlite_world.sign_in("anna") for _ in range(2)], sqlite_world.sign_in("lana")
    with sqlite_world.writing("admin") as ctx:
        assert live_sessions.end_all_of(ctx, sqlite_world.user("anna")) == 2
    for session in sessions:
        assert _found(sqlite_world, session) is None
        _opens_nothing(sqlite_world, session.cookie, timedelta())
    assert _found(sqlite_world, colleague) is not None
    assert not sqlite_world.sign_in("anna").locked, "they may log in again"


def test_only_an_administrator_ends_the_sessions_of_others(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    for name in ("lana", "coordinator", "auditor"):
        with pytest.raises(Forbidden), sqlite_world.writing(name) as ctx:
            live_sessions.end_all_of(ctx, sqlite_world.user("anna"))
    assert _found(sqlite_world, session) is not None


def test_ending_sessions_is_written_down(sqlite_world: World) -> None:
    here = sqlite_world.sign_in("anna")
    other = sqlite_world.sign_in("anna")
    with sqlite_world.runtime.writing(here, sqlite_world.now) as ctx:
        live_sessions.end_one(ctx, other.row.id)
    with sqlite_world.writing("admin") as ctx:
        live_sessions.end_all_of(ctx, sqlite_world.user("anna"))
    with sqlite_world.reading("auditor") as ctx:
        text = [line.act for line in audit_reader.entries(ctx, audit_reader.LogFilter()).items]
    assert "end a session" in text
    assert "end the sessions of an account" in text


# --- clocks, and requests that are still on their way ------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(), -MINUTE, -15 * MINUTE, timedelta(seconds=-1), timedelta(seconds=1)])
def test_setting_the_clock_lengthens_no_idle_time(sqlite_world: World, jump: timedelta) -> None:
    """The machine's own clock counts too, and nobody can set it: leap seconds and summer time do nothing here."""
    early = sqlite_world.now + timedelta(hours=1)
    session = sqlite_world.sign_in("anna", early - timedelta(hours=1))
    assert sqlite_world.runtime.sessions.find(session.cookie, early - timedelta(minutes=50)) is not None
    sqlite_world.ticks += sqlite_world.runtime.sessions.idle.total_seconds() + 1
    result = sqlite_world.runtime.sessions.find(session.cookie, early - timedelta(minutes=50) + jump)
    assert result is not None
    assert result.locked
    _opens_nothing(sqlite_world, session.cookie, timedelta(minutes=10) + jump)


@pytest.mark.parametrize("jump", [-timedelta(days=1), -15 * MINUTE, timedelta(), timedelta(days=1)])
def test_setting_the_clock_lengthens_no_session(sqlite_world: World, jump: timedelta) -> None:
    session = sqlite_world.sign_in("anna")
    sqlite_world.ticks += timedelta(hours=12).total_seconds() + 1
    assert _found(sqlite_world, session, jump) is None
    _opens_nothing(sqlite_world, session.cookie, jump)


def test_a_clock_a_day_ahead_ends_and_does_not_come_back(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    assert _found(sqlite_world, session, timedelta(days=1)) is None
    assert _found(sqlite_world, session) is None


def test_a_request_on_its_way_does_not_put_keys_back(sqlite_world: World) -> None:
    """It began before the lock and ends after it; likewise before and after the log-out, or under an earlier cookie."""
    sessions = sqlite_world.runtime.sessions
    for end in ("lock", "end", "renew"):
        session = sqlite_world.sign_in("anna")
        if end == "renew":
            moved = sessions.renew(session, sqlite_world.now, proven=False)
            assert moved is not None
        else:
            getattr(sessions, end)(session.cookie)
        page = sessions.keep_search(session, "a name")
        result = sessions.find(moved.cookie if end == "renew" else session.cookie, sqlite_world.now)
        assert (result is None, result is not None and result.locked) == {
            "lock": (False, True),
            "end": (True, False),
            "renew": (False, False),
        }[end]
        assert result is None or sessions.searched(result, page) is None
        sessions.end_of(sqlite_world.user("anna"))


def test_of_two_renewals_at_once_one_wins(sqlite_world: World) -> None:
    session, sessions, moved = sqlite_world.sign_in("anna"), sqlite_world.runtime.sessions, []
    barrier = Barrier(8)

    def renew() -> None:
        barrier.wait()
        moved.append(sessions.renew(session, sqlite_world.now, proven=False))

    threads = [Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [item for item in moved if item is not None]
    assert len(won) == 1
    assert _found(sqlite_world, won[0]) is not None
    assert len(sessions.of(sqlite_world.user("anna"))) == 1


def test_csrf_tokens_belong_to_one_session_and_one_form(sqlite_world: World) -> None:
    anna, again, lana = (sqlite_world.sign_in(name) for name in ("anna", "anna", "lana"))
    token = anna.csrf("/c/1")
    assert anna.csrf_ok("/c/1", token)
    assert not anna.csrf_ok("/c/2", token)
    assert not again.csrf_ok("/c/1", token)
    assert not lana.csrf_ok("/c/1", token)
    for wrong in ("", token[:-1], token + "A", "é", "\x00"):
        assert not anna.csrf_ok("/c/1", wrong)


def test_the_log_key_counter_is_never_given_twice(sqlite_world: World) -> None:
    session, visited = sqlite_world.sign_in("anna"), []
    barrier = Barrier(8)

    def count() -> None:
        barrier.wait()
        visited.extend(sqlite_world.runtime.sessions.next_counter(session.row) for _ in range(200))

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(visited)) == 1600


def test_no_request_gets_keys_after_the_log_out_however_many_ask_at_once(sqlite_world: World) -> None:
    session, after = sqlite_world.sign_in("anna"), []
    barrier = Barrier(9)

    def ask() -> None:
        barrier.wait()
        for _ in range(40):
            ended = sqlite_world.runtime.sessions._rows.get(b"ended") is not None
            result = _found(sqlite_world, session)
            if ended:
                after.append(result)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    barrier.wait()
    sqlite_world.runtime.sessions.end(session.cookie)
    sqlite_world.runtime.sessions._rows[b"ended"] = session.row
    for thread in threads:
        thread.join()
    assert all(result is None for result in after)
    assert _found(sqlite_world, session) is None


def test_nothing_of_a_session_shows_its_secrets(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    assert session.bundle is not None
    visible = repr(session) + repr(session.row) + str(vars(session).get("key"))
    for secret in (
        session.cookie,
        session.key.reveal(),
        session.bundle.user_keys.kem_seed.reveal(),
        session.row.sealed,
    ):
        assert repr(secret)[2:-1] not in visible
        assert secret.hex() not in visible


def test_a_locked_session_reaches_no_service(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    sqlite_world.runtime.sessions.lock(session.cookie)
    result = _found(sqlite_world, session)
    assert result is not None
    with pytest.raises(NotFound), sqlite_world.runtime.writing(result, sqlite_world.now) as ctx:
        _ = ctx.keys
    with pytest.raises(NotFound), sqlite_world.runtime.reading(result, sqlite_world.now) as ctx:
        cases.listing(ctx, cases.CaseFilter())


def test_a_bundle_from_another_organisation_does_not_open_here(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    sqlite_world.runtime.sessions.org = bytes(16)
    assert _found(sqlite_world, session) is None
