"""Who is on duty, as it rests in the clear for the locked page: signed, so that nobody is put on duty by the database.

The bytes are fixed in docs/crypto-format.md section 17.
"""

from dataclasses import dataclass

from hrd_cases.crypto.core.encoding import pae, read_number, u32, unpae_exactly
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.primitives import HASH_LENGTH, sign, verify
from hrd_cases.crypto.core.secrets import Secret

ID_LENGTH = 16
_LABEL = b"hrd/v1/duty"


@dataclass(frozen=True, kw_only=True)
class SignedDuty:
    """One line: the record it copies, whose account, first and last day since 1970-01-01, and who signs."""

    org: bytes
    record: bytes
    user: bytes
    begins: int
    ends: int
    signer: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        days = (u32(self.begins), u32(self.ends))
        return pae(_LABEL, self.org, self.record, self.user, *days, self.signer)

    @classmethod
    def decode(cls, data: bytes) -> "SignedDuty":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, record, user, begins, ends, signer = unpae_exactly(data, 7)
        signed_duty = cls(
            org=org,
            record=record,
            user=user,
            begins=read_number(begins, 4),
            ends=read_number(ends, 4),
            signer=signer,
        )
        sizes = (len(org), len(record), len(user), len(signer))
        right = (ID_LENGTH, ID_LENGTH, ID_LENGTH, HASH_LENGTH)
        if label != _LABEL or sizes != right or signed_duty.encode() != data:
            raise UnknownFormat
        return signed_duty


def sign_duty(line: SignedDuty, sign_seed: Secret) -> bytes:
    """Return the signature of who puts somebody on duty."""
    return sign(sign_seed, line.encode())


def check_duty(line: SignedDuty, signature: bytes, sign_public: bytes) -> None:
    """Raise NotSigned unless the key that the line names signed it."""
    if not verify(sign_public, line.encode(), signature):
        raise NotSigned
