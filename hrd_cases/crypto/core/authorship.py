"""A document signed by its author, travelling with the signature inside the envelope."""

from typing import NamedTuple

from hrd_cases.crypto.core.certificates import Certificate, Trust
from hrd_cases.crypto.core.encoding import ID_LENGTH, pae, u64, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
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
