"""A user's bundle: their keys, what they pinned, and the log as they last saw it."""

from dataclasses import dataclass

from hrd_cases.crypto.core.encoding import pae, read_number, u64, unpae, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.keys import Pins, UserKeys
from hrd_cases.crypto.core.passphrases import PassphraseKeys, passphrase_keys
from hrd_cases.crypto.core.primitives import HASH_LENGTH, KEY_LENGTH, digest
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.secrets import Secret

__all__ = [
    "Bundle",
    "PassphraseKeys",
    "SeenCheckpoint",
    "SecondFactor",
    "lock",
    "lock_in_session",
    "passphrase_keys",
    "unlock",
    "unlock_in_session",
]

BUNDLE_TABLE = "bundle"
SESSION_TABLE = "session"
_LABEL = b"hrd/v1/bundle"


@dataclass(frozen=True, kw_only=True)
class SeenCheckpoint:
    """How many entries the log had, and its root, when this user last saw it."""

    size: int
    root: bytes


EMPTY_LOG = SeenCheckpoint(size=0, root=digest(b""))


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What one passphrase opens: keys, pinned keys, hashes of the first trends and log headers, last checkpoint."""

    user_keys: UserKeys
    pins: Pins
    trends_headers: tuple[bytes, ...] = ()
    log_headers: tuple[bytes, ...] = ()
    checkpoint: SeenCheckpoint = EMPTY_LOG

    def encode(self) -> bytes:
        """Return the canonical bytes, for sealing only."""
        keys = self.user_keys
        return pae(
            _LABEL,
            keys.kem_seed.reveal(),
            keys.sign_seed.reveal(),
            keys.keyring_key.reveal(),
            self.pins.encode(),
            pae(*self.trends_headers),
            pae(*self.log_headers),
            u64(self.checkpoint.size),
            self.checkpoint.root,
        )

    @classmethod
    def decode(cls, data: bytes) -> "Bundle":
        """Undo `encode`; UnknownFormat otherwise."""
        label, kem, sign, keyring, pins, trends, log, size, root = unpae_exactly(data, 9)
        headers = (unpae(trends), unpae(log))
        hashes = (*headers[0], *headers[1], root)
        if label != _LABEL or any(len(data) != HASH_LENGTH for data in hashes):
            raise UnknownFormat
        if any(len(seed) != KEY_LENGTH for seed in (kem, sign, keyring)):
            raise UnknownFormat
        return cls(
            user_keys=UserKeys(kem_seed=Secret(kem), sign_seed=Secret(sign), keyring_key=Secret(keyring)),
            pins=Pins.decode(pins),
            trends_headers=headers[0],
            log_headers=headers[1],
            checkpoint=SeenCheckpoint(size=read_number(size, 8), root=root),
        )


def lock(bundle: Bundle, kek: Secret, org: bytes, user: bytes, version: int = 0) -> bytes:
    """Seal a bundle under the passphrase key; opening it is the passphrase check."""
    return seal(kek, _place(BUNDLE_TABLE, org, user, user, version), bundle.encode())


def unlock(sealed: bytes, kek: Secret, org: bytes, user: bytes, version: int = 0) -> Bundle:
    """Open a bundle; NotOpened when the passphrase is wrong or the row was changed."""
    return Bundle.decode(unseal(kek, _place(BUNDLE_TABLE, org, user, user, version), sealed))


def lock_in_session(bundle: Bundle, log_key: Secret, key: Secret, org: bytes, user: bytes, row: bytes) -> bytes:
    """Seal a bundle and the session's log key under the session's key, for the session with this row key."""
    return seal(key, session_place(org, user, row), pae(bundle.encode(), log_key.reveal()))


def unlock_in_session(sealed: bytes, key: Secret, org: bytes, user: bytes, row: bytes) -> tuple[Bundle, Secret]:
    """Open bundle and log key of a session; NotOpened for another user, row or session."""
    bundle, log_key = unpae_exactly(unseal(key, session_place(org, user, row), sealed), 2)
    return Bundle.decode(bundle), Secret(log_key)


def session_place(org: bytes, user: bytes, row: bytes, table: str = SESSION_TABLE) -> SealedPlace:
    """Where what a session keeps of its user rests, in memory only."""
    return _place(table, org, user, row, 0)


def _place(table: str, org: bytes, user: bytes, row: bytes, version: int) -> SealedPlace:
    return SealedPlace(org=org, vault=user, table=table, row=row, compartment="", epoch=0, version=version)
