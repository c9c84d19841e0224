"""What the custodians answered, checked and taken in: headers that name one more person, and keys wrapped to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from hrd_cases.crypto.ceremony.recovery import BY_PEOPLE, BY_ROOT, RecoveredCompartment, RecoveryAnswer
from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.encoding import unpae_exactly
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import Header, header_mark
from hrd_cases.crypto.core.keys import RECOVERY
from hrd_cases.crypto.core.primitives import verify
from hrd_cases.crypto.core.statements import FIRST
from hrd_cases.domain.access.facts import ACTIVE, WAITING
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.keys.vault_access import retrust
from hrd_cases.services.keys.vault_membership import Unverified, roster
from hrd_cases.services.recovery.requests import PENDING
from hrd_cases.services.signin import live_sessions
from hrd_cases.services.signin.organisation_setup import certificate_row
from hrd_cases.store.failpoints import reach
from hrd_cases.store.keys import GrantRow
from hrd_cases.store.replacements import LaterCertificateRow


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """For which account, how many cases, whether the root admitted them, and the cases whose headers changed since."""

    account: str
    cases: int
    certified: bool
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Pending:
    by_root: bool
    account: str
    fingerprint: bytes


def by_root(ctx: Context, data: bytes) -> bool:
    """Whether an answer stands by the root's signature alone, so that nobody has to log in for it."""
    return _pending(ctx, _decoded(data)).by_root


def take_in(ctx: Context, data: bytes) -> TakenIn:
    """Check everything, enter what is new, forget the request; RuleBroken for what was not asked for or signed."""
    answer = _decoded(data)
    pending = _pending(ctx, answer)
    if not pending.by_root:
        if ctx.session is None:
            raise NotFound
        allow(ctx, Act.RECOVER)
    try:
        answer.check(ctx.runtime.pins, ctx.runtime.org, authority=BY_ROOT if pending.by_root else BY_PEOPLE)
    except CryptoError:
        raise RuleBroken(NOT_SIGNED) from None
    certified = _certify(ctx, answer, pending)
    reach("recovery.after_certificate")
    target = _target(ctx, pending)
    cases, changed = 0, []
    for vault, opened in groupby(answer.body.opened, key=lambda opened_share: opened_share.vault):
        if _enter(ctx, vault.hex(), tuple(opened), target):
            cases += _is_case(ctx, vault.hex())
        else:
            changed.append(vault.hex())
    ctx.work.settings.remove(PENDING + answer.body.request.hex())
    live_sessions.end_of(ctx, pending.account)
    reach("recovery.before_log")
    ctx.asked = True
    ctx.note(
        "key",
        "import what the custodians opened",
        record=pending.account,
        cases=cases,
        changed=len(changed),
        to=pending.fingerprint.hex(),
        request=answer.body.request.hex(),
    )
    return TakenIn(account=pending.account, cases=cases, certified=certified, changed=tuple(changed))


def _decoded(data: bytes) -> RecoveryAnswer:
    try:
        return RecoveryAnswer.decode(data)
    except CryptoError:
        raise RuleBroken(NO_ANSWER) from None


def _pending(ctx: Context, answer: RecoveryAnswer) -> _Pending:
    values = ctx.work.settings.get(PENDING + answer.body.request.hex()).split()
    if len(values) != 4:
        raise RuleBroken(NOT_ASKED)
    return _Pending(by_root=values[0] != "people", account=values[2], fingerprint=bytes.fromhex(values[3]))


def _certify(ctx: Context, answer: RecoveryAnswer, pending: _Pending) -> bool:
    """Admit the account whose key the root certified."""
    if not answer.body.certificate:
        return False
    try:
        statement, signature = unpae_exactly(answer.body.certificate, 2)
        certificate = Certificate.decode(statement)
    except CryptoError:
        raise RuleBroken(NO_ANSWER) from None
    was_asked = (certificate.org, certificate.user.hex(), certificate.fingerprint) == (
        ctx.runtime.org,
        pending.account,
        pending.fingerprint,
    )
    if not was_asked or not verify(ctx.runtime.pins.root_public, statement, signature):
        raise RuleBroken(NOT_SIGNED)
    if certificate.serial == FIRST:
        _admit(ctx, certificate, signature)
    else:
        _exchange(ctx, certificate, signature)
    retrust(ctx)
    ctx.note("key", "certify by the root", record=pending.account, roles=sorted(certificate.roles))
    return True


def _admit(ctx: Context, certificate: Certificate, signature: bytes) -> None:
    """A newcomer counts from now on."""
    row = ctx.work.users.by_id(certificate.user.hex())
    if row is None or row.state != WAITING or row.fingerprint != certificate.fingerprint.hex():
        raise RuleBroken(NOT_WAITING)
    ctx.work.keys.add_certificate(certificate_row(certificate, signature))
    ctx.work.users.set_state(row.id, ACTIVE)
    ctx.work.settings.remove(f"asked/{row.id}")
    ctx.entering.marks += certificate.marks


def _exchange(ctx: Context, certificate: Certificate, signature: bytes) -> None:
    """New keys of an account count in the place of the old ones, which count no more since others follow them."""
    waiting = ctx.work.replacements.of(certificate.user.hex())
    chain = ctx.trust.chain(certificate.user)
    follows = bool(chain) and (certificate.serial, certificate.previous) == (chain[-1].serial + 1, chain[-1].hash())
    if waiting is None or not follows or waiting.fingerprint != certificate.fingerprint.hex():
        raise RuleBroken(NOT_WAITING)
    ctx.work.replacements.add_certificate(
        LaterCertificateRow(
            user_id=waiting.user_id,
            serial=certificate.serial,
            fingerprint=waiting.fingerprint,
            body=certificate.encode(),
            signature=signature,
            issuer=certificate.issuer.hex(),
        )
    )
    ctx.entering.marks += certificate.marks
    ctx.work.users.exchange(waiting.account)
    ctx.work.replacements.forget_sealed(waiting.user_id)
    ctx.work.replacements.remove(waiting.user_id)


def _target(ctx: Context, pending: _Pending) -> Certificate:
    try:
        return ctx.trust.check(pending.fingerprint, ctx.day_number)
    except CryptoError:
        raise RuleBroken(NOT_COUNTING) from None


def _enter(ctx: Context, vault: str, opened: Sequence[RecoveredCompartment], target: Certificate) -> bool:
    """Enter the headers and wraps of one vault, all or none; False when a header is no longer the newest one's next."""
    headers = [_header(opened_share) for opened_share in opened]
    if not all(
        _fits(ctx, vault, header, opened_share, target) for header, opened_share in zip(headers, opened, strict=True)
    ):
        return False
    for header, share in zip(headers, opened, strict=True):
        newest = ctx.work.keys.newest_header(vault, header.compartment)
        if newest is None or newest.hash != header.hash():
            ctx.work.keys.add_headers(share.header)
            ctx.entering.marks.append(header_mark(header))
            reach("recovery.after_header")
        ctx.work.keys.add_grants(
            GrantRow(
                vault_id=vault,
                compartment=header.compartment,
                epoch=header.epoch,
                member=target.fingerprint.hex(),
                wrap=share.wrap,
            )
        )
        reach("recovery.after_wrap")
    ctx.rosters.clear()
    ctx.opened.clear()
    try:
        membership = roster(ctx, vault)
    except Unverified:
        raise RuleBroken(NOT_SOUND) from None
    if membership is not None and membership.kind == CASE_VAULT:
        ctx.note("key", "import what the custodians opened", vault=vault, to=target.fingerprint.hex())
    return True


def _header(opened_share: RecoveredCompartment) -> Header:
    try:
        return Header.decode(opened_share.header.header_bytes)
    except CryptoError:
        raise RuleBroken(NO_ANSWER) from None


def _fits(ctx: Context, vault: str, header: Header, opened_share: RecoveredCompartment, target: Certificate) -> bool:
    """True for the newest header, or the next one by the recovery key that names the person and changes nothing."""
    row = ctx.work.keys.newest_header(vault, header.compartment)
    if (
        row is None
        or opened_share.vault.hex() != vault
        or header.vault != opened_share.vault
        or not header.names(target.fingerprint)
    ):
        return False
    if row.hash == header.hash():
        return True
    if header.previous != row.hash:
        return False
    before = Header.decode(row.body)
    others = [member for member in before.members if member.ident != target.fingerprint]
    expected = before.follow([*others, header.member(target.fingerprint)])
    if opened_share.header.signer_fp != RECOVERY or expected.encode() != header.encode():
        raise RuleBroken(NOT_SOUND)
    return True


def _is_case(ctx: Context, vault: str) -> bool:
    vault_row = ctx.work.keys.vault(vault)
    return vault_row is not None and vault_row.kind == CASE_VAULT


NO_ANSWER = N_("This is not an answer of the custodians, or it was changed on the way.")
NOT_ASKED = N_("This answers no request made here, or it was imported already. Ask again: hrd-cases recovery export.")
NOT_SIGNED = N_(
    "The answer is not signed by the keys pinned here: it is of another organisation, or somebody made it up."
)
NOT_WAITING = N_("The account that the root certified does not wait any more, or has other keys by now.")
NOT_COUNTING = N_("The key of this account is no longer valid: it was replaced or disabled.")
NOT_SOUND = N_("The answer changes more than was requested. Nothing was imported; keep the file and tell the auditor.")
