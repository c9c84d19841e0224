"""The statement of a member who gives up a compartment without being able to sign its next header."""

from dataclasses import dataclass

from hrd_cases.crypto.core.certificates import Trust
from hrd_cases.crypto.core.codec import U32, Hash, Id, Name, WireStatement
from hrd_cases.crypto.core.errors import CryptoError


@dataclass(frozen=True, kw_only=True)
class Leaving(WireStatement, label=b"hrd/v1/leave"):
    """These keys give up this compartment as it is keyed in this epoch; nobody gives up for another."""

    org: Id
    vault: Id
    compartment: Name
    epoch: U32
    fingerprint: Hash

    def is_signed(self, trust: Trust, signature: bytes) -> bool:
        """Tell whether the keys that it is about signed it."""
        try:
            self.check_signature(trust.signing_key(self.fingerprint), signature)
        except CryptoError:
            return False
        return True
