"""Coming in: one answer for every refusal, codes used once, newcomers who wait, passphrases that can be changed.

Catalogue of attacks 28, 38 to 40, 43 and 44.
"""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hrd_world import NOW, World, code_of, newcomer

from hrd_cases.crypto.core.certificates import Trust
from hrd_cases.domain.errors import Changed, RuleBroken, SessionEnded
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.signin import accounts, throttling, unlocking
from hrd_cases.services.signin.organisation_setup import Founded
from hrd_cases.services.team import administration
from hrd_cases.store.log import PendingStatements
from hrd_cases.store.work import Work

STEP = timedelta(seconds=30)


def _refused(runtime: Runtime, handle: str, passphrase: str, code: str, now: datetime = NOW) -> str:
    with pytest.raises(accounts.SignInRefused) as refused:
        accounts.sign_in(runtime, handle, passphrase, code, now)
    return repr((type(refused.value), refused.value.args, refused.value.__cause__))


# --- one answer --------------------------------------------------------------------------------------------------


def test_every_refusal_looks_the_same(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    good = code_of(founder.second_secret, NOW)
    wrong = f"{(int(good) + 1) % 10**6:06d}"
    answers = {
        _refused(runtime, "nobody-here", founder.passphrase, good),
        _refused(runtime, founder.handle, "not the passphrase", good),
        _refused(runtime, founder.handle, founder.passphrase, wrong),
        _refused(runtime, founder.handle, founder.passphrase, ""),
        _refused(runtime, "", "", ""),
    }
    assert len(answers) == 1


def test_who_was_disabled_is_refused_like_anybody(sqlite_world: World) -> None:
    existing = sqlite_world.people["disabled"]
    answers = {
        _refused(sqlite_world.runtime, existing.handle, existing.passphrase, ""),
        _refused(sqlite_world.runtime, existing.handle, "wrong passphrase", ""),
        _refused(sqlite_world.runtime, "nobody", existing.passphrase, ""),
    }
    assert len(answers) == 1


def test_every_refusal_costs_one_derivation(guarded: tuple[Runtime, Founded], monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger cannot tell by the time whether a handle exists."""
    runtime, founder = guarded
    counted: list[bytes] = []
    derive = unlocking.passphrase_keys

    def counting(passphrase: str, salt: bytes, *more: object, **by_name: object) -> object:
        counted.append(salt)
        return derive(passphrase, salt, *more, **by_name)  # type: ignore[arg-type]

    monkeypatch.setattr(unlocking, "passphrase_keys", counting)
    for handle, passphrase in ((founder.handle, "wrong"), ("nobody", "wrong"), ("", ""), ("nobody", "wrong")):
        _refused(runtime, handle, passphrase, "000000")
    assert len(counted) == 4
    assert counted[1] == counted[3] != counted[0], "an unknown handle has a salt of its own, always the same"


def test_refusals_are_written_down_without_what_was_typed(sqlite_world: World) -> None:
    existing = sqlite_world.people["anna"]
    with sqlite_world.runtime.database.reading() as work:
        before = work.log.head().size
    _refused(sqlite_world.runtime, existing.handle, "the wrong passphrase", "")
    with sqlite_world.runtime.database.reading() as work:
        rows = work.log.rows(before)
    assert [row.klass for row in rows] == ["auth"]


@pytest.mark.parametrize("typed", ["\0", "\ud800", "é" * 600, "a" * 5000, "\u202e" * 20, "' OR 1=1 --", " "])
def test_whatever_is_typed_is_refused_and_breaks_nothing(sqlite_world: World, typed: str) -> None:
    existing = sqlite_world.people["anna"]
    _refused(sqlite_world.runtime, existing.handle, typed, typed)
    _refused(sqlite_world.runtime, typed, existing.passphrase, typed)


def test_after_many_failures_the_wait_grows_and_ends(sqlite_world: World) -> None:
    existing, now = sqlite_world.people["anna"], sqlite_world.now
    for _ in range(8):
        _refused(sqlite_world.runtime, existing.handle, "wrong passphrase", "", now)
    _refused(sqlite_world.runtime, existing.handle, existing.passphrase, "", now)
    assert not sqlite_world.sign_in("lana", now).locked, "nobody else waits"
    late = now + throttling.LONGEST_WAIT + timedelta(seconds=1)
    assert not sqlite_world.sign_in("anna", late).locked
    assert not sqlite_world.sign_in("anna", late).locked, "and the count begins anew"


def test_a_hundred_failures_never_lock_anybody_out_for_long(sqlite_world: World) -> None:
    existing, now = sqlite_world.people["anna"], sqlite_world.now
    for _ in range(100):
        _refused(sqlite_world.runtime, existing.handle, "wrong passphrase", "", now)
    assert not sqlite_world.sign_in("anna", now + throttling.LONGEST_WAIT + timedelta(seconds=1)).locked


def test_refusals_at_the_same_moment_are_all_refusals(world: World) -> None:
    """The first entry of the day makes the log key: two strangers at once must not stumble over each other."""
    result: list[object] = []

    def try_once() -> None:
        try:
            accounts.sign_in(world.runtime, "nobody", "nothing", "", world.now + timedelta(days=1))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the stranger is shown
            result.append(type(error))

    threads = [Thread(target=try_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert result == [accounts.SignInRefused] * 8


# --- the second factor -------------------------------------------------------------------------------------------


def test_a_code_is_accepted_once_in_its_own_step_and_never_again(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    code = code_of(founder.second_secret, NOW)
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, code, NOW).locked
    for later in (timedelta(), STEP, -STEP):
        _refused(runtime, founder.handle, founder.passphrase, code, NOW + later)
    fresh = NOW + 2 * STEP
    assert not accounts.sign_in(
        runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, fresh), fresh
    ).locked


@pytest.mark.parametrize("zero", ["0", "٠", "०"])
def test_a_code_opens_as_telephones_show_it(guarded: tuple[Runtime, Founded], zero: str) -> None:
    runtime, founder = guarded
    shown = code_of(founder.second_secret, NOW).translate({ord(str(n)): chr(ord(zero) + n) for n in range(10)})
    typed = f"\u202a{shown[:3]}\u00a0{shown[3:]}\u202c"
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, typed, NOW).locked


@pytest.mark.parametrize("between", ["\u2011", " ", ""])
def test_a_recovery_code_opens_in_wide_letters_and_with_other_hyphens(
    guarded: tuple[Runtime, Founded], between: str
) -> None:
    runtime, founder = guarded
    plain = founder.recovery_codes[0].upper().replace("-", "")
    wide = between.join("".join(chr(ord(sign) + 0xFEE0) for sign in plain[at : at + 4]) for at in range(0, 16, 4))
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, wide, NOW).locked


def test_no_earlier_code_is_accepted_after_a_later_one(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    earlier, later = code_of(founder.second_secret, NOW - STEP), code_of(founder.second_secret, NOW + STEP)
    accounts.sign_in(runtime, founder.handle, founder.passphrase, later, NOW)
    _refused(runtime, founder.handle, founder.passphrase, earlier, NOW)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_one_step_off_is_accepted(guarded: tuple[Runtime, Founded], steps: int) -> None:
    runtime, founder = guarded
    code = code_of(founder.second_secret, NOW + steps * STEP)
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, code, NOW).locked


@pytest.mark.parametrize("steps", [-2, 2, 3, 120])
def test_a_clock_further_off_is_refused(guarded: tuple[Runtime, Founded], steps: int) -> None:
    runtime, founder = guarded
    _refused(runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, NOW + steps * STEP))


def test_of_two_log_ins_with_one_code_at_once_exactly_one_succeeds(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    code, came_in, refused = code_of(founder.second_secret, NOW), [], []

    def try_once() -> None:
        try:
            came_in.append(accounts.sign_in(runtime, founder.handle, founder.passphrase, code, NOW))
        except accounts.SignInRefused:
            refused.append(1)

    threads = [Thread(target=try_once) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(came_in), len(refused)) == (1, 4)
    assert len(runtime.sessions.of(founder.user)) == 1


def test_a_recovery_code_opens_once(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    assert len(set(founder.recovery_codes)) == 10
    first = founder.recovery_codes[0]
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, first.upper(), NOW).locked
    _refused(runtime, founder.handle, founder.passphrase, first)
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, founder.recovery_codes[1], NOW).locked


def test_new_recovery_codes_end_the_old_ones(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    session = accounts.sign_in(runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, NOW), NOW)
    with pytest.raises(RuleBroken) as refused:
        accounts.new_recovery_codes(runtime, session, "not the passphrase", NOW)
    assert refused.value.place == "passphrase"
    fresh = accounts.new_recovery_codes(runtime, session, founder.passphrase, NOW)
    _refused(runtime, founder.handle, founder.passphrase, founder.recovery_codes[3])
    assert not accounts.sign_in(runtime, founder.handle, founder.passphrase, fresh[0], NOW).locked


def test_taking_the_second_factor_out_of_the_database_does_not_take_it_away(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    with runtime.database.writing() as work:
        row = work.users.by_id(founder.user)
        assert row is not None
        work.users.put_second(founder.user, None, expected=row.second_version)
    for code in ("", code_of(founder.second_secret, NOW), founder.recovery_codes[0]):
        _refused(runtime, founder.handle, founder.passphrase, code)


def test_an_old_second_factor_put_back_does_not_bring_a_used_code_back(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    with runtime.database.reading() as work:
        old = work.users.by_id(founder.user)
    code = code_of(founder.second_secret, NOW)
    accounts.sign_in(runtime, founder.handle, founder.passphrase, code, NOW)
    assert old is not None
    with runtime.database.writing() as work:
        now = work.users.by_id(founder.user)
        assert now is not None
        work.users.put_second(founder.user, old.second_sealed, expected=now.second_version)
    _refused(runtime, founder.handle, founder.passphrase, code)


# --- joining -----------------------------------------------------------------------------------------------------


def test_a_newcomer_waits_until_admitted(sqlite_world: World) -> None:
    existing = newcomer(sqlite_world, "new", frozenset({"caseworker"}))
    session = sqlite_world.sign_in("new")
    assert (session.actor.state, session.actor.roles) == ("waiting", frozenset())
    with sqlite_world.writing("founder") as ctx:
        administration.certify(ctx, existing.user, "New Person", frozenset({"caseworker"}))
    with pytest.raises(SessionEnded), sqlite_world.runtime.reading(session, sqlite_world.now):
        pass
    assert sqlite_world.sign_in("new").actor.roles == {"caseworker"}


def test_a_one_time_code_works_once(sqlite_world: World) -> None:
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    newcomer(sqlite_world, "new", frozenset(), code=code)
    with pytest.raises(accounts.SignInRefused):
        accounts.begin_activation(sqlite_world.runtime, code, sqlite_world.now)


def test_two_who_activate_with_one_code_become_one_account(sqlite_world: World) -> None:
    """A second offer for a code ends the first; of two that finish at once only one is made."""
    runtime, now = sqlite_world.runtime, sqlite_world.now
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    first = accounts.begin_activation(runtime, code, now)
    second = accounts.begin_activation(runtime, code, now)
    assert accounts.offer(runtime, first, now) is None
    offer = accounts.offer(runtime, second, now)
    assert offer is not None
    accounts.finish_activation(runtime, second, offer.passphrase, "", now)
    with accounts.OFFERS.of(runtime) as offers:
        offers[second] = offer
    with pytest.raises(accounts.SignInRefused):
        accounts.finish_activation(runtime, second, offer.passphrase, "", now)


@pytest.mark.parametrize("typed", ["", "aaaa-aaaa-aaaa-aaaa", "\ud800", "a" * 10_000, "'; drop table users"])
def test_a_wrong_code_is_refused(sqlite_world: World, typed: str) -> None:
    with pytest.raises(accounts.SignInRefused):
        accounts.begin_activation(sqlite_world.runtime, typed, sqlite_world.now)


def test_a_code_and_an_offer_run_out(sqlite_world: World) -> None:
    runtime, now = sqlite_world.runtime, sqlite_world.now
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    token = accounts.begin_activation(runtime, code, now)
    offer = accounts.offer(runtime, token, now)
    assert offer is not None
    late = now + accounts.ACTIVATION_TIME + timedelta(seconds=1)
    assert accounts.offer(runtime, token, late) is None
    for moment in (now + timedelta(days=administration.CODE_DAYS + 1), now):  # setting the clock back helps nobody
        with pytest.raises(accounts.SignInRefused):
            accounts.begin_activation(runtime, code, moment)
    with pytest.raises(accounts.SignInRefused):
        accounts.finish_activation(runtime, token, offer.passphrase, "", late)


def test_a_code_is_read_however_it_is_typed(sqlite_world: World) -> None:
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    assert accounts.begin_activation(sqlite_world.runtime, f" {code.upper().replace('-', ' ')} ", sqlite_world.now)


@pytest.mark.parametrize("weak", ["short", "", "password password", "qwertyuiopqwertyuiop", "1234567890123456"])
def test_a_passphrase_that_would_be_guessed_is_refused_at_its_field(sqlite_world: World, weak: str) -> None:
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    token = accounts.begin_activation(sqlite_world.runtime, code, sqlite_world.now)
    with pytest.raises(RuleBroken) as refused:
        accounts.finish_activation(sqlite_world.runtime, token, weak, "", sqlite_world.now)
    assert refused.value.place == "passphrase"
    assert accounts.offer(sqlite_world.runtime, token, sqlite_world.now) is not None, "they can try again"


def test_a_passphrase_made_of_ones_handle_is_refused(sqlite_world: World) -> None:
    with sqlite_world.writing("founder") as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    token = accounts.begin_activation(sqlite_world.runtime, code, sqlite_world.now)
    offer = accounts.offer(sqlite_world.runtime, token, sqlite_world.now)
    assert offer is not None
    with pytest.raises(RuleBroken) as refused:
        accounts.finish_activation(
            sqlite_world.runtime, token, f"{offer.handle} 123 {offer.handle}", "", sqlite_world.now
        )
    assert refused.value.place == "passphrase"


def test_a_passphrase_made_of_the_organisations_name_is_refused(sqlite_world: World) -> None:
    session, old = sqlite_world.sign_in("anna"), sqlite_world.people["anna"].passphrase
    for weak in ("Defenders of Miners 2026", "defendersofminers 1"):
        with pytest.raises(RuleBroken) as refused:
            accounts.change_passphrase(sqlite_world.runtime, session, old, weak, sqlite_world.now)
        assert refused.value.place == "passphrase"
    accounts.change_passphrase(sqlite_world.runtime, session, old, "defenders of quartz lanterns", sqlite_world.now)


def test_a_wrong_code_of_the_authenticator_is_said_at_its_field(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    session = accounts.sign_in(runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, NOW), NOW)
    with runtime.writing(session, NOW) as ctx:
        invited = administration.invite(ctx, frozenset({"lawyer"}))
    token = accounts.begin_activation(runtime, invited, NOW)
    offer = accounts.offer(runtime, token, NOW)
    assert offer is not None
    assert offer.secret in offer.uri
    with pytest.raises(RuleBroken) as refused:
        accounts.finish_activation(runtime, token, offer.passphrase, "000", NOW)
    assert refused.value.place == "code"
    created = accounts.finish_activation(runtime, token, offer.passphrase, code_of(offer.secret, NOW), NOW)
    assert created.actor.state == "waiting"
    _refused(runtime, offer.handle, offer.passphrase, code_of(offer.secret, NOW))
    late = NOW + 2 * STEP
    assert (
        accounts.sign_in(runtime, offer.handle, offer.passphrase, code_of(offer.secret, late), late).actor.state
        == "waiting"
    )


def test_handles_tell_nothing_and_rest_nowhere(sqlite_world: World) -> None:
    handles = {person.handle for person in sqlite_world.people.values()}
    assert len(handles) == len(sqlite_world.people)
    stored = (sqlite_world.folder / "instance").rglob("*")
    everything = b"".join(path.read_bytes() for path in stored if path.is_file())
    with sqlite_world.runtime.database.reading() as work:
        everything += b"".join(row.handle_mac for row in work.users.all())
    assert not any(handle.encode() in everything for handle in handles)


# --- passphrases -------------------------------------------------------------------------------------------------


def test_a_changed_passphrase_is_the_only_one(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    session = accounts.sign_in(runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, NOW), NOW)
    new = "an owl over nine mountains"
    with pytest.raises(RuleBroken) as refused:
        accounts.change_passphrase(runtime, session, "wrong", new, NOW)
    assert refused.value.place == "old"
    accounts.change_passphrase(runtime, session, founder.passphrase, new, NOW)
    late = NOW + 2 * STEP
    code = code_of(founder.second_secret, late)
    _refused(runtime, founder.handle, founder.passphrase, code, late)
    assert not accounts.sign_in(runtime, founder.handle, new, code, late).locked


def test_the_same_words_typed_on_another_keyboard_open(sqlite_world: World) -> None:
    """Composed or decomposed letters are the same passphrase; nothing is cut off."""
    session = sqlite_world.sign_in("anna")
    composed, decomposed = "қарағанды ёлка ұшақ айқай", "қарағанды е\u0308лка ұшаққ айқай"
    accounts.change_passphrase(sqlite_world.runtime, session, sqlite_world.people["anna"].passphrase, composed, NOW)
    handle = sqlite_world.people["anna"].handle
    assert not accounts.sign_in(sqlite_world.runtime, handle, composed.replace("ё", "е\u0308"), "", NOW).locked
    _refused(sqlite_world.runtime, handle, decomposed, "")
    long = "гора и степь; " * 40
    accounts.change_passphrase(sqlite_world.runtime, session, composed, long, NOW)
    _refused(sqlite_world.runtime, handle, long.strip()[:-1], "")
    for pasted in (long, long.strip(), f" {long}"):
        assert not accounts.sign_in(sqlite_world.runtime, handle, pasted, "", NOW).locked


def test_two_changes_of_a_passphrase_at_once_leave_one_that_works(sqlite_world: World) -> None:
    session, old = sqlite_world.sign_in("anna"), sqlite_world.people["anna"].passphrase
    new = ["the first new passphrase", "the second new passphrase"]
    outcome: dict[str, object] = {}

    def change(phrase: str) -> None:
        try:
            accounts.change_passphrase(sqlite_world.runtime, session, old, phrase, NOW)
            outcome[phrase] = "changed"
        except (Changed, RuleBroken) as refused:
            outcome[phrase] = refused

    threads = [Thread(target=change, args=(phrase,)) for phrase in new]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [phrase for phrase in new if outcome[phrase] == "changed"]
    assert len(won) == 1, "the other's is no longer the present passphrase"
    handle = sqlite_world.people["anna"].handle
    assert not accounts.sign_in(sqlite_world.runtime, handle, won[0], "", NOW).locked


def test_a_page_read_while_the_passphrase_changes_does_not_end_the_session(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its snapshot is from before the change, and it is judged after it."""
    runtime, session = sqlite_world.runtime, sqlite_world.sign_in("anna")
    old, trust_of = sqlite_world.people["anna"].passphrase, runtime.trust
    goes_on = []

    def change() -> None:
        goes_on.append(accounts.change_passphrase(runtime, session, old, "quite another passphrase", NOW))

    def trust(work: Work, entering: PendingStatements | None = None) -> Trust:
        result = trust_of(work, entering)
        monkeypatch.undo()
        acting = Thread(target=change)
        acting.start()
        acting.join()
        return result

    monkeypatch.setattr(runtime, "trust", trust)
    with runtime.reading(session, NOW) as ctx:
        assert ctx.actor.user == session.actor.user
    with runtime.reading(goes_on[0], NOW) as ctx:
        assert ctx.actor.user == session.actor.user


def test_key_words_are_eight_and_differ_between_people(sqlite_world: World) -> None:
    words = {words_of(person.fingerprint) for person in sqlite_world.people.values()}
    assert len(words) == len(sqlite_world.people)
    assert all(len(word) == 8 for word in words)


def test_secrets_of_an_offer_do_not_print(guarded: tuple[Runtime, Founded]) -> None:
    runtime, founder = guarded
    assert founder.passphrase not in repr(founder)
    assert founder.second_secret not in repr(founder)
    assert founder.root_card not in repr(founder)
    session = accounts.sign_in(runtime, founder.handle, founder.passphrase, code_of(founder.second_secret, NOW), NOW)
    with runtime.writing(session, NOW) as ctx:
        invited = administration.invite(ctx, frozenset({"lawyer"}))
    offer = accounts.offer(runtime, accounts.begin_activation(runtime, invited, NOW), NOW)
    assert offer is not None
    assert offer.passphrase not in repr(offer)
    assert offer.secret not in repr(offer)


def test_the_founding_happens_at_a_moment_with_a_zone() -> None:
    assert NOW.tzinfo is UTC
