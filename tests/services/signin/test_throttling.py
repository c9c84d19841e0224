"""Log-in under attack: waits that grow, a hard stop, one answer for everything, a bounded queue; nobody is kept out.

Catalogue of attacks 38, 40, 41 and 44.
"""

import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hrd_databases import Databases
from hrd_pages import Visitor, forms
from hrd_replaced import new_keys
from hrd_world import NOW, World, plan
from sqlalchemy import event

from hrd_cases.crypto.core.passphrases import FLOOR
from hrd_cases.domain.errors import Busy, Forbidden
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.kernel import log_limits
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.passphrase_slots import (
    AT_ONCE,
    MOST_WAITING,
    OF_ONE_SOURCE,
    STRANGERS_WAITING,
    PassphraseSlots,
)
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.signin import accounts, organisation_setup, saved_drafts, step_up, throttling, unlocking
from hrd_cases.services.signin.organisation_setup import Founded
from hrd_cases.services.team import administration
from hrd_cases.store.forms import MOST_FORMS

HERE = Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
SECOND = timedelta(seconds=1)


def _try(world: World, name: str, passphrase: str, now: datetime, device: bytes = b"") -> bool:
    try:
        accounts.sign_in(world.runtime, world.people[name].handle, passphrase, "", now, device=device)
    except accounts.SignInRefused:
        return False
    return True


def _attack(world: World, name: str, times: int, now: datetime, device: bytes = b"") -> datetime:
    """Wrong passphrases, each as soon as the one before lets it be looked at; when the last one was."""
    for _ in range(times):
        assert not _try(world, name, "wrong wrong wrong", now, device)
        now += throttling.LONGEST_WAIT + SECOND
    return now


def _right(world: World, name: str) -> str:
    return world.people[name].passphrase


def _token(world: World, name: str) -> bytes:
    return throttling.token_for(world.runtime, world.session(name), world.now)


def _known(world: World, name: str, token: bytes, now: datetime) -> bool:
    existing = world.people[name]
    return throttling.knows(world.runtime, existing.user, existing.fingerprint, token, now)


# --- waits and the hard stop -------------------------------------------------------------------------------------


def test_two_hundred_wrong_tries_end_in_a_rest_of_one_account_alone(world: World) -> None:
    now = _attack(world, "anna", throttling.HARD_STOP - 1, world.now)
    assert _try(world, "anna", _right(world, "anna"), now), "one before the stop the owner still gets in"
    now = _attack(world, "anna", throttling.HARD_STOP + 100, now)
    assert not _try(world, "anna", _right(world, "anna"), now)
    assert _try(world, "lana", _right(world, "lana"), now), "nobody else waits"
    with world.runtime.database.reading() as work:
        assert max(row.failures for row in work.tries.all()) == throttling.HARD_STOP


def test_each_wait_is_longer_than_the_one_before(sqlite_world: World) -> None:
    """A try made while it must wait is refused even when it is right, and does not make the wait longer."""
    now, waits = sqlite_world.now, []
    for _ in range(throttling.FREE_TRIES - 1):
        assert not _try(sqlite_world, "anna", "wrong", now)
    for _ in range(11):
        assert not _try(sqlite_world, "anna", "wrong", now)
        wait = SECOND
        while not _looked_at(sqlite_world, now + wait):
            wait *= 2
        waits.append(wait)
        now += throttling.LONGEST_WAIT
    assert waits[0] == SECOND
    assert waits == sorted(waits)
    assert waits[-1] >= throttling.LONGEST_WAIT / 2


def _looked_at(world: World, now: datetime) -> bool:
    """Whether a try at this moment would be looked at; leaves everything as it was."""
    with throttling.WAITS.of(world.runtime) as waits:
        saved = dict(waits)
    with world.runtime.database.reading() as work:
        row = work.users.by_id(world.user("anna"))
        lane = throttling.lane_of(world.runtime, work, world.people["anna"].handle, row, b"", now)
    with throttling.WAITS.of(world.runtime) as waits:
        waits.clear()
        waits.update(saved)
    return not lane.held


def test_a_browser_that_logged_in_before_gets_in_during_the_attack(sqlite_world: World) -> None:
    world = sqlite_world
    device = _token(world, "anna")
    now = _attack(world, "anna", throttling.HARD_STOP + 5, world.now)
    assert not _try(world, "anna", _right(world, "anna"), now)
    assert _try(world, "anna", _right(world, "anna"), now, device)
    assert not _try(world, "anna", _right(world, "anna"), now), "which does not open the door to strangers"


def test_a_stolen_browser_cookie_gives_no_more_guesses_than_anybody_has(sqlite_world: World) -> None:
    world = sqlite_world
    device = _token(world, "anna")
    now = _attack(world, "anna", throttling.HARD_STOP + 5, world.now, device)
    assert not _try(world, "anna", _right(world, "anna"), now, device)
    assert _try(world, "anna", _right(world, "anna"), now)


def test_a_browser_is_known_for_its_own_account_for_ninety_days_until_the_passphrase_changes(
    sqlite_world: World,
) -> None:
    world, runtime = sqlite_world, sqlite_world.runtime
    token = _token(world, "anna")
    days = timedelta(days=1)
    assert _known(world, "anna", token, world.now + 90 * days)
    assert not _known(world, "anna", token, world.now + 91 * days)
    assert not _known(world, "anna", token, world.now - 2 * days)
    assert not _known(world, "lana", token, world.now)
    for changed in (b"", token[:-1], token + b"\0", bytes(52), bytes([token[0] ^ 1]) + token[1:]):
        assert not _known(world, "anna", changed, world.now)
    accounts.change_passphrase(
        runtime, world.sign_in("anna"), _right(world, "anna"), "a quite new and long passphrase", world.now
    )
    assert not _known(world, "anna", token, world.now)


def test_the_stop_outlives_a_restart_and_ends_by_itself(make_world: Callable[[str], World]) -> None:
    world = make_world("sqlite")
    now = _attack(world, "anna", throttling.HARD_STOP, world.now)
    again = world.restarted()
    assert not _try(again, "anna", _right(again, "anna"), now)
    assert not _try(again, "anna", _right(again, "anna"), now + timedelta(hours=23))
    assert _try(again, "anna", _right(again, "anna"), now + timedelta(hours=48))
    again.close()


def test_an_administrator_ends_the_stop_and_no_key_changes(sqlite_world: World) -> None:
    world = sqlite_world
    now = _attack(world, "anna", throttling.HARD_STOP, world.now)
    with world.runtime.database.reading() as work:
        before = work.users.by_id(world.user("anna"))
    with world.runtime.reading(world.session("admin"), world.now) as ctx:
        assert throttling.resting(ctx) == {world.user("anna")}
    for name in ("lana", "auditor", "coordinator"):
        with pytest.raises(Forbidden), world.writing(name) as ctx:
            throttling.wake(ctx, world.user("anna"))
    with world.writing("admin") as ctx:
        throttling.wake(ctx, world.user("anna"))
        assert throttling.resting(ctx) == frozenset()
    with world.runtime.database.reading() as work:
        after = work.users.by_id(world.user("anna"))
    assert before is not None
    assert after == replace(before, session_epoch=before.session_epoch + 1), "no key, and no session from before"
    assert _try(world, "anna", _right(world, "anna"), now)


def test_unlocking_and_asking_again_are_throttled_too(sqlite_world: World) -> None:
    world, now = sqlite_world, sqlite_world.now
    session = world.sign_in("anna")
    world.runtime.sessions.lock(session.cookie)
    for _ in range(throttling.FREE_TRIES):
        with pytest.raises(accounts.SignInRefused):
            accounts.unlock_session(world.runtime, session.cookie, "wrong", now)
    with pytest.raises(accounts.SignInRefused):
        accounts.unlock_session(world.runtime, session.cookie, _right(world, "anna"), now)
    late = now + timedelta(minutes=1)
    assert not accounts.unlock_session(world.runtime, session.cookie, _right(world, "anna"), late).locked


def test_new_keys_that_wait_neither_clear_nor_raise_what_the_owner_failed(sqlite_world: World) -> None:
    """Whoever took somebody's one-time code gets no fresh guesses at the old passphrase, and cannot stop them."""
    world, now = sqlite_world, sqlite_world.now
    world.people["waiting for luka"] = new_keys(world, "luka")
    now = _attack(world, "luka", throttling.FREE_TRIES + 3, now)
    now = _attack(world, "luka", 2, now, _token(world, "luka"))
    with world.runtime.database.reading() as work:
        counted = work.tries.all()
    used = world.sign_in("waiting for luka", now)
    assert used.actor.state == "waiting"
    for act in (step_up.confirm, _unlocked):
        again = world.sign_in("waiting for luka", now)
        act(world.runtime, again, _right(world, "waiting for luka"), "", now)
        with pytest.raises(accounts.SignInRefused):
            act(world.runtime, world.sign_in("waiting for luka", now), "wrong", "", now)
    now = _attack(world, "waiting for luka", throttling.HARD_STOP, now)
    with world.runtime.database.reading() as work:
        assert [row for row in work.tries.all() if row in counted] == counted
    assert not _try(world, "waiting for luka", _right(world, "waiting for luka"), now)
    assert _try(world, "luka", _right(world, "luka"), now)
    with world.writing("admin") as ctx:
        assert throttling.resting(ctx) == {world.user("luka")}
        throttling.wake(ctx, world.user("luka"))
        assert throttling.resting(ctx) == frozenset()
    assert _try(world, "waiting for luka", _right(world, "waiting for luka"), now)


def _unlocked(runtime: Runtime, session: Session, passphrase: str, _code: str, now: datetime) -> Session:
    runtime.sessions.lock(session.cookie)
    return accounts.unlock_session(runtime, session.cookie, passphrase, now)


def test_a_browser_with_new_keys_that_wait_is_not_known_for_the_old_ones(sqlite_world: World) -> None:
    world = sqlite_world
    world.people["waiting for luka"] = new_keys(world, "luka")
    token = _token(world, "waiting for luka")
    assert _known(world, "waiting for luka", token, world.now)
    assert not _known(world, "luka", token, world.now)
    assert not _known(world, "waiting for luka", _token(world, "luka"), world.now)


def test_what_rests_about_it_names_nobody(sqlite_world: World) -> None:
    world = sqlite_world
    _attack(world, "anna", 3, world.now)
    for number in range(300):
        with world.runtime.database.reading() as work:
            throttling.lane_of(world.runtime, work, f"nobody-{number}", None, b"", world.now)
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(world.runtime, "nobody", "x", "", world.now)
    with world.runtime.database.reading() as work:
        rows = work.tries.all()
        users = {row.id for row in work.users.all()}
    assert len(rows) == 2
    assert not any(row.mark.hex() in user for row in rows for user in users)
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(world.runtime, "nobody", "x", "", world.now + timedelta(days=3))
    with world.runtime.database.reading() as work:
        assert len(work.tries.all()) == 1, "what is over is forgotten"


# --- one answer --------------------------------------------------------------------------------------------------


@contextmanager
def _statements(runtime: Runtime) -> Iterator[list[str]]:
    text: list[str] = []

    def note(*value: object) -> None:
        text.append(str(value[2]))

    engine = runtime.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield text
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _kinds(world: World) -> dict[str, tuple[str, str]]:
    """Every way to be refused; Luka's account rests, the outsider's must wait."""
    for _ in range(throttling.FREE_TRIES + 3):
        _try(world, "outsider", "wrong", world.now)
    _attack(world, "luka", throttling.HARD_STOP, world.now - timedelta(hours=20))
    people = world.people
    return {
        "unknown": ("nobody-here", "some passphrase"),
        "wrong": (people["lana"].handle, "some passphrase"),
        "disabled": (people["disabled"].handle, people["disabled"].passphrase),
        "waiting": (people["outsider"].handle, people["outsider"].passphrase),
        "resting": (people["luka"].handle, people["luka"].passphrase),
    }


def test_every_refusal_is_the_same_bytes_and_the_same_work(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, headers, body, statements to the database, derivations: nothing tells which it was."""
    world = sqlite_world
    kinds, answers = _kinds(world), set()
    derived: list[int] = []
    derive = unlocking.passphrase_keys

    def counting(*value: object, **by_name: object) -> object:
        derived.append(1)
        return derive(*value, **by_name)  # type: ignore[arg-type]

    monkeypatch.setattr(unlocking, "passphrase_keys", counting)
    for handle, passphrase in kinds.values():  # the first time some lane writes a row, the second time it changes it
        Visitor(world).fill("/e", handle=handle, passphrase=passphrase)
    for handle, passphrase in kinds.values():
        visitor = Visitor(world)
        fields = visitor.fields("/e")
        derived.clear()
        with _statements(world.runtime) as text:
            answer = visitor.send("/e", {**fields, "handle": handle, "passphrase": passphrase})
        token = forms(answer)["/e"]["csrf_token"][0]
        body = answer.text.replace(token, "").replace(f'value="{handle}"', 'value=""')
        headers = tuple(sorted((name, value) for name, value in answer.headers if name != "Set-Cookie"))
        length = len(answer.data) - len(handle)
        saved = tuple(item for item in headers if item[0] != "Content-Length")
        answers.add((answer.status_code, saved, length, body, tuple(text), len(derived)))
    assert len(answers) == 1


@pytest.mark.soak
def test_no_refusal_takes_another_time(databases: Databases, tmp_path: Path) -> None:
    """At the product's own cost of a passphrase, 500 times each: under 5 % apart."""
    how = plan(tmp_path, databases.fresh("sqlite"), kdf=FLOOR, second_factor=True)
    runtime, founded = organisation_setup.create_organisation(how, NOW)
    used: dict[str, list[float]] = {"unknown": [], "passphrase": [], "code": []}
    for turn in range(500):
        now = NOW + turn * (throttling.LONGEST_WAIT + SECOND)
        value = {
            "unknown": ("nobody", founded.passphrase),
            "passphrase": (founded.handle, "wrong wrong wrong"),
            "code": (founded.handle, founded.passphrase),
        }
        for kind, (handle, passphrase) in value.items():
            begun = time.perf_counter()
            with pytest.raises(accounts.SignInRefused):
                accounts.sign_in(runtime, handle, passphrase, "000000", now)
            used[kind].append(time.perf_counter() - begun)
    middle = {kind: statistics.median(times) for kind, times in used.items()}
    assert max(middle.values()) / min(middle.values()) < 1.05, middle


# --- the queue ---------------------------------------------------------------------------------------------------


def test_of_sixty_four_at_once_some_come_in_and_the_others_are_told_to_try_again(sqlite_world: World) -> None:
    world, outcome = sqlite_world, []
    gate = threading.Barrier(64)

    def come(number: int) -> None:
        gate.wait()
        try:
            accounts.sign_in(world.runtime, f"nobody-{number}", "wrong", "", world.now)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the stranger is shown
            outcome.append(type(error))

    threads = [threading.Thread(target=come, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcome) == 64
    assert set(outcome) <= {Busy, accounts.SignInRefused}
    assert outcome.count(accounts.SignInRefused) >= AT_ONCE


def test_strangers_never_fill_the_queue_and_known_browsers_go_first() -> None:
    slots, order, hold, sources = PassphraseSlots(), [], threading.Event(), itertools.count()

    def wait(name: str, stranger: bool) -> None:
        try:
            with slots.one(stranger=stranger, source=f"192.0.2.{next(sources)}"):
                order.append(name)
                hold.wait(10)
        except Busy:
            order.append("busy")

    def begin(name: str, stranger: bool, until: Callable[[], bool]) -> threading.Thread:
        thread = threading.Thread(target=wait, args=(name, stranger))
        thread.start()
        for _ in range(1000):
            if until():
                break
            time.sleep(0.005)
        return thread

    threads = [begin("first", True, lambda n=n: order.count("first") == n + 1) for n in range(AT_ONCE)]
    threads += [begin("stranger", True, lambda n=n: slots._waiting[True] == n + 1) for n in range(STRANGERS_WAITING)]
    threads.append(begin("stranger", True, lambda: "busy" in order))
    room = MOST_WAITING - STRANGERS_WAITING
    threads += [begin("known", False, lambda n=n: slots._waiting[False] == n + 1) for n in range(room)]
    threads.append(begin("known", False, lambda: order.count("busy") == 2))
    hold.set()
    for thread in threads:
        thread.join()
    assert order.count("busy") == 2
    assert order.count("stranger") == STRANGERS_WAITING
    came = [name for name in order if name not in ("busy", "first")]
    assert came[:room] == ["known"] * room


def test_strangers_of_one_address_leave_room_for_those_of_others() -> None:
    slots, outcome, hold = PassphraseSlots(), [], threading.Event()

    def wait(source: str) -> None:
        try:
            with slots.one(stranger=True, source=source):
                hold.wait(10)
                outcome.append(source)
        except Busy:
            outcome.append("busy")

    threads = []
    for source in ["192.0.2.7"] * (AT_ONCE + OF_ONE_SOURCE + 5) + ["192.0.2.8"] * 5:
        threads.append(threading.Thread(target=wait, args=(source,)))
        threads[-1].start()
        while slots._running + sum(slots._waiting.values()) + len(outcome) < len(threads):
            time.sleep(0.001)
    hold.set()
    for thread in threads:
        thread.join()
    assert outcome.count("busy") == 5
    assert outcome.count("192.0.2.8") == 5
    assert not slots._sources, "no address is remembered"


def test_a_whole_office_that_comes_in_at_once_is_let_in(sqlite_world: World) -> None:
    """Each from a browser that nobody knows, behind one address."""
    world, outcome = sqlite_world, []
    person = world.people["anna"]
    gate = threading.Barrier(20)

    def come() -> None:
        gate.wait()
        try:
            accounts.sign_in(world.runtime, person.handle, person.passphrase, "", world.now, source="192.0.2.7")
            outcome.append("in")
        except (Busy, accounts.SignInRefused) as error:
            outcome.append(type(error).__name__)

    threads = [threading.Thread(target=come) for _ in range(20)]
    slots = world.runtime.passphrase_slots
    with ExitStack() as held:  # nobody is let in before all have come: they wait at the same time
        for _ in range(AT_ONCE):
            held.enter_context(slots.one())
        for thread in threads:
            thread.start()
        end = time.monotonic() + 20
        while slots._waiting[True] + len(outcome) < len(threads) and time.monotonic() < end:
            time.sleep(0.001)
        assert not outcome, "all of them wait"
    for thread in threads:
        thread.join()
    assert outcome == ["in"] * 20


def test_a_stranger_takes_the_slot_that_an_insider_left_free() -> None:
    """Both slots come free at once: the insider goes first, and the stranger who made way is told of the other one."""
    for _ in range(20):
        slots, inside, both = PassphraseSlots(at_once=2), ExitStack(), threading.Barrier(2)

        def wait(stranger: bool, slots: PassphraseSlots = slots, both: threading.Barrier = both) -> None:
            with slots.one(stranger=stranger):
                both.wait(5)  # passes only when both are in at the same time

        inside.enter_context(slots.one())
        inside.enter_context(slots.one())
        threads = [threading.Thread(target=wait, args=(stranger,)) for stranger in (True, False)]
        for thread, stranger in zip(threads, (True, False), strict=True):
            thread.start()
            while not slots._waiting[stranger]:
                time.sleep(0.001)
        inside.close()
        for thread in threads:
            thread.join()
        assert not both.broken


def test_a_full_queue_answers_with_a_page_of_its_own(sqlite_world: World) -> None:
    world = sqlite_world
    world.runtime.passphrase_slots = PassphraseSlots(at_once=1, strangers=0, most_waiting=0)
    visitor = Visitor(world)
    fields = visitor.fields("/e")
    with world.runtime.passphrase_slots.one():
        pages = set()
        for name in ("anna", "disabled", "nobody"):
            handle = world.people[name].handle if name in world.people else name
            answer = visitor.send("/e", {**fields, "handle": handle, "passphrase": "x"})
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            pages.add(answer.text)
        assert len(pages) == 1
        assert "Try again in a moment" in pages.pop()
    existing = world.people["anna"]
    assert (
        visitor.send("/e", {**fields, "handle": existing.handle, "passphrase": existing.passphrase}).status_code == 303
    )


MEMORY = """
import resource, sys, threading
from hrd_cases.crypto.core.passphrases import FLOOR, new_salt, passphrase_keys
from hrd_cases.domain.errors import Busy
from hrd_cases.services.kernel.passphrase_slots import PassphraseSlots

slots, outcome = PassphraseSlots(), []

def come():
    try:
        with slots.one(stranger=True):
            passphrase_keys("wrong", new_salt(), FLOOR, bytes(16), bytes(16), floor=FLOOR)
            outcome.append("looked at")
    except Busy:
        outcome.append("busy")

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
threads = [threading.Thread(target=come) for _ in range(64)]
for one in threads: one.start()
for one in threads: one.join()
unit = 1 if sys.platform == "darwin" else 1024
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit
print(outcome.count("looked at"), outcome.count("busy"), grown)
"""


def test_sixty_four_log_ins_at_once_take_the_memory_of_two() -> None:
    run = subprocess.run(
        [sys.executable, "-c", MEMORY],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=True,
    )
    looked_at, busy, grown = map(int, run.stdout.split())
    assert looked_at + busy == 64
    assert looked_at >= AT_ONCE
    assert grown < (AT_ONCE + 1) * FLOOR.memory_kib * 1024 + 40_000_000


# --- recovery codes ----------------------------------------------------------------------------------------------


def test_guessing_codes_is_throttled_like_guessing_passphrases(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founded = guarded
    for number in range(throttling.FREE_TRIES):
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(runtime, founded.handle, founded.passphrase, f"aaaa-aaaa-aaaa-aaa{number}", NOW)
    right = founded.recovery_codes[0]
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(runtime, founded.handle, founded.passphrase, right, NOW)
    late = NOW + throttling.LONGEST_WAIT
    assert not accounts.sign_in(runtime, founded.handle, founded.passphrase, right, late).locked
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(runtime, founded.handle, founded.passphrase, right, late)


# --- the browser -------------------------------------------------------------------------------------------------


def test_a_browser_keeps_its_mark_after_log_out_only_when_asked(sqlite_world: World) -> None:
    world, existing = sqlite_world, sqlite_world.people["anna"]
    visitor = Visitor(world)
    answer = visitor.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    values = next(value for name, value in answer.headers if name == "Set-Cookie" and "-k=" in value)
    assert "Max-Age" not in values
    assert "HttpOnly" in values
    assert existing.user not in values
    out = visitor.fill("/m", "/x")
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'

    visitor.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    assert visitor.fill("/m", "/m/b").status_code == 303
    out = visitor.fill("/m", "/x")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    for _ in range(throttling.FREE_TRIES + 5):
        Visitor(world).fill("/e", handle=existing.handle, passphrase="wrong wrong wrong")
    assert Visitor(world).fill("/e", handle=existing.handle, passphrase=existing.passphrase).status_code == 422
    again = visitor.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    assert again.status_code == 303
    saved = next(value for name, value in again.headers if name == "Set-Cookie" and "-k=" in value)
    assert "Max-Age=7776000" in saved
    assert visitor.fill("/m", "/m/f").status_code == 303
    assert "/m/b" in forms(visitor.get("/m"))


def test_an_administrator_sees_which_account_rests(sqlite_world: World) -> None:
    world = sqlite_world
    admin = Visitor(world).enter("admin")
    wake = f"/m/w/{world.user('anna')}"
    assert wake not in forms(admin.get("/a"))
    _attack(world, "anna", throttling.HARD_STOP, world.now - timedelta(hours=9))
    assert "log-ins blocked" in admin.get("/a").text
    assert admin.fill("/a", wake).status_code == 303
    assert wake not in forms(admin.get("/a"))


def test_an_account_that_was_disabled_is_not_told_apart_by_resting(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    assert not _try(world, "luka", _right(world, "luka"), world.now)
    with world.runtime.database.reading() as work:
        row = work.users.by_id(world.user("luka"))
        assert row is not None
        lane = throttling.lane_of(world.runtime, work, world.people["luka"].handle, row, b"", world.now)
    assert lane == replace(lane, stranger=True, held=False, user=world.user("luka"))


def _log_size(world: World) -> int:
    with world.runtime.database.reading() as work:
        return work.log.head().size


def test_wrong_codes_and_log_ins_fill_no_log(sqlite_world: World) -> None:
    """Whoever sends them by the thousand: some are written down, then how many more there were; a right code opens."""
    world, now = sqlite_world, sqlite_world.now
    with world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    before = _log_size(world)
    for number in range(300):
        with pytest.raises(accounts.SignInRefused):
            accounts.begin_activation(world.runtime, f"wrong-{number}", now)
    assert _log_size(world) == before + log_limits.MOST
    assert accounts.begin_activation(world.runtime, code, now), "nobody is kept out by others' tries"
    for _ in range(60):
        assert not _try(world, "luka", "wrong", now)
    assert _log_size(world) == before + 2 * log_limits.MOST
    with pytest.raises(accounts.SignInRefused):
        accounts.begin_activation(world.runtime, "wrong", now + log_limits.WHILE)
    with world.reading("auditor") as ctx:
        newest = audit_reader.entries(ctx, audit_reader.LogFilter())
    text = [line for line in newest.items if line.act == "wrong activation code"]
    assert ("unsaid", str(300 - log_limits.MOST)) in text[0].more


def _new_form(world: World, name: str) -> saved_drafts.DraftOrigin:
    """One form as its page sends it: read back from its own token."""
    new = saved_drafts.DraftOrigin(user=world.user(name), form="/c/new", page="/c/new")
    origin = saved_drafts.origin(world.runtime, saved_drafts.token(world.runtime, new, world.now), world.now)
    assert origin is not None
    return origin


def test_a_form_that_finds_no_place_leaves_no_entry(sqlite_world: World) -> None:
    world = sqlite_world
    created = [_new_form(world, "anna") for _ in range(MOST_FORMS + 1)]
    for origin in created[:MOST_FORMS]:
        assert saved_drafts.keep(world.runtime, origin, (("title", "x"),), world.now)
    before = _log_size(world)
    assert saved_drafts.keep(world.runtime, created[MOST_FORMS], (("title", "x"),), world.now) == ""
    assert _log_size(world) == before
