"""What goes through the pipe between the parent and the worker: frames, and values as JSON by their declared types."""

import functools
import json
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

MAX_FRAME = 256 * 1024 * 1024
CHUNK = 256 * 1024
T = TypeVar("T")


class Torn(Exception):
    """The stream ended or broke inside a frame."""


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
    """Write one frame: one byte of kind, four of length (big endian), the payload."""
    stream.write(kind + len(payload).to_bytes(4, "big"))
    stream.write(payload)


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Read one frame; raises Torn at the end of the stream or for a length over MAX_FRAME."""
    head = _exactly(stream, 5)
    length = int.from_bytes(head[1:], "big")
    if length > MAX_FRAME:
        raise Torn("frame too long")
    return head[:1], _exactly(stream, length)


def pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The frames of a content: C for each piece of it, and E."""
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK):
            yield b"C", chunk[start : start + CHUNK]
    yield b"E", b""


def read_pieces(stream: BinaryIO) -> bytes:
    """The content whose frames pieces() made; raises Torn for a frame that is none of them."""
    chunks = []
    while (frame := read_frame(stream))[0] == b"C":
        chunks.append(frame[1])
    if frame[0] != b"E":
        raise Torn("another frame")
    return b"".join(chunks)


def pack(value: object) -> bytes:
    """A value made of dataclasses, tuples, dates, enums and plain values as JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def unpack(kind: type[T], data: bytes) -> T:
    """The value that pack() wrote, rebuilt as `kind`; raises TypeError or ValueError when the shape differs."""
    t = _typed(kind, json.loads(data))
    if not isinstance(t, kind):
        raise TypeError("another value was sent")
    return t


def _exactly(stream: BinaryIO, count: int) -> bytes:
    pieces = []
    while count:
        piece = stream.read(min(count, CHUNK))
        if not piece:
            raise Torn("stream ended")
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


_hints = functools.cache(get_type_hints)


def _typed(kind: object, value: Any) -> object:  # noqa: ANN401  # as JSON has it
    if isinstance(kind, TypeVar):
        return _leaf(str, value)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(get_arg for get_arg in get_args(kind) if get_arg is not type(None))
        return None if value is None else _typed(inner, value)
    if origin is tuple:
        return tuple(_typed(get_args(kind)[0], item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _typed(get_args(kind)[1], item) for key, item in value.items()}
    kind = origin or kind
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{each.name: _typed(hints[each.name], value[each.name]) for each in fields(kind)})
    return _leaf(kind, value)


def _leaf(kind: Any, value: object) -> object:  # noqa: ANN401  # a type of any kind
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    if issubclass(kind, (date, datetime)):
        return kind.fromisoformat(value)
    if issubclass(kind, StrEnum):
        return kind(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError("another value was sent")
    return value
