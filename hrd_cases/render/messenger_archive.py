"""The text of a messenger's export: the file itself, or the one file of an archive that holds the conversation."""

import io
import zipfile
import zlib

MOST_BYTES = 16 * 1024**2  # of text: about 200,000 messages
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, MemoryError, OSError, RuntimeError, ValueError)
NAMES = ("_chat.txt", "result.json")


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
        names = [info for info in archive.infolist() if info.filename.rpartition("/")[2] in NAMES]
        chats = names or [info for info in archive.infolist() if info.filename.lower().endswith(".txt")]
        if len(chats) != 1:
            return b""
        with archive.open(chats[0]) as source:
            return source.read(MOST_BYTES + 1)
