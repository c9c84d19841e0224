"""What is signed about keys: whose they are, that a second administrator agrees, and that they count no more."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from hrd_cases.crypto.core.encoding import pae, read_number, read_text, u32, unpae, unpae_exactly
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.keys import fingerprint
from hrd_cases.crypto.core.primitives import HASH_LENGTH, KEM_PUBLIC_LENGTH, SIGN_PUBLIC_LENGTH, digest, sign
from hrd_cases.crypto.core.secrets import Secret

ID_LENGTH = 16
FIRST = 1
NO_PREVIOUS = bytes(HASH_LENGTH)
_FIRST_LABEL, _LATER_LABEL = b"hrd/v1/cert", b"hrd/v2/cert"
_SIZES = (ID_LENGTH, ID_LENGTH, SIGN_PUBLIC_LENGTH, KEM_PUBLIC_LENGTH, HASH_LENGTH, HASH_LENGTH)


class Signed(NamedTuple):
    """An encoded statement and the signature over it."""

    statement: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A user's public keys and roles; `issuer` is the fingerprint of an administrator or ROOT.

    A user's certificates follow one another: `serial` counts them from 1, `previous` is the SHA-256 of the one before,
    `day` (days since 1970-01-01 UTC) tells when a later one was issued; the first has neither.
    """

    org: bytes
    user: bytes
    sign_public: bytes
    kem_public: bytes
    roles: frozenset[str]
    issuer: bytes
    serial: int = FIRST
    previous: bytes = NO_PREVIOUS
    day: int = 0

    @property
    def fingerprint(self) -> bytes:
        """The 32 bytes that name this pair of public keys."""
        return fingerprint(self.sign_public, self.kem_public)

    def hash(self) -> bytes:
        """Return the SHA-256 of the encoded certificate."""
        return digest(self.encode())

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        roles = pae(*(role.encode() for role in sorted(self.roles)))
        parts = (self.org, self.user, self.sign_public, self.kem_public, roles, self.issuer)
        if self.serial == FIRST:
            return pae(_FIRST_LABEL, *parts)
        return pae(_LATER_LABEL, *parts, u32(self.serial), self.previous, u32(self.day))

    @classmethod
    def decode(cls, data: bytes) -> "Certificate":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, user, sign_public, kem, roles, issuer, *order = _pieces(data)
        serial, previous, day = order or (u32(FIRST), NO_PREVIOUS, u32(0))
        certificate = cls(
            org=org,
            user=user,
            sign_public=sign_public,
            kem_public=kem,
            roles=frozenset(read_text(role) for role in unpae(roles)),
            issuer=issuer,
            serial=read_number(serial, 4),
            previous=previous,
            day=read_number(day, 4),
        )
        sizes = tuple(len(part) for part in (org, user, sign_public, kem, issuer, previous))
        if sizes != _SIZES or (certificate.serial > FIRST) != (label == _LATER_LABEL) or certificate.encode() != data:
            raise UnknownFormat
        return certificate

    def followed_by(
        self, *, issuer: bytes, day: int, roles: Iterable[str], keys: tuple[bytes, bytes] | None = None
    ) -> "Certificate":
        """Return the next certificate of this user: other roles or, with a pair of public keys, other keys."""
        sign_public, kem_public = keys or (self.sign_public, self.kem_public)
        return replace(
            self,
            sign_public=sign_public,
            kem_public=kem_public,
            roles=frozenset(roles),
            issuer=issuer,
            serial=self.serial + 1,
            previous=self.hash(),
            day=day,
        )


@dataclass(frozen=True, kw_only=True)
class Endorsement:
    """A second administrator agrees to a certificate, named by its SHA-256, that replaces somebody's keys."""

    org: bytes
    certificate: bytes
    issuer: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return pae(b"hrd/v1/endorse", self.org, self.certificate, self.issuer)

    def hash(self) -> bytes:
        """Return the SHA-256 of the encoded endorsement."""
        return digest(self.encode())

    @classmethod
    def decode(cls, data: bytes) -> "Endorsement":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, certificate, issuer = unpae_exactly(data, 4)
        sizes = (len(org), len(certificate), len(issuer))
        if label != b"hrd/v1/endorse" or sizes != (ID_LENGTH, HASH_LENGTH, HASH_LENGTH):
            raise UnknownFormat
        return cls(org=org, certificate=certificate, issuer=issuer)


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """From `day` (days since 1970-01-01 UTC) on, the keys with this fingerprint count no more."""

    org: bytes
    fingerprint: bytes
    day: int
    issuer: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return pae(b"hrd/v1/revoke", self.org, self.fingerprint, u32(self.day), self.issuer)

    def hash(self) -> bytes:
        """Return the SHA-256 of the encoded revocation."""
        return digest(self.encode())

    @classmethod
    def decode(cls, data: bytes) -> "Revocation":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, revoked, day, issuer = unpae_exactly(data, 5)
        if label != b"hrd/v1/revoke" or (len(org), len(revoked), len(issuer)) != (ID_LENGTH, HASH_LENGTH, HASH_LENGTH):
            raise UnknownFormat
        return cls(org=org, fingerprint=revoked, day=read_number(day, 4), issuer=issuer)


@dataclass(frozen=True, kw_only=True)
class FactorLeave:
    """An administrator agrees that this user enrols a new second factor, once, up to `last_day` (as in Revocation)."""

    org: bytes
    user: bytes
    fingerprint: bytes
    last_day: int
    issuer: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return pae(b"hrd/v1/factor-leave", self.org, self.user, self.fingerprint, u32(self.last_day), self.issuer)

    @classmethod
    def decode(cls, data: bytes) -> "FactorLeave":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, user, keys, last_day, issuer = unpae_exactly(data, 6)
        sizes = (len(org), len(user), len(keys), len(issuer))
        if label != b"hrd/v1/factor-leave" or sizes != (ID_LENGTH, ID_LENGTH, HASH_LENGTH, HASH_LENGTH):
            raise UnknownFormat
        return cls(org=org, user=user, fingerprint=keys, last_day=read_number(last_day, 4), issuer=issuer)


Statement = Certificate | Endorsement | Revocation | FactorLeave


def issue(statement: Statement, sign_seed: Secret) -> bytes:
    """Return the issuer's signature; the caller names the same issuer in the statement."""
    return sign(sign_seed, statement.encode())


def issue_signed(statement: Statement, sign_seed: Secret) -> Signed:
    """Return the encoded statement together with the issuer's signature."""
    encoded = statement.encode()
    return Signed(encoded, sign(sign_seed, encoded))


def _pieces(data: bytes) -> tuple[bytes, ...]:
    pieces = tuple(unpae(data))
    if (len(pieces), pieces[:1]) not in ((7, (_FIRST_LABEL,)), (10, (_LATER_LABEL,))):
        raise UnknownFormat
    return pieces
