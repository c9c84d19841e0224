"""A value as the texts of its form: parsing.read() gives the value back."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from hrd_cases.domain.fields import (
    CodedMany,
    Count,
    Day,
    Field,
    FieldKind,
    Flag,
    Hidden,
    Links,
    Rows,
    Texts,
    When,
    fields_of,
)
from hrd_cases.web.forms.model import Typed

COUNT_PARTS = ("low", "high", "used", "source")


def spell(fields: Iterable[Field], value: Any, *, prefix: str = "") -> dict[str, list[str]]:
    """The texts of `value` for `fields`; names in a row are `prefix` + name."""
    typed: dict[str, list[str]] = {}
    for declared in fields:
        if not isinstance(declared.kind, Hidden):
            typed.update(_spell(declared.kind, prefix + declared.name, getattr(value, declared.name)))
    return typed


def _spell(kind: FieldKind, name: str, value: Any) -> dict[str, list[str]]:
    if isinstance(kind, Rows):
        return _rows(kind, name, value)
    if isinstance(kind, Texts):
        return _texts(name, value)
    if isinstance(kind, Count):
        return _count(name, value)
    return {name: _plain(kind, value)}


def _plain(kind: FieldKind, value: Any) -> list[str]:
    if isinstance(kind, CodedMany | Links):
        return list(value)
    if isinstance(kind, Flag):
        return ["yes"] if value else []
    if isinstance(kind, When):
        return [spell_when(value)]
    if isinstance(kind, Day) and value:
        return [value.strftime("%d.%m.%Y")]
    return ["" if value is None else str(value)]


def spell_when(value: Any) -> str:
    """A partial date as people here write it: 14.12.2017, 12.2017, ~2017, 12.2017..02.2018, ? for unknown."""
    return "" if value is None else str(value)


def _rows(kind: Rows, name: str, value: Any) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for index, item in enumerate(value):
        typed.update(spell(fields_of(kind.item), item, prefix=f"{name}-{index}-"))
    return typed


def _texts(name: str, value: Any) -> dict[str, list[str]]:
    return {
        f"{name}-{part.language}-{key}": [getattr(part, key)]
        for part in value
        for key in ("text", "translator", "state")
    }


def _count(name: str, value: Any) -> dict[str, list[str]]:
    values = dataclasses.asdict(value) if value else {}
    return {f"{name}-{part}": ["" if values.get(part) is None else str(values[part])] for part in COUNT_PARTS}


def same(items: Typed, other: Typed) -> bool:
    """True when two forms say the same, whatever empty fields they carry."""
    return _without_empty(items) == _without_empty(other)


def _without_empty(items: Typed) -> dict[str, list[str]]:
    filled = {name: list(filter(None, texts)) for name, texts in items.items()}
    return {name: texts for name, texts in filled.items() if texts}
