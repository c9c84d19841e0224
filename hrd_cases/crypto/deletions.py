"""A deletion as two people signed it: what one asked for, and another confirmed.

It outlives what was deleted, so that whoever held its keys may forget them, and nobody else can make them forget.
"""

from dataclasses import dataclass
from typing import NamedTuple

from hrd_cases.crypto.certificates import Certificate, Trust
from hrd_cases.crypto.encoding import pae, read_number, u32, unpae_exactly
from hrd_cases.crypto.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.keys import UserKeys
from hrd_cases.crypto.primitives import HASH_LENGTH, sign, verify

ID_LENGTH = 16
WHOLE = bytes(ID_LENGTH)  # in the place of a record's id: the whole vault
_ASKED, _CONFIRMED = b"hrd/v1/deletion", b"hrd/v1/deletion-confirmed"


@dataclass(frozen=True, kw_only=True)
class Asked:
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
    def decode(cls, data: bytes) -> "Asked":
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


def ask(asked: Asked, keys: UserKeys) -> bytes:
    """Return the signature of who asks; NotSigned when the request names somebody else."""
    if asked.by != keys.fingerprint:
        raise NotSigned
    return sign(keys.sign_seed, asked.encode())


def check_asked(asked: Asked, signature: bytes, trust: Trust) -> Certificate:
    """Return the certificate of who asked; NotSigned unless they signed exactly this."""
    certificate = trust.certificate(asked.by)
    if asked.org != trust.org or not verify(certificate.sign_public, asked.encode(), signature):
        raise NotSigned
    return certificate


def confirm(asked: Asked, asked_signature: bytes, keys: UserKeys) -> Deletion:
    """Return the whole statement, signed by who confirms."""
    said = _confirmation(asked.encode(), asked_signature, keys.fingerprint)
    return Deletion(asked.encode(), asked_signature, keys.fingerprint, sign(keys.sign_seed, said))


def check(deletion: Deletion, trust: Trust) -> Asked:
    """Return what was deleted; NotSigned or UnknownFormat unless two different people signed it."""
    asked = Asked.decode(deletion.asked)
    first = check_asked(asked, deletion.asked_signature, trust)
    second = trust.certificate(deletion.confirmed_by)
    said = _confirmation(deletion.asked, deletion.asked_signature, deletion.confirmed_by)
    if first.user == second.user or not verify(second.sign_public, said, deletion.confirmed_signature):
        raise NotSigned
    return asked


def _confirmation(asked: bytes, signature: bytes, by: bytes) -> bytes:
    return pae(_CONFIRMED, asked, signature, by)
