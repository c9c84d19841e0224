"""The log's Merkle tree (RFC 6962), its checkpoints as signed notes, and the marks of a case's entries."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.encoding import pae, read_number, u32, u64, unpae_exactly
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.primitives import (
    HASH_LENGTH,
    SIGN_PUBLIC_LENGTH,
    digest,
    equal,
    mac,
    sign,
    signing_public,
    verify,
)
from hrd_cases.crypto.core.secrets import Secret

EMPTY_ROOT = digest(b"")
MARK_AT_LENGTH = 16
MARK_LENGTH = MARK_AT_LENGTH + HASH_LENGTH
_LABEL = b"hrd/v1/frontier"
ED25519_NOTE = b"\x01"
_KEY_ID_LENGTH = 4


def leaf_hash(*pieces: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 of a zero byte and the joined pieces."""
    return digest(b"\x00" + pae(*pieces))


def log_leaf(seq: int, day: int, log_class: bytes, mark: bytes, sealed: bytes) -> bytes:
    """Return the leaf of one log row; `day` in days since 1970-01-01 UTC."""
    return leaf_hash(u64(seq), u32(day), log_class, mark, digest(sealed))


def _node(left: bytes, right: bytes) -> bytes:
    return digest(b"\x01" + left + right)


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """The roots of the complete subtrees of a log of `size` leaves, the largest first: enough to append."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the frontier with more leaves."""
        roots, size = [*self.roots], self.size
        for leaf in leaves:
            roots.append(leaf)
            full, size = size, size + 1
            while full & 1:
                right = roots.pop()
                roots[-1] = _node(roots[-1], right)
                full >>= 1
        return Frontier(size=size, roots=tuple(roots))

    @property
    def root(self) -> bytes:
        """The root of the whole log."""
        if not self.roots:
            return EMPTY_ROOT
        data = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            data = _node(left, data)
        return data

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return pae(_LABEL, u64(self.size), b"".join(self.roots))

    @classmethod
    def decode(cls, data: bytes) -> "Frontier":
        """Undo `encode`; UnknownFormat when the number of roots does not fit the size."""
        label, size, joined = unpae_exactly(data, 3)
        count = read_number(size, 8)
        if label != _LABEL or len(joined) != count.bit_count() * HASH_LENGTH:
            raise UnknownFormat
        roots = tuple(joined[at : at + HASH_LENGTH] for at in range(0, len(joined), HASH_LENGTH))
        return cls(size=count, roots=roots)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How many entries the log of `origin` has, and its root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"

    def encode(self, sign_seed: Secret) -> str:
        """Return a signed note that any checker of transparency logs reads."""
        body = self.body()
        own_id = key_id(self.origin, signing_public(sign_seed))
        line = base64.b64encode(own_id + sign(sign_seed, body.encode())).decode("ascii")
        return f"{body}\n— {self.origin} {line}\n"

    @classmethod
    def parse(cls, note: str, public: bytes) -> "Checkpoint":
        """Return the checkpoint of a note signed with this Ed25519 key; UnknownFormat or NotSigned otherwise."""
        checkpoint, signature_lines = cls._split(note)
        start = f"— {checkpoint.origin} "
        for line in signature_lines:
            if line.startswith(start) and _signed(checkpoint, _base64(line.removeprefix(start)), public):
                return checkpoint
        raise NotSigned

    @classmethod
    def unchecked(cls, note: str) -> "Checkpoint":
        """Return the checkpoint of a note that its holder vouches for; UnknownFormat when it is none."""
        return cls._split(note)[0]

    @classmethod
    def _split(cls, note: str) -> "tuple[Checkpoint, list[str]]":
        body, blank, signatures = note.partition("\n\n")
        lines = body.split("\n")
        if not blank or len(lines) != 3:
            raise UnknownFormat
        checkpoint = cls(origin=lines[0], size=_size(lines[1]), root=_base64(lines[2]))
        if len(checkpoint.root) != HASH_LENGTH or checkpoint.body() != body + "\n":
            raise UnknownFormat
        *signature_lines, last = signatures.split("\n")
        # Witnesses may have added lines of theirs; anything else than signature lines is refused.
        if last or not all(line.startswith("— ") for line in signature_lines):
            raise UnknownFormat
        return checkpoint, signature_lines


def key_id(name: str, public: bytes) -> bytes:
    """Return the 4 bytes by which a signature line names its key."""
    return digest(name.encode() + b"\n" + ED25519_NOTE + public)[:_KEY_ID_LENGTH]


def _signed(checkpoint: Checkpoint, both: bytes, public: bytes) -> bool:
    if not equal(both[:_KEY_ID_LENGTH], key_id(checkpoint.origin, public)):
        return False
    return verify(public, checkpoint.body().encode(), both[_KEY_ID_LENGTH:])


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 20:
        raise UnknownFormat
    return int(text)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise UnknownFormat from None


def read_verifier(text: str) -> bytes:
    """Return the Ed25519 key of "name+id+key" as checkers of transparency logs write it; UnknownFormat otherwise."""
    name, id_and_key = text.strip().split("+", 1) if "+" in text else ("", "")
    value, _, written = id_and_key.partition("+")
    raw = _base64(written)
    if raw[:1] != ED25519_NOTE or len(raw) != 1 + SIGN_PUBLIC_LENGTH or value != key_id(name, raw[1:]).hex():
        raise UnknownFormat
    return raw[1:]


def checkpoint_words(root: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Return eight words of a root, for people to compare."""
    return key_words(root, words)


def mark_at(key: Secret, number: int) -> bytes:
    """Return the 16 bytes by which a holder of a compartment's key finds its entry number n in the log."""
    return mac(key, pae(b"at", u64(number)))[:MARK_AT_LENGTH]


def mark(key: Secret, number: int, manifest_root: bytes) -> bytes:
    """Return the clear mark of entry n of a compartment, which also fixes the root of its manifest (48 bytes)."""
    return mark_at(key, number) + mac(key, pae(b"root", u64(number), manifest_root))


def answers_wait(key: Secret, vault: bytes) -> bytes:
    """Return the 16 bytes with which the marks of answers begin that wait for a key of a case (48 bytes: id, sum)."""
    return mac(key, pae(b"answer waits", vault))[:MARK_AT_LENGTH]


def answers_entered(key: Secret, vault: bytes) -> bytes:
    """Return the same for answers that wait no more (48 bytes: id, zeros)."""
    return mac(key, pae(b"answer entered", vault))[:MARK_AT_LENGTH]


def call_waits(org: bytes) -> bytes:
    """Return the 16 bytes with which the marks of calls begin that were written on a locked page (48: id, sum)."""
    return digest(pae(b"call waits", org))[:MARK_AT_LENGTH]


def call_entered(org: bytes) -> bytes:
    """Return the same for calls that wait no more (48 bytes: id, zeros)."""
    return digest(pae(b"call entered", org))[:MARK_AT_LENGTH]


def held_key_mark(org: bytes, vault: bytes, compartment: str, member: bytes, number: int, *, ended: bool) -> bytes:
    """Return the mark of the log by which `member` (`Member.ident`) holds a key that no header fixes.

    `number` counts from 1 how often that was so; `ended`: they hold none any more.
    """
    label = b"other key ended" if ended else b"other key"
    return digest(pae(label, org, vault, compartment.encode(), member, u32(number)))
