"""The inside of a backup: named parts in a tar archive, so that age and tar open it where this program is gone.

Written and read as a stream. Each part is hashed on its way; the last one, the manifest, names them all.
"""

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_

BLOCK = 512
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*){0,3}\Z")
_LONGEST_NAME = 99
_END = bytes(2 * BLOCK)


@dataclass(frozen=True, kw_only=True)
class PartRecord:
    """What a manifest says of one part: its length in bytes and its SHA-256 in hex."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "PartRecord":
        """What is said of a part that is at hand."""
        return cls(size=len(data), sha256=hashlib.sha256(data).hexdigest())


class PartsOut:
    """Writes parts one after the other and remembers what each was."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.seen: dict[str, PartRecord] = {}

    def add(self, name: str, data: bytes) -> None:
        """Write one part that is at hand."""
        self.stream(name, len(data), (data,))

    def stream(self, name: str, size: int, pieces: Iterable[bytes]) -> None:
        """Write one part of a known size as it comes; damaged() when it comes longer or shorter."""
        head = tarfile.TarInfo(name)
        head.size, head.mode = size, 0o600
        self._write(head.tobuf(tarfile.GNU_FORMAT))
        hashed, gone = hashlib.sha256(), 0
        for piece in pieces:
            hashed.update(piece)
            gone += len(piece)
            self._write(piece)
        if gone != size:
            raise damaged(name)
        self._write(bytes(-size % BLOCK))
        self.seen[name] = PartRecord(size=size, sha256=hashed.hexdigest())

    def finish(self) -> None:
        """Write the end of the archive."""
        self._write(_END)


@dataclass(kw_only=True)
class IncomingPart:
    """One part on its way in: read it whole, or piece by piece; what is left over is passed by itself."""

    name: str
    size: int
    _pieces: Iterator[bytes] = field(repr=False)

    def pieces(self) -> Iterator[bytes]:
        """The bytes as they come."""
        return self._pieces

    def data(self, most: int = 16 << 20) -> bytes:
        """All of it; damaged() when it is larger than anything of its kind."""
        if self.size > most:
            raise damaged(self.name)
        return b"".join(self._pieces)


class PartsIn:
    """Reads parts out of chunks of plaintext, and remembers what each was."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""
        self.seen: dict[str, PartRecord] = {}

    def __iter__(self) -> Iterator[IncomingPart]:
        """Every part in turn; the next one is reached only when the one before was read to its end."""
        while (block := self._exactly(BLOCK)) != bytes(BLOCK):
            name, size = _head(block)
            if name in self.seen:
                raise damaged(name)
            pieces = self._part(name, size)
            yield IncomingPart(name=name, size=size, _pieces=pieces)
            for _ in pieces:
                pass
        if self._exactly(BLOCK) != bytes(BLOCK) or self._held or any(self._chunks):
            raise damaged("")

    def _part(self, name: str, size: int) -> Iterator[bytes]:
        hashed, left = hashlib.sha256(), size
        while left:
            piece = self._some(left)
            hashed.update(piece)
            left -= len(piece)
            yield piece
        if self._exactly(-size % BLOCK).strip(b"\0"):
            raise damaged(name)
        self.seen[name] = PartRecord(size=size, sha256=hashed.hexdigest())

    def _some(self, most: int) -> bytes:
        """At least one byte and at most so many."""
        while not self._held:
            self._held = next(self._chunks, b"")
            if not self._held:
                raise damaged("")
        data, self._held = self._held[:most], self._held[most:]
        return data

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            data += self._some(length - len(data))
        return data


def _head(block: bytes) -> tuple[str, int]:
    """Name and size of a part; nothing of the head becomes a path or a mode."""
    try:
        head = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.TarError, ValueError):
        raise damaged("") from None
    if head.type != tarfile.REGTYPE or len(head.name) > _LONGEST_NAME or not _NAME.match(head.name) or head.size < 0:
        raise damaged("")
    return head.name, head.size


def damaged(part: str) -> RuleBroken:
    """What is said of a backup that is not as it was written."""
    return RuleBroken(DAMAGED, values={"part": part or "-"})


DAMAGED = N_("This backup is damaged, or was changed: nothing of it was put in place (%(part)s).")
