"""Whether a security key signed what it was asked to, for this address: the one module that knows the WebAuthn library.

An answer travels in one field of a form: its parts in base64url, with dots between them.
"""

import base64
import binascii
from dataclasses import dataclass, field

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import bytes_to_base64url, parse_attestation_object, parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)

from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.security_keys import SecurityKey, challenge_time

LOG_IN, CONFIRM, ADD = "log in", "confirm", "add"
ALGORITHMS = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
ANSWER_LIMIT = 8192
PLAIN_DATA = 37  # what a key says of itself when it signs: more would be CBOR, and no stranger's CBOR is read here
# What the library raises for bytes that are not what they should be: its own errors, and those of what it reads with.
_NOT_RIGHT = (
    WebAuthnException,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)
# Looked at in the place of a key that is not there, so that this takes as long. Its private half was thrown away.
_NOBODYS = SecurityKey(
    credential=b"-",
    public=bytes.fromhex(
        "a5010203262001215820387d29c1173be95cf5ef728f3b5aa10089b553e5e3538033dc6025488719a414225820abf6ac3517"
        "01300bba40586c0513205d66db6d0ddfeb87a4d1e4c34c7b99aa22"
    ),
    count=0,
    name="-",
    day=0,
    host="-",
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a browser stands: the host, without port, for which keys are made; and the origin, which they sign."""

    host: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class KeyResponse:
    """What a browser sent for a key, and what it must answer to: where it stands, what for, and for whom.

    `whom`: the secret of the browser or session that was asked.
    """

    answer: str = field(repr=False)
    address: Address
    purpose: str
    whom: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """What a key said of itself when it was added; `challenge_time` is when it was asked (Unix time)."""

    credential: bytes
    public: bytes
    count: int
    challenge_time: int


def used(factor: SecondFactor | None, visible: KeyResponse, marker: Secret, now: int) -> SecondFactor | None:
    """The second factor after one of its keys answered; None when anything is wrong. The same work without a factor."""
    parts = _parts(visible.answer, 4)
    if parts is None:
        return None
    credential, client_data, authenticator_data, signature = parts
    if len(authenticator_data) != PLAIN_DATA:
        return None
    challenge, created = _challenge(visible, client_data, marker, now)
    key = factor.key_for(credential, visible.address.host) if factor else None
    response = AuthenticatorAssertionResponse(
        client_data_json=client_data, authenticator_data=authenticator_data, signature=signature
    )
    security_key = key or _NOBODYS
    try:
        verified_authentication = verify_authentication_response(
            credential=AuthenticationCredential(
                id=bytes_to_base64url(credential), raw_id=credential, response=response
            ),
            expected_challenge=challenge,
            expected_rp_id=visible.address.host,
            expected_origin=visible.address.origin,
            credential_public_key=security_key.public,
            credential_current_sign_count=security_key.count,
            require_user_verification=True,
        )
    except _NOT_RIGHT:
        return None
    if factor is None or key is None or created is None:
        return None
    return factor.after_key(credential, verified_authentication.new_sign_count, created)


def added(visible: KeyResponse, marker: Secret, now: int) -> NewKey | None:
    """What a new key said of itself; None when it did not answer what it was asked, here and now."""
    parts = _parts(visible.answer, 3)
    if parts is None:
        return None
    credential, client_data, attestation = parts
    challenge, created = _challenge(visible, client_data, marker, now)
    response = AuthenticatorAttestationResponse(client_data_json=client_data, attestation_object=attestation)
    try:
        # No maker's statement is asked for; one that comes all the same has certificates in it, which nobody needs.
        if parse_attestation_object(attestation).fmt not in (AttestationFormat.NONE, AttestationFormat.PACKED):
            return None
        verified_registration = verify_registration_response(
            credential=RegistrationCredential(id=bytes_to_base64url(credential), raw_id=credential, response=response),
            expected_challenge=challenge,
            expected_rp_id=visible.address.host,
            expected_origin=visible.address.origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except _NOT_RIGHT:
        return None
    if created is None or verified_registration.credential_id != credential:
        return None
    return NewKey(
        credential=credential,
        public=verified_registration.credential_public_key,
        count=verified_registration.sign_count,
        challenge_time=created,
    )


def _challenge(response: KeyResponse, client_data: bytes, marker: Secret, now: int) -> tuple[bytes, int | None]:
    """The challenge that was answered, and when it was made: None for one that is not ours or too old."""
    try:
        collected_client_data = parse_client_data_json(client_data)
    except _NOT_RIGHT:
        return b"", None
    if collected_client_data.cross_origin:  # asked from inside a page of somebody else
        return collected_client_data.challenge, None
    return collected_client_data.challenge, challenge_time(
        marker, response.purpose, response.whom, collected_client_data.challenge, now
    )


def _parts(answer: str, count: int) -> list[bytes] | None:
    """The parts of an answer; None for anything that is not so many of them."""
    spelt = answer.split(".")
    if len(answer) > ANSWER_LIMIT or len(spelt) != count or not all(spelt):
        return None
    try:
        return [base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True) for text in spelt]
    except (binascii.Error, ValueError):
        return None
