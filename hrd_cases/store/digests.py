"""One sealed digest per vault and compartment: of every record there, the few answers that lists, desk and search show.

A digest is written once at the end of the transaction that writes its records. It is for display only: who opens a
vault compares each card in it with the manifest, which has the hash of the document (store/manifests.py).
"""

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Select, Table, bindparam, delete, func, select

from hrd_cases.crypto.core.encoding import pae, unpae_exactly
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import CryptoError, UnknownFormat
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.ids import RecordId
from hrd_cases.store.failpoints import reach
from hrd_cases.store.opened import OpenVault, refusal
from hrd_cases.store.rows import batches, once_a_snapshot, put_rows, read_rows, rows_among
from hrd_cases.store.tables import digests, records

UNREAD = ""  # the code of a card of a record that did not open when the digest was made from records
_LABEL = b"hrd/v1/digest"
_HEAD = struct.Struct(">16sQBI")  # id, version, lengths of the entity's code and of the document


class DigestEntry(NamedTuple):
    """What a digest says of one record: the version it is of, the code of its entity, its document."""

    version: int
    code: str
    document: bytes


class DigestRow(NamedTuple):
    """What a table of digests has of each."""

    vault_id: str
    compartment: str
    epoch: int
    number: int
    digest_sealed: bytes


@cache
def _of_vaults(table: Table) -> Select[object]:
    return rows_among(table, "vault_id").with_only_columns(*(table.c[name] for name in DigestRow._fields))


@cache
def _of_parts(table: Table) -> Select[object]:
    return _of_vaults(table).where(table.c.compartment.in_(bindparam("parts", expanding=True)))


_COUNTS = (
    select(records.c.vault_id, records.c.compartment, func.count())
    .where(records.c.vault_id.in_(bindparam("some", expanding=True)))
    .group_by(records.c.vault_id, records.c.compartment)
)
Cards = dict[RecordId, DigestEntry]  # by record
FromBodies = Callable[[OpenVault, str], Cards]


def encode(cards: Mapping[RecordId, DigestEntry], label: bytes = _LABEL) -> bytes:
    """The canonical bytes of a digest, records in the order of their ids."""
    return changed(pae(label, b""), cards, label)


def changed(data: bytes, changes: Mapping[RecordId, DigestEntry | None], label: bytes = _LABEL) -> bytes:
    """The digest `data` with these records put into their places, or taken out (None); UnknownFormat if it is none.

    What it says of the others is copied and not read: who saves one record of a thousand waits for one.
    """
    joined = _joined(data, label)
    pieces, begin, at = list[bytes](), 0, 0
    for record in sorted(changes):
        raw = bytes.fromhex(record)
        at = _from(joined, at, raw)
        pieces.append(joined[begin:at])
        begin = at = _after(joined, at) if joined[at : at + len(raw)] == raw else at
        card = changes[record]
        if card is not None:
            code = card.code.encode()
            pieces += (_HEAD.pack(raw, card.version, len(code), len(card.document)), code, card.document)
    while at < len(joined):  # to the end, so that a digest cut short is made anew
        at = _after(joined, at)
    return pae(label, b"".join((*pieces, joined[begin:])))


def decode(data: bytes, label: bytes = _LABEL, *, only: str = "") -> Cards:
    """Undo `encode`; UnknownFormat otherwise. `only`: the id of the one record that is looked for."""
    return dict(_read(_joined(data, label), bytes.fromhex(only)))


def _joined(data: bytes, label: bytes) -> bytes:
    """Its records, one behind the other."""
    read, joined = unpae_exactly(data, 2)
    if read != label:
        raise UnknownFormat
    return joined


def _after(joined: bytes, at: int) -> int:
    """Where the record ends that begins at `at`."""
    if at + _HEAD.size > len(joined):
        raise UnknownFormat
    _, _, of_code, of_document = _HEAD.unpack_from(joined, at)
    end: int = at + _HEAD.size + of_code + of_document
    if end > len(joined):
        raise UnknownFormat
    return end


def _from(joined: bytes, at: int, record: bytes) -> int:
    """Where the first record begins, from `at` on, whose id is not before this one."""
    while at < len(joined) and joined[at : at + len(record)] < record:
        at = _after(joined, at)
    return at


def _read(joined: bytes, only: bytes) -> Iterator[tuple[RecordId, DigestEntry]]:
    at = 0
    while at < len(joined):
        if at + _HEAD.size > len(joined):
            raise UnknownFormat
        record, version, of_code, of_document = _HEAD.unpack_from(joined, at)
        middle = at + _HEAD.size + of_code
        at = middle + of_document
        if at > len(joined):
            raise UnknownFormat
        if only and record != only:
            continue
        code = joined[middle - of_code : middle].decode("utf-8", "replace")
        yield record.hex(), DigestEntry(version=version, code=code, document=joined[middle:at])
        if only:
            return


class Digests:
    """The digests of the organisation `org` (16 bytes) in one transaction.

    `from_bodies` makes the cards of a compartment from its records, where its digest is missing or does not open.
    """

    table: Table = digests
    label: bytes = _LABEL

    def __init__(self, connection: Connection, org: bytes, from_bodies: FromBodies) -> None:
        self._connection = connection
        self._org = org
        self._from_bodies = from_bodies
        self._pending: dict[tuple[str, str], tuple[OpenVault, dict[RecordId, DigestEntry | None]]] = {}

    # Writing

    def note(self, vault: OpenVault, compartment: str, record: RecordId, card: DigestEntry | None) -> None:
        """Remember what a write made of one record; None when it was removed."""
        self.touch(vault, compartment)
        self._pending[vault.id, compartment][1][record] = card

    def touch(self, vault: OpenVault, compartment: str) -> None:
        """Have a compartment's digest sealed under its newest key, though no record changes."""
        _, changes = self._pending.get((vault.id, compartment), (vault, {}))
        self._pending[vault.id, compartment] = (vault, changes)

    def rebuild(self, vault: OpenVault, compartment: str, cards: Cards) -> None:
        """Take these cards for right, whatever rests there now."""
        self._pending.pop((vault.id, compartment), None)
        row = self._rows([vault.id], [compartment]).get((vault.id, compartment))
        self._keep([(vault, compartment, encode(cards, self.label), row.number if row else 0)])

    def remove_vault(self, vault: str) -> None:
        """Forget a vault that is removed whole."""
        self._pending = {key: value for key, value in self._pending.items() if key[0] != vault}
        self._connection.execute(delete(self.table).where(self.table.c.vault_id == vault))

    def settle(self) -> None:
        """Seal what was noted."""
        if not self._pending:
            return
        reach("digest.before_settle")
        pending, self._pending = self._pending, {}
        rows = self._rows({vault for vault, _ in pending}, {compartment for _, compartment in pending})
        states = []
        for (vault_id, compartment), (vault, changes) in pending.items():
            row = rows.get((vault_id, compartment))
            cards = self._changed(vault, row, changes) if row is not None else None
            if cards is None:
                shown = self._from_bodies(vault, compartment)
                cards = changed(encode(shown, self.label), changes, self.label)
            if row is not None or cards != encode({}, self.label):
                states.append((vault, compartment, cards, row.number if row else 0))
        self._keep(states)

    def _changed(
        self, vault: OpenVault, row: DigestRow, changes: Mapping[RecordId, DigestEntry | None]
    ) -> bytes | None:
        """What a digest says after these changes; None when it does not open here, or is none."""
        try:
            plain = self._plain(vault, row)
            return None if plain is None else changed(plain, changes, self.label)
        except CryptoError:
            return None

    def _keep(self, states: Iterable[tuple[OpenVault, str, bytes, int]]) -> None:
        rows = [self._sealed(vault, compartment, number + 1, cards) for vault, compartment, cards, number in states]
        if not rows:
            return
        self._connection.execute(put_rows(self.table, self._connection.dialect.name), self._values(rows))
        reach("digest.after_state")

    def _values(self, rows: Sequence[DigestRow]) -> list[dict[str, object]]:
        """What is written of each row."""
        counts = self._counts({row.vault_id for row in rows})
        return [
            {
                **row._asdict(),
                "records": counts.get((row.vault_id, row.compartment), 0),
                "sha256": digest(row.digest_sealed),
            }
            for row in rows
        ]

    def _counts(self, vault_ids: Iterable[str]) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = {}
        for some in batches(vault_ids):
            for row in self._connection.execute(_COUNTS, {"some": some}):
                counts[row[0], row[1]] = row[2]
        return counts

    def _sealed(self, vault: OpenVault, compartment: str, number: int, cards: bytes) -> DigestRow:
        newest = vault.sealing_key(compartment)
        if newest is None:
            raise refusal(vault.shut.get(compartment))
        epoch, key = newest
        row = DigestRow(vault.id, compartment, epoch, number, b"")
        return row._replace(digest_sealed=seal(key.envelope, self._place(row), cards))

    # Reading

    def of(self, vaults: Collection[OpenVault], *, roots: bool = False) -> dict[tuple[str, str], Cards | None]:
        """The cards of these vaults by vault and compartment, as far as their holder has keys.

        None: there is a digest, and it does not open here. `roots`: only the records that have the id of their vault.
        """
        self.settle()
        rows = self._rows([vault.id for vault in vaults], None)
        results: dict[tuple[str, str], Cards | None] = {}
        for vault in vaults:
            for compartment, keys in vault.keys.items():
                row = rows.get((vault.id, compartment)) if keys else None
                if row is not None:
                    only = vault.id if roots else ""
                    results[vault.id, compartment] = self._opened(vault, row, only=only)
        return results

    @once_a_snapshot
    def _rows(
        self, vault_ids: Collection[str], compartments: Collection[str] | None
    ) -> dict[tuple[str, str], DigestRow]:
        rows: dict[tuple[str, str], DigestRow] = {}
        for some in batches(vault_ids):
            query, values = _of_vaults(self.table), dict[str, object](some=some)
            if compartments is not None:
                query, values = _of_parts(self.table), {**values, "parts": list(compartments)}
            for row in read_rows(DigestRow, self._connection.execute(query, values)):
                rows[row.vault_id, row.compartment] = row
        return rows

    def _opened(self, vault: OpenVault, row: DigestRow, *, only: str = "") -> Cards | None:
        """The cards of a digest; None when no key opens it here, or it has no shape that this version reads."""
        try:
            plain = self._plain(vault, row)
            return None if plain is None else decode(plain, self.label, only=only)
        except CryptoError:
            return None

    def _plain(self, vault: OpenVault, row: DigestRow) -> bytes | None:
        """The bytes of a digest; None where its key is not held, NotOpened where it does not fit."""
        key = vault.key(row.compartment, row.epoch)
        return None if key is None else unseal(key.envelope, self._place(row), row.digest_sealed)

    def _place(self, row: DigestRow) -> SealedPlace:
        """Where a digest rests; `number` counts its states."""
        vault = bytes.fromhex(row.vault_id)
        return SealedPlace(
            org=self._org, vault=vault, table=self.table.name, row=vault,
            compartment=row.compartment, epoch=row.epoch, version=row.number,
        )  # fmt: skip
