"""Who holds which public keys in which roles, as signed by administrators and traced to the pinned root."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hrd_cases.crypto.core.codec import Signed
from hrd_cases.crypto.core.errors import CryptoError, NotSigned
from hrd_cases.crypto.core.keys import RECOVERY, ROOT, Pins
from hrd_cases.crypto.core.primitives import digest, verify
from hrd_cases.crypto.core.statements import (
    FIRST,
    Certificate,
    Endorsement,
    FactorLeave,
    Revocation,
)

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "COORDINATOR",
    "LAWYER",
    "Certificate",
    "Endorsement",
    "FactorLeave",
    "Revocation",
    "Signed",
    "Trust",
    "key_words",
]

ADMINISTRATOR = "administrator"
COORDINATOR = "coordinator"
AUDITOR = "auditor"
LAWYER = "lawyer"
KEY_WORD_COUNT = 8
WORD_BITS = 11
Logged = Callable[[bytes], int | None]  # the number of the log entry that carries this hash, None when there is none


def key_words(fingerprint_or_hash: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Return the first 88 bits as eight words of a list of 2048, for two people to compare."""
    bits = int.from_bytes(fingerprint_or_hash[:KEY_WORD_COUNT], "big") << 24
    bits |= int.from_bytes(fingerprint_or_hash[8:11], "big")
    shifts = range((KEY_WORD_COUNT - 1) * WORD_BITS, -1, -WORD_BITS)
    return tuple(words[(bits >> shift) & 0x7FF] for shift in shifts)


class Trust:
    """What the pinned keys vouch for; statements that do not verify are left out and counted in `refused`.

    `certificates` may hold endorsements too. `logged` finds a statement in the log by its hash; without it, as for a
    paper by itself, nobody can tell whether an issuer signed before or after their own keys ceased to count.
    """

    def __init__(
        self,
        org: bytes,
        pins: Pins,
        certificates: Iterable[Signed],
        revocations: Iterable[Signed] = (),
        *,
        logged: Logged | None = None,
    ) -> None:
        self.org = org
        self.pins = pins
        value = _GivenState.read(certificates, revocations, logged)
        ordered = value.in_order()
        sure = tuple(item for item in ordered if item.seq is not None)  # what the root said, or the log knows
        admission = _Admission(org=org, pins=pins).admit(sure)
        if len(sure) < len(ordered):  # whose keys ceased to count follows from what surely came in its time
            admission = _Admission(org=org, pins=pins, refuse=admission.spent).admit(ordered)
        self.refused = value.unread + len(ordered) - len(admission.admitted)
        self._history = {
            certificate.fingerprint: admission.history[certificate.fingerprint]
            for certificate, _ in value.certificates(admission)
        }
        self._chains = admission.chains
        self._revoked = admission.revoked
        self._ended_by = admission.ended_by

    def check(self, fingerprint: bytes, day: int) -> Certificate:
        """Return the newest certificate of keys that count on `day`; NotSigned when none, revoked or replaced."""
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
        return frozenset(role for certificate in self._history.get(fingerprint, ()) for role in certificate.roles)

    def is_revoked(self, fingerprint: bytes, day: int) -> bool:
        """Tell whether a valid revocation counts on `day`, or other keys of the same user came in their place."""
        if self.successor(fingerprint) is not None:
            return True
        return fingerprint in self._revoked and self._revoked[fingerprint] <= day

    def has_ended(self, fingerprint: bytes) -> bool:
        """Tell whether these keys were ever revoked or replaced, whatever day a clock shows."""
        return fingerprint in self._revoked or self.successor(fingerprint) is not None

    def ended_by(self, fingerprint: bytes) -> frozenset[bytes]:
        """Return the hashes of the statements that ended these keys: the log tells when each of them came."""
        return frozenset(self._ended_by.get(fingerprint, ()))

    def successor(self, fingerprint: bytes) -> Certificate | None:
        """Return the newest certificate of a user whose keys these were, None while they still are."""
        history = self._history.get(fingerprint)
        newest = self._chains[history[-1].user][-1] if history else None
        return None if newest is None or newest.fingerprint == fingerprint else newest

    def chain(self, user: bytes) -> tuple[Certificate, ...]:
        """Return every certificate of a user, oldest first."""
        return tuple(self._chains.get(user, ()))

    def signing_key(self, signer: bytes) -> bytes:
        """Return the Ed25519 key of a fingerprint, or of the recovery key; NotSigned when unknown."""
        if signer == RECOVERY:
            return self.pins.recovery_sign_public
        return self.certificate(signer).sign_public

    def current(self) -> tuple[Certificate, ...]:
        """Return the newest certificate of every fingerprint, in the order in which they were given."""
        return tuple(history[-1] for history in self._history.values())

    def two_agree(self, leaves: Iterable[Signed], *, user: bytes, fingerprint: bytes, day: int) -> bool:
        """Tell whether two administrators who count on `day`, neither of them this user, let them enrol a factor."""
        agreed: set[bytes] = set()
        for statement, signature in leaves:
            try:
                leave = FactorLeave.decode(statement)
                issuer = self.check(leave.issuer, day)
            except CryptoError:
                continue
            was_said = (leave.org, leave.user, leave.fingerprint) == (self.org, user, fingerprint)
            may = ADMINISTRATOR in issuer.roles and issuer.user != user
            if was_said and may and leave.last_day >= day and verify(issuer.sign_public, statement, signature):
                agreed.add(issuer.user)
        return len(agreed) > 1


@dataclass(frozen=True, kw_only=True)
class _Item:
    """A statement that could be read, and when it came: 0 from the root, then its place in the log, None unknown."""

    what: Certificate | Endorsement | Revocation
    signed: Signed
    seq: int | None

    @property
    def when(self) -> float:
        return float("inf") if self.seq is None else self.seq


@dataclass(frozen=True, kw_only=True)
class _GivenState:
    items: tuple[_Item, ...]
    unread: int

    @classmethod
    def read(
        cls, certificates: Iterable[Signed], revocations: Iterable[Signed], logged: Logged | None
    ) -> "_GivenState":
        """Decode everything; what came first is looked at first, so that nothing later takes its place."""
        items, unread = [], 0
        for signed, kinds in [
            *((certificate, (Certificate, Endorsement)) for certificate in certificates),
            *((revocation, (Revocation,)) for revocation in revocations),
        ]:
            what = _decoded(signed.statement, kinds)
            if what is None:
                unread += 1
                continue
            seq = 0 if what.issuer == ROOT or logged is None else logged(digest(signed.statement))
            items.append(_Item(what=what, signed=signed, seq=seq))
        return cls(items=tuple(items), unread=unread)

    def in_order(self) -> tuple[_Item, ...]:
        """Everything in the order in which it came."""
        return tuple(sorted(self.items, key=lambda item: item.when))

    def certificates(self, admission: "_Admission") -> list[tuple[Certificate, _Item]]:
        """What was admitted, in the order given."""
        saved = ((item.what, item) for item in self.items if id(item) in admission.admitted)
        return [(what, item) for what, item in saved if isinstance(what, Certificate)]


def _decoded(
    statement: bytes, kinds: Iterable[type[Certificate] | type[Endorsement] | type[Revocation]]
) -> Certificate | Endorsement | Revocation | None:
    for kind in kinds:
        try:
            return kind.decode(statement)
        except CryptoError:
            continue
    return None


@dataclass(kw_only=True)
class _Admission:
    """One walk through the statements; `refuse`: issuers whose statements count only if the log knows them."""

    org: bytes
    pins: Pins
    refuse: frozenset[bytes] = frozenset()
    history: dict[bytes, list[Certificate]] = field(default_factory=dict)  # by fingerprint
    chains: dict[bytes, list[Certificate]] = field(default_factory=dict)  # by user
    revoked: dict[bytes, int] = field(default_factory=dict)
    admitted: set[int] = field(default_factory=set)
    ended_by: dict[bytes, set[bytes]] = field(default_factory=dict)  # by fingerprint: hashes of statements
    _endorsers: dict[bytes, set[bytes]] = field(default_factory=dict)  # by hash of the certificate

    def admit(self, items: Sequence[_Item]) -> "_Admission":
        """Admit what holds; an issuer may stand later in the list than those it certified, so until nothing is new."""
        grew = True
        while grew:
            grew = False
            for item in items:
                if id(item) not in self.admitted and item.what.org == self.org and self._take(item):
                    self.admitted.add(id(item))
                    grew = True
        return self

    @property
    def spent(self) -> frozenset[bytes]:
        """Keys that once certified others and count no more: revoked, replaced, or of somebody who is no longer one."""
        newest = {chain[-1].fingerprint: chain[-1].roles for chain in self.chains.values()}
        left = (keys for keys in self.history if ADMINISTRATOR not in newest.get(keys, frozenset()))
        return frozenset({*self.revoked, *left})

    def _take(self, item: _Item) -> bool:
        what = item.what
        if isinstance(what, Certificate):
            if not (self._follows(what) and self._signed(item) and self._agreed(what)):
                return False
            self.history.setdefault(what.fingerprint, []).append(what)
            for before in self.chains.get(what.user, ())[-1:]:
                if before.fingerprint != what.fingerprint:
                    self._ends(before.fingerprint, item)
            self.chains.setdefault(what.user, []).append(what)
            return True
        if isinstance(what, Endorsement):
            if not self._signed(item):
                return False
            self._endorsers.setdefault(what.certificate, set()).add(what.issuer)
            return True
        if not (self._signed(item) or self._own(what, item.signed)):
            return False
        self.revoked[what.fingerprint] = min(self.revoked.get(what.fingerprint, what.day), what.day)
        self._ends(what.fingerprint, item)
        return True

    def _ends(self, fingerprint: bytes, item: _Item) -> None:
        """Remember what ended keys."""
        self.ended_by.setdefault(fingerprint, set()).add(digest(item.signed.statement))

    def _follows(self, certificate: Certificate) -> bool:
        """A user's first certificate, or the next after the newest; keys belong to one user and never come back."""
        chain = self.chains.get(certificate.user, [])
        certificates = self.history.get(certificate.fingerprint)
        if not chain:
            return certificate.serial == FIRST and certificates is None
        newest = chain[-1]
        same = newest.fingerprint == certificate.fingerprint
        return (certificate.serial, certificate.previous) == (newest.serial + 1, newest.hash()) and (
            same or certificates is None
        )

    def _agreed(self, certificate: Certificate) -> bool:
        """One administrator certifies first keys and other roles; other keys take two, or the root."""
        chain = self.chains.get(certificate.user, [])
        if not chain or certificate.issuer == ROOT:
            return True
        issuer = self._user(certificate.issuer)
        if chain[-1].fingerprint == certificate.fingerprint:
            return (
                issuer != certificate.user or certificate.roles < chain[-1].roles
            )  # of one's own roles one only gives up
        endorsers = self._endorsers.get(certificate.hash(), set())
        others = {self._user(endorser) for endorser in endorsers} - {issuer, certificate.user}
        return issuer != certificate.user and bool(others)

    def _user(self, issuer: bytes) -> bytes:
        return ROOT if issuer == ROOT else self.history[issuer][0].user

    def _signed(self, item: _Item) -> bool:
        issuer = item.what.issuer
        if issuer == ROOT:
            return verify(self.pins.root_public, item.signed.statement, item.signed.signature)
        history = self.history.get(issuer, [])
        if not any(ADMINISTRATOR in certificate.roles for certificate in history):
            return False
        if item.seq is None and issuer in self.refuse:
            return False
        return verify(history[0].sign_public, item.signed.statement, item.signed.signature)

    def _own(self, revocation: Revocation, signed: Signed) -> bool:
        mine = self.history.get(revocation.issuer) if revocation.issuer == revocation.fingerprint else None
        return mine is not None and verify(mine[0].sign_public, signed.statement, signed.signature)
