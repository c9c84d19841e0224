"""Stored answers as values, each checked against its declared kind; what a field cannot hold is set aside as text.

The fast way reads a document whole. Only when something in it is odd is it read field by field.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TypeVar

from hrd_cases.domain import fields
from hrd_cases.domain.dates import PartialDate, parse
from hrd_cases.domain.fields import Counted, FieldKind, LangText, fields_of
from hrd_cases.domain.per_kind import PerKind

Declared = Mapping[str, FieldKind]
T = TypeVar("T")
LARGEST = 10**18  # of a stored number: what a page and a table can still write out
_LONGEST_ODD = 2000
_HALF = re.compile("[\ud800-\udfff]")  # half of a pair: no answer can carry it
_WRONG = (ValueError, TypeError, AttributeError, KeyError)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)


def made(cls: type[T], answers: Mapping[str, object]) -> T:
    """A value with these answers, the others empty: as its class makes one, which takes ten times as long.

    A class that can not be changed sets each of its fields by a call; a page reads some thousand values.
    """
    value = object.__new__(cls)
    value.__dict__.update(_empty(cls))  # type: ignore[arg-type]  # every class can be hashed
    value.__dict__.update(answers)
    return value


@cache
def _empty(cls: type[object]) -> Mapping[str, object]:
    return dict(vars(cls()))


def read(content: Mapping[str, object], declared: Declared) -> tuple[dict[str, object], dict[str, str]]:
    """The answers to the fields that are known, and the odd ones as text by the name of their control."""
    try:
        return {name: _value(declared[name], part) for name, part in content.items() if name in declared}, {}
    except _WRONG:
        return _singly(content, declared, "")


def _singly(content: Mapping[str, object], declared: Declared, start: str) -> tuple[dict[str, object], dict[str, str]]:
    answers: dict[str, object] = {}
    odd: dict[str, str] = {}
    for name, part in content.items():
        if name not in declared:
            continue
        try:
            answers[name] = _value(declared[name], part)
        except _WRONG:
            kind = declared[name]
            if isinstance(kind, fields.Rows) and isinstance(part, list):
                answers[name], strange = _rows_singly(kind, part, f"{start}{name}-")
                odd.update(strange)
            else:
                odd[f"{start}{name}"] = as_text(part)
    return answers, odd


def _rows_singly(kind: fields.Rows, content: list[object], start: str) -> tuple[tuple[object, ...], dict[str, str]]:
    rows: list[object] = []
    odd: dict[str, str] = {}
    for part in content:
        if isinstance(part, dict):
            answers, strange = _singly(part, _of_item(kind), f"{start}{len(rows)}-")
            rows.append(made(kind.item, answers))
            odd.update(strange)
        else:
            odd[f"{start}{len(rows)}"] = as_text(part)
    return tuple(rows), odd


def as_text(part: object) -> str:
    """A stored answer as a person can be shown it."""
    text = part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)
    return _HALF.sub("\ufffd", text[:_LONGEST_ODD])


def _value(kind: FieldKind, content: object) -> object:
    if isinstance(kind, fields.Rows):
        declared = _of_item(kind)
        items = []
        for row in _of(content, list):
            cells = {name: _value(declared[name], cell) for name, cell in row.items() if name in declared}
            items.append(made(kind.item, cells))
        return tuple(items)
    if isinstance(kind, fields.Hidden):
        return _hidden(kind, content)
    return _READERS.of(kind)(content)


@cache
def _of_item(kind: fields.Rows) -> Declared:
    return {field.name: field.kind for field in fields_of(kind.item)}


def _of(content: object, kind: type[T]) -> T:
    if type(content) is not kind:
        raise TypeError
    return content


def _text(content: object) -> str:
    return _HALF.sub("\ufffd", _of(content, str))


def _number(content: object) -> int:
    number = _of(content, int)
    if not -LARGEST <= number <= LARGEST:
        raise ValueError
    return number


def _codes(content: object) -> tuple[str, ...]:
    return tuple(_text(part) for part in _of(content, list))


def _partial(content: object) -> PartialDate | None:
    return parse(_text(content))


def _clock(content: object) -> str:
    if not _CLOCK.match(_text(content)) and content:
        raise ValueError
    return str(content)


def _counted(content: object) -> Counted:
    row = _of(content, dict)
    low, high, used = (row.get(part) for part in ("low", "high", "used"))
    numbers = [None if number is None else _number(number) for number in (low, high, used)]
    return Counted(low=numbers[0], high=numbers[1], used=numbers[2], source=_text(row.get("source", "")))


def _lang_texts(content: object) -> tuple[LangText, ...]:
    return tuple(
        LangText(
            language=_text(part["language"]),
            text=_text(part["text"]),
            translator=_text(part.get("translator", "")),
            state=_text(part.get("state", "draft")),
        )
        for part in _of(content, list)
    )


def _hidden(kind: fields.Hidden, content: object) -> object:
    """What a rule wrote: of the type of what it is before the rule has written."""
    if isinstance(kind.default, str | int):
        return _frozen(_of(content, type(kind.default)))
    if (
        kind.default == ()
        and not isinstance(content, dict)
        and not all(isinstance(item, dict) for item in _of(content, list))
    ):
        raise TypeError
    return _frozen(content)


def _frozen(value: object) -> object:
    """JSON's arrays as tuples, all the way down: a read value is not changed in place."""
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, dict):
        return {_frozen(name): _frozen(part) for name, part in value.items()}
    return _text(value) if isinstance(value, str) else value


# How an answer of a document is read; rows and what a rule wrote are read by themselves.
_READERS: PerKind[Callable[..., object]] = PerKind(
    {
        fields.TextLine: _text,
        fields.Text: _text,
        fields.TimeOfDay: _clock,
        fields.Coded: _text,
        fields.Ask: _text,
        fields.Link: _text,
        fields.Flag: lambda content: _of(content, bool),
        fields.Number: _number,
        fields.CodedMany: _codes,
        fields.Links: _codes,
        fields.When: _partial,
        fields.Day: lambda content: date.fromisoformat(_text(content)),
        fields.Texts: _lang_texts,
        fields.Count: _counted,
    },
    without=(fields.Rows, fields.Hidden),
)
