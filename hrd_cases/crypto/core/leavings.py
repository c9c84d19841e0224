"""The statement of a member who gives up a compartment without being able to sign its next header."""

from hrd_cases.crypto.core.certificates import Trust
from hrd_cases.crypto.core.encoding import pae, u32
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import sign, verify

_LABEL = b"hrd/v1/leave"


def leaving(org: bytes, vault: bytes, compartment: str, epoch: int, fingerprint: bytes) -> bytes:
    """Return the bytes that are signed: these keys give up this compartment as it is keyed in this epoch."""
    return pae(_LABEL, org, vault, compartment.encode(), u32(epoch), fingerprint)


def sign_leaving(keys: UserKeys, org: bytes, vault: bytes, compartment: str, epoch: int) -> bytes:
    """Sign for oneself; nobody gives up for another."""
    return sign(keys.sign_seed, leaving(org, vault, compartment, epoch, keys.fingerprint))


def has_left(trust: Trust, statement: bytes, fingerprint: bytes, signature: bytes) -> bool:
    """Tell whether a statement was signed by the keys that it is about."""
    try:
        public = trust.signing_key(fingerprint)
    except CryptoError:
        return False
    return verify(public, statement, signature)
