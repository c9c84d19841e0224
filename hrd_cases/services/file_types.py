"""What a file is by its first bytes: never trusted, it only decides how a paper may print it."""

import re

import filetype

from hrd_cases.domain.papers import PartKind

HEAD = 8192  # bytes from the beginning that are looked at
UNKNOWN = "application/octet-stream"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_MARKUP = (
    (rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<svg[\s>]", "image/svg+xml"),
    (rb"\s*(?:<!doctype\s+html|<html[\s>])", "text/html"),
    (rb"\s*<\?xml\s", "application/xml"),
    (rb"(?:From|Received|Return-Path|Delivered-To|Message-ID|Date|MIME-Version): ", "message/rfc822"),
)


def sniffed(head: bytes) -> str:
    """The media type that the first bytes speak for, `application/octet-stream` when nothing does."""
    known = filetype.guess_mime(head)
    if known:
        return str(known)
    found = next((kind for pattern, kind in _MARKUP if re.match(pattern, head, re.DOTALL | re.IGNORECASE)), "")
    return found or ("text/plain" if head and _is_text(head) else UNKNOWN)


def ending(kind: str) -> str:
    """The ending of a neutral file name for a media type."""
    return ENDINGS.get(kind, "bin")


def part_kind(kind: str) -> PartKind:
    """How a paper prints a file of this media type."""
    if kind in PICTURES:
        return PartKind.IMAGE
    return PartKind.PDF if kind == "application/pdf" else PartKind.OTHER


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in head)
