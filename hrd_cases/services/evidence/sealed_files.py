"""One file under its own key: sealed as it arrives, opened as it leaves, never in the clear on a disk."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

from hrd_cases.crypto.core.files import FileOpener, FileSealer, file_context, file_key
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.arranging import SourcePage
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence.file_types import HEAD, sniffed
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.store.blobs import BlobWriter
from hrd_cases.store.files import FileRow

PIECE = 256 * 1024
LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A sealed file as its record names it: `length` and `sha256` (hex) of the exact bytes taken in.

    `turn` in degrees clockwise, `arrangement` the order and turns of its pages.
    `at` the intake in UTC, `by` who took it in, `stored` and `stored_sha256` the length and hash of the ciphertext.
    """

    blob: str
    key: Secret = field(repr=False)
    length: int
    sha256: str
    name: str
    claimed: str
    sniffed: str
    at: str
    by: str = ""
    turn: int = 0
    stored: int = 0
    stored_sha256: str = ""
    arrangement: tuple[SourcePage, ...] = ()

    def row(self, vault: str, day: date) -> FileRow:
        """A file that has just been sealed, as the database names it."""
        return FileRow(id=self.blob, vault_id=vault, day=day, size=self.stored, sha256=self.stored_sha256)

    def entry(self) -> dict[str, object]:
        """The file as the sealed record holds it."""
        plain = {name: getattr(self, name) for name in ("blob", "length", "sha256", "name", "claimed", "sniffed")}
        pages = [[source_page.number, source_page.turn] for source_page in self.arrangement]
        created = {**plain, "key": self.key.reveal().hex(), "at": self.at, "by": self.by, "turn": self.turn}
        return {**created, "pages": pages} if pages else created


def stored_file(entry: Mapping[str, Any]) -> KeptFile:
    """The file that a sealed record names."""
    return KeptFile(
        blob=str(entry["blob"]),
        key=Secret(bytes.fromhex(entry["key"])),
        length=int(entry["length"]),
        sha256=str(entry["sha256"]),
        name=str(entry.get("name", "")),
        claimed=str(entry.get("claimed", "")),
        sniffed=str(entry.get("sniffed", "")),
        at=str(entry.get("at", "")),
        by=str(entry.get("by", "")),
        turn=int(entry.get("turn", 0)),
        arrangement=tuple(SourcePage(number=int(page[0]), turn=int(page[1])) for page in entry.get("pages", ())),
    )


class TooLong(Exception):
    """More bytes came than one file may have."""


class ArrivingBytes:
    """The bytes of a file on their way in, in memory, at most `most`: what is not clean yet is kept nowhere."""

    def __init__(self, most: int) -> None:
        self.data, self._most = bytearray(), most

    def write(self, data: bytes) -> None:
        """Take the next bytes; raises TooLong."""
        if len(self.data) + len(data) > self._most:
            raise TooLong
        self.data += data

    def abort(self) -> None:
        """Forget what came."""
        self.data = bytearray()


class IncomingFile:
    """A file on its way in: hashed, counted and sealed piece by piece; it exists only after finish()."""

    def __init__(self, runtime: Runtime, vault: str, *, name: str, claimed: str, most: int) -> None:
        self._blob = random(16).hex()
        self._key = file_key()
        self._sealer = FileSealer(self._key, _context(runtime, vault, self._blob))
        self._hash = hashlib.sha256()
        self._head = b""
        self._most = most
        self._name = plain_name(name)
        self._claimed = plain_name(claimed)[:100]
        self._writer: BlobWriter = runtime.blobs.writer(self._blob)

    def write(self, data: bytes) -> None:
        """Take the next bytes; raises TooLong."""
        if self._sealer.length + len(data) > self._most:
            raise TooLong
        if len(self._head) < HEAD:
            self._head += data[: HEAD - len(self._head)]
        self._hash.update(data)
        self._writer.write(self._sealer.update(data))

    @property
    def empty(self) -> bool:
        """True while nothing came."""
        return self._sealer.length == 0

    def finish(self, at: datetime, by: str) -> KeptFile:
        """Make the sealed file safe on the disk and say what it is."""
        for piece in self._sealer.finalize():
            self._writer.write(piece)
        size = self._writer.commit()
        return KeptFile(
            blob=self._blob,
            key=self._key,
            length=self._sealer.length,
            sha256=self._hash.hexdigest(),
            name=self._name,
            claimed=self._claimed,
            sniffed=sniffed(self._head),
            at=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            by=by,
            stored=size,
            stored_sha256=self._writer.sha256,
        )

    def abort(self) -> None:
        """Throw away what came."""
        self._writer.abort()


def seal_whole(runtime: Runtime, vault: str, data: bytes, *, name: str, at: datetime, by: str) -> KeptFile:
    """Seal bytes that are already in memory."""
    incoming = IncomingFile(runtime, vault, name=name, claimed="", most=len(data))
    try:
        for start in range(0, len(data), PIECE):
            incoming.write(data[start : start + PIECE])
        return incoming.finish(at, by)
    except BaseException:
        incoming.abort()
        raise


def contents(runtime: Runtime, vault: str, file: KeptFile) -> Iterator[bytes]:
    """The exact bytes taken in, piece by piece; the last ones come only when all proved right (else NotOpened)."""
    try:
        stream = runtime.blobs.open(file.blob)
    except FileNotFoundError:
        raise RuleBroken(N_("This file is no longer on the server. Tell the server operator.")) from None
    return _opened(stream, FileOpener(file.key, _context(runtime, vault, file.blob), file.length))


def whole(pieces: Iterable[bytes]) -> bytes:
    """All bytes of a file that is known to be small."""
    return b"".join(pieces)


def plain_name(name: str) -> str:
    """The name a browser gave, without folders and control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept_characters = "".join(item for item in last if unicodedata.category(item) not in ("Cc", "Cs"))
    if len(kept_characters) <= LONGEST_NAME:
        return kept_characters
    stem, dot, after = kept_characters.rpartition(".")
    tail = dot + after if stem and len(after) < 12 else ""
    return kept_characters[: LONGEST_NAME - len(tail)] + tail


def _opened(stream: BinaryIO, opener: FileOpener) -> Iterator[bytes]:
    with stream:
        while sealed := stream.read(PIECE):
            ready = opener.update(sealed)
            if ready:
                yield ready
    yield opener.finalize()


def _context(runtime: Runtime, vault: str, blob: str) -> bytes:
    return file_context(runtime.org, bytes.fromhex(vault), bytes.fromhex(blob))
