"""What a compartment consists of: every row with its version and the hashes of what rests there, in hashed buckets.

A bucket lists rows; the head lists the buckets and the text pack by the hash of their ciphertext; the head's hash is
the root that a mark in the log fixes under the compartment's key (crypto/core/merkle.py).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import Annotated, NamedTuple

from hrd_cases.crypto.core.codec import U32, U64, Data, Hash, Id, Name, WireStatement, signed_or_not, within
from hrd_cases.crypto.core.encoding import pae, u64, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import HASH_LENGTH, SIGNATURE_LENGTH, digest

BUCKETS = 256
HEAD = 256  # the place of the head beside the buckets 0 to 255
PACK = 257  # in the head, the line of what search finds of the compartment (store/text_packs.py)
TABLE = "manifests"
NOTHING = bytes(HASH_LENGTH)
_BUCKET, _HEAD, _PAST = b"hrd/v1/manifest-bucket", b"hrd/v1/manifest-head", b"hrd/v1/manifest-past"
_ENTRY = struct.Struct(">16sQ32s32s32s")
_LINE = struct.Struct(">H32s")


class ManifestRow(NamedTuple):
    """One row of a compartment: SHA-256 of its body and of its card (32 zeros: none), and all that it replaced."""

    version: int
    body: bytes
    card: bytes = NOTHING
    past: bytes = NOTHING


def bucket_of(row: bytes) -> int:
    """The bucket of a row (16 bytes): rows have random ids, so buckets fill evenly."""
    return digest(row)[0]


def bucket_place(*, org: bytes, vault: bytes, compartment: str, bucket: int, epoch: int, number: int) -> SealedPlace:
    """Where a bucket or the head rests; `number` counts the states of the compartment under this epoch's key."""
    row = u64(bucket)
    return SealedPlace(org=org, vault=vault, table=TABLE, row=row, compartment=compartment, epoch=epoch, version=number)


def follow(past: bytes, version: int, body: bytes) -> bytes:
    """The hash over everything replaced so far, when the body with this hash and version is replaced too."""
    return digest(pae(_PAST, past, u64(version), body))


def encode_bucket(entries: Mapping[bytes, ManifestRow]) -> bytes:
    """Return the canonical bytes of a bucket, rows in order."""
    return pae(_BUCKET, b"".join(_ENTRY.pack(row, *entries[row]) for row in sorted(entries)))


def decode_bucket(data: bytes) -> dict[bytes, ManifestRow]:
    """Undo `encode_bucket`; UnknownFormat otherwise."""
    label, joined = unpae_exactly(data, 2)
    if label != _BUCKET or len(joined) % _ENTRY.size:
        raise UnknownFormat
    entries = {row: ManifestRow(*parts) for row, *parts in _ENTRY.iter_unpack(joined)}
    if encode_bucket(entries) != data:
        raise UnknownFormat
    return entries


def encode_head(buckets: Mapping[int, bytes]) -> bytes:
    """Return the canonical bytes of a head: the SHA-256 of each bucket's ciphertext, and of the text pack's."""
    return pae(_HEAD, b"".join(starmap(_LINE.pack, sorted(buckets.items()))))


def decode_head(data: bytes) -> dict[int, bytes]:
    """Undo `encode_head`; UnknownFormat otherwise."""
    label, joined = unpae_exactly(data, 2)
    if label != _HEAD or len(joined) % _LINE.size:
        raise UnknownFormat
    results = dict(_LINE.iter_unpack(joined))
    if encode_head(results) != data:
        raise UnknownFormat
    return results


def root_of_head(data: bytes) -> bytes:
    """The 32 bytes that stand for a whole compartment in the log."""
    return digest(data)


@dataclass(frozen=True, kw_only=True)
class ManifestBy(WireStatement, label=b"hrd/v1/manifest-by"):
    """These keys left a compartment as this root says, as its state `number` under the key of this epoch."""

    org: Id
    vault: Id
    compartment: Name
    epoch: U32
    number: U64
    root: Hash
    fingerprint: Hash


@dataclass(frozen=True, kw_only=True)
class SignedHead(WireStatement):
    """A head as it is sealed, signed by whoever left the compartment so; without a signature nobody answers for it."""

    head: Data
    fingerprint: Annotated[bytes, within(0, HASH_LENGTH)] = b""
    signature: Annotated[bytes, within(0, SIGNATURE_LENGTH)] = b""

    def is_sound(self) -> bool:
        """A signature says whose it is."""
        return signed_or_not(self.fingerprint, self.signature)

    def signed_by(self, keys: UserKeys, place: SealedPlace) -> "SignedHead":
        """Return it signed by whoever leaves the compartment of this place so."""
        statement = self.statement(place, keys.fingerprint)
        return SignedHead(head=self.head, fingerprint=keys.fingerprint, signature=statement.sign(keys.sign_seed))

    def statement(self, place: SealedPlace, fingerprint: bytes) -> ManifestBy:
        """What is signed of a head that rests at this place."""
        return ManifestBy(
            org=place.org,
            vault=place.vault,
            compartment=place.compartment,
            epoch=place.epoch,
            number=place.version,
            root=root_of_head(self.head),
            fingerprint=fingerprint,
        )
