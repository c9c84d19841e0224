"""Values to documents and back, from the declarations in domain/fields.py: one canonical JSON document per compartment.

A document is {"k": entity code, "v": shape, "f": {field: value}} with only the answered fields. One of an older shape
is lifted in memory (UPGRADES); of a newer one, the fields that are not known here are left out.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from hrd_cases.domain import fields
from hrd_cases.domain.dates import PartialDate, parse
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Counted, Entity, Field, Kind, LangText, entity_of, fields_of
from hrd_cases.domain.words import N_

# (entity code, shape) -> what makes its fields the next shape; the newest shape is the first without an entry.
UPGRADES: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}


class Unreadable(ValueError):
    """A document is not what this version's codec writes, nor an older or newer shape of it; carries no content."""

    def __init__(self) -> None:
        super().__init__("The document has no shape that this version reads.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Unopened:
    """The value of a record of which nothing could be opened."""


UNOPENED = Entity(
    code="",
    letter="",
    vault="",
    label=N_("A record that can not be opened"),
    plural=N_("Records that can not be opened"),
    new="",
    cls=Unopened,
    fields=(),
    title=lambda _value: N_("A record that can not be opened"),
)


def shape(code: str) -> int:
    """The newest shape of an entity's documents."""
    number = 1
    while (code, number) in UPGRADES:
        number += 1
    return number


def encode(value: Any, compartment: str, *, card: bool = False) -> bytes:
    """The document of `value` in one compartment (its card's fields only if `card`): the same value, the same bytes."""
    entity = entity_of(value)
    answered = {
        field.name: _out(getattr(value, field.name), field.kind, card=card)
        for field in entity.within(compartment, card=card)
        if getattr(value, field.name) != field.kind.empty
    }
    return _bytes({"k": entity.code, "v": shape(entity.code), "f": answered})


def nothing(value: Any, compartment: str) -> bool:
    """True when no field of `compartment` was answered."""
    return all(getattr(value, field.name) == field.kind.empty for field in entity_of(value).within(compartment))


def decode(documents: Mapping[str, bytes]) -> tuple[Entity, Any]:
    """Entity and value of one record's documents, each field from its own compartment only; raises Unreadable."""
    entity: Entity | None = None
    answers: dict[str, Any] = {}
    for compartment, document in documents.items():
        found, told = _document(document)
        if entity is not None and found is not entity:
            raise Unreadable
        entity = found
        answers.update(_read(told, _readers(entity.code, compartment)))
    if entity is None:
        return UNOPENED, Unopened()
    return entity, entity.cls(**answers)


def _document(document: bytes) -> tuple[Entity, dict[str, Any]]:
    """The entity of a document and its answers, lifted to the newest shape."""
    try:
        read = json.loads(document.decode("utf-8", "surrogatepass"))
        entity, number, told = ENTITIES[read["k"]], read["v"], read["f"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable from None
    if not isinstance(told, dict) or not isinstance(number, int):
        raise Unreadable
    while (entity.code, number) in UPGRADES:
        told = UPGRADES[entity.code, number](told)
        number += 1
    return entity, told


def _bytes(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    # A lone surrogate can come in through a form; it must not make a record impossible to save.
    return text.encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    return value


# What reads each field: asked for every record of a list, so the declarations are walked once.
Readers = Mapping[str, Callable[[Any], Any]]


@cache
def _readers(code: str, compartment: str) -> Readers:
    return {field.name: _reader(field.kind) for field in ENTITIES[code].within(compartment)}


@cache
def _item_fields(kind: fields.Rows) -> tuple[Field, ...]:
    return fields_of(kind.item)


def _reader(kind: Kind) -> Callable[[Any], Any]:
    return _rows_reader(kind) if isinstance(kind, fields.Rows) else _IN[type(kind)]


def _rows_reader(kind: fields.Rows) -> Callable[[Any], tuple[Any, ...]]:
    readers = {field.name: _reader(field.kind) for field in _item_fields(kind)}

    def read(told: Any) -> tuple[Any, ...]:
        if not all(isinstance(part, dict) for part in told):
            raise Unreadable
        return tuple(kind.item(**_read(part, readers)) for part in told)

    return read


def _read(told: Mapping[str, Any], readers: Readers) -> dict[str, Any]:
    """The answers to the fields that are known."""
    try:
        return {name: readers[name](part) for name, part in told.items() if name in readers}
    except (ValueError, TypeError, AttributeError):
        raise Unreadable from None


def _row_out(value: Any, kind: fields.Rows, *, card: bool) -> dict[str, Any]:
    """One row; on a card without its long texts, which no list shows."""
    return {
        field.name: _out(getattr(value, field.name), field.kind)
        for field in _item_fields(kind)
        if getattr(value, field.name) != field.kind.empty and not (card and isinstance(field.kind, fields.Text))
    }


def _frozen(value: Any) -> Any:
    """JSON's arrays as tuples, all the way down: a read value is not changed in place."""
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, dict):
        return {name: _frozen(part) for name, part in value.items()}
    return value


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise Unreadable
    return told


def _partial(told: Any) -> PartialDate | None:
    return parse(_text(told))


def _small(cls: type[Any]) -> Callable[[Any], Any]:
    """What makes a small dataclass of a JSON object, without the keys it does not know."""
    names = {part.name for part in dataclasses.fields(cls)}
    return lambda told: cls(**{name: part for name, part in told.items() if name in names})


_lang_text = _small(LangText)


def _number(told: Any) -> int:
    if not isinstance(told, int):
        raise Unreadable
    return told


_OUT: dict[type[Kind], Callable[[Any], Any]] = {
    fields.Line: _plain,
    fields.Text: _plain,
    fields.Clock: _plain,
    fields.Coded: _plain,
    fields.Ask: _plain,
    fields.Link: _plain,
    fields.Flag: _plain,
    fields.Number: _plain,
    fields.Hidden: _plain,
    fields.CodedMany: list,
    fields.Links: list,
    fields.When: PartialDate.encode,
    fields.Day: date.isoformat,
    fields.Texts: lambda value: [dataclasses.asdict(part) for part in value],
    fields.Count: dataclasses.asdict,
}

_IN: dict[type[Kind], Callable[[Any], Any]] = {
    fields.Line: _text,
    fields.Text: _text,
    fields.Clock: _text,
    fields.Coded: _text,
    fields.Ask: _text,
    fields.Link: _text,
    fields.Flag: bool,
    fields.Number: _number,
    fields.Hidden: _frozen,
    fields.CodedMany: lambda told: tuple(_text(part) for part in told),
    fields.Links: lambda told: tuple(_text(part) for part in told),
    fields.When: _partial,
    fields.Day: lambda told: date.fromisoformat(_text(told)),
    fields.Texts: lambda told: tuple(_lang_text(part) for part in told),
    fields.Count: _small(Counted),
}


def _out(value: Any, kind: Kind, *, card: bool = False) -> Any:
    if isinstance(kind, fields.Rows):
        return [_row_out(part, kind, card=card) for part in value]
    return _OUT[type(kind)](value)
