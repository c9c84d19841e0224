"""A call written on a locked page: sealed to the public key of one reader, and what the log tells of it."""

from hrd_cases.crypto.core.encoding import ID_LENGTH, pae
from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.merkle import call_entered, call_waits
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.crypto.core.secrets import Secret

TABLE = "locked_calls"


def seal_call(public: bytes, body: bytes, *, org: bytes, call: bytes, recipient: bytes) -> bytes:
    """Seal a call (id of 16 bytes) to a reader, whose fingerprint is `recipient`."""
    return seal_to(public, _place(org, call, recipient), body)


def open_call(seed: Secret, sealed: bytes, *, org: bytes, call: bytes, recipient: bytes) -> bytes:
    """Open what `seal_call` made for this reader; NotOpened otherwise."""
    return unseal_from(seed, _place(org, call, recipient), sealed)


def mark_waiting(org: bytes, call: bytes, recipient: bytes, sealed: bytes) -> bytes:
    """Return the 48 bytes that the log carries of one sealed call."""
    return call_waits(org) + call + digest(pae(recipient, digest(sealed)))[:ID_LENGTH]


def mark_entered(org: bytes, call: bytes) -> bytes:
    """Return the 48 bytes that the log carries when a call waits no more."""
    return call_entered(org) + call + bytes(ID_LENGTH)


def _place(org: bytes, call: bytes, recipient: bytes) -> SealedPlace:
    """The first half of the reader's fingerprint stands for a vault."""
    return SealedPlace(org=org, vault=recipient[:ID_LENGTH], table=TABLE, row=call, compartment="", epoch=0, version=0)
