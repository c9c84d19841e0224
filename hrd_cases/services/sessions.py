"""Sessions: in memory only, useless without the cookie, the boot key of this process, and time not run out.

docs/crypto-format.md section 5. A locked session keeps who it belongs to, and no key.
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hrd_cases.crypto import sessions as formats
from hrd_cases.crypto.bundles import Bundle
from hrd_cases.crypto.encoding import pae, unpae_exactly
from hrd_cases.crypto.envelope import Place, seal, unseal
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.primitives import random
from hrd_cases.crypto.secrets import Secret
from hrd_cases.domain.access.facts import Actor

WHOLE = timedelta(hours=12)
MOST_PER_USER = 4
MOST_SEARCHES = 5


@dataclass(kw_only=True)
class Row:
    """What the memory of the server keeps of a session: the bundle is sealed under a key that only the cookie gives."""

    actor: Actor
    began: datetime
    seen: datetime
    sealed: bytes = field(repr=False)  # empty when locked
    log_key_id: str = ""
    log_counter: int = 0
    messages: list[str] = field(default_factory=list)
    search: bytes = field(default=b"", repr=False)
    words: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Session:
    """A live session in one request. `bundle` is None while locked."""

    cookie: bytes = field(repr=False)
    key: Secret = field(repr=False)
    row: Row
    bundle: Bundle | None = field(repr=False)
    log_key: Secret | None = field(repr=False)

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
        return formats.csrf_token(self.key, form)

    def csrf_ok(self, form: str, token: str) -> bool:
        """True for the token that csrf() gave."""
        return formats.check_csrf(self.key, form, token)


class Sessions:
    """All live sessions of this process, under a lock; nothing of it is ever written down."""

    def __init__(self, org: bytes, idle: timedelta) -> None:
        self.boot_key = Secret(random(32))
        self.org = org
        self.idle = idle
        self._rows: dict[bytes, Row] = {}
        self._lock = threading.Lock()

    def begin(self, actor: Actor, bundle: Bundle, now: datetime) -> Session:
        """A new session with a new cookie."""
        cookie = formats.new_cookie()
        row = Row(actor=actor, began=now, seen=now, sealed=b"", log_key_id=random(16).hex())
        with self._lock:
            self._rows[formats.row_key(cookie)] = row
        session = Session(
            cookie=cookie,
            key=formats.session_key(cookie, self.boot_key),
            row=row,
            bundle=bundle,
            log_key=Secret(random(32)),
        )
        self._seal(session)
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
        with self._lock:
            key = formats.row_key(cookie)
            row = self._rows.get(key)
            if row is None:
                return None
            if now - row.began > WHOLE or now < row.began - timedelta(minutes=5):
                del self._rows[key]
                return None
            if now - row.seen > self.idle:
                row.sealed, row.search = b"", b""
            row.seen = max(row.seen, now) if row.sealed else row.seen
        return self._opened(cookie, row)

    def lock(self, cookie: bytes) -> None:
        """Forget the keys; the person stays known until the session ends."""
        with self._lock:
            row = self._rows.get(formats.row_key(cookie))
            if row is not None:
                row.sealed, row.search = b"", b""

    def unlock(self, cookie: bytes, bundle: Bundle, now: datetime) -> Session | None:
        """Put the keys back after the passphrase was given again."""
        with self._lock:
            row = self._rows.get(formats.row_key(cookie))
        if row is None:
            return None
        session = Session(
            cookie=cookie,
            key=formats.session_key(cookie, self.boot_key),
            row=row,
            bundle=bundle,
            log_key=Secret(random(32)),
        )
        row.seen, row.log_key_id, row.log_counter = now, random(16).hex(), 0
        self._seal(session)
        return session

    def refresh(self, session: Session) -> None:
        """Seal a changed bundle again."""
        self._seal(session)

    def end(self, cookie: bytes) -> None:
        """End one session."""
        with self._lock:
            self._rows.pop(formats.row_key(cookie), None)

    def end_of(self, user: str, *, but: bytes = b"") -> int:
        """End every session of a person, except that of the cookie `but`; how many."""
        keep = formats.row_key(but) if but else b""
        with self._lock:
            gone = [key for key, row in self._rows.items() if row.actor.user == user and key != keep]
            for key in gone:
                del self._rows[key]
        return len(gone)

    def of(self, user: str) -> list[Row]:
        """The live sessions of a person."""
        with self._lock:
            return [row for row in self._rows.values() if row.actor.user == user]

    def retell(self, user: str, actor: Actor) -> None:
        """Let the live sessions of a person know that their state or roles changed."""
        with self._lock:
            for row in self._rows.values():
                if row.actor.user == user:
                    row.actor = actor

    def keep_search(self, session: Session, text: str) -> str:
        """Keep what was searched for, sealed as the keys are; returns the id of its page. The newest few are kept."""
        page = random(16).hex()
        kept = [[page, text], *self._searches(session)][:MOST_SEARCHES]
        session.row.search = seal(session.key, self._place(session.cookie, "session_search"), json.dumps(kept).encode())
        return page

    def searched(self, session: Session, page: str) -> str | None:
        """What the page of this id searched for; None once it is forgotten."""
        return dict(self._searches(session)).get(page)

    def _searches(self, session: Session) -> list[tuple[str, str]]:
        if not session.row.search:
            return []
        try:
            opened = unseal(session.key, self._place(session.cookie, "session_search"), session.row.search)
        except CryptoError:
            return []
        return [(str(page), str(text)) for page, text in json.loads(opened)]

    def _seal(self, session: Session) -> None:
        if session.bundle is None or session.log_key is None:
            raise ValueError("nothing to seal")
        payload = pae(session.bundle.encode(), session.log_key.reveal())
        session.row.sealed = seal(session.key, self._place(session.cookie), payload)

    def _opened(self, cookie: bytes, row: Row) -> Session | None:
        key = formats.session_key(cookie, self.boot_key)
        if not row.sealed:
            return Session(cookie=cookie, key=key, row=row, bundle=None, log_key=None)
        try:
            payload = unseal(key, self._place(cookie), row.sealed)
            bundle, log_key = unpae_exactly(payload, 2)
        except CryptoError:
            return None
        return Session(cookie=cookie, key=key, row=row, bundle=Bundle.decode(bundle), log_key=Secret(log_key))

    def _place(self, cookie: bytes, table: str = "session") -> Place:
        row = formats.row_key(cookie)
        return Place(org=self.org, vault=bytes(16), table=table, row=row, compartment="", epoch=0, version=0)

    def next_counter(self, row: Row) -> int:
        """The next number under the session's log key; never given twice."""
        with self._lock:
            row.log_counter += 1
            return row.log_counter
