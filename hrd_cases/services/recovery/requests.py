"""What the server asks of the custodians: which keys, for whom, and who vouches for it. None of it is opened here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.crypto.ceremony.custody_record import KeySignature
from hrd_cases.crypto.ceremony.recovery import (
    BY_PEOPLE,
    BY_ROOT,
    AskedVault,
    RecoveryPart,
    RecoveryRequest,
    SignedRequest,
)
from hrd_cases.crypto.core.certificates import Certificate, Signed
from hrd_cases.crypto.core.codec import WireStatement
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import ROOT
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.facts import ACTIVE, DISABLED, WAITING
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR, AUDITOR, COORDINATOR, LAWYER, ROLES
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vaults import ALL_RIGHTS, CASE_VAULT, KINDS, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.keys.vault_membership import Roster, roster_if_verified
from hrd_cases.services.signin.accounts import actor_of
from hrd_cases.services.team.admitting import parts_before, rights_in
from hrd_cases.store.certificates import signed_certificates
from hrd_cases.store.keys import RECOVERY as RECOVERY_ROW
from hrd_cases.store.users import UserRow

PENDING = "recovery/"  # settings: "recovery/<hash of the request>" -> "people|root day account fingerprint"
LONGEST_REASON = 500
Given = Mapping[str, frozenset[str]]  # rights by compartment


@dataclass(frozen=True, kw_only=True)
class RequestedKeys:
    """Whose keys are to open what: an account, the cases (ids) or the account whose cases, roles the root certifies."""

    account: str
    cases: tuple[CaseId, ...] = ()
    of: str = ""
    certify: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestFile:
    """The file for the custodians; `cases` asked for, and the ids of those whose headers or wraps are not in order."""

    data: bytes
    fingerprint: str
    by_root: bool
    cases: int
    left_out: tuple[str, ...]


def ask(ctx: Context, requested: RequestedKeys, second: Session | None) -> RequestFile:
    """Write the request and remember it; the act of an administrator and a second person who logged in too.

    With nobody logged in (`ctx.session` None) the answer counts only when the root signed it as well.
    """
    row = _account(ctx, requested.account)
    if not requested.reason.strip() or len(requested.reason) > LONGEST_REASON:
        raise RuleBroken(NO_REASON, values={"most": LONGEST_REASON})
    if ctx.session is not None:
        allow(ctx, Act.RECOVER)
        _two_people(ctx, second)
    target, certify = _target(ctx, row, requested.certify)
    by_root = certify or ctx.session is None
    vaults, left_out = _vaults(ctx, target, requested)
    request = RecoveryRequest(
        org=ctx.runtime.org,
        nonce=random(16),
        day=ctx.day_number,
        authority=BY_ROOT if by_root else BY_PEOPLE,
        reason=requested.reason.strip(),
        pins=ctx.runtime.pins,
        target=target,
        certify=certify,
        certificates=tuple(signed_certificates(ctx.work)),
        revocations=tuple(Signed(revocation.body, revocation.signature) for revocation in ctx.work.keys.revocations()),
        vaults=vaults,
        card_set=bytes.fromhex(ctx.runtime.organisation.card_set),
    )
    authority = "root" if by_root else "people"
    pending = f"{authority} {ctx.day_number} {row.id} {target.fingerprint.hex()}"
    ctx.work.settings.put(PENDING + request.hash().hex(), pending)
    _note(ctx, request, second)
    return RequestFile(
        data=SignedRequest(request=request, signatures=signatures_of(request, ctx.session, second)).encode(),
        fingerprint=target.fingerprint.hex(),
        by_root=by_root,
        cases=sum(vault.kind == CASE_VAULT for vault in vaults),
        left_out=tuple(left_out),
    )


def signatures_of(statement: WireStatement, *sessions: Session | None) -> tuple[KeySignature, ...]:
    """The signatures of the people who are logged in."""
    keys = [session.bundle.user_keys for session in sessions if session is not None and session.bundle is not None]
    return tuple(KeySignature(key.fingerprint, statement.sign(key.sign_seed)) for key in keys)


def _note(ctx: Context, request: RecoveryRequest, second: Session | None) -> None:
    details = {
        "to": request.target.fingerprint.hex(),
        "second": second.actor.user if second else "",
        "by": "two people" if request.authority == BY_PEOPLE else "the root",
        "reason": request.reason,
        "request": request.hash().hex(),
    }
    ctx.asked = True
    ctx.note("key", "ask the custodians", **details)
    for vault in request.vaults:
        if vault.kind == CASE_VAULT:  # its own people see that its keys were asked for
            ctx.note("key", "ask the custodians", vault=vault.vault.hex(), **details)


def _account(ctx: Context, account: str) -> UserRow:
    row = ctx.work.users.by_id(account)
    if row is None or row.state == DISABLED:
        raise RuleBroken(NO_ACCOUNT)
    return row


def _two_people(ctx: Context, second: Session | None) -> None:
    """Another administrator or, where there is none, anybody else who is admitted."""
    if second is None or second.actor.user == ctx.actor.user:
        raise RuleBroken(TWO_PEOPLE)
    if ADMINISTRATOR in second.actor.roles and second.actor.state == ACTIVE:
        return
    if second.actor.state != ACTIVE or any(_administrator(ctx, row) for row in ctx.work.users.all()):
        raise RuleBroken(SECOND_ADMINISTRATOR)


def _administrator(ctx: Context, row: UserRow) -> bool:
    """True for an administrator other than the one who acts, who is not away."""
    actor = actor_of(ctx, row)
    return row.id != ctx.actor.user and actor.state == ACTIVE and ADMINISTRATOR in actor.roles


def _target(ctx: Context, row: UserRow, roles: frozenset[str]) -> tuple[Certificate, bool]:
    """The certificate that the keys are for, and whether the root is still to sign it."""
    if not roles:
        try:
            certificate = ctx.trust.check(bytes.fromhex(row.fingerprint), ctx.day_number)
        except CryptoError:
            raise RuleBroken(NOT_CERTIFIED) from None
        if certificate.user.hex() != row.id:
            raise RuleBroken(NOT_CERTIFIED)
        return certificate, False
    if not roles <= set(ROLES):
        raise RuleBroken(UNKNOWN_ROLE, values={"roles": ", ".join(ROLES)})
    return _for_the_root(ctx, row, roles), True


def _for_the_root(ctx: Context, row: UserRow, roles: frozenset[str]) -> Certificate:
    """The first certificate of a newcomer or, for new keys that wait, the next one of the account."""
    pending, chain = ctx.work.replacements.of(row.id), ctx.trust.chain(bytes.fromhex(row.id))
    if pending is not None and chain:
        pair = (pending.sign_public, pending.kem_public)
        return chain[-1].followed_by(issuer=ROOT, day=ctx.day_number, roles=roles, keys=pair)
    if row.state != WAITING or chain:
        raise RuleBroken(CERTIFIED_ALREADY)
    return Certificate(
        org=ctx.runtime.org,
        user=bytes.fromhex(row.id),
        sign_public=row.sign_public,
        kem_public=row.kem_public,
        roles=roles,
        issuer=ROOT,
    )


def _vaults(ctx: Context, target: Certificate, requested: RequestedKeys) -> tuple[tuple[AskedVault, ...], list[str]]:
    """The directory, the offices of the roles, and the cases."""
    organisation = ctx.runtime.organisation
    parts = parts_before(ctx, target.user.hex(), target.roles)
    requests: dict[str, Given | frozenset[str]] = {organisation.directory: rights_in(parts, target.roles)}
    if COORDINATOR in target.roles:
        requests[organisation.trends] = ALL_RIGHTS
    if AUDITOR in target.roles:
        requests[organisation.log] = ALL_RIGHTS
    requests |= _cases(ctx, requested)
    vaults, left_out = [], []
    for vault, values in requests.items():
        requested_vault = _vault(ctx, vault, values, target)
        if requested_vault is None:
            left_out.append(vault)
        else:
            vaults.append(requested_vault)
    return tuple(vaults), left_out


def _cases(ctx: Context, requested: RequestedKeys) -> dict[str, Given | frozenset[str]]:
    requests: dict[str, Given | frozenset[str]] = {}
    for case in requested.cases:
        vault_row = ctx.work.keys.vault(case)
        if vault_row is None or vault_row.kind != CASE_VAULT:
            raise RuleBroken(NO_CASE, values={"case": case})
        requests[case] = ALL_RIGHTS
    for fingerprint in _fingerprints(ctx, requested):
        holdings = ctx.work.keys.rights_of(fingerprint, CASE_VAULT, 0)
        requests |= {vault: values for vault, values in holdings.items() if vault not in requests}
    return requests


def _fingerprints(ctx: Context, requested: RequestedKeys) -> Iterable[str]:
    """Every key that was ever certified for the account whose cases are asked for."""
    if not requested.of:
        return ()
    chain = ctx.trust.chain(bytes.fromhex(requested.of)) if ctx.work.users.by_id(requested.of) else ()
    if not chain:
        raise RuleBroken(NO_ACCOUNT)
    return dict.fromkeys(certificate.fingerprint.hex() for certificate in chain)


def _vault(ctx: Context, vault: str, values: Given | frozenset[str], target: Certificate) -> AskedVault | None:
    """A vault with every part that is asked for, the first one first; None when something of it is not in order."""
    roster = roster_if_verified(ctx, vault)
    if roster is None:
        return None
    wraps = {
        (row.compartment, row.epoch): row.wrap for row in ctx.work.keys.grants_of(vault) if row.member == RECOVERY_ROW
    }
    parts = []
    for compartment in _compartments(roster, values, target):
        wrap = wraps.get((compartment, roster.chains[compartment].newest.epoch))
        if wrap is None:
            return None
        chain = tuple(row.signed for row in ctx.work.keys.header_chain(vault, compartment))
        rights = values if isinstance(values, frozenset) else values[compartment]
        parts.append(RecoveryPart(compartment=compartment, rights=rights, chain=chain, wrap=wrap))
    return AskedVault(vault=bytes.fromhex(vault), kind=roster.kind, parts=tuple(parts)) if parts else None


def _compartments(roster: Roster, values: Given | frozenset[str], target: Certificate) -> Sequence[str]:
    return [
        name
        for name in KINDS[roster.kind].compartments
        if name in roster.chains
        and (isinstance(values, frozenset) or name in values)
        and (name != PRIVILEGED or LAWYER in target.roles)
    ]


NO_REASON = N_("Write the reason in at most %(most)s characters: the custodians read it, and the audit log records it.")
NO_ACCOUNT = N_("There is no such account, or it is disabled: see hrd-cases user list.")
TWO_PEOPLE = N_("Two people are needed: the second must log in with an account of their own.")
SECOND_ADMINISTRATOR = N_("The second person must be an administrator too, as long as there is another one.")
NOT_CERTIFIED = N_(
    "The key of this account is not certified: an administrator certifies it, or the root does (--certify ROLE)."
)
CERTIFIED_ALREADY = N_("This account was admitted already: leave out --certify.")
UNKNOWN_ROLE = N_("The roles are: %(roles)s.")
NO_CASE = N_("There is no case %(case)s.")
