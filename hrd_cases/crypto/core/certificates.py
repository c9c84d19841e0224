"""Who holds which public keys in which roles, as signed by administrators and traced to the pinned root."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hrd_cases.crypto.core.codec import Signed
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.errors import CryptoError, NotSigned
from hrd_cases.crypto.core.keys import RECOVERY, ROOT, Pins
from hrd_cases.crypto.core.primitives import digest, verify
from hrd_cases.crypto.core.statements import (
    FIRST,
    AgreedRevocation,
    Certificate,
    Endorsement,
    FactorLeave,
    Revocation,
    follower_mark,
)

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "COORDINATOR",
    "LAWYER",
    "AgreedRevocation",
    "Certificate",
    "Endorsement",
    "FactorLeave",
    "Revocation",
    "Signed",
    "Trust",
    "key_words",
    "revoked_mark",
]

ADMINISTRATOR = "administrator"
COORDINATOR = "coordinator"
AUDITOR = "auditor"
LAWYER = "lawyer"
KEY_WORD_COUNT = 8
WORD_BITS = 11
Ending = Revocation | AgreedRevocation
Logged = Callable[[bytes], int | None]  # the number of the log entry with this mark, None when there is none


def key_words(fingerprint_or_hash: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Return the first 88 bits as eight words of a list of 2048, for two people to compare."""
    bits = int.from_bytes(fingerprint_or_hash[:KEY_WORD_COUNT], "big") << 24
    bits |= int.from_bytes(fingerprint_or_hash[8:11], "big")
    shifts = range((KEY_WORD_COUNT - 1) * WORD_BITS, -1, -WORD_BITS)
    return tuple(words[(bits >> shift) & 0x7FF] for shift in shifts)


def revoked_mark(org: bytes, fingerprint: bytes) -> bytes:
    """Return the mark that the log carries of a revocation: it follows from the keys alone, so none goes missing."""
    return digest(pae(b"revoked", org, fingerprint))


class Trust:
    """What the pinned keys vouch for; statements that do not verify are left out and counted in `refused`.

    `certificates` may hold endorsements too. `logged` finds the place of a statement in the log: by the hash of a
    certificate or endorsement, by `revoked_mark` of a revocation. Then everything is replayed once in that order, each
    statement judged by what stood before it, and what the log does not know counts for nothing; a revocation counts
    from its place on, whatever day it names, and also when its row is gone (`missing`). Without a log, as for a paper
    by itself, nobody can tell whether an issuer signed before or after their own keys ceased to count.
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
        value = _GivenState.read(org, certificates, revocations, logged)
        admission = _Admission(org=org, pins=pins, ordered=logged is not None)
        admission.replay(value.in_order()) if logged is not None else admission.admit(value.items)
        uncounted = [item for item in value.items if id(item) not in admission.admitted]
        self.unread = value.unread  # how many rows are no statement
        self.refused = value.unread + len(uncounted)
        self.uncounted = tuple(Uncounted.of(item, admission.ended) for item in uncounted)
        self._history = {
            certificate.fingerprint: admission.history[certificate.fingerprint]
            for certificate, _ in value.certificates(admission)
        }
        self._chains = admission.chains
        self._withhold(logged)
        self._revoked = admission.revoked
        self._ended = admission.ended
        self._since = admission.since
        rows = (item.what for item in value.items if id(item) in admission.admitted)
        said = {what.fingerprint for what in rows if isinstance(what, Ending)}
        self.missing = frozenset(value.revoked_at) - said  # revoked in the log, and no row that says so

    def _withhold(self, logged: Logged | None) -> None:
        """Take every role from whose newest certificate was taken out of the database: nobody knows what it said."""
        newest = {user: chain[-1] for user, chain in self._chains.items()}
        self.withheld = frozenset(
            last.fingerprint
            for user, last in newest.items()
            if logged is not None and logged(follower_mark(self.org, user, last.hash())) is not None
        )
        for fingerprint in self.withheld:
            last = self._history[fingerprint][-1]
            self._history[fingerprint] = [*self._history[fingerprint], replace(last, roles=frozenset())]

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
        """Tell whether these keys were revoked, or other keys of the same user came in their place.

        With a log a revocation counts from its entry on; without one, from the day it names.
        """
        if self.successor(fingerprint) is not None:
            return True
        return fingerprint in self._revoked and self._revoked[fingerprint] <= day

    def has_ended(self, fingerprint: bytes) -> bool:
        """Tell whether these keys were ever revoked or replaced, whatever day a clock shows."""
        return fingerprint in self._revoked or self.successor(fingerprint) is not None

    def ended_at(self, fingerprint: bytes) -> int | None:
        """Return the number of the log entry since which these keys count no more; None while they do."""
        return self._ended.get(fingerprint)

    def stood_at(self, fingerprint: bytes, position: int) -> bool:
        """Tell whether these keys counted when the log had come to this entry."""
        since = self._since.get(fingerprint)
        ended = self._ended.get(fingerprint)
        return since is not None and since[0][0] < position and (ended is None or position < ended)

    def roles_at(self, fingerprint: bytes, position: int) -> frozenset[str]:
        """Return the roles that these keys were certified in when the log had come to this entry."""
        roles = frozenset[str]()
        for seq, certified in self._since.get(fingerprint, ()):
            if seq < position:
                roles = certified
        return roles

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
    """A statement that could be read, and its place in the log: None when the log does not know it."""

    what: Certificate | Endorsement | Ending
    signed: Signed
    seq: int | None


@dataclass(frozen=True, kw_only=True)
class Uncounted:
    """A statement that is there and counts for nothing: whose keys it is about, or the certificate, and who issued it.

    `logged`: the log knows it; `late`: it was entered after its issuer's keys had ended.
    """

    about: bytes
    issuer: bytes
    logged: bool
    late: bool

    @classmethod
    def of(cls, item: _Item, ended: Mapping[bytes, int]) -> "Uncounted":
        """What is to be told of it."""
        what, at = item.what, item.seq
        about = what.certificate if isinstance(what, Endorsement) else what.fingerprint
        end = ended.get(what.issuer)
        return cls(
            about=about, issuer=what.issuer, logged=at is not None, late=at is not None and end is not None and end < at
        )


@dataclass(frozen=True, kw_only=True)
class _GivenState:
    items: tuple[_Item, ...]
    revoked_at: Mapping[bytes, int]  # by fingerprint: where the log says so, with or without a row
    unread: int

    @classmethod
    def read(
        cls, org: bytes, certificates: Iterable[Signed], revocations: Iterable[Signed], logged: Logged | None
    ) -> "_GivenState":
        """Decode everything, and find where the log has it."""
        items, unread = [], 0
        for signed, kinds in [
            *((certificate, (Certificate, Endorsement)) for certificate in certificates),
            *((revocation, (Revocation, AgreedRevocation)) for revocation in revocations),
        ]:
            what = _decoded(signed.statement, kinds)
            if what is None:
                unread += 1
                continue
            if isinstance(what, Ending):
                mark = revoked_mark(org, what.fingerprint)
            else:
                mark = digest(signed.statement)
            items.append(_Item(what=what, signed=signed, seq=0 if logged is None else logged(mark)))
        keys = {item.what.fingerprint for item in items if isinstance(item.what, Certificate)}
        places = {key: logged(revoked_mark(org, key)) for key in keys} if logged is not None else {}
        revoked_at = {key: seq for key, seq in places.items() if seq is not None}
        return cls(items=tuple(items), revoked_at=revoked_at, unread=unread)

    def in_order(self) -> "list[tuple[int, _Item | bytes]]":
        """Everything that the log knows in its order; a revocation as the fingerprint alone."""
        order: list[tuple[int, _Item | bytes]] = [(seq, key) for key, seq in self.revoked_at.items()]
        order += [(item.seq, item) for item in self.items if item.seq is not None]
        return sorted(order, key=lambda pair: pair[0])

    def certificates(self, admission: "_Admission") -> list[tuple[Certificate, _Item]]:
        """What was admitted, in the order given."""
        saved = ((item.what, item) for item in self.items if id(item) in admission.admitted)
        return [(what, item) for what, item in saved if isinstance(what, Certificate)]


def _decoded(
    statement: bytes, kinds: Iterable[type[Certificate | Endorsement | Ending]]
) -> Certificate | Endorsement | Ending | None:
    for kind in kinds:
        try:
            return kind.decode(statement)
        except CryptoError:
            continue
    return None


@dataclass(kw_only=True)
class _Admission:
    """One walk through the statements; `ordered`: in the order of the log, each judged by what stood before it."""

    org: bytes
    pins: Pins
    ordered: bool
    history: dict[bytes, list[Certificate]] = field(default_factory=dict)  # by fingerprint
    chains: dict[bytes, list[Certificate]] = field(default_factory=dict)  # by user
    revoked: dict[bytes, int] = field(default_factory=dict)
    admitted: set[int] = field(default_factory=set)
    ended: dict[bytes, int] = field(default_factory=dict)  # by fingerprint: the entry that ended these keys
    since: dict[bytes, list[tuple[int, frozenset[str]]]] = field(default_factory=dict)  # entries that said roles
    _endorsers: dict[bytes, set[bytes]] = field(default_factory=dict)  # by hash of the certificate

    def replay(self, order: "Iterable[tuple[int, _Item | bytes]]") -> None:
        """Take each statement at its place in the log."""
        for seq, item in order:
            if isinstance(item, bytes):
                self.revoked[item] = 0
                self.ended.setdefault(item, seq)
            elif item.what.org == self.org and self._take(item, seq):
                self.admitted.add(id(item))

    def admit(self, items: Sequence[_Item]) -> None:
        """Admit what holds; an issuer may stand later in the list than those it certified, so until nothing is new."""
        grew = True
        while grew:
            grew = False
            for item in items:
                if id(item) not in self.admitted and item.what.org == self.org and self._take(item, 0):
                    self.admitted.add(id(item))
                    grew = True

    def _take(self, item: _Item, seq: int) -> bool:
        what = item.what
        if isinstance(what, Certificate):
            if not (self._follows(what) and self._signed(item) and self._agreed(what)):
                return False
            self.history.setdefault(what.fingerprint, []).append(what)
            self.since.setdefault(what.fingerprint, []).append((seq, what.roles))
            for before in self.chains.get(what.user, ())[-1:]:
                if before.fingerprint != what.fingerprint:
                    self.ended.setdefault(before.fingerprint, seq)
            self.chains.setdefault(what.user, []).append(what)
            return True
        if isinstance(what, Endorsement):
            if not self._signed(item):
                return False
            self._endorsers.setdefault(what.certificate, set()).add(what.issuer)
            return True
        if not self._ends(what, item):
            return False
        if not self.ordered:  # else the log has said so
            self.revoked[what.fingerprint] = min(self.revoked.get(what.fingerprint, what.day), what.day)
        return True

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
        """One administrator certifies first keys and other roles; other keys take two, or the root.

        Nobody takes the role of an administrator from another alone: that would end their authority.
        """
        chain = self.chains.get(certificate.user, [])
        if not chain or certificate.issuer == ROOT:
            return True
        issuer = self._user(certificate.issuer)
        if chain[-1].fingerprint == certificate.fingerprint:
            if issuer != certificate.user:
                return ADMINISTRATOR not in chain[-1].roles - certificate.roles
            return certificate.roles < chain[-1].roles  # of one's own roles one only gives up
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
        if not history or not self._may(issuer, history):
            return False
        return verify(history[0].sign_public, item.signed.statement, item.signed.signature)

    def _may(self, issuer: bytes, history: Sequence[Certificate]) -> bool:
        """Whether these keys are an administrator's, at this place of the log; without a log whether they ever were."""
        if self.ordered:
            return issuer not in self.ended and ADMINISTRATOR in history[-1].roles
        return any(ADMINISTRATOR in certificate.roles for certificate in history)

    def _ends(self, ending: Ending, item: _Item) -> bool:
        """One administrator ends keys; those of an administrator two others do, or the root, or their owner."""
        if isinstance(ending, AgreedRevocation):
            return self._ended_by_two(ending, item)
        if self._own(ending, item.signed):
            return True
        return self._signed(item) and (ending.issuer == ROOT or not self._administers(ending.fingerprint))

    def _ended_by_two(self, ending: AgreedRevocation, item: _Item) -> bool:
        asked = Signed(ending.revocation.encode(), ending.revocation_signature)
        first = _Item(what=ending.revocation, signed=asked, seq=item.seq)
        if not (self._signed(first) and self._signed(item)):
            return False
        theirs = {certificate.user for certificate in self.history.get(ending.fingerprint, ())}
        by = {self._user(ending.issuer), self._user(ending.revocation.issuer)}
        return len(by - theirs) > 1

    def _administers(self, keys: bytes) -> bool:
        """Whether these are the present keys of an administrator."""
        history = self.history.get(keys)
        if not history or ADMINISTRATOR not in history[-1].roles:
            return False
        return self.chains[history[-1].user][-1].fingerprint == keys

    def _own(self, revocation: Revocation, signed: Signed) -> bool:
        mine = self.history.get(revocation.issuer) if revocation.issuer == revocation.fingerprint else None
        return mine is not None and verify(mine[0].sign_public, signed.statement, signed.signature)
