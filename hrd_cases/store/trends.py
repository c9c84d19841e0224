"""Facts for counting: without names, in no case, sealed to the trend desk and tagged by the server that entered them.

A tag is under a key in the instance folder, and the head of the log counts all facts and the segments they are folded
into: whoever only writes the database adds none, moves none, brings none back after a restore or from before it was
folded, and takes none away unseen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, insert, select

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import equal
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import FACTS
from hrd_cases.store.failpoints import reach
from hrd_cases.store.log import Log
from hrd_cases.store.log_tags import FactSum
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.rows import batches
from hrd_cases.store.tables import fact_segments, records, trend_facts

_ADD = insert(trend_facts)


@dataclass(frozen=True, kw_only=True)
class TrendFact:
    """One fact; `body` is None when it does not open or this server did not enter it."""

    id: str
    generation: str
    body: bytes | None


class Trends:
    """The facts of the trend desk: rows that wait, and the tags of the records that they are folded into."""

    def __init__(self, connection: Connection, org: bytes, log: Log) -> None:
        self._connection = connection
        self._org = org
        self._log = log
        self.added = 0  # in this transaction

    def add(self, *, vault_id: str, public: bytes, epoch: int, row_id: str, body: bytes, position: int) -> None:
        """Seal a fact to the public key of the trend vault's facts at `epoch`; `position`: how long the log was."""
        sealed = seal_to(public, self._place(vault_id, epoch, row_id), body)
        generation = self.generation_at(position)
        tag = self._log.tags.of_fact(row_id, generation, epoch, sealed)
        row = {"id": row_id, "epoch": epoch, "generation": generation, "fact_sealed": sealed, "tag": tag}
        self._connection.execute(_ADD, row)
        self._log.add_fact(tag)
        self.added += 1

    def generation_at(self, position: int) -> str:
        """The generation of the log in which a fact was entered that came after `position` entries."""
        return self._log.tags.generation_at(position + 1)

    def all(self, vault: OpenVault) -> list[TrendFact]:
        """Every fact that waits and whose key the trend vault holds."""
        facts = []
        for row in self._connection.execute(select(trend_facts).order_by(trend_facts.c.id)):
            key = vault.key(FACTS, row.epoch)
            if key is not None:
                place = self._place(vault.id, row.epoch, row.id)
                own = self._own_tag(row.id, row.generation, row.epoch, row.fact_sealed, row.tag)
                body = _opened(key.seed, place, row.fact_sealed) if own else None
                facts.append(TrendFact(id=row.id, generation=row.generation, body=body))
        return facts

    # Segments

    def add_segment(self, record: RecordId, document: bytes, position: int) -> None:
        """Let a record of the trend desk count as a segment: `document` is what it says, as it is signed."""
        generation = self.generation_at(position)
        tag = self._log.tags.of_segment(record, generation, document)
        self._connection.execute(insert(fact_segments), {"id": record, "generation": generation, "tag": tag})
        self._log.add_fact(tag)

    def segments(self) -> frozenset[RecordId]:
        """The records of the trend desk that count as segments."""
        return frozenset(self._connection.scalars(select(fact_segments.c.id)))

    def own_segment(self, record: RecordId, document: bytes, position: int) -> bool:
        """True when this server made a segment of a record that says this, and was not restored to before it since."""
        row = self._connection.execute(select(fact_segments).where(fact_segments.c.id == record)).one_or_none()
        if row is None or row.generation != self.generation_at(position):
            return False
        return equal(row.tag, self._log.tags.of_segment(record, row.generation, document))

    def take_folded(self, rows: Collection[str], replaced: Collection[str]) -> bool:
        """Take out rows and tags of segments that are in new segments now; False when not all of them are there."""
        tags = {**self._tags(trend_facts, rows), **self._tags(fact_segments, replaced)}
        if tags.keys() != {*rows, *replaced}:
            return False
        for table, ids in ((trend_facts, rows), (fact_segments, replaced)):
            for some in batches(ids):
                self._connection.execute(delete(table).where(table.c.id.in_(some)))
        reach("fold.after_rows")
        self._log.fold_facts(tags.values())
        return True

    def _tags(self, table: Table, ids: Collection[str]) -> Mapping[str, bytes]:
        query = select(table.c.id, table.c.tag)
        every = (self._connection.execute(query.where(table.c.id.in_(some))) for some in batches(ids))
        return {row.id: row.tag for rows in every for row in rows}

    # All of it

    def whole(self) -> bool:
        """True when rows and segments are those that this server entered: none is missing, foreign or altered.

        What a segment says is compared where it is opened.
        """
        columns = (trend_facts.c.id, trend_facts.c.generation, trend_facts.c.epoch, trend_facts.c.fact_sealed)
        tags = []
        for row in self._connection.execute(select(*columns, trend_facts.c.tag)):
            if not self._own_tag(*row):
                return False
            tags.append(row.tag)
        there = select(records.c.id).where(records.c.id == fact_segments.c.id, records.c.compartment == FACTS).exists()
        for segment in self._connection.execute(select(fact_segments.c.tag, there.label("there"))):
            if not segment.there:
                return False
            tags.append(segment.tag)
        return FactSum().plus(tags) == self._log.facts

    def _own_tag(self, row: str, generation: str, epoch: int, sealed: bytes, tag: bytes) -> bool:
        return equal(tag, self._log.tags.of_fact(row, generation, epoch, sealed))

    def _place(self, vault: str, epoch: int, row: str) -> SealedPlace:
        return SealedPlace(
            org=self._org,
            vault=bytes.fromhex(vault),
            table="trend_facts",
            row=bytes.fromhex(row),
            compartment=FACTS,
            epoch=epoch,
            version=0,
        )


def _opened(seed: Secret, place: SealedPlace, sealed: bytes) -> bytes | None:
    try:
        return unseal_from(seed, place, sealed)
    except CryptoError:
        return None
