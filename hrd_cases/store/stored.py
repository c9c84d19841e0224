"""What a reader gets of a record: as far as the keys open it, and what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Generic, NamedTuple, TypeGuard, TypeVar

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.fields import Declared, Entity
from hrd_cases.domain.ids import CaseId, RecordId, case_id
from hrd_cases.domain.vaults import KINDS
from hrd_cases.store import codec
from hrd_cases.store.doubts import Doubt
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.sealing import BodyRow, SignedDocument

T = TypeVar("T", bound=Declared)
T_co = TypeVar("T_co", bound=Declared, covariant=True)


def new_record_id() -> RecordId:
    """The id of a record that is about to be written: random, so that it tells nothing."""
    return RecordId(random(16).hex())


@dataclass(frozen=True, kw_only=True)
class Stored(Generic[T_co]):
    """A record as far as the reader's keys open it; of a card, only the fields that cards have: no `day`, no `closed`.

    `versions`: of the compartments that the reader holds keys for; `closed`: the others that exist; `broken`: tampered
    with; `unproven`: opened, but the handed-in check did not accept the signature; `authors`: user ids as signed.
    `doubts`: what is not as its last writer left it; a body that is not is among the broken.
    `odd`: what stands in a field that cannot hold it, as text by the name of its control; it reads as unanswered.
    `entity` is codec.UNOPENED when everything the reader holds keys for is broken.
    """

    id: RecordId
    vault: str
    entity: Entity
    value: T_co
    versions: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    unproven: frozenset[str] = frozenset()
    day: date | None = None
    authors: Mapping[str, str] = field(default_factory=dict)
    signatures: Mapping[str, SignedDocument] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    odd: Mapping[str, str] = field(default_factory=dict)
    entered: int = 0  # its place in the order in which records were entered

    @property
    def case(self) -> CaseId:
        """The case whose vault it is in; for a record in the vault of a case."""
        return case_id(self.vault)

    @property
    def opened(self) -> bool:
        """False when nothing of it opened, so that nobody knows what it is."""
        return self.entity is not codec.UNOPENED


@dataclass(frozen=True, kw_only=True)
class Past:
    """One replaced document: `value` has only its compartment's fields; None (and no author) when it does not open."""

    version: int
    value: Declared | None
    author: str
    signed: SignedDocument | None


def is_of(stored: Stored[Declared], cls: type[T]) -> TypeGuard[Stored[T]]:
    """Whether a record is of a class; one of which nothing opens is of none."""
    return isinstance(stored.value, cls)


def as_class(stored: Stored[Declared], cls: type[T]) -> Stored[T]:
    """A record as one of a class; where it is none, nothing is answered. Its `entity` still says what opened."""
    return stored if is_of(stored, cls) else Stored(**{**vars(stored), "value": cls()})


def of_class(records: Iterable[Stored[Declared]], cls: type[T]) -> list[Stored[T]]:
    """The records of one class, in the order given."""
    return [stored for stored in records if is_of(stored, cls)]


def by_record(rows: Sequence[BodyRow]) -> Iterator[list[BodyRow]]:
    """Rows of one record together, in the order given."""
    return (list(part) for _, part in groupby(rows, key=lambda row: row.id))


def stored_from(records: Iterable[Stored[Declared] | None]) -> list[Stored[Declared]]:
    """Those of which something is the reader's, in the order in which they were entered, never of random ids."""
    return sorted((stored for stored in records if stored is not None), key=lambda stored: stored.entered)


class Decoded(NamedTuple):
    """What was read of a record's documents, and the compartments it was read from."""

    entity: Entity
    value: Declared
    read: frozenset[str]
    odd: Mapping[str, str]
    entered: int


def decoded(vault: OpenVault, documents: Mapping[str, bytes]) -> Decoded:
    """Entity and value of the documents that this version reads."""
    try:
        entity, value, odd = codec.decode_all(documents)
    except codec.Unreadable:
        documents = _readable(vault, documents)
        entity, value, odd = codec.decode_all(documents)
    place = codec.entered(documents)
    return Decoded(entity=entity, value=value, read=frozenset(documents), odd=odd, entered=place)


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
