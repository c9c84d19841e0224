"""What somebody gave up for a journey: read by the named colleague alone, and only as its author signed it."""

from dataclasses import replace

import pytest

from hrd_cases.crypto.core.encoding import pae, unpae_exactly
from hrd_cases.crypto.core.errors import CryptoError, NotSigned, UnknownFormat
from hrd_cases.crypto.core.journeys import Journey, JourneyPart, open_journey, seal_journey
from hrd_cases.crypto.core.keys import UserKeys

TRAVELLER, COLLEAGUE, STRANGER = UserKeys.new(), UserKeys.new(), UserKeys.new()
ORG, USER, DAY = b"o" * 16, b"u" * 16, 20_779
PARTS = (
    JourneyPart(b"v" * 16, "core", frozenset({"read", "write", "grant"})),
    JourneyPart(b"v" * 16, "identity", frozenset({"read"})),
    JourneyPart(b"a" * 16, "reference", frozenset({"read", "write"})),
)
JOURNEY = Journey(
    org=ORG,
    user=USER,
    traveller=TRAVELLER.fingerprint,
    colleague=COLLEAGUE.fingerprint,
    day=DAY,
    parts=tuple(sorted(PARTS, key=lambda part: (part.vault, part.compartment))),
)


def _sealed(journey: Journey = JOURNEY) -> bytes:
    return seal_journey(journey, TRAVELLER.sign_seed, COLLEAGUE.kem_public)


def test_the_colleague_reads_what_the_traveller_signed() -> None:
    result, signature = open_journey(COLLEAGUE.kem_seed, _sealed(), org=ORG, user=USER, day=DAY)
    assert result == JOURNEY
    result.check_signature(TRAVELLER.sign_public, signature)
    with pytest.raises(NotSigned):
        result.check_signature(STRANGER.sign_public, signature)
    with pytest.raises(NotSigned):
        replace(result, day=DAY + 1).check_signature(TRAVELLER.sign_public, signature)


@pytest.mark.parametrize("keys", [TRAVELLER, STRANGER])
def test_nobody_else_reads_it_the_traveller_included(keys: UserKeys) -> None:
    with pytest.raises(CryptoError):
        open_journey(keys.kem_seed, _sealed(), org=ORG, user=USER, day=DAY)


@pytest.mark.parametrize("changed", [{"org": b"x" * 16}, {"user": b"x" * 16}, {"day": DAY + 1}])
def test_it_opens_at_its_own_place_only(changed: dict[str, object]) -> None:
    place: dict[str, object] = {"org": ORG, "user": USER, "day": DAY} | changed
    with pytest.raises(CryptoError):
        open_journey(COLLEAGUE.kem_seed, _sealed(), **place)  # type: ignore[arg-type]
    elsewhere = _sealed(replace(JOURNEY, **changed))  # type: ignore[arg-type]
    with pytest.raises(CryptoError):
        open_journey(COLLEAGUE.kem_seed, elsewhere, org=ORG, user=USER, day=DAY)


def test_every_changed_byte_is_noticed() -> None:
    sealed = _sealed()
    for at in range(0, len(sealed), 7):
        with pytest.raises(CryptoError):
            open_journey(
                COLLEAGUE.kem_seed,
                sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :],
                org=ORG,
                user=USER,
                day=DAY,
            )


def test_only_the_canonical_bytes_are_read() -> None:
    encoded = JOURNEY.encode()
    assert Journey.decode(encoded) == JOURNEY
    pieces = list(unpae_exactly(encoded, 7))
    wrong = [
        pae(b"hrd/v1/other", *pieces[1:]),
        pae(*pieces[:6], pae(*reversed(_parts(pieces[6])))),
        pae(*pieces[:6], pae(pae(b"v" * 15, b"core", b"read"))),
        pae(*pieces[:6], pae(pae(b"v" * 16, b"core", b"write read"))),
        pae(*pieces[:6], pae(pae(b"v" * 16, b"\xff", b"read"))),
        encoded[:-1],
        encoded + b"\0",
    ]
    for item in wrong:
        with pytest.raises(UnknownFormat):
            Journey.decode(item)


def _parts(packed: bytes) -> tuple[bytes, ...]:
    return tuple(unpae_exactly(packed, 3))
