"""Who is on duty, as it rests in the clear for the locked page: signed, so that nobody is put on duty by the database.

The bytes are fixed in docs/crypto-format.md section 17.
"""

from dataclasses import dataclass

from hrd_cases.crypto.core.codec import U32, Hash, Id, WireStatement


@dataclass(frozen=True, kw_only=True)
class SignedDuty(WireStatement, label=b"hrd/v1/duty"):
    """One line: the record it copies, whose account, first and last day since 1970-01-01, and who signs."""

    org: Id
    record: Id
    user: Id
    begins: U32
    ends: U32
    signer: Hash
