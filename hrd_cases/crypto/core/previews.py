"""Pictures of a file's pages, kept sealed beside it: pieces under a key that follows from the file's own."""

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.primitives import KEY_LENGTH, hkdf
from hrd_cases.crypto.core.secrets import Secret

TABLE = "previews"


class PreviewSeal:
    """Seals and opens the pieces of one file's previews.

    `made_of` (32 bytes) stands for all that they were made of: where any of it changes, nothing opens.
    """

    def __init__(self, file_key: Secret, org: bytes, vault: bytes, file: bytes, made_of: bytes) -> None:
        info = pae(b"hrd/v1/previews", org, vault, file, made_of)
        self._key = hkdf(file_key, b"", info, KEY_LENGTH)
        self._org, self._vault, self._file = org, vault, file

    def seal(self, number: int, data: bytes) -> bytes:
        """Seal piece `number`."""
        return seal(self._key, self._place(number), data)

    def unseal(self, number: int, sealed: bytes) -> bytes:
        """Open piece `number`; UnknownFormat or NotOpened when anything differs."""
        return unseal(self._key, self._place(number), sealed)

    def _place(self, number: int) -> SealedPlace:
        return SealedPlace(
            org=self._org, vault=self._vault, table=TABLE, row=self._file, compartment="", epoch=0, version=number
        )
