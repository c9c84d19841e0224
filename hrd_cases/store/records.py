"""Sealed records: one signed document per compartment, what of it lists show, and what was replaced."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, select, update

from hrd_cases.crypto.core.manifests import NOTHING, ManifestRow
from hrd_cases.crypto.core.primitives import digest, random
from hrd_cases.domain.errors import Changed, Forbidden
from hrd_cases.domain.fields import Declared, entity_of
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import CASE_VAULT, KINDS, PERSON_VAULT
from hrd_cases.store import codec
from hrd_cases.store.comparing import Comparing, as_left, history_hash
from hrd_cases.store.digests import Cards
from hrd_cases.store.doubts import ALTERED, GONE, Doubt, NotAsLeft
from hrd_cases.store.failpoints import reach
from hrd_cases.store.manifest_changes import Change
from hrd_cases.store.manifest_marks import Own
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.packs import Packs
from hrd_cases.store.resealing import RENEW, resting
from hrd_cases.store.roots import Entering
from hrd_cases.store.rows import read_rows, rows_of
from hrd_cases.store.sealing import BodyRow, PastRow, SignedDocument, Writer
from hrd_cases.store.shown import by_id, card_of
from hrd_cases.store.stored import Past, Stored, as_class, by_record, decoded, is_of, of_class, stored_from
from hrd_cases.store.tables import record_history, records
from hrd_cases.store.text_packs import RecordTexts

__all__ = ["Writer", "Check", "Doubt", "Past", "Records", "SignedDocument", "Stored", "as_class", "is_of", "of_class"]

Check = Callable[[SignedDocument], bool]
T = TypeVar("T", bound=Declared)
_BODIES = rows_of(records, "id", "compartment")
_LOCKED = _BODIES.with_for_update()
_ADD = insert(records)
_PLACED = select(records.c.id, records.c.compartment, records.c.version).where(records.c.vault_id == bindparam("vault"))


class Records(RecordTexts):
    """The records of the organisation `org` (16 bytes)."""

    def __init__(self, connection: Connection, org: bytes, own: Own) -> None:
        super().__init__(connection, org, own)
        self._comparing = Comparing(self._manifests)
        self._entering = Entering(connection)
        self.written: dict[
            RecordId, tuple[OpenVault, Declared]
        ] = {}  # in this transaction, the last value of each record

    # Writing

    def add(
        self,
        vault: OpenVault,
        author: Writer,
        record_id: RecordId,
        value: Declared,
        day: date,
        compartments: Iterable[str] | None = None,
    ) -> dict[str, int]:
        """Seal a new record; returns the versions. By default into the vault's first and those with answers.

        Raises Forbidden when there are answers for a compartment that `vault` can not write to.
        """
        value = _with_token(value)
        places = entity_of(value).compartments
        values = [name for name in places if not codec.nothing(value, name)]
        first = [name for name in KINDS[vault.kind].compartments if name in places][:1]
        chosen = dict.fromkeys([*first, *values] if compartments is None else compartments)
        vault.must_write((*chosen, *values))
        if not set(values) <= set(chosen):
            raise Forbidden
        entered = self._entering.next()
        for compartment in chosen:
            self._insert(vault, author, record_id, value, day, (compartment, entered))
        self.wrote(vault, record_id, value)
        return dict.fromkeys(chosen, 1)

    def update(
        self,
        vault: OpenVault,
        author: Writer,
        record_id: RecordId,
        value: Declared,
        expected: Mapping[str, int],
        day: date,
    ) -> dict[str, int]:
        """Seal what changed, keep what it replaces, and return the versions.

        Raises Changed (with the stored record) when a version is not the expected one, Forbidden when the change is
        in a compartment that `vault` can not write to, NotAsLeft when somebody without the key changed what is stored.
        """
        rows = {row.compartment: row for row in self._bodies(_LOCKED, {"one": record_id})}
        holdings = {name: row.version for name, row in rows.items() if vault.key(name, row.epoch)}
        if not rows or any(row.vault_id != vault.id for row in rows.values()) or holdings != dict(expected):
            raise Changed(self.read(vault, record_id))
        doubts = self._comparing.record(vault, record_id, list(rows.values()))
        harmed = {doubt.compartment for doubt in doubts if doubt.record}
        versions = dict(holdings)
        for compartment in self._differing(vault, rows, value):
            vault.must_write([compartment])
            if compartment in rows and compartment not in holdings:
                raise Forbidden
            if compartment in harmed:
                raise NotAsLeft
            if compartment in rows:
                self._replace(vault, author, rows[compartment], value, day)
            else:
                self._insert(vault, author, record_id, value, day, (compartment, self._entering.next()))
            versions[compartment] = holdings.get(compartment, 0) + 1
        self.wrote(vault, record_id, value)
        return versions

    def wrote(self, vault: OpenVault, record_id: RecordId, value: Declared) -> None:
        """Remember what was written in this transaction, in its order: what is counted of it is sealed at the end."""
        self.written.pop(record_id, None)
        self.written[record_id] = (vault, value)

    def reseal(self, vault: OpenVault, compartment: str, *, limit: int | None = None) -> int:
        """Seal a compartment's bodies and history under its newest key, signatures untouched; how many rows.

        At most `limit`. What does not open, or is not as its last writer left it, stays as it is and stays reported.
        """
        newest = vault.sealing_key(compartment)
        if newest is None or not vault.may_write(compartment):
            raise Forbidden
        self.renew(vault, compartment)
        existing = self._manifests.known(vault)
        if any(doubt.compartment == compartment for doubt in existing.doubts):
            return 0
        entries = existing.entries.get(compartment, {})
        changed, right, histories = 0, dict[tuple[Table, str], bool](), dict[RecordId, None]()
        for table, row in self._resting(vault.id, compartment, newest[0]):
            if changed == limit:
                break
            if (table, row.id) not in right:  # looked at before any of its rows is sealed anew
                past = self._history_rows(row.id, compartment) if table is record_history else ()
                entry = entries.get(bytes.fromhex(row.id))
                right[table, row.id] = as_left(entry, row.body_sealed, past)
            if right[table, row.id] and self._renewed(vault, table, row):
                changed += 1
                if table is record_history:
                    histories[row.id] = None
        for record_id in histories:
            change = Change(past=history_hash(self._history_rows(record_id, compartment)))
            self._manifests.note(vault, compartment, record_id, change)
        return changed

    def _resting(self, vault: str, compartment: str, epoch: int) -> Iterator[tuple[Table, BodyRow | PastRow]]:
        """What of a compartment rests under a key older than `epoch`."""
        kinds: tuple[tuple[Table, type[BodyRow | PastRow]], ...] = ((records, BodyRow), (record_history, PastRow))
        for table, kind in kinds:
            older = (table.c.vault_id == vault, table.c.compartment == compartment, table.c.epoch < epoch)
            yield from ((table, row) for row in resting(self._connection, kind, table, *older))

    def renew(self, vault: OpenVault, compartment: str) -> None:
        """Let what the compartment consists of, and what lists show of it, rest under its newest key.

        It is part of giving it that key.
        """
        self._manifests.touch(vault, compartment)
        self._digests.touch(vault, compartment)
        self._packs.touch(vault, compartment)

    def _renewed(self, vault: OpenVault, table: Table, row: BodyRow | PastRow) -> bool:
        """Seal one row anew; what became of a history is noted once all of its rows were looked at."""
        renewed = self._sealing.renewed(vault, row)
        if renewed is None:
            return False
        which = {"of_id": row.id, "of_compartment": row.compartment, "of_version": row.version}
        new = {"new_epoch": renewed["epoch"], "new_sealed": renewed["sealed"]}
        changed = self._connection.execute(RENEW[table], which | new).rowcount == 1
        if table is records:
            change = Change(body=digest(renewed["sealed"]), replaces=digest(row.body_sealed))
            self._manifests.note(vault, row.compartment, row.id, change)
        return changed

    def remove(self, vault: OpenVault, record_id: RecordId) -> None:
        """Remove a record and its history; Forbidden unless every part of it is the remover's to write."""
        self.written.pop(record_id, None)
        parts = [row.compartment for row in self._bodies(_LOCKED, {"one": record_id}) if row.vault_id == vault.id]
        vault.must_write(parts)
        for table in (records, record_history):
            self._connection.execute(delete(table).where(table.c.id == record_id, table.c.vault_id == vault.id))
        if vault.kind in (CASE_VAULT, PERSON_VAULT):  # nothing else is in a pack
            Packs(self._connection).end_all()
        for name in parts:
            self._digests.note(vault, name, record_id, None)
            self._packs.note(vault, name, record_id, None)
            self._manifests.note(vault, name, record_id, Change(gone=True))

    def remove_vault(self, vault: str) -> None:
        """Remove every record of a vault, and what said of which it consisted."""
        for table in (records, record_history):
            self._connection.execute(delete(table).where(table.c.vault_id == vault))
        Packs(self._connection).end_all()
        self._digests.remove_vault(vault)
        self._packs.remove_vault(vault)
        self._manifests.remove_vault(vault)

    def marks(self) -> list[bytes]:
        """Seal what was written of digests, text packs and manifests; what the log must carry, each mark once."""
        self._digests.settle()
        self._packs.settle()
        return self._manifests.marks()

    # Reading

    def read(self, vault: OpenVault, record_id: RecordId, check: Check | None = None) -> Stored[Declared] | None:
        """One record; None when it is not in this vault or nothing of it is the reader's to open.

        Compared with what its last writer left; a record that was taken away is one of which nothing opens.
        """
        rows = self._bodies(_BODIES, {"one": record_id})
        here = [row for row in rows if row.vault_id == vault.id]
        doubts = self._comparing.record(vault, record_id, here)
        if not here and not any(doubt.record for doubt in doubts):
            return None
        return self._stored(vault, rows, check, doubts) or (self._missing(vault, record_id, doubts) if doubts else None)

    def all(self, vault: OpenVault, check: Check | None = None) -> list[Stored[Declared]]:
        """Every record of one vault, whole, in the order entered, compared with what its last writer left."""
        rows = self._bodies(rows_of(records, "vault_id", "id", "compartment"), {"one": vault.id})
        doubts = self._comparing.records(vault, rows)
        results = [self._stored(vault, part, check, doubts) for part in by_record(rows)]
        there = {row.id for row in rows}
        used = dict.fromkeys(doubt.record for doubt in doubts if doubt.record and doubt.record not in there)
        return [*stored_from(results), *(self._missing(vault, item, doubts) for item in used)]

    def examine(self, vault: OpenVault) -> tuple[list[Stored[Declared]], tuple[Doubt, ...]]:
        """The cards of a vault in the order entered, and everything in it that is not as its last writer left it.

        A card that is not opens nothing; where a whole digest is not, cards are made from the records. Bodies are
        compared by version here, and by their bytes when one is read.
        """
        self._packs.settle()
        digests = {name: own for (_, name), own in self._digests.of([vault]).items()}
        lost = {name: ALTERED if name in digests else GONE for name in vault.keys if digests.get(name) is None}
        shown = {name: digests.get(name) or self._cards_of_bodies(vault, name) for name in (*digests, *lost)}
        placed = self._connection.execute(_PLACED, {"vault": vault.id}).all()
        doubts = self._comparing.vault(vault, shown, placed, lost)
        wrong = {(doubt.record, doubt.compartment) for doubt in doubts if doubt.card}
        results = [self._card(vault, record, parts, wrong) for record, parts in by_id(shown).items()]
        return stored_from(results), (*doubts, *self._pack_doubts(vault))

    def accept(self, vault: OpenVault) -> None:
        """Take what rests in a vault now for right, in every compartment that the holder may write.

        What does not open is not made right by it, but may be entered again.
        """
        for compartment in filter(vault.may_write, vault.keys):
            there = select(records.c.id).where(records.c.vault_id == vault.id, records.c.compartment == compartment)
            mine = (record_history.c.vault_id == vault.id, record_history.c.compartment == compartment)
            # Of records that were taken out, nothing is left over.
            self._connection.execute(delete(record_history).where(*mine, record_history.c.id.not_in(there)))
            shown = self._cards_of_bodies(vault, compartment)
            self._digests.rebuild(vault, compartment, shown)
            self._packs.rebuild(vault, compartment, self._texts_of_bodies(vault, compartment))
            self._manifests.rebuild(vault, compartment, self._entries(compartment, there, shown))

    def _entries(self, compartment: str, there: Select[object], shown: Cards) -> dict[bytes, ManifestRow]:
        """What rests in a compartment of the records whose ids `there` selects, as a manifest says it."""
        bodies, replaced = (
            select(table).where(table.c.compartment == compartment, table.c.id.in_(there))
            for table in (records, record_history)
        )
        ordered = self._connection.execute(replaced.order_by(record_history.c.id, record_history.c.version))
        past = {item: history_hash(rows) for item, rows in groupby(read_rows(PastRow, ordered), key=lambda row: row.id)}
        return {
            bytes.fromhex(row.id): ManifestRow(
                version=row.version,
                body=digest(row.body_sealed),
                card=digest(shown[row.id].document) if row.id in shown else NOTHING,
                past=past.get(row.id, NOTHING),
            )
            for row in self._bodies(bodies)
        }

    def history(self, vault: OpenVault, record_id: RecordId, compartment: str) -> list[Past]:
        """What was replaced in one compartment of a record, oldest first; the newest is in read()."""
        if not vault.keys.get(compartment):
            return []
        return [
            self._past(vault, row) for row in self._history_rows(record_id, compartment) if row.vault_id == vault.id
        ]

    def history_whole(self, vault: OpenVault, record_id: RecordId, compartment: str) -> bool:
        """True when everything that was replaced in one compartment of a record is there as its writers left it."""
        return self._comparing.history(vault, record_id, compartment, self._history_rows(record_id, compartment))

    def _history_rows(self, record_id: RecordId, compartment: str) -> list[PastRow]:
        here = (record_history.c.id == record_id, record_history.c.compartment == compartment)
        query = select(record_history).where(*here).order_by(record_history.c.version)
        return read_rows(PastRow, self._connection.execute(query))

    # One row

    def _insert(
        self, vault: OpenVault, author: Writer, record: RecordId, value: Declared, day: date, at: tuple[str, int]
    ) -> None:
        compartment, entered = at
        reach("record.before_write")
        document = codec.encode(value, compartment, entered=entered, written=self._written_at(value, day))
        sealed = self._sealing.body(vault, author, record, compartment, 1, document)
        here = {"id": record, "compartment": compartment, "vault_id": vault.id}
        self._connection.execute(_ADD, {**here, "day": day, **sealed})
        reach("record.after_body")
        card = self._put_card(vault, record, value, (compartment, 1), entered)
        change = Change(version=1, body=digest(sealed["body_sealed"]), card=card, replaces=NOTHING)
        self._manifests.note(vault, compartment, record, change)

    def _replace(self, vault: OpenVault, author: Writer, row: BodyRow, value: Declared, day: date) -> None:
        reach("record.before_write")
        version = row.version + 1
        here = (records.c.id == row.id, records.c.compartment == row.compartment, records.c.version == row.version)
        values = ["id", "compartment", "version", "vault_id", "epoch", "body_sealed"]
        old = select(*(records.c[name] for name in values)).where(*here)
        self._connection.execute(insert(record_history).from_select(values, old))
        reach("record.after_history")
        entered = self._sealing.entered(vault, row) or self._entering.next()
        document = codec.encode(value, row.compartment, entered=entered, written=self._written_at(value, day))
        sealed = self._sealing.body(vault, author, row.id, row.compartment, version, document)
        changed = self._connection.execute(update(records).where(*here).values(day=day, **sealed))
        if changed.rowcount != 1:
            raise Changed(self.read(vault, row.id))
        reach("record.after_body")
        card = self._put_card(vault, row.id, value, (row.compartment, version), entered)
        before, body = digest(row.body_sealed), digest(sealed["body_sealed"])
        change = Change(version=version, body=body, card=card, replaces=before, appends=(row.version, before))
        self._manifests.note(vault, row.compartment, row.id, change)

    def _written_at(self, value: Declared, day: date) -> codec.WritingPlace | None:
        return None if entity_of(value).undated else codec.WritingPlace(day=day, place=self._entering.place())

    def _put_card(
        self, vault: OpenVault, record_id: RecordId, value: Declared, at: tuple[str, int], entered: int
    ) -> bytes:
        """Let digest and text pack of one compartment say what lists show and search finds; the hash of the card."""
        compartment, version = at
        self._put_texts(vault, record_id, value, at)
        card = card_of(value, compartment, version, entered)
        if card is None:
            self._digests.touch(vault, compartment)  # it counts the record all the same
            return NOTHING
        self._digests.note(vault, compartment, record_id, card)
        return digest(card.document)

    def _differing(self, vault: OpenVault, rows: Mapping[str, BodyRow], value: Declared) -> Iterator[str]:
        """The compartments whose document is not the stored one; a closed or broken one differs if it has answers."""
        for compartment in entity_of(value).compartments:
            row = rows.get(compartment)
            opened = None if row is None else self._sealing.opened(vault, row)
            if opened is None:
                if not codec.nothing(value, compartment):
                    yield compartment
            elif opened.document != _same_place(opened.document, value, compartment):
                yield compartment

    # Opening

    def _stored(
        self, vault: OpenVault, rows: Sequence[BodyRow], check: Check | None, doubts: Sequence[Doubt]
    ) -> Stored[Declared] | None:
        body_rows = [row for row in rows if vault.key(row.compartment, row.epoch)]
        if not body_rows:
            return None
        mine = tuple(doubt for doubt in doubts if doubt.record in ("", body_rows[0].id))
        wrong = {doubt.compartment for doubt in mine if doubt.record}
        right = [row for row in body_rows if row.vault_id == vault.id and row.compartment not in wrong]
        opened = {row.compartment: self._sealing.opened(vault, row) for row in right}
        decoding = decoded(vault, {name: signed.document for name, signed in opened.items() if signed})
        signed = {name: signed for name, signed in opened.items() if signed is not None and name in decoding.read}
        versions = {row.compartment: row.version for row in body_rows}
        return Stored(
            id=body_rows[0].id, vault=vault.id, versions=versions,
            entity=decoding.entity, value=decoding.value, odd=decoding.odd, entered=decoding.entered,
            closed=frozenset(row.compartment for row in rows if row.compartment not in versions),
            broken=frozenset(versions.keys() - signed.keys()),
            unproven=frozenset(name for name, result in signed.items() if check is not None and not check(result)),
            day=max(row.day for row in body_rows),
            authors={name: result.author.user.hex() for name, result in signed.items()},
            signatures=signed,
            doubts=mine,
        )  # fmt: skip

    def _missing(self, vault: OpenVault, record_id: RecordId, doubts: Sequence[Doubt]) -> Stored[Declared]:
        """A record that should be here and is not."""
        entity, value = decoded(vault, {})[:2]
        mine = tuple(doubt for doubt in doubts if doubt.record in ("", record_id))
        broken = frozenset(doubt.compartment for doubt in mine if doubt.record)
        return Stored(id=record_id, vault=vault.id, entity=entity, value=value, broken=broken, doubts=mine)

    def _past(self, vault: OpenVault, row: PastRow) -> Past:
        signed = self._sealing.opened(vault, row)
        documents = {} if signed is None else {row.compartment: signed.document}
        _entity, value, read, *_rest = decoded(vault, documents)
        if signed is None or not read:
            return Past(version=row.version, value=None, author="", signed=None)
        return Past(version=row.version, value=value, author=signed.author.user.hex(), signed=signed)


def _same_place(document: bytes, value: Declared, compartment: str) -> bytes:
    """The document of a value as if it had been written where and when this one was."""
    place = codec.entered({compartment: document})
    return codec.encode(value, compartment, entered=place, written=codec.written(document))


def _with_token(value: T) -> T:
    """A new record with the random token by which facts speak of it, where its kind has one; a copy keeps its own."""
    return replace(value, token=random(16).hex()) if getattr(value, "token", None) == "" else value
