"""A compartment's header: its public key, the commitment to its key, and the roster of its members."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol

from hrd_cases.crypto.core.codec import Data
from hrd_cases.crypto.core.encoding import ID_LENGTH, pae, read_number, read_text, u8, u32, u64, unpae, unpae_exactly
from hrd_cases.crypto.core.errors import NotNamed, NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import RECOVERY, CompartmentKey
from hrd_cases.crypto.core.primitives import HASH_LENGTH, KEM_PUBLIC_LENGTH, digest, random, sign
from hrd_cases.crypto.core.secrets import Secret

USER = "user"
VAULT = "vault"
READ = "read"
WRITE = "write"
GRANT = "grant"
NO_PREVIOUS = bytes(HASH_LENGTH)
HALF_LENGTH = 16
FIRST_EPOCH = 1
FIRST_SERIAL = 1
MEMBER_STEP = 8
NONCE_LENGTH = 32
_LABEL = b"hrd/v1/header"
_KIND_CODES = {USER: 1, VAULT: 2}
_KIND_NAMES = {1: USER, 2: VAULT}
_RIGHT_BITS = {READ: 1, WRITE: 2, GRANT: 4}
_EMPTY_SLOT = pae(u8(0), bytes(HASH_LENGTH), b"", u8(0), u32(0))


def vault_member_id(vault: bytes, compartment: str) -> bytes:
    """Return the 32 bytes that name the holders of one compartment of a vault."""
    return digest(pae(b"hrd/v1/vault-member", vault, compartment.encode()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A principal of a compartment; `id` is a user's fingerprint or a vault's id, `last_day` 0 means no end."""

    kind: str
    id: bytes
    compartment: str = ""
    rights: frozenset[str]
    last_day: int = 0

    @property
    def ident(self) -> bytes:
        """The 32 bytes that name this member in grants."""
        return self.id if self.kind == USER else vault_member_id(self.id, self.compartment)

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        kind, rights = u8(_KIND_CODES[self.kind]), rights_bits(self.rights)
        return pae(kind, self.id, self.compartment.encode(), rights, u32(self.last_day))

    @classmethod
    def decode(cls, data: bytes) -> "Member":
        """Undo `encode`; UnknownFormat otherwise."""
        code, ident, compartment, bits, last_day = unpae_exactly(data, 5)
        kind = _KIND_NAMES.get(read_number(code, 1), "")
        length = HASH_LENGTH if kind == USER else ID_LENGTH
        if not kind or len(ident) != length or (kind == USER) != (compartment == b""):
            raise UnknownFormat
        return cls(
            kind=kind,
            id=ident,
            compartment=read_text(compartment, "ascii"),
            rights=read_rights(bits),
            last_day=read_number(last_day, 4),
        )


def rights_bits(rights: Iterable[str]) -> bytes:
    """Return the byte in which every right has its bit."""
    return u8(sum(_RIGHT_BITS[right] for right in rights))


def read_rights(bits: bytes) -> frozenset[str]:
    """Undo `rights_bits`; UnknownFormat otherwise."""
    mask = read_number(bits, 1)
    if mask > sum(_RIGHT_BITS.values()):
        raise UnknownFormat
    return frozenset(right for right, bit in _RIGHT_BITS.items() if mask & bit)


def vault_id(org: bytes, kind: str, creator: bytes, nonce: bytes) -> bytes:
    """Return the 16-byte id that follows from who founded the vault; nobody can found another under it."""
    return digest(pae(b"hrd/v1/vault-id", org, kind.encode(), creator, nonce))[:ID_LENGTH]


@dataclass(frozen=True, kw_only=True)
class Header:
    """One header; `kind`, `creator` and `nonce` are those of the vault in a compartment's first header, else empty.

    `not_before`: the first day (since 1970-01-01) on which a successor signed beforehand counts; 0 counts at once.
    """

    org: bytes
    vault: bytes
    compartment: str
    epoch: int
    serial: int
    public: bytes
    commitment: bytes
    previous: bytes
    members: tuple[Member, ...]
    kind: str = ""
    creator: bytes = b""
    nonce: bytes = b""
    not_before: int = 0

    def encode(self) -> bytes:
        """Return the canonical bytes, members sorted and filled up to steps of eight."""
        slots = sorted(member.encode() for member in self.members)
        slots += [_EMPTY_SLOT] * (-len(slots) % MEMBER_STEP or (0 if slots else MEMBER_STEP))
        return pae(
            _LABEL,
            self.org,
            self.vault,
            self.compartment.encode(),
            u32(self.epoch),
            u64(self.serial),
            self.public,
            self.commitment,
            self.previous,
            pae(*slots),
            pae(self.kind.encode(), self.creator, self.nonce),
            u32(self.not_before),
        )

    @classmethod
    def decode(cls, data: bytes) -> "Header":
        """Undo `encode`; UnknownFormat unless the bytes are exactly what `encode` writes."""
        return _decoded(data)

    @classmethod
    def _read(cls, data: bytes) -> "Header":
        pieces = unpae_exactly(data, 12)
        kind, creator, nonce = unpae_exactly(pieces[10], 3)
        header = cls(
            org=pieces[1],
            vault=pieces[2],
            compartment=read_text(pieces[3], "ascii"),
            epoch=read_number(pieces[4], 4),
            serial=read_number(pieces[5], 8),
            public=pieces[6],
            commitment=pieces[7],
            previous=pieces[8],
            members=tuple(Member.decode(slot) for slot in unpae(pieces[9]) if slot != _EMPTY_SLOT),
            kind=read_text(kind, "ascii"),
            creator=creator,
            nonce=nonce,
            not_before=read_number(pieces[11], 4),
        )
        if not header._well_formed() or header.encode() != data:
            raise UnknownFormat
        return header

    def _well_formed(self) -> bool:
        sizes = (len(self.org), len(self.vault), len(self.public), len(self.commitment), len(self.previous))
        idents = [member.ident for member in self.members]
        return sizes == (ID_LENGTH, ID_LENGTH, KEM_PUBLIC_LENGTH, HASH_LENGTH, HASH_LENGTH) and (
            len(set(idents)) == len(idents) and RECOVERY not in idents
        )

    def hash(self) -> bytes:
        """Return the SHA-256 of the encoded header."""
        return self._hash

    @cached_property
    def _hash(self) -> bytes:
        return digest(self.encode())

    def member(self, ident: bytes) -> Member:
        """Return the member with this ident; NotNamed when the header has none."""
        for member in self.members:
            if member.ident == ident:
                return member
        raise NotNamed

    def names(self, ident: bytes) -> bool:
        """Tell whether the header names this ident; the recovery key is named everywhere."""
        return ident == RECOVERY or any(member.ident == ident for member in self.members)

    def may(self, ident: bytes, right: str) -> bool:
        """Tell whether this ident is a member with the right."""
        return any(member.ident == ident and right in member.rights for member in self.members)

    def follow(self, members: Iterable[Member], key: CompartmentKey | None = None, *, not_before: int = 0) -> "Header":
        """Return the next header: same epoch with other members or, with a new key, the next epoch.

        With `not_before` it is a successor that counts from that day on.
        """
        after = replace(
            self,
            serial=self.serial + 1,
            previous=self.hash(),
            members=tuple(members),
            kind="",
            creator=b"",
            nonce=b"",
            not_before=not_before,
        )
        if key is None:
            return after
        epoch = self.epoch + 1
        commitment = key.commitment(self.org, self.vault, self.compartment, epoch)
        return replace(after, epoch=epoch, public=key.public, commitment=commitment)

    def fixes(self, key: CompartmentKey) -> bool:
        """Tell whether the commitment is to this key."""
        return Secret(key.commitment(self.org, self.vault, self.compartment, self.epoch)) == Secret(self.commitment)


# The same header is looked at when it is signed, entered and verified.
_decoded = lru_cache(maxsize=1024)(Header._read)


def next_half(header: Header) -> bytes:
    """Return the first half of the mark of whatever header follows this one in the log."""
    return _half(header.org, header.vault, header.compartment, header.hash())


def own_half(header: Header) -> bytes:
    """Return the first half of the mark of a header itself: it names what it follows."""
    return _half(header.org, header.vault, header.compartment, header.previous)


def header_mark(header: Header) -> bytes:
    """Return the mark of a header in the log (48 bytes): of all that follow the same one, the first counts."""
    return own_half(header) + header.hash()


def _half(org: bytes, vault: bytes, compartment: str, previous: bytes) -> bytes:
    return digest(pae(b"next", org, vault, compartment.encode(), previous))[:HALF_LENGTH]


@dataclass(frozen=True, kw_only=True)
class VaultOrigin:
    """What a new vault's id follows from; the first header of each of its compartments repeats it."""

    org: bytes
    kind: str
    creator: bytes
    nonce: bytes

    @classmethod
    def new(cls, org: bytes, kind: str, creator: bytes) -> "VaultOrigin":
        """Draw the nonce of a new vault."""
        return cls(org=org, kind=kind, creator=creator, nonce=random(NONCE_LENGTH))

    @property
    def vault(self) -> bytes:
        """The vault id."""
        return vault_id(self.org, self.kind, self.creator, self.nonce)

    def first_header(self, compartment: str, key: CompartmentKey, members: Iterable[Member]) -> Header:
        """Return the first header of a compartment of this vault."""
        return Header(
            org=self.org,
            vault=self.vault,
            compartment=compartment,
            epoch=FIRST_EPOCH,
            serial=FIRST_SERIAL,
            public=key.public,
            commitment=key.commitment(self.org, self.vault, compartment, FIRST_EPOCH),
            previous=NO_PREVIOUS,
            members=tuple(members),
            kind=self.kind,
            creator=self.creator,
            nonce=self.nonce,
        )


class SignedHeader(NamedTuple):
    """An encoded header, the fingerprint of who signed it (or RECOVERY), and the signature."""

    header_bytes: Data
    signer_fp: Data
    signature: Data


class HeaderSigner(Protocol):
    """Keys that sign headers: a user's or the recovery keys."""

    @property
    def sign_seed(self) -> Secret:
        """The Ed25519 seed."""

    @property
    def fingerprint(self) -> bytes:
        """The fingerprint, or RECOVERY."""


def sign_header(header: Header, signer: HeaderSigner) -> SignedHeader:
    """Sign a header; NotSigned when its own shape could not be read back."""
    encoded = header.encode()
    try:
        Header.decode(encoded)
    except UnknownFormat:
        raise NotSigned from None
    return SignedHeader(encoded, signer.fingerprint, sign(signer.sign_seed, encoded))
