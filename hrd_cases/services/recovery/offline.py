"""What the custodians do with a request of the server, on a machine that holds nothing but this program."""

from dataclasses import dataclass

from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.crypto.ceremony.recovery import BY_ROOT, CertifyRequest, RecoveryRequest, rewrap
from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import recovery_keys
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vaults import CASE_VAULT
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
    by_root: bool = True
    cases: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfflineAnswer:
    """The file for the server, and the ids of what was left out because it is not in order."""

    data: bytes
    left_out: tuple[str, ...]


def read_request(data: bytes) -> RecoveryRequest:
    """A request of a server; RuleBroken when it is none."""
    try:
        return RecoveryRequest.decode(data)
    except CryptoError:
        raise RuleBroken(NO_REQUEST) from None


def cards_of(request: RecoveryRequest) -> CardSet | None:
    """The set of cards that counts where the request was made; None while there are two whole cards."""
    if not request.card_set:
        return None
    record = read_set(request.card_set)
    if record.pins != request.pins:
        raise RuleBroken(NO_REQUEST)
    return record


def read_certify(data: bytes) -> CertifyRequest:
    """A founder's or administrator's key that waits for the root; RuleBroken when it is none."""
    try:
        return CertifyRequest.decode(data)
    except CryptoError:
        raise RuleBroken(NO_REQUEST) from None


def summary(request: RecoveryRequest | CertifyRequest) -> Summary:
    """What people look at before they type their cards."""
    listed = compared_words()
    if isinstance(request, CertifyRequest):
        return Summary(
            roles=tuple(sorted(request.certificate.roles)),
            person_words=key_words(request.certificate.fingerprint, listed),
            pins_words=words_of_pins(request.pins),
        )
    return Summary(
        reason=request.reason,
        roles=tuple(sorted(request.target.roles)),
        certify=request.certify,
        by_root=request.authority == BY_ROOT,
        cases=tuple(vault.vault.hex() for vault in request.vaults if vault.kind == CASE_VAULT),
        offices=tuple(vault.kind for vault in request.vaults if vault.kind != CASE_VAULT),
        person_words=key_words(request.target.fingerprint, listed),
        pins_words=words_of_pins(request.pins),
    )


def answer(request: RecoveryRequest, recovery: Secret, root: Secret | None) -> OfflineAnswer:
    """Open what is asked for and wrap it to the person; RuleBroken when cards or certificates are others."""
    try:
        rewrapped = rewrap(request, recovery_keys(recovery), root)
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
