"""What somebody gave up for a journey: signed by them, sealed to the colleague who hands it back, to nobody else."""

from dataclasses import dataclass
from typing import NamedTuple

from hrd_cases.crypto.core.encoding import pae, read_number, read_text, u32, unpae, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.primitives import HASH_LENGTH, SIGNATURE_LENGTH, sign, verify
from hrd_cases.crypto.core.secrets import Secret

TABLE = "travels"
ID_LENGTH = 16
_LABEL = b"hrd/v1/journey"


class JourneyPart(NamedTuple):
    """A compartment of a vault (16 bytes) and the rights that stood in its newest header."""

    vault: bytes
    compartment: str
    rights: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Journey:
    """Who gave what up for whom to hand back: fingerprints of 32 bytes, `day` since 1970-01-01."""

    org: bytes
    user: bytes
    traveller: bytes
    colleague: bytes
    day: int
    parts: tuple[JourneyPart, ...]

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        parts = [
            pae(part.vault, part.compartment.encode(), " ".join(sorted(part.rights)).encode())
            for part in sorted(self.parts, key=lambda part: (part.vault, part.compartment))
        ]
        return pae(_LABEL, self.org, self.user, self.traveller, self.colleague, u32(self.day), pae(*parts))

    @classmethod
    def decode(cls, data: bytes) -> "Journey":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, user, traveller, colleague, day, parts = unpae_exactly(data, 7)
        journey = cls(
            org=org,
            user=user,
            traveller=traveller,
            colleague=colleague,
            day=read_number(day, 4),
            parts=tuple(_part(data) for data in unpae(parts)),
        )
        sizes = (len(org), len(user), len(traveller), len(colleague))
        if label != _LABEL or sizes != (ID_LENGTH, ID_LENGTH, HASH_LENGTH, HASH_LENGTH) or journey.encode() != data:
            raise UnknownFormat
        return journey


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


def check_journey(journey: Journey, signature: bytes, sign_public: bytes) -> None:
    """Raise NotSigned unless the traveller signed it."""
    if not verify(sign_public, journey.encode(), signature):
        raise NotSigned


def _part(data: bytes) -> JourneyPart:
    vault, compartment, rights = unpae_exactly(data, 3)
    if len(vault) != ID_LENGTH:
        raise UnknownFormat
    return JourneyPart(vault, read_text(compartment, "ascii"), frozenset(read_text(rights, "ascii").split()))


def _place(org: bytes, user: bytes, day: int) -> SealedPlace:
    return SealedPlace(org=org, vault=user, table=TABLE, row=user, compartment="", epoch=0, version=day)
