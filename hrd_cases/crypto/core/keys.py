"""The keys of compartments, of users and of the organisation, and what follows from each."""

from dataclasses import dataclass, replace
from functools import cached_property

from hrd_cases.crypto.core.codec import KemPublic, SignPublic, WireStatement
from hrd_cases.crypto.core.encoding import ID_LENGTH, pae, u32, u64
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.primitives import (
    KEY_LENGTH,
    digest,
    hkdf,
    kem_public,
    mac,
    random,
    signing_public,
)
from hrd_cases.crypto.core.secrets import Secret

# Markers stand where a fingerprint could stand; no SHA-256 of ours can be found to equal them.
ROOT = b"hrd/v1/the organisation's root".ljust(32, b"\0")
RECOVERY = b"hrd/v1/the recovery key".ljust(32, b"\0")


def new_secret() -> Secret:
    """Return 32 fresh random bytes."""
    return Secret(random(KEY_LENGTH))


def _checked(secret: Secret) -> Secret:
    if len(secret) != KEY_LENGTH:
        raise UnknownFormat
    return secret


def fingerprint(sign_public: bytes, kem_public_key: bytes) -> bytes:
    """Return the 32 bytes that name a pair of public keys."""
    return digest(pae(b"hrd/v1/fp", sign_public, kem_public_key))


class CompartmentKey:
    """One compartment's random key of one epoch, and the keys that follow from it."""

    # Made by the ten thousand for a long list: no dictionary each, and no lock as cached_property has in Python 3.11.
    __slots__ = ("_envelope", "_public", "_seed", "secret")

    def __init__(self, secret: Secret) -> None:
        self.secret = _checked(secret)
        self._envelope: Secret | None = None
        self._seed: Secret | None = None
        self._public: bytes | None = None

    @classmethod
    def new(cls) -> "CompartmentKey":
        """Make a fresh key."""
        return cls(new_secret())

    @property
    def envelope(self) -> Secret:
        """The key under which records are sealed."""
        if self._envelope is None:
            self._envelope = hkdf(self.secret, b"", b"hrd/v1/envelope-key", KEY_LENGTH)
        return self._envelope

    @property
    def seed(self) -> Secret:
        """The X-Wing seed that opens what was sealed to this compartment."""
        if self._seed is None:
            self._seed = hkdf(self.secret, b"", b"hrd/v1/kem-seed", KEY_LENGTH)
        return self._seed

    @property
    def public(self) -> bytes:
        """The public key to which anyone may seal (1216 bytes; 0.3 ms the first time)."""
        if self._public is None:
            self._public = kem_public(self.seed)
        return self._public

    def commitment(self, org: bytes, vault: bytes, compartment: str, epoch: int) -> bytes:
        """Return the 32 bytes by which a header fixes this key without showing it."""
        return mac(self.secret, pae(b"hrd/v1/vault-key", org, vault, compartment.encode(), u32(epoch)))

    def access_row(self, user: bytes, hour: int) -> bytes:
        """Return the 16 bytes by which only holders of this key find what an account read in an hour since 1970."""
        return mac(self.secret, pae(b"hrd/v1/access-row", user, u64(hour)))[:ID_LENGTH]

    def _hidden(self) -> str:
        return "<compartment key>"

    __repr__ = _hidden


@dataclass(frozen=True, kw_only=True)
class UserKeys:
    """A user's three secrets: to receive keys, to sign, and to keep the keyring."""

    kem_seed: Secret
    sign_seed: Secret
    keyring_key: Secret

    @classmethod
    def new(cls) -> "UserKeys":
        """Make fresh keys."""
        return cls(kem_seed=new_secret(), sign_seed=new_secret(), keyring_key=new_secret())

    @cached_property
    def kem_public(self) -> bytes:
        """The 1216-byte X-Wing public key."""
        return kem_public(self.kem_seed)

    @cached_property
    def sign_public(self) -> bytes:
        """The 32-byte Ed25519 public key."""
        return signing_public(self.sign_seed)

    @cached_property
    def fingerprint(self) -> bytes:
        """The 32 bytes that name both public keys."""
        return fingerprint(self.sign_public, self.kem_public)

    def knowing(self, *, sign_public: bytes, kem_public: bytes) -> "UserKeys":
        """The same keys with their public halves, which take 0.3 ms to make."""
        same = replace(self)
        same.__dict__.update(sign_public=sign_public, kem_public=kem_public)
        return same

    @property
    def keyring(self) -> Secret:
        """The key under which the packed keyring is sealed."""
        return self.keyring_key


@dataclass(frozen=True, kw_only=True)
class RecoveryKeys:
    """The key pairs of the recovery seed, usable only where its card is typed in."""

    kem_seed: Secret
    sign_seed: Secret
    fingerprint: bytes = RECOVERY


@dataclass(frozen=True, kw_only=True)
class Pins(WireStatement, label=b"hrd/v1/pins"):
    """The organisation's public keys, kept in every bundle and in the instance folder."""

    root_public: SignPublic
    recovery_kem_public: KemPublic
    recovery_sign_public: SignPublic


@dataclass(frozen=True, kw_only=True)
class OrgSeeds:
    """The two seeds made once at the beginning and kept on cards: root (signs) and recovery (opens and signs)."""

    root_seed: Secret
    recovery: Secret

    @classmethod
    def new(cls) -> "OrgSeeds":
        """Make fresh seeds."""
        return cls(root_seed=new_secret(), recovery=new_secret())

    def recovery_keys(self) -> RecoveryKeys:
        """Return the key pairs that follow from the recovery seed."""
        return recovery_keys(self.recovery)

    def pins(self) -> Pins:
        """Return the public halves."""
        recovery = self.recovery_keys()
        return Pins(
            root_public=signing_public(self.root_seed),
            recovery_kem_public=kem_public(recovery.kem_seed),
            recovery_sign_public=signing_public(recovery.sign_seed),
        )


def recovery_keys(seed: Secret) -> RecoveryKeys:
    """Derive the recovery key pairs from the 32 bytes of the recovery card."""
    _checked(seed)
    return RecoveryKeys(
        kem_seed=hkdf(seed, b"", b"hrd/v1/recovery-kem", KEY_LENGTH),
        sign_seed=hkdf(seed, b"", b"hrd/v1/recovery-sign", KEY_LENGTH),
    )
