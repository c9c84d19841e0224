"""A lost second factor, recovery codes and all: two administrators let its owner enrol a new one, once.

Nobody else enrols or sees it: the passphrase is asked for, and the new one is sealed under it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from hrd_cases.crypto.core.bundles import SecondFactor
from hrd_cases.crypto.core.certificates import FactorLeave, Signed
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import Changed, NotFound, RuleBroken
from hrd_cases.domain.typed_text import typed_code
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.services.signin import live_sessions, throttling
from hrd_cases.services.signin.accounts import ACTIVATION_TIME, Offer, SignInRefused
from hrd_cases.services.signin.unlocking import Unlocked, open_with, proven
from hrd_cases.store.failpoints import reach
from hrd_cases.store.replacements import FactorLeaveRow
from hrd_cases.store.users import UserRow

DAYS = 3
EXPIRED = N_("This took too long, or the permission was used already. Start again.")
WRONG_CODE = N_("This code is not right. Check that the clock of your telephone and of this server agree.")


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Somebody may enrol a new second factor once a second administrator agrees; `agreed` when one did."""

    user: str
    name: str
    agreed: bool
    may_agree: bool


def leaves(ctx: Context) -> tuple[Leave, ...]:
    """Every leave that was asked for and neither used nor run out."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    names = names_of(ctx, ColleagueCard)
    results = []
    for row in ctx.work.replacements.leaves():
        if row.expires < ctx.judged_clock.no_earlier:
            continue
        mine = ctx.actor.user in (row.user_id, _issuer(ctx, row))
        agreed = _holds(ctx, row)
        name = names.get(row.user_id, "")
        results.append(Leave(user=row.user_id, name=name, agreed=agreed, may_agree=not agreed and not mine))
    return tuple(results)


def agree(ctx: Context, user: str) -> bool:
    """Ask for a leave or, as a second administrator, agree to it; True when it holds from now on."""
    allow(ctx, Act.CERTIFY)
    row = ctx.work.users.by_id(user)
    if row is None or row.state != ACTIVE or row.second_sealed is None:
        raise NotFound
    if user == ctx.actor.user:
        raise RuleBroken(N_("Two other administrators let you enrol a new second factor."))
    waiting = ctx.work.replacements.leave(user)
    fresh = waiting is not None and waiting.expires >= ctx.judged_clock.no_earlier and not _holds(ctx, waiting)
    if waiting is None or not fresh or not _issuer(ctx, waiting):
        expires = ctx.judged_clock.reached + timedelta(days=DAYS)
        signed = _signed(ctx, row)
        ctx.work.replacements.put_leave(
            FactorLeaveRow(user_id=user, expires=expires, asked=signed.statement, asked_signature=signed.signature)
        )
        ctx.note("key", "ask for a new second factor", record=user)
        return False
    if _issuer(ctx, waiting) == ctx.actor.user:
        raise RuleBroken(N_("You asked for this. A second administrator agrees."))
    signed = _signed(ctx, row)
    ctx.work.replacements.put_leave(
        FactorLeaveRow(
            user_id=user,
            expires=waiting.expires,
            asked=waiting.asked,
            asked_signature=waiting.asked_signature,
            confirmed=signed.statement,
            confirmed_signature=signed.signature,
        )
    )
    ctx.note("key", "agree to a new second factor", record=user)
    return True


def take_back(ctx: Context, user: str) -> None:
    """Nobody asked for it, or the old one was found."""
    allow(ctx, Act.CERTIFY)
    if not ctx.work.replacements.remove_leave(user):
        raise NotFound
    ctx.note("key", "take a new second factor back", record=user)


def for_me(ctx: Context) -> bool:
    """True while somebody may enrol a new second factor for the actor's account: told to whoever is logged in."""
    return ctx.work.replacements.leave(ctx.actor.user) is not None


FACTORS = PerProcess[dict[str, Offer]](dict)


def begin(runtime: Runtime, handle: str, passphrase: str, now: datetime) -> str:
    """Make a new second factor for whoever has the passphrase and the leave; the token under which memory keeps it.

    Raises SignInRefused, with one answer for every cause.
    """
    row = _proved(runtime, handle, passphrase, now)[0]
    second, codes = SecondFactor.new()
    token = secrets.token_hex(16)
    current_offer = Offer(
        handle=handle.strip().lower(),
        passphrase="",
        second=second,
        recovery_codes=codes,
        code_mac=b"",
        expires=now + ACTIVATION_TIME,
        account=row.id,
    )
    with FACTORS.of(runtime) as offers:
        for stale in [name for name, old in offers.items() if old.expires < now or old.account == row.id]:
            del offers[stale]
        offers[token] = current_offer
    return token


def offer(runtime: Runtime, token: str, now: datetime) -> Offer | None:
    """The new second factor behind a token, while it lasts."""
    with FACTORS.of(runtime) as offers:
        current_offer = offers.get(token)
    return current_offer if current_offer is not None and current_offer.expires >= now else None


def finish(runtime: Runtime, token: str, passphrase: str, code: str, now: datetime) -> None:
    """Put the new second factor in the place of the lost one, and use the leave up.

    Raises RuleBroken at the field, or SignInRefused for a wrong passphrase.
    """
    current_offer = offer(runtime, token, now)
    if current_offer is None or current_offer.second is None:
        raise RuleBroken(EXPIRED)
    after = current_offer.second.check(typed_code(code), int(now.timestamp()))
    if after is None:
        raise RuleBroken(WRONG_CODE, place="code")
    row, opened = _proved(runtime, current_offer.handle, passphrase, now)
    sealed = proven(runtime, row, opened, after).resealed
    try:
        with runtime.writing(None, now) as ctx:
            waiting = ctx.work.replacements.leave(row.id)
            if waiting is None or not _holds(ctx, waiting):
                raise Changed
            ctx.work.users.put_second(row.id, sealed, expected=row.second_version)
            ctx.work.replacements.remove_leave(row.id)
            reach("factor.enrolled")
            live_sessions.end_of(ctx, row.id)
            ctx.note("auth", "enrol a new second factor", user=row.id)
    except Changed:
        raise RuleBroken(EXPIRED) from None
    with FACTORS.of(runtime) as offers:
        offers.pop(token, None)


def _proved(runtime: Runtime, handle: str, passphrase: str, now: datetime) -> tuple[UserRow, Unlocked]:
    """The account that handle and passphrase open and that two administrators gave leave; else SignInRefused."""
    with runtime.database.reading() as work:
        row = work.users.by_handle(throttling.handle_mark(runtime, handle))
        lane = throttling.lane_of(runtime, work, handle, row, b"", now)
    with throttling.looking(runtime, lane):
        opened = open_with(runtime, row, handle, passphrase, stranger=lane.stranger)
    with runtime.writing(None, now) as ctx:
        waiting = ctx.work.replacements.leave(row.id) if row else None
        good = opened.bundle is not None and not lane.held and waiting is not None and _holds(ctx, waiting)
        if row is None or not good or row.state != ACTIVE:
            throttling.failed(ctx, lane)
        else:
            throttling.passed(ctx, lane)
            return row, opened
    raise SignInRefused


def _signed(ctx: Context, row: UserRow) -> Signed:
    leave = FactorLeave(
        org=ctx.runtime.org,
        user=bytes.fromhex(row.id),
        fingerprint=bytes.fromhex(row.fingerprint),
        last_day=ctx.day_reached + DAYS,
        issuer=ctx.keys.fingerprint,
    )
    return leave.signed(ctx.keys.sign_seed)


def _holds(ctx: Context, row: FactorLeaveRow) -> bool:
    """Two administrators who count today signed it."""
    chain = ctx.trust.chain(bytes.fromhex(row.user_id))
    signed = [Signed(row.asked, row.asked_signature), Signed(row.confirmed, row.confirmed_signature)]
    if not chain:
        return False
    user, fingerprint = chain[-1].user, chain[-1].fingerprint
    return ctx.trust.two_agree(signed, user=user, fingerprint=fingerprint, day=ctx.day_number)


def _issuer(ctx: Context, row: FactorLeaveRow) -> str:
    """The account of the administrator who asked, empty when their keys do not count today."""
    try:
        return ctx.trust.check(FactorLeave.decode(row.asked).issuer, ctx.day_number).user.hex()
    except CryptoError:
        return ""
