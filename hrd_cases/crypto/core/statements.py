"""What is signed about keys: whose they are, that a second administrator agrees, and that they count no more."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hrd_cases.crypto.core.codec import U32, Data, Hash, Id, KemPublic, Names, SignPublic, WireStatement
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.keys import fingerprint
from hrd_cases.crypto.core.primitives import HASH_LENGTH, digest

FIRST = 1
NO_PREVIOUS = bytes(HASH_LENGTH)


def follower_mark(org: bytes, user: bytes, previous: bytes) -> bytes:
    """Return the mark that a certificate of this user follows another one (NO_PREVIOUS: that there is a first).

    It follows from what came before, so that one that was taken out of the database is missed.
    """
    return digest(pae(b"next certificate", org, user, previous))


@dataclass(frozen=True, kw_only=True)
class Certificate(WireStatement, label=b"hrd/v1/cert", extended=b"hrd/v2/cert"):
    """A user's public keys and roles; `issuer` is the fingerprint of an administrator or ROOT.

    A user's certificates follow one another: `serial` counts them from 1, `previous` is the SHA-256 of the one before,
    `day` (days since 1970-01-01 UTC) tells when a later one was issued; the first has neither.
    """

    org: Id
    user: Id
    sign_public: SignPublic
    kem_public: KemPublic
    roles: Names
    issuer: Hash
    serial: U32 = FIRST
    previous: Hash = NO_PREVIOUS
    day: U32 = 0

    @property
    def fingerprint(self) -> bytes:
        """The 32 bytes that name this pair of public keys."""
        return fingerprint(self.sign_public, self.kem_public)

    @property
    def marks(self) -> tuple[bytes, bytes]:
        """What the log carries of it: that something follows the one before, and its hash."""
        return follower_mark(self.org, self.user, self.previous), self.hash()

    def is_sound(self) -> bool:
        """Only a later certificate has a previous one and a day."""
        return self.serial > FIRST or (self.serial, self.previous, self.day) == (FIRST, NO_PREVIOUS, 0)

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
class Endorsement(WireStatement, label=b"hrd/v1/endorse"):
    """A second administrator agrees to a certificate, named by its SHA-256, that replaces somebody's keys."""

    org: Id
    certificate: Hash
    issuer: Hash


@dataclass(frozen=True, kw_only=True)
class Revocation(WireStatement, label=b"hrd/v1/revoke"):
    """From `day` (days since 1970-01-01 UTC) on, the keys with this fingerprint count no more."""

    org: Id
    fingerprint: Hash
    day: U32
    issuer: Hash


@dataclass(frozen=True, kw_only=True)
class AgreedRevocation(WireStatement, label=b"hrd/v1/revoke-agreed"):
    """From `day` on an administrator's keys count no more: a second one agrees to exactly this."""

    revocation: Revocation
    revocation_signature: Data
    day: U32
    issuer: Hash

    @property
    def org(self) -> bytes:
        """The organisation, as who asked wrote it."""
        return self.revocation.org

    @property
    def fingerprint(self) -> bytes:
        """The keys that end."""
        return self.revocation.fingerprint


@dataclass(frozen=True, kw_only=True)
class FactorLeave(WireStatement, label=b"hrd/v1/factor-leave"):
    """An administrator agrees that this user enrols a new second factor, once, up to `last_day` (as in Revocation)."""

    org: Id
    user: Id
    fingerprint: Hash
    last_day: U32
    issuer: Hash
