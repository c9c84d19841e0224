"""Security keys of one's own: added, taken out, asked for always. All of it rests inside the sealed second factor.

Only the passphrase opens that, so each act asks for it; the gate asks for passphrase and code, or a key, before.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.security_keys import (
    HOST_LIMIT,
    MOST_KEYS,
    NAME_LIMIT,
    SecurityKey,
    key_challenge,
    key_person,
)
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.signin.key_signatures import ADD, ALGORITHMS, CONFIRM, LOG_IN, Address, KeyResponse, added
from hrd_cases.services.signin.unlocking import Unlocked, open_with, proven
from hrd_cases.store.users import UserRow

__all__ = [
    "ADD",
    "ALGORITHMS",
    "CONFIRM",
    "LOG_IN",
    "MOST_KEYS",
    "Address",
    "KeyResponse",
    "add",
    "change",
    "challenge",
]

NAME_LETTERS = 40
NOT_RIGHT = N_("The present passphrase is not right.")
NO_ANSWER = N_("The security key gave a wrong answer, or answered too late. Try again.")
NO_ROOM = N_("This key is here already, or there are five.")
NOT_OURS = N_("This kind of security key cannot be kept here.")


@dataclass(frozen=True, kw_only=True)
class _Own:
    """One's own account, opened with the passphrase."""

    row: UserRow
    opened: Unlocked
    factor: SecondFactor


def challenge(runtime: Runtime, purpose: str, whom: bytes, now: datetime) -> bytes:
    """What a key has to sign, 40 bytes; good for ten minutes, and for the browser or session `whom` alone."""
    return key_challenge(runtime.marker, purpose, whom, int(now.timestamp()))


def person(runtime: Runtime, session: Session) -> bytes:
    """What a key keeps of its owner, 16 bytes that name nobody."""
    return key_person(runtime.marker, bytes.fromhex(session.actor.user))


def add(runtime: Runtime, session: Session, passphrase: str, name: str, visible: KeyResponse, now: datetime) -> None:
    """Add a security key under a name; raises RuleBroken at the field."""
    called = single(name, "name", 2 * NAME_LETTERS)
    if not 0 < len(called) <= NAME_LETTERS or len(called.encode("utf-8", "replace")) > NAME_LIMIT:
        raise RuleBroken(N_("Give it a name of at most 40 letters, so that you know it again."), place="name")
    own = _open(runtime, session, passphrase, now)
    new_key = added(visible, runtime.marker, int(now.timestamp()))
    if new_key is None or len(visible.address.host) > HOST_LIMIT:
        raise RuleBroken(NO_ANSWER)
    key = SecurityKey(
        credential=new_key.credential,
        public=new_key.public,
        count=new_key.count,
        name=called,
        day=day_number(now.date()),
        host=visible.address.host,
    )
    try:
        key.encode()
    except UnknownFormat:
        raise RuleBroken(NOT_OURS) from None
    after = own.factor.with_key(key, new_key.challenge_time)
    if after is None:
        raise RuleBroken(NO_ROOM)
    with _putting(runtime, session, own, after, now) as ctx:
        ctx.note("auth", "add a security key")


def change(
    runtime: Runtime, session: Session, passphrase: str, remove: Collection[bytes], *, always: bool, now: datetime
) -> None:
    """Take out the keys of these credentials, and let codes count or not; raises RuleBroken at the field."""
    own = _open(runtime, session, passphrase, now)
    after = own.factor.without_keys(remove, keys_only=always)
    if always and not after.keys:
        raise RuleBroken(N_("Without a security key this cannot be asked for."), place="always")
    if after == own.factor:
        return
    with _putting(runtime, session, own, after, now) as ctx:
        if after.keys != own.factor.keys:
            ctx.note("auth", "remove security keys")
        if after.keys_only and not own.factor.keys_only:
            ctx.note("auth", "ask for a security key always")
        if own.factor.keys_only and not after.keys_only:
            ctx.note("auth", "accept codes again")


def _open(runtime: Runtime, session: Session, passphrase: str, now: datetime) -> _Own:
    if not runtime.organisation.second_factor:
        raise NotFound
    with runtime.reading(session, now) as ctx:
        allow(ctx, Act.CHANGE_LOG_IN)
        row = ctx.work.users.by_id(session.actor.user)
    opened = open_with(runtime, row, session.actor.user, passphrase)
    if row is None or opened.factor is None:
        raise RuleBroken(NOT_RIGHT, place="passphrase")
    return _Own(row=row, opened=opened, factor=opened.factor)


@contextmanager
def _putting(runtime: Runtime, session: Session, own: _Own, after: SecondFactor, now: datetime) -> Iterator[Context]:
    """The transaction that puts the second factor in the place of what it was."""
    resealed = proven(runtime, own.row, own.opened, after).resealed
    with runtime.writing(session, now) as ctx:
        ctx.work.users.put_second(own.row.id, resealed, expected=own.row.second_version)
        yield ctx
    runtime.sessions.know_keys(session.actor, after)
