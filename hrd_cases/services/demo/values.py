"""The demo's data files as values of declared entities: a field's declaration says how its text is read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from hrd_cases.domain import dates
from hrd_cases.domain.fields import (
    CodedMany,
    Count,
    Counted,
    Day,
    Declared,
    Field,
    FieldKind,
    LangText,
    Link,
    Links,
    Rows,
    Texts,
    When,
    fields_of,
)

STORIES = ("strike", "letters", "warnings", "field", "calls")
_OURS = frozenset({"entity", "key", "by", "make", "clock", "invented"})


T = TypeVar("T", bound=Declared)


class BadDemo(ValueError):
    """A data file of the demo names a field or a key that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One record as its file has it: `key` names it to others (and so its case), `by` is the role that writes it."""

    entity: str
    key: str
    by: str
    fields: Mapping[str, Any]
    make: Mapping[str, Any] = field(default_factory=dict)  # files to be invented for a piece of evidence
    invented: bool = False  # it never happened: it may name no real company, body or place
    clock: str = ""  # the rule by which the answer to a letter is due


@dataclass(frozen=True, kw_only=True)
class Story:
    """One file: a case with its team and records; without a case, calls."""

    by: str
    key: str
    case: Mapping[str, Any] | None
    share: tuple[Mapping[str, str], ...]
    lawyers_part: bool
    records: tuple[Planned, ...]
    paper: Mapping[str, Any] | None = None


def story(name: str) -> Story:
    """Read one story of the demo."""
    content = read(name)
    head = content.get("story", {})
    by = str(head.get("by", "caseworker"))
    return Story(
        by=by,
        key=str(head.get("key", name)),
        case=content.get("case"),
        share=tuple(content.get("share", ())),
        lawyers_part=bool(head.get("lawyers_part", False)),
        records=planned(content, by),
        paper=content.get("paper"),
    )


def planned(content: Mapping[str, Any], by: str) -> tuple[Planned, ...]:
    """The records of a file, in their order; a story that is invented is so throughout."""
    invented = bool(content.get("story", {}).get("invented", False))
    return tuple(_planned(raw, by, invented=invented) for raw in content.get("record", ()))


def _planned(raw: Mapping[str, Any], by: str, *, invented: bool) -> Planned:
    return Planned(
        entity=raw["entity"],
        key=raw.get("key", ""),
        by=raw.get("by", by),
        fields={name: value for name, value in raw.items() if name not in _OURS},
        make=raw.get("make", {}),
        clock=raw.get("clock", ""),
        invented=invented or bool(raw.get("invented", False)),
    )


@cache
def read(name: str) -> Mapping[str, Any]:
    """The content of one data file of the demo."""
    path = files("hrd_cases").joinpath("vocabularies", "demo", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def value_of(cls: type[T], raw: Mapping[str, Any], ids: Mapping[str, str], today: date) -> T:
    """A value of a class: "@key" becomes an id of `ids`, "+3" the working day so many days from today."""
    return cls(**answers(cls, raw, ids, today))


def answers(cls: type[Any], raw: Mapping[str, Any], ids: Mapping[str, str], today: date) -> dict[str, Any]:
    """The fields of a declared dataclass that a file answers, by name."""
    declared = {item.name: item for item in fields_of(cls)}
    strange = sorted(set(raw) - set(declared))
    if strange:
        raise BadDemo(f"{cls.__name__} has no field {', '.join(strange)}")
    return {name: _read(declared[name], value, ids, today) for name, value in raw.items()}


def _read(declared: Field, raw: Any, ids: Mapping[str, str], today: date) -> Any:
    kind = declared.kind
    if isinstance(kind, Rows):
        return tuple(kind.item(**answers(kind.item, row, ids, today)) for row in raw)
    if isinstance(kind, Link):
        return _id(raw, ids)
    if isinstance(kind, Links):
        return tuple(_id(item, ids) for item in raw)
    if isinstance(kind, Day | When):
        return _dated(kind, raw, today)
    return _plain(kind, raw)


def _plain(kind: FieldKind, raw: Any) -> Any:
    if isinstance(kind, Texts):
        return tuple(LangText(language=language, text=text.strip()) for language, text in raw.items())
    if isinstance(kind, Count):
        return Counted(**raw)
    if isinstance(kind, CodedMany):
        return tuple(raw)
    return raw.strip() if isinstance(raw, str) else raw


def _dated(kind: FieldKind, raw: Any, today: date) -> Any:
    if isinstance(kind, Day):
        return _day(raw, today)
    return dates.exactly(_day(raw, today)) if raw[:1] in "+-" else dates.parse(raw)


def _day(raw: Any, today: date) -> date:
    """A day as TOML has it, or a working day counted from today: a weekend's moves away from today."""
    if isinstance(raw, date):
        return raw
    days = int(raw)
    day = today + timedelta(days=days)
    beyond = day.weekday() - 4  # 1 on a Saturday, 2 on a Sunday
    if beyond <= 0 or days == 0:
        return day
    return day + timedelta(days=3 - beyond if days > 0 else -beyond)


def _id(raw: str, ids: Mapping[str, str]) -> str:
    if not raw.startswith("@") or raw[1:] not in ids:
        raise BadDemo(f"nothing is called {raw} so far")
    return ids[raw[1:]]
