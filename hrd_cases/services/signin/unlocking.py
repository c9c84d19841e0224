"""What a passphrase opens: one derivation, whoever asks; the bundle, the second factor, and a code used up.

Argon2id runs in a bounded pool and never inside a transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime

from hrd_cases.crypto.core.bundles import Bundle, SecondFactor, unlock
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.passphrases import FLOOR, KdfParams, passphrase_keys
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.tokens import salt_for_unknown
from hrd_cases.domain.typed_text import typed_code
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin.key_signatures import KeyResponse, used
from hrd_cases.services.signin.organisation_setup import decode_kdf, kdf_of
from hrd_cases.store.users import UserRow


@dataclass(frozen=True, kw_only=True)
class Unlocked:
    """What a passphrase opened: bundle and second factor, None where it did not; `ktotp` to seal the factor anew."""

    bundle: Bundle | None = field(repr=False)
    factor: SecondFactor | None = field(repr=False)
    ktotp: Secret = field(repr=False)
    kek: Secret = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A code that fits; `resealed` is the second factor without it, None where the organisation asks for none."""

    resealed: bytes | None = field(repr=False)
    factor: SecondFactor | None = field(default=None, repr=False)


def open_with(
    runtime: Runtime, row: UserRow | None, handle: str, passphrase: str, *, stranger: bool = False, source: str = ""
) -> Unlocked:
    """One derivation, whoever asks: an unknown handle costs and looks the same. A stranger waits behind the others.

    Raises Busy when too many wait already.
    """
    salt = row.salt if row else salt_for_unknown(Secret(runtime.server.pepper), handle)
    user = bytes.fromhex(row.id) if row else bytes(16)
    try:
        params = decode_kdf(row.kdf) if row else kdf_of(runtime)
        with runtime.passphrase_slots.one(stranger=stranger, source=source):
            derived = passphrase_keys(passphrase or " ", salt, params, runtime.org, user, floor=_floor(runtime))
    except (CryptoError, ValueError):  # a derivation that was altered in the database is refused like anything else
        return Unlocked(bundle=None, factor=None, ktotp=Secret(bytes(32)), kek=Secret(bytes(32)))
    if row is None:
        return Unlocked(bundle=None, factor=None, ktotp=derived.ktotp, kek=derived.kek)
    try:
        bundle = unlock(row.bundle_sealed, derived.kek, runtime.org, user, row.bundle_version)
        factor = (
            SecondFactor.opened(derived.ktotp, runtime.org, user, row.second_sealed, row.second_version)
            if row.second_sealed
            else None
        )
    except CryptoError:
        return Unlocked(bundle=None, factor=None, ktotp=derived.ktotp, kek=derived.kek)
    return Unlocked(bundle=bundle, factor=factor, ktotp=derived.ktotp, kek=derived.kek)


def prove_code(
    runtime: Runtime, row: UserRow | None, opened: Unlocked, code: str | KeyResponse, now: datetime
) -> Proven | None:
    """Whether the code, or what a security key signed, fits what the passphrase opened; None when anything is wrong."""
    after = _after(runtime, opened.factor, code, int(now.timestamp()))
    if row is None or opened.bundle is None:
        return None
    if opened.factor is None:
        return None if runtime.organisation.second_factor else Proven(resealed=None)
    return proven(runtime, row, opened, after) if after is not None else None


def proven(runtime: Runtime, row: UserRow, opened: Unlocked, after: SecondFactor) -> Proven:
    """The second factor after it was used, sealed for the next version of its row."""
    sealed = after.sealed(opened.ktotp, runtime.org, bytes.fromhex(row.id), row.second_version + 1)
    return Proven(resealed=sealed, factor=after)


def _after(runtime: Runtime, factor: SecondFactor | None, code: str | KeyResponse, now: int) -> SecondFactor | None:
    if isinstance(code, KeyResponse):  # looked at also without a factor, so that every refusal costs the same
        return used(factor, code, runtime.marker, now)
    typed = typed_code(code)
    return (factor.check(typed, now) or factor.use_recovery(typed)) if factor else None


def _floor(runtime: Runtime) -> KdfParams:
    """The least cost accepted.

    What the organisation's own policy says, which only tests set below the product's floor.
    """
    policy = kdf_of(runtime)
    return FLOOR if policy.at_least(FLOOR) else policy
