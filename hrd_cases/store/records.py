"""Sealed records: one signed document per compartment, a small card beside it for lists, and what was replaced."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from hrd_cases.domain.errors import Changed, Forbidden
from hrd_cases.domain.fields import Entity, entity_of
from hrd_cases.domain.vaults import KINDS
from hrd_cases.store import codec
from hrd_cases.store.batches import batches
from hrd_cases.store.failpoints import reach
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.sealing import BODY, CARD, Author, BodyRow, CardRow, PastRow, Sealing, Signed
from hrd_cases.store.tables import cards, memberships, record_history, records, vaults

__all__ = ["Author", "Check", "Past", "Records", "Signed", "Stored"]

Check = Callable[[Signed], bool]
SomeRow = TypeVar("SomeRow", BodyRow, CardRow)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A record as far as the reader's keys open it; of a card, only the fields that cards have (and no `day`).

    `versions`: of the compartments that the reader holds keys for; `closed`: the others that exist; `broken`: tampered
    with; `unproven`: opened, but the handed-in check did not accept the signature; `authors`: user ids as signed.
    `entity` is codec.UNOPENED when everything the reader holds keys for is broken.
    """

    id: str
    vault: str
    entity: Entity
    value: Any
    versions: Mapping[str, int]
    closed: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    unproven: frozenset[str] = frozenset()
    day: date | None = None
    authors: Mapping[str, str]
    signatures: Mapping[str, Signed]


@dataclass(frozen=True, kw_only=True)
class Past:
    """One replaced document: `value` has only its compartment's fields; None (and no author) when it does not open."""

    version: int
    value: Any
    author: str
    signed: Signed | None


class Records:
    """The records of the organisation `org` (16 bytes)."""

    def __init__(self, connection: Connection, org: bytes) -> None:
        self._connection = connection
        self._sealing = Sealing(org=org)

    # Writing

    def add(
        self,
        vault: OpenVault,
        author: Author,
        record_id: str,
        value: Any,
        day: date,
        compartments: Iterable[str] | None = None,
    ) -> dict[str, int]:
        """Seal a new record; returns the versions. By default into the vault's first and those with answers.

        Raises Forbidden when there are answers for a compartment that `vault` can not write to.
        """
        places = entity_of(value).compartments
        wanted = [name for name in places if not codec.nothing(value, name)]
        first = [name for name in KINDS[vault.kind].compartments if name in places][:1]
        chosen = dict.fromkeys([*first, *wanted] if compartments is None else compartments)
        if not all(vault.may_write(name) for name in (*chosen, *wanted)) or not set(wanted) <= set(chosen):
            raise Forbidden
        for compartment in chosen:
            self._insert(vault, author, record_id, value, day, compartment)
        return dict.fromkeys(chosen, 1)

    def update(
        self, vault: OpenVault, author: Author, record_id: str, value: Any, expected: Mapping[str, int], day: date
    ) -> dict[str, int]:
        """Seal what changed, keep what it replaces, and return the versions.

        Raises Changed (with the stored record) when a version is not the expected one, Forbidden when the change is
        in a compartment that `vault` can not write to.
        """
        rows = {row.compartment: row for row in self._bodies(self._of(record_id, lock=True))}
        held = {name: row.version for name, row in rows.items() if vault.key(name, row.epoch)}
        if not rows or any(row.vault_id != vault.id for row in rows.values()) or held != dict(expected):
            raise Changed(self.read(vault, record_id))
        versions = dict(held)
        for compartment in self._differing(vault, rows, value):
            if not vault.may_write(compartment) or (compartment in rows and compartment not in held):
                raise Forbidden
            if compartment in rows:
                self._replace(vault, author, rows[compartment], value, day)
            else:
                self._insert(vault, author, record_id, value, day, compartment)
            versions[compartment] = held.get(compartment, 0) + 1
        return versions

    def reseal(self, vault: OpenVault, compartment: str) -> int:
        """Seal a compartment's bodies, history and cards under its newest key, signatures untouched; how many rows.

        What does not open stays as it is, and stays reported as broken or closed.
        """
        newest = vault.newest(compartment)
        if newest is None or not vault.may_write(compartment):
            raise Forbidden
        changed = 0
        for table, name, column in ((records, BODY, "body"), (record_history, BODY, "body"), (cards, CARD, "card")):
            older = (table.c.vault_id == vault.id, table.c.compartment == compartment, table.c.epoch != newest[0])
            sealed = f"{column}_sealed"
            for row in self._connection.execute(select(table).where(*older)).all():
                renewed = self._sealing.renewed(vault, name, row, getattr(row, sealed))
                if renewed is not None:
                    here = [part == getattr(row, part.name) for part in (*table.primary_key, table.c.version)]
                    values = {"epoch": renewed["epoch"], sealed: renewed["sealed"]}
                    changed += self._connection.execute(update(table).where(*here).values(**values)).rowcount
        return changed

    def remove(self, record_id: str) -> None:
        """Remove a record, its cards and its history."""
        for table in (records, cards, record_history):
            self._connection.execute(delete(table).where(table.c.id == record_id))

    def remove_vault(self, vault: str) -> None:
        """Remove every record of a vault."""
        for table in (records, cards, record_history):
            self._connection.execute(delete(table).where(table.c.vault_id == vault))

    # Reading

    def read(self, vault: OpenVault, record_id: str, check: Check | None = None) -> Stored | None:
        """One record; None when it is not in this vault or nothing of it is the reader's to open."""
        rows = self._bodies(self._of(record_id))
        return self._stored(vault, rows, check) if any(row.vault_id == vault.id for row in rows) else None

    def all(self, vault: OpenVault, check: Check | None = None) -> list[Stored]:
        """Every record of one vault, whole, by id."""
        query = select(records).where(records.c.vault_id == vault.id).order_by(records.c.id, records.c.compartment)
        return list(_kept(self._stored(vault, part, check) for part in _by_record(self._bodies(query))))

    def cards(self, vaults: Sequence[OpenVault]) -> list[Stored]:
        """The cards of every record of these vaults, vault by vault as given, by id; one query for 500 vaults."""
        rows: dict[str, list[CardRow]] = {vault.id: [] for vault in vaults}
        for some in batches(rows):
            query = select(cards).where(cards.c.vault_id.in_(some)).order_by(cards.c.id, cards.c.compartment)
            for row in map(CardRow._make, self._connection.execute(query)):
                rows[row.vault_id].append(row)
        every = ((vault, part) for vault in vaults for part in _by_record(rows[vault.id]))
        return list(_kept(self._card(vault, part) for vault, part in every))

    # Roots: the record that has the id of its vault, by which a case is listed

    def root_cards(self, vaults: Sequence[OpenVault]) -> list[Stored]:
        """The cards of the records that have the id of their vault, in the order given."""
        rows: dict[str, list[CardRow]] = {vault.id: [] for vault in vaults}
        for some in batches(rows):
            query = select(cards).where(cards.c.id.in_(some)).order_by(cards.c.compartment)
            for row in map(CardRow._make, self._connection.execute(query)):
                rows[row.id].append(row)
        return list(_kept(self._card(vault, rows[vault.id]) for vault in vaults))

    def newest_roots(self, member: str, day: int, *, limit: int, page: int) -> tuple[list[str], int]:
        """Ids of the cases that name this fingerprint on a day (since 1970-01-01), last changed first; and how many.

        Pages count from 1; behind the last one there are no ids, and the number is 0.
        """
        query = (
            select(records.c.id, func.count().over())
            .join(vaults, vaults.c.id == records.c.id)
            .join(memberships, memberships.c.vault_id == records.c.id)
            .where(
                vaults.c.kind == "case",
                memberships.c.member == member,
                memberships.c.compartment == "core",
                or_(memberships.c.last_day == 0, memberships.c.last_day >= day),
                records.c.compartment == "core",
            )
            .order_by(records.c.day.desc(), records.c.id)
            .limit(limit)
            .offset((page - 1) * limit)
        )
        rows = self._connection.execute(query).all()
        return [row[0] for row in rows], rows[0][1] if rows else 0

    def count(self, vault: str) -> int:
        """How many records a vault has."""
        return len(self._connection.execute(select(records.c.id).where(records.c.vault_id == vault).distinct()).all())

    def history(self, vault: OpenVault, record_id: str, compartment: str) -> list[Past]:
        """What was replaced in one compartment of a record, oldest first; the newest is in read()."""
        query = (
            select(record_history)
            .where(
                record_history.c.id == record_id,
                record_history.c.compartment == compartment,
                record_history.c.vault_id == vault.id,
            )
            .order_by(record_history.c.version)
        )
        if not vault.keys.get(compartment):
            return []
        return [self._past(vault, PastRow._make(row)) for row in self._connection.execute(query)]

    # One row

    def _insert(
        self, vault: OpenVault, author: Author, record_id: str, value: Any, day: date, compartment: str
    ) -> None:
        reach("record.before_write")
        document = codec.encode(value, compartment)
        sealed = self._sealing.body(vault, author, record_id, compartment, 1, document)
        self._connection.execute(
            insert(records).values(id=record_id, compartment=compartment, vault_id=vault.id, day=day, **sealed)
        )
        reach("record.after_body")
        self._put_card(vault, record_id, value, compartment, 1)

    def _replace(self, vault: OpenVault, author: Author, row: BodyRow, value: Any, day: date) -> None:
        reach("record.before_write")
        version = row.version + 1
        here = (records.c.id == row.id, records.c.compartment == row.compartment, records.c.version == row.version)
        kept = ["id", "compartment", "version", "vault_id", "epoch", "body_sealed"]
        old = select(*(records.c[name] for name in kept)).where(*here)
        self._connection.execute(insert(record_history).from_select(kept, old))
        reach("record.after_history")
        document = codec.encode(value, row.compartment)
        sealed = self._sealing.body(vault, author, row.id, row.compartment, version, document)
        changed = self._connection.execute(update(records).where(*here).values(day=day, **sealed))
        if changed.rowcount != 1:
            raise Changed(self.read(vault, row.id))
        reach("record.after_body")
        self._put_card(vault, row.id, value, row.compartment, version)

    def _put_card(self, vault: OpenVault, record_id: str, value: Any, compartment: str, version: int) -> None:
        """Replace the card of one compartment, if the entity has any field on it."""
        if not any(entity_of(value).within(compartment, card=True)):
            return
        document = codec.encode(value, compartment, card=True)
        sealed = self._sealing.card(vault, record_id, compartment, version, document)
        here = {"id": record_id, "compartment": compartment}
        if version > 1:
            self._connection.execute(delete(cards).filter_by(**here))
        self._connection.execute(insert(cards).values(**here, vault_id=vault.id, **sealed))
        reach("record.after_card")

    def _differing(self, vault: OpenVault, rows: Mapping[str, BodyRow], value: Any) -> Iterator[str]:
        """The compartments whose document is not the stored one; a closed or broken one differs if it has answers."""
        for compartment in entity_of(value).compartments:
            row = rows.get(compartment)
            opened = None if row is None else self._sealing.opened(vault, row)
            if opened is None:
                if not codec.nothing(value, compartment):
                    yield compartment
            elif opened.document != codec.encode(value, compartment):
                yield compartment

    # Opening

    def _of(self, record_id: str, *, lock: bool = False) -> Select[Any]:
        query = select(records).where(records.c.id == record_id).order_by(records.c.compartment)
        return query.with_for_update() if lock else query

    def _bodies(self, query: Select[Any]) -> list[BodyRow]:
        return [BodyRow._make(row) for row in self._connection.execute(query)]

    def _stored(self, vault: OpenVault, rows: Sequence[BodyRow], check: Check | None) -> Stored | None:
        held = [row for row in rows if vault.key(row.compartment, row.epoch)]
        if not held:
            return None
        opened = {row.compartment: self._sealing.opened(vault, row) for row in held if row.vault_id == vault.id}
        entity, value, read = _decoded(vault, {name: found.document for name, found in opened.items() if found})
        signed = {name: found for name, found in opened.items() if found is not None and name in read}
        versions = {row.compartment: row.version for row in held}
        return Stored(
            id=held[0].id,
            vault=vault.id,
            entity=entity,
            value=value,
            versions=versions,
            closed=frozenset(row.compartment for row in rows if row.compartment not in versions),
            broken=frozenset(versions.keys() - signed.keys()),
            unproven=frozenset(name for name, found in signed.items() if check is not None and not check(found)),
            day=max(row.day for row in held),
            authors={name: found.author.user.hex() for name, found in signed.items()},
            signatures=signed,
        )

    def _card(self, vault: OpenVault, rows: Sequence[CardRow]) -> Stored | None:
        held = [row for row in rows if vault.key(row.compartment, row.epoch)]
        if not held:
            return None
        opened = {row.compartment: self._sealing.opened_card(vault, row) for row in held}
        documents = {name: document for name, document in opened.items() if document is not None}
        entity, value, read = _decoded(vault, documents)
        versions = {row.compartment: row.version for row in held}
        return Stored(
            id=held[0].id,
            vault=vault.id,
            entity=entity,
            value=value,
            versions=versions,
            closed=frozenset(row.compartment for row in rows if row.compartment not in versions),
            broken=frozenset(versions.keys() - read),
            authors={},
            signatures={},
        )

    def _past(self, vault: OpenVault, row: PastRow) -> Past:
        signed = self._sealing.opened(vault, row)
        documents = {} if signed is None else {row.compartment: signed.document}
        _entity, value, read = _decoded(vault, documents)
        if signed is None or not read:
            return Past(version=row.version, value=None, author="", signed=None)
        return Past(version=row.version, value=value, author=signed.author.user.hex(), signed=signed)


def _by_record(rows: Sequence[SomeRow]) -> Iterator[list[SomeRow]]:
    return (list(part) for _, part in groupby(rows, key=lambda row: row.id))


def _kept(found: Iterable[Stored | None]) -> Iterator[Stored]:
    return (stored for stored in found if stored is not None)


def _decoded(vault: OpenVault, documents: Mapping[str, bytes]) -> tuple[Entity, Any, frozenset[str]]:
    """Entity, value, and the compartments it was read from."""
    try:
        entity, value = codec.decode(documents)
    except codec.Unreadable:
        readable = _readable(vault, documents)
        entity, value = codec.decode(readable)
        return entity, value, frozenset(readable)
    return entity, value, frozenset(documents)


def _readable(vault: OpenVault, documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The documents that this version reads and that agree; the vault's first compartments say what the entity is."""
    readable: dict[str, bytes] = {}
    for compartment in KINDS[vault.kind].compartments:
        if compartment in documents:
            try:
                codec.decode({**readable, compartment: documents[compartment]})
            except codec.Unreadable:
                continue
            readable[compartment] = documents[compartment]
    return readable
