"""The custodians' record: which keys of administrators and lawyers count, kept by the custodians and not by a server.

A record is signed by the root, or by two administrators whom the record before it lists. Its file begins with the
newest record that the root signed, so it is read without anything but the pinned keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hrd_cases.crypto.core.certificates import ADMINISTRATOR
from hrd_cases.crypto.core.codec import U32, U64, Data, Hash, Id, Names, SignPublic, WireStatement
from hrd_cases.crypto.core.errors import NotSigned
from hrd_cases.crypto.core.keys import ROOT, Pins
from hrd_cases.crypto.core.primitives import verify
from hrd_cases.crypto.core.secrets import Secret

TWO = 2


class KeySignature(NamedTuple):
    """A signature, and the fingerprint of the key that made it; `ROOT` for the root."""

    signer: Hash
    signature: Data


class ListedKey(NamedTuple):
    """A key that counts: its fingerprint, what checks its signatures, the roles it was certified in."""

    fingerprint: Hash
    sign_public: SignPublic
    roles: Names


@dataclass(frozen=True, kw_only=True)
class CustodyRecord(WireStatement, label=b"hrd/v1/custody-record"):
    """What custodians bring along: pins, cards that count, keys that count, the log, the day (since 1970).

    `previous` is the hash of the record before, empty for the first one.
    """

    org: Id
    pins: Pins
    day: U32
    keys: tuple[ListedKey, ...]
    card_set: Data
    log_size: U64
    log_root: Hash
    previous: Data

    def is_sound(self) -> bool:
        """Every key stands once, in the order of the fingerprints."""
        listed = [key.fingerprint for key in self.keys]
        return listed == sorted(set(listed))

    def fingerprints(self, role: str) -> tuple[bytes, ...]:
        """The keys listed in a role."""
        return tuple(key.fingerprint for key in self.keys if role in key.roles)

    def signers(self, statement: WireStatement, signatures: Sequence[KeySignature]) -> tuple[bytes, ...]:
        """The administrators of this list who signed exactly this statement, each once."""
        data, listed = statement.encode(), {key.fingerprint: key for key in self.keys if ADMINISTRATOR in key.roles}
        signed = (
            signer
            for signer, signature in signatures
            if signer in listed and verify(listed[signer].sign_public, data, signature)
        )
        return tuple(dict.fromkeys(signed))


class SignedRecord(NamedTuple):
    """A record and who signed it."""

    record: CustodyRecord
    signatures: tuple[KeySignature, ...]

    @property
    def by_root(self) -> bool:
        """Whether the root signed it."""
        public, data = self.record.pins.root_public, self.record.encode()
        return any(signer == ROOT and verify(public, data, signature) for signer, signature in self.signatures)

    def follows(self, before: CustodyRecord) -> bool:
        """Whether two administrators of the record before signed it, for the same organisation and not backdated."""
        record = self.record
        same = (record.org, record.pins, record.previous) == (before.org, before.pins, before.hash())
        return same and record.day >= before.day and len(before.signers(record, self.signatures)) >= TWO


@dataclass(frozen=True, kw_only=True)
class CustodyRecordFile(WireStatement, label=b"hrd/v1/custody-record-file"):
    """The newest record that the root signed, and those that administrators signed after it."""

    records: tuple[SignedRecord, ...]

    def newest(self) -> CustodyRecord:
        """Return the last record; NotSigned unless each is signed by the root or by two of the one before."""
        before: CustodyRecord | None = None
        for signed in self.records:
            if not (signed.by_root if before is None else signed.follows(before)):
                raise NotSigned
            before = signed.record
        if before is None:
            raise NotSigned
        return before

    def followed_by(self, signed: SignedRecord) -> "CustodyRecordFile":
        """Return the file with one more record; NotSigned when it does not follow."""
        file = CustodyRecordFile(records=(*self.records, signed))
        file.newest()
        return file


def signed_by_root(record: CustodyRecord, root_seed: Secret) -> CustodyRecordFile:
    """Return the file of a record that the root signs; NotSigned when the seed is not the pinned root's."""
    signed = SignedRecord(record, (KeySignature(ROOT, record.sign(root_seed)),))
    if not signed.by_root:
        raise NotSigned
    return CustodyRecordFile(records=(signed,))
