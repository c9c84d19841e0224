"""Who lacks the newest key of a compartment: a hint that they leave, and that sending the key again takes away."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from hrd_cases.store.rows import read_rows, rows_of, values_of
from hrd_cases.store.tables import memberships, missing_keys

_BESIDE = (
    select(missing_keys)
    .where(
        missing_keys.c.vault_id.in_(select(memberships.c.vault_id).where(memberships.c.member == bindparam("member"))),
        missing_keys.c.fingerprint != bindparam("member"),
    )
    .order_by(missing_keys.c.vault_id, missing_keys.c.fingerprint, missing_keys.c.compartment)
)


@dataclass(frozen=True, kw_only=True)
class MissingKeyRow:
    """`fingerprint` (64 hex digits) is named in a compartment and lacks its newest key."""

    vault_id: str
    compartment: str
    fingerprint: str


class MissingKeys:
    """The hints of all vaults. Whoever writes the database can add and remove them: they open nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, vault: str, fingerprint: str, compartments: Iterable[str]) -> None:
        """Let these compartments of a vault, and no others of it, stand as those that somebody lacks."""
        here = (missing_keys.c.vault_id == vault, missing_keys.c.fingerprint == fingerprint)
        self._connection.execute(delete(missing_keys).where(*here))
        rows = [
            MissingKeyRow(vault_id=vault, compartment=compartment, fingerprint=fingerprint)
            for compartment in compartments
        ]
        if rows:
            self._connection.execute(insert(missing_keys), [values_of(row) for row in rows])

    def of(self, vault: str) -> list[MissingKeyRow]:
        """Everybody who lacks a key of a vault."""
        query = rows_of(missing_keys, "vault_id", "fingerprint", "compartment")
        return read_rows(MissingKeyRow, self._connection.execute(query, {"one": vault}))

    def beside(self, member: str) -> list[MissingKeyRow]:
        """Who lacks a key of a vault that names `member` too."""
        return read_rows(MissingKeyRow, self._connection.execute(_BESIDE, {"member": member}))
