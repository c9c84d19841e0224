"""What of a vault still rests under earlier keys: counted, and forgotten with those keys when nothing does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, Update, and_, bindparam, delete, func, select, update

from hrd_cases.domain.vaults import FACTS, KINDS
from hrd_cases.store.rows import once_a_snapshot, read_rows
from hrd_cases.store.tables import access_rows, grants, record_history, records, trend_facts, vault_keyrings

R = TypeVar("R")
_AT_ONCE = 50  # whole records in memory


def _renewal(table: Table, column: str, *of: str) -> Update:
    here = [table.c[name] == bindparam(f"of_{name}") for name in of]
    return update(table).where(*here).values({"epoch": bindparam("new_epoch"), column: bindparam("new_sealed")})


# Put together once: that takes several times as long as running it.
RENEW = {
    records: _renewal(records, "body_sealed", "id", "compartment", "version"),
    record_history: _renewal(record_history, "body_sealed", "id", "compartment", "version"),
    access_rows: _renewal(access_rows, "row_sealed", "id"),
}

_EARLIER = (
    select(vault_keyrings.c.compartment, func.max(vault_keyrings.c.grantee_epoch).label("newest"))
    .where(vault_keyrings.c.grantee_vault == bindparam("vault"), vault_keyrings.c.vault_id == bindparam("vault"))
    .group_by(vault_keyrings.c.compartment)
)


def resting(connection: Connection, cls: type[R], table: Table, *older: ColumnElement[bool]) -> Iterator[R]:
    """The rows of a table that rest under earlier keys, in the order of their keys; a few are read at a time."""
    key = tuple(table.primary_key)
    ids = list(dict.fromkeys(connection.scalars(select(table.c.id).where(*older).order_by(*key))))
    some = select(table).where(*older, table.c.id.in_(bindparam("some", expanding=True))).order_by(*key)
    for at in range(0, len(ids), _AT_ONCE):
        yield from read_rows(cls, connection.execute(some, {"some": ids[at : at + _AT_ONCE]}))


@dataclass(frozen=True, kw_only=True)
class ResealingProgress:
    """How many parts of records (a body, an earlier version) rest under the newest keys, of how many."""

    done: int
    total: int


class Resealing:
    """Rows by the epoch they rest under."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @once_a_snapshot
    def earlier(self, vault: str) -> dict[str, int]:
        """The newest epoch of each compartment whose earlier key is still kept under the one that followed."""
        return {row.compartment: row.newest for row in self._connection.execute(_EARLIER, {"vault": vault})}

    def progress(self, vault: str, newest: Mapping[str, int]) -> ResealingProgress:
        """Count bodies and earlier versions of some compartments; `newest` is the newest epoch of each."""
        done = total = 0
        for table in (records, record_history):
            here = (table.c.vault_id == vault, table.c.compartment.in_(list(newest)))
            query = select(table.c.compartment, table.c.epoch, func.count()).where(*here)
            for compartment, epoch, rows in self._connection.execute(
                query.group_by(table.c.compartment, table.c.epoch)
            ):
                done += rows if epoch >= newest[compartment] else 0
                total += rows
        return ResealingProgress(done=done, total=total)

    def rests(self, vault: str, kind: str, compartment: str, epoch: int) -> bool:
        """True while anything in a compartment needs a key older than `epoch`, also a key of another vault."""
        queries = [
            select(table.c.id).where(_older(table, vault, compartment, epoch)) for table in (records, record_history)
        ]
        if compartment == KINDS[kind].base:
            queries.append(select(access_rows.c.id).where(access_rows.c.vault_id == vault, access_rows.c.epoch < epoch))
        queries.append(
            select(vault_keyrings.c.vault_id).where(
                vault_keyrings.c.grantee_vault == vault,
                vault_keyrings.c.grantee_compartment == compartment,
                vault_keyrings.c.grantee_epoch < epoch,
                vault_keyrings.c.vault_id != vault,
            )
        )
        if compartment == FACTS:  # facts that wait to be folded
            queries.append(select(trend_facts.c.id).where(trend_facts.c.epoch < epoch))
        return any(self._connection.execute(query.limit(1)).first() is not None for query in queries)

    def forget_earlier(self, vault: str, compartment: str, epoch: int) -> None:
        """Remove every key of a compartment older than `epoch`, wherever it rests wrapped or sealed."""
        for table in (vault_keyrings, grants):
            here = and_(table.c.vault_id == vault, table.c.compartment == compartment, table.c.epoch < epoch)
            self._connection.execute(delete(table).where(here))

    def withdraw(self, vault: str, compartment: str, epoch: int, *, but: Iterable[str]) -> None:
        """Remove the wraps of a compartment's keys older than `epoch`, those for the members of `but` excepted.

        Who stays was handed the key of `epoch`, under which the earlier ones rest.
        """
        here = (grants.c.vault_id == vault, grants.c.compartment == compartment, grants.c.epoch < epoch)
        self._connection.execute(delete(grants).where(*here, grants.c.member.not_in(list(but))))


def _older(table: Table, vault: str, compartment: str, epoch: int) -> ColumnElement[bool]:
    return and_(table.c.vault_id == vault, table.c.compartment == compartment, table.c.epoch < epoch)
