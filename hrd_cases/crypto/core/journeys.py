"""What somebody gave up for a journey: signed by them, sealed to the colleague who hands it back, to nobody else."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from hrd_cases.crypto.core.codec import U32, Hash, Id, Kind, Name, WireStatement, each, kind_of
from hrd_cases.crypto.core.encoding import pae, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.primitives import SIGNATURE_LENGTH, sign
from hrd_cases.crypto.core.secrets import Secret

TABLE = "travels"
_LONGEST_RIGHTS = 64
_RIGHTS: Kind[frozenset[str]] = Kind(
    write=lambda rights: " ".join(sorted(rights)).encode("ascii"),
    read=lambda piece: frozenset(piece.decode("ascii").split()),
    most=_LONGEST_RIGHTS,
)


class JourneyPart(NamedTuple):
    """A compartment of a vault (16 bytes) and the rights that stood in its newest header."""

    vault: Id
    compartment: Name
    rights: Annotated[frozenset[str], _RIGHTS]


@dataclass(frozen=True, kw_only=True)
class Journey(WireStatement, label=b"hrd/v1/journey"):
    """Who gave what up for whom to hand back: fingerprints of 32 bytes, `day` since 1970-01-01."""

    org: Id
    user: Id
    traveller: Hash
    colleague: Hash
    day: U32
    parts: Annotated[tuple[JourneyPart, ...], each(kind_of(JourneyPart), order=lambda part: part[:2])]


def seal_journey(journey: Journey, sign_seed: Secret, kem_public: bytes) -> bytes:
    """Sign as the traveller and seal to the colleague's public key."""
    encoded = journey.encode()
    return seal_to(kem_public, _place(journey.org, journey.user, journey.day), pae(encoded, sign(sign_seed, encoded)))


def open_journey(kem_seed: Secret, sealed: bytes, *, org: bytes, user: bytes, day: int) -> tuple[Journey, bytes]:
    """Open what was sealed to this colleague about this account and day, with its signature, yet to be checked."""
    encoded, signature = unpae_exactly(unseal_from(kem_seed, _place(org, user, day), sealed), 2)
    journey = Journey.decode(encoded)
    if (journey.org, journey.user, journey.day) != (org, user, day) or len(signature) != SIGNATURE_LENGTH:
        raise UnknownFormat
    return journey, signature


def _place(org: bytes, user: bytes, day: int) -> SealedPlace:
    return SealedPlace(org=org, vault=user, table=TABLE, row=user, compartment="", epoch=0, version=day)
