"""Log-in under attack: each failure makes the next try wait longer, and after a hundred in a row an account rests.

Counted for each account, never by address: behind an onion service everybody comes from the same one. Browsers in
which the account logged in before are counted apart from strangers, so that nobody can keep an owner out. A try made
while it must wait is refused whatever it says, so it teaches nothing and is not counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.tokens import (
    DEVICE_DAYS,
    DEVICE_NONCE_LENGTH,
    DEVICE_TOKEN_LENGTH,
    device_token,
    handle_token,
    is_device_token,
    salt_for_unknown,
    tries_mark,
)
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import Busy, NotFound
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.log_limits import left_out
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.signin import live_sessions, login_freeze
from hrd_cases.store.tries import TriesRow
from hrd_cases.store.users import UserRow, WaitingKeys
from hrd_cases.store.work import Work

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=5)
WAITS = PerProcess[dict[bytes, datetime]](dict)  # by mark: until when nobody is looked at
HARD_STOP = 100
REST = timedelta(days=2)  # counted in days, so that no time of day rests in the database: a whole day at least
STRANGER, KNOWN = "stranger", "known"


__all__ = ["DEVICE_DAYS", "DEVICE_TOKEN_LENGTH", "FREE_TRIES", "HARD_STOP", "LONGEST_WAIT", "Lane"]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Where the failures of one try are counted, and whether it is refused whatever it says."""

    mark: bytes
    stranger: bool
    held: bool
    user: str = ""  # empty for a handle that nobody has
    browser: bytes = b""  # the name of the browser, when it is known


def handle_mark(runtime: Runtime, handle: str) -> bytes:
    """The keyed mark by which an account is found."""
    return handle_token(Secret(runtime.server.pepper), handle.strip().lower())


def lane_of(runtime: Runtime, work: Work, handle: str, row: UserRow | None, device: bytes, now: datetime) -> Lane:
    """The lane of a log-in; the same work for a handle that nobody has, of which 256 share their counts."""
    mark = handle_mark(runtime, handle)
    salt = row.salt if row else salt_for_unknown(Secret(runtime.server.pepper), handle)
    clock = runtime.clock(work, now)
    today = day_number(clock.no_earlier)
    is_known = is_device_token(runtime.marker, mark, salt, device, today) and row is not None
    lane = _lane(runtime, work, KNOWN if is_known else STRANGER, row, mark, now, clock)
    return replace(lane, browser=device[:DEVICE_NONCE_LENGTH]) if is_known else lane


def lane_inside(runtime: Runtime, work: Work, row: UserRow | None, now: datetime) -> Lane:
    """The lane of whoever has a session of this account already, and gives the passphrase again."""
    return _lane(runtime, work, KNOWN, row, b"", now, runtime.clock(work, now))


@contextmanager
def looking(runtime: Runtime, lane: Lane) -> Iterator[None]:
    """Around the derivation: a try that found no place in the queue was none, and the next need not wait for it."""
    try:
        yield
    except Busy:
        if not lane.held:
            _end_wait(runtime, lane.mark)
        raise


def failed(ctx: Context, lane: Lane) -> None:
    """Count a failure, or only write it down when it was refused anyway; makes the next try wait."""
    tries = ctx.work.tries
    tries.remove_before(_oldest(ctx.judged_clock))
    attempts_row = tries.of(lane.mark)
    before = attempts_row.failures if attempts_row else 0
    count = before if lane.held else before + 1
    day = attempts_row.day if attempts_row and lane.held else ctx.judged_clock.reached
    tries.put(TriesRow(mark=lane.mark, failures=count, day=day))
    stopped = count == HARD_STOP and not lane.held and bool(lane.user)
    if stopped:
        ctx.note("auth", "account locked after 100 failed log-ins", user=lane.user)
    elif (unsaid := left_out(ctx.runtime, "log-in refused", ctx.now)) is not None:
        more: dict[str, Any] = {"unsaid": unsaid} if unsaid else {}
        ctx.note("auth", "log-in refused", **more)


def passed(ctx: Context, lane: Lane) -> None:
    """Forget the failures before a log-in that succeeded."""
    ctx.work.tries.remove(lane.mark)
    _end_wait(ctx.runtime, lane.mark)


def resting(ctx: Context) -> frozenset[str]:
    """The accounts that rest after a hundred failures; for administrators."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    full = {
        row.mark for row in ctx.work.tries.all() if row.failures >= HARD_STOP and row.day >= _oldest(ctx.judged_clock)
    }
    if not full:
        return frozenset()
    rows = [*ctx.work.users.all(), *(replacement_row.account for replacement_row in ctx.work.replacements.waiting())]
    return frozenset(row.id for row in rows if full & set(_marks(ctx.runtime, row)))


def wake(ctx: Context, user: str) -> None:
    """Let an account log in again at once: its owner asked for it. No key changes."""
    allow(ctx, Act.WAKE_ACCOUNT)
    row, waiting = ctx.work.users.by_id(user), ctx.work.replacements.of(user)
    if row is None:
        raise NotFound
    for user_row in (row, waiting.account) if waiting else (row,):
        for mark in _marks(ctx.runtime, user_row):
            ctx.work.tries.remove(mark)
            _end_wait(ctx.runtime, mark)
    live_sessions.end_of(ctx, user)
    ctx.note("admin", "unblock log-ins of an account", record=user)


def token_for(runtime: Runtime, session: Session, now: datetime) -> bytes:
    """What a browser keeps to be known again, made after a log-in; it opens nothing and names nobody."""
    with runtime.database.reading() as work:
        row = work.users.of_keys(session.actor.user, session.actor.fingerprint)
    return _token(runtime, row, session.row.browser, now)


def own_token(ctx: Context) -> bytes:
    """The same, for a browser that its owner wants to be known after it was closed too."""
    allow(ctx, Act.OWN_ACCOUNT)
    browser = ctx.session.row.browser if ctx.session is not None else random(DEVICE_NONCE_LENGTH)
    return _token(ctx.runtime, ctx.work.users.of_keys(ctx.actor.user, ctx.actor.fingerprint), browser, ctx.now)


def forget(ctx: Context) -> None:
    """Forget a browser: nothing of it rests here, so there is nothing to do but to ask whether one may."""
    allow(ctx, Act.OWN_ACCOUNT)


def knows(runtime: Runtime, user: str, fingerprint: str, device: bytes, now: datetime) -> bool:
    """True when a browser's token is this account's, with these keys."""
    with runtime.database.reading() as work:
        row = work.users.of_keys(user, fingerprint)
    return row is not None and is_device_token(runtime.marker, row.handle_mac, row.salt, device, day_number(now.date()))


def _token(runtime: Runtime, row: UserRow | None, browser: bytes, now: datetime) -> bytes:
    if row is None:
        raise NotFound
    return device_token(runtime.marker, row.handle_mac, row.salt, browser, day_number(now.date()))


def _lane(  # one log-in
    runtime: Runtime, work: Work, kind: str, row: UserRow | None, mark: bytes, now: datetime, clock: JudgedClock
) -> Lane:
    user = row.id if row else ""
    own = tries_mark(runtime.marker, kind, _whom(row) if row else mark[:1])
    attempts_row = work.tries.of(own)
    failures = attempts_row.failures if attempts_row is not None and attempts_row.day >= _oldest(clock) else 0
    waits = failures >= HARD_STOP or not _may_try(runtime, own, failures, now)
    is_held = login_freeze.holding(runtime, work, user, now) or waits
    return Lane(mark=own, stranger=kind == STRANGER, held=is_held, user=user)


def _may_try(runtime: Runtime, mark: bytes, failures: int, now: datetime) -> bool:
    """Whether the wait is over; the next one begins with this try, so that of many at once one is looked at."""
    with WAITS.of(runtime) as waits:
        until = waits.get(mark)
        if until is not None and now < until <= now + LONGEST_WAIT:
            return False
        if failures + 1 >= FREE_TRIES:
            waits[mark] = now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(failures + 1 - FREE_TRIES, 20)))
        return True


def _end_wait(runtime: Runtime, mark: bytes) -> None:
    with WAITS.of(runtime) as waits:
        waits.pop(mark, None)


def _whom(row: UserRow) -> bytes:
    """Whose failures they are; keys that wait count apart, since another passphrase opens them."""
    return bytes.fromhex(row.fingerprint if isinstance(row, WaitingKeys) else row.id)


def _marks(runtime: Runtime, row: UserRow) -> tuple[bytes, ...]:
    return tuple(tries_mark(runtime.marker, kind, _whom(row)) for kind in (STRANGER, KNOWN))


def _oldest(clock: JudgedClock) -> date:
    """The first day whose failures still count; a clock in doubt lets none of them go."""
    return clock.reached - REST + timedelta(days=1)
