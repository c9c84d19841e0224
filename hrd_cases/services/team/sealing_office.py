"""Sealing the office: two people together end sessions and block log-ins for some hours, of one account or all.

One asks, another confirms within an hour. It never lasts longer than 72 hours. One person alone cannot lift it: two
can, where it holds one account; where it holds everybody, whoever looks after the server can, and the log says why.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.services.signin import live_sessions
from hrd_cases.services.signin.login_freeze import EVERYBODY, LONGEST, held_until, hold, live, release

TO_CONFIRM = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class LoginFreezeRequest:
    """What somebody asked for and nobody confirmed yet; `hours` 0 asks to lift a hold. Lives in memory for an hour."""

    id: str
    scope: str  # account id, or EVERYBODY
    hours: int
    by: str
    until: datetime


ASKED = PerProcess[dict[str, LoginFreezeRequest]](dict)


@dataclass(frozen=True, kw_only=True)
class ShownRequest:
    """An Asked as a page shows it: names where they may be seen, and whether the reader asked it."""

    id: str
    everybody: bool
    hours: int
    who: str
    by: str
    mine: bool


@dataclass(frozen=True, kw_only=True)
class FreezableColleague:
    """Somebody whose log-ins can be held; `held_until` while they are."""

    user: str
    name: str
    held_until: datetime | None


def requests(ctx: Context) -> tuple[ShownRequest, ...]:
    """What waits for a second person: for everybody's desk."""
    waiting = _open_requests(ctx.runtime, ctx.now)
    if not waiting:
        return ()
    names = names_of(ctx, ColleagueCard)
    return tuple(
        ShownRequest(
            id=item.id,
            everybody=item.scope == EVERYBODY,
            hours=item.hours,
            who=names.get(item.scope, ""),
            by=names.get(item.by, ""),
            mine=item.by == ctx.actor.user,
        )
        for item in waiting.values()
    )


def colleagues(ctx: Context) -> tuple[FreezableColleague, ...]:
    """Everybody who works here, and who is held."""
    allow(ctx, Act.SEAL_OFFICE)
    names = names_of(ctx, ColleagueCard)
    results = [
        FreezableColleague(
            user=row.id, name=names.get(row.id, ""), held_until=held_until(ctx.runtime, ctx.work, row.id, ctx.now)
        )
        for row in ctx.work.users.all()
        if row.state == ACTIVE
    ]
    return tuple(sorted(results, key=lambda colleague: colleague.name))


def ask(ctx: Context, scope: str, hours: int) -> str:
    """Ask to hold `scope` (an account, or EVERYBODY) for 1 to 72 hours, or with 0 to lift a hold; the request's id."""
    allow(ctx, Act.SEAL_OFFICE if hours else Act.UNSEAL_OFFICE)
    if not 0 <= hours <= LONGEST:
        raise RuleBroken(N_("Choose 1 to 72 hours."), place="hours")
    if scope != EVERYBODY:
        row = ctx.work.users.by_id(scope)
        if row is None or row.state != ACTIVE:
            raise RuleBroken(N_("Choose a colleague from the list."), place="user")
    if hours == 0 and held_until(ctx.runtime, ctx.work, scope, ctx.now) is None:
        raise RuleBroken(N_("No log-ins are blocked there."), place="user")
    created = LoginFreezeRequest(
        id=random(16).hex(), scope=scope, hours=hours, by=ctx.actor.user, until=ctx.now + TO_CONFIRM
    )
    with ASKED.of(ctx.runtime) as waiting:
        for old in [item.id for item in waiting.values() if (item.by, item.scope) == (created.by, created.scope)]:
            del waiting[old]
        waiting[created.id] = created
    ctx.note("admin", "ask to block log-ins", record=scope, hours=hours)
    return created.id


def withdraw(ctx: Context, request: str) -> None:
    """Take one's own request back."""
    allow(ctx, Act.SEAL_OFFICE)
    freeze = _open_requests(ctx.runtime, ctx.now).get(request)
    if freeze is None or freeze.by != ctx.actor.user:
        raise NotFound
    _forget(ctx.runtime, request)


def confirm(runtime: Runtime, session: Session, request: str, now: datetime) -> bool:
    """Carry out what a colleague asked for; True when the actor's own session ended with it.

    First the hold is on the disk, then the sessions end, so that none begins in between.
    """
    with runtime.writing(session, now) as ctx:
        allow(ctx, Act.SEAL_OFFICE)
        freeze = _open_requests(runtime, now).get(request)
        if freeze is None:
            raise RuleBroken(N_("This request has expired or is settled already. Ask again."))
        if freeze.by == ctx.actor.user:
            raise RuleBroken(N_("You asked for it yourself: somebody else has to confirm."))
        if freeze.hours:
            hold(runtime, ctx.work, freeze.scope, now + timedelta(hours=freeze.hours), now)
            ctx.note("admin", "block log-ins", record=freeze.scope, hours=freeze.hours, asked=freeze.by)
            if freeze.scope == EVERYBODY:
                live_sessions.end_everybody(ctx)
            else:
                ctx.work.users.end_sessions(freeze.scope)
        else:
            allow(ctx, Act.UNSEAL_OFFICE)
            release(runtime, ctx.work, freeze.scope)
            ctx.note("admin", "unblock log-ins", record=freeze.scope, asked=freeze.by)
    _forget(runtime, request)
    if not freeze.hours:
        return False
    if freeze.scope == EVERYBODY:
        runtime.sessions.end_everybody()
    else:
        runtime.sessions.end_of(freeze.scope)
    return freeze.scope in (EVERYBODY, session.actor.user)


def lift(runtime: Runtime, reason: str, now: datetime) -> int:
    """Lift every hold, as whoever looks after the server, who says why; how many."""
    why = single(reason, "reason", 200)
    if not why:
        raise RuleBroken(N_("Give the reason: the audit log records it."))
    with runtime.writing(None, now) as ctx:
        names = live(runtime, ctx.work, now)
        for name in names:
            ctx.work.settings.remove(name)
        ctx.note("admin", "unblock log-ins", reason=why)
    return len(names)


def ends(runtime: Runtime, now: datetime) -> tuple[datetime, ...]:
    """When each hold ends; names nobody."""
    with runtime.database.reading() as work:
        return tuple(sorted(live(runtime, work, now).values()))


def _open_requests(runtime: Runtime, now: datetime) -> dict[str, LoginFreezeRequest]:
    """What was asked within the last hour, the oldest first."""
    with ASKED.of(runtime) as waiting:
        for old in [item.id for item in waiting.values() if item.until < now or item.until > now + TO_CONFIRM]:
            del waiting[old]
        return dict(waiting)


def _forget(runtime: Runtime, request: str) -> None:
    with ASKED.of(runtime) as waiting:
        waiting.pop(request, None)
