"""What a compartment consists of: every row with its version and the hashes of what rests there.

The head lists the rows or, of a large compartment, the hashed buckets that list them, by the hash of their ciphertext,
and the text pack by the same; the head's hash is the root that a mark in the log fixes under the compartment's key
(crypto/core/merkle.py).
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

MOST_IN_HEAD = 32  # rows; from the next one on they rest in buckets, so that a change writes few of many again
BUCKETS = 32
HEAD = 256  # the place of the head beside those of the buckets
PACK = 257  # in the head, the line of what search finds of the compartment (store/text_packs.py)
TABLE = "manifests"
NOTHING = bytes(HASH_LENGTH)
_BUCKET, _HEAD, _PAST = b"hrd/v1/manifest-bucket", b"hrd/v1/manifest-head", b"hrd/v1/manifest-past"
_ENTRY = struct.Struct(">16sQ32s32s")
_REPLACED = struct.Struct(">16s32s")
_LINE = struct.Struct(">H32s")


class ManifestRow(NamedTuple):
    """One row of a compartment: SHA-256 of its body and of its card (32 zeros: none), and all that it replaced."""

    version: int
    body: bytes
    card: bytes = NOTHING
    past: bytes = NOTHING


class ManifestHead(NamedTuple):
    """What a head says: `lines`, hashes of ciphertexts by the number of their bucket, or PACK; or `rows` themselves."""

    lines: dict[int, bytes]
    rows: dict[bytes, ManifestRow]

    @property
    def has_buckets(self) -> bool:
        """True when the rows rest in buckets."""
        return any(place != PACK for place in self.lines)


def bucket_of(row: bytes) -> int:
    """The bucket of a row (16 bytes): rows have random ids, so buckets fill evenly."""
    return digest(row)[0] % BUCKETS


def bucket_place(*, org: bytes, vault: bytes, compartment: str, bucket: int, epoch: int, number: int) -> SealedPlace:
    """Where a bucket or the head rests; `number` counts the states of the compartment under this epoch's key."""
    row = u64(bucket)
    return SealedPlace(org=org, vault=vault, table=TABLE, row=row, compartment=compartment, epoch=epoch, version=number)


def follow(past: bytes, version: int, body: bytes) -> bytes:
    """The hash over everything replaced so far, when the body with this hash and version is replaced too."""
    return digest(pae(_PAST, past, u64(version), body))


def encode_bucket(entries: Mapping[bytes, ManifestRow]) -> bytes:
    """Return the canonical bytes of a bucket, rows in order."""
    return pae(_BUCKET, *_packed(entries))


def decode_bucket(data: bytes) -> dict[bytes, ManifestRow]:
    """Undo `encode_bucket`; UnknownFormat otherwise."""
    label, listed, replaced = unpae_exactly(data, 3)
    entries = _unpacked(listed, replaced)
    if label != _BUCKET or encode_bucket(entries) != data:
        raise UnknownFormat
    return entries


def encode_head(lines: Mapping[int, bytes], rows: Mapping[bytes, ManifestRow]) -> bytes:
    """Return the canonical bytes of a head: the SHA-256 of each bucket's ciphertext, and of the text pack's; rows."""
    return pae(_HEAD, b"".join(starmap(_LINE.pack, sorted(lines.items()))), *_packed(rows))


def decode_head(data: bytes) -> ManifestHead:
    """Undo `encode_head`; UnknownFormat otherwise, and where rows stand in the head and in buckets."""
    label, joined, listed, replaced = unpae_exactly(data, 4)
    if label != _HEAD or len(joined) % _LINE.size:
        raise UnknownFormat
    head = ManifestHead(lines=dict(_LINE.iter_unpack(joined)), rows=_unpacked(listed, replaced))
    if encode_head(*head) != data or (head.rows and head.has_buckets):
        raise UnknownFormat
    return head


def _packed(entries: Mapping[bytes, ManifestRow]) -> tuple[bytes, bytes]:
    """Rows in order, and of those that replaced something the hash over it."""
    rows = sorted(entries.items())
    listed = (_ENTRY.pack(row, entry.version, entry.body, entry.card) for row, entry in rows)
    replaced = (_REPLACED.pack(row, entry.past) for row, entry in rows if entry.past != NOTHING)
    return b"".join(listed), b"".join(replaced)


def _unpacked(listed: bytes, replaced: bytes) -> dict[bytes, ManifestRow]:
    if len(listed) % _ENTRY.size or len(replaced) % _REPLACED.size:
        raise UnknownFormat
    past = dict(_REPLACED.iter_unpack(replaced))
    lines = _ENTRY.iter_unpack(listed)
    return {row: ManifestRow(version, body, card, past.get(row, NOTHING)) for row, version, body, card in lines}


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
