"""How one row of a record is sealed and opened: at its own place, and signed by its author."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypedDict

from hrd_cases.crypto.core import authorship
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.ids import RecordId
from hrd_cases.store import codec
from hrd_cases.store.opened import OpenVault, refusal

BODY = "records"


class SealedBody(TypedDict):
    """The columns of a body as it is written."""

    epoch: int
    version: int
    body_sealed: bytes


class Renewed(TypedDict):
    """What of a row changes when it is sealed anew."""

    epoch: int
    sealed: bytes


# Rows are looked at many times each, and a column of SQLAlchemy's own rows takes twenty times as long to reach.
class BodyRow(NamedTuple):
    """A row of `records`, its columns in their order."""

    id: RecordId
    compartment: str
    vault_id: str
    epoch: int
    version: int
    day: date
    body_sealed: bytes


class PastRow(NamedTuple):
    """A row of `record_history`, its columns in their order."""

    id: RecordId
    compartment: str
    version: int
    vault_id: str
    epoch: int
    body_sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes: the user's id (32 hex digits) and keys."""

    user: str
    keys: UserKeys


@dataclass(frozen=True, kw_only=True)
class SignedDocument:
    """A document with its signature, to be checked later; `sealed_hash` (32 bytes) is what a check is remembered by."""

    place: SealedPlace
    document: bytes
    author: authorship.Author
    sealed_hash: bytes


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """Seals and opens for the organisation `org` (16 bytes)."""

    org: bytes

    def body(
        self, vault: OpenVault, author: Writer, record_id: RecordId, compartment: str, version: int, document: bytes
    ) -> SealedBody:
        """The columns of a signed document under the newest key; raises what `refusal` says when it is not held."""
        epoch, key = _newest(vault, compartment)
        place = self.place(vault, BODY, record_id, compartment, epoch, version)
        user = bytes.fromhex(author.user)
        body = authorship.sign_document(author.keys, place, vault.headers[compartment], document, author=user)
        return {"epoch": epoch, "version": version, "body_sealed": seal(key.envelope, place, body)}

    def opened(self, vault: OpenVault, row: BodyRow | PastRow) -> SignedDocument | None:
        """The body of a row; None when no key opens it here."""
        place = self.place(vault, BODY, row.id, row.compartment, row.epoch, row.version)
        body = _unsealed(vault, place, row.body_sealed)
        if body is None:
            return None
        try:
            document, author = authorship.read_document(body, place)
        except CryptoError:
            return None
        return SignedDocument(place=place, document=document, author=author, sealed_hash=digest(row.body_sealed))

    def entered(self, vault: OpenVault, row: BodyRow) -> int:
        """The place of a record in the order of entering; 0 when it does not open or has none."""
        opened = self.opened(vault, row)
        return 0 if opened is None else codec.entered({row.compartment: opened.document})

    def renewed(self, vault: OpenVault, row: BodyRow | PastRow) -> Renewed | None:
        """Epoch and ciphertext of the same bytes, signature and all, under the newest key; None when they stay shut."""
        epoch, key = _newest(vault, row.compartment)
        before = self.place(vault, BODY, row.id, row.compartment, row.epoch, row.version)
        plain = _unsealed(vault, before, row.body_sealed)
        if plain is None:
            return None
        place = self.place(vault, BODY, row.id, row.compartment, epoch, row.version)
        return {"epoch": epoch, "sealed": seal(key.envelope, place, plain)}

    def place(self, vault: OpenVault, table: str, row: str, compartment: str, epoch: int, version: int) -> SealedPlace:
        """Where a row of a vault rests."""
        return SealedPlace(
            org=self.org,
            vault=vault.raw_id,
            table=table,
            row=bytes.fromhex(row),
            compartment=compartment,
            epoch=epoch,
            version=version,
        )


def _newest(vault: OpenVault, compartment: str) -> tuple[int, CompartmentKey]:
    newest = vault.sealing_key(compartment)
    if newest is None:
        raise refusal(vault.shut.get(compartment))
    return newest


def _unsealed(vault: OpenVault, place: SealedPlace, sealed: bytes) -> bytes | None:
    key = vault.key(place.compartment, place.epoch)
    try:
        return None if key is None else unseal(key.envelope, place, sealed)
    except CryptoError:
        return None
