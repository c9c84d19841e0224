"""A value as the texts of its form: parsing.read() gives the value back."""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Day,
    Field,
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
from hrd_cases.domain.per_kind import PerKind
from hrd_cases.web.forms.model import Typed

COUNT_PARTS = ("low", "high", "used", "source")


def spell(fields: Iterable[Field], value: object, *, prefix: str = "") -> dict[str, list[str]]:
    """The texts of `value` for `fields`; names in a row are `prefix` + name."""
    typed: dict[str, list[str]] = {}
    for declared in fields:
        if not isinstance(declared.kind, Hidden):
            answer = getattr(value, declared.name)
            typed.update(_SPELLERS.of(declared.kind)(declared.kind, prefix + declared.name, answer))
    return typed


def _as_text(_kind: FieldKind, name: str, value: object) -> dict[str, list[str]]:
    return {name: ["" if value is None else str(value)]}


def _codes(_kind: CodedMany | Links, name: str, value: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: list(value)}


def _flag(_kind: Flag, name: str, value: bool) -> dict[str, list[str]]:
    return {name: ["yes"] if value else []}


def _when(_kind: When, name: str, value: PartialDate | None) -> dict[str, list[str]]:
    return {name: [spell_when(value)]}


def _day(_kind: Day, name: str, value: date | None) -> dict[str, list[str]]:
    return {name: [value.strftime("%d.%m.%Y") if value else ""]}


def spell_when(value: PartialDate | None) -> str:
    """A partial date as people here write it: 14.12.2017, 12.2017, ~2017, 12.2017..02.2018, ? for unknown."""
    return "" if value is None else str(value)


def _rows(kind: Rows, name: str, value: Iterable[object]) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for index, item in enumerate(value):
        typed.update(spell(fields_of(kind.item), item, prefix=f"{name}-{index}-"))
    return typed


def _texts(_kind: Texts, name: str, value: Iterable[LangText]) -> dict[str, list[str]]:
    return {
        f"{name}-{part.language}-{key}": [getattr(part, key)]
        for part in value
        for key in ("text", "translator", "state")
    }


def _count(_kind: Count, name: str, value: Counted | None) -> dict[str, list[str]]:
    values = dataclasses.asdict(value) if value else {}
    return {f"{name}-{part}": ["" if values.get(part) is None else str(values[part])] for part in COUNT_PARTS}


# How a value is spelled in the controls of a form.
_SPELLERS: PerKind[Callable[..., dict[str, list[str]]]] = PerKind(
    {
        TextLine: _as_text,
        Text: _as_text,
        Texts: _texts,
        When: _when,
        Day: _day,
        TimeOfDay: _as_text,
        Coded: _as_text,
        CodedMany: _codes,
        Flag: _flag,
        Ask: _as_text,
        Count: _count,
        Number: _as_text,
        Link: _as_text,
        Links: _codes,
        Rows: _rows,
    }
)


def same(items: Typed, other: Typed) -> bool:
    """True when two forms say the same, whatever empty fields they carry."""
    return _without_empty(items) == _without_empty(other)


def _without_empty(items: Typed) -> dict[str, list[str]]:
    filled = {name: list(filter(None, texts)) for name, texts in items.items()}
    return {name: texts for name, texts in filled.items() if texts}
