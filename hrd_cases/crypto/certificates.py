"""Who holds which public keys in which roles, as signed by administrators and traced to the pinned root."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hrd_cases.crypto.encoding import pae, read_number, u32, unpae, unpae_exactly
from hrd_cases.crypto.errors import CryptoError, NotSigned, UnknownFormat
from hrd_cases.crypto.keys import RECOVERY, ROOT, Pins, fingerprint
from hrd_cases.crypto.primitives import HASH_LENGTH, KEM_PUBLIC_LENGTH, SIGN_PUBLIC_LENGTH, sign, verify
from hrd_cases.crypto.secrets import Secret

ADMINISTRATOR = "administrator"
COORDINATOR = "coordinator"
AUDITOR = "auditor"
LAWYER = "lawyer"
ID_LENGTH = 16
KEY_WORD_COUNT = 8
WORD_BITS = 11


class Signed(NamedTuple):
    """An encoded statement and the signature over it."""

    statement: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A user's public keys and roles; `issuer` is the fingerprint of an administrator or ROOT."""

    org: bytes
    user: bytes
    sign_public: bytes
    kem_public: bytes
    roles: frozenset[str]
    issuer: bytes

    @property
    def fingerprint(self) -> bytes:
        """The 32 bytes that name this pair of public keys."""
        return fingerprint(self.sign_public, self.kem_public)

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        roles = pae(*(role.encode() for role in sorted(self.roles)))
        return pae(b"hrd/v1/cert", self.org, self.user, self.sign_public, self.kem_public, roles, self.issuer)

    @classmethod
    def decode(cls, data: bytes) -> "Certificate":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, user, sign_public, kem, roles, issuer = unpae_exactly(data, 7)
        sizes = (len(org), len(user), len(sign_public), len(kem), len(issuer))
        if sizes != (ID_LENGTH, ID_LENGTH, SIGN_PUBLIC_LENGTH, KEM_PUBLIC_LENGTH, HASH_LENGTH):
            raise UnknownFormat
        names = frozenset(_text(role) for role in unpae(roles))
        found = cls(org=org, user=user, sign_public=sign_public, kem_public=kem, roles=names, issuer=issuer)
        if label != b"hrd/v1/cert" or found.encode() != data:
            raise UnknownFormat
        return found


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """From `day` (days since 1970-01-01 UTC) on, the keys with this fingerprint count no more."""

    org: bytes
    fingerprint: bytes
    day: int
    issuer: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return pae(b"hrd/v1/revoke", self.org, self.fingerprint, u32(self.day), self.issuer)

    @classmethod
    def decode(cls, data: bytes) -> "Revocation":
        """Undo `encode`; UnknownFormat otherwise."""
        label, org, revoked, day, issuer = unpae_exactly(data, 5)
        if label != b"hrd/v1/revoke" or (len(org), len(revoked), len(issuer)) != (ID_LENGTH, HASH_LENGTH, HASH_LENGTH):
            raise UnknownFormat
        return cls(org=org, fingerprint=revoked, day=read_number(day, 4), issuer=issuer)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UnknownFormat from None


def issue(statement: Certificate | Revocation, sign_seed: Secret) -> bytes:
    """Return the issuer's signature; the caller names the same issuer in the statement."""
    return sign(sign_seed, statement.encode())


def issue_signed(statement: Certificate | Revocation, sign_seed: Secret) -> Signed:
    """Return the encoded statement together with the issuer's signature."""
    encoded = statement.encode()
    return Signed(encoded, sign(sign_seed, encoded))


def key_words(fingerprint_or_hash: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Return the first 88 bits as eight words of a list of 2048, for two people to compare."""
    bits = int.from_bytes(fingerprint_or_hash[:KEY_WORD_COUNT], "big") << 24
    bits |= int.from_bytes(fingerprint_or_hash[8:11], "big")
    shifts = range((KEY_WORD_COUNT - 1) * WORD_BITS, -1, -WORD_BITS)
    return tuple(words[(bits >> shift) & 0x7FF] for shift in shifts)


class Trust:
    """What the pinned keys vouch for; statements that do not verify are left out and counted in `refused`."""

    def __init__(
        self, org: bytes, pins: Pins, certificates: Iterable[Signed], revocations: Iterable[Signed] = ()
    ) -> None:
        self.org = org
        self.pins = pins
        self.refused = 0
        self._history: dict[bytes, list[Certificate]] = {}
        self._revoked: dict[bytes, int] = {}
        self._admit_certificates(certificates)
        self._admit_revocations(revocations)

    def check(self, fingerprint: bytes, day: int) -> Certificate:
        """Return the newest certificate of keys that count on `day`; NotSigned when none or revoked."""
        if self.is_revoked(fingerprint, day):
            raise NotSigned
        return self.certificate(fingerprint)

    def certificate(self, fingerprint: bytes) -> Certificate:
        """Return the newest certificate, revoked or not: a leaver's records stay provable; NotSigned when none."""
        history = self._history.get(fingerprint)
        if not history:
            raise NotSigned
        return history[-1]

    def roles_ever(self, fingerprint: bytes) -> frozenset[str]:
        """Return every role these keys were ever certified in."""
        return frozenset(role for known in self._history.get(fingerprint, ()) for role in known.roles)

    def is_revoked(self, fingerprint: bytes, day: int) -> bool:
        """Tell whether a valid revocation counts on `day`."""
        return fingerprint in self._revoked and self._revoked[fingerprint] <= day

    def signing_key(self, signer: bytes) -> bytes:
        """Return the Ed25519 key of a fingerprint, or of the recovery key; NotSigned when unknown."""
        if signer == RECOVERY:
            return self.pins.recovery_sign_public
        return self.certificate(signer).sign_public

    def current(self) -> tuple[Certificate, ...]:
        """Return the newest certificate of every fingerprint, in the order in which they were given."""
        return tuple(history[-1] for history in self._history.values())

    def _admit_certificates(self, signed: Iterable[Signed]) -> None:
        waiting = []
        for one in signed:
            try:
                found = Certificate.decode(one[0])
            except CryptoError:
                self.refused += 1
            else:
                waiting.append((found, one[0], one[1]))
        # An issuer may stand later in the list than those it certified; each round admits what the last made valid.
        admitted: set[int] = set()
        grew = True
        while grew:
            grew = False
            for index, (found, statement, signature) in enumerate(waiting):
                if index not in admitted and self._holds(found, statement, signature):
                    admitted.add(index)
                    self._history.setdefault(found.fingerprint, []).append(found)
                    grew = True
        self.refused += len(waiting) - len(admitted)
        self._restore_order([waiting[index][0] for index in sorted(admitted)])

    def _restore_order(self, certificates: list[Certificate]) -> None:
        self._history = {}
        for found in certificates:
            self._history.setdefault(found.fingerprint, []).append(found)

    def _holds(self, found: Certificate, statement: bytes, signature: bytes) -> bool:
        if found.org != self.org:
            return False
        known = self._history.get(found.fingerprint)
        if known and known[0].user != found.user:
            return False
        return self._administrator_signed(found.issuer, statement, signature)

    def _administrator_signed(self, issuer: bytes, statement: bytes, signature: bytes) -> bool:
        if issuer == ROOT:
            return verify(self.pins.root_public, statement, signature)
        if ADMINISTRATOR not in self.roles_ever(issuer):
            return False
        return verify(self._history[issuer][0].sign_public, statement, signature)

    def _admit_revocations(self, signed: Iterable[Signed]) -> None:
        for statement, signature in signed:
            try:
                found = Revocation.decode(statement)
            except CryptoError:
                self.refused += 1
                continue
            if found.org != self.org or not self._may_revoke(found, statement, signature):
                self.refused += 1
                continue
            earlier = self._revoked.get(found.fingerprint, found.day)
            self._revoked[found.fingerprint] = min(earlier, found.day)

    def _may_revoke(self, found: Revocation, statement: bytes, signature: bytes) -> bool:
        if found.issuer == found.fingerprint and found.issuer in self._history:
            return verify(self._history[found.issuer][0].sign_public, statement, signature)
        return self._administrator_signed(found.issuer, statement, signature)
