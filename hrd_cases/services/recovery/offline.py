"""What the custodians do with a request of the server, on a machine that holds nothing but this program."""

from dataclasses import dataclass

from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.crypto.ceremony.custody_record import TWO, CustodyRecord, CustodyRecordFile, signed_by_root
from hrd_cases.crypto.ceremony.recovery import BY_ROOT, CertifyRequest, SignedRequest, rewrap
from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import Pins, recovery_keys
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.roles import ADMINISTRATOR, LAWYER
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vaults import CASE_VAULT, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.recovery.custody import read_set, words_of_pins


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a request says, for people to agree to: reason, roles, counts, the words to compare."""

    roles: tuple[str, ...]
    person_words: tuple[str, ...]
    pins_words: tuple[str, ...]
    reason: str = ""
    certify: bool = True
    cases: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    keys: int = 0  # of parts of cases and offices: each is wrapped to the person
    lawyers_parts: int = 0  # of them, those that lawyers alone open
    signed_by: tuple[tuple[str, ...], ...] = ()  # eight words of each administrator of the record who signed it
    root_because: tuple[str, ...] = ()  # why the root cards are needed, in English; empty when they are not


@dataclass(frozen=True, kw_only=True)
class OfflineAnswer:
    """The file for the server, and the ids of what was left out because it is not in order."""

    data: bytes
    left_out: tuple[str, ...]


def read_request(data: bytes) -> SignedRequest:
    """A request of a server; RuleBroken when it is none."""
    try:
        return SignedRequest.decode(data)
    except CryptoError:
        raise RuleBroken(NO_REQUEST) from None


def read_record(data: bytes) -> CustodyRecord:
    """The record that the custodians brought along; RuleBroken when those who must sign it did not."""
    try:
        return CustodyRecordFile.decode(data).newest()
    except CryptoError:
        raise RuleBroken(NO_RECORD) from None


def is_draft(data: bytes) -> bool:
    """True for a record that waits for the root's signature."""
    return CustodyRecord.has_label(data)


def read_draft(data: bytes) -> CustodyRecord:
    """A record that waits for the root; RuleBroken when it is none."""
    try:
        return CustodyRecord.decode(data)
    except CryptoError:
        raise RuleBroken(NO_REQUEST) from None


def sign_record(record: CustodyRecord, root: Secret) -> bytes:
    """The record signed by the root; RuleBroken when the cards are another organisation's."""
    try:
        return signed_by_root(record, root).encode()
    except CryptoError:
        raise RuleBroken(NOT_THESE) from None


def cards_of(signed: SignedRequest, record: CustodyRecord | None) -> CardSet | None:
    """The set of cards that counts: as the custodians' record says, else as the request does; None for whole cards."""
    listed = signed.request.card_set if record is None else record.card_set
    return _set_of(listed, signed.request.pins)


def cards_of_draft(record: CustodyRecord) -> CardSet | None:
    """The set of cards that signs a record."""
    return _set_of(record.card_set, record.pins)


def _set_of(listed: bytes, pins: Pins) -> CardSet | None:
    if not listed:
        return None
    card_set = read_set(listed)
    if card_set.pins != pins:
        raise RuleBroken(NO_REQUEST)
    return card_set


def _signers(signed: SignedRequest, record: CustodyRecord | None) -> tuple[bytes, ...]:
    return record.signers(signed.request, signed.signatures) if record is not None else ()


def needs_root(signed: SignedRequest, record: CustodyRecord | None) -> tuple[str, ...]:
    """Why the recovery cards alone do not answer this request; RuleBroken for the record of another organisation.

    Who counts is what the custodians' record says, never what the request says.
    """
    request = signed.request
    if record is not None and (record.org, record.pins) != (request.org, request.pins):
        raise RuleBroken(OTHER_RECORD)
    because = []
    if request.certify:
        because.append(ADMITS)
    if request.authority == BY_ROOT:
        because.append(NOBODY_LOGGED_IN)
    elif record is None:
        because.append(WITHOUT_RECORD)
    elif len(_signers(signed, record)) < TWO:
        because.append(FEW_SIGNED if len(record.fingerprints(ADMINISTRATOR)) >= TWO else FEW_LISTED)
    listed = record.fingerprints(LAWYER) if record is not None else ()
    if signed.asks_for(PRIVILEGED) and request.target.fingerprint not in listed:
        because.append(NO_LISTED_LAWYER)
    return tuple(because)


def read_certify(data: bytes) -> CertifyRequest:
    """A founder's or administrator's key that waits for the root; RuleBroken when it is none."""
    try:
        return CertifyRequest.decode(data)
    except CryptoError:
        raise RuleBroken(NO_REQUEST) from None


def certify_summary(request: CertifyRequest) -> Summary:
    """What people look at before the root signs a founder's key."""
    return Summary(
        roles=tuple(sorted(request.certificate.roles)),
        person_words=key_words(request.certificate.fingerprint, compared_words()),
        pins_words=words_of_pins(request.pins),
    )


def summary(signed: SignedRequest, record: CustodyRecord | None) -> Summary:
    """What people look at before they type their cards."""
    request, listed = signed.request, compared_words()
    parts = [part.compartment for vault in request.vaults for part in vault.parts]
    return Summary(
        reason=request.reason,
        roles=tuple(sorted(request.target.roles)),
        certify=request.certify,
        cases=tuple(vault.vault.hex() for vault in request.vaults if vault.kind == CASE_VAULT),
        offices=tuple(vault.kind for vault in request.vaults if vault.kind != CASE_VAULT),
        person_words=key_words(request.target.fingerprint, listed),
        pins_words=words_of_pins(request.pins),
        keys=len(parts),
        lawyers_parts=parts.count(PRIVILEGED),
        signed_by=tuple(key_words(signer, listed) for signer in _signers(signed, record)),
        root_because=needs_root(signed, record),
    )


def answer(signed: SignedRequest, record: CustodyRecord | None, recovery: Secret, root: Secret | None) -> OfflineAnswer:
    """Open what is asked for and wrap it to the person; RuleBroken when signatures, cards or certificates are others.

    `record` is the one that the custodians keep; without it, and wherever it does not vouch, the root is needed.
    """
    because = needs_root(signed, record)
    if because and root is None:
        raise RuleBroken(because[0])
    try:
        rewrapped = rewrap(signed.request, recovery_keys(recovery), root)
    except CryptoError:
        raise RuleBroken(NOT_THESE) from None
    return OfflineAnswer(data=rewrapped.answer.encode(), left_out=tuple(data.hex() for data in rewrapped.left_out))


def certify(request: CertifyRequest, root: Secret) -> bytes:
    """The certificate signed by the root; RuleBroken when the cards are another organisation's."""
    try:
        return request.answer(root)
    except CryptoError:
        raise RuleBroken(NOT_THESE) from None


NO_REQUEST = N_("This is not a request for custodians, or it was changed on the way.")
NOT_THESE = N_(
    "The cards are not this organisation's, or the person's key is not certified as the request says. Nothing was made."
)
NO_RECORD = N_(
    "This is not a record of custodians, it was changed, or those who must sign it did not: the root, or two "
    "administrators of the record before."
)
OTHER_RECORD = N_("The request is of another organisation than the custodians' record.")
ADMITS = N_("The root admits the person.")
NOBODY_LOGGED_IN = N_("Nobody logged in for this request.")
WITHOUT_RECORD = N_("The custodians' record is not here.")
FEW_SIGNED = N_("Fewer than two administrators of the custodians' record signed this request.")
FEW_LISTED = N_("The custodians' record has fewer than two administrators.")
NO_LISTED_LAWYER = N_("A lawyers' part is asked for, and the person is no lawyer in the custodians' record.")
