"""The public record of a set of custodians' cards, and the proof that it was read back: what a server may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.crypto.ceremony.shares import MOST, SET_LENGTH, Share, combine, split
from hrd_cases.crypto.core.encoding import pae, read_number, u8, u32, u64, unpae, unpae_exactly
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import OrgSeeds, Pins, recovery_keys
from hrd_cases.crypto.core.primitives import HASH_LENGTH, digest, random, sign, verify

_SET, _SET_FILE = b"hrd/v1/custodian-set", b"hrd/v1/custodian-set-file"
_READ, _READ_FILE = b"hrd/v1/cards-read", b"hrd/v1/cards-read-file"
ROOT_CARD, RECOVERY_CARD = "root", "recovery"


@dataclass(frozen=True, kw_only=True)
class CardSet:
    """What is public about a set: whose keys, how many of how many, a mark of each share, the sets it makes void."""

    pins: Pins
    set_id: bytes
    needed: int
    count: int
    root_marks: tuple[bytes, ...]
    recovery_marks: tuple[bytes, ...]
    voids: tuple[bytes, ...] = ()

    def marks(self, kind: str) -> Mapping[int, bytes]:
        """The mark of each share of a kind, by number."""
        return dict(enumerate(self.root_marks if kind == ROOT_CARD else self.recovery_marks, 1))

    def encode(self) -> bytes:
        """Return the canonical bytes that the root signs."""
        numbers = (u8(self.needed), u8(self.count))
        marks = (pae(*self.root_marks), pae(*self.recovery_marks))
        return pae(_SET, self.pins.encode(), self.set_id, *numbers, *marks, pae(*self.voids))

    @classmethod
    def decode(cls, data: bytes) -> "CardSet":
        """Undo `encode`; UnknownFormat otherwise."""
        label, pins, set_id, needed, count, root, recovery, voids = unpae_exactly(data, 8)
        card_set = cls(
            pins=Pins.decode(pins),
            set_id=set_id,
            needed=read_number(needed, 1),
            count=read_number(count, 1),
            root_marks=unpae(root),
            recovery_marks=unpae(recovery),
            voids=unpae(voids),
        )
        if label != _SET or not card_set._well_formed() or card_set.encode() != data:
            raise UnknownFormat
        return card_set

    def _well_formed(self) -> bool:
        ids = (self.set_id, *self.voids)
        marks = (*self.root_marks, *self.recovery_marks)
        return (
            1 <= self.needed <= self.count <= MOST
            and len(self.root_marks) == len(self.recovery_marks) == self.count
            and all(len(data) == SET_LENGTH for data in ids)
            and all(len(mark) == HASH_LENGTH for mark in marks)
            and self.set_id not in self.voids
        )

    def to_file(self, seeds: OrgSeeds) -> bytes:
        """Return the record signed by the root."""
        statement = self.encode()
        return pae(_SET_FILE, statement, sign(seeds.root_seed, statement))

    @classmethod
    def from_file(cls, data: bytes) -> "CardSet":
        """Read a record; NotSigned unless the root that it names signed it (the reader compares its pins)."""
        label, statement, signature = unpae_exactly(data, 3)
        if label != _SET_FILE:
            raise UnknownFormat
        card_set = cls.decode(statement)
        if not verify(card_set.pins.root_public, statement, signature):
            raise NotSigned
        return card_set


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
    statement = pae(_READ, digest(seeds.pins().encode()), set_id, u32(day))
    recovery = sign(recovery_keys(seeds.recovery).sign_seed, statement)
    return pae(_READ_FILE, statement, sign(seeds.root_seed, statement), recovery)


def looks_like_proof(data: bytes) -> bool:
    """Tell whether this is the file of a proof, whoever signed it."""
    return data[4:].startswith(u64(len(_READ_FILE)) + _READ_FILE)


def check_read(data: bytes, pins: Pins) -> tuple[bytes, int]:
    """Return set id and day of a proof; NotSigned unless both pinned keys signed it."""
    label, statement, root, recovery = unpae_exactly(data, 4)
    inner, keys, set_id, day = unpae_exactly(statement, 4)
    if (label, inner) != (_READ_FILE, _READ) or len(set_id) != SET_LENGTH:
        raise UnknownFormat
    signed = verify(pins.root_public, statement, root) and verify(pins.recovery_sign_public, statement, recovery)
    if not signed or keys != digest(pins.encode()):
        raise NotSigned
    return set_id, read_number(day, 4)
