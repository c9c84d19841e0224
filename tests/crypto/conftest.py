"""One small organisation with real keys, shared by the tests of this folder."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from hrd_cases.crypto.core.certificates import Certificate, Revocation, Signed, Trust
from hrd_cases.crypto.core.chains import VerifiedChain, verify_chain
from hrd_cases.crypto.core.envelope import SealedPlace
from hrd_cases.crypto.core.headers import (
    GRANT,
    READ,
    USER,
    WRITE,
    Header,
    Member,
    SignedHeader,
    VaultOrigin,
    sign_header,
)
from hrd_cases.crypto.core.keys import ROOT, CompartmentKey, OrgSeeds, UserKeys

TODAY = 20_000
ALL = frozenset({READ, WRITE, GRANT})


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone of the organisation: id, keys and certificate."""

    user: bytes
    keys: UserKeys
    certificate: Certificate
    signed: Signed

    @property
    def fp(self) -> bytes:
        return self.keys.fingerprint

    def member(self, *rights: str, last_day: int = 0) -> Member:
        return Member(kind=USER, id=self.fp, rights=frozenset(rights) or ALL, last_day=last_day)


class World:
    """An organisation of five, its root and recovery seeds, and a case with a key for every compartment."""

    def __init__(self) -> None:
        self.org = b"organisation-one"
        self.seeds = OrgSeeds.new()
        self.pins = self.seeds.pins()
        self.today = TODAY
        self.admin = self.person(b"a" * 16, "administrator", "coordinator", "auditor")
        self.anna = self.person(b"b" * 16, "caseworker", issuer=self.admin)
        self.boris = self.person(b"c" * 16, "lawyer", issuer=self.admin)
        self.dana = self.person(b"d" * 16, "caseworker", issuer=self.admin)
        self.stranger = self.person(b"e" * 16, "administrator", "lawyer", certified=False)
        self.people = (self.admin, self.anna, self.boris, self.dana)
        self.trust = self.trust_with()
        self.origin = VaultOrigin.new(self.org, "case", self.anna.fp)
        self.key = CompartmentKey.new()
        self.first = self.origin.first_header(
            "core", self.key, [self.anna.member(), self.boris.member(READ, WRITE), self.dana.member(READ)]
        )
        self.first_signed = sign_header(self.first, self.anna.keys)

    def person(self, user: bytes, *roles: str, issuer: "Person | None" = None, certified: bool = True) -> Person:
        keys = UserKeys.new()
        certificate = Certificate(
            org=self.org,
            user=user,
            sign_public=keys.sign_public,
            kem_public=keys.kem_public,
            roles=frozenset(roles),
            issuer=ROOT if issuer is None else issuer.fp,
        )
        seed = self.seeds.root_seed if issuer is None else issuer.keys.sign_seed
        if not certified:
            seed = keys.sign_seed
        return Person(user=user, keys=keys, certificate=certificate, signed=certificate.signed(seed))

    def trust_with(self, *revocations: Signed) -> Trust:
        return Trust(self.org, self.pins, [person.signed for person in self.people], revocations)

    def trust_by(self, log: Mapping[bytes, int]) -> Trust:
        """What the log vouches for, by the places of statements in it."""
        return Trust(self.org, self.pins, [person.signed for person in self.people], logged=log.get)

    def revoke(self, person: Person, day: int = TODAY) -> Signed:
        statement = Revocation(org=self.org, fingerprint=person.fp, day=day, issuer=self.admin.fp)
        return statement.signed(self.admin.keys.sign_seed)

    def verify(self, *chain: SignedHeader, **text: object) -> VerifiedChain:
        trust = text.pop("trust", self.trust)
        requested = {"vault": self.origin.vault, "compartment": "core", "day": TODAY} | text
        return verify_chain(chain, trust, **requested)  # type: ignore[arg-type]

    def place(self, **other: object) -> SealedPlace:
        requested: dict[str, object] = {
            "org": self.org,
            "vault": self.origin.vault,
            "table": "records",
            "row": b"r" * 16,
            "compartment": "core",
            "epoch": 1,
            "version": 3,
        }
        return SealedPlace(**(requested | other))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture
def header(world: World) -> Header:
    return world.first
