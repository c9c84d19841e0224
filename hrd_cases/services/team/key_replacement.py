"""New keys in the place of old ones: a code for them, two administrators who compare and certify, what follows at once.

Until both agreed nothing of the account changes: the old keys go on, and whoever holds them is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from hrd_cases.crypto.core.certificates import Certificate, Endorsement
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import verify
from hrd_cases.domain.access.facts import ACTIVE, DISABLED
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.keys.key_revocations import revoke
from hrd_cases.services.keys.vault_access import retrust
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.services.signin import accounts, live_sessions, throttling
from hrd_cases.services.team.administration import make_code
from hrd_cases.services.team.admitting import admit, parts_before
from hrd_cases.store.failpoints import reach
from hrd_cases.store.replacements import LaterCertificateRow, ReplacementRow
from hrd_cases.store.users import UserRow

MOST_CODES = 5  # of one account within the days that a code lasts
ALTERED = N_("The keys of this account were changed after they were made. Do not certify them.")


@dataclass(frozen=True, kw_only=True)
class PendingKeys:
    """New keys that wait: whose, made on which day, the eight words before and now, and who agreed so far."""

    user: str
    name: str
    roles: frozenset[str]
    day: date
    fingerprint: str
    old_words: tuple[str, ...]
    new_words: tuple[str, ...]
    first: str  # name of the administrator who agreed already
    signed: bool
    may_agree: bool


def code_for(ctx: Context, user: str) -> str:
    """A one-time code with which somebody makes new keys for their account; shown once."""
    allow(ctx, Act.CERTIFY)
    row = _certified(ctx, user)
    if user == ctx.actor.user:
        raise RuleBroken(N_("Another administrator makes this code for you."))
    ctx.note("key", "code for new keys", record=row.id)
    return make_code(ctx, frozenset(), row.id)


def begin_anew(runtime: Runtime, handle: str, now: datetime, *, device: bytes, language: str) -> str:
    """Begin new keys for who forgot their passphrase, in a browser in which they logged in before; the offer's token.

    Such a browser stands for the code of an administrator. What counts stays the same: two compare the words.
    Raises SignInRefused, with one answer for every cause.
    """
    with runtime.database.reading() as work:
        row = work.users.by_handle(throttling.handle_mark(runtime, handle))
        lane = throttling.lane_of(runtime, work, handle, row, device, now)
        waits = row is None or work.replacements.of(row.id) is not None
        codes = [code for code in work.users.invitations() if row is not None and code.account == row.id]
    known = not (lane.stranger or lane.held or waits or len(codes) >= MOST_CODES)
    if row is None or not known or row.state != ACTIVE:
        accounts.refuse(runtime, lane, now)
    with runtime.writing(None, now) as ctx:
        ctx.note("key", "begin new keys in a known browser", record=row.id)
        code = make_code(ctx, frozenset(), row.id)
    return accounts.begin_activation(runtime, code, now, language)


def waiting(ctx: Context) -> tuple[PendingKeys, ...]:
    """Every account whose new keys wait for administrators."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    names = names_of(ctx, ColleagueCard)
    return tuple(_line(ctx, pending, names) for pending in ctx.work.replacements.waiting())


def agree(ctx: Context, user: str, fingerprint: str) -> bool:
    """Certify new keys after the eight words were compared; True when that was the second of two and they count.

    `fingerprint` names the keys whose words were shown.
    """
    allow(ctx, Act.CERTIFY)
    row, pending = _certified(ctx, user), ctx.work.replacements.of(user)
    if pending is None or pending.fingerprint != fingerprint:
        raise NotFound
    if user == ctx.actor.user:
        raise RuleBroken(N_("Two others certify your new keys, not you."))
    first = _first(ctx, pending)
    if first is None:
        _begin(ctx, pending)
        return False
    if ctx.trust.certificate(first.issuer).user.hex() == ctx.actor.user:
        raise RuleBroken(N_("You agreed already. A second administrator compares the words too."))
    _finish(ctx, row, pending, first)
    return True


def withdraw(ctx: Context, user: str) -> None:
    """Throw new keys away that wait: the words differed, or nobody asked for them."""
    allow(ctx, Act.CERTIFY)
    if not ctx.work.replacements.remove(user):
        raise NotFound
    live_sessions.end_of(ctx, user)
    ctx.note("key", "delete new keys", record=user)


def for_me(ctx: Context) -> bool:
    """True when somebody made new keys for the actor's account that are not certified yet."""
    return ctx.work.replacements.of(ctx.actor.user) is not None


def agreed_for_me(ctx: Context) -> int | None:
    """How many of the two administrators certified the keys that the actor waits with; None for a newcomer."""
    pending = ctx.work.replacements.of(ctx.actor.user)
    if pending is None or pending.fingerprint != ctx.actor.fingerprint:
        return None
    return 0 if _first(ctx, pending) is None else 1


def _certified(ctx: Context, user: str) -> UserRow:
    row = ctx.work.users.by_id(user)
    if row is None or row.state == DISABLED or not ctx.trust.chain(bytes.fromhex(row.id)):
        raise NotFound
    if ctx.trust.chain(bytes.fromhex(row.id))[-1].fingerprint.hex() != row.fingerprint:
        raise RuleBroken(N_("The keys of this account belong to somebody else: the database was altered."))
    return row


def _next(ctx: Context, pending: ReplacementRow, issuer: bytes, day: int) -> Certificate:
    newest = ctx.trust.chain(bytes.fromhex(pending.user_id))[-1]
    pair = (pending.sign_public, pending.kem_public)
    return newest.followed_by(issuer=issuer, day=day, roles=newest.roles, keys=pair)


def _first(ctx: Context, pending: ReplacementRow) -> Certificate | None:
    """What the first administrator signed, if they still count and it says what it should."""
    if not pending.certificate:
        return None
    try:
        signed = Certificate.decode(pending.certificate)
        issuer = ctx.trust.check(signed.issuer, ctx.day_number)
    except CryptoError:
        return None
    holds = verify(issuer.sign_public, pending.certificate, pending.signature)
    same = signed == _next(ctx, pending, signed.issuer, signed.day)
    return signed if holds and same and ADMINISTRATOR in issuer.roles else None


def _begin(ctx: Context, pending: ReplacementRow) -> None:
    certificate = _next(ctx, pending, ctx.keys.fingerprint, ctx.day_number)
    if certificate.fingerprint.hex() != pending.fingerprint:
        raise RuleBroken(ALTERED)
    signature = certificate.sign(ctx.keys.sign_seed)
    ctx.work.replacements.put(replace(pending, certificate=certificate.encode(), signature=signature))
    reach("replace.first")
    ctx.note("key", "certify new keys, first of two", record=pending.user_id)


def _finish(ctx: Context, row: UserRow, pending: ReplacementRow, first: Certificate) -> None:
    _certify(ctx, pending, first)
    reach("replace.certified")
    revoke(ctx, row.fingerprint)
    reach("replace.revoked")
    ctx.work.users.exchange(pending.account)
    ctx.work.replacements.forget_sealed(row.id)
    ctx.work.replacements.remove(row.id)
    reach("replace.exchanged")
    retrust(ctx)
    if ctx.trust.chain(bytes.fromhex(row.id))[-1] != first:
        raise RuleBroken(ALTERED)
    key_rotation.renew_offices(ctx)
    reach("replace.renewed")
    admit(ctx, pending.fingerprint, first.roles, parts_before(ctx, row.id, first.roles))
    reach("replace.admitted")
    live_sessions.end_of(ctx, row.id)
    ctx.note("key", "certify new keys, second of two", record=row.id)


def _certify(ctx: Context, pending: ReplacementRow, first: Certificate) -> None:
    endorsement = Endorsement(org=ctx.runtime.org, certificate=first.hash(), issuer=ctx.keys.fingerprint)
    ctx.work.replacements.add_certificate(
        LaterCertificateRow(
            user_id=pending.user_id,
            serial=first.serial,
            fingerprint=pending.fingerprint,
            body=pending.certificate,
            signature=pending.signature,
            issuer=first.issuer.hex(),
            endorsement=endorsement.encode(),
            endorsement_signature=endorsement.sign(ctx.keys.sign_seed),
        )
    )
    ctx.entering.marks += [endorsement.hash(), *first.marks]  # it counts only behind the endorsement


def _line(ctx: Context, pending: ReplacementRow, names: dict[str, str]) -> PendingKeys:
    user_row = ctx.work.users.by_id(pending.user_id)
    chain: Sequence[Certificate] = ctx.trust.chain(bytes.fromhex(pending.user_id))
    first = _first(ctx, pending) if chain else None
    by = ctx.trust.certificate(first.issuer).user.hex() if first else ""
    return PendingKeys(
        user=pending.user_id,
        name=names.get(pending.user_id, ""),
        roles=chain[-1].roles if chain else frozenset(),
        day=pending.day,
        fingerprint=pending.fingerprint,
        old_words=words_of(user_row.fingerprint) if user_row else (),
        new_words=words_of(pending.fingerprint),
        first=names.get(by, "") if by else "",
        signed=first is not None,
        may_agree=ctx.actor.user not in (pending.user_id, by),
    )
