"""Emergency recovery: what a server asks of the custodians, and what they answer from a machine without a network.

The server sends headers, certificates and the wraps to the recovery key, nothing that it could open. The answer names
the person in new headers signed by the recovery key and wraps the same keys to theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hrd_cases.crypto.core.certificates import Certificate, Signed, Trust, issue
from hrd_cases.crypto.core.chains import VerifiedChain, verify_chain
from hrd_cases.crypto.core.compartments import COMPARTMENTS_OF_KIND
from hrd_cases.crypto.core.encoding import pae, read_number, read_text, u8, u32, unpae, unpae_exactly
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
from hrd_cases.crypto.core.primitives import digest, kem_public, sign, signing_public, verify
from hrd_cases.crypto.core.secrets import Secret

_CERTIFY, _CERTIFIED = b"hrd/v1/certify-request", b"hrd/v1/certify-answer"
_REQUEST, _VAULT, _PART = b"hrd/v1/recovery-request", b"hrd/v1/recovery-vault", b"hrd/v1/recovery-part"
_ANSWER, _BODY, _OPENED = b"hrd/v1/recovery-answer", b"hrd/v1/recovery-answer-body", b"hrd/v1/recovery-opened"
BY_PEOPLE, BY_ROOT = 1, 2


@dataclass(frozen=True, kw_only=True)
class CertifyRequest:
    """A certificate that only the root can sign, and the pinned keys of the organisation."""

    pins: Pins
    certificate: Certificate

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        return pae(_CERTIFY, self.pins.encode(), self.certificate.encode())

    @classmethod
    def decode(cls, data: bytes) -> "CertifyRequest":
        """Undo `encode`; UnknownFormat otherwise."""
        label, pins, certificate = unpae_exactly(data, 3)
        if label != _CERTIFY:
            raise UnknownFormat
        certify_request = cls(pins=Pins.decode(pins), certificate=Certificate.decode(certificate))
        if certify_request.certificate.issuer != ROOT:
            raise UnknownFormat
        return certify_request

    def answer(self, root_seed: Secret) -> bytes:
        """Return the signed certificate; NotSigned when the seed is not this organisation's root."""
        if signing_public(root_seed) != self.pins.root_public:
            raise NotSigned
        return pae(_CERTIFIED, self.certificate.encode(), issue(self.certificate, root_seed))


def read_certified(data: bytes, certificate: Certificate, pins: Pins) -> bytes:
    """Return the root's signature over exactly the certificate that was asked for; NotSigned otherwise."""
    label, statement, signature = unpae_exactly(data, 3)
    if label != _CERTIFIED:
        raise UnknownFormat
    if statement != certificate.encode() or not verify(pins.root_public, statement, signature):
        raise NotSigned
    return signature


@dataclass(frozen=True, kw_only=True)
class RecoveryPart:
    """One compartment: every header, the newest key's wrap to the recovery key, the rights that are asked for."""

    compartment: str
    rights: frozenset[str]
    chain: tuple[SignedHeader, ...]
    wrap: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        chain = pae(*(pae(*signed) for signed in self.chain))
        return pae(_PART, self.compartment.encode(), rights_bits(self.rights), chain, self.wrap)

    @classmethod
    def decode(cls, data: bytes) -> "RecoveryPart":
        """Undo `encode`; UnknownFormat otherwise."""
        label, compartment, bits, chain, wrap = unpae_exactly(data, 5)
        if label != _PART:
            raise UnknownFormat
        signed = tuple(SignedHeader(*unpae_exactly(data, 3)) for data in unpae(chain))
        return cls(compartment=read_text(compartment), rights=read_rights(bits), chain=signed, wrap=wrap)


@dataclass(frozen=True, kw_only=True)
class AskedVault:
    """A case or an office whose keys are asked for; its first part is the one that everybody is in."""

    vault: bytes
    kind: str
    parts: tuple[RecoveryPart, ...]

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return pae(_VAULT, self.vault, self.kind.encode(), pae(*(part.encode() for part in self.parts)))

    @classmethod
    def decode(cls, data: bytes) -> "AskedVault":
        """Undo `encode`; UnknownFormat otherwise."""
        label, vault, kind, parts = unpae_exactly(data, 4)
        if label != _VAULT:
            raise UnknownFormat
        return cls(vault=vault, kind=read_text(kind), parts=tuple(RecoveryPart.decode(data) for data in unpae(parts)))


@dataclass(frozen=True, kw_only=True)
class RecoveryRequest:
    """What the custodians are asked to open, for whom, and who vouches for it: two people logged in, or the root."""

    org: bytes
    nonce: bytes
    day: int
    authority: int
    reason: str
    pins: Pins
    target: Certificate
    certify: bool
    certificates: tuple[Signed, ...]
    revocations: tuple[Signed, ...]
    vaults: tuple[AskedVault, ...]
    card_set: bytes = b""  # signed public record of the cards that count, empty while there are two whole cards

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        return pae(
            _REQUEST,
            self.org,
            self.nonce,
            u32(self.day),
            u8(self.authority),
            self.reason.encode(),
            self.pins.encode(),
            self.target.encode(),
            u8(self.certify),
            pae(*(pae(*signed) for signed in self.certificates)),
            pae(*(pae(*signed) for signed in self.revocations)),
            pae(*(vault.encode() for vault in self.vaults)),
            self.card_set,
        )

    @classmethod
    def decode(cls, data: bytes) -> "RecoveryRequest":
        """Undo `encode`; UnknownFormat unless the bytes are exactly what `encode` writes."""
        pieces = unpae_exactly(data, 13)
        certificates, revocations = _statements(pieces[9]), _statements(pieces[10])
        recovery_request = cls(
            org=pieces[1],
            nonce=pieces[2],
            day=read_number(pieces[3], 4),
            authority=read_number(pieces[4], 1),
            reason=read_text(pieces[5]),
            pins=Pins.decode(pieces[6]),
            target=Certificate.decode(pieces[7]),
            certify=read_number(pieces[8], 1) == 1,
            certificates=certificates,
            revocations=revocations,
            vaults=tuple(AskedVault.decode(data) for data in unpae(pieces[11])),
            card_set=pieces[12],
        )
        if (
            recovery_request.encode() != data
            or recovery_request.authority not in (BY_PEOPLE, BY_ROOT)
            or recovery_request.target.org != recovery_request.org
        ):
            raise UnknownFormat
        return recovery_request

    @property
    def hash(self) -> bytes:
        """SHA-256 of the file: by this the server knows its own request again."""
        return digest(self.encode())


@dataclass(frozen=True, kw_only=True)
class RecoveredCompartment:
    """One compartment in the answer: the header that names the person (the newest one as it was), and their wrap."""

    vault: bytes
    header: SignedHeader
    wrap: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RecoveryAnswer:
    """What the custodians send back, signed by the recovery key and, where the request says so, by the root.

    `certificate` is PAE(certificate, the root's signature), or empty.
    """

    org: bytes
    request: bytes
    certificate: bytes
    opened: tuple[RecoveredCompartment, ...]
    recovery_signature: bytes = b""
    root_signature: bytes = b""

    def body(self) -> bytes:
        """Return the bytes that are signed."""
        opened = (
            pae(_OPENED, opened_share.vault, pae(*opened_share.header), opened_share.wrap)
            for opened_share in self.opened
        )
        return pae(_BODY, self.org, self.request, self.certificate, pae(*opened))

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        return pae(_ANSWER, self.body(), self.recovery_signature, self.root_signature)

    @classmethod
    def decode(cls, data: bytes) -> "RecoveryAnswer":
        """Undo `encode`; UnknownFormat otherwise."""
        label, body, recovery, root = unpae_exactly(data, 4)
        inner, org, request, certificate, opened = unpae_exactly(body, 5)
        if (label, inner) != (_ANSWER, _BODY):
            raise UnknownFormat
        recovery_answer = cls(
            org=org,
            request=request,
            certificate=certificate,
            opened=tuple(_opened(data) for data in unpae(opened)),
            recovery_signature=recovery,
            root_signature=root,
        )
        if recovery_answer.encode() != data:
            raise UnknownFormat
        return recovery_answer

    def check(self, pins: Pins, org: bytes, *, authority: int) -> None:
        """Raise NotSigned unless the pinned recovery key signed it and, for BY_ROOT, the pinned root too."""
        body = self.body()
        good = self.org == org and verify(pins.recovery_sign_public, body, self.recovery_signature)
        if not good or (authority == BY_ROOT and not verify(pins.root_public, body, self.root_signature)):
            raise NotSigned


@dataclass(frozen=True, kw_only=True)
class Rewrapped:
    """The answer, and the vaults left out because their headers or wraps are not in order."""

    answer: RecoveryAnswer
    left_out: tuple[bytes, ...]


def rewrap(request: RecoveryRequest, recovery: RecoveryKeys, root_seed: Secret | None = None) -> Rewrapped:
    """Open what is asked for and wrap it to the person; only where the cards are, never on the server.

    NotOpened when the seed is of another organisation, NotSigned when the person's key is not certified or the root is
    needed.
    """
    _check_seeds(request, recovery, root_seed)
    signature = issue(request.target, root_seed) if request.certify and root_seed is not None else b""
    certificates = [*request.certificates]
    if signature:
        certificates.append(Signed(request.target.encode(), signature))
    trust = Trust(request.org, request.pins, certificates, request.revocations)
    if trust.check(request.target.fingerprint, request.day).user != request.target.user:
        raise NotSigned
    opened: list[RecoveredCompartment] = []
    left_out = []
    for requested_vault in request.vaults:
        try:
            opened += _open_vault(requested_vault, request, trust, recovery)
        except CryptoError:
            left_out.append(requested_vault.vault)
    certified = pae(request.target.encode(), signature) if signature else b""
    answer = RecoveryAnswer(org=request.org, request=request.hash, certificate=certified, opened=tuple(opened))
    body = answer.body()
    signed = replace(
        answer,
        recovery_signature=sign(recovery.sign_seed, body),
        root_signature=sign(root_seed, body) if root_seed is not None else b"",
    )
    return Rewrapped(answer=signed, left_out=tuple(left_out))


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
    core_members: Sequence[bytes] = ()
    opened = []
    for part in requested_vault.parts:
        chain = verify_chain(
            part.chain,
            trust,
            vault=requested_vault.vault,
            compartment=part.compartment,
            day=request.day,
            core_members=core_members,
            # What a leaver signed last stands only if the log knows it: the server checks that when it takes this in.
            logged=(digest(part.chain[-1].header_bytes),) if part.chain else (),
        )
        if part.compartment == base:
            core_members = tuple(chain.named)
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


def _opened(data: bytes) -> RecoveredCompartment:
    label, vault, header, wrap = unpae_exactly(data, 4)
    if label != _OPENED:
        raise UnknownFormat
    return RecoveredCompartment(vault=vault, header=SignedHeader(*unpae_exactly(header, 3)), wrap=wrap)


def _statements(data: bytes) -> tuple[Signed, ...]:
    return tuple(Signed(*unpae_exactly(content, 2)) for content in unpae(data))
