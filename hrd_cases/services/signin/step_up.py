"""Passphrase and code once more: for acts that the table marks, good for a few minutes and for this session alone.

Which acts ask for it stands in domain/access/table.py; the gate holds to it. Argon2id runs outside any transaction.
"""

from datetime import datetime

from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import Changed
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.sharing import replacement_keys
from hrd_cases.services.signin import throttling
from hrd_cases.services.signin.accounts import SignInRefused, refuse
from hrd_cases.services.signin.key_signatures import KeyResponse
from hrd_cases.services.signin.throttling import Lane
from hrd_cases.services.signin.unlocking import Proven, open_with, prove_code
from hrd_cases.store.users import UserRow


def require(runtime: Runtime, session: Session, act: Act, now: datetime) -> None:
    """Ask the gate about an act before its page is shown; raises StepUpNeeded, Forbidden or NotFound."""
    with runtime.reading(session, now) as ctx:
        allow(ctx, act)


def confirm(runtime: Runtime, session: Session, passphrase: str, code: str | KeyResponse, now: datetime) -> Session:
    """The same session under a new cookie, proven from now on; raises SignInRefused, with one answer for every cause.

    `code`: a time code or a recovery code as typed, or what a security key signed.
    Where the organisation asks for no second factor, the passphrase alone does.
    """
    with runtime.database.reading() as work:
        row = work.users.of_keys(session.actor.user, session.actor.fingerprint)
        lane = throttling.lane_inside(runtime, work, row, now)
    with throttling.looking(runtime, lane):
        opened = open_with(runtime, row, session.actor.user, passphrase)
    used = prove_code(runtime, row, opened, code, now)
    if row is None or used is None or lane.held or row.state == DISABLED:
        refuse(runtime, lane, now)
    return _proven(runtime, session, row, used, lane, now)


def _proven(  # whose, what was used up, and where its failures were counted
    runtime: Runtime, session: Session, row: UserRow, used: Proven, lane: Lane, now: datetime
) -> Session:
    """Use the code up and give the session a new cookie; raises SignInRefused when another took either first."""
    try:
        with runtime.writing(session, now) as ctx:
            if used.resealed is not None:
                replacement_keys.keeper(ctx, row).put_second(row.id, used.resealed, expected=row.second_version)
            throttling.passed(ctx, lane)
            ctx.note("auth", "show again who one is")
    except Changed:
        raise SignInRefused from None
    moved = runtime.sessions.renew(session, now, proven=True)
    if moved is None:
        raise SignInRefused
    runtime.sessions.know_keys(moved.actor, used.factor)
    return moved
