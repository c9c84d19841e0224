"""Files as sealed streams: padded to size steps, readable only to the end or not at all."""

from collections.abc import Iterable, Iterator

from hrd_cases.crypto.core.encoding import padded_length, pae
from hrd_cases.crypto.core.errors import NotOpened
from hrd_cases.crypto.core.keys import new_secret
from hrd_cases.crypto.core.primitives import StreamOpener, StreamSealer
from hrd_cases.crypto.core.secrets import Secret

PIECE = 64 * 1024
_ZEROS = bytes(PIECE)


def file_key() -> Secret:
    """Return a fresh key for one file; it is kept in the file's sealed record."""
    return new_secret()


def file_context(org: bytes, vault: bytes, file: bytes) -> bytes:
    """Return the bytes that bind a stream to one file of one vault."""
    return pae(b"hrd/v1/file", org, vault, file)


class FileSealer:
    """Seals bytes as they come and counts them; the true length belongs in the file's sealed record."""

    def __init__(self, key: Secret, context: bytes) -> None:
        self._stream = StreamSealer(key, context)
        self.length = 0

    def update(self, data: bytes) -> bytes:
        """Take plaintext, return the ciphertext that is ready."""
        self.length += len(data)
        return self._stream.update(data)

    def finalize(self) -> Iterator[bytes]:
        """Yield the padding and the end; the stream is whole only when all of it is written."""
        missing = padded_length(self.length) - self.length
        for start in range(0, missing, PIECE):
            yield self._stream.update(_ZEROS[: min(PIECE, missing - start)])
        yield self._stream.finalize()


class FileOpener:
    """Opens a sealed file of known true length, keeping the last 64 KiB back until the end is proven."""

    def __init__(self, key: Secret, context: bytes, length: int) -> None:
        self._stream = StreamOpener(key, context)
        self._length = length
        self._seen = 0
        self._held = bytearray()

    def update(self, data: bytes) -> bytes:
        """Take ciphertext, return plaintext of the file; NotOpened on any change."""
        self._take(self._stream.update(data))
        ready = len(self._held) - PIECE
        if ready <= 0:
            return b""
        out = bytes(self._held[:ready])
        del self._held[:ready]
        return out

    def finalize(self) -> bytes:
        """Return what was kept back, after the end, the length and the padding proved right; NotOpened otherwise."""
        self._take(self._stream.finalize())
        if self._seen != padded_length(self._length):
            raise NotOpened
        return bytes(self._held)

    def _take(self, plaintext: bytes) -> None:
        inside = max(0, min(len(plaintext), self._length - self._seen))
        self._seen += len(plaintext)
        self._held += plaintext[:inside]
        if plaintext.count(0, inside) != len(plaintext) - inside:
            raise NotOpened


def open_file(chunks: Iterable[bytes], key: Secret, context: bytes, length: int) -> Iterator[bytes]:
    """Yield the file; NotOpened, before its last bytes, when anything differs."""
    opener = FileOpener(key, context, length)
    for chunk in chunks:
        yield opener.update(chunk)
    yield opener.finalize()
