"""Vaults, their headers, who the headers name, and wrapped keys: plain storage, the services check what it says."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Select, Table, and_, delete, insert, or_, select, update

from hrd_cases.crypto.core.headers import USER, Header, SignedHeader
from hrd_cases.domain.errors import Changed
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.store.key_statements import (
    LOCKED_VAULTS,
    NEWEST_HEADERS,
    NO_MEMBERS,
    TAKE_GRANT,
    WAITING,
)
from hrd_cases.store.packs import Packs
from hrd_cases.store.roots import Memberships
from hrd_cases.store.rows import all_rows, batches, once_a_snapshot, read_rows, rows_among, rows_of, values_of
from hrd_cases.store.tables import (
    certificates,
    grants,
    headers,
    keyring_deltas,
    keyrings,
    memberships,
    revocations,
    vault_keyrings,
    vaults,
)
from hrd_cases.store.travels import Travels

RECOVERY = "recovery"  # the member under which the recovery key's grants rest

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class VaultRow:
    """A vault: `id` 32 hex digits."""

    id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class HeaderRow:
    """One signed header: `signer` 64 hex digits, `hash` 32 bytes."""

    vault_id: str
    compartment: str
    epoch: int
    serial: int
    body: bytes = field(repr=False)
    signer: str
    signature: bytes = field(repr=False)
    hash: bytes

    @property
    def signed(self) -> SignedHeader:
        """The header as crypto/core/headers.py checks it."""
        return SignedHeader(header_bytes=self.body, signer_fp=bytes.fromhex(self.signer), signature=self.signature)


@dataclass(frozen=True, kw_only=True)
class MembershipRow:
    """Whom a newest header names: a user's fingerprint (64 hex digits), or a vault's id (32) and compartment."""

    vault_id: str
    compartment: str
    member_kind: str
    member: str
    member_compartment: str
    rights: str
    last_day: int


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """One key wrapped to a member's public key: a fingerprint (64 hex digits) or RECOVERY."""

    vault_id: str
    compartment: str
    epoch: int
    member: str
    wrap: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class VaultKeyringRow:
    """One key of `vault_id`, sealed in a compartment of `grantee_vault` at `grantee_epoch`."""

    grantee_vault: str
    grantee_compartment: str
    vault_id: str
    compartment: str
    epoch: int
    grantee_epoch: int
    key_sealed: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class KeyringRow:
    """A user's packed keyring; `version` counts its folds."""

    user_id: str
    version: int
    keyring_sealed: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class DeltaRow:
    """New keys for a user that are not yet folded into the keyring."""

    id: str
    user_id: str
    delta_sealed: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CertificateRow:
    """One signed certificate: `fingerprint` and `issuer` 64 hex digits."""

    fingerprint: str
    user_id: str
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    issuer: str


@dataclass(frozen=True, kw_only=True)
class RevocationRow:
    """One signed revocation of a certificate."""

    fingerprint: str
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    issuer: str


class Keys(Memberships):
    """Key material and the index of who holds what."""

    # Vaults and headers

    def add_vault(self, vault: str, kind: str) -> None:
        """Enter a vault."""
        self._connection.execute(insert(vaults).values(id=vault, kind=kind))

    def vault(self, vault: str) -> VaultRow | None:
        """One vault."""
        return next(iter(self.of_ids([vault])), None)

    def of_ids(self, vault_ids: Iterable[str]) -> list[VaultRow]:
        """Those of these vaults that there are."""
        return self._rows_among(VaultRow, rows_among(vaults, "id", "id"), vault_ids)

    def vaults(self, kind: str) -> list[str]:
        """The ids of every vault of one kind."""
        return list(self._connection.scalars(select(vaults.c.id).where(vaults.c.kind == kind).order_by(vaults.c.id)))

    def add_headers(self, *every: SignedHeader) -> None:
        """Enter the next headers of some compartments, one of each, and make their members the index.

        Changed (with the newest header, if there is one) when one of them does not follow the newest that is there.
        """
        added = [(signed, Header.decode(signed.header_bytes)) for signed in every]
        owners = [header.vault.hex() for _, header in added]
        # Two who change the same compartment at once, one adding a member and one rotating, must not both succeed.
        self._connection.execute(LOCKED_VAULTS, {"some": sorted(set(owners))})
        newest = {(row.vault_id, row.compartment): row for row in self.newest_headers(owners)}
        rows = []
        for (signed, header), vault in zip(added, owners, strict=True):
            before = newest.get((vault, header.compartment))
            row = HeaderRow(
                vault_id=vault,
                compartment=header.compartment,
                epoch=header.epoch,
                serial=header.serial,
                body=signed.header_bytes,
                signer=signed.signer_fp.hex(),
                signature=signed.signature,
                hash=header.hash(),
            )
            if before is not None and before.hash != header.previous:
                raise Changed(before)
            newest[vault, header.compartment] = row
            rows.append(row)
        self._add(headers, *rows)
        self.index(*(header for _, header in added))

    def index(self, *newest: Header) -> None:
        """Make the members of some compartments' newest headers the index of who is in them."""
        here = [{"vault": header.vault.hex(), "part": header.compartment} for header in newest]
        self._end_packs(newest)
        self._connection.execute(NO_MEMBERS, here)
        rows = [
            MembershipRow(
                vault_id=header.vault.hex(),
                compartment=header.compartment,
                member_kind=member.kind,
                member=member.id.hex(),
                member_compartment=member.compartment,
                rights=" ".join(sorted(member.rights)),
                last_day=member.last_day,
            )
            for header in newest
            for member in header.members
        ]
        self._add(memberships, *rows)

    def _end_packs(self, newest: Iterable[Header]) -> None:
        """End the packs of those whom these headers name no more: they may hold what they could open until now."""
        stay = {(header.vault.hex(), header.compartment): _named_by(header) for header in newest}
        gone: set[str] = set()
        for some in batches(vault for vault, _ in stay):
            query = select(memberships).where(memberships.c.vault_id.in_(some), memberships.c.member_kind == USER)
            for row in read_rows(MembershipRow, self._connection.execute(query)):
                if row.member not in stay.get((row.vault_id, row.compartment), {row.member}):
                    gone.add(row.member)
        if gone:
            Packs(self._connection).end_of_members(gone)

    def header_chain(self, vault: str, compartment: str) -> list[HeaderRow]:
        """Every header of one compartment, oldest first."""
        return [row for row in self.headers_of([vault]) if row.compartment == compartment]

    def headers_of(self, vault_ids: Iterable[str]) -> list[HeaderRow]:
        """Every header of these vaults, oldest first in each compartment."""
        return self._rows_among(
            HeaderRow, rows_among(headers, "vault_id", "vault_id", "compartment", "epoch", "serial"), vault_ids
        )

    def newest_header(self, vault: str, compartment: str) -> HeaderRow | None:
        """The newest header of one compartment."""
        return next((row for row in self.newest_headers([vault]) if row.compartment == compartment), None)

    def newest_headers(self, vault_ids: Iterable[str]) -> list[HeaderRow]:
        """The newest header of every compartment of these vaults."""
        return self._rows_among(HeaderRow, NEWEST_HEADERS, vault_ids)

    # Who is in which vault

    def members(self, vault: str) -> list[MembershipRow]:
        """Whom the newest headers of a vault name."""
        order = (memberships.c.compartment, memberships.c.member, memberships.c.member_compartment)
        return self._rows(MembershipRow, select(memberships).where(memberships.c.vault_id == vault).order_by(*order))

    # Grants: wraps to public keys, until claimed

    def add_grants(self, *rows: GrantRow) -> None:
        """Enter wraps, each in the place of one for the same member and epoch."""
        if not rows:
            return
        self._connection.execute(TAKE_GRANT, [_wanted(row) for row in rows])
        away = Travels(self._connection).kept_from((row.member, row.vault_id) for row in rows)
        self._add(grants, *(row for row in rows if (row.member, row.vault_id) not in away))  # else when let in again

    def grants_for(self, member: str) -> list[GrantRow]:
        """Every wrap for one fingerprint, or for RECOVERY."""
        return self._rows(GrantRow, rows_of(grants, "member", "vault_id", "compartment", "epoch"), {"one": member})

    @once_a_snapshot
    def grants_for_any(self, members: Collection[str]) -> list[GrantRow]:
        """Every wrap for any of these members."""
        return self._rows_among(GrantRow, rows_among(grants, "member"), members)

    def grants_of(self, vault: str) -> list[GrantRow]:
        """Every wrap of one vault's keys."""
        return self._rows(GrantRow, rows_of(grants, "vault_id", "compartment", "epoch", "member"), {"one": vault})

    def grants_of_any(self, vault_ids: Iterable[str]) -> list[GrantRow]:
        """Every wrap of these vaults' keys that waits for somebody; those for the recovery key wait for nobody."""
        grant_rows: list[GrantRow] = []
        for some in batches(vault_ids):
            grant_rows += self._rows(GrantRow, WAITING, {"some": some, "recovery": RECOVERY})
        return grant_rows

    def grants_of_people(self) -> list[tuple[str, str]]:
        """Of whose files a key waits for whom: person and member."""
        query = (
            select(grants.c.vault_id, grants.c.member)
            .join(vaults, vaults.c.id == grants.c.vault_id)
            .where(vaults.c.kind == PERSON_VAULT, or_(grants.c.member < RECOVERY, grants.c.member > RECOVERY))
        )
        return [(person, member) for person, member in self._connection.execute(query)]

    def take_grant(self, row: GrantRow) -> bool:
        """Remove a wrap: claimed, or withdrawn; False when it was not there."""
        return bool(self._connection.execute(TAKE_GRANT, _wanted(row)).rowcount)

    # Keys of vaults, sealed in vaults

    def add_vault_keyring(self, row: VaultKeyringRow) -> None:
        """Enter the key of one vault sealed in another, in the place of the same key sealed before."""
        self._connection.execute(
            delete(vault_keyrings).where(
                vault_keyrings.c.grantee_vault == row.grantee_vault,
                vault_keyrings.c.grantee_compartment == row.grantee_compartment,
                vault_keyrings.c.vault_id == row.vault_id,
                vault_keyrings.c.compartment == row.compartment,
                vault_keyrings.c.epoch == row.epoch,
            )
        )
        self._add(vault_keyrings, row)

    @once_a_snapshot
    def vault_keyring_rows(self, grantee_vaults: Collection[str]) -> list[VaultKeyringRow]:
        """Every key that rests sealed in these vaults."""
        query = rows_among(vault_keyrings, "grantee_vault", "grantee_vault", "vault_id", "compartment", "epoch")
        return self._rows_among(VaultKeyringRow, query, grantee_vaults)

    def grantees_of(self, vault: str) -> list[VaultKeyringRow]:
        """Where the keys of one vault rest sealed: the cases a person belongs to."""
        return self.grantees_of_any([vault])

    @once_a_snapshot
    def grantees_of_any(self, vault_ids: Collection[str]) -> list[VaultKeyringRow]:
        """The same of several vaults."""
        query = rows_among(vault_keyrings, "vault_id", "grantee_vault", "compartment", "epoch")
        return self._rows_among(VaultKeyringRow, query, vault_ids)

    # Keyrings of users

    def keyring(self, user: str) -> KeyringRow | None:
        """A user's packed keyring."""
        return next(iter(self._rows(KeyringRow, rows_of(keyrings, "user_id"), {"one": user})), None)

    def put_keyring(self, user: str, keyring_sealed: bytes, *, expected: int) -> int:
        """Replace a keyring (`expected` 0: the first), return its version; Changed when another fold was first."""
        row = KeyringRow(user_id=user, version=expected + 1, keyring_sealed=keyring_sealed)
        if expected == 0:
            self._add(keyrings, row)
            return row.version
        condition = and_(keyrings.c.user_id == user, keyrings.c.version == expected)
        changed = self._connection.execute(update(keyrings).where(condition).values(**values_of(row)))
        if changed.rowcount != 1:
            raise Changed
        return row.version

    def add_delta(self, row: DeltaRow) -> None:
        """Enter new keys for a user."""
        self._add(keyring_deltas, row)

    def deltas(self, user: str) -> list[DeltaRow]:
        """A user's keys not yet folded."""
        return self._rows(DeltaRow, rows_of(keyring_deltas, "user_id", "id"), {"one": user})

    def remove_deltas(self, user: str, ids: Iterable[str]) -> None:
        """Remove folded keys."""
        for some in batches(ids):
            condition = and_(keyring_deltas.c.user_id == user, keyring_deltas.c.id.in_(some))
            self._connection.execute(delete(keyring_deltas).where(condition))

    # Certificates: never removed, so that what a leaver signed stays provable

    def add_certificate(self, row: CertificateRow) -> None:
        """Enter a certificate."""
        self._add(certificates, row)

    def certificates(self) -> list[CertificateRow]:
        """Every certificate ever issued."""
        return self._rows(CertificateRow, all_rows(certificates, "fingerprint"))

    def add_revocation(self, row: RevocationRow) -> None:
        """Enter a revocation."""
        self._add(revocations, row)

    def revocations(self) -> list[RevocationRow]:
        """Every revocation."""
        return self._rows(RevocationRow, all_rows(revocations, "fingerprint"))

    def remove_vault(self, vault: str) -> None:
        """Remove a vault's wraps, its keys in other vaults, theirs in it, and the index of its members.

        Its headers stay, and so does its row: what was signed in it stays provable.
        """
        self._connection.execute(delete(grants).where(grants.c.vault_id == vault))
        either = or_(vault_keyrings.c.vault_id == vault, vault_keyrings.c.grantee_vault == vault)
        self._connection.execute(delete(vault_keyrings).where(either))
        either = or_(memberships.c.vault_id == vault, memberships.c.member == vault)
        self._connection.execute(delete(memberships).where(either))

    def _rows_among(self, cls: type[T], query: Select[object], values: Iterable[str]) -> list[T]:
        return [row for some in batches(values) for row in self._rows(cls, query, {"some": some})]

    def _rows(self, cls: type[T], query: Select[object], values: Mapping[str, object] | None = None) -> list[T]:
        return read_rows(cls, self._connection.execute(query, values))

    def _add(self, table: Table, *rows: Declared) -> None:
        if rows:
            self._connection.execute(insert(table), [values_of(row) for row in rows])


def _wanted(row: GrantRow) -> dict[str, object]:
    return {"vault": row.vault_id, "part": row.compartment, "of_epoch": row.epoch, "whose": row.member}


def _named_by(header: Header) -> frozenset[str]:
    return frozenset(member.id.hex() for member in header.members)
