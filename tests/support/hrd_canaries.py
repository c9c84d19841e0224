"""Looks for planted words in raw bytes, in every disguise that a program might leave them in."""

import base64
import itertools
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MOST_INFLATED = 8 * 1024 * 1024
DEPTH = 3


def disguises(word: str) -> Mapping[str, tuple[bytes, ...]]:
    """The bytes to look for, by the name of the encoding."""
    plain = word.encode()
    phases = []
    for phase in range(3):
        whole = base64.b64encode(bytes(phase) + plain)
        # What the bytes before and after it make of the first and last letters is not known: leave those out.
        first, last = (0, 2, 3)[phase], len(whole) - 4
        phases += [whole[first:last], whole[first:last].translate(bytes.maketrans(b"+/", b"-_"))]
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in word).encode()
    mixed = "".join(letter if letter.isascii() else f"\\u{ord(letter):04x}" for letter in word).encode()
    percent = "".join(f"%{byte:02X}" for byte in plain)
    return {
        "utf-8": (plain,),
        "utf-16le": (word.encode("utf-16-le"),),
        "utf-16be": (word.encode("utf-16-be"),),
        "base64": tuple(dict.fromkeys(phases)),
        "hex": (plain.hex().encode(), plain.hex().upper().encode()),
        "url": tuple({percent.encode(), percent.lower().encode(), urllib.parse.quote(word).encode()}),
        "json": tuple({escaped, escaped.upper().replace(b"\\U", b"\\u"), mixed}),
        "reversed": (plain[::-1], word[::-1].encode()),
        "cp1251": (word.encode("cp1251", "ignore"),) if len(word.encode("cp1251", "ignore")) == len(word) else (),
        "latin letters in capitals": (word.upper().encode(),),
    }


@dataclass(frozen=True)
class Hit:
    """A planted word found: where, which, in which encoding (packed streams are named before it)."""

    place: str
    word: str
    encoding: str


class Scanner:
    """Looks for some words in bytes, and in the gzip, zlib and deflate streams inside them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._needles = [
            (word, encoding, needle)
            for word in words
            for encoding, needles in disguises(word).items()
            for needle in needles
            if len(needle) >= 6
        ]

    def scan(self, data: bytes, place: str, *, depth: int = 0, packed: str = "") -> Iterator[Hit]:
        """Every word found, once for each encoding."""
        for word, encoding, needle in self._needles:
            if needle in data:
                yield Hit(place, word, packed + encoding)
        if depth < DEPTH:
            for name, inner in _streams(data):
                yield from self.scan(inner, place, depth=depth + 1, packed=f"{packed}{name} > ")

    def folder(self, folder: Path) -> list[Hit]:
        """Everything found in the files below a folder, and in their names."""
        result = []
        for path in sorted(folder.rglob("*")):
            result += list(self.scan(str(path.relative_to(folder)).encode(), f"name of {path}"))
            if path.is_file() and not path.is_symlink():
                result += list(self.scan(path.read_bytes(), str(path)))
        return result


_STARTS = ((b"\x1f\x8b\x08", 31), *((bytes((0x78, second)), 15) for second in (0x01, 0x5E, 0x9C, 0xDA)))


def _streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Whatever unpacks at a place where a packed stream begins: gzip, zlib, and members of ZIP archives."""
    for start, bits in _STARTS:
        for at in _every(data, start):
            inner = _inflated(data, at, bits)
            if len(inner) > 8:
                yield ("gzip" if bits == 31 else "zlib"), inner
    for at in _every(data, b"PK\x03\x04"):
        head = data[at : at + 30]
        if len(head) == 30 and head[8] == 8:
            begins = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            inner = _inflated(data, begins, -15)
            if inner:
                yield "deflate", inner


def _every(data: bytes, start: bytes) -> Iterator[int]:
    at = data.find(start)
    while at >= 0:
        yield at
        at = data.find(start, at + 1)


def _inflated(data: bytes, at: int, bits: int) -> bytes:
    unpacker = zlib.decompressobj(bits)
    view, out = memoryview(data)[at:], b""
    for begin in itertools.count(0, 4096):  # noise mostly fails within the first bytes
        piece = view[begin : begin + 4096]
        if not piece:
            return out
        try:
            out += unpacker.decompress(piece, MOST_INFLATED)
        except zlib.error:
            return out
        if unpacker.eof or len(out) >= MOST_INFLATED:
            return out
    return out
