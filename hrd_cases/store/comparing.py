"""Rows beside what the manifests say of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hrd_cases.crypto.core.manifests import NOTHING, ManifestRow, follow
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.ids import RecordId
from hrd_cases.store.digests import Cards
from hrd_cases.store.doubts import ADDED, EXCHANGED, MISSING, OLD, Doubt
from hrd_cases.store.manifests import KnownManifests, Manifests
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.sealing import BodyRow, PastRow


class Comparing:
    """Compares the rows of a vault with its manifests."""

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests

    def record(self, vault: OpenVault, record_id: RecordId, rows: Sequence[BodyRow]) -> tuple[Doubt, ...]:
        """What is wrong with one record, whose rows in this vault are handed in."""
        existing = self._manifests.known(vault, record_id)
        return (*existing.doubts, *_bodies(existing, rows, only=bytes.fromhex(record_id)))

    def records(self, vault: OpenVault, rows: Sequence[BodyRow]) -> tuple[Doubt, ...]:
        """What is wrong with the records of a vault, all of whose rows are handed in."""
        existing = self._manifests.known(vault)
        return (*existing.doubts, *_bodies(existing, rows))

    def vault(
        self,
        vault: OpenVault,
        cards: Mapping[str, Cards],
        placed: Iterable[tuple[str, str, int]],
        lost: Mapping[str, str],
    ) -> tuple[Doubt, ...]:
        """What is wrong in a vault, from its cards by compartment and from (id, compartment, version) of every record.

        `lost`: compartments whose digest does not open or is not there, and which of the two.
        """
        existing = self._manifests.known(vault)
        versions = {(row[0], row[1]): row[2] for row in placed}
        results = {
            (record, compartment): digest(card.document)
            for compartment, own in cards.items()
            for record, card in own.items()
        }
        whole = [
            Doubt(compartment=compartment, what=what, card=True)
            for compartment, what in lost.items()
            if _has_cards(existing, compartment)
        ]
        return (*existing.doubts, *whole, *_placed(existing, versions), *_shown(existing, results, versions))

    def history(self, vault: OpenVault, record_id: RecordId, compartment: str, rows: Sequence[PastRow]) -> bool:
        """True when these rows are everything that was replaced, in a compartment that could be judged."""
        row = bytes.fromhex(record_id)
        entry = self._manifests.known(vault, record_id).entries.get(compartment, {}).get(row)
        return history_hash(rows) == (entry.past if entry else NOTHING)


def _has_cards(existing: KnownManifests, compartment: str) -> bool:
    return any(entry.card != NOTHING for entry in existing.entries.get(compartment, {}).values())


def history_hash(rows: Iterable[PastRow]) -> bytes:
    """The hash over replaced bodies, oldest first."""
    past = NOTHING
    for row in rows:
        past = follow(past, row.version, digest(row.body_sealed))
    return past


def as_left(entry: ManifestRow | None, sealed: bytes, past: Iterable[PastRow] = ()) -> bool:
    """True when a body or (with `past`) a history is what the manifest says."""
    if entry is None:
        return False
    if rows := list(past):
        return history_hash(rows) == entry.past
    return digest(sealed) == entry.body


def _bodies(existing: KnownManifests, rows: Iterable[BodyRow], only: bytes | None = None) -> Iterator[Doubt]:
    there = {(row.compartment, row.id): row for row in rows}
    for compartment, entries in existing.entries.items():
        mine = {row_id: row for (name, row_id), row in there.items() if name == compartment}
        for row_id, row in mine.items():
            what = _body(entries.get(bytes.fromhex(row_id)), row)
            if what:
                yield Doubt(compartment=compartment, what=what, record=row_id)
        for raw in entries:
            if raw.hex() not in mine and only in (None, raw):
                yield Doubt(compartment=compartment, what=MISSING, record=RecordId(raw.hex()))


def _body(entry: ManifestRow | None, row: BodyRow) -> str:
    if entry is None:
        return ADDED
    if row.version != entry.version:
        return OLD if row.version < entry.version else EXCHANGED
    return "" if digest(row.body_sealed) == entry.body else EXCHANGED


def _placed(existing: KnownManifests, versions: Mapping[tuple[str, str], int]) -> Iterator[Doubt]:
    for compartment, entries in existing.entries.items():
        left = {row: version for (row, name), version in versions.items() if name == compartment}
        for raw, entry in entries.items():
            row = raw.hex()
            version = left.pop(row, None)
            if version is None:
                yield Doubt(compartment=compartment, what=MISSING, record=RecordId(row))
            elif version != entry.version:
                what = OLD if version < entry.version else EXCHANGED
                yield Doubt(compartment=compartment, what=what, record=RecordId(row))
        for row in left:
            yield Doubt(compartment=compartment, what=ADDED, record=RecordId(row))


def _shown(
    existing: KnownManifests, results: Mapping[tuple[RecordId, str], bytes], versions: Mapping[tuple[str, str], int]
) -> Iterator[Doubt]:
    for compartment, entries in existing.entries.items():
        left = {str(row): card for (row, name), card in results.items() if name == compartment}
        for raw, entry in entries.items():
            row = raw.hex()
            card = left.pop(row, NOTHING)
            if card != entry.card and (row, compartment) in versions:
                what = MISSING if card == NOTHING else EXCHANGED
                yield Doubt(compartment=compartment, what=what, record=RecordId(row), card=True)
        for row in left:
            yield Doubt(compartment=compartment, what=ADDED, record=RecordId(row), card=True)
