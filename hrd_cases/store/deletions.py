"""What was deleted: who asked and who confirmed, kept when everything else of it is gone; and the erasing itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from hrd_cases.crypto.core.headers import vault_member_id
from hrd_cases.domain.ids import PersonId, person_id
from hrd_cases.store.rows import batches, first_row, read_rows, values_of
from hrd_cases.store.tables import blobs, deletions, grants, headers, memberships, metadata, records, vaults

DELETED = "deleted"  # the kind of a vault of which only the headers are left
_LAST_CHANGED = (
    select(records.c.vault_id, func.max(records.c.day))
    .where(records.c.vault_id.in_(bindparam("some", expanding=True)))
    .group_by(records.c.vault_id)
)


@dataclass(frozen=True, kw_only=True)
class DeletionRow:
    """A whole vault that two people deleted: `asked` as crypto/core/deletions.py encodes it, fingerprints as hex."""

    vault_id: str
    day: date
    asked: bytes = field(repr=False)
    asked_signature: bytes = field(repr=False)
    confirmed_by: str
    confirmed_signature: bytes = field(repr=False)


class Deletions:
    """What is erased for good."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: DeletionRow) -> None:
        """Remember that a vault was deleted."""
        self._connection.execute(insert(deletions).values(**values_of(row)))

    def all(self) -> list[DeletionRow]:
        """Every deletion, by vault."""
        query = select(deletions).order_by(deletions.c.vault_id)
        return read_rows(DeletionRow, self._connection.execute(query))

    def of_vault(self, vault: str) -> DeletionRow | None:
        """The deletion of a vault."""
        return first_row(DeletionRow, self._connection.execute(select(deletions).where(deletions.c.vault_id == vault)))

    def erase(self, vault: str, *, compartments: Collection[str], headers_of: Collection[str] = ()) -> list[str]:
        """Remove every row that names a vault, in whatever table; returns the ids of its files, whose bytes remain.

        `headers_of`: the compartments whose headers stay: they prove who might delete it, and who signed for others.
        """
        files = list(self._connection.scalars(select(blobs.c.id).where(blobs.c.vault_id == vault).order_by(blobs.c.id)))
        for table in reversed(metadata.sorted_tables):
            naming = [key.parent == vault for key in table.foreign_keys if key.column is vaults.c.id]
            if naming and table is not headers:
                self._connection.execute(delete(table).where(or_(*naming)))
        self._connection.execute(delete(memberships).where(memberships.c.member == vault))
        raw = bytes.fromhex(vault)
        handed = [vault_member_id(raw, compartment).hex() for compartment in compartments]
        self._connection.execute(delete(grants).where(grants.c.member.in_(handed)))
        gone = headers.c.compartment.not_in(list(headers_of))
        self._connection.execute(delete(headers).where(headers.c.vault_id == vault, gone))
        if headers_of:
            self._connection.execute(update(vaults).where(vaults.c.id == vault).values(kind=DELETED))
        else:
            self._connection.execute(delete(vaults).where(vaults.c.id == vault))
        return files

    def named_in(self, vault: str) -> list[PersonId]:
        """The vaults whose newest headers name a vault: the people whom a case opens."""
        query = select(memberships.c.vault_id).where(memberships.c.member == vault).distinct()
        return list(map(person_id, self._connection.scalars(query.order_by(memberships.c.vault_id))))

    def last_changed(self, vault_ids: Iterable[str]) -> dict[str, date]:
        """The day of the last change in each of these vaults."""
        days: dict[str, date] = {}
        for some in batches(vault_ids):
            days.update({row[0]: row[1] for row in self._connection.execute(_LAST_CHANGED, {"some": some})})
        return days
