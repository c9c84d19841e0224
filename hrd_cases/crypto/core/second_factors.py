"""The second factor: a time code whose steps are used once, ten recovery codes, and up to five security keys."""

import base64
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Annotated, Self

from hrd_cases.crypto.core.codec import U64, Flag, WireStatement, each, exactly, hidden, kind_of
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.primitives import HASH_LENGTH, TOTP_STEP_SECONDS, digest, equal, random, totp, totp_uri
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.security_keys import MOST_KEYS, SecurityKey

TABLE = "second_factor"
SEED_LENGTH = 20
RECOVERY_CODES = 10
_LENGTH = 6144 - 4  # of every second factor: its size does not tell who has security keys, or codes left
_CODE_BYTES = 10


_Seed = Annotated[Secret, hidden(SEED_LENGTH)]
_Hashes = Annotated[tuple[bytes, ...], each(exactly(HASH_LENGTH), most_items=RECOVERY_CODES)]


@dataclass(frozen=True, kw_only=True)
class _BeforeKeys(WireStatement, label=b"hrd/v1/second-factor"):
    """What was written before there were security keys: read, and never written any more."""

    seed: _Seed
    last_step: U64
    recovery_hashes: _Hashes


@dataclass(frozen=True, kw_only=True)
class SecondFactor(WireStatement, label=b"hrd/v2/second-factor", filled_to=_LENGTH):
    """The TOTP seed, the last step used, the hashes of the recovery codes that are left, and the security keys.

    `last_challenge`: when the newest challenge was made that a key has answered (Unix time, seconds).
    `keys_only`: a security key is asked for always; time codes do not count, recovery codes do.
    """

    seed: _Seed
    last_step: U64
    recovery_hashes: _Hashes
    keys: Annotated[tuple[SecurityKey, ...], each(kind_of(SecurityKey), most_items=MOST_KEYS)] = ()
    last_challenge: U64 = 0
    keys_only: Flag = False

    @classmethod
    def new(cls) -> tuple["SecondFactor", tuple[str, ...]]:
        """Make a fresh seed and ten recovery codes of 80 bits, which are shown once."""
        codes = tuple(_show(random(_CODE_BYTES)) for _ in range(RECOVERY_CODES))
        hashes = tuple(_hash(code) for code in codes)
        return cls(seed=Secret(random(SEED_LENGTH)), last_step=0, recovery_hashes=hashes), codes

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Undo `encode`, and what was written before there were security keys; UnknownFormat otherwise."""
        if not _BeforeKeys.has_label(data):
            return super().decode(data)
        before = _BeforeKeys.decode(data)
        return cls(seed=before.seed, last_step=before.last_step, recovery_hashes=before.recovery_hashes)

    def is_sound(self) -> bool:
        """Only who has security keys can ask for them always."""
        return bool(self.keys) or not self.keys_only

    def sealed(self, ktotp: Secret, org: bytes, user: bytes, version: int = 0) -> bytes:
        """Seal under the second key that follows from the passphrase."""
        return seal(ktotp, _place(org, user, version), self.encode())

    @classmethod
    def opened(cls, ktotp: Secret, org: bytes, user: bytes, sealed: bytes, version: int = 0) -> "SecondFactor":
        """Open what `sealed` made; NotOpened otherwise."""
        return cls.decode(unseal(ktotp, _place(org, user, version), sealed))

    def check(self, code: str, now: int) -> "SecondFactor | None":
        """Return the state after six figures at Unix time `now` (seconds), None when they are wrong or used.

        The step before and the step after count too; a step is accepted once and no earlier one after it.
        No code is right where only security keys count.
        """
        typed = code.encode("utf-8", "replace")
        step_now = now // TOTP_STEP_SECONDS
        result = None
        for step in (step_now - 1, step_now, step_now + 1):
            matches = step >= 0 and equal(totp(self.seed, step * TOTP_STEP_SECONDS).encode(), typed)
            if matches and step > self.last_step:
                result = step
        return None if result is None or self.keys_only else replace(self, last_step=result)

    def use_recovery(self, code: str) -> "SecondFactor | None":
        """Return the state after this recovery code, None when it is wrong or used."""
        hashed = _hash(code)
        if hashed not in self.recovery_hashes:
            return None
        return replace(self, recovery_hashes=tuple(data for data in self.recovery_hashes if data != hashed))

    def key_for(self, credential: bytes, host: str) -> SecurityKey | None:
        """Return the security key with this credential, made for this host."""
        return next((key for key in self.keys if key.credential == credential and key.host == host), None)

    def after_key(self, credential: bytes, count: int, challenge_time: int) -> "SecondFactor | None":
        """Return the state after a key has answered the challenge of that time; None when it came before another's."""
        if challenge_time <= self.last_challenge:
            return None
        keys = tuple(replace(key, count=count) if key.credential == credential else key for key in self.keys)
        return replace(self, keys=keys, last_challenge=challenge_time)

    def with_key(self, key: SecurityKey, challenge_time: int) -> "SecondFactor | None":
        """Return the state with one key more; None when there are five, it is there already, or an old challenge."""
        is_known = any(security_key.credential == key.credential for security_key in self.keys)
        if is_known or len(self.keys) >= MOST_KEYS or challenge_time <= self.last_challenge:
            return None
        return replace(self, keys=(*self.keys, key), last_challenge=challenge_time)

    def without_keys(self, credentials: Collection[bytes], *, keys_only: bool) -> "SecondFactor":
        """Return the state without these keys; where none is left, codes count again."""
        keys = tuple(key for key in self.keys if key.credential not in credentials)
        return replace(self, keys=keys, keys_only=keys_only and bool(keys))

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
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", code).casefold() if letter.isalnum())
    return digest(pae(b"hrd/v1/recovery-code", plain.encode("utf-8", "replace")))


def _place(org: bytes, user: bytes, version: int) -> SealedPlace:
    return SealedPlace(org=org, vault=user, table=TABLE, row=user, compartment="", epoch=0, version=version)
