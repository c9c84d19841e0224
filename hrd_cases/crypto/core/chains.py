"""Whether a compartment's headers follow one another and were signed by those who may, and when a new key is due."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

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

Entered = Callable[[Header], int | None]  # a header's position in the log, None when the log has another in its place
_FOUNDING_ROLE = {"trends": COORDINATOR, "log": AUDITOR}


@dataclass(frozen=True, kw_only=True)
class VerifiedChain:
    """Headers of one compartment, oldest first, every rule about signing checked."""

    headers: tuple[Header, ...]
    kind: str
    positions: tuple[int, ...] = ()  # in the log, of each header; none when they were verified without a log

    def as_of(self, position: int | None) -> Header | None:
        """The newest header entered before this position of the log; without a log the newest."""
        if position is None or not self.positions:
            return self.newest
        before = (header for header, at in zip(self.headers, self.positions, strict=True) if at < position)
        return max(before, key=lambda header: header.serial, default=None)

    @property
    def newest(self) -> Header:
        """The header that counts now."""
        return self.headers[-1]

    @property
    def named(self) -> frozenset[bytes]:
        """The fingerprints of all users ever named."""
        return frozenset(m.id for header in self.headers for m in header.members if m.kind == USER)

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
    core: VerifiedChain | None
    linked: Mapping[bytes, VerifiedChain]

    def stood(self, signer: bytes, at: int | None) -> bool:
        """Whether the signer's keys counted at this position; without a log nobody can tell."""
        return signer == RECOVERY or at is None or self.trust.stood_at(signer, at)

    def roles(self, signer: bytes, at: int | None) -> frozenset[str]:
        """The signer's roles at this position; without a log all they ever had."""
        return self.trust.roles_ever(signer) if at is None else self.trust.roles_at(signer, at)

    def in_core(self, signer: bytes, at: int | None) -> bool:
        """Whether the first compartment named the signer at this position; without a log whether it ever did."""
        if self.core is None:
            return False
        core = self.core.as_of(at)
        return signer in self.core.named if at is None else core is not None and core.names(signer)


def verify_chain(
    chain: Sequence[SignedHeader],
    trust: Trust,
    *,
    vault: bytes,
    compartment: str,
    day: int,
    core: VerifiedChain | None = None,
    linked: Mapping[bytes, VerifiedChain] | None = None,
    entered: Entered | None = None,
) -> VerifiedChain:
    """Check all headers of a compartment, oldest first; NotSigned when any rule fails.

    `core`: the vault's verified first compartment, needed for compartments founded by others.
    `linked`: for a person vault, `vault_member_id` of a linked case compartment -> its verified chain.
    `entered`: the position of a header in the log, if it is the first to follow its previous one there. Each header is
    then judged by what stood at its own position; without it, as where the cards are, only by the order of the headers.
    `day`: no header counts before its own day.
    """
    rules = _Rules(trust=trust, core=core, linked=linked or {})
    if not chain:
        raise NotSigned
    headers = _signed_headers(chain, trust, vault, compartment)
    positions = _positions(headers, entered)
    first, at = headers[0], positions[0] if positions else None
    if not (_first_stands(first) and _first_signer_may(first, chain[0].signer_fp, rules, at)):
        raise NotSigned
    _check_order(headers, chain, positions, first.kind, rules)
    _check_days(headers, day)
    return VerifiedChain(headers=headers, kind=first.kind, positions=positions)


def verify_following(
    verified_chain: VerifiedChain,
    chain: Sequence[SignedHeader],
    trust: Trust,
    *,
    day: int,
    entered: Entered | None = None,
) -> VerifiedChain:
    """Check the headers that follow those verified before with the same trust; NotSigned when any rule fails.

    `chain` begins with the newest header of `verified_chain`. Not for person vaults: who may sign there follows from
    others.
    """
    if not chain or digest(chain[0].header_bytes) != verified_chain.newest.hash():
        raise NotSigned
    first, newest = verified_chain.headers[0], verified_chain.newest
    added = _signed_headers(chain[1:], trust, first.vault, first.compartment)
    positions = _positions((newest, *added), entered)
    rules = _Rules(trust=trust, core=None, linked={})
    _check_order((newest, *added), chain, positions, verified_chain.kind, rules)
    _check_days(added, day)
    return VerifiedChain(
        headers=(*verified_chain.headers, *added),
        kind=verified_chain.kind,
        positions=(*verified_chain.positions, *positions[1:]),
    )


def _positions(headers: Sequence[Header], entered: Entered | None) -> tuple[int, ...]:
    """Where the log has the headers, each behind the one before; empty without a log."""
    if entered is None:
        return ()
    places = [entered(header) for header in headers]
    positions = tuple(place for place in places if place is not None)
    if len(positions) < len(places) or any(before >= after for before, after in pairwise(positions)):
        raise NotSigned
    return positions


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


def _check_order(
    headers: Sequence[Header], chain: Sequence[SignedHeader], positions: Sequence[int], kind: str, rules: _Rules
) -> None:
    places: Sequence[int | None] = positions or [None] * len(headers)
    for before, after, signed, at in zip(headers, headers[1:], chain[1:], places[1:], strict=False):
        if not (_follows(before, after) and _next_signer_may(before, signed.signer_fp, kind, rules, at)):
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
    linked: Mapping[bytes, VerifiedChain] | None = None,
) -> Header:
    """Return the header that was signed beforehand to follow the newest one from a day on; NotSigned otherwise.

    It brings a new key, names nobody new and gives nobody more, counts on `day`, and its signer may sign it and is
    not revoked. `linked` are as in `verify_chain`, judged by their newest headers.
    """
    newest = verified_chain.newest
    (header,) = _signed_headers([signed], trust, newest.vault, newest.compartment)
    members, before = set(header.members), set(newest.members)
    rules = _Rules(trust=trust, core=None, linked=linked or {})
    stands = (
        _follows(newest, header)
        and header.epoch == newest.epoch + 1
        and 0 < header.not_before <= day
        and (members < before or (verified_chain.kind == "person" and members == before))
        and _next_signer_may(newest, signed.signer_fp, verified_chain.kind, rules, None)
        and signed.signer_fp != RECOVERY
        and not trust.is_revoked(signed.signer_fp, day)
    )
    if not stands:
        raise NotSigned
    return header


def _first_stands(first: Header) -> bool:
    numbers = (first.epoch, first.serial, first.previous)
    return (
        numbers == (FIRST_EPOCH, FIRST_SERIAL, NO_PREVIOUS)
        and first.compartment in COMPARTMENTS_OF_KIND.get(first.kind, ())
        and equal(first.vault, vault_id(first.org, first.kind, first.creator, first.nonce))
    )


def _first_signer_may(first: Header, signer: bytes, rules: _Rules, at: int | None) -> bool:
    if signer == RECOVERY:
        return True
    if not rules.stood(signer, at):
        return False
    if first.compartment == "privileged":
        return rules.in_core(signer, at) and LAWYER in rules.roles(signer, at)
    role = _FOUNDING_ROLE.get(first.kind)
    if role is not None and role not in rules.roles(signer, at):
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


def _next_signer_may(before: Header, signer: bytes, kind: str, rules: _Rules, at: int | None) -> bool:
    if not rules.stood(signer, at):
        return False
    if signer == RECOVERY or before.may(signer, GRANT):
        return True
    if kind != "person":
        return False
    linked = (rules.linked.get(m.ident) for m in before.members if m.kind == VAULT and GRANT in m.rights)
    headers = (chain.as_of(at) for chain in linked if chain is not None)
    return any(header is not None and header.may(signer, GRANT) for header in headers)


class RotationReason(StrEnum):
    """Why a compartment needs a new key before anything more is sealed to it."""

    NOT_IN_CORE = "not in core"
    REVOKED = "revoked"
    DAY_PASSED = "day passed"
    ROLE_GIVEN_UP = "role given up"
    LEFT = "left"


# Who no longer has the role for which a compartment is kept no longer belongs in it.
ROLE_FOR = {"privileged": LAWYER, "facts": COORDINATOR, "load": COORDINATOR, "details": AUDITOR}


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
        reasons |= _why_keys_do_not_count(trust, member.id, day, ROLE_FOR.get(compartment))
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
