"""Rows of a list become records: what seems to be here is found first, then all of them are made in one transaction.

A record remembers, sealed, which row it came from, so that the same list can be brought in again without harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.fields import Declared, entity_of, first_day
from hrd_cases.domain.ids import CaseId, person_id
from hrd_cases.domain.importers.model import Importer
from hrd_cases.domain.likeness import numbers_in, plain, sounds_of_name
from hrd_cases.domain.people import Person
from hrd_cases.domain.sheets.model import SheetRow
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.services.casework import people
from hrd_cases.services.casework.duplicates import spellings
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.records import records
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import readable
from hrd_cases.store.records import Stored

Key = tuple[str, ...]
NEW, OUT = "new", "out"


@dataclass(frozen=True, kw_only=True)
class RowRecord:
    """One row that is to come in: a new record, or the id of what is here already."""

    value: Declared
    existing: str = ""


@dataclass(frozen=True, kw_only=True)
class Existing:
    """What the actor may open of one kind: by the row it came from, and by what makes two of them seem the same."""

    rows: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[Key, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def like(self, value: Declared) -> tuple[tuple[str, str], ...]:
        """Ids and titles of what seems to be the same."""
        found = (pair for key in keys_of(value) for pair in self.keys.get(key, ()))
        return tuple(dict.fromkeys(found))


def mark_of(row: SheetRow, headings: Sequence[str]) -> str:
    """By what a row is known again: its texts under their headings, whatever the order of the columns."""
    heads = [headings[at] if at < len(headings) else "" for at in range(len(row.cells))]
    pairs = sorted((plain(head), " ".join(text.split())) for head, text in zip(heads, row.cells, strict=True) if text)
    return digest(repr(pairs).encode("utf-8", "replace")).hex()[:32]


def keys_of(value: Declared) -> set[Key]:
    """What a record may share with one that is the same: names as they sound; a title with its day."""
    if isinstance(value, Person):
        numbers = numbers_in("\n".join(channel.value for channel in value.channels))
        names = {("name", *heard) for heard in map(sounds_of_name, spellings(value)) if heard}
        return names | {("number", number) for number in numbers}
    entity = entity_of(value)
    words = " ".join(plain(str(entity.title(value))).split())
    if not words:
        return set()
    if isinstance(value, Company):
        number = plain(value.registration).strip()
        return {("name", words), *([("number", number)] if number else [])}
    day: date | None = first_day(value, entity.dated or entity.ordered)
    return {(words, str(day or ""))}


def ready(ctx: Context, importer: Importer, case: CaseId) -> None:
    """Refuse, in words, where these records could not be made now; NotFound for a case that is not the actor's."""
    allow(ctx, Act.IMPORT_LIST)
    if importer.cls is Person:
        people.ready(ctx, case)
    else:
        records.ready(ctx, importer.cls, case or None)
    if not writable(ctx, importer, case):
        raise Forbidden


def writable(ctx: Context, importer: Importer, case: CaseId) -> frozenset[str]:
    """The parts of a new record that the actor may fill in."""
    if importer.cls is Person:
        return frozenset(importer.entity.compartments)
    return records.writable(ctx, importer.cls, case or None)


def existing(ctx: Context, importer: Importer, case: CaseId) -> Existing:
    """What is here of this kind: people of every case of the actor's, other records of this case or the directory."""
    rows: dict[str, str] = {}
    keys: dict[Key, list[tuple[str, str]]] = {}
    for card in _cards(ctx, importer, case):
        mark = getattr(card.value, "sheet_row", "")
        if mark:
            rows[mark] = card.id
        for key in keys_of(card.value):
            keys.setdefault(key, []).append((card.id, title(card)))
    return Existing(rows=rows, keys=keys)


def _cards(ctx: Context, importer: Importer, case: CaseId) -> Iterable[Stored[Declared]]:
    if importer.cls is Person:
        people_read = readable(ctx, Act.READ_PERSON, PERSON_VAULT)
        whole = [stored for vault in people_read for stored in ctx.work.records.all(vault)]
        return [stored for stored in whole if isinstance(stored.value, Person)]
    return list(records.listing(ctx, importer.cls, case or None))


def import_rows(ctx: Context, importer: Importer, case: CaseId, rows: Sequence[RowRecord], left_out: int) -> None:
    """Make every row a record, or use what is here; one entry in the log says how many, and nothing of them."""
    allow(ctx, Act.IMPORT_LIST)
    before = list(ctx.notes)
    made = [row.value for row in rows if not row.existing]
    used = [row.existing for row in rows if row.existing]
    if importer.cls is Person:
        new = [value for value in made if isinstance(value, Person)]
        people.add_many(ctx, new, map(person_id, used), case)
    else:
        for value in made:
            records.create(ctx, case or None, value)
    ctx.notes[:] = before
    ctx.note("write", "save rows of a list", vault=case, records=len(made), rows=len(rows) + left_out)
