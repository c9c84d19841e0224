"""Files of age (age-encryption.org/v1), written and read so that anyone's age opens them and we open anyone's.

Recipients are hybrid (age1pq..., MLKEM768-X25519) or X25519 (age1...); passphrases and ASCII armour are not read.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from hrd_cases.crypto.core.errors import CryptoError, NotOpened, UnknownFormat
from hrd_cases.crypto.core.primitives import (
    HPKE_OVERHEAD,
    KEM_PUBLIC_LENGTH,
    KEY_LENGTH,
    TAG_LENGTH,
    chacha_open,
    chacha_seal,
    equal,
    hkdf,
    hpke_open,
    hpke_seal,
    kem_public,
    mac,
    random,
    x25519_public,
    x25519_shared,
)
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.formats import bech32

CHUNK = 64 * 1024
_SEALED_CHUNK = CHUNK + TAG_LENGTH
_VERSION = b"age-encryption.org/v1"
_FILE_KEY, _NONCE, _COLUMNS = 16, 16, 64
_LONGEST_HEADER = 1 << 20  # some 600 hybrid recipients; whoever sends more wants memory, not backups
_HYBRID, _CLASSICAL = b"mlkem768x25519", b"X25519"
_HYBRID_INFO = b"age-encryption.org/mlkem768x25519"
_CLASSICAL_INFO = b"age-encryption.org/v1/X25519"
_ENCAPSULATION = HPKE_OVERHEAD - TAG_LENGTH
_ONCE = bytes(12)  # the nonce of a key that seals one message


class ByteSource(Protocol):
    """Anything that hands out bytes, fewer than asked for or none at its end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


@dataclass(frozen=True, kw_only=True)
class FileRecipient:
    """A public key that files are sealed to; `hybrid` ones hold against a quantum computer too."""

    public: bytes
    hybrid: bool = True

    def text(self) -> str:
        """Return the key as age writes it: age1pq1... or age1..."""
        return bech32.encode("age1pq" if self.hybrid else "age", self.public)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The 32-byte secret that opens what was sealed to its recipient."""

    seed: Secret
    hybrid: bool = True

    @classmethod
    def new(cls) -> "Identity":
        """Make a fresh hybrid identity."""
        return cls(seed=Secret(random(KEY_LENGTH)))

    @property
    def recipient(self) -> FileRecipient:
        """The public half."""
        public = kem_public(self.seed) if self.hybrid else x25519_public(self.seed)
        return FileRecipient(public=public, hybrid=self.hybrid)

    def text(self) -> str:
        """Return the secret as age writes it, to be shown once: AGE-SECRET-KEY-PQ-1... or AGE-SECRET-KEY-1..."""
        return bech32.encode("age-secret-key-pq-" if self.hybrid else "age-secret-key-", self.seed.reveal()).upper()


def read_recipient(text: str) -> FileRecipient:
    """Return the recipient of a line; UnknownFormat for anything else."""
    kind, public = bech32.decode(text.strip())
    lengths = {"age1pq": KEM_PUBLIC_LENGTH, "age": KEY_LENGTH}
    if text.strip() != text.strip().lower() or lengths.get(kind) != len(public):
        raise UnknownFormat
    return FileRecipient(public=public, hybrid=kind == "age1pq")


def read_identities(text: str) -> tuple[Identity, ...]:
    """Return every identity of an identity file; lines with # say nothing; UnknownFormat when there is none."""
    lines = [line.strip() for line in text.splitlines()]
    identities = tuple(_identity(line) for line in lines if line and not line.startswith("#"))
    if not identities:
        raise UnknownFormat
    return identities


def _identity(line: str) -> Identity:
    kind, seed = bech32.decode(line)
    if kind not in ("age-secret-key-", "age-secret-key-pq-") or len(seed) != KEY_LENGTH or line != line.upper():
        raise UnknownFormat
    return Identity(seed=Secret(seed), hybrid=kind.endswith("pq-"))


class AgeSealer:
    """Seals a stream to recipients, chunk by chunk; the file is whole only after finish()."""

    def __init__(self, sink: Callable[[bytes], object], recipients: Sequence[FileRecipient]) -> None:
        # As age itself: one classical recipient would undo what the hybrid ones are for.
        if not recipients or len({recipient.hybrid for recipient in recipients}) != 1:
            raise UnknownFormat
        file_key, nonce = Secret(random(_FILE_KEY)), random(_NONCE)
        header = b"".join([_VERSION, b"\n", *(_stanza(recipient, file_key) for recipient in recipients), b"---"])
        sink(b"".join([header, b" ", _base64(mac(_header_key(file_key), header)), b"\n", nonce]))
        self._sink = sink
        self._key = hkdf(file_key, nonce, b"payload", KEY_LENGTH).reveal()
        self._held = bytearray()
        self._number = 0

    def write(self, data: bytes) -> int:
        """Take plaintext of any length; returns it."""
        self._held += data
        at, end = 0, len(self._held) - 1  # at least one byte stays, for the last chunk
        with memoryview(self._held) as content:
            while end - at >= CHUNK:
                self._seal(bytes(content[at : at + CHUNK]), last=False)
                at += CHUNK
        if at:
            del self._held[:at]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk, which marks the end."""
        self._seal(bytes(self._held), last=True)
        self._held.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._sink(chacha_seal(self._key, _chunk_nonce(self._number, last=last), chunk))
        self._number += 1


def opened(source: ByteSource, identities: Iterable[Identity]) -> Iterator[bytes]:
    """Yield the plaintext in chunks, each authenticated before it is handed out.

    UnknownFormat when the header is none that we read, NotOpened when no identity fits or any byte was changed,
    exchanged, doubled, left out or added. Only the end of this iterator proves that the file was whole.
    """
    current = _LineReader(source)
    file_key = _header(current, tuple(identities))
    key = hkdf(file_key, current.take(_NONCE, whole=True), b"payload", KEY_LENGTH).reveal()
    return _payload(current, key)


def _payload(current: "_LineReader", key: bytes) -> Iterator[bytes]:
    number, sealed = 0, current.take(_SEALED_CHUNK)
    while True:
        following = current.take(_SEALED_CHUNK)
        chunk = chacha_open(key, _chunk_nonce(number, last=not following), sealed)
        if not following and number and not chunk:
            raise NotOpened  # an empty last chunk stands only in an empty file
        yield chunk
        if not following:
            return
        number, sealed = number + 1, following


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _header_key(file_key: Secret) -> Secret:
    return hkdf(file_key, b"", b"header", KEY_LENGTH)


# --- the header ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Stanza:
    kind: bytes
    arguments: tuple[bytes, ...]
    body: bytes


class _LineReader:
    """A source read line by line first, then in pieces of exact length."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._rest = b""
        self._lines = 0

    def line(self) -> bytes:
        """One line of the header without its end."""
        while b"\n" not in self._rest:
            more = self._source.read(4096)
            if not more or len(self._rest) > _LONGEST_HEADER:
                raise UnknownFormat
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        self._lines += len(line) + 1
        if self._lines > _LONGEST_HEADER:
            raise UnknownFormat
        return line

    def take(self, length: int, *, whole: bool = False) -> bytes:
        """At most `length` bytes, fewer only at the end of the source; UnknownFormat when `whole` and fewer."""
        pieces, missing = [self._rest[:length]], length - len(self._rest[:length])
        self._rest = self._rest[length:]
        while missing and (more := self._source.read(missing)):
            pieces.append(more)
            missing -= len(more)
        if whole and missing:
            raise UnknownFormat
        return b"".join(pieces)


def _header(current: _LineReader, identities: Sequence[Identity]) -> Secret:
    """The file key, after the header proved unaltered."""
    if current.line() != _VERSION:
        raise UnknownFormat
    raw, stanzas = [_VERSION, b"\n"], []
    while not (line := current.line()).startswith(b"---"):
        stanzas.append(_read_stanza(line, current, raw))
    if not stanzas or not line.startswith(b"--- "):
        raise UnknownFormat
    data = _unbase64(line[4:], KEY_LENGTH)
    file_key = _file_key(stanzas, identities)
    if not equal(data, mac(_header_key(file_key), b"".join([*raw, b"---"]))):
        raise NotOpened
    return file_key


def _read_stanza(line: bytes, current: _LineReader, raw: list[bytes]) -> _Stanza:
    """One stanza: `-> ` and its arguments, then its body in lines of 64 columns, the last one shorter."""
    words = line[3:].split(b" ")
    if not line.startswith(b"-> ") or any(not word or not all(0x21 <= byte <= 0x7E for byte in word) for word in words):
        raise UnknownFormat
    raw += (line, b"\n")
    body = []
    while True:
        body.append(current.line())
        raw += (body[-1], b"\n")
        if len(body[-1]) > _COLUMNS:
            raise UnknownFormat
        if len(body[-1]) < _COLUMNS:
            break
    return _Stanza(kind=words[0], arguments=tuple(words[1:]), body=_unbase64(b"".join(body)))


def _file_key(stanzas: Sequence[_Stanza], identities: Sequence[Identity]) -> Secret:
    if any(stanza.kind == b"scrypt" for stanza in stanzas) and len(stanzas) > 1:
        raise UnknownFormat  # a passphrase stands alone: whoever else could open it, could also have written it
    for identity in identities:
        for stanza in stanzas:
            if (secret := _tried(stanza, identity)) is not None:
                return secret
    raise NotOpened


def _tried(stanza: _Stanza, identity: Identity) -> Secret | None:
    """The file key, if this stanza was made for this identity; UnknownFormat when it is malformed for its kind."""
    if stanza.kind != (_HYBRID if identity.hybrid else _CLASSICAL):
        return None
    share_length = _ENCAPSULATION if identity.hybrid else KEY_LENGTH
    if len(stanza.arguments) != 1 or len(stanza.body) != _FILE_KEY + TAG_LENGTH:
        raise UnknownFormat
    share = _unbase64(stanza.arguments[0], share_length)
    try:
        if identity.hybrid:
            return Secret(hpke_open(identity.seed, _HYBRID_INFO, share + stanza.body))
        key = _classical_key(_agreed(identity.seed, share), share, x25519_public(identity.seed))
        return Secret(chacha_open(key, _ONCE, stanza.body))
    except NotOpened:
        return None


def _agreed(seed: Secret, share: bytes) -> Secret:
    """What both keys share; a point of low order is no key, and whoever sends it knows the outcome."""
    try:
        return x25519_shared(seed, share)
    except CryptoError:
        raise UnknownFormat from None


def _classical_key(shared: Secret, share: bytes, public: bytes) -> bytes:
    return hkdf(shared, share + public, _CLASSICAL_INFO, KEY_LENGTH).reveal()


def _stanza(recipient: FileRecipient, file_key: Secret) -> bytes:
    if recipient.hybrid:
        sealed = hpke_seal(recipient.public, _HYBRID_INFO, file_key.reveal())
        share, body = sealed[:_ENCAPSULATION], sealed[_ENCAPSULATION:]
    else:
        ephemeral = Secret(random(KEY_LENGTH))
        share = x25519_public(ephemeral)
        key = _classical_key(_agreed(ephemeral, recipient.public), share, recipient.public)
        body = chacha_seal(key, _ONCE, file_key.reveal())
    kind = _HYBRID if recipient.hybrid else _CLASSICAL
    return b"-> " + kind + b" " + _base64(share) + b"\n" + _folded(_base64(body))


def _folded(text: bytes) -> bytes:
    """Lines of 64 columns; the last one is shorter, and empty where the text fills its lines."""
    lines = [text[at : at + _COLUMNS] for at in range(0, len(text) + 1, _COLUMNS)]
    return b"".join(line + b"\n" for line in lines)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _unbase64(text: bytes, length: int | None = None) -> bytes:
    """Undo _base64, exactly: no padding, no stray bits, and the length that is expected."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnknownFormat from None
    if _base64(data) != text or length not in (None, len(data)):
        raise UnknownFormat
    return data
