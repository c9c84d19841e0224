"""The public record of a set of custodians' cards, and the proof that it was read back: what a server may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from hrd_cases.crypto.ceremony.shares import MOST, SET_LENGTH, Share, combine, split
from hrd_cases.crypto.core.codec import U8, U32, Data, Hash, WireStatement, exactly
from hrd_cases.crypto.core.errors import NotSigned
from hrd_cases.crypto.core.keys import OrgSeeds, Pins, recovery_keys
from hrd_cases.crypto.core.primitives import random

ROOT_CARD, RECOVERY_CARD = "root", "recovery"
SetId = Annotated[bytes, exactly(SET_LENGTH)]


@dataclass(frozen=True, kw_only=True)
class CardSet(WireStatement, label=b"hrd/v1/custodian-set"):
    """What is public about a set: whose keys, how many of how many, a mark of each share, the sets it makes void."""

    pins: Pins
    set_id: SetId
    needed: U8
    count: U8
    root_marks: tuple[Hash, ...]
    recovery_marks: tuple[Hash, ...]
    voids: tuple[SetId, ...] = ()

    def marks(self, kind: str) -> Mapping[int, bytes]:
        """The mark of each share of a kind, by number."""
        return dict(enumerate(self.root_marks if kind == ROOT_CARD else self.recovery_marks, 1))

    def is_sound(self) -> bool:
        """As many marks as cards, and a set does not make itself void."""
        return (
            1 <= self.needed <= self.count <= MOST
            and len(self.root_marks) == len(self.recovery_marks) == self.count
            and self.set_id not in self.voids
        )

    def to_file(self, seeds: OrgSeeds) -> bytes:
        """Return the record signed by the root."""
        return _CardSetFile(record=self, signature=self.sign(seeds.root_seed)).encode()

    @classmethod
    def from_file(cls, data: bytes) -> "CardSet":
        """Read a record; NotSigned unless the root that it names signed it (the reader compares its pins)."""
        file = _CardSetFile.decode(data)
        file.record.check_signature(file.record.pins.root_public, file.signature)
        return file.record


@dataclass(frozen=True, kw_only=True)
class _CardSetFile(WireStatement, label=b"hrd/v1/custodian-set-file"):
    record: CardSet
    signature: Data


@dataclass(frozen=True, kw_only=True)
class CardsRead(WireStatement, label=b"hrd/v1/cards-read"):
    """On this day (since 1970) the cards of this set were read back; `pins` is the SHA-256 of the pinned keys."""

    pins: Hash
    set_id: SetId
    day: U32


@dataclass(frozen=True, kw_only=True)
class _CardsReadFile(WireStatement, label=b"hrd/v1/cards-read-file"):
    read: CardsRead
    root_signature: Data
    recovery_signature: Data


@dataclass(frozen=True, kw_only=True)
class NewCardSet:
    """A set just made: the shares of both seeds, in the order of the custodians, and the public record."""

    root: tuple[Share, ...]
    recovery: tuple[Share, ...]
    record: CardSet


def make_set(seeds: OrgSeeds, *, needed: int, count: int, voids: Sequence[bytes] = ()) -> NewCardSet:
    """Split both seeds under a fresh set id; every share is marked in the record."""
    set_id = random(SET_LENGTH)
    while set_id in voids:
        set_id = random(SET_LENGTH)
    root = split(seeds.root_seed, ROOT_CARD, set_id, needed=needed, count=count)
    recovery = split(seeds.recovery, RECOVERY_CARD, set_id, needed=needed, count=count)
    record = CardSet(
        pins=seeds.pins(),
        set_id=set_id,
        needed=needed,
        count=count,
        root_marks=tuple(share.mark() for share in root),
        recovery_marks=tuple(share.mark() for share in recovery),
        voids=tuple(voids),
    )
    return NewCardSet(root=root, recovery=recovery, record=record)


def restore(root: Sequence[Share], recovery: Sequence[Share], record: CardSet) -> OrgSeeds:
    """Return the seeds of a set; ShareError names a share that is none of it, NotSigned for seeds not pinned."""
    seeds = OrgSeeds(
        root_seed=combine(root, record.marks(ROOT_CARD)), recovery=combine(recovery, record.marks(RECOVERY_CARD))
    )
    if seeds.pins() != record.pins:
        raise NotSigned
    return seeds


def prove_read(seeds: OrgSeeds, set_id: bytes, day: int) -> bytes:
    """Return the proof, signed by root and recovery key, that a set's cards were read back on `day` (since 1970)."""
    read = CardsRead(pins=seeds.pins().hash(), set_id=set_id, day=day)
    recovery = recovery_keys(seeds.recovery).sign_seed
    file = _CardsReadFile(read=read, root_signature=read.sign(seeds.root_seed), recovery_signature=read.sign(recovery))
    return file.encode()


def looks_like_proof(data: bytes) -> bool:
    """Tell whether this is the file of a proof, whoever signed it."""
    return _CardsReadFile.has_label(data)


def check_read(data: bytes, pins: Pins) -> tuple[bytes, int]:
    """Return set id and day of a proof; NotSigned unless both pinned keys signed it."""
    file = _CardsReadFile.decode(data)
    file.read.check_signature(pins.root_public, file.root_signature)
    file.read.check_signature(pins.recovery_sign_public, file.recovery_signature)
    if file.read.pins != pins.hash():
        raise NotSigned
    return file.read.set_id, file.read.day
