"""What is signed by its author, with the signature inside the envelope: a document of a record, an entry of the log.

Nobody puts words in a colleague's name: what the log says of a person is signed with that person's keys.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, NamedTuple

from hrd_cases.crypto.core.certificates import Certificate, Trust
from hrd_cases.crypto.core.codec import U32, Data, Id, WireStatement, signed_or_not, within
from hrd_cases.crypto.core.encoding import ID_LENGTH, pae, u64, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace
from hrd_cases.crypto.core.errors import CryptoError, NotSigned, UnknownFormat
from hrd_cases.crypto.core.headers import WRITE, Header
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import HASH_LENGTH, SIGNATURE_LENGTH, digest, equal, sign, verify


class Author(NamedTuple):
    """Who signed a document, with which keys, under which header."""

    user: bytes
    fingerprint: bytes
    header_hash: bytes
    signature: bytes


def sign_document(keys: UserKeys, place: SealedPlace, header_hash: bytes, document: bytes, *, author: bytes) -> bytes:
    """Return the body that is sealed: document, author id, fingerprint, header hash and signature."""
    signature = sign(keys.sign_seed, _statement(place, author, keys.fingerprint, header_hash, document))
    return pae(document, author, keys.fingerprint, header_hash, signature)


def read_document(body: bytes, place: SealedPlace) -> tuple[bytes, Author]:
    """Split an opened body into document and author; nothing about the author is proven yet."""
    document, user, fingerprint, header_hash, signature = unpae_exactly(body, 5)
    sizes = (len(user), len(fingerprint), len(header_hash), len(signature))
    if sizes != (ID_LENGTH, HASH_LENGTH, HASH_LENGTH, SIGNATURE_LENGTH):
        raise UnknownFormat
    return document, Author(user, fingerprint, header_hash, signature)


def check_author(
    document: bytes, author: Author, place: SealedPlace, trust: Trust, *, header: Header | None
) -> Certificate:
    """Return the author's certificate, NotSigned unless they signed this document for this place and could write there.

    `header` is the one in the place's verified chain with the author's header hash; None only in person vaults,
    where any certified author counts. A revoked author's documents stay provable.
    """
    certificate = trust.certificate(author.fingerprint)
    if place.org != trust.org or certificate.user != author.user:
        raise NotSigned
    if header is not None and not _could_write(header, author, place):
        raise NotSigned
    statement = _statement(place, author.user, author.fingerprint, author.header_hash, document)
    if not verify(certificate.sign_public, statement, author.signature):
        raise NotSigned
    return certificate


def _could_write(header: Header, author: Author, place: SealedPlace) -> bool:
    return (
        equal(header.hash(), author.header_hash)
        and (header.org, header.vault, header.compartment) == (place.org, place.vault, place.compartment)
        and header.may(author.fingerprint, WRITE)
    )


def _statement(place: SealedPlace, author: bytes, fingerprint: bytes, header_hash: bytes, document: bytes) -> bytes:
    # No epoch: a record sealed again under a new key keeps its author's signature.
    return pae(
        b"hrd/v1/author",
        place.org,
        place.vault,
        place.table.encode(),
        place.row,
        place.compartment.encode(),
        u64(place.version),
        author,
        fingerprint,
        header_hash,
        digest(document),
    )


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
        return signed_or_not(self.fingerprint, self.signature)

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
