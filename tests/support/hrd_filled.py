"""A value with something in every field, made from the declarations alone: no field can be forgotten by a test."""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from hrd_cases.domain import dates
from hrd_cases.domain.fields import (
    ENTITIES,
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Day,
    FieldKind,
    Flag,
    Hidden,
    LangText,
    Link,
    Links,
    Number,
    Rows,
    Text,
    TextLine,
    Texts,
    TimeOfDay,
    When,
    fields_of,
)
from hrd_cases.domain.vocabulary import vocabulary

DAY = date(2017, 12, 14)
Links_ = Mapping[str, Collection[str]]
Write = Callable[[str], str]


def filled(
    code: str, links: Links_ | None = None, write: Write | None = None, *, within: Collection[str] | None = None
) -> Any:
    """A value of entity `code` with every field answered.

    `links`: ids by entity code, for links; those without one stay empty. `write` makes a text from the field's name.
    `within`: answer only fields in these compartments. Hidden fields, which rules write, keep their empty value.
    """
    entity = ENTITIES[code]
    answer = _Answering(links or {}, write or (lambda name: f"text of {name}"))
    requested = [field for field in entity.fields if within is None or field.at in within]
    return entity.cls(**{field.name: answer.of(field.kind, f"{code}.{field.name}") for field in requested})


@dataclasses.dataclass
class _Answering:
    links: Links_
    write: Write

    def of(self, kind: FieldKind, name: str) -> Any:
        if isinstance(kind, Rows):
            parts = {part.name: self.of(part.kind, f"{name}.{part.name}") for part in fields_of(kind.item)}
            return (kind.item(**parts),)
        if isinstance(kind, Link | Links):
            result = tuple(self.links.get(kind.to, ()))[:1]
            return result if isinstance(kind, Links) else "".join(result)
        if isinstance(kind, Coded | CodedMany):
            code = vocabulary(kind.list).entries[0].code
            return code if isinstance(kind, Coded) else (code,)
        if isinstance(kind, Texts):
            return (LangText(language="ru", text=self.write(name)[: kind.max], translator="", state="draft"),)
        if isinstance(kind, TextLine | Text):
            return self.write(name)[: kind.max]
        return _plain(kind)


def _plain(kind: FieldKind) -> Any:
    answers: dict[type[FieldKind], Any] = {
        When: dates.exactly(DAY),
        Day: DAY,
        TimeOfDay: "16:00",
        Flag: True,
        Ask: "yes",
        Count: Counted(low=684, high=729, used=700, source="union"),
        Number: 7,
        Hidden: kind.empty,
    }
    return answers[type(kind)]
