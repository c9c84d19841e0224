"""Who gave up a compartment, until its keys are renewed: signed statements, which the services check."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert

from hrd_cases.store.batches import batches
from hrd_cases.store.key_statements import LEAVINGS
from hrd_cases.store.rows import read_rows, values_of
from hrd_cases.store.tables import grants, leavings, memberships


@dataclass(frozen=True, kw_only=True)
class LeavingRow:
    """One statement: `fingerprint` (64 hex digits) gives up a compartment as it is keyed in `epoch`."""

    vault_id: str
    compartment: str
    fingerprint: str
    epoch: int
    signature: bytes = field(repr=False)


class Leavings:
    """The statements of those who left."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: LeavingRow) -> None:
        """Enter a statement in the place of an earlier one; its author's wraps and place in the index are removed."""
        theirs = ((leavings, "fingerprint"), (memberships, "member"), (grants, "member"))
        for table, column in theirs:
            here = (table.c.vault_id == row.vault_id, table.c.compartment == row.compartment)
            self._connection.execute(delete(table).where(*here, table.c[column] == row.fingerprint))
        self._connection.execute(insert(leavings).values(**values_of(row)))

    def of(self, vaults: Iterable[str]) -> list[LeavingRow]:
        """Every statement about these vaults."""
        cursor_results = (self._connection.execute(LEAVINGS, {"vaults": some}) for some in batches(vaults))
        return [row for result in cursor_results for row in read_rows(LeavingRow, result)]

    def remove(self, vault: str, compartment: str) -> None:
        """Forget the statements about a compartment: its keys are renewed without their authors."""
        here = (leavings.c.vault_id == vault, leavings.c.compartment == compartment)
        self._connection.execute(delete(leavings).where(*here))
