"""Handing a compartment's key to a member whom the header names."""

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.envelope import HYBRID_SUITE
from hrd_cases.crypto.core.errors import NotNamed, NotOpened, UnknownFormat
from hrd_cases.crypto.core.headers import Header
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.primitives import HPKE_OVERHEAD, KEY_LENGTH, hpke_open, hpke_seal
from hrd_cases.crypto.core.secrets import Secret

GRANT_LENGTH = 1 + HPKE_OVERHEAD + KEY_LENGTH


def deliver(key: CompartmentKey, header: Header, member_kem_public: bytes, member_id: bytes) -> bytes:
    """Wrap the key to a member named by `Member.ident` (or RECOVERY); NotNamed, or NotOpened for another key."""
    if not header.names(member_id):
        raise NotNamed
    if not header.fixes(key):
        raise NotOpened
    return bytes((HYBRID_SUITE,)) + hpke_seal(member_kem_public, _info(header, member_id), key.secret.reveal())


def accept(seed: Secret, sealed: bytes, header: Header, member_id: bytes) -> CompartmentKey:
    """Open a grant under a verified header; only the key that the header commits to is accepted."""
    if not header.names(member_id):
        raise NotNamed
    if len(sealed) != GRANT_LENGTH or sealed[0] != HYBRID_SUITE:
        raise UnknownFormat
    key = CompartmentKey(Secret(hpke_open(seed, _info(header, member_id), sealed[1:])))
    if not header.fixes(key):
        raise NotOpened
    return key


def _info(header: Header, member_id: bytes) -> bytes:
    return pae(b"hrd/v1/grant", header.hash(), member_id)
