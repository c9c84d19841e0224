"""What must be true of the rows of a whole database, as far as no key is needed to see it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, LargeBinary, Select, Subquery, Table, and_, func, or_, select, type_coerce
from sqlalchemy.exc import DatabaseError

from hrd_cases.crypto.core.headers import VAULT
from hrd_cases.crypto.core.manifests import HEAD
from hrd_cases.crypto.core.merkle import MARK_LENGTH
from hrd_cases.domain.words import N_
from hrd_cases.store.columns import Ciphertext, intact
from hrd_cases.store.keys import RECOVERY
from hrd_cases.store.tables import (
    digests,
    grants,
    headers,
    log,
    manifests,
    memberships,
    metadata,
    record_history,
    records,
    text_packs,
    vault_keyrings,
)

_AT_ONCE = 200  # sealed values in memory


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A rule that does not hold: its stable name, and the rows (ids, with the part) that break it."""

    rule: str
    rows: tuple[str, ...]


class Invariants:
    """The rules of one database, looked at in one snapshot."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def broken(self) -> Iterator[Broken]:
        """Every rule that does not hold, with at most 20 rows each."""
        newest = _newest()
        queries = {
            N_("is encrypted with a key that no header names"): _beyond(newest),
            N_("is shown in lists under another key than the newest"): _shown_otherwise(newest, digests),
            N_("is found by search under another key than the newest"): _shown_otherwise(newest, text_packs),
            N_("has not as many records as when it was last written to"): _missing_records(),
            N_("has earlier versions that are not all there"): _gaps(),
            N_("has no list of what it consists of, or one under an earlier key"): _unlisted(newest),
            N_("is not wrapped for the recovery key"): _without_recovery(newest),
            N_("names members that its header does not"): _unnamed(newest),
            N_("is not opened by a case that its header names"): _unopened(newest),
        }
        for rule, query in queries.items():
            rows = tuple(dict.fromkeys(" ".join(map(str, row)) for row in self._connection.execute(query.limit(20))))
            if rows:
                yield Broken(rule=rule, rows=rows)
        if rotten := tuple(self._rotten()):
            yield Broken(rule=N_("was damaged on the disk"), rows=rotten)
        if self._unmarked():
            yield Broken(rule=N_("has fewer marks in the log than it was written to"), rows=("log",))

    def _rotten(self) -> Iterator[str]:
        """Every sealed value whose bytes are not those that were written: table, column and key of its row."""
        columns = [part for table in metadata.sorted_tables for part in table.columns]
        for part in columns:
            if isinstance(part.type, Ciphertext):
                stored = type_coerce(part, LargeBinary).label("stored")
                query = select(stored, *part.table.primary_key).where(part.is_not(None))
                for value, *key in self._connection.execute(query.execution_options(yield_per=_AT_ONCE)):
                    if not intact(bytes(value)):
                        row = " ".join(word.hex() if isinstance(word, bytes) else str(word) for word in key)
                        yield f"{part.table.name}.{part.name} {row}"

    def damage(self) -> tuple[str, ...]:
        """What SQLite finds wrong with its own file, and rows that name one that is not there.

        PostgreSQL checks its pages itself (data checksums), but not the names that rows had while its rules were off.
        """
        values: list[str] = []
        try:
            if self._connection.dialect.name == "sqlite":
                values += [str(row[0]) for row in self._connection.exec_driver_sql("PRAGMA integrity_check(20)")]
            values += self._dangling()
        except DatabaseError as error:
            return (str(error.orig),)
        return tuple(line for line in values if line != "ok")

    def _dangling(self) -> Iterator[str]:
        for table in metadata.sorted_tables:
            for key in table.foreign_keys:
                other = key.column.table.alias()
                joined = table.outerjoin(other, other.c[key.column.name] == key.parent)
                lost = (
                    select(func.count())
                    .select_from(joined)
                    .where(key.parent.is_not(None), other.c[key.column.name].is_(None))
                )
                if self._connection.scalar(lost):
                    yield f"{table.name} names a row of {key.column.table.name} that is not there"

    def _unmarked(self) -> bool:
        written = self._connection.scalar(select(func.sum(manifests.c.number)).where(manifests.c.bucket == HEAD)) or 0
        marked = select(func.count()).select_from(log).where(func.length(log.c.mark) == MARK_LENGTH)
        return int(written) > int(self._connection.scalar(marked) or 0)


def _newest() -> Subquery:
    return (
        select(headers.c.vault_id, headers.c.compartment, func.max(headers.c.epoch).label("epoch"))
        .group_by(headers.c.vault_id, headers.c.compartment)
        .subquery()
    )


def _beyond(newest: Subquery) -> Select[tuple[str, str]]:
    here = and_(newest.c.vault_id == records.c.vault_id, newest.c.compartment == records.c.compartment)
    outside = or_(newest.c.epoch.is_(None), records.c.epoch > newest.c.epoch, records.c.epoch < 1)
    return select(records.c.id, records.c.compartment).outerjoin(newest, here).where(outside)


def _shown_otherwise(newest: Subquery, table: Table) -> Select[tuple[str, str]]:
    key = and_(newest.c.vault_id == table.c.vault_id, newest.c.compartment == table.c.compartment)
    wrong = or_(newest.c.epoch.is_(None), newest.c.epoch != table.c.epoch)
    return select(table.c.vault_id, table.c.compartment).outerjoin(newest, key).where(wrong)


def _missing_records() -> Select[tuple[str, str]]:
    here = and_(records.c.vault_id == digests.c.vault_id, records.c.compartment == digests.c.compartment)
    there = select(func.count()).select_from(records).where(here).scalar_subquery()
    return select(digests.c.vault_id, digests.c.compartment).where(there != digests.c.records)


def _gaps() -> Select[tuple[str, str]]:
    here = and_(records.c.id == record_history.c.id, records.c.compartment == record_history.c.compartment)
    return (
        select(records.c.id, records.c.compartment)
        .outerjoin(record_history, here)
        .group_by(records.c.id, records.c.compartment, records.c.version)
        .having(func.count(record_history.c.id) != records.c.version - 1)
    )


def _unlisted(newest: Subquery) -> Select[tuple[str, str]]:
    head = and_(
        manifests.c.vault_id == records.c.vault_id,
        manifests.c.compartment == records.c.compartment,
        manifests.c.bucket == HEAD,
    )
    key = and_(newest.c.vault_id == records.c.vault_id, newest.c.compartment == records.c.compartment)
    wrong = or_(manifests.c.epoch.is_(None), manifests.c.epoch != newest.c.epoch)
    query = select(records.c.vault_id, records.c.compartment).outerjoin(manifests, head).join(newest, key)
    return query.where(wrong).distinct()


def _without_recovery(newest: Subquery) -> Select[tuple[str, str]]:
    wrap = and_(
        grants.c.vault_id == newest.c.vault_id,
        grants.c.compartment == newest.c.compartment,
        grants.c.epoch == newest.c.epoch,
        grants.c.member == RECOVERY,
    )
    missing = grants.c.member.is_(None)
    alive = select(records.c.vault_id).where(records.c.vault_id == newest.c.vault_id).exists()
    return select(newest.c.vault_id, newest.c.compartment).outerjoin(grants, wrap).where(missing, alive)


def _unopened(newest: Subquery) -> Select[tuple[str, str]]:
    """A case holds the newest key of a person who names it, or it waits for its team among the wraps."""
    here = (newest.c.vault_id == memberships.c.vault_id, newest.c.compartment == memberships.c.compartment)
    held = and_(
        vault_keyrings.c.vault_id == memberships.c.vault_id,
        vault_keyrings.c.compartment == memberships.c.compartment,
        vault_keyrings.c.grantee_vault == memberships.c.member,
        vault_keyrings.c.grantee_compartment == memberships.c.member_compartment,
        vault_keyrings.c.epoch == newest.c.epoch,
    )
    waits = and_(
        grants.c.vault_id == memberships.c.vault_id,
        grants.c.compartment == memberships.c.compartment,
        grants.c.epoch == newest.c.epoch,
        grants.c.member != RECOVERY,
    )
    query = select(memberships.c.vault_id, memberships.c.compartment).join(newest, and_(*here))
    missing = vault_keyrings.c.vault_id.is_(None)
    linked = memberships.c.member_kind == VAULT
    return query.outerjoin(vault_keyrings, held).where(linked, missing, ~select(grants.c.member).where(waits).exists())


def _unnamed(newest: Subquery) -> Select[tuple[str, str]]:
    there = and_(newest.c.vault_id == memberships.c.vault_id, newest.c.compartment == memberships.c.compartment)
    query = select(memberships.c.vault_id, memberships.c.compartment).outerjoin(newest, there)
    return query.where(newest.c.epoch.is_(None))
