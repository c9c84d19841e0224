"""Sessions: in memory only, useless without the cookie, the boot key of this process, and time not run out.

docs/crypto-format.md section 5. A locked session keeps who it belongs to, and no key.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hrd_cases.crypto.core import sessions as formats
from hrd_cases.crypto.core.bundles import Bundle, lock_in_session, session_place, unlock_in_session
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.security_keys import SecurityKey
from hrd_cases.crypto.core.tokens import DEVICE_NONCE_LENGTH
from hrd_cases.domain.access.facts import Actor
from hrd_cases.store.users import AccountState

WHOLE = timedelta(hours=12)
PROOF = timedelta(minutes=5)  # how long passphrase and code, given again, count
MOST_PER_USER = 4
MOST_SEARCHES = 5


@dataclass
class ProcessKey:
    """The log key of this process for one day, for entries made when nobody is logged in."""

    id: str = ""
    secret: Secret | None = None
    day: date | None = None
    counter: int = 0


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in time on two clocks: the wall's, which people set, and the machine's, which only goes forward."""

    wall: datetime
    tick: float  # seconds

    def until(self, now: "Moment") -> timedelta:
        """The time since then by whichever clock says more: setting a clock back lengthens nothing."""
        return max(now.wall - self.wall, timedelta(seconds=now.tick - self.tick))


@dataclass(kw_only=True)
class SessionRow:
    """What the memory of the server keeps of a session: the bundle is sealed under a key that only the cookie gives.

    `id` names the session in lists; nothing follows from it. `form_key` marks its forms, also after its cookie changed.
    """

    id: str
    actor: Actor
    start: Moment
    last: Moment
    proof: Moment | None  # when passphrase and code were given; None once it does not count any more
    form_key: Secret = field(repr=False)
    browser: bytes = field(repr=False)  # the random name by which its browser is known again
    sealed: bytes = field(repr=False)  # empty when locked
    public: tuple[bytes, bytes] = field(default=(b"", b""), repr=False)  # to verify and to seal: of the sealed keys
    log_key_id: str = ""
    log_counter: int = 0
    messages: list[str] = field(default_factory=list)
    search: bytes = field(default=b"", repr=False)
    words: tuple[str, ...] = ()
    kept_form: str = ""  # the id of a form that was left to look something up
    security_keys: tuple[SecurityKey, ...] = ()  # of the person, for their own pages; none while locked
    keys_only: bool = False
    sent_calls: set[str] = field(default_factory=set)  # of its locked page, each known by a keyed sum of what was sent
    accounts: tuple[AccountState, ...] = ()  # as at log-in; two while an act of this session changes it

    @property
    def began(self) -> datetime:
        """When the person logged in."""
        return self.start.wall

    @property
    def seen(self) -> datetime:
        """When it was last used."""
        return self.last.wall


@dataclass(kw_only=True)
class Session:
    """A live session in one request. `bundle` is None while locked."""

    cookie: bytes = field(repr=False)
    key: Secret = field(repr=False)
    row: SessionRow
    bundle: Bundle | None = field(repr=False)
    log_key: Secret | None = field(repr=False)
    confirmed: bool = False  # passphrase and code came with this very request: what it asks for is shown again first

    @property
    def actor(self) -> Actor:
        """Whose session it is."""
        return self.row.actor

    @property
    def locked(self) -> bool:
        """True until the passphrase is given again."""
        return self.bundle is None

    def csrf(self, form: str) -> str:
        """A token for one form of this session."""
        return formats.csrf_token(self.row.form_key, form)

    def csrf_ok(self, form: str, token: str) -> bool:
        """True for the token that csrf() gave."""
        return formats.check_csrf(self.row.form_key, form, token)


class Sessions:
    """All live sessions of this process, under a lock; nothing of it is ever written down.

    `ticks` is a clock in seconds that nobody sets.
    """

    def __init__(self, org: bytes, idle: timedelta, ticks: Callable[[], float] = time.monotonic) -> None:
        self.boot_key = formats.new_boot_key()
        self.org = org
        self.idle = idle
        self._ticks = ticks
        self._rows: dict[bytes, SessionRow] = {}
        self._lock = threading.Lock()

    def begin(self, actor: Actor, bundle: Bundle, now: datetime, *account: AccountState) -> Session:
        """A new session with a new cookie; without `account` its first transaction says what it belongs to."""
        cookie, moment = formats.new_cookie(), self._moment(now)
        row = SessionRow(
            id=random(16).hex(),
            actor=actor,
            start=moment,
            last=moment,
            proof=moment,
            form_key=Secret(random(32)),
            browser=random(DEVICE_NONCE_LENGTH),
            sealed=b"",
            log_key_id=random(16).hex(),
            accounts=account,
        )
        session = self._with(cookie, row, bundle, Secret(random(32)))
        row.sealed = self._sealed(session)
        with self._lock:
            self._rows[formats.row_key(cookie)] = row
        return session

    def keep_few(self, session: Session) -> None:
        """End the oldest sessions of a person who has too many, once a new one stands: a refused log-in ends none."""
        user, own = session.actor.user, formats.row_key(session.cookie)
        with self._lock:
            others = sorted(
                (row.began, key) for key, row in self._rows.items() if row.actor.user == user and key != own
            )
            for _, key in others[: max(0, len(others) - MOST_PER_USER + 1)]:
                del self._rows[key]

    def find(self, cookie: bytes, now: datetime) -> Session | None:
        """The session of a cookie, locked when it was idle too long; None when there is none, or its time is over."""
        moment = self._moment(now)
        with self._lock:
            key = formats.row_key(cookie)
            row = self._rows.get(key)
            if row is None:
                return None
            if row.start.until(moment) > WHOLE or now < row.began - timedelta(minutes=5):
                del self._rows[key]
                return None
            if row.last.until(moment) > self.idle:
                self._forget_keys(row)
            if row.sealed:
                row.last = Moment(wall=max(row.seen, now), tick=moment.tick)
        return self._opened(cookie, row)

    def lives(self, cookie: bytes, now: datetime) -> bool:
        """Whether a cookie names a session whose time is not over; nothing of it is opened, and it is not used."""
        with self._lock:
            row = self._rows.get(formats.row_key(cookie))
            return row is not None and row.start.until(self._moment(now)) <= WHOLE

    def lock(self, cookie: bytes) -> None:
        """Forget the keys; the person stays known until the session ends."""
        with self._lock:
            row = self._rows.get(formats.row_key(cookie))
            if row is not None:
                self._forget_keys(row)

    def unlock(self, cookie: bytes, bundle: Bundle, now: datetime) -> Session | None:
        """Put the keys back after the passphrase was given again, under a new cookie; None when it ended meanwhile."""
        with self._lock:
            row = self._rows.get(formats.row_key(cookie))
            if row is None:
                return None
            row.log_key_id, row.log_counter, row.search = random(16).hex(), 0, b""
            return self._moved(cookie, row, bundle, Secret(random(32)), now)

    def renew(self, session: Session, now: datetime, *, proven: bool) -> Session | None:
        """The same session under a new cookie; the old one opens nothing any more. None when it ended meanwhile.

        `proven`: passphrase and code were given again, which counts for PROOF from now.
        """
        with self._lock:
            row = self._rows.get(formats.row_key(session.cookie))
            if row is not session.row or session.bundle is None or session.log_key is None or not row.sealed:
                return None
            searches = self._searches(session)
            moved = self._moved(session.cookie, row, session.bundle, session.log_key, now)
            if row.search:
                row.search = self._search_sealed(moved, searches)
            if proven:
                row.proof = self._moment(now)
            moved.confirmed = proven
        return moved

    def proven(self, session: Session, now: datetime) -> bool:
        """True while the passphrase and code last given in this session still count."""
        proof = session.row.proof
        return proof is not None and now >= proof.wall and proof.until(self._moment(now)) <= PROOF

    def end(self, cookie: bytes) -> None:
        """End one session."""
        with self._lock:
            self._rows.pop(formats.row_key(cookie), None)

    def end_one(self, user: str, identity: str) -> bool:
        """End the session of this id if it is this person's; whether there was one."""
        with self._lock:
            keys = [key for key, row in self._rows.items() if row.id == identity and row.actor.user == user]
            for key in keys:
                del self._rows[key]
        return bool(keys)

    def end_of(self, user: str, *, but: bytes = b"") -> int:
        """End every session of a person, except that of the cookie `but`; how many."""
        keep = formats.row_key(but) if but else b""
        with self._lock:
            gone = [key for key, row in self._rows.items() if row.actor.user == user and key != keep]
            for key in gone:
                del self._rows[key]
        return len(gone)

    def end_everybody(self) -> int:
        """End every session there is; how many."""
        with self._lock:
            ended = len(self._rows)
            self._rows.clear()
        return ended

    def lock_of(self, user: str) -> None:
        """Lock every session of a person."""
        with self._lock:
            for row in self._rows.values():
                if row.actor.user == user:
                    self._forget_keys(row)

    def of(self, user: str) -> list[SessionRow]:
        """The live sessions of a person."""
        with self._lock:
            return [row for row in self._rows.values() if row.actor.user == user]

    def know_keys(self, actor: Actor, factor: SecondFactor | None) -> None:
        """Let the sessions under these keys know which security keys there are, for the pages of their owner."""
        with self._lock:
            for row in self._rows.values():
                if factor and row.sealed and (row.actor.user, row.actor.fingerprint) == (actor.user, actor.fingerprint):
                    row.security_keys, row.keys_only = factor.keys, factor.keys_only

    def keep_search(self, session: Session, text: str) -> str:
        """Keep what was searched for, sealed as the keys are; returns the id of its page. The newest few are kept."""
        page = random(16).hex()
        with self._lock:
            if self._rows.get(formats.row_key(session.cookie)) is session.row and session.row.sealed:
                saved = [(page, text), *self._searches(session)][:MOST_SEARCHES]
                session.row.search = self._search_sealed(session, saved)
        return page

    def searched(self, session: Session, page: str) -> str | None:
        """What the page of this id searched for; None once it is forgotten."""
        return dict(self._searches(session)).get(page)

    def first_sending(self, session: Session, text: str) -> bool:
        """Whether a form of the locked page comes for the first time; from now on it does not."""
        with self._lock:
            before = text in session.row.sent_calls
            session.row.sent_calls.add(text)
            return not before

    def forget_sending(self, session: Session, text: str) -> None:
        """Let a form come again that was not carried out."""
        with self._lock:
            session.row.sent_calls.discard(text)

    def next_counter(self, row: SessionRow) -> int:
        """The next number under the session's log key; never given twice."""
        with self._lock:
            row.log_counter += 1
            return row.log_counter

    def _searches(self, session: Session) -> list[tuple[str, str]]:
        if not session.row.search:
            return []
        try:
            opened = unseal(session.key, self._search_place(session), session.row.search)
        except CryptoError:
            return []
        return [(str(page), str(text)) for page, text in json.loads(opened)]

    def _search_sealed(self, session: Session, searches: list[tuple[str, str]]) -> bytes:
        return seal(session.key, self._search_place(session), json.dumps(searches).encode())

    def _moved(self, cookie: bytes, row: SessionRow, bundle: Bundle, log_key: Secret, now: datetime) -> Session:
        """The row under a new cookie; the lock is held."""
        fresh = formats.new_cookie()
        session = self._with(fresh, row, bundle, log_key)
        row.sealed, row.last = self._sealed(session), self._moment(now)
        del self._rows[formats.row_key(cookie)]
        self._rows[formats.row_key(fresh)] = row
        return session

    def _forget_keys(self, row: SessionRow) -> None:
        row.sealed, row.search, row.proof = b"", b"", None
        row.security_keys, row.keys_only = (), False

    def _moment(self, now: datetime) -> Moment:
        return Moment(wall=now, tick=self._ticks())

    def _with(self, cookie: bytes, row: SessionRow, bundle: Bundle, log_key: Secret) -> Session:
        key = formats.session_key(cookie, self.boot_key)
        return Session(cookie=cookie, key=key, row=row, bundle=bundle, log_key=log_key)

    def _sealed(self, session: Session) -> bytes:
        if session.bundle is None or session.log_key is None:
            raise ValueError("nothing to seal")
        keys, row = session.bundle.user_keys, formats.row_key(session.cookie)
        session.row.public = keys.sign_public, keys.kem_public
        return lock_in_session(session.bundle, session.log_key, session.key, self.org, _user(session.row), row)

    def _opened(self, cookie: bytes, row: SessionRow) -> Session | None:
        key, sealed = formats.session_key(cookie, self.boot_key), row.sealed
        if not sealed:
            return Session(cookie=cookie, key=key, row=row, bundle=None, log_key=None)
        try:
            bundle, log_key = unlock_in_session(sealed, key, self.org, _user(row), formats.row_key(cookie))
        except CryptoError:
            return None
        sign_public, kem_public = row.public
        keys = bundle.user_keys.knowing(sign_public=sign_public, kem_public=kem_public)
        return self._with(cookie, row, replace(bundle, user_keys=keys), log_key)

    def _search_place(self, session: Session) -> SealedPlace:
        row = formats.row_key(session.cookie)
        return session_place(self.org, _user(session.row), row, "session_search")


def _user(row: SessionRow) -> bytes:
    return bytes.fromhex(row.actor.user)
