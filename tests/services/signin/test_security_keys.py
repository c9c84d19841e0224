"""Security keys as a second factor: what counts, what does not, and that each answer counts once.

Catalogue of attacks 38, 39 and 42. The key is written here (tests/support/hrd_authenticator.py), the checks are ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Barrier, Thread
from time import perf_counter
from typing import Any

import pytest
from hrd_authenticator import ATTESTED, PRESENT, VERIFIED, Authenticator, spelt, unspelt
from hrd_databases import Databases
from hrd_world import NOW, code_of, plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hrd_cases.crypto.core.passphrases import FLOOR
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.domain.errors import RuleBroken, StepUpNeeded
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import PROOF, Session
from hrd_cases.services.signin import accounts, organisation_setup, security_keys, step_up, throttling
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.signin.key_signatures import used
from hrd_cases.services.signin.organisation_setup import Founded
from hrd_cases.services.signin.security_keys import ADD, CONFIRM, LOG_IN, Address, KeyResponse
from hrd_cases.services.signin.unlocking import open_with

ADDRESS = Address(host="work.example", origin="https://work.example")
DOOR = b"what the cookie of this browser says"
MINUTE = timedelta(minutes=1)


@dataclass
class Desk:
    """The founder with a security key, and a clock that goes on with each look at it."""

    runtime: Runtime
    founder: Founded
    now: datetime = NOW
    key: Authenticator = field(default_factory=Authenticator)

    def later(self, by: timedelta = MINUTE) -> datetime:
        """Some time later."""
        self.now += by
        return self.now

    def enter(self) -> Session:
        """Log in with a code."""
        code = code_of(self.founder.second_secret, self.later())
        return accounts.sign_in(self.runtime, self.founder.handle, self.founder.passphrase, code, self.now)

    def challenge(self, purpose: str, whom: bytes = DOOR) -> bytes:
        """What the page asks the key to sign."""
        return security_keys.challenge(self.runtime, purpose, whom, self.now)

    def shown(self, answer: str, purpose: str = LOG_IN, address: Address = ADDRESS, whom: bytes = DOOR) -> KeyResponse:
        """What the page sends."""
        return KeyResponse(answer=answer, address=address, purpose=purpose, whom=whom)

    def add(self, session: Session, key: Authenticator | None = None, name: str = "the blue one", **wrong: Any) -> None:
        """Add a key."""
        challenge = self.challenge(ADD)
        visible = self.shown((key or self.key).added(challenge, **wrong), ADD)
        security_keys.add(self.runtime, session, self.founder.passphrase, name, visible, self.now)

    def log_in(self, answer: str = "", **how: Any) -> Session:
        """Log in with the key, or with an answer that is not its."""
        self.later(timedelta(seconds=1))
        visible = self.shown(answer or self.key.answer(self.challenge(LOG_IN)), **how)
        return accounts.sign_in(self.runtime, self.founder.handle, self.founder.passphrase, visible, self.now)

    def change(self, session: Session, *keys: Authenticator, always: bool) -> None:
        """Take keys out, ask for one always or not."""
        gone = [key.credential for key in keys]
        security_keys.change(self.runtime, session, self.founder.passphrase, gone, always=always, now=self.now)

    def factor(self) -> SecondFactor:
        """What rests in the database, opened with the passphrase."""
        with self.runtime.database.reading() as work:
            row = work.users.by_id(self.founder.user)
        factor = open_with(self.runtime, row, self.founder.handle, self.founder.passphrase).factor
        assert factor is not None
        return factor

    def sealed(self) -> bytes:
        """The same, sealed."""
        with self.runtime.database.reading() as work:
            row = work.users.by_id(self.founder.user)
        assert row is not None
        assert row.second_sealed is not None
        return row.second_sealed


@pytest.fixture
def desk(guarded: tuple[Runtime, Founded]) -> Desk:
    """A desk without a key yet."""
    return Desk(*guarded)


@pytest.fixture
def keyed(desk: Desk) -> Desk:
    """A desk with one key."""
    desk.add(desk.enter())
    desk.later()
    return desk


# --- what counts ---------------------------------------------------------------------------------------------------


def test_a_key_that_was_added_opens_together_with_the_passphrase(keyed: Desk) -> None:
    session = keyed.log_in()
    assert not session.locked
    assert [(key.name, key.host) for key in session.row.security_keys] == [("the blue one", "work.example")]
    assert keyed.runtime.sessions.proven(session, keyed.now), "it counts as who one is, as a code does"


def test_it_does_not_open_without_the_passphrase(keyed: Desk) -> None:
    visible = keyed.shown(keyed.key.answer(keyed.challenge(LOG_IN)))
    for passphrase in ("", "wrong wrong wrong"):
        with pytest.raises(SignInRefused):
            accounts.sign_in(keyed.runtime, keyed.founder.handle, passphrase, visible, keyed.now)


def test_codes_and_recovery_codes_count_as_before(keyed: Desk) -> None:
    assert not keyed.enter().locked
    code = keyed.founder.recovery_codes[0]
    assert accounts.sign_in(keyed.runtime, keyed.founder.handle, keyed.founder.passphrase, code, keyed.later())


def test_a_key_that_never_counts_its_signatures_opens_too(desk: Desk) -> None:
    desk.key = Authenticator(step=0)
    desk.add(desk.enter())
    for _ in range(3):
        assert not desk.log_in().locked


WRONG: dict[str, Callable[[Authenticator, bytes], str]] = {
    "another origin": lambda key, request: key.answer(request, origin="https://work.example.evil"),
    "another scheme": lambda key, request: key.answer(request, origin="http://work.example"),
    "another port": lambda key, request: key.answer(request, origin="https://work.example:8443"),
    "made for another host": lambda key, request: key.answer(request, host="evil.example"),
    "nobody was there": lambda key, request: key.answer(request, flags=VERIFIED),
    "neither PIN nor finger": lambda key, request: key.answer(request, flags=PRESENT),
    "another challenge": lambda key, _asked: key.answer(bytes(40)),
    "a challenge with a later time": lambda key, request: key.answer(
        bytes((*request[:7], request[7] ^ 1, *request[8:]))
    ),
    "no challenge": lambda key, _asked: key.answer(b""),
    "the counter stands still": lambda key, request: key.answer(request, count=key.count),
    "the counter goes back": lambda key, request: key.answer(request, count=0),
    "what it says when it is added": lambda key, request: key.answer(request, kind="webauthn.create"),
    "asked for from inside another page": lambda key, request: key.answer(request, crossOrigin=True),
    "an older signature": lambda key, request: _with(key.answer(request), 3, unspelt(key.answer(b"").split(".")[3])),
    "a signature of nothing": lambda key, request: _with(key.answer(request), 3, b"\0"),
    "another credential": lambda key, request: _with(key.answer(request), 0, b"\1" * 32),
    "another key's signature": lambda key, request: Authenticator(credential=key.credential, count=9).answer(request),
    "flags changed after signing": lambda key, request: _flip(key.answer(request), 2, 32),
    "client data changed after signing": lambda key, request: _with(
        key.answer(request), 1, key.client_data("webauthn.get", request, more=1)
    ),
    "a part missing": lambda key, request: key.answer(request).rpartition(".")[0],
    "a part too many": lambda key, request: f"{key.answer(request)}.AA",
    "more than a key says when it signs": lambda key, request: _with(
        key.answer(request), 2, key.device_data(flags=0xC5) + b"\xa0"
    ),
    "client data without end": lambda key, request: _with(key.answer(request), 1, b"[" * 4000),
    "nothing": lambda _key, _asked: "",
    "not base64": lambda key, request: key.answer(request).replace(".", "!."),
    "what a new key says": lambda key, request: key.added(request),
}


def _with(answer: str, place: int, part: bytes) -> str:
    parts = answer.split(".")
    return ".".join([*parts[:place], spelt(part), *parts[place + 1 :]])


def _flip(answer: str, place: int, at: int) -> str:
    part = bytearray(unspelt(answer.split(".")[place]))
    part[at] ^= 0x08
    return _with(answer, place, bytes(part))


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_with_one_thing_wrong_nothing_opens_and_the_key_goes_on(
    keyed: Desk, wrong: Callable[[Authenticator, bytes], str]
) -> None:
    keyed.log_in()
    before = keyed.factor()
    keyed.later(timedelta(seconds=1))
    answer = wrong(keyed.key, keyed.challenge(LOG_IN))
    with pytest.raises(SignInRefused):
        accounts.sign_in(keyed.runtime, keyed.founder.handle, keyed.founder.passphrase, keyed.shown(answer), keyed.now)
    assert keyed.factor() == before
    assert not keyed.log_in().locked


@pytest.mark.parametrize(
    ("address", "whom", "purpose"),
    [
        (Address(host="work.example", origin="https://work.example:8443"), DOOR, LOG_IN),
        (Address(host="other.example", origin="https://other.example"), DOOR, LOG_IN),
        (ADDRESS, b"another browser", LOG_IN),
        (ADDRESS, DOOR, CONFIRM),
        (ADDRESS, DOOR, ADD),
    ],
    ids=["another port", "another host", "another browser", "to confirm", "to add"],
)
def test_an_answer_is_good_at_its_address_for_its_browser_and_purpose(
    keyed: Desk, address: Address, whom: bytes, purpose: str
) -> None:
    answer = keyed.key.answer(keyed.challenge(LOG_IN))
    with pytest.raises(SignInRefused):
        keyed.log_in(answer, address=address, whom=whom, purpose=purpose)
    assert keyed.log_in(answer)


def test_a_page_that_looks_like_ours_gets_nothing_it_can_use(keyed: Desk) -> None:
    """A look-alike passes everything on in time: the key signs for the look-alike's address, or for none."""
    lured = Authenticator(
        origin="https://w0rk.example", host="w0rk.example", credential=keyed.key.credential, private=keyed.key.private
    )
    there = Address(host="w0rk.example", origin="https://w0rk.example")
    for address in (ADDRESS, there):
        lured.count = keyed.key.count + 1
        with pytest.raises(SignInRefused):
            keyed.log_in(lured.answer(keyed.challenge(LOG_IN)), address=address)


# --- once ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 0], ids=["a key that counts", "a key that does not"])
def test_an_answer_counts_once(desk: Desk, step: int) -> None:
    desk.key = Authenticator(step=step)
    desk.add(desk.enter())
    desk.later()
    answer = desk.key.answer(desk.challenge(LOG_IN))
    desk.log_in(answer)
    with pytest.raises(SignInRefused):
        desk.log_in(answer)


def test_an_answer_held_back_does_not_count_after_a_later_one(desk: Desk) -> None:
    desk.key = Authenticator(step=0)
    desk.add(desk.enter())
    desk.later()
    held_back = desk.key.answer(desk.challenge(LOG_IN))
    desk.log_in()
    with pytest.raises(SignInRefused):
        desk.log_in(held_back)


def test_an_answer_counts_for_ten_minutes(keyed: Desk) -> None:
    first, second = (keyed.key.answer(keyed.challenge(LOG_IN)) for _ in range(2))
    keyed.later(timedelta(seconds=600))
    with pytest.raises(SignInRefused):
        keyed.log_in(first)
    keyed.now -= timedelta(seconds=2)
    assert keyed.log_in(second)


def test_of_many_at_once_with_one_answer_exactly_one_succeeds(keyed: Desk) -> None:
    keyed.later()
    visible, gate, done = keyed.shown(keyed.key.answer(keyed.challenge(LOG_IN))), Barrier(4), []

    def come() -> None:
        gate.wait()
        try:
            accounts.sign_in(keyed.runtime, keyed.founder.handle, keyed.founder.passphrase, visible, keyed.now)
            done.append(True)
        except SignInRefused:
            done.append(False)

    threads = [Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=90), min_size=1, max_size=5), st.integers(0, 3))
def test_no_other_bytes_are_an_answer(keyed: Desk, parts: list[bytes], at: int) -> None:
    right = keyed.key.answer(keyed.challenge(LOG_IN)).split(".")
    marker, now = keyed.runtime.marker, int(keyed.now.timestamp()) + 1
    answers = [".".join(map(spelt, parts)), ".".join([*right[:at], spelt(parts[0]), *right[at + 1 :]])]
    for answer in answers:
        assert used(keyed.factor(), keyed.shown(answer), marker, now) is None
        assert used(None, keyed.shown(answer), marker, now) is None
    assert used(None, keyed.shown(".".join(right)), marker, now) is None


# --- adding and taking out -----------------------------------------------------------------------------------------

NEW_WRONG: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "made for another host": {"host": "evil.example"},
    "neither PIN nor finger": {"flags": PRESENT | ATTESTED},
    "what it says when it signs": {"type": "webauthn.get"},
    "asked for from inside another page": {"crossOrigin": True},
    "a maker's statement that is none": {"fmt": "tpm"},
    "another challenge": {"challenge": spelt(bytes(40))},
}


@pytest.mark.parametrize("wrong", NEW_WRONG.values(), ids=NEW_WRONG)
def test_a_new_key_with_one_thing_wrong_is_not_kept(desk: Desk, wrong: dict[str, Any]) -> None:
    session = desk.enter()
    before = desk.sealed()
    with pytest.raises(RuleBroken):
        desk.add(session, **wrong)
    assert desk.sealed() == before
    desk.add(session)
    assert len(desk.factor().keys) == 1


def test_adding_asks_for_the_passphrase_and_a_name(desk: Desk) -> None:
    session = desk.enter()
    for name in ("", "   ", "x" * 41):
        with pytest.raises(RuleBroken) as broken:
            desk.add(session, name=name)
        assert broken.value.place == "name"
    visible = desk.shown(desk.key.added(desk.challenge(ADD)), ADD)
    with pytest.raises(RuleBroken) as broken:
        security_keys.add(desk.runtime, session, "wrong wrong wrong", "blue", visible, desk.now)
    assert broken.value.place == "passphrase"
    assert desk.factor().keys == ()


def test_it_asks_again_who_one_is(desk: Desk) -> None:
    session = desk.enter()
    desk.later(PROOF + MINUTE)
    with pytest.raises(StepUpNeeded):
        desk.add(session)
    with pytest.raises(StepUpNeeded):
        desk.change(session, always=False)


def test_five_are_kept_and_none_twice(desk: Desk) -> None:
    session = desk.enter()
    keys = [Authenticator() for _ in range(6)]
    for key in keys[:5]:
        desk.add(session, key)
        desk.later(timedelta(seconds=1))
    with pytest.raises(RuleBroken):
        desk.add(session, keys[5])
    desk.change(session, keys[0], always=False)
    with pytest.raises(RuleBroken):
        desk.add(session, keys[1])
    desk.add(session, keys[5])
    assert {key.credential for key in desk.factor().keys} == {key.credential for key in keys[1:]}


def test_a_key_that_was_taken_out_opens_nothing(keyed: Desk) -> None:
    keyed.change(keyed.log_in(), keyed.key, always=False)
    with pytest.raises(SignInRefused):
        keyed.log_in()


def test_the_database_does_not_tell_who_has_a_key(desk: Desk) -> None:
    before = desk.sealed()
    desk.add(desk.enter())
    after = desk.sealed()
    assert len(before) == len(after)
    for part in (desk.key.credential, desk.key.public, b"blue", b"work.example"):
        assert part not in after


def test_the_log_says_what_was_done_and_not_with_which_key(keyed: Desk) -> None:
    session = keyed.log_in()
    keyed.change(session, always=True)
    keyed.change(session, always=False)
    keyed.change(session, keyed.key, always=False)
    with keyed.runtime.reading(session, keyed.now) as ctx:
        lines = audit_reader.entries(ctx, LogFilter(klass="auth")).items
    assert [line.act for line in lines[:5]] == [
        "remove security keys",
        "accept codes again",
        "ask for a security key always",
        "log in",
        "add a security key",
    ]
    assert {line.more for line in lines[:5]} == {()}


# --- always --------------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(keyed: Desk) -> Iterator[Desk]:
    """A desk whose owner asked for a security key always."""
    keyed.change(keyed.log_in(), always=True)
    return keyed


def test_a_right_code_no_longer_opens(strict: Desk) -> None:
    with pytest.raises(SignInRefused):
        strict.enter()
    assert not strict.log_in().locked


def test_a_right_code_no_longer_confirms_and_the_key_does(strict: Desk) -> None:
    session = strict.log_in()
    code = code_of(strict.founder.second_secret, strict.later(PROOF + MINUTE))
    with pytest.raises(SignInRefused):
        step_up.confirm(strict.runtime, session, strict.founder.passphrase, code, strict.now)
    visible = strict.shown(strict.key.answer(strict.challenge(CONFIRM, b"session")), CONFIRM, whom=b"session")
    moved = step_up.confirm(strict.runtime, session, strict.founder.passphrase, visible, strict.now)
    assert strict.runtime.sessions.proven(moved, strict.now)


def test_a_recovery_code_still_opens_once(strict: Desk) -> None:
    founder, code = strict.founder, strict.founder.recovery_codes[3]
    assert accounts.sign_in(strict.runtime, founder.handle, founder.passphrase, code, strict.later())
    with pytest.raises(SignInRefused):
        accounts.sign_in(strict.runtime, founder.handle, founder.passphrase, code, strict.later())


def test_whoever_takes_the_last_key_out_needs_codes_again(strict: Desk) -> None:
    session = strict.log_in()
    with pytest.raises(RuleBroken) as broken:
        strict.change(session, strict.key, always=True)
    assert broken.value.place == "always"
    strict.change(session, strict.key, always=False)
    assert not strict.enter().locked


def test_it_outlives_a_new_passphrase_and_new_recovery_codes(strict: Desk) -> None:
    session, runtime = strict.log_in(), strict.runtime
    accounts.new_recovery_codes(runtime, session, strict.founder.passphrase, strict.now)
    new = "a quite new and long passphrase"
    accounts.change_passphrase(runtime, session, strict.founder.passphrase, new, strict.now)
    strict.founder = replace(strict.founder, passphrase=new)
    with pytest.raises(SignInRefused):
        strict.enter()
    assert not strict.log_in().locked


def test_a_locked_session_forgets_which_keys_there_are(keyed: Desk) -> None:
    session = keyed.log_in()
    keyed.runtime.sessions.lock(session.cookie)
    assert session.row.security_keys == ()
    again = accounts.unlock_session(keyed.runtime, session.cookie, keyed.founder.passphrase, keyed.now)
    assert len(again.row.security_keys) == 1


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.soak
def test_no_refusal_with_a_key_takes_another_time(databases: Databases, tmp_path: Path) -> None:
    """At the product's own cost of a passphrase, 200 times each: under 5 % apart."""
    how = plan(tmp_path, databases.fresh("sqlite"), kdf=FLOOR, second_factor=True)
    desk = Desk(*organisation_setup.create_organisation(how, NOW))
    desk.add(desk.enter())
    stranger, taken = Authenticator(), {"unknown": [0.0], "passphrase": [0.0], "key": [0.0]}
    for _ in range(200):
        desk.later(throttling.LONGEST_WAIT + MINUTE)
        for kind, (handle, passphrase) in {
            "unknown": ("nobody", desk.founder.passphrase),
            "passphrase": (desk.founder.handle, "wrong wrong wrong"),
            "key": (desk.founder.handle, desk.founder.passphrase),
        }.items():
            visible = desk.shown(stranger.answer(desk.challenge(LOG_IN)))
            begun = perf_counter()
            with pytest.raises(SignInRefused):
                accounts.sign_in(desk.runtime, handle, passphrase, visible, desk.now)
            taken[kind].append(perf_counter() - begun)
    middle = {kind: median(times) for kind, times in taken.items()}
    assert max(middle.values()) / min(middle.values()) < 1.05, middle
