"""Whether a compartment's headers follow one another and were signed by those who may, and when a new key is due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hrd_cases.crypto.core.certificates import AUDITOR, COORDINATOR, LAWYER, Trust
from hrd_cases.crypto.core.compartments import COMPARTMENTS_OF_KIND
from hrd_cases.crypto.core.errors import CryptoError, NotSigned
from hrd_cases.crypto.core.headers import (
    FIRST_EPOCH,
    FIRST_SERIAL,
    GRANT,
    NO_PREVIOUS,
    USER,
    VAULT,
    Header,
    Member,
    SignedHeader,
    vault_id,
)
from hrd_cases.crypto.core.keys import RECOVERY
from hrd_cases.crypto.core.primitives import digest, equal, verify

_FOUNDING_ROLE = {"trends": COORDINATOR, "log": AUDITOR}


@dataclass(frozen=True, kw_only=True)
class VerifiedChain:
    """Headers of one compartment, oldest first, every rule about signing checked."""

    headers: tuple[Header, ...]
    kind: str

    @property
    def newest(self) -> Header:
        """The header that counts now."""
        return self.headers[-1]

    @property
    def named(self) -> frozenset[bytes]:
        """The fingerprints of all users ever named."""
        return frozenset(m.id for header in self.headers for m in header.members if m.kind == USER)

    @property
    def granters(self) -> frozenset[bytes]:
        """The fingerprints of all users ever named with the right to grant."""
        return frozenset(
            m.id for header in self.headers for m in header.members if m.kind == USER and GRANT in m.rights
        )

    def by_hash(self, header_hash: bytes) -> Header:
        """Return the header with this hash; NotSigned when the chain has none."""
        for header in self.headers:
            if equal(header.hash(), header_hash):
                return header
        raise NotSigned

    def at_epoch(self, epoch: int) -> Header:
        """Return the newest header of an epoch; NotSigned when the chain has none."""
        for header in reversed(self.headers):
            if header.epoch == epoch:
                return header
        raise NotSigned


@dataclass(frozen=True, kw_only=True)
class _Rules:
    trust: Trust
    core_members: Collection[bytes]
    granters: Mapping[bytes, Collection[bytes]]


def verify_chain(
    chain: Sequence[SignedHeader],
    trust: Trust,
    *,
    vault: bytes,
    compartment: str,
    day: int,
    core_members: Collection[bytes] = (),
    granters: Mapping[bytes, Collection[bytes]] | None = None,
    logged: Collection[bytes] = (),
) -> VerifiedChain:
    """Check all headers of a compartment, oldest first; NotSigned when any rule fails.

    `core_members`: `named` of the vault's verified first compartment, needed for compartments founded by others.
    `granters`: for a person vault, `vault_member_id` of a linked case compartment -> `granters` of its chain.
    `logged`: hashes of headers found in the log; a newest header by a signer revoked on `day` counts only if here.
    `day`: no header counts before its own day.
    """
    rules = _Rules(trust=trust, core_members=core_members, granters=granters or {})
    if not chain:
        raise NotSigned
    headers = _signed_headers(chain, trust, vault, compartment)
    first = headers[0]
    if not (_first_stands(first) and _first_signer_may(first, chain[0].signer_fp, rules)):
        raise NotSigned
    _check_order(headers, chain, first.kind, rules)
    _check_days(headers, day)
    _check_newest(chain[-1], trust, day, logged)
    return VerifiedChain(headers=headers, kind=first.kind)


def verify_following(
    verified_chain: VerifiedChain,
    chain: Sequence[SignedHeader],
    trust: Trust,
    *,
    day: int,
    logged: Collection[bytes] = (),
) -> VerifiedChain:
    """Check the headers that follow those verified before with the same trust; NotSigned when any rule fails.

    `chain` begins with the newest header of `verified_chain`. Not for person vaults: who may sign there follows from
    others.
    """
    if not chain or digest(chain[0].header_bytes) != verified_chain.newest.hash():
        raise NotSigned
    first = verified_chain.headers[0]
    added = _signed_headers(chain[1:], trust, first.vault, first.compartment)
    _check_order(
        (verified_chain.newest, *added), chain, verified_chain.kind, _Rules(trust=trust, core_members=(), granters={})
    )
    _check_days(added, day)
    _check_newest(chain[-1], trust, day, logged)
    return VerifiedChain(headers=(*verified_chain.headers, *added), kind=verified_chain.kind)


def _signed_headers(chain: Sequence[SignedHeader], trust: Trust, vault: bytes, compartment: str) -> tuple[Header, ...]:
    try:
        headers = tuple(Header.decode(signed.header_bytes) for signed in chain)
    except CryptoError:
        raise NotSigned from None
    for header, signed in zip(headers, chain, strict=True):
        if (header.org, header.vault, header.compartment) != (trust.org, vault, compartment):
            raise NotSigned
        if not verify(trust.signing_key(signed.signer_fp), signed.header_bytes, signed.signature):
            raise NotSigned
    return headers


def _check_order(headers: Sequence[Header], chain: Sequence[SignedHeader], kind: str, rules: _Rules) -> None:
    for before, after, signed in zip(headers, headers[1:], chain[1:], strict=False):
        if not (_follows(before, after) and _next_signer_may(before, signed.signer_fp, kind, rules)):
            raise NotSigned


def _check_days(headers: Sequence[Header], day: int) -> None:
    if any(header.not_before > day for header in headers):
        raise NotSigned


def check_successor(
    verified_chain: VerifiedChain,
    signed: SignedHeader,
    trust: Trust,
    *,
    day: int,
    granters: Mapping[bytes, Collection[bytes]] | None = None,
) -> Header:
    """Return the header that was signed beforehand to follow the newest one from a day on; NotSigned otherwise.

    It brings a new key, names nobody new and gives nobody more, counts on `day`, and its signer may sign it and is
    not revoked. `granters` are as in `verify_chain`.
    """
    newest = verified_chain.newest
    (header,) = _signed_headers([signed], trust, newest.vault, newest.compartment)
    members, before = set(header.members), set(newest.members)
    rules = _Rules(trust=trust, core_members=(), granters=granters or {})
    stands = (
        _follows(newest, header)
        and header.epoch == newest.epoch + 1
        and 0 < header.not_before <= day
        and (members < before or (verified_chain.kind == "person" and members == before))
        and _next_signer_may(newest, signed.signer_fp, verified_chain.kind, rules)
        and signed.signer_fp != RECOVERY
        and not trust.is_revoked(signed.signer_fp, day)
    )
    if not stands:
        raise NotSigned
    return header


def _check_newest(newest: SignedHeader, trust: Trust, day: int, logged: Collection[bytes]) -> None:
    if trust.is_revoked(newest.signer_fp, day) and digest(newest.header_bytes) not in logged:
        raise NotSigned


def _first_stands(first: Header) -> bool:
    numbers = (first.epoch, first.serial, first.previous)
    return (
        numbers == (FIRST_EPOCH, FIRST_SERIAL, NO_PREVIOUS)
        and first.compartment in COMPARTMENTS_OF_KIND.get(first.kind, ())
        and equal(first.vault, vault_id(first.org, first.kind, first.creator, first.nonce))
    )


def _first_signer_may(first: Header, signer: bytes, rules: _Rules) -> bool:
    if signer == RECOVERY:
        return True
    if first.compartment == "privileged":
        return signer in rules.core_members and LAWYER in rules.trust.roles_ever(signer)
    role = _FOUNDING_ROLE.get(first.kind)
    if role is not None and role not in rules.trust.roles_ever(signer):
        return False
    return signer == first.creator


def _follows(before: Header, after: Header) -> bool:
    if (after.previous, after.serial) != (before.hash(), before.serial + 1):
        return False
    if (after.kind, after.creator, after.nonce) != ("", b"", b""):
        return False
    same_key = (after.public == before.public, after.commitment == before.commitment)
    if after.epoch == before.epoch:
        return same_key == (True, True)
    return after.epoch == before.epoch + 1 and same_key == (False, False)


def _next_signer_may(before: Header, signer: bytes, kind: str, rules: _Rules) -> bool:
    if signer == RECOVERY or before.may(signer, GRANT):
        return True
    if kind != "person":
        return False
    linked = (m for m in before.members if m.kind == VAULT and GRANT in m.rights)
    return any(signer in rules.granters.get(member.ident, ()) for member in linked)


class RotationReason(StrEnum):
    """Why a compartment needs a new key before anything more is sealed to it."""

    NOT_IN_CORE = "not in core"
    REVOKED = "revoked"
    DAY_PASSED = "day passed"
    ROLE_GIVEN_UP = "role given up"
    LEFT = "left"


# Who no longer has the role for which a compartment is kept no longer belongs in it.
_ROLE_FOR = {"privileged": LAWYER, "facts": COORDINATOR, "load": COORDINATOR, "details": AUDITOR}


def why_out(
    member: Member,
    compartment: str,
    trust: Trust,
    day: int,
    *,
    core: Header | None = None,
    left: Collection[bytes] = (),
) -> frozenset[RotationReason]:
    """Return why a member no longer belongs in a compartment; empty means that they stay.

    `core` is the newest header of the vault's first compartment, None when `compartment` is that one; `left` are the
    fingerprints of those who gave the compartment up in its present epoch.
    """
    reasons = set()
    if core is not None and not any((item.kind, item.id) == (member.kind, member.id) for item in core.members):
        reasons.add(RotationReason.NOT_IN_CORE)
    if member.last_day and member.last_day < day:
        reasons.add(RotationReason.DAY_PASSED)
    if member.kind == USER:
        reasons |= _why_keys_do_not_count(trust, member.id, day, _ROLE_FOR.get(compartment))
        if member.id in left:
            reasons.add(RotationReason.LEFT)
    return frozenset(reasons)


def due(
    header: Header, trust: Trust, day: int, *, core: Header | None = None, left: Collection[bytes] = ()
) -> frozenset[RotationReason]:
    """Return why the compartment of this newest header is due on `day`; empty means that it may be sealed to.

    `core` and `left` are as in `why_out`.
    """
    result = (why_out(member, header.compartment, trust, day, core=core, left=left) for member in header.members)
    return frozenset().union(*result)


def _why_keys_do_not_count(trust: Trust, fingerprint: bytes, day: int, role: str | None) -> set[RotationReason]:
    try:
        certificate = trust.check(fingerprint, day)
    except NotSigned:
        return {RotationReason.REVOKED}
    return {RotationReason.ROLE_GIVEN_UP} if role is not None and role not in certificate.roles else set()
