"""Who opened my case: rows that whoever asks for a case adds, with its key or without it; only its team reads them."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from hrd_cases.crypto.core.authorship import EntryBody
from hrd_cases.crypto.core.envelope import UNDER_KEY, SealedPlace, seal, seal_to, unseal, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.vaults import KINDS
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.resealing import RENEW, resting
from hrd_cases.store.rows import first_row, read_rows, rows_of
from hrd_cases.store.tables import access_rows

_ADD = insert(access_rows)


class SealedAccessRow(NamedTuple):
    """A row of `access_rows`, its columns in their order."""

    id: str
    vault_id: str
    epoch: int
    row_sealed: bytes


@dataclass(frozen=True, kw_only=True)
class AccessRow:
    """One opening; `body` is None when the row was tampered with or its epoch's key is not held."""

    id: str
    body: EntryBody | None


class AccessRows:
    """Access rows of vaults; each is sealed under the key of the vault's first compartment, or to its public key."""

    def __init__(self, connection: Connection, org: bytes) -> None:
        self._connection = connection
        self._org = org

    def add(self, *, vault_id: str, compartment: str, public: bytes, epoch: int, row_id: str, body: EntryBody) -> None:
        """Seal `body` to the public key of `compartment` (the vault's first) at `epoch` and keep it."""
        sealed = seal_to(public, self._place(vault_id, compartment, epoch, row_id), body.encode())
        self._insert(vault_id, row_id, epoch, sealed)

    def add_under(self, vault: OpenVault, row_id: str, body: EntryBody, *, at: tuple[int, CompartmentKey]) -> None:
        """Seal `body` under the key of the vault's first compartment, `at` an epoch, and keep it: a third of the room.

        Whoever does not hold the key can not, and seals to its public half (`add`).
        """
        self._insert(vault.id, row_id, at[0], self._under(vault, row_id, body, at))

    def one(self, vault: OpenVault, row_id: str) -> AccessRow | None:
        """One row; None when there is none with this id."""
        row = first_row(SealedAccessRow, self._connection.execute(rows_of(access_rows, "id"), {"one": row_id}))
        return AccessRow(id=row.id, body=self._opened(vault, row)) if row and row.vault_id == vault.id else None

    def free(self, row_id: str) -> bool:
        """Whether no row has this id."""
        query = select(access_rows.c.id).where(access_rows.c.id == row_id)
        return self._connection.execute(query).first() is None

    def put(self, vault: OpenVault, row_id: str, body: EntryBody, *, at: tuple[int, CompartmentKey]) -> None:
        """Seal `body` under the key of the vault's first compartment, `at` an epoch, in the place of what is there."""
        sealed = self._under(vault, row_id, body, at)
        values = {"of_id": row_id, "new_epoch": at[0], "new_sealed": sealed}
        if not self._connection.execute(RENEW[access_rows], values).rowcount:
            self._insert(vault.id, row_id, at[0], sealed)

    def of(self, vault: OpenVault) -> list[AccessRow]:
        """Every access row of a vault, opened as far as its keys reach."""
        query = select(access_rows).where(access_rows.c.vault_id == vault.id).order_by(access_rows.c.id)
        rows = read_rows(SealedAccessRow, self._connection.execute(query))
        return [AccessRow(id=row.id, body=self._opened(vault, row)) for row in rows]

    def reseal(self, vault: OpenVault, *, limit: int) -> int:
        """Seal at most `limit` rows anew under the newest key of the vault's first compartment; how many."""
        compartment = KINDS[vault.kind].base
        newest = vault.sealing_key(compartment)
        if newest is None or not vault.may_write(compartment):
            raise Forbidden
        older = (access_rows.c.vault_id == vault.id, access_rows.c.epoch < newest[0])
        changed = 0
        for row in resting(self._connection, SealedAccessRow, access_rows, *older):
            if changed == limit:
                break
            body = self._opened(vault, row)
            if body is None:
                continue
            sealed = self._under(vault, row.id, body, newest)
            values = {"of_id": row.id, "new_epoch": newest[0], "new_sealed": sealed}
            changed += self._connection.execute(RENEW[access_rows], values).rowcount
        return changed

    def _under(self, vault: OpenVault, row_id: str, body: EntryBody, at: tuple[int, CompartmentKey]) -> bytes:
        place = self._place(vault.id, KINDS[vault.kind].base, at[0], row_id)
        return seal(at[1].envelope, place, body.encode())

    def _insert(self, vault_id: str, row_id: str, epoch: int, sealed: bytes) -> None:
        row = {"id": row_id, "vault_id": vault_id, "epoch": epoch, "row_sealed": sealed}
        self._connection.execute(_ADD, row)

    def _opened(self, vault: OpenVault, row: SealedAccessRow) -> EntryBody | None:
        compartment = KINDS[vault.kind].base
        key, place = vault.key(compartment, row.epoch), self._place(vault.id, compartment, row.epoch, row.id)
        if key is None:
            return None
        try:
            if row.row_sealed[:1] == bytes((UNDER_KEY,)):
                return EntryBody.decode(unseal(key.envelope, place, row.row_sealed))
            return EntryBody.decode(unseal_from(key.seed, place, row.row_sealed))
        except CryptoError:
            return None

    def _place(self, vault: str, compartment: str, epoch: int, row: str) -> SealedPlace:
        return SealedPlace(
            org=self._org,
            vault=bytes.fromhex(vault),
            table="access_rows",
            row=bytes.fromhex(row),
            compartment=compartment,
            epoch=epoch,
            version=0,
        )
