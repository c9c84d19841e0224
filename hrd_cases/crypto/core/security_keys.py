"""What is kept of a security key, inside the sealed second factor; and the challenges that keys sign.

docs/crypto-format.md section 5. Whether a signature is right is checked in services/signin/key_signatures.py.
"""

from dataclasses import dataclass

from hrd_cases.crypto.core.encoding import pae, read_number, read_text, u32, u64, unpae_exactly
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.primitives import KEY_LENGTH, equal, hkdf, mac
from hrd_cases.crypto.core.secrets import Secret

MOST_KEYS = 5
# What five of them may take at most, so that the second factor has one size whether or not there are any.
CREDENTIAL_LIMIT, PUBLIC_LIMIT, NAME_LIMIT, HOST_LIMIT = 256, 320, 160, 253
CHALLENGE_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class SecurityKey:
    """One key: its credential, its public key (COSE), how often it signed, and the host it was made for.

    `name` is what its owner calls it, `day` when it was added (days since 1970-01-01).
    """

    credential: bytes
    public: bytes
    count: int
    name: str
    day: int
    host: str

    def encode(self) -> bytes:
        """Return the canonical bytes; UnknownFormat for a part that is empty or too long."""
        pieces = (self.credential, self.public, self.name.encode(), self.host.encode())
        limits = (CREDENTIAL_LIMIT, PUBLIC_LIMIT, NAME_LIMIT, HOST_LIMIT)
        if not all(0 < len(piece) <= limit for piece, limit in zip(pieces, limits, strict=True)):
            raise UnknownFormat
        return pae(self.credential, self.public, u32(self.count), self.name.encode(), u32(self.day), self.host.encode())

    @classmethod
    def decode(cls, data: bytes) -> "SecurityKey":
        """Undo `encode`; UnknownFormat otherwise."""
        credential, public, count, name, day, host = unpae_exactly(data, 6)
        key = cls(
            credential=credential,
            public=public,
            count=read_number(count, 4),
            name=read_text(name),
            day=read_number(day, 4),
            host=read_text(host, "ascii"),
        )
        if key.encode() != data:
            raise UnknownFormat
        return key


def key_challenge(marker: Secret, purpose: str, whom: bytes, now: int) -> bytes:
    """Return the 40 bytes that a key signs at Unix time `now`: the time, and a mark that only this server makes.

    `whom`: the secret of the browser or session that asked, so that it is good for nobody else.
    """
    key = hkdf(marker, b"", b"hrd/v1/key-challenge-key", KEY_LENGTH)
    return u64(now) + mac(key, pae(b"hrd/v1/key-challenge", purpose.encode(), whom, u64(now)))


def key_person(marker: Secret, user: bytes) -> bytes:
    """Return the 16 bytes that a key keeps of its owner: they name nobody, and asked again it keeps one entry."""
    key = hkdf(marker, b"", b"hrd/v1/key-challenge-key", KEY_LENGTH)
    return mac(key, pae(b"hrd/v1/key-person", user))[:16]


def challenge_time(marker: Secret, purpose: str, whom: bytes, challenge: bytes, now: int) -> int | None:
    """Return when a challenge was made; None for one that is not ours, not theirs, or not of the last ten minutes."""
    created = int.from_bytes(challenge[:8], "big")
    right = key_challenge(marker, purpose, whom, created)
    return created if equal(right, challenge) and now - CHALLENGE_SECONDS <= created <= now else None
