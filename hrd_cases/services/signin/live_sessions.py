"""Where somebody is logged in: the list, and how one of them, the others, or all of somebody's end. Each is logged."""

from dataclasses import dataclass
from datetime import datetime

from hrd_cases.domain.access.facts import Actor
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow


@dataclass(frozen=True, kw_only=True)
class LiveSession:
    """One log-in that still lives. Nothing says from where: no address is kept."""

    id: str
    began: datetime
    used: datetime
    locked: bool
    here: bool


def mine(ctx: Context) -> tuple[LiveSession, ...]:
    """The sessions of the actor, the one that asks first, then the newest."""
    allow(ctx, Act.OWN_ACCOUNT)
    own = ctx.session.row.id if ctx.session is not None else ""
    live_sessions = [
        LiveSession(id=row.id, began=row.began, used=row.seen, locked=not row.sealed, here=row.id == own)
        for row in ctx.runtime.sessions.of(ctx.actor.user)
    ]
    return tuple(sorted(live_sessions, key=lambda live_session: (live_session.here, live_session.began), reverse=True))


def end_one(ctx: Context, identity: str) -> None:
    """End one session of the actor; NotFound for somebody else's, or none."""
    allow(ctx, Act.OWN_ACCOUNT)
    if not ctx.runtime.sessions.end_one(ctx.actor.user, identity):
        raise NotFound
    ctx.note("auth", "end a session", ended=1)


def end_others(ctx: Context) -> int:
    """End every session of the actor but the one that asks; how many."""
    allow(ctx, Act.OWN_ACCOUNT)
    ended = end_of(ctx, ctx.actor.user, goes_on=ctx.actor)
    ctx.note("auth", "end a session", ended=ended)
    return ended


def end_all_of(ctx: Context, user: str) -> int:
    """End every session of an account, as an administrator; how many. They may log in again."""
    allow(ctx, Act.END_SESSIONS)
    if ctx.work.users.by_id(user) is None:
        raise NotFound
    ended = end_of(ctx, user)
    ctx.note("admin", "end the sessions of an account", record=user, ended=ended)
    return ended


def end_of(ctx: Context, user: str, *, goes_on: Actor | None = None) -> int:
    """End every session of an account, in this process at once and in any other at its next request; how many here.

    `goes_on`: the actor's own session stays, as that of who they are after this act.
    """
    ctx.work.users.end_sessions(user)
    ctx.goes_on = goes_on
    return ctx.runtime.sessions.end_of(user, but=ctx.session.cookie if goes_on and ctx.session else b"")


def end_everybody(ctx: Context) -> None:
    """End every session there is, in every process."""
    ctx.work.settings.end_sessions()
