"""The second factor: a time code whose steps are used once, and ten recovery codes."""

import base64
from dataclasses import dataclass, replace

from hrd_cases.crypto.encoding import pae, read_number, u64, unpae, unpae_exactly
from hrd_cases.crypto.envelope import Place, seal, unseal
from hrd_cases.crypto.errors import UnknownFormat
from hrd_cases.crypto.primitives import HASH_LENGTH, TOTP_STEP_SECONDS, digest, equal, random, totp, totp_uri
from hrd_cases.crypto.secrets import Secret

TABLE = "second_factor"
SEED_LENGTH = 20
RECOVERY_CODES = 10
_LABEL = b"hrd/v1/second-factor"
_CODE_BYTES = 10


@dataclass(frozen=True, kw_only=True)
class SecondFactor:
    """The TOTP seed, the last step used, and the hashes of the recovery codes that are left."""

    seed: Secret
    last_step: int
    recovery_hashes: tuple[bytes, ...]

    @classmethod
    def new(cls) -> tuple["SecondFactor", tuple[str, ...]]:
        """Make a fresh seed and ten recovery codes of 80 bits, which are shown once."""
        codes = tuple(_show(random(_CODE_BYTES)) for _ in range(RECOVERY_CODES))
        hashes = tuple(_hash(code) for code in codes)
        return cls(seed=Secret(random(SEED_LENGTH)), last_step=0, recovery_hashes=hashes), codes

    def encode(self) -> bytes:
        """Return the canonical bytes, for sealing only."""
        return pae(_LABEL, self.seed.reveal(), u64(self.last_step), pae(*self.recovery_hashes))

    @classmethod
    def decode(cls, data: bytes) -> "SecondFactor":
        """Undo `encode`; UnknownFormat otherwise."""
        label, seed, last_step, hashes = unpae_exactly(data, 4)
        kept = unpae(hashes)
        if label != _LABEL or len(seed) != SEED_LENGTH or any(len(one) != HASH_LENGTH for one in kept):
            raise UnknownFormat
        return cls(seed=Secret(seed), last_step=read_number(last_step, 8), recovery_hashes=kept)

    def sealed(self, ktotp: Secret, org: bytes, user: bytes, version: int = 0) -> bytes:
        """Seal under the second key that follows from the passphrase."""
        return seal(ktotp, _place(org, user, version), self.encode())

    @classmethod
    def opened(cls, ktotp: Secret, org: bytes, user: bytes, sealed: bytes, version: int = 0) -> "SecondFactor":
        """Open what `sealed` made; NotOpened otherwise."""
        return cls.decode(unseal(ktotp, _place(org, user, version), sealed))

    def check(self, code: str, now: int) -> "SecondFactor | None":
        """Return the state after this code at Unix time `now` (seconds), None when it is wrong or used.

        The step before and the step after count too; a step is accepted once and no earlier one after it.
        """
        typed = code.strip().replace(" ", "").encode("utf-8", "replace")
        step_now = now // TOTP_STEP_SECONDS
        found = None
        for step in (step_now - 1, step_now, step_now + 1):
            matches = step >= 0 and equal(totp(self.seed, step * TOTP_STEP_SECONDS).encode(), typed)
            if matches and step > self.last_step:
                found = step
        return None if found is None else replace(self, last_step=found)

    def use_recovery(self, code: str) -> "SecondFactor | None":
        """Return the state after this recovery code, None when it is wrong or used."""
        hashed = _hash(code)
        if hashed not in self.recovery_hashes:
            return None
        return replace(self, recovery_hashes=tuple(kept for kept in self.recovery_hashes if kept != hashed))

    def uri(self, account: str, issuer: str) -> str:
        """Return the address that an authenticator application scans."""
        return totp_uri(self.seed, account, issuer)

    def base32(self) -> str:
        """Return the seed for typing into an authenticator application."""
        return base64.b32encode(self.seed.reveal()).decode("ascii")


def _show(data: bytes) -> str:
    text = base64.b32encode(data).decode("ascii").lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _hash(code: str) -> bytes:
    # Fast on purpose: the code has 80 random bits and its hash is itself sealed under the passphrase.
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return digest(pae(b"hrd/v1/recovery-code", plain.encode("utf-8", "replace")))


def _place(org: bytes, user: bytes, version: int) -> Place:
    return Place(org=org, vault=user, table=TABLE, row=user, compartment="", epoch=0, version=version)
