"""A person's packed digest: what lists show of all their cases in one sealed file, so that a page opens one document.

The file lies beside the evidence, sealed under a key of its own, which rests here sealed under the key of the person's
keyring. An act that ends access or removes something deletes that key with what it removes, in one transaction; the
file opens no more, and another is made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Select, String, and_, delete, insert, literal, select
from sqlalchemy import cast as sql_cast

from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal, unseal_view
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import digest, random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.vaults import CASE_VAULT, PERSON_VAULT
from hrd_cases.store.pack_format import Pack, decode
from hrd_cases.store.roots import NAMED_ON
from hrd_cases.store.rows import batches, first_row, rows_of, values_of
from hrd_cases.store.settings import StoredSettings
from hrd_cases.store.tables import digests, memberships, packs, users, vault_keyrings, vaults

ENDED = "packs_ended"  # setting: another value each time that packs were ended
_KEY, _FILE = "packs", "pack_file"
_VAULT_OF = itemgetter(0)


@dataclass(frozen=True, kw_only=True)
class PackRow:
    """The key of a person's packed digest, sealed under the key of their keyring; its file is called by their id."""

    user_id: str
    key_sealed: bytes = field(repr=False)


class VaultBasis(NamedTuple):
    """A case that names somebody, or a file of a person that their cases open: their rights there, and what its
    digests are now. Where rights are equal, they are the same object.
    """

    id: str
    rights: Mapping[str, frozenset[str]]
    basis: bytes


# Vault, compartment, rights, hash of the digest; of a person's file the case and part that open it, with which keys.
_BasisRow = tuple[str, str, str, bytes | None, str]


@cache
def _of_cases() -> Select[object]:
    there = and_(digests.c.vault_id == memberships.c.vault_id, digests.c.compartment == memberships.c.compartment)
    return (
        select(*memberships.c["vault_id", "compartment", "rights"], digests.c.sha256, literal("").label("way"))
        .join(vaults, vaults.c.id == memberships.c.vault_id)
        .join(digests, there, isouter=True)
        .with_hint(digests, "INDEXED BY ix_digests_state", "sqlite")
        .where(vaults.c.kind == CASE_VAULT, *NAMED_ON)
    )


@cache
def _of_people() -> Select[object]:
    through, there = vault_keyrings, digests.c.vault_id == vault_keyrings.c.vault_id
    held = and_(
        memberships.c.vault_id == through.c.grantee_vault,
        memberships.c.compartment == through.c.grantee_compartment,
    )
    epochs = sql_cast(through.c.epoch, String) + "/" + sql_cast(through.c.grantee_epoch, String)
    way = (through.c.grantee_vault + "/" + through.c.grantee_compartment + "/" + epochs).label("way")
    return (
        select(through.c.vault_id, through.c.compartment, memberships.c.rights, digests.c.sha256, way)
        .join(memberships, held)
        .join(vaults, vaults.c.id == through.c.vault_id)
        .join(digests, and_(there, digests.c.compartment == through.c.compartment), isouter=True)
        .with_hint(digests, "INDEXED BY ix_digests_state", "sqlite")
        .where(vaults.c.kind == PERSON_VAULT, *NAMED_ON)
    )


class Packs:
    """Packed digests in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def basis(self, member: str, day: int) -> list[VaultBasis]:
        """The cases that name a fingerprint on a day (days since 1970-01-01), by id."""
        return self._basis(_of_cases(), member, day)

    def people_basis(self, member: str, day: int) -> list[VaultBasis]:
        """The files of people that the cases of a fingerprint open on a day, by id; not those it is named in itself."""
        return self._basis(_of_people(), member, day)

    def ended(self) -> str:
        """What changes each time that packs are ended."""
        return StoredSettings(self._connection).get(ENDED)

    def of(self, user: str) -> PackRow | None:
        """A person's packed digest."""
        return first_row(PackRow, self._connection.execute(rows_of(packs, "user_id"), {"one": user}))

    def put(self, row: PackRow, *, ended: str) -> bool:
        """Enter a packed digest in the place of the one before; False when any ended since `ended` was read."""
        if self.ended() != ended:
            return False
        self._connection.execute(delete(packs).where(packs.c.user_id == row.user_id))
        self._connection.execute(insert(packs).values(**values_of(row)))
        return True

    def end_of_members(self, fingerprints: Iterable[str]) -> None:
        """Somebody lost access: nothing that they could open before opens from their pack."""
        for some in batches(fingerprints):
            theirs = select(users.c.id).where(users.c.fingerprint.in_(some))
            self._end(packs.c.user_id.in_(theirs))

    def end_of(self, user: str) -> None:
        """The same of one account."""
        self._end(packs.c.user_id == user)

    def end_all(self) -> None:
        """Something was removed: whoever could see it makes their pack anew."""
        self._end()

    def owners(self) -> frozenset[str]:
        """The accounts whose packed digest opens."""
        return frozenset(self._connection.scalars(select(packs.c.user_id)))

    def _basis(self, query: Select[object], member: str, day: int) -> list[VaultBasis]:
        rows = self._connection.execute(query, {"member": member, "day": day}).all()
        return list(_by_vault(sorted(map(_plain, rows))))

    def _end(self, *conditions: ColumnElement[bool]) -> None:
        self._connection.execute(delete(packs).where(*conditions))
        StoredSettings(self._connection).put(ENDED, random(8).hex())


def _plain(row: Iterable[object]) -> _BasisRow:
    return cast("_BasisRow", tuple(row))


def _by_vault(rows: Iterable[_BasisRow]) -> Iterator[VaultBasis]:
    # Few different rights stand in many rows: each is read once, and what is equal is the same.
    ways: dict[tuple[tuple[str, str], ...], Mapping[str, frozenset[str]]] = {}
    for vault, group in groupby(rows, key=_VAULT_OF):
        part = list(group)
        pieces = [piece for _, name, _, sha256, way in part for piece in (name.encode(), sha256 or b"", way.encode())]
        said = tuple((compartment, rights) for _, compartment, rights, _, _ in part)
        if said not in ways:
            ways[said] = _rights(said)
        yield VaultBasis(vault, ways[said], digest(b"\0".join(pieces))[:16])


def _rights(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The rights in each compartment, from one or several rows."""
    rights: dict[str, frozenset[str]] = {}
    for compartment, some in pairs:
        rights[compartment] = rights.get(compartment, frozenset()).union(some.split())
    return rights


def sealed_pack(keyring: Secret, org: bytes, user: str, plain: bytes) -> tuple[PackRow, bytes]:
    """The row and the file of a packed digest, under a new key."""
    key = random(32)
    row = PackRow(user_id=user, key_sealed=seal(keyring, _place(org, user, _KEY), key))
    return row, seal(Secret(key), _place(org, user, _FILE), plain)


def opened_pack(keyring: Secret, org: bytes, row: PackRow, sealed: bytes) -> Pack | None:
    """The packed digest of a row and its file; None when they do not open: then it is made anew."""
    try:
        key = Secret(unseal(keyring, _place(org, row.user_id, _KEY), row.key_sealed))
        return decode(unseal_view(key, _place(org, row.user_id, _FILE), sealed))
    except CryptoError:
        return None


def _place(org: bytes, user: str, table: str) -> SealedPlace:
    owner = bytes.fromhex(user)
    return SealedPlace(org=org, vault=owner, table=table, row=owner, compartment="", epoch=0, version=0)
