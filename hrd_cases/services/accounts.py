"""Coming in, locking, joining.

Everything that takes a passphrase. Argon2id runs in a bounded pool, never in a transaction.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hrd_cases.crypto.bundles import Bundle, SecondFactor, lock, unlock
from hrd_cases.crypto.certificates import key_words
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.passphrases import FLOOR, KdfParams, Problem, judge, new_salt, passphrase_keys, suggest, word_list
from hrd_cases.crypto.primitives import mac
from hrd_cases.crypto.secrets import Secret
from hrd_cases.crypto.tokens import handle_token, salt_for_unknown
from hrd_cases.domain.access.facts import DISABLED, WAITING, Actor
from hrd_cases.domain.errors import Changed, RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services import witness
from hrd_cases.services.context import Context, Runtime
from hrd_cases.services.founding import decode_kdf, encode_kdf, kdf_of, make_person, new_handle
from hrd_cases.services.sessions import Session
from hrd_cases.store.users import UserRow

ACTIVATION_TIME = timedelta(hours=1)
FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=5)


class SignInRefused(Exception):
    """One answer for every cause: unknown handle, wrong passphrase, wrong code, disabled, too many tries."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a newcomer is shown once while activating; kept in memory only, for an hour."""

    handle: str
    passphrase: str = field(repr=False)
    second: SecondFactor | None = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)
    code_mac: bytes = field(repr=False)
    expires: datetime

    @property
    def secret(self) -> str:
        """The second factor's secret, for typing into an authenticator."""
        return self.second.base32() if self.second else ""

    @property
    def uri(self) -> str:
        """The same, for a QR code."""
        return self.second.uri(self.handle, "Notes") if self.second else ""


@dataclass
class Tries:
    """Failures in a row for one handle."""

    count: int = 0
    wait_until: datetime | None = None


def sign_in(runtime: Runtime, handle: str, passphrase: str, code: str, now: datetime) -> Session:
    """Open the bundle with the passphrase, check the code, begin a session; raises SignInRefused."""
    mark = handle_token(Secret(runtime.server.pepper), handle.strip().lower())
    with runtime.database.reading() as work:
        row = work.users.by_handle(mark)
    tries = _tries(runtime, mark)
    waiting = tries.wait_until is not None and now < tries.wait_until
    opened = _open(runtime, row, handle, passphrase)
    used = _check_code(runtime, row, opened, code, now)
    if row is None or opened.bundle is None or waiting or used is None or row.state == DISABLED:
        _failed(runtime, tries, now)
        raise SignInRefused
    tries.count, tries.wait_until = 0, None
    return _begin(runtime, row, opened, used, now)


def unlock_session(runtime: Runtime, cookie: bytes, passphrase: str, now: datetime) -> Session:
    """Open an idle session again by passphrase alone; raises SignInRefused."""
    found = runtime.sessions.find(cookie, now)
    if found is None:
        raise SignInRefused
    with runtime.database.reading() as work:
        row = work.users.by_id(found.actor.user)
    tries = _tries(runtime, row.handle_mac if row else b"")
    bundle = _open(runtime, row, found.actor.user, passphrase).bundle
    waiting = tries.wait_until is not None and now < tries.wait_until
    opened = None if bundle is None or waiting else runtime.sessions.unlock(cookie, bundle, now)
    if row is None or opened is None or row.state == DISABLED:
        _failed(runtime, tries, now)
        raise SignInRefused
    tries.count, tries.wait_until = 0, None
    with runtime.writing(opened, now) as ctx:
        ctx.note("auth", "unlock")
    return opened


def lock_session(runtime: Runtime, session: Session, now: datetime) -> None:
    """Forget the keys of a session until the passphrase is given again."""
    with runtime.writing(session, now) as ctx:
        ctx.note("auth", "lock")
    runtime.sessions.lock(session.cookie)


def sign_out(runtime: Runtime, session: Session, now: datetime) -> None:
    """End a session."""
    with runtime.writing(session, now) as ctx:
        ctx.note("auth", "log out")
    runtime.sessions.end(session.cookie)


def begin_activation(runtime: Runtime, code: str, now: datetime, language: str = "ru") -> str:
    """Make an offer for a one-time code and return the token under which memory keeps it; raises SignInRefused."""
    mark = code_mark(runtime, code)
    with runtime.database.reading() as work:
        row = work.users.invitation(mark)
    if row is None or row.used or row.expires < now.date():
        with runtime.writing(None, now) as ctx:
            ctx.note("auth", "wrong activation code")
        raise SignInRefused
    offers = runtime.caches.setdefault("offers", {})
    for token, offer in list(offers.items()):
        if offer.expires < now or offer.code_mac == mark:
            del offers[token]
    second, codes = SecondFactor.new() if runtime.organisation.second_factor else (None, ())
    token = secrets.token_hex(16)
    words = word_list(language) if language in ("ru", "kk") else word_list("latin")
    offers[token] = Offer(
        handle=new_handle(),
        passphrase=suggest(words),
        second=second,
        recovery_codes=codes,
        code_mac=mark,
        expires=now + ACTIVATION_TIME,
    )
    return token


def offer(runtime: Runtime, token: str, now: datetime) -> Offer | None:
    """The offer behind a token, while it lasts."""
    found: Offer | None = runtime.caches.setdefault("offers", {}).get(token)
    return found if found is not None and found.expires >= now else None


def finish_activation(runtime: Runtime, token: str, passphrase: str, code: str, now: datetime) -> Session:
    """Make the account, use the code up, and begin a waiting session.

    Raises RuleBroken at the field, or SignInRefused.
    """
    found = offer(runtime, token, now)
    if found is None:
        raise SignInRefused
    check_passphrase(passphrase)
    second = found.second.check(code, int(now.timestamp())) if found.second else None
    if found.second is not None and second is None:
        raise RuleBroken(
            N_("This code is not right. Check that the clock of your telephone and of this server agree."), place="code"
        )
    made = make_person(
        runtime,
        found.handle,
        passphrase,
        now,
        with_second=False,
        second=(second, found.recovery_codes) if second else None,
    )
    with runtime.writing(None, now) as ctx:
        used = ctx.work.users.use_invitation(found.code_mac, now.date())
        if used is None:
            raise SignInRefused
        ctx.work.users.add(made.row)
        ctx.work.settings.put(f"asked/{made.row.id}", used.roles)
        ctx.note("auth", "activate", user=made.row.id)
    runtime.caches["offers"].pop(token, None)
    actor = Actor(user=made.row.id, fingerprint=made.row.fingerprint)
    return runtime.sessions.begin(actor, made.bundle, now)


def change_passphrase(runtime: Runtime, session: Session, old: str, new: str, now: datetime) -> None:
    """Seal the bundle and the second factor under a new passphrase; other sessions of this person end."""
    check_passphrase(new)
    with runtime.database.reading() as work:
        row = work.users.by_id(session.actor.user)
    opened = _open(runtime, row, session.actor.user, old)
    if row is None or opened.bundle is None:
        raise RuleBroken(N_("The present passphrase is not right."), place="old")
    salt, params, user = new_salt(), kdf_of(runtime), bytes.fromhex(row.id)
    with runtime.passphrase_slots:
        derived = passphrase_keys(new, salt, params, runtime.org, user, floor=params)
    with runtime.writing(session, now) as ctx:
        version = row.bundle_version + 1
        sealed = lock(opened.bundle, derived.kek, runtime.org, user, version)
        ctx.work.users.put_bundle(row.id, sealed, expected=row.bundle_version, kdf=encode_kdf(params), salt=salt)
        factor = opened.factor
        kept = factor.sealed(derived.ktotp, runtime.org, user, row.second_version + 1) if factor else None
        ctx.work.users.put_second(row.id, kept, expected=row.second_version)
        ctx.note("auth", "change the passphrase")
    runtime.sessions.end_of(row.id, but=session.cookie)


def new_recovery_codes(runtime: Runtime, session: Session, passphrase: str, now: datetime) -> tuple[str, ...]:
    """Ten new recovery codes in the place of those left; raises RuleBroken for a wrong passphrase."""
    with runtime.database.reading() as work:
        row = work.users.by_id(session.actor.user)
    opened = _open(runtime, row, session.actor.user, passphrase)
    if row is None or opened.factor is None:
        raise RuleBroken(N_("The present passphrase is not right."), place="passphrase")
    fresh, codes = SecondFactor.new()
    changed = replace(opened.factor, recovery_hashes=fresh.recovery_hashes)
    with runtime.writing(session, now) as ctx:
        sealed = changed.sealed(opened.ktotp, runtime.org, bytes.fromhex(row.id), row.second_version + 1)
        ctx.work.users.put_second(row.id, sealed, expected=row.second_version)
        ctx.note("auth", "new recovery codes")
    return codes


def confirm_passphrase(runtime: Runtime, session: Session, passphrase: str) -> bool:
    """True when this is the person's passphrase: asked again before what cannot be undone."""
    with runtime.database.reading() as work:
        row = work.users.by_id(session.actor.user)
    return _open(runtime, row, session.actor.user, passphrase).bundle is not None


def check_passphrase(passphrase: str) -> None:
    """Raise RuleBroken, at the field, for a passphrase that would be guessed."""
    problems = judge(passphrase, ())
    messages = {
        Problem.TOO_SHORT: N_("Too short: take the six words, or at least 15 characters."),
        Problem.TOO_LONG: N_("Too long: at most 1,024 bytes."),
        Problem.COMMON: N_("This is what everybody tries first. Take the six words offered."),
    }
    if problems:
        raise RuleBroken(messages[problems[0]], place="passphrase")


def words_of(fingerprint: str, language: str = "ru") -> tuple[str, ...]:
    """The eight key words by which two people compare a key, from the list of a language."""
    words = word_list(language) if language in ("ru", "kk") else word_list("latin")
    return key_words(bytes.fromhex(fingerprint), words)


def code_mark(runtime: Runtime, code: str) -> bytes:
    """The keyed mark by which a one-time code is found; the code itself rests nowhere."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return mac(Secret(runtime.server.pepper), b"invitation" + plain.encode("utf-8", "replace"))


def actor_of(ctx: Context, row: UserRow) -> Actor:
    """A person as certificates describe them today: without one they wait."""
    try:
        certificate = ctx.trust.check(bytes.fromhex(row.fingerprint), ctx.day_number)
    except CryptoError:
        state = DISABLED if row.state == DISABLED else WAITING
        return Actor(user=row.id, fingerprint=row.fingerprint, state=state)
    state = row.state if certificate.user.hex() == row.id else WAITING
    return Actor(user=row.id, fingerprint=row.fingerprint, roles=certificate.roles, state=state)


def _begin(runtime: Runtime, row: UserRow, opened: "_Opened", used: "_Reseal | str", now: datetime) -> Session:
    if opened.bundle is None:
        raise SignInRefused
    session = runtime.sessions.begin(Actor(user=row.id, fingerprint=row.fingerprint), opened.bundle, now)
    try:
        with runtime.writing(session, now) as ctx:
            session.row.actor = actor_of(ctx, row)
            if isinstance(used, _Reseal):
                ctx.work.users.put_second(row.id, used.sealed, expected=row.second_version)
            ctx.note("auth", "log in")
    except Changed:
        runtime.sessions.end(session.cookie)
        raise SignInRefused from None
    runtime.sessions.keep_few(session)
    _settle_in(runtime, session, row, opened, now)
    return session


def _settle_in(runtime: Runtime, session: Session, row: UserRow, opened: "_Opened", now: datetime) -> None:
    """Fold the keyring and look at the log: apart, since a second log-in at the same moment may do it first."""
    try:
        with runtime.writing(session, now) as ctx:
            if ctx.ring is not None:
                ctx.ring.fold(ctx.work)
            _witness(ctx, session, row, opened)
    except Changed:
        return


def _witness(ctx: Context, session: Session, row: UserRow, opened: "_Opened") -> None:
    """Compare the log with what this person last saw of it, and remember it as it is now."""
    if opened.bundle is None:
        return
    after, alarms = witness.look(ctx, opened.bundle)
    session.row.messages.extend(alarms)
    session.row.words = witness.words_now(ctx)
    sealed = lock(after, opened.kek, ctx.runtime.org, bytes.fromhex(row.id), row.bundle_version + 1)
    # Of two log-ins at the same moment one remembers; the other loses nothing by not doing so.
    with suppress(Changed):
        ctx.work.users.put_bundle(row.id, sealed, expected=row.bundle_version)


@dataclass(frozen=True, kw_only=True)
class _Reseal:
    """The second factor after a code was used, sealed anew; empty when the organisation asks for none."""

    sealed: bytes = field(repr=False)


_NO_FACTOR = "no second factor"


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """What a passphrase opened: bundle and second factor, None where it did not; `ktotp` to seal the factor anew."""

    bundle: Bundle | None = field(repr=False)
    factor: SecondFactor | None = field(repr=False)
    ktotp: Secret = field(repr=False)
    kek: Secret = field(repr=False)


def _open(runtime: Runtime, row: UserRow | None, handle: str, passphrase: str) -> _Opened:
    """One derivation, whoever asks: an unknown handle costs and looks the same."""
    salt = row.salt if row else salt_for_unknown(Secret(runtime.server.pepper), handle)
    user = bytes.fromhex(row.id) if row else bytes(16)
    try:
        params = decode_kdf(row.kdf) if row else kdf_of(runtime)
        with runtime.passphrase_slots:
            derived = passphrase_keys(passphrase or " ", salt, params, runtime.org, user, floor=_floor(runtime))
    except (CryptoError, ValueError):  # a derivation that was altered in the database is refused like anything else
        return _Opened(bundle=None, factor=None, ktotp=Secret(bytes(32)), kek=Secret(bytes(32)))
    if row is None:
        return _Opened(bundle=None, factor=None, ktotp=derived.ktotp, kek=derived.kek)
    try:
        bundle = unlock(row.bundle_sealed, derived.kek, runtime.org, user, row.bundle_version)
        factor = (
            SecondFactor.opened(derived.ktotp, runtime.org, user, row.second_sealed, row.second_version)
            if row.second_sealed
            else None
        )
    except CryptoError:
        return _Opened(bundle=None, factor=None, ktotp=derived.ktotp, kek=derived.kek)
    return _Opened(bundle=bundle, factor=factor, ktotp=derived.ktotp, kek=derived.kek)


def _floor(runtime: Runtime) -> KdfParams:
    """The least cost accepted.

    What the organisation's own policy says, which only tests set below the product's floor.
    """
    policy = kdf_of(runtime)
    return FLOOR if policy.at_least(FLOOR) else policy


def _check_code(
    runtime: Runtime, row: UserRow | None, opened: _Opened, code: str, now: datetime
) -> _Reseal | str | None:
    if row is None or opened.bundle is None:
        return None
    if opened.factor is None:
        return None if runtime.organisation.second_factor else _NO_FACTOR
    after = opened.factor.check(code, int(now.timestamp())) or opened.factor.use_recovery(code)
    if after is None:
        return None
    return _Reseal(sealed=after.sealed(opened.ktotp, runtime.org, bytes.fromhex(row.id), row.second_version + 1))


def _tries(runtime: Runtime, mark: bytes) -> Tries:
    with runtime.lock:
        known = runtime.caches.setdefault("tries", {})
        if len(known) > 10_000:
            known.clear()
        found: Tries = known.setdefault(mark, Tries())
        return found


def _failed(runtime: Runtime, tries: Tries, now: datetime) -> None:
    """Delay, never lock out: each failure after the fifth doubles the wait, up to five minutes."""
    tries.count += 1
    if tries.count >= FREE_TRIES:
        tries.wait_until = now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(tries.count - FREE_TRIES, 20)))
    with runtime.writing(None, now) as ctx:
        ctx.note("auth", "log-in refused")
