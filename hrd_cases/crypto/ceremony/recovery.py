"""Emergency recovery: what a server asks of the custodians, and what they answer from a machine without a network.

The server sends headers, certificates and the wraps to the recovery key, nothing that it could open. The answer names
the person in new headers signed by the recovery key and wraps the same keys to theirs.
"""

from dataclasses import dataclass, field
from typing import Annotated

from hrd_cases.crypto.ceremony.custody_record import KeySignature
from hrd_cases.crypto.core.certificates import Certificate, Signed, Trust
from hrd_cases.crypto.core.chains import ROLE_FOR, VerifiedChain, verify_chain
from hrd_cases.crypto.core.codec import U8, U32, Data, Flag, Hash, Id, Kind, Name, Text, WireStatement
from hrd_cases.crypto.core.compartments import COMPARTMENTS_OF_KIND
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.errors import CryptoError, NotNamed, NotOpened, NotSigned, UnknownFormat
from hrd_cases.crypto.core.grants import accept, deliver
from hrd_cases.crypto.core.headers import (
    USER,
    Member,
    SignedHeader,
    read_rights,
    rights_bits,
    sign_header,
)
from hrd_cases.crypto.core.keys import RECOVERY, ROOT, CompartmentKey, Pins, RecoveryKeys
from hrd_cases.crypto.core.primitives import kem_public, signing_public
from hrd_cases.crypto.core.secrets import Secret

BY_PEOPLE, BY_ROOT = 1, 2


@dataclass(frozen=True, kw_only=True)
class CertifyRequest(WireStatement, label=b"hrd/v1/certify-request"):
    """A certificate that only the root can sign, and the pinned keys of the organisation."""

    pins: Pins
    certificate: Certificate

    def is_sound(self) -> bool:
        """The root itself issues it."""
        return self.certificate.issuer == ROOT

    def answer(self, root_seed: Secret) -> bytes:
        """Return the signed certificate; NotSigned when the seed is not this organisation's root."""
        if signing_public(root_seed) != self.pins.root_public:
            raise NotSigned
        signature = self.certificate.sign(root_seed)
        return _CertifyAnswer(certificate=self.certificate, signature=signature).encode()


@dataclass(frozen=True, kw_only=True)
class _CertifyAnswer(WireStatement, label=b"hrd/v1/certify-answer"):
    certificate: Certificate
    signature: Data


def read_certified(data: bytes, certificate: Certificate, pins: Pins) -> bytes:
    """Return the root's signature over exactly the certificate that was asked for; NotSigned otherwise."""
    answer = _CertifyAnswer.decode(data)
    if answer.certificate != certificate:
        raise NotSigned
    certificate.check_signature(pins.root_public, answer.signature)
    return answer.signature


_RIGHTS = Kind(write=rights_bits, read=read_rights, least=1, most=1)


@dataclass(frozen=True, kw_only=True)
class RecoveryPart(WireStatement, label=b"hrd/v1/recovery-part"):
    """One compartment: every header, the newest key's wrap to the recovery key, the rights that are asked for."""

    compartment: Name
    rights: Annotated[frozenset[str], _RIGHTS]
    chain: tuple[SignedHeader, ...]
    wrap: Data = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AskedVault(WireStatement, label=b"hrd/v1/recovery-vault"):
    """A case or an office whose keys are asked for; its first part is the one that everybody is in."""

    vault: Id
    kind: Name
    parts: tuple[RecoveryPart, ...]


@dataclass(frozen=True, kw_only=True)
class RecoveryRequest(WireStatement, label=b"hrd/v1/recovery-request"):
    """What the custodians are asked to open, for whom, and who vouches for it: two people logged in, or the root."""

    org: Id
    nonce: Id
    day: U32
    authority: U8
    reason: Text
    pins: Pins
    target: Certificate
    certify: Flag
    certificates: tuple[Signed, ...]
    revocations: tuple[Signed, ...]
    vaults: tuple[AskedVault, ...]
    card_set: Data = b""  # signed public record of the cards that count, empty while there are two whole cards

    def is_sound(self) -> bool:
        """An authority that is known, and a person of this organisation."""
        return self.authority in (BY_PEOPLE, BY_ROOT) and self.target.org == self.org


@dataclass(frozen=True, kw_only=True)
class SignedRequest(WireStatement, label=b"hrd/v1/recovery-request-file"):
    """A request as it is carried to the custodians, with the signatures of the people who ask."""

    request: RecoveryRequest
    signatures: tuple[KeySignature, ...]

    def asks_for(self, compartment: str) -> bool:
        """Whether this compartment of any vault is asked for."""
        return any(part.compartment == compartment for vault in self.request.vaults for part in vault.parts)


@dataclass(frozen=True, kw_only=True)
class RecoveredCompartment(WireStatement, label=b"hrd/v1/recovery-opened"):
    """One compartment in the answer: the header that names the person (the newest one as it was), and their wrap."""

    vault: Id
    header: SignedHeader
    wrap: Data = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RecoveryAnswerBody(WireStatement, label=b"hrd/v1/recovery-answer-body"):
    """What the custodians sign: for which request (its SHA-256), and what they opened.

    `certificate` is PAE(certificate, the root's signature), or empty.
    """

    org: Id
    request: Hash
    certificate: Data
    opened: tuple[RecoveredCompartment, ...]


@dataclass(frozen=True, kw_only=True)
class RecoveryAnswer(WireStatement, label=b"hrd/v1/recovery-answer"):
    """What the custodians send back, signed by the recovery key and, where the request says so, by the root."""

    body: RecoveryAnswerBody
    recovery_signature: Data
    root_signature: Data

    def check(self, pins: Pins, org: bytes, *, authority: int) -> None:
        """Raise NotSigned unless the pinned recovery key signed it and, for BY_ROOT, the pinned root too."""
        if self.body.org != org:
            raise NotSigned
        self.body.check_signature(pins.recovery_sign_public, self.recovery_signature)
        if authority == BY_ROOT:
            self.body.check_signature(pins.root_public, self.root_signature)


@dataclass(frozen=True, kw_only=True)
class Rewrapped:
    """The answer, and the vaults left out because their headers or wraps are not in order."""

    answer: RecoveryAnswer
    left_out: tuple[bytes, ...]


def rewrap(request: RecoveryRequest, recovery: RecoveryKeys, root_seed: Secret | None = None) -> Rewrapped:
    """Open what is asked for and wrap it to the person; only where the cards are, never on the server.

    NotOpened when the seed is of another organisation, NotSigned when the person's key is not certified as the request
    says, or the root is needed. The lawyers' part goes to lawyers alone, whoever wrote the request.
    """
    _check_seeds(request, recovery, root_seed)
    signature = request.target.sign(root_seed) if request.certify and root_seed is not None else b""
    certificates = [*request.certificates]
    if signature:
        certificates.append(Signed(request.target.encode(), signature))
    trust = Trust(request.org, request.pins, certificates, request.revocations)
    if trust.check(request.target.fingerprint, request.day) != request.target:
        raise NotSigned  # of another user or, as custodians read them, with other roles
    opened: list[RecoveredCompartment] = []
    left_out = []
    for requested_vault in request.vaults:
        try:
            opened += _open_vault(requested_vault, request, trust, recovery)
        except CryptoError:
            left_out.append(requested_vault.vault)
    certified = pae(request.target.encode(), signature) if signature else b""
    body = RecoveryAnswerBody(org=request.org, request=request.hash(), certificate=certified, opened=tuple(opened))
    answer = RecoveryAnswer(
        body=body,
        recovery_signature=body.sign(recovery.sign_seed),
        root_signature=body.sign(root_seed) if root_seed is not None else b"",
    )
    return Rewrapped(answer=answer, left_out=tuple(left_out))


def _check_seeds(request: RecoveryRequest, recovery: RecoveryKeys, root_seed: Secret | None) -> None:
    pins = request.pins
    if (kem_public(recovery.kem_seed), signing_public(recovery.sign_seed)) != (
        pins.recovery_kem_public,
        pins.recovery_sign_public,
    ):
        raise NotOpened
    if root_seed is not None and signing_public(root_seed) != pins.root_public:
        raise NotOpened
    if root_seed is None and (request.certify or request.authority == BY_ROOT):
        raise NotSigned


def _open_vault(
    requested_vault: AskedVault, request: RecoveryRequest, trust: Trust, recovery: RecoveryKeys
) -> list[RecoveredCompartment]:
    base = COMPARTMENTS_OF_KIND[requested_vault.kind][0] if requested_vault.kind in COMPARTMENTS_OF_KIND else ""
    if requested_vault.kind == "person" or not requested_vault.parts or requested_vault.parts[0].compartment != base:
        raise UnknownFormat  # people are opened through their cases
    core: VerifiedChain | None = None
    opened = []
    for part in requested_vault.parts:
        if part.compartment in ROLE_FOR and ROLE_FOR[part.compartment] not in request.target.roles:
            raise NotSigned
        chain = verify_chain(
            part.chain,
            trust,
            vault=requested_vault.vault,
            compartment=part.compartment,
            day=request.day,
            core=core,  # there is no log here: positions are what the server judges by when it takes this in
        )
        if part.compartment == base:
            core = chain
        opened.append(_open_part(requested_vault, part, chain, request.target, recovery))
    return opened


def _open_part(
    requested_vault: AskedVault, part: RecoveryPart, chain: VerifiedChain, target: Certificate, recovery: RecoveryKeys
) -> RecoveredCompartment:
    key, newest = _unwrapped(part, chain, recovery), chain.newest
    before = next((member for member in newest.members if member.ident == target.fingerprint), None)
    rights = part.rights | (before.rights if before else frozenset())
    if before is not None and before.rights == rights and not before.last_day:
        signed, header = part.chain[-1], newest
    else:
        others = [member for member in newest.members if member.ident != target.fingerprint]
        header = newest.follow([*others, Member(kind=USER, id=target.fingerprint, rights=rights)])
        signed = sign_header(header, recovery)
    wrap = deliver(key, header, target.kem_public, target.fingerprint)
    return RecoveredCompartment(vault=requested_vault.vault, header=signed, wrap=wrap)


def _unwrapped(part: RecoveryPart, chain: VerifiedChain, recovery: RecoveryKeys) -> CompartmentKey:
    """The newest epoch's key: its wrap is bound to one header of that epoch."""
    for header in reversed(chain.headers):
        if header.epoch == chain.newest.epoch:
            try:
                return accept(recovery.kem_seed, part.wrap, header, RECOVERY)
            except (NotOpened, NotNamed):
                continue
    raise NotOpened
