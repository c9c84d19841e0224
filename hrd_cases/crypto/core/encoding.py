"""Unambiguous joining of byte strings, fixed-width integers and padding to size steps."""

import struct
from functools import lru_cache
from typing import TypeVar

from hrd_cases.crypto.core.errors import UnknownFormat

Bytes = TypeVar("Bytes", bytes, memoryview)  # pieces of a view are views: nothing is copied
ID_LENGTH = 16
_LENGTH = struct.Struct(">Q")
_SHORT = tuple(_LENGTH.pack(length) for length in range(256))  # most pieces are short
SMALL_STEP = 256
SMALL_LIMIT = 4096


def u8(number: int) -> bytes:
    """Encode 0..255 as one byte."""
    return struct.pack(">B", number)


def u32(number: int) -> bytes:
    """Encode a number below 2**32 as four bytes, big endian."""
    return struct.pack(">I", number)


def u64(number: int) -> bytes:
    """Encode a number below 2**64 as eight bytes, big endian."""
    return struct.pack(">Q", number)


def read_number(piece: bytes, width: int) -> int:
    """Decode a big endian number of exactly `width` bytes; UnknownFormat otherwise."""
    if len(piece) != width:
        raise UnknownFormat
    return int.from_bytes(piece, "big")


def read_text(piece: bytes, charset: str = "utf-8") -> str:
    """Decode text; UnknownFormat otherwise."""
    try:
        return piece.decode(charset)
    except UnicodeDecodeError:
        raise UnknownFormat from None


def pae(*pieces: bytes) -> bytes:
    """Join pieces so that no two different lists give the same bytes: u32 count, then u64 length and bytes of each."""
    parts = [len(pieces).to_bytes(4, "big")]
    for piece in pieces:
        length = len(piece)
        parts.append(_SHORT[length] if length < 256 else _LENGTH.pack(length))
        parts.append(piece)
    return b"".join(parts)


def unpae(data: Bytes) -> tuple[Bytes, ...]:
    """Undo `pae`; UnknownFormat on any byte too few or too many."""
    if len(data) < 4:
        raise UnknownFormat
    count = int.from_bytes(data[:4], "big")
    if count > (len(data) - 4) // 8:
        raise UnknownFormat
    pieces = []
    at = 4
    for _ in range(count):
        if len(data) - at < 8:
            raise UnknownFormat
        start = at + 8
        at = start + _LENGTH.unpack_from(data, at)[0]
        if at > len(data):
            raise UnknownFormat
        pieces.append(data[start:at])
    if at != len(data):
        raise UnknownFormat
    return tuple(pieces)


def unpae_exactly(data: Bytes, count: int) -> tuple[Bytes, ...]:
    """Undo `pae` of exactly `count` pieces; UnknownFormat otherwise."""
    pieces = unpae(data)
    if len(pieces) != count:
        raise UnknownFormat
    return pieces


def padded_length(length: int) -> int:
    """Return the size step that holds `length` bytes: 256 B steps to 4 KiB, above that eighths of the power of two."""
    if length <= SMALL_LIMIT:
        step = SMALL_STEP
        return max(step, -(-length // step) * step)
    step = 1 << (length.bit_length() - 1 - 3)
    return -(-length // step) * step


@lru_cache(maxsize=64)
def _zeros(length: int) -> bytes:
    return bytes(length)


def pad(data: bytes) -> bytes:
    """Prefix a u32 length and fill with zeros up to the size step."""
    used = 4 + len(data)
    missing = padded_length(used) - used
    return b"".join((u32(len(data)), data, _zeros(missing) if missing < SMALL_LIMIT else bytes(missing)))


def unpad(padded: bytes) -> bytes:
    """Undo `pad`; UnknownFormat when length, step or zeros are not exactly what `pad` writes."""
    return padded[4 : _end(padded)]


def unpad_view(padded: bytes) -> memoryview:
    """The same without a copy, for what is large."""
    return memoryview(padded)[4 : _end(padded)]


def _end(padded: bytes) -> int:
    if len(padded) < SMALL_STEP:
        raise UnknownFormat
    end = 4 + int.from_bytes(padded[:4], "big")
    if end > len(padded) or len(padded) != padded_length(end):
        raise UnknownFormat
    if padded.count(0, end) != len(padded) - end:
        raise UnknownFormat
    return end
