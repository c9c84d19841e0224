"""What lists show of records: read from digests, many vaults at once, and only of the records that are asked for."""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Select, bindparam, func, select

from hrd_cases.domain.fields import Declared, entity_for, entity_of
from hrd_cases.domain.ids import RecordId
from hrd_cases.store import codec
from hrd_cases.store.digests import UNREAD, Cards, DigestEntry, Digests
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.pack_format import Parts
from hrd_cases.store.roots import Roots
from hrd_cases.store.rows import batches, read_rows
from hrd_cases.store.sealing import BodyRow, Sealer
from hrd_cases.store.stored import Stored, decoded, stored_from
from hrd_cases.store.tables import records

MadeOf = Callable[[Declared, str, int, int], DigestEntry | None]  # value, compartment, version, place of entering
_NEWEST = (
    select(records.c.vault_id, func.max(records.c.day))
    .where(records.c.vault_id.in_(bindparam("ids", expanding=True)))
    .group_by(records.c.vault_id)
)
_OF_PART = select(records).where(records.c.vault_id == bindparam("vault"), records.c.compartment == bindparam("part"))


class RecordCards(Roots):
    """The cards of the organisation `org` (16 bytes)."""

    def __init__(self, connection: Connection, org: bytes) -> None:
        super().__init__(connection)
        self._sealing = Sealer(org=org)
        self._digests = Digests(connection, org, self._cards_of_bodies)

    def cards(
        self, vaults: Sequence[OpenVault], of: Collection[type[Declared]] | None = None
    ) -> list[Stored[Declared]]:
        """What lists show of these vaults, vault by vault as given, each in the order entered.

        `of`: only records of these classes, and those of which nobody knows the class; the others are not read.
        """
        codes = None if of is None else {entity_for(cls).code for cls in of}
        shown = self._shown(vaults)
        stored: list[Stored[Declared]] = []
        for vault in vaults:
            parts = by_id(shown[vault.id], codes)
            stored += stored_from(self._card(vault, record, own) for record, own in parts.items())
        return stored

    def _shown(self, vaults: Sequence[OpenVault]) -> dict[str, dict[str, Cards]]:
        return self._from(vaults, self._digests.of(vaults))

    def _from(
        self, vaults: Collection[OpenVault], opened: Mapping[tuple[str, str], Cards | None]
    ) -> dict[str, dict[str, Cards]]:
        """Cards by vault and compartment; where a digest does not open, from the records."""
        shown: dict[str, dict[str, Cards]] = {vault.id: {} for vault in vaults}
        by_id = {vault.id: vault for vault in vaults}
        for (vault, compartment), own in opened.items():
            shown[vault][compartment] = self._cards_of_bodies(by_id[vault], compartment) if own is None else own
        return shown

    def newest_days(self, vaults: Collection[str]) -> dict[str, date]:
        """The last day on which something was entered or changed, by vault."""
        found = (self._connection.execute(_NEWEST, {"ids": several}) for several in batches(vaults))
        return {vault: day for rows in found for vault, day in rows}

    def cards_of(self, ids: Mapping[str, Collection[RecordId]], vaults: Sequence[OpenVault]) -> list[Stored[Declared]]:
        """The cards of these records by vault, and the roots of their vaults; the others are not read."""
        shown = self._shown(vaults)
        each = [
            (vault, record)
            for vault in vaults
            for record in dict.fromkeys((RecordId(vault.id), *ids.get(vault.id, ())))
        ]
        return stored_from(self._card(vault, record, _of_record(shown[vault.id], record)) for vault, record in each)

    def parts(self, vaults: Collection[OpenVault]) -> list[tuple[OpenVault, dict[RecordId, Parts], bool]]:
        """The documents of every record of these vaults, and whether everything opened that their holder may read."""
        opened, results = self._digests.of(vaults), []
        lacking = {vault for (vault, _), cards in opened.items() if cards is None}
        shown = self._from(vaults, opened)
        for vault in vaults:
            whole = vault.id not in lacking and all(vault.keys.get(name) for name in vault.rights)
            results.append((vault, by_id(shown[vault.id]), whole))
        return results

    def shown(self, vault: OpenVault, record: RecordId, parts: Parts) -> Stored[Declared]:
        """A record as lists show it, from documents that were opened before."""
        card = self._card(vault, record, parts)
        if card is None:
            raise ValueError("a record without documents")
        return card

    # Roots: the record that has the id of its vault, by which a case is listed

    def root_cards(self, vaults: Sequence[OpenVault]) -> list[Stored[Declared]]:
        """The cards of the records that have the id of their vault, in the order given."""
        shown = self._from(vaults, self._digests.of(vaults, roots=True))
        roots = (
            self._card(vault, RecordId(vault.id), _of_record(shown[vault.id], RecordId(vault.id))) for vault in vaults
        )
        return [card for card in roots if card is not None]

    def _cards_of_bodies(self, vault: OpenVault, compartment: str) -> Cards:
        """What the digest of a compartment would say, from its records; one that does not open is an empty card."""
        return self._of_bodies(vault, compartment, card_of, unread=True)

    def _of_bodies(self, vault: OpenVault, compartment: str, fold: MadeOf, *, unread: bool = False) -> Cards:
        shown: Cards = {}
        for row in self._bodies(_OF_PART, {"vault": vault.id, "part": compartment}):
            if vault.key(compartment, row.epoch) is None:
                continue
            signed = self._sealing.opened(vault, row)
            decoding = decoded(vault, {} if signed is None else {compartment: signed.document})
            card = DigestEntry(version=row.version, code=UNREAD, document=b"") if unread else None
            if decoding.read:
                card = fold(decoding.value, compartment, row.version, decoding.entered)
            if card is not None:
                shown[row.id] = card
        return shown

    def _bodies(self, query: Select[object], values: Mapping[str, object] | None = None) -> list[BodyRow]:
        return read_rows(BodyRow, self._connection.execute(query, values))

    def _card(
        self,
        vault: OpenVault,
        record_id: RecordId,
        parts: Mapping[str, DigestEntry],
        wrong: Container[tuple[str, str]] = (),
    ) -> Stored[Declared] | None:
        if not parts:
            return None
        documents = {name: part.document for name, part in sorted(parts.items()) if (record_id, name) not in wrong}
        decoding = decoded(vault, documents)
        versions = {name: part.version for name, part in parts.items()}
        return Stored(
            id=record_id, vault=vault.id, versions=versions,
            entity=decoding.entity, value=decoding.value, odd=decoding.odd, entered=decoding.entered,
            broken=frozenset(versions.keys() - decoding.read),
        )  # fmt: skip


def card_of(value: Declared, compartment: str, version: int, entered: int) -> DigestEntry | None:
    """What lists show of one compartment of a record; None when its entity has no field there for them."""
    entity = entity_of(value)
    if not any(entity.within(compartment, card=True)):
        return None
    document = codec.encode(value, compartment, card=True, entered=entered)
    return DigestEntry(version=version, code=entity.code, document=document)


def by_id(shown: Mapping[str, Cards], codes: Container[str] | None = None) -> dict[RecordId, dict[str, DigestEntry]]:
    """Cards by record and compartment, in the order of the ids; only of entities with these codes."""
    parts: dict[RecordId, dict[str, DigestEntry]] = {}
    for compartment, own in shown.items():
        for record, card in own.items():
            if codes is None or card.code in codes or card.code == UNREAD:
                parts.setdefault(record, {})[compartment] = card
    return dict(sorted(parts.items()))


def _of_record(shown: Mapping[str, Cards], record: RecordId) -> dict[str, DigestEntry]:
    """What is shown of one record, by compartment."""
    return {compartment: own[record] for compartment, own in shown.items() if record in own}
