"""A deletion as two people signed it: what one asked for, and another confirmed.

It outlives what was deleted, so that whoever held its keys may forget them, and nobody else can make them forget.
"""

from dataclasses import dataclass
from typing import NamedTuple

from hrd_cases.crypto.core.certificates import Certificate, Trust
from hrd_cases.crypto.core.codec import U32, Data, Hash, Id, WireStatement
from hrd_cases.crypto.core.encoding import ID_LENGTH
from hrd_cases.crypto.core.errors import NotSigned
from hrd_cases.crypto.core.keys import UserKeys

WHOLE = bytes(ID_LENGTH)  # in the place of a record's id: the whole vault


@dataclass(frozen=True, kw_only=True)
class DeletionOrder(WireStatement, label=b"hrd/v1/deletion"):
    """What somebody asks to delete: a vault or one record of it, in which request, on which day since 1970-01-01."""

    org: Id
    vault: Id
    record: Id = WHOLE
    request: Id
    day: U32
    by: Hash


@dataclass(frozen=True, kw_only=True)
class DeletionConfirmation(WireStatement, label=b"hrd/v1/deletion-confirmed"):
    """Another person agrees to exactly this order with exactly this signature."""

    order: DeletionOrder
    order_signature: Data
    by: Hash


class Deletion(NamedTuple):
    """The encoded request with its signature, and the fingerprint and signature of who confirmed it."""

    asked: bytes
    asked_signature: bytes
    confirmed_by: bytes
    confirmed_signature: bytes

    @property
    def mark(self) -> bytes:
        """Return the mark of its entry in the log."""
        order = DeletionOrder.decode(self.asked)
        return DeletionConfirmation(order=order, order_signature=self.asked_signature, by=self.confirmed_by).hash()


def ask(request: DeletionOrder, keys: UserKeys) -> bytes:
    """Return the signature of who asks; NotSigned when the request names somebody else."""
    if request.by != keys.fingerprint:
        raise NotSigned
    return request.sign(keys.sign_seed)


def check_asked(request: DeletionOrder, signature: bytes, trust: Trust) -> Certificate:
    """Return the certificate of who asked; NotSigned unless they signed exactly this."""
    certificate = trust.certificate(request.by)
    if request.org != trust.org:
        raise NotSigned
    request.check_signature(certificate.sign_public, signature)
    return certificate


def confirm(request: DeletionOrder, asked_signature: bytes, keys: UserKeys) -> Deletion:
    """Return the whole statement, signed by who confirms."""
    confirmation = DeletionConfirmation(order=request, order_signature=asked_signature, by=keys.fingerprint)
    return Deletion(request.encode(), asked_signature, keys.fingerprint, confirmation.sign(keys.sign_seed))


def check(deletion: Deletion, trust: Trust) -> DeletionOrder:
    """Return what was deleted; NotSigned or UnknownFormat unless two different people signed it."""
    request = DeletionOrder.decode(deletion.asked)
    first = check_asked(request, deletion.asked_signature, trust)
    second = trust.certificate(deletion.confirmed_by)
    if first.user == second.user:
        raise NotSigned
    confirmation = DeletionConfirmation(
        order=request, order_signature=deletion.asked_signature, by=deletion.confirmed_by
    )
    confirmation.check_signature(second.sign_public, deletion.confirmed_signature)
    return request
