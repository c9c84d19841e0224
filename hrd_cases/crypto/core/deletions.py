"""A deletion as two people signed it: what one asked for, and another confirmed.

It outlives what was deleted, so that whoever held its keys may forget them, and nobody else can make them forget.
"""

from dataclasses import dataclass
from typing import NamedTuple

from hrd_cases.crypto.core.certificates import Certificate, Trust
from hrd_cases.crypto.core.encoding import pae, read_number, u32, unpae_exactly
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import HASH_LENGTH, sign, verify

ID_LENGTH = 16
WHOLE = bytes(ID_LENGTH)  # in the place of a record's id: the whole vault
_ASKED, _CONFIRMED = b"hrd/v1/deletion", b"hrd/v1/deletion-confirmed"


@dataclass(frozen=True, kw_only=True)
class DeletionOrder:
    """What somebody asks to delete: a vault or one record of it, in which request, on which day since 1970-01-01."""

    org: bytes
    vault: bytes
    record: bytes = WHOLE
    request: bytes
    day: int
    by: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return pae(_ASKED, self.org, self.vault, self.record, self.request, u32(self.day), self.by)

    @classmethod
    def decode(cls, data: bytes) -> "DeletionOrder":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, vault, record, request, day, by = unpae_exactly(data, 7)
        sizes = (len(org), len(vault), len(record), len(request), len(by))
        if label != _ASKED or sizes != (ID_LENGTH, ID_LENGTH, ID_LENGTH, ID_LENGTH, HASH_LENGTH):
            raise UnknownFormat
        return cls(org=org, vault=vault, record=record, request=request, day=read_number(day, 4), by=by)


class Deletion(NamedTuple):
    """The encoded request with its signature, and the fingerprint and signature of who confirmed it."""

    asked: bytes
    asked_signature: bytes
    confirmed_by: bytes
    confirmed_signature: bytes


def ask(request: DeletionOrder, keys: UserKeys) -> bytes:
    """Return the signature of who asks; NotSigned when the request names somebody else."""
    if request.by != keys.fingerprint:
        raise NotSigned
    return sign(keys.sign_seed, request.encode())


def check_asked(request: DeletionOrder, signature: bytes, trust: Trust) -> Certificate:
    """Return the certificate of who asked; NotSigned unless they signed exactly this."""
    certificate = trust.certificate(request.by)
    if request.org != trust.org or not verify(certificate.sign_public, request.encode(), signature):
        raise NotSigned
    return certificate


def confirm(request: DeletionOrder, asked_signature: bytes, keys: UserKeys) -> Deletion:
    """Return the whole statement, signed by who confirms."""
    data = _confirmation(request.encode(), asked_signature, keys.fingerprint)
    return Deletion(request.encode(), asked_signature, keys.fingerprint, sign(keys.sign_seed, data))


def check(deletion: Deletion, trust: Trust) -> DeletionOrder:
    """Return what was deleted; NotSigned or UnknownFormat unless two different people signed it."""
    request = DeletionOrder.decode(deletion.asked)
    first = check_asked(request, deletion.asked_signature, trust)
    second = trust.certificate(deletion.confirmed_by)
    data = _confirmation(deletion.asked, deletion.asked_signature, deletion.confirmed_by)
    if first.user == second.user or not verify(second.sign_public, data, deletion.confirmed_signature):
        raise NotSigned
    return request


def _confirmation(data: bytes, signature: bytes, by: bytes) -> bytes:
    return pae(_CONFIRMED, data, signature, by)
