"""Coming in, locking, joining.

Everything that takes a passphrase. Argon2id runs in a bounded pool, never in a transaction.
"""

import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from hrd_cases.crypto.core.bundles import SecondFactor, lock
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.passphrases import new_salt, passphrase_keys, suggest, words_for
from hrd_cases.crypto.core.primitives import mac
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.facts import ACTIVE, AWAY, DISABLED, WAITING, Actor
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import OwnOrganisation
from hrd_cases.domain.errors import Changed, RuleBroken, SessionEnded
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.typed_text import plain_digits, typed_code
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.log_limits import left_out
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys import deleted_vaults, log_consistency
from hrd_cases.services.keys.gate import allow, peek
from hrd_cases.services.sharing import replacement_keys
from hrd_cases.services.signin import live_sessions, login_freeze, login_notices, throttling
from hrd_cases.services.signin.key_signatures import KeyResponse
from hrd_cases.services.signin.organisation_setup import encode_kdf, kdf_of, make_person, new_handle
from hrd_cases.services.signin.passphrase_rules import check_passphrase
from hrd_cases.services.signin.throttling import Lane
from hrd_cases.services.signin.unlocking import Proven, Unlocked, open_with, prove_code
from hrd_cases.store.users import UserRow, WaitingKeys

ACTIVATION_TIME = timedelta(hours=1)


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
    account: str = ""  # whose new keys these are; empty for a newcomer

    @property
    def secret(self) -> str:
        """The second factor's secret, for typing into an authenticator."""
        return self.second.base32() if self.second else ""

    @property
    def uri(self) -> str:
        """The same, for a QR code."""
        return self.second.uri(self.handle, "Notes") if self.second else ""


OFFERS = PerProcess[dict[str, Offer]](dict)


def sign_in(
    runtime: Runtime,
    handle: str,
    passphrase: str,
    code: str | KeyResponse,
    now: datetime,
    *,
    device: bytes = b"",
    source: str = "",
) -> Session:
    """Open the bundle with the passphrase, check the code, begin a session; raises SignInRefused, or Busy.

    `code`: a time code or a recovery code as typed, or what a security key signed.
    `device`: what the browser keeps to be known again (services/signin/throttling.py), or nothing.
    `source`: the address asked from: of strangers of one address not all may wait. It is kept nowhere.
    """
    with runtime.database.reading() as work:
        row = work.users.by_handle(throttling.handle_mark(runtime, handle))
        lane = throttling.lane_of(runtime, work, handle, row, device, now)
    with throttling.looking(runtime, lane):
        opened = open_with(runtime, row, handle, passphrase, stranger=lane.stranger, source=source)
    used = prove_code(runtime, row, opened, code, now)
    if row is None or opened.bundle is None or lane.held or used is None or row.state == DISABLED:
        refuse(runtime, lane, now)
    return _begin(runtime, row, opened, used, lane, now)


def unlock_session(runtime: Runtime, cookie: bytes, passphrase: str, now: datetime) -> Session:
    """Open an idle session again by passphrase alone; raises SignInRefused."""
    session = runtime.sessions.find(cookie, now)
    if session is None:
        raise SignInRefused
    with runtime.database.reading() as work:
        row = work.users.of_keys(session.actor.user, session.actor.fingerprint)
        lane = throttling.lane_inside(runtime, work, row, now)
    with throttling.looking(runtime, lane):
        found_keys = open_with(runtime, row, session.actor.user, passphrase)
    bundle = found_keys.bundle
    if bundle is not None:
        log_consistency.require_same_pins(runtime, bundle)
    opened = None if bundle is None or lane.held else runtime.sessions.unlock(cookie, bundle, now)
    if row is None or opened is None or row.state == DISABLED:
        refuse(runtime, lane, now)
    with runtime.writing(opened, now) as ctx:
        throttling.passed(ctx, lane)
        ctx.note("auth", "unlock")
    runtime.sessions.know_keys(opened.actor, found_keys.factor)
    return opened


def lock_session(runtime: Runtime, session: Session, now: datetime) -> None:
    """Forget the keys of a session until the passphrase is given again."""
    with runtime.writing(session, now) as ctx:
        ctx.note("auth", "lock")
    runtime.sessions.lock(session.cookie)


def lock_everywhere(runtime: Runtime, session: Session, now: datetime) -> None:
    """Forget the keys of every session of this person; a locked one may ask for it too."""
    with runtime.writing(session, now) as ctx:
        ctx.note("auth", "lock everywhere")
    runtime.sessions.lock_of(session.actor.user)


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
        today = runtime.clock(work, now).no_earlier
        is_held = login_freeze.holding(runtime, work, row.account if row else "", now)
    if row is None or row.used or row.expires < today or is_held:
        unsaid = left_out(runtime, "wrong activation code", now)
        if unsaid is not None:
            with runtime.writing(None, now) as ctx:
                more: dict[str, Any] = {"unsaid": unsaid} if unsaid else {}
                ctx.note("auth", "wrong activation code", **more)
        raise SignInRefused
    second, codes = SecondFactor.new() if runtime.organisation.second_factor else (None, ())
    token = secrets.token_hex(16)
    current_offer = Offer(
        handle=new_handle(),
        passphrase=suggest(words_for(language)),
        second=second,
        recovery_codes=codes,
        code_mac=mark,
        expires=now + ACTIVATION_TIME,
        account=row.account,
    )
    with OFFERS.of(runtime) as offers:
        for stale in [name for name, old in offers.items() if old.expires < now or old.code_mac == mark]:
            del offers[stale]
        offers[token] = current_offer
    return token


def offer(runtime: Runtime, token: str, now: datetime) -> Offer | None:
    """The offer behind a token, while it lasts."""
    with OFFERS.of(runtime) as offers:
        current_offer = offers.get(token)
    return current_offer if current_offer is not None and current_offer.expires >= now else None


def _forget(runtime: Runtime, token: str) -> None:
    with OFFERS.of(runtime) as offers:
        offers.pop(token, None)


def finish_activation(runtime: Runtime, token: str, passphrase: str, code: str, now: datetime) -> Session:
    """Make the account, use the code up, and begin a waiting session.

    Raises RuleBroken at the field, or SignInRefused.
    """
    current_offer = offer(runtime, token, now)
    if current_offer is None:
        raise SignInRefused
    check_passphrase(passphrase, [current_offer.handle])
    second = current_offer.second.check(typed_code(code), int(now.timestamp())) if current_offer.second else None
    if current_offer.second is not None and second is None:
        raise RuleBroken(
            N_("This code is not right. Check that the clock of your telephone and of this server agree."), place="code"
        )
    new_person = make_person(
        runtime,
        current_offer.handle,
        passphrase,
        now,
        with_second=False,
        second=(second, current_offer.recovery_codes) if second else None,
        account=current_offer.account,
    )
    with runtime.writing(None, now) as ctx:
        used = ctx.work.users.use_invitation(current_offer.code_mac, ctx.judged_clock.no_earlier)
        is_held = login_freeze.holding(runtime, ctx.work, current_offer.account, now)
        if used is None or used.account != current_offer.account or is_held:
            raise SignInRefused
        if used.account:
            replacement_keys.wait(ctx, new_person.row)
        else:
            ctx.work.users.add(new_person.row)
            ctx.work.settings.put(f"asked/{new_person.row.id}", used.roles)
        ctx.note("auth", "activate", user=new_person.row.id)
        actor = Actor(user=new_person.row.id, fingerprint=new_person.row.fingerprint)
        state = runtime.account_state(ctx.work, ctx.trust, actor)
    _forget(runtime, token)
    if state is None:
        raise SignInRefused
    return runtime.sessions.begin(actor, new_person.bundle, now, state)


def change_passphrase(runtime: Runtime, session: Session, old: str, new: str, now: datetime) -> Session:
    """Seal the bundle and the second factor under a new passphrase; other sessions of this person end.

    Returns the session, which goes on under a new cookie.
    """
    with runtime.reading(session, now) as ctx:
        allow(ctx, Act.CHANGE_LOG_IN)
        row = ctx.work.users.by_id(session.actor.user)
        check_passphrase(new, _names_of_organisation(ctx))
    opened = open_with(runtime, row, session.actor.user, old)
    if row is None or opened.bundle is None:
        raise RuleBroken(N_("The present passphrase is not right."), place="old")
    salt, params, user = new_salt(), kdf_of(runtime), bytes.fromhex(row.id)
    with runtime.passphrase_slots.one():
        derived = passphrase_keys(new, salt, params, runtime.org, user, floor=params)
    with runtime.writing(session, now) as ctx:
        version = row.bundle_version + 1
        sealed = lock(opened.bundle, derived.kek, runtime.org, user, version)
        ctx.work.users.put_bundle(row.id, sealed, expected=row.bundle_version, kdf=encode_kdf(params), salt=salt)
        factor = opened.factor
        data = factor.sealed(derived.ktotp, runtime.org, user, row.second_version + 1) if factor else None
        ctx.work.users.put_second(row.id, data, expected=row.second_version)
        live_sessions.end_of(ctx, row.id, goes_on=session.actor)
        ctx.note("auth", "change the passphrase")
    return runtime.sessions.renew(session, now, proven=False) or session


def new_recovery_codes(runtime: Runtime, session: Session, passphrase: str, now: datetime) -> tuple[str, ...]:
    """Ten new recovery codes in the place of those left; raises RuleBroken for a wrong passphrase."""
    with runtime.reading(session, now) as ctx:
        allow(ctx, Act.CHANGE_LOG_IN)
        row = ctx.work.users.by_id(session.actor.user)
    opened = open_with(runtime, row, session.actor.user, passphrase)
    if row is None or opened.factor is None:
        raise RuleBroken(N_("The present passphrase is not right."), place="passphrase")
    fresh, codes = SecondFactor.new()
    changed = replace(opened.factor, recovery_hashes=fresh.recovery_hashes)
    with runtime.writing(session, now) as ctx:
        sealed = changed.sealed(opened.ktotp, runtime.org, bytes.fromhex(row.id), row.second_version + 1)
        ctx.work.users.put_second(row.id, sealed, expected=row.second_version)
        ctx.note("auth", "new recovery codes")
    return codes


def _names_of_organisation(ctx: Context) -> tuple[str, ...]:
    """What whoever guesses tries first; nothing for whom the directory is closed."""
    directory = ctx.runtime.organisation.directory
    vault = peek(ctx, directory)
    stored = ctx.work.records.read(vault, record_id(directory)) if vault else None
    if stored is None or not isinstance(stored.value, OwnOrganisation):
        return ()
    return (stored.value.name, *(other.name for other in stored.value.names))


def code_mark(runtime: Runtime, code: str) -> bytes:
    """The keyed mark by which a one-time code is found; the code itself rests nowhere."""
    plain = "".join(letter for letter in plain_digits(unicodedata.normalize("NFKC", code)).lower() if letter.isalnum())
    return mac(Secret(runtime.server.pepper), b"invitation" + plain.encode("utf-8", "replace"))


def actor_of(ctx: Context, row: UserRow) -> Actor:
    """A person as certificates describe them today: without one they wait."""
    try:
        certificate = ctx.trust.check(bytes.fromhex(row.fingerprint), ctx.day_number)
    except CryptoError:
        state = DISABLED if row.state == DISABLED else WAITING
        return Actor(user=row.id, fingerprint=row.fingerprint, state=state)
    counts = certificate.user.hex() == row.id and not ctx.trust.has_ended(certificate.fingerprint)
    state = row.state if counts else WAITING
    journey = ctx.work.travels.of(row.id)
    if state == ACTIVE and journey is not None and journey.whole:
        state = AWAY
    return Actor(user=row.id, fingerprint=row.fingerprint, roles=certificate.roles, state=state)


def refuse(runtime: Runtime, lane: Lane, now: datetime) -> NoReturn:
    """Count a try that failed, and give the one answer: SignInRefused."""
    with runtime.writing(None, now) as ctx:
        throttling.failed(ctx, lane)
    raise SignInRefused


def _begin(  # whose, what opened it, and where its failures were counted
    runtime: Runtime, row: UserRow, opened: Unlocked, used: Proven, lane: Lane, now: datetime
) -> Session:
    if opened.bundle is None:
        raise SignInRefused
    log_consistency.require_same_pins(runtime, opened.bundle)
    session = runtime.sessions.begin(Actor(user=row.id, fingerprint=row.fingerprint), opened.bundle, now)
    try:
        with runtime.writing(session, now) as ctx:
            session.row.actor = actor_of(ctx, row)
            disabled = any(account.state == DISABLED for account in session.row.accounts)
            if disabled or login_freeze.holding(runtime, ctx.work, row.id, now):  # asked again: none slips in meanwhile
                raise Changed
            if used.resealed is not None:
                replacement_keys.keeper(ctx, row).put_second(row.id, used.resealed, expected=row.second_version)
            throttling.passed(ctx, lane)
            _notify_new_browser(ctx, session, lane)
            ctx.note("auth", "log in")
    except (Changed, SessionEnded):
        runtime.sessions.end(session.cookie)
        raise SignInRefused from None
    runtime.sessions.keep_few(session)
    runtime.sessions.know_keys(session.actor, used.factor)
    _settle_in(runtime, session, row, opened, now)
    return session


def _notify_new_browser(ctx: Context, session: Session, lane: Lane) -> None:
    """Let the person know, in every browser of theirs, of a log-in from one that was not known."""
    session.row.browser = lane.browser or session.row.browser
    if lane.stranger and session.row.actor.state != WAITING:
        login_notices.write(ctx, session.row.actor.user, login_notices.NEW_BROWSER, session.row.browser)


def _settle_in(runtime: Runtime, session: Session, row: UserRow, opened: Unlocked, now: datetime) -> None:
    """Fold the keyring and look at the log: apart, since a second log-in at the same moment may do it first."""
    try:
        with runtime.writing(session, now) as ctx:
            if ctx.ring is not None and not isinstance(row, WaitingKeys):
                gone = deleted_vaults.deleted(ctx)
                ctx.ring.fold(ctx.work, gone)
                ctx.settle = ctx.settle or bool(gone)
            _witness(ctx, session, row, opened)
    except Changed:
        return


def _witness(ctx: Context, session: Session, row: UserRow, opened: Unlocked) -> None:
    """Compare the log with what this person last saw of it, and remember it as it is now."""
    if opened.bundle is None:
        return
    after, alarms = log_consistency.look(ctx, opened.bundle)
    session.row.messages.extend(alarms)
    session.row.words = log_consistency.words_now(ctx)
    sealed = lock(after, opened.kek, ctx.runtime.org, bytes.fromhex(row.id), row.bundle_version + 1)
    # Of two log-ins at the same moment one remembers; the other loses nothing by not doing so.
    with suppress(Changed):
        replacement_keys.keeper(ctx, row).put_bundle(row.id, sealed, expected=row.bundle_version)
