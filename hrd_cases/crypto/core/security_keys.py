"""What is kept of a security key, inside the sealed second factor; and the challenges that keys sign.

docs/crypto-format.md section 5. Whether a signature is right is checked in services/signin/key_signatures.py.
"""

from dataclasses import dataclass
from typing import Annotated

from hrd_cases.crypto.core.codec import U32, WireStatement, text, within
from hrd_cases.crypto.core.encoding import pae, u64
from hrd_cases.crypto.core.primitives import KEY_LENGTH, equal, hkdf, mac
from hrd_cases.crypto.core.secrets import Secret

MOST_KEYS = 5
# What five of them may take at most, so that the second factor has one size whether or not there are any.
CREDENTIAL_LIMIT, PUBLIC_LIMIT, NAME_LIMIT, HOST_LIMIT = 256, 320, 160, 253
CHALLENGE_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class SecurityKey(WireStatement):
    """One key: its credential, its public key (COSE), how often it signed, and the host it was made for.

    `name` is what its owner calls it, `day` when it was added (days since 1970-01-01).
    """

    credential: Annotated[bytes, within(1, CREDENTIAL_LIMIT)]
    public: Annotated[bytes, within(1, PUBLIC_LIMIT)]
    count: U32
    name: Annotated[str, text("utf-8", least=1, most=NAME_LIMIT)]
    day: U32
    host: Annotated[str, text("ascii", least=1, most=HOST_LIMIT)]


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
