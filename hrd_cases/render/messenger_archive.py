"""The text of a messenger's export: the file itself, or the one file of an archive that holds the conversation."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

MOST_BYTES = 16 * 1024**2  # of text: about 200,000 messages
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, MemoryError, OSError, RuntimeError, ValueError)
NAMES = ("_chat.txt", "result.json", "chat.md")
_PAGE = re.compile(r"messages(\d*)\.html\Z")  # Telegram: messages.html, messages2.html ...


def text_of(data: bytes) -> str:
    """The conversation as text; empty where there is none, more than one, or too much."""
    try:
        packed = _unpacked(data) if data.startswith(b"PK\x03\x04") else data
        encoding = "utf-16" if packed.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        return packed.decode(encoding) if len(packed) <= MOST_BYTES else ""
    except FAULTS:
        return ""


def _unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        names = [info for info in infos if info.filename.rpartition("/")[2] in NAMES]
        pages = [] if names else _pages(infos)
        chats = names or [info for info in infos if info.filename.lower().endswith(".txt")]
        if len(chats) != 1 and not pages:
            return b""
        return b"".join(_contents(archive, pages or chats))


def _pages(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The pages of one conversation in their order; none where there is more than one conversation."""
    pages = [info for info in infos if _PAGE.match(info.filename.rpartition("/")[2])]
    folders = {info.filename.rpartition("/")[0] for info in pages}
    return sorted(pages, key=_number) if len(folders) == 1 else []


def _number(info: zipfile.ZipInfo) -> int:
    match = _PAGE.match(info.filename.rpartition("/")[2])
    return int(match[1] or 1) if match else 0


def _contents(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo]) -> Iterator[bytes]:
    """Each file whole, as long as all of them together are not too much."""
    left = MOST_BYTES + 1
    for info in files:
        with archive.open(info) as source:
            data = source.read(left)
        left -= len(data)
        yield data if data.endswith(b"\n") or len(files) == 1 else data + b"\n"
