"""The seal of a paper: a block of fixed size before the end of the file, in comments, over every other byte of it."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import TypeVar

CAPACITY = 24_576
_LINE = 76
_SPACE = (CAPACITY + 2) // 3 * 4
_LINES = -(-_SPACE // _LINE)
_BEGIN = b"%HRD-SEAL-BEGIN v1\n"
_END = b"%HRD-SEAL-END\n"
_TAIL = re.compile(rb"startxref\n\d{1,20}\n%%EOF\n?\Z")
_BLOCK = re.compile(
    re.escape(_BEGIN) + rb"((?:%[A-Za-z0-9+/=.]{" + str(_LINE).encode() + rb"}\n){" + str(_LINES).encode() + rb"})"
    + re.escape(_END) + rb"startxref\n\d{1,20}\n%%EOF\n\Z"
)  # fmt: skip
T = TypeVar("T")


# Separate files are cut from a sealed paper; each says itself where its seal is.
PART_MARK = b"%HRD-PART v1: no seal of its own; the manifest SHA256SUMS that lies with it is its seal\n"


class NoSeal(Exception):
    """The file carries no seal where a paper carries it, or something follows it."""


class SealTooLong(ValueError):
    """The signature and its certificates do not fit the block."""


def reserve_seal(pdf: bytes) -> bytes:
    """Put an empty block before the last `startxref`; the file stays the same PDF, since comments are white space to
    it."""
    tail = _TAIL.search(pdf)
    if tail is None:
        raise NoSeal("not a finished PDF")
    end = pdf[tail.start() :]
    return pdf[: tail.start()] + _BEGIN + _lines(b"") + _END + (end if end.endswith(b"\n") else end + b"\n")


def mark_part(pdf: bytes) -> bytes:
    """A separate file that says, in a comment, that the manifest of its package is its seal."""
    tail = _TAIL.search(pdf)
    if tail is None:
        raise NoSeal("not a finished PDF")
    return pdf[: tail.start()] + PART_MARK + pdf[tail.start() :]


def is_part(pdf: bytes) -> bool:
    """True for a separate file of a paper: it never carried a seal."""
    tail = _TAIL.search(pdf)
    return tail is not None and pdf[: tail.start()].endswith(PART_MARK)


def embed_seal(pdf: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The paper with `sign(covered bytes)` in its block; a block is made when there is none. Raises SealTooLong."""
    if _BLOCK.search(pdf) is None:
        pdf = reserve_seal(pdf)
    match = _find(pdf)
    seal = sign(pdf[: match.start(1)] + pdf[match.end(1) :])
    if not 0 < len(seal) <= CAPACITY - 4:
        raise SealTooLong("the seal does not fit")
    return pdf[: match.start(1)] + _lines(seal) + pdf[match.end(1) :]


def split_seal(pdf: bytes) -> tuple[bytes, bytes]:
    """(covered bytes, seal): covered is every byte outside the block's contents; raises NoSeal, also for an empty block
    and for one whose filling was touched."""
    match = _find(pdf)
    packed = b"".join(line[1:] for line in match.group(1).splitlines())
    try:
        raw = base64.b64decode(packed.rstrip(b"."), validate=True)
    except ValueError:
        raise NoSeal("the seal is damaged") from None
    length = int.from_bytes(raw[:4], "big")
    seal = raw[4 : 4 + length]
    if not 0 < length <= CAPACITY - 4 or match.group(1) != _lines(seal):
        raise NoSeal("the seal is empty or damaged")
    return pdf[: match.start(1)] + pdf[match.end(1) :], seal


def unsealed_digest(pdf: bytes) -> str:
    """SHA-256 (hex) of every byte outside the block: the same before and after sealing."""
    match = _find(pdf)
    return hashlib.sha256(pdf[: match.start(1)] + pdf[match.end(1) :]).hexdigest()


def verify(pdf: bytes, check: Callable[[bytes, bytes], T]) -> T:
    """`check(covered, seal)` of the paper, whose answer or exception is the verdict; raises NoSeal."""
    covered, seal = split_seal(pdf)
    return check(covered, seal)


def _find(pdf: bytes) -> re.Match[bytes]:
    # Anchored at the end of the file: nothing may follow, and no other block can be meant.
    match = _BLOCK.search(pdf, max(0, len(pdf) - len(_BEGIN) - _LINES * (_LINE + 2) - 200))
    if match is None:
        raise NoSeal("no seal at the end of the file")
    return match


def _lines(seal: bytes) -> bytes:
    raw = (len(seal).to_bytes(4, "big") + seal).ljust(CAPACITY, b"\0")
    packed = base64.b64encode(raw).ljust(_LINES * _LINE, b".")
    return b"".join(b"%" + packed[at : at + _LINE] + b"\n" for at in range(0, len(packed), _LINE))
