"""The demo's data files as values of declared entities: a field's declaration says how its text is read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from hrd_cases.domain import dates
from hrd_cases.domain.data_files import DataTable, read_table
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Day,
    Declared,
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

STORIES = ("strike", "letters", "warnings", "field", "calls", "websites")
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
    fields: DataTable
    make: DataTable = field(default_factory=dict)  # files to be invented for a piece of evidence
    invented: bool = False  # it never happened: it may name no real company, body or place
    clock: str = ""  # the rule by which the answer to a letter is due


@dataclass(frozen=True, kw_only=True)
class Story:
    """One file: a case with its team and records; without a case, calls."""

    by: str
    key: str
    case: DataTable | None
    share: tuple[Mapping[str, str], ...]
    lawyers_part: bool
    records: tuple[Planned, ...]
    paper: DataTable | None = None


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


def planned(content: DataTable, by: str) -> tuple[Planned, ...]:
    """The records of a file, in their order; a story that is invented is so throughout."""
    invented = bool(content.get("story", {}).get("invented", False))
    return tuple(_planned(raw, by, invented=invented) for raw in content.get("record", ()))


def _planned(raw: DataTable, by: str, *, invented: bool) -> Planned:
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
def read(name: str) -> DataTable:
    """The content of one data file of the demo."""
    return read_table("demo", f"{name}.toml")


def value_of(cls: type[T], raw: DataTable, ids: Mapping[str, str], today: date) -> T:
    """A value of a class: "@key" becomes an id of `ids`, "+3" the working day so many days from today."""
    return cls(**answers(cls, raw, ids, today))


def answers(cls: type[Declared], raw: DataTable, ids: Mapping[str, str], today: date) -> dict[str, Any]:
    """The fields of a declared dataclass that a file answers, by name."""
    declared = {item.name: item for item in fields_of(cls)}
    strange = sorted(set(raw) - set(declared))
    if strange:
        raise BadDemo(f"{cls.__name__} has no field {', '.join(strange)}")
    return {name: _read(declared[name], value, ids, today) for name, value in raw.items()}


def _read(declared: Field, raw: object, ids: Mapping[str, str], today: date) -> object:
    return _READERS.of(declared.kind)(declared.kind, raw, ids, today)


def _rows(kind: Rows, raw: Iterable[DataTable], ids: Mapping[str, str], today: date) -> tuple[Declared, ...]:
    return tuple(kind.item(**answers(kind.item, row, ids, today)) for row in raw)


def _link(_kind: Link, raw: str, ids: Mapping[str, str], _today: date) -> str:
    return _id(raw, ids)


def _links(_kind: Links, raw: Iterable[str], ids: Mapping[str, str], _today: date) -> tuple[str, ...]:
    return tuple(_id(item, ids) for item in raw)


def _exact_day(_kind: Day, raw: date | str, _ids: Mapping[str, str], today: date) -> date:
    return _day(raw, today)


def _when(_kind: When, raw: str, _ids: Mapping[str, str], today: date) -> PartialDate | None:
    return dates.exactly(_day(raw, today)) if raw[:1] in "+-" else dates.parse(raw)


def _texts(_kind: Texts, raw: Mapping[str, str], _ids: Mapping[str, str], _today: date) -> tuple[LangText, ...]:
    return tuple(LangText(language=language, text=text.strip()) for language, text in raw.items())


def _count(_kind: Count, raw: DataTable, _ids: Mapping[str, str], _today: date) -> Counted:
    return Counted(**raw)


def _codes(_kind: CodedMany, raw: Iterable[str], _ids: Mapping[str, str], _today: date) -> tuple[str, ...]:
    return tuple(raw)


def _plain(_kind: FieldKind, raw: object, _ids: Mapping[str, str], _today: date) -> object:
    return raw.strip() if isinstance(raw, str) else raw


# How an answer stands in the demo's files.
_READERS: PerKind[Callable[..., object]] = PerKind(
    {
        TextLine: _plain,
        Text: _plain,
        Texts: _texts,
        When: _when,
        Day: _exact_day,
        TimeOfDay: _plain,
        Coded: _plain,
        CodedMany: _codes,
        Flag: _plain,
        Ask: _plain,
        Count: _count,
        Number: _plain,
        Link: _link,
        Links: _links,
        Rows: _rows,
        Hidden: _plain,
    }
)


def _day(raw: date | str, today: date) -> date:
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
