"""Values to documents and back, from the declarations in domain/fields.py: one canonical JSON document per compartment.

A document is {"k": entity code, "v": shape, "n": place in the order of entering, "w": [day, place] of its writing,
"f": {field: value}} with only the answered fields. One of an older shape is lifted in memory (UPGRADES); of a newer
one, the fields that are not known here are left out. Documents written before "w" was kept have none.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from hrd_cases.domain import fields
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Declared, Entity, Field, FieldKind, entity_of, fields_of
from hrd_cases.domain.per_kind import PerKind
from hrd_cases.domain.words import N_
from hrd_cases.store import reading

# (entity code, shape) -> what makes its fields the next shape; the newest shape is the first without an entry.
UPGRADES: dict[tuple[str, int], Callable[[dict[str, object]], dict[str, object]]] = {}


# Documents are canonical: this is where it stands.
_WRITTEN = rb',"w":\["(\d{4}-\d{2}-\d{2})",(\d{1,18})\]'
_PLACE = b',"n":'
_ENTERED = re.compile(rb',"n":(\d{1,18}),"v":\d+(?:' + _WRITTEN + rb")?\}\Z")
_WRITTEN_AT = re.compile(_WRITTEN + rb"\}\Z")


class Unreadable(ValueError):
    """A document is not what this version's codec writes, nor an older or newer shape of it; carries no content."""

    def __init__(self) -> None:
        super().__init__("The document has no shape that this version reads.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class WritingPlace:
    """When a document was written: the day, and how long the log was, the same for all that one act wrote."""

    day: date
    place: int


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


def encode(
    value: Declared, compartment: str, *, card: bool = False, entered: int = 0, written: WritingPlace | None = None
) -> bytes:
    """The document of `value` in one compartment (its card's fields only if `card`): the same value, the same bytes.

    `entered`: its place in the order in which records were entered; it stays when the value changes.
    """
    entity = entity_of(value)
    answered = {
        field.name: _out(getattr(value, field.name), field.kind, card=card)
        for field in entity.within(compartment, card=card)
        if getattr(value, field.name) != field.kind.empty
    }
    place: dict[str, object] = {"n": entered} if entered else {}
    if written is not None:
        place["w"] = [written.day.isoformat(), written.place]
    return _bytes({"k": entity.code, "v": shape(entity.code), "f": answered, **place})


def written(document: bytes) -> WritingPlace | None:
    """When a document was written; None where it does not say."""
    match = _WRITTEN_AT.search(document)
    try:
        return WritingPlace(day=date.fromisoformat(match[1].decode()), place=int(match[2])) if match else None
    except ValueError:
        return None


def entered(documents: Mapping[str, bytes]) -> int:
    """The place of a record in the order of entering, 0 when none of its documents says."""
    matches = (_ENTERED.match(document, max(0, document.rfind(_PLACE))) for document in documents.values())
    return min((int(match[1]) for match in matches if match), default=0)


def nothing(value: Declared, compartment: str) -> bool:
    """True when no field of `compartment` was answered."""
    return all(getattr(value, field.name) == field.kind.empty for field in entity_of(value).within(compartment))


def decode(documents: Mapping[str, bytes]) -> tuple[Entity, Declared]:
    """Entity and value of one record's documents, each field from its own compartment only; raises Unreadable."""
    entity, value, _odd = decode_all(documents)
    return entity, value


def decode_all(documents: Mapping[str, bytes]) -> tuple[Entity, Declared, dict[str, str]]:
    """The same, and what stands in a field that cannot hold it, as text by the name of its control.

    Such a field reads as unanswered, so that one value never hides its record, or the list it stands in.
    """
    entity: Entity | None = None
    answers: dict[str, object] = {}
    odd: dict[str, str] = {}
    for compartment, document in documents.items():
        declared, content = _document(document)
        if entity is not None and declared is not entity:
            raise Unreadable
        entity = declared
        read, strange = reading.read(content, _declared(entity.code, compartment))
        answers.update(read)
        odd.update(strange)
    if entity is None:
        return UNOPENED, Unopened(), odd
    return entity, reading.made(entity.cls, answers), odd


def _document(document: bytes) -> tuple[Entity, dict[str, object]]:
    """The entity of a document and its answers, lifted to the newest shape."""
    try:
        read = json.loads(document.decode("utf-8", "surrogatepass"))
        entity, number, content = ENTITIES[read["k"]], read["v"], read["f"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable from None
    if not isinstance(content, dict) or not isinstance(number, int):
        raise Unreadable
    while (entity.code, number) in UPGRADES:
        content = UPGRADES[entity.code, number](content)
        number += 1
    return entity, content


def _bytes(document: Mapping[str, object]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    # A lone surrogate can come in through a form; it must not make a record impossible to save.
    return text.encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    return value


@cache
def _declared(code: str, compartment: str) -> reading.Declared:
    return {field.name: field.kind for field in ENTITIES[code].within(compartment)}


@cache
def _item_fields(kind: fields.Rows) -> tuple[Field, ...]:
    return fields_of(kind.item)


def _row_out(value: Declared, kind: fields.Rows, *, card: bool) -> dict[str, object]:
    """One row; on a card without its long texts, which no list shows."""
    return {
        field.name: _out(getattr(value, field.name), field.kind)
        for field in _item_fields(kind)
        if getattr(value, field.name) != field.kind.empty and not (card and isinstance(field.kind, fields.Text))
    }


# How a value stands in a document; rows do by the kinds of their columns.
_OUT: PerKind[Callable[..., object]] = PerKind(
    {
        fields.TextLine: _plain,
        fields.Text: _plain,
        fields.TimeOfDay: _plain,
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
    },
    without=(fields.Rows,),
)


def _out(value: object, kind: FieldKind, *, card: bool = False) -> object:
    if isinstance(kind, fields.Rows) and isinstance(value, tuple):
        return [_row_out(part, kind, card=card) for part in value]
    return _OUT.of(kind)(value)
