"""Earlier versions of a record: each change of it as far as the actor's keys open it, when and by whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import Declared, Hidden, entity_of
from hrd_cases.domain.ids import CaseId, PersonId, RecordId
from hrd_cases.domain.vaults import DIRECTORY, PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import integrity
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.keys.integrity import check_for
from hrd_cases.services.records import records
from hrd_cases.store import codec
from hrd_cases.store.doubts import MISSING, Doubt
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import SignedDocument, Stored


@dataclass(frozen=True, kw_only=True)
class Version:
    """A record after one change: its number (from 1), who made it (a user id) and when, and the fields it changed.

    `value` holds what all changes up to this one came to, of the parts that the reader opens. `day` is None where the
    record does not say. `proven`: the signature is that of the author.
    """

    number: int
    author: str
    day: date | None
    value: Declared
    changed: tuple[str, ...]
    proven: bool


@dataclass(frozen=True, kw_only=True)
class Versions:
    """A record and its versions, newest first; `whole`: every earlier one is as its writer left it."""

    stored: Stored[Declared]
    items: tuple[Version, ...]
    whole: bool


@dataclass(frozen=True, kw_only=True)
class _Change:
    """One document of one part, which another replaced or which is the newest."""

    part: str
    number: int
    place: int
    day: date | None
    author: str
    value: Declared
    signed: SignedDocument


def of_case(ctx: Context, case: CaseId, record: RecordId) -> Versions:
    """The versions of a record of a case or a call."""
    vault = open_vault(ctx, Act.READ_CASE, case, record=record)
    return _versions(ctx, vault, records.read_in(ctx, vault, record))


def of_person(ctx: Context, person: PersonId) -> Versions:
    """The versions of a person's file."""
    vault = open_vault(ctx, Act.READ_PERSON, person, kind=PERSON_VAULT)
    return _versions(ctx, vault, records.read_in(ctx, vault, person))


def of_directory(ctx: Context, record: RecordId, cls: type[Declared]) -> Versions:
    """The versions of an entry of the directory."""
    desk = ctx.runtime.organisation.directory
    vault = open_vault(ctx, Act.READ_DIRECTORY, desk, kind=DIRECTORY.name, record=record)
    return _versions(ctx, vault, records.read_in(ctx, vault, record, cls))


def _versions(ctx: Context, vault: OpenVault, stored: Stored[Declared]) -> Versions:
    record = stored.id
    changes = [
        change
        for part in vault.keys
        if part in stored.entity.compartments and part not in stored.broken
        for change in _of_part(ctx, vault, stored, part)
    ]
    wrong = [part for part in vault.keys if not ctx.work.records.history_whole(vault, record, part)]
    integrity.tell(ctx, vault.id, [Doubt(compartment=part, what=MISSING, record=record) for part in wrong])
    acts = list(_acts(sorted(changes, key=lambda change: (change.place, change.number))))
    return Versions(stored=stored, items=tuple(_versions_by_act(ctx, vault, stored, acts))[::-1], whole=not wrong)


def _of_part(ctx: Context, vault: OpenVault, stored: Stored[Declared], part: str) -> Iterator[_Change]:
    """The documents of one part, oldest first; what does not open is left out."""
    for past in ctx.work.records.history(vault, stored.id, part):
        if isinstance(past.value, stored.entity.cls) and past.signed is not None:
            yield _change(part, past.version, past.value, past.signed)
    if part in stored.signatures:
        yield _change(part, stored.versions[part], stored.value, stored.signatures[part])


def _change(part: str, number: int, value: Declared, signed: SignedDocument) -> _Change:
    written = codec.written(signed.document)
    return _Change(
        part=part,
        number=number,
        place=written.place if written else -1,
        day=written.day if written else None,
        author=signed.author.user.hex(),
        value=value,
        signed=signed,
    )


def _acts(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes of several parts that one act made, together; where no place is known, only the first documents are."""
    act: list[_Change] = []
    for change in changes:
        last = act[-1] if act else None
        same = last is not None and (last.place, last.author) == (change.place, change.author)
        again = any(other.part == change.part for other in act)
        begun = change.place >= 0 or (last is not None and last.number == change.number == 1)
        if act and not (same and begun and not again):
            yield act
            act = []
        act.append(change)
    if act:
        yield act


def _versions_by_act(
    ctx: Context, vault: OpenVault, stored: Stored[Declared], acts: Sequence[Sequence[_Change]]
) -> Iterator[Version]:
    check = check_for(ctx, vault.id)
    value = stored.entity.cls()
    for number, act in enumerate(acts, 1):
        before = value
        for change in act:
            value = replace(value, **_fields(change))
        yield Version(
            number=number,
            author=act[0].author,
            day=act[0].day,
            value=value,
            changed=differing(before, value),
            proven=all(check(change.signed) for change in act),
        )


def _fields(change: _Change) -> Mapping[str, object]:
    fields = entity_of(change.value).within(change.part)
    return {field.name: getattr(change.value, field.name) for field in fields}


def differing(before: Declared, after: Declared) -> tuple[str, ...]:
    """The fields that a page shows and in which two values of one kind differ."""
    return tuple(
        field.name
        for field in entity_of(after).fields
        if not isinstance(field.kind, Hidden) and getattr(before, field.name) != getattr(after, field.name)
    )
