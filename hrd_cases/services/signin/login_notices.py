"""A log-in from a browser that was not known, and the end of a journey, told to the person in every browser of theirs.

A notice rests sealed to its person until they dismiss it, and 30 days on their account page. The browser that it is
about does not dismiss it, whatever session asks from there. No address and nothing of the browser is kept but a random
name, which the mark of a known browser carries (docs/crypto-format.md 11).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.store.login_notices import LoginNoticeRow

DAYS = 30
NEW_BROWSER, JOURNEY_ENDED, ALTERED = "new browser", "journey ended", "altered"


@dataclass(frozen=True, kw_only=True)
class LoginNotice:
    """One notice; `at` is None for one that does not open. `here`: this very browser caused it."""

    id: str
    what: str
    at: datetime | None
    here: bool
    dismissed: bool


def write(ctx: Context, user: str, what: str, browser: bytes = b"") -> None:
    """Tell somebody, in the transaction of the act itself; `browser` names the one that caused it."""
    owner = ctx.work.users.by_id(user)
    if owner is None:
        return
    row = random(16).hex()
    at = ctx.now.astimezone(UTC).isoformat(timespec="minutes")
    text = json.dumps({"what": what, "at": at, "browser": browser.hex()}).encode()
    sealed = seal_to(owner.kem_public, _place(ctx, user, row), text)
    ctx.work.login_notices.add(LoginNoticeRow(id=row, user_id=user, day=ctx.now.date(), notice_sealed=sealed))


def mine(ctx: Context) -> tuple[LoginNotice, ...]:
    """Every notice of the actor, newest first; one that somebody altered before all."""
    allow(ctx, Act.OWN_ACCOUNT)
    notices = [_opened(ctx, row) for row in ctx.work.login_notices.of_user(ctx.actor.user)]
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(notices, key=lambda notice: notice.at or last, reverse=True))


def undismissed(ctx: Context) -> list[LoginNotice]:
    """What the desk tells the actor: its few lines begin with what is rarer than a log-in."""
    left = [notice for notice in mine(ctx) if not notice.dismissed]
    return sorted(left, key=lambda notice: notice.what == NEW_BROWSER)


def dismiss(ctx: Context, ids: Collection[str]) -> None:
    """Say no more of these on the desk: the actor knows of them. Those that this browser caused stay."""
    for notice in mine(ctx):
        if notice.id in ids and not notice.here:
            ctx.work.login_notices.dismiss(ctx.actor.user, notice.id)
    ctx.note("auth", "dismiss notices of log-ins")


def oldest_day(now: datetime) -> date:
    """Notices older than this are swept."""
    return (now - timedelta(days=DAYS)).date()


def _opened(ctx: Context, row: LoginNoticeRow) -> LoginNotice:
    own = ctx.session.row.browser.hex() if ctx.session is not None else ""
    try:
        document = json.loads(unseal_from(ctx.keys.kem_seed, _place(ctx, row.user_id, row.id), row.notice_sealed))
        what, at = str(document["what"]), datetime.fromisoformat(document["at"])
    except (CryptoError, ValueError, KeyError, TypeError):
        return LoginNotice(id=row.id, what=ALTERED, at=None, here=False, dismissed=row.dismissed)
    here = document.get("browser") == own
    return LoginNotice(id=row.id, what=what, at=at, here=here, dismissed=row.dismissed)


def _place(ctx: Context, user: str, row: str) -> SealedPlace:
    vault, identity = bytes.fromhex(user), bytes.fromhex(row)
    return SealedPlace(
        org=ctx.runtime.org, vault=vault, table="login_notices", row=identity, compartment="", epoch=0, version=0
    )
