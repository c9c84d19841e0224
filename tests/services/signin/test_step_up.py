"""Passphrase and code once more: which acts ask, how long it counts, and that a code counts once here too.

Catalogue of attacks 32, 37, 39 and 44.
"""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from hrd_world import NOW, World, code_of

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import TABLE
from hrd_cases.domain.errors import Confirmed, Forbidden, NotFound, StepUpNeeded
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import PROOF, Session
from hrd_cases.services.keys import gate
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, step_up
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.signin.organisation_setup import Founded

STEP = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
# Written down a second time, by hand: what reaches further than one case, or cannot be taken back.
REACHES_FAR = {
    "share a case",
    "change the keys of a case",
    "send the keys of a case again",
    "certify a key",
    "close an account",
    "end the sessions of a colleague",
    "unblock the log-ins of an account",
    "end travel mode when the named colleague has left",
    "change how long things are kept",
    "unblock log-ins (two people)",
    "hand trends or the audit log to a colleague",
    "export the table of trends",
    "export the audit log",
    "change how one logs in",
}
ASKING = [act for act in Act if TABLE[act].proof]


def _in(runtime: Runtime, founder: Founded) -> Session:
    return accounts.sign_in(runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, NOW), NOW)


def _confirmed(world: World, name: str, now: datetime) -> Session:
    session = world.session(name)
    return step_up.confirm(world.runtime, session, world.people[name].passphrase, "", now)


def test_acts_that_reach_far_ask_again() -> None:
    assert {act.value for act in ASKING} >= REACHES_FAR


def _asked(world: World, name: str, act: Act, now: datetime, session: Session | None = None) -> None:
    """The gate asked about an act, on the organisation's vault or case that it is about, if it is about one."""
    organisation = world.runtime.organisation
    vaults = {
        Act.EXPORT_TRENDS: (organisation.trends, "trends"),
        Act.EXPORT_LOG: (organisation.log, "log"),
        Act.CHANGE_DUTY: (organisation.directory, "directory"),
        Act.AGREE_FIGURES: (organisation.directory, "directory"),
        Act.AGREE_EXPORT: (organisation.directory, "directory"),
    }
    with world.runtime.writing(session or world.session(name), now) as ctx:
        if not TABLE[act].needs:
            gate.allow(ctx, act)
        else:
            vault, kind = vaults.get(act, (world.strike.case, "case"))
            gate.open_vault(ctx, act, vault, kind=kind, counsel_of_record=True, coordinates_or_leads=name != "outsider")


def _who(act: Act) -> str:
    roles = TABLE[act].roles
    by_role = {"lawyer": "lana", "coordinator": "coordinator", "auditor": "auditor", "administrator": "admin"}
    return "anna" if "caseworker" in roles else next(by_role[role] for role in by_role if role in roles)


@pytest.mark.parametrize("act", ASKING, ids=lambda act: act.name)
def test_every_act_marked_in_the_table_is_held_to_it_by_the_gate(sqlite_world: World, act: Act) -> None:
    """No service has to remember: an act marked tomorrow is in this test and behind this gate."""
    name, now = _who(act), sqlite_world.now
    _asked(sqlite_world, name, act, now)  # a log-in counts as well
    late = now + PROOF + timedelta(seconds=1)
    with pytest.raises(StepUpNeeded) as request:
        _asked(sqlite_world, name, act, late)
    assert request.value.act == act.value
    moved = _confirmed(sqlite_world, name, late)
    with pytest.raises(Confirmed):  # what came with the passphrase itself is shown once more and not carried out
        _asked(sqlite_world, name, act, late, moved)
    _asked(sqlite_world, name, act, late + PROOF, moved)
    with pytest.raises(StepUpNeeded):
        _asked(sqlite_world, name, act, late + PROOF + timedelta(seconds=1), moved)


@pytest.mark.parametrize("act", [act for act in ASKING if TABLE[act].needs], ids=lambda act: act.name)
def test_who_may_not_is_refused_and_never_asked_for_a_passphrase(sqlite_world: World, act: Act) -> None:
    """Being asked would tell that the case exists."""
    late = sqlite_world.now + timedelta(minutes=10)
    name = "auditor" if act in (Act.AGREE_FIGURES, Act.AGREE_EXPORT) else "outsider"  # every caseworker may agree
    with pytest.raises((NotFound, Forbidden)):
        _asked(sqlite_world, name, act, late)


def test_nothing_happens_before_the_passphrase_was_given_again(sqlite_world: World) -> None:
    late = sqlite_world.now + timedelta(minutes=6)
    outsider = sqlite_world.user("outsider")
    with pytest.raises(StepUpNeeded), sqlite_world.runtime.writing(sqlite_world.session("anna"), late) as ctx:
        sharing.share(ctx, sqlite_world.strike.case, outsider, "coded")
    with sqlite_world.reading("anna") as ctx:
        assert outsider not in {member.user for member in sharing.team(ctx, sqlite_world.strike.case)}


def test_unlocking_by_passphrase_alone_does_not_count(sqlite_world: World) -> None:
    session, now = sqlite_world.sign_in("anna"), sqlite_world.now
    sqlite_world.runtime.sessions.lock(session.cookie)
    again = accounts.unlock_session(sqlite_world.runtime, session.cookie, sqlite_world.people["anna"].passphrase, now)
    assert not sqlite_world.runtime.sessions.proven(again, now)


def test_it_counts_in_this_session_alone(sqlite_world: World) -> None:
    here, elsewhere, late = sqlite_world.sign_in("anna"), sqlite_world.sign_in("anna"), sqlite_world.now + 6 * MINUTE
    moved = step_up.confirm(sqlite_world.runtime, here, sqlite_world.people["anna"].passphrase, "", late)
    assert sqlite_world.runtime.sessions.proven(moved, late)
    assert not sqlite_world.runtime.sessions.proven(elsewhere, late)


def test_a_clock_set_back_does_not_make_it_count_longer(sqlite_world: World) -> None:
    session, sessions = sqlite_world.sign_in("anna"), sqlite_world.runtime.sessions
    sqlite_world.ticks += 301.0
    for jump in (timedelta(), -MINUTE, -timedelta(days=1), 4 * MINUTE):
        assert not sessions.proven(session, sqlite_world.now + jump)
    sqlite_world.ticks -= 301.0
    assert sessions.proven(session, sqlite_world.now)
    assert not sessions.proven(session, sqlite_world.now - timedelta(seconds=1)), "a clock before the log-in is wrong"


def test_the_old_cookie_is_dead_and_the_new_one_lives(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    sessions = sqlite_world.runtime.sessions
    page = sessions.keep_search(session, "a name looked for")
    token = session.csrf("/c/1")
    moved = step_up.confirm(sqlite_world.runtime, session, sqlite_world.people["anna"].passphrase, "", sqlite_world.now)
    assert moved.cookie != session.cookie
    assert sessions.find(session.cookie, sqlite_world.now) is None
    result = sessions.find(moved.cookie, sqlite_world.now)
    assert result is not None
    assert not result.locked
    assert result.row.began == session.row.began, "its twelve hours do not begin anew"
    assert result.csrf_ok("/c/1", token), "a page that stands open in another window can still be sent"
    assert sessions.searched(result, page) == "a name looked for"


@pytest.mark.parametrize("wrong", ["", "not the passphrase", "\0", "x" * 5000])
def test_a_wrong_passphrase_changes_nothing(sqlite_world: World, wrong: str) -> None:
    session, late = sqlite_world.sign_in("anna"), sqlite_world.now + 6 * MINUTE
    with pytest.raises(SignInRefused):
        step_up.confirm(sqlite_world.runtime, session, wrong, "", late)
    result = sqlite_world.runtime.sessions.find(session.cookie, late)
    assert result is not None
    assert not sqlite_world.runtime.sessions.proven(result, late)


def test_it_asks_for_the_code_too(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    session, late = _in(runtime, founder), NOW + 6 * MINUTE
    for code in ("", "000000", code_of(founder.second_secret, NOW)):
        with pytest.raises(SignInRefused):
            step_up.confirm(runtime, session, founder.passphrase, code, late)
    moved = step_up.confirm(runtime, session, founder.passphrase, code_of(founder.second_secret, late), late)
    assert runtime.sessions.proven(moved, late)


def test_a_code_used_to_log_in_is_not_accepted_once_more(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    session, code = _in(runtime, founder), code_of(founder.second_secret, NOW)
    for moment in (NOW, NOW + STEP, NOW - STEP):
        with pytest.raises(SignInRefused):
            step_up.confirm(runtime, session, founder.passphrase, code, moment)


@pytest.mark.parametrize("what", ["code", "recovery code"])
def test_of_many_at_once_with_one_code_exactly_one_succeeds(guarded: tuple[Runtime, Founded], what: str) -> None:
    """In two sessions, to log in and to show again who one is: a code is used up wherever it is used."""
    runtime, founder = guarded
    late = NOW + 6 * MINUTE
    session = _in(runtime, founder)
    code = code_of(founder.second_secret, late) if what == "code" else founder.recovery_codes[0]
    done: list[str] = []

    def confirm() -> None:
        try:
            step_up.confirm(runtime, session, founder.passphrase, code, late)
            done.append("confirmed")
        except SignInRefused:
            done.append("refused")

    def log_in() -> None:
        try:
            accounts.sign_in(runtime, founder.handle, founder.passphrase, code, late)
            done.append("logged in")
        except SignInRefused:
            done.append("refused")

    threads = [Thread(target=act) for act in (confirm, log_in, confirm, log_in)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count("refused") == 3, done


def test_a_recovery_code_does_it_once(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    session = _in(runtime, founder)
    moved = step_up.confirm(runtime, session, founder.passphrase, founder.recovery_codes[2], NOW)
    with pytest.raises(SignInRefused):
        step_up.confirm(runtime, moved, founder.passphrase, founder.recovery_codes[2], NOW)


def test_guessing_is_slowed_as_at_the_door(sqlite_world: World) -> None:
    session, now = sqlite_world.sign_in("anna"), sqlite_world.now
    for _ in range(8):
        with pytest.raises(SignInRefused):
            step_up.confirm(sqlite_world.runtime, session, "guess guess guess", "", now)
    with pytest.raises(SignInRefused):
        step_up.confirm(sqlite_world.runtime, session, sqlite_world.people["anna"].passphrase, "", now)


def test_both_answers_are_written_down(sqlite_world: World) -> None:
    session = sqlite_world.session("anna")
    with sqlite_world.runtime.database.reading() as work:
        before = work.log.head().size
    with pytest.raises(SignInRefused):
        step_up.confirm(sqlite_world.runtime, session, "wrong wrong wrong", "", sqlite_world.now)
    step_up.confirm(sqlite_world.runtime, session, sqlite_world.people["anna"].passphrase, "", sqlite_world.now)
    with sqlite_world.runtime.database.reading() as work:
        assert [row.klass for row in work.log.rows(before)] == ["auth", "auth"]


def test_a_session_that_ended_meanwhile_is_not_brought_back(sqlite_world: World) -> None:
    session = sqlite_world.sign_in("anna")
    sqlite_world.runtime.sessions.end(session.cookie)
    with pytest.raises(SignInRefused):
        step_up.confirm(sqlite_world.runtime, session, sqlite_world.people["anna"].passphrase, "", sqlite_world.now)
    assert sqlite_world.runtime.sessions.of(sqlite_world.user("anna")) == []
