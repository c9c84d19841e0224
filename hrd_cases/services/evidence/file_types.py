"""What a file is by its first bytes: never trusted, it only decides how a paper may print it."""

import re

import filetype

from hrd_cases.domain.papers import PartKind

HEAD = 8192  # bytes from the beginning that are looked at
UNKNOWN = "application/octet-stream"
PICTURES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif", "image/tiff", "image/gif"}
    | {"image/bmp", "image/jpx", "image/apng"}
)
_PDF = re.compile(rb"(?:\A|[\r\n])[\x00\s]*%PDF-\d", re.DOTALL)
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "image/tiff": "tif",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/jpx": "jp2",
    "image/apng": "png",
    "message/rfc822": "eml",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
KINDS = {"application/pdf": PartKind.PDF, "text/plain": PartKind.TEXT, "message/rfc822": PartKind.MAIL}
_MARKUP = (
    (rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<svg[\s>]", "image/svg+xml"),
    (rb"\s*(?:<!doctype\s+html|<html[\s>])", "text/html"),
    (rb"\s*<\?xml\s", "application/xml"),
)
_HEADER = re.compile(rb"(?:From |[!-9;-~]+:|[ \t])")
_OF_MAIL = re.compile(rb"^(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version):", re.MULTILINE | re.IGNORECASE)


def sniffed(head: bytes) -> str:
    """The media type that the first bytes speak for, `application/octet-stream` when nothing does."""
    guess = filetype.guess_mime(head)
    if guess:
        return str(guess)
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) and _is_words(head):
        return "text/plain"
    if _PDF.search(head[:1100]):  # after a blank line, or what a program wrote before it: viewers look there too
        return "application/pdf"
    if _is_mail(head):
        return "message/rfc822"
    markup = next((kind for pattern, kind in _MARKUP if re.match(pattern, head, re.DOTALL | re.IGNORECASE)), "")
    return markup or ("text/plain" if head and _is_text(head) else UNKNOWN)


def ending(kind: str) -> str:
    """The ending of a neutral file name for a media type."""
    return ENDINGS.get(kind, "bin")


def part_kind(kind: str) -> PartKind:
    """How a paper prints a file of this media type."""
    if kind in PICTURES:
        return PartKind.IMAGE
    return KINDS.get(kind, PartKind.OTHER)


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in head)


def _is_mail(head: bytes) -> bool:
    """Whether it begins with lines of a mail's head, one of them such as only programs write."""
    top, blank, _ = head.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = top.split(b"\n") if blank else top.split(b"\n")[:-1]
    return bool(lines) and all(map(_HEADER.match, lines)) and bool(_OF_MAIL.search(top))


def _is_words(head: bytes) -> bool:
    """Whether bytes that begin with a mark of Unicode go on as text."""
    name = "utf-8-sig" if head[:1] == b"\xef" else "utf-16"
    text = head[: len(head) // 4 * 4].decode(name, errors="ignore")
    return bool(text) and all(sign.isprintable() or sign.isspace() for sign in text)
