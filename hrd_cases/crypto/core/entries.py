"""What an entry of the log says, signed by whoever was signed in: nobody puts an entry in a colleague's name."""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from hrd_cases.crypto.core.certificates import Trust
from hrd_cases.crypto.core.codec import U32, Data, Id, WireStatement, within
from hrd_cases.crypto.core.errors import CryptoError, NotSigned
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import HASH_LENGTH, SIGNATURE_LENGTH


class SaidBy(Enum):
    """Who answers for what an entry says."""

    PERSON = "person"  # the keys of the person whom it names signed it
    SERVER = "server"  # nobody's keys did: nobody was signed in, or the server says so by itself
    NOBODY = "nobody"  # it carries a signature that does not fit: somebody made it up


@dataclass(frozen=True, kw_only=True)
class EntryBy(WireStatement, label=b"hrd/v1/entry-by"):
    """Whoever was signed in did what `details` tell; `key` and `counter`: under which log key, as which entry."""

    org: Id
    key: Id
    counter: U32
    details: Data


@dataclass(frozen=True, kw_only=True)
class EntryBody(WireStatement):
    """What an entry and a row of "who opened my case" seal; without a signature it is the server that says so."""

    details: Data
    key: Id
    counter: U32
    fingerprint: Annotated[bytes, within(0, HASH_LENGTH)] = b""
    signature: Annotated[bytes, within(0, SIGNATURE_LENGTH)] = b""

    def is_sound(self) -> bool:
        """A signature says whose it is."""
        lengths = (len(self.fingerprint), len(self.signature))
        return lengths in ((0, 0), (HASH_LENGTH, SIGNATURE_LENGTH))

    def said_by(self, trust: Trust, user: bytes) -> SaidBy:
        """Tell who answers for it; `user`: the account (16 bytes) that its details name, empty when none.

        Keys that nobody certified are a newcomer's or made up: what they signed is the server's word, no more.
        """
        if not self.signature:
            return SaidBy.SERVER
        try:
            certificate = trust.certificate(self.fingerprint)
        except NotSigned:
            return SaidBy.SERVER
        statement = EntryBy(org=trust.org, key=self.key, counter=self.counter, details=self.details)
        try:
            statement.check_signature(certificate.sign_public, self.signature)
        except CryptoError:
            return SaidBy.NOBODY
        return SaidBy.PERSON if certificate.user == user else SaidBy.NOBODY


def entry_body(details: bytes, *, org: bytes, key: bytes, counter: int, by: UserKeys | None) -> EntryBody:
    """Return what is sealed of an entry; `by`: the keys of whoever is signed in and does what it tells."""
    if by is None:
        return EntryBody(details=details, key=key, counter=counter)
    signature = EntryBy(org=org, key=key, counter=counter, details=details).sign(by.sign_seed)
    return EntryBody(details=details, key=key, counter=counter, fingerprint=by.fingerprint, signature=signature)
