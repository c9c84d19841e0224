"""A call written on a locked page: it can only add. Sealed at once to public keys; the locked session never reads it.

It becomes a call at the first visit of somebody it is sealed to: whose page it was or, in danger, who is on duty.
Nobody signed it, and it says so until that person takes it over. docs/adr/0030-a-call-from-the-locked-page.md.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import STAFF as WORK_ON_CASES
from hrd_cases.domain.calls import Call, as_rows
from hrd_cases.domain.errors import Changed, Forbidden, NotFound, RuleBroken
from hrd_cases.domain.fields import entity_of
from hrd_cases.domain.typed_text import plain_digits
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime, record
from hrd_cases.services.kernel.per_process import PerProcess, VainTries
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.gate import allow, allow_adding
from hrd_cases.services.schedule import duty
from hrd_cases.services.sharing import duty_notice
from hrd_cases.services.sharing.sharing import LEVELS, certificate_of
from hrd_cases.store import codec
from hrd_cases.store.locked_calls import LockedCallRow
from hrd_cases.store.stored import new_record_id
from hrd_cases.store.work import Work

MOST_TEXT = 100_000  # bytes of one call
MOST_WAITING = 10  # of one person
MOST_A_DAY = 30  # of one person; counted in memory, like the session they are written in
DAY = timedelta(days=1)

TOO_LONG = N_("This is too long for the locked page. Shorten it, or unlock and write it down as a usual call.")
TOO_MANY = N_("Too many calls were written on the locked page of this account. Unlock, then write this one down.")


@dataclass(frozen=True, kw_only=True)
class PersonToRing:
    """What the locked page may say: how many are on duty, and the number that was set in the clear, if one was."""

    on_duty: int
    number: str
    every_call: bool

    @property
    def dial(self) -> str:
        """The number as a telephone dials it."""
        return ("+" if self.number.startswith("+") else "") + "".join(filter(str.isdecimal, plain_digits(self.number)))


@dataclass(frozen=True, kw_only=True)
class Written:
    """A call as it was written: by whom as the server knew the session, and at what moment (UTC)."""

    id: str
    value: Call
    by: str
    at: str


def start(ctx: Context) -> PersonToRing:
    """What stands beside the empty form."""
    allow_adding(ctx, Act.TAKE_CALL)
    return _ring(ctx)


def kept(ctx: Context) -> PersonToRing:
    """The same beside the answer, which says nothing of what was written."""
    allow_adding(ctx, Act.TAKE_CALL)
    ctx.notes.clear()
    return _ring(ctx)


def add(ctx: Context, value: Call) -> None:
    """Seal a call to whose page it is and, in danger, to each person on duty."""
    allow_adding(ctx, Act.TAKE_CALL)
    parts = {name: codec.encode(value, name).decode("utf-8", "surrogatepass") for name in entity_of(value).compartments}
    written = {"by": ctx.actor.user, "at": ctx.now.astimezone(UTC).isoformat(timespec="minutes"), "parts": parts}
    body = json.dumps(written, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    if len(body) > MOST_TEXT:
        raise RuleBroken(TOO_LONG, place="what")
    _count(ctx)
    call = random(16).hex()
    for fingerprint in _recipients(ctx, urgent=value.urgent):
        public = ctx.trust.check(bytes.fromhex(fingerprint), ctx.day_number).kem_public
        mark = ctx.work.locked_calls.add(call=call, recipient=fingerprint, public=public, day=ctx.now.date(), body=body)
        ctx.answer_marks.append(mark)
    ctx.note("write", "write a call on the locked page", record=call)


TRIED = VainTries()  # by reader and call
WRITTEN = PerProcess[dict[str, list[datetime]]](dict)  # by account: when it wrote calls down


def waiting(runtime: Runtime, work: Work, session: Session, now: datetime) -> list[str]:
    """The calls written for somebody who has their keys, as far as it is time to try them."""
    if session.bundle is None or session.actor.state != ACTIVE or not session.actor.roles & WORK_ON_CASES:
        return []
    member = session.actor.fingerprint
    return TRIED.due(runtime, member, (row.id for row in work.locked_calls.of(member)), now)


def enter(runtime: Runtime, session: Session, now: datetime, waiting_calls: Iterable[str]) -> None:
    """Enter what was written for somebody, as calls, before anything is shown to them.

    Each in its own transaction; the first of its readers enters it for all of them.
    """
    for call in waiting_calls:
        TRIED.note(runtime, session.actor.fingerprint, [call], now)
        with suppress(Changed, RuleBroken, NotFound, Forbidden, CryptoError):
            with runtime.database.writing() as work:
                ctx = runtime.context(work, session, now)
                _enter(ctx, call)
                record(work, ctx)
            TRIED.forget(runtime, session.actor.fingerprint, call)


def missing(ctx: Context) -> int:
    """How many calls were written on a locked page, never entered, and are not in the database any more."""
    return ctx.work.locked_calls.missing()


def _enter(ctx: Context, call: str) -> None:
    row = next((row for row in ctx.work.locked_calls.of(ctx.actor.fingerprint) if row.id == call), None)
    written = _read(ctx, row) if row is not None and ctx.work.locked_calls.counts(row) else None
    if written is None:
        raise NotFound  # somebody was faster, it was planted, or it does not open
    _as_call(ctx, written.value, by=written.by, at=written.at)
    ctx.work.locked_calls.remove(call)
    ctx.answer_marks.append(ctx.work.locked_calls.entered(call))


def _as_call(ctx: Context, value: Call, *, by: str, at: str) -> None:
    """Enter what was written on somebody's locked page as a call of theirs, not signed by them.

    The actor is the first who could read it. Whose page it was and, in danger, those on duty are let in at once.
    """
    allow(ctx, Act.TAKE_CALL)
    vault = vault_keys.create_vault(ctx, CASE_VAULT)
    let_in = set(duty.share(ctx, vault, urgent=value.urgent))
    writer = ctx.work.users.by_id(by)
    if writer is not None and by != ctx.actor.user and by not in let_in and certificate_of(ctx, writer) is not None:
        vault_keys.share(ctx, vault.id, bytes.fromhex(writer.fingerprint), LEVELS["lead"])
    first = () if by == ctx.actor.user else (ctx.actor.user,)
    on_duty = tuple(user for user in (*first, *sorted(let_in)) if user != by)
    record_id = new_record_id()
    call = replace(value, taken=at, duty=as_rows(on_duty), locked=by)
    ctx.work.records.add(vault_keys.held_of(ctx, vault.id), ctx.author, record_id, call, ctx.today)
    ctx.note("write", "call from a locked page", vault=vault.id, record=record_id, person=by)


def _read(ctx: Context, row: LockedCallRow) -> Written | None:
    """What a row says, as a new call: nothing that only the program sets is taken from it."""
    try:
        written = json.loads(ctx.work.locked_calls.open(row, ctx.keys.kem_seed) or b"")
        parts = {name: text.encode("utf-8", "surrogatepass") for name, text in written["parts"].items()}
        _entity, value = codec.decode(parts)
        by, at = str(written["by"]), datetime.fromisoformat(written["at"]).isoformat(timespec="minutes")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(value, Call) or ctx.work.users.by_id(by) is None:
        return None
    return Written(id=row.id, value=_as_new(value), by=by, at=at)


def _as_new(value: Call) -> Call:
    empty = Call()
    own = ("state", "moved_to", "ending", "taken", "reached", "duty", "copy", "origin", "locked")
    return replace(value, **{name: getattr(empty, name) for name in own})


def _recipients(ctx: Context, *, urgent: bool) -> tuple[str, ...]:
    """Fingerprints: whose page it is, and who else sees such a call."""
    others = duty_notice.today(ctx) if urgent or duty.every_call(ctx) else ()
    return tuple(dict.fromkeys((ctx.actor.fingerprint, *(row.fingerprint for row in others))))


def _ring(ctx: Context) -> PersonToRing:
    others = [row for row in duty_notice.today(ctx) if row.id != ctx.actor.user]
    return PersonToRing(on_duty=len(others), number=duty_notice.number(ctx), every_call=duty.every_call(ctx))


def _count(ctx: Context) -> None:
    """Refuse more than one person writes down: a telephone left unlocked on a table fills no database."""
    waiting = ctx.work.locked_calls.count(ctx.actor.fingerprint)
    with WRITTEN.of(ctx.runtime) as counts:
        lately = [moment for moment in counts.get(ctx.actor.user, []) if abs(ctx.now - moment) < DAY]
        if len(lately) >= MOST_A_DAY or waiting >= MOST_WAITING:
            raise RuleBroken(TOO_MANY)
        counts[ctx.actor.user] = [*lately, ctx.now]
