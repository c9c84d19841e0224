"""The texts of a record that search finds: every answer of a field that is declared with `search=True`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hrd_cases.domain.fields import Declared, Entity, Field, FieldKind, Hidden, LangText, Rows, entity_of, fields_of


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """One answer, with the label of its field; `masked` where pages cover it."""

    label: str
    text: str
    masked: bool


def has_texts(entity: Entity, compartment: str) -> bool:
    """Whether search finds anything of an entity in one compartment."""
    return any(field.search for field in entity.within(compartment))


def texts_of(value: Declared, compartment: str = "") -> Iterator[SearchText]:
    """What search finds of a record; of one compartment, if it is named."""
    for field in entity_of(value).fields:
        if field.search and compartment in ("", field.at):
            yield from _texts(field, field.kind, getattr(value, field.name))


def _texts(field: Field, kind: FieldKind, value: object) -> Iterator[SearchText]:
    if isinstance(value, str):
        if value:
            yield SearchText(label=field.label, text=value, masked=bool(getattr(kind, "masked", False)))
    elif isinstance(value, tuple):
        for row in value:
            yield from _row_texts(field, kind, row)


def _row_texts(field: Field, kind: FieldKind, row: object) -> Iterator[SearchText]:
    if isinstance(row, LangText):
        yield from _texts(field, kind, row.text)
    elif isinstance(kind, Rows):
        for part in fields_of(kind.item):
            if part.search:
                yield from _texts(part, part.kind, getattr(row, part.name, ""))
    elif isinstance(kind, Hidden) and isinstance(row, Mapping):
        for name in kind.texts:
            yield from _texts(field, kind, row.get(name, ""))
