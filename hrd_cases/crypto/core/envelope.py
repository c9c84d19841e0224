"""The two envelopes: sealed under a key (0x01) and sealed to a public key (0x02)."""

from functools import lru_cache
from typing import NamedTuple

from hrd_cases.crypto.core.encoding import pad, pae, u32, u64, unpad, unpad_view, unpae_exactly
from hrd_cases.crypto.core.errors import NotOpened, UnknownFormat
from hrd_cases.crypto.core.primitives import (
    HPKE_OVERHEAD,
    TAG_LENGTH,
    aead_open,
    aead_seal,
    equal,
    hkdf,
    hpke_open,
    hpke_seal,
    random,
)
from hrd_cases.crypto.core.secrets import Secret

UNDER_KEY = 0x01
TO_PUBLIC_KEY = 0x02
# Suite 0x01 is kept for ever for a classical-only key agreement, so that it can be refused by name.
HYBRID_SUITE = 0x02
SALT_LENGTH = 32
COMMIT_LENGTH = 32
LEAST_UNDER_KEY = 1 + SALT_LENGTH + COMMIT_LENGTH + 256 + TAG_LENGTH
_NO_MARK = b""  # room in the format for a proof of who sealed; nothing fills it
LEAST_TO_PUBLIC_KEY = 2 + HPKE_OVERHEAD + 256


class SealedPlace(NamedTuple):
    """Where a sealed thing rests; every part is known to the reader before the ciphertext is looked at."""

    org: bytes
    vault: bytes
    table: str
    row: bytes
    compartment: str
    epoch: int
    version: int

    def context(self) -> bytes:
        """Return the bytes that bind an envelope to this place."""
        where, when = _where(self.org, self.vault, self.table), _when(self.compartment, self.epoch, self.version)
        return b"".join((where, len(self.row).to_bytes(8, "big"), self.row, when))


# Eight pieces joined as pae() joins them. Only the row differs between the neighbours of a list or a case.
@lru_cache(maxsize=64)
def _where(org: bytes, vault: bytes, table: str) -> bytes:
    return u32(8) + pae(b"hrd/v1", org, vault, table.encode())[4:]


@lru_cache(maxsize=256)
def _when(compartment: str, epoch: int, version: int) -> bytes:
    return pae(compartment.encode(), u32(epoch), u64(version))[4:]


def seal(key: Secret, place: SealedPlace, plaintext: bytes) -> bytes:
    """Seal under a symmetric key at a place; the key and the place are both committed to."""
    return _seal_with_salt(key, place, plaintext, random(SALT_LENGTH))


def _seal_with_salt(key: Secret, place: SealedPlace, plaintext: bytes, salt: bytes) -> bytes:
    context = place.context()
    once = hkdf(key, salt, context, 76).reveal()
    return b"".join((b"\x01", salt, once[44:], aead_seal(once[:32], once[32:44], pad(plaintext), context)))


def unseal(key: Secret, place: SealedPlace, sealed: bytes) -> bytes:
    """Open what `seal` made with this key at this place; UnknownFormat or NotOpened otherwise."""
    return unpad(_padded(key, place, sealed))


def unseal_view(key: Secret, place: SealedPlace, sealed: bytes) -> memoryview:
    """The same without copies, for what is large."""
    return unpad_view(_padded(key, place, sealed))


def _padded(key: Secret, place: SealedPlace, sealed: bytes) -> bytes:
    if len(sealed) < LEAST_UNDER_KEY or sealed[0] != UNDER_KEY:
        raise UnknownFormat
    context = place.context()
    once = hkdf(key, sealed[1:33], context, 76).reveal()
    # The commitment is compared before anything is decrypted: a ciphertext made to open under two keys stops here.
    if not equal(once[44:], sealed[33:65]):
        raise NotOpened
    return aead_open(once[:32], once[32:44], memoryview(sealed)[65:], context)


def seal_to(public: bytes, place: SealedPlace, body: bytes) -> bytes:
    """Seal to a compartment's public key, which anybody can: it says nothing of who did."""
    info = _seal_info(place.context())
    return bytes((TO_PUBLIC_KEY, HYBRID_SUITE)) + hpke_seal(public, info, pad(pae(_NO_MARK, body)))


def unseal_from(seed: Secret, place: SealedPlace, sealed: bytes) -> bytes:
    """Open what `seal_to` made."""
    if len(sealed) < LEAST_TO_PUBLIC_KEY or sealed[0] != TO_PUBLIC_KEY or sealed[1] != HYBRID_SUITE:
        raise UnknownFormat
    mark, body = unpae_exactly(unpad(hpke_open(seed, _seal_info(place.context()), sealed[2:])), 2)
    if mark != _NO_MARK:
        raise NotOpened
    return body


def _seal_info(context: bytes) -> bytes:
    return pae(b"hrd/v1/seal", context)
