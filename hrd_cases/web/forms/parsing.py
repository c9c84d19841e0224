"""What was typed -> a value, or a sentence at the field that is wrong. Fields not shown keep their value."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import TypeVar

from hrd_cases.domain import dates
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
    blank,
    fields_of,
)
from hrd_cases.domain.page_choices import BadPages, read_pages, written
from hrd_cases.domain.per_kind import PerKind
from hrd_cases.domain.typed_text import TOO_LONG, BadText, line, lines, plain_digits
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.web.forms.model import ASK, CHECKED, DRAFT, MOST_ROWS, Errors, Lists, Typed, first

V = TypeVar("V", bound=Declared)

_NUMBER = re.compile(r"\d{1,15}\Z")
_SPACES = re.compile(r"[\s'’]")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.\-](\d{2}))?\Z")
_DATE_MAX, _NOTE_MAX = 80, 200
NOTHING: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class FormReading:
    """One form being read: what was typed, the lists to choose from, and the errors found so far."""

    typed: Typed
    lists: Lists
    errors: Errors = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)  # days that were answered with "unknown"

    def refuse(self, name: str, msgid: str, **values: object) -> None:
        """Remember the first thing that is wrong with a control."""
        self.errors.setdefault(name, self.lists.words(msgid) % values if values else self.lists.words(msgid))

    def limited(self, name: str, text: str, most: int) -> str:
        """The text, refused when it is longer than `most` characters."""
        if len(text) > most:
            self.refuse(name, TOO_LONG, most=most, over=len(text) - most)
        return text


def read(fields: Iterable[Field], typed: Typed, base: V, lists: Lists) -> tuple[V, Errors]:
    """The value `base` with every one of `fields` as typed, and the errors; with errors the value is not to be kept."""
    reading = FormReading(typed=typed, lists=lists)
    requests = [declared for declared in fields if not isinstance(declared.kind, Hidden)]
    existing = {declared.name: _known(declared.kind, [getattr(base, declared.name)]) for declared in requests}
    results = {d.name: _field(reading, d, d.name, existing[d.name], getattr(base, d.name)) for d in requests}
    _in_order(reading, requests, results, "", [base])
    return dataclasses.replace(base, **results), reading.errors


def _field(reading: FormReading, declared: Field, name: str, values: frozenset[str], was: object) -> object:
    if isinstance(declared.kind, Rows):
        value: object = _rows(reading, declared.kind, name, was if isinstance(was, tuple) else ())
    else:
        value = _READERS.of(declared.kind)(reading, declared.kind, name, values)
    if isinstance(value, Counted) and value != was:
        _refuse_outside(reading, name, value)
    if isinstance(value, tuple) and isinstance(was, tuple) and _same_codes(declared.kind, value, was):
        value = was  # boxes have no order; a list that nobody touched keeps its own
    answered = name in reading.errors or name in reading.unknown
    if declared.required and not answered and blank(value, declared.kind):
        reading.refuse(name, _missing(declared.kind))
    return value


def _matches(item: object, answers: Mapping[str, object]) -> bool:
    return all(getattr(item, name) == answer for name, answer in answers.items())


def _same_codes(kind: FieldKind, value: tuple[object, ...], was: tuple[object, ...]) -> bool:
    return isinstance(kind, CodedMany | Links) and set(value) == set(was)


def _in_order(
    reading: FormReading, fields: Iterable[Field], answers: Mapping[str, object], start: str, was: Iterable[object]
) -> None:
    """Refuse what ends before it begins: until before since, answered before asked; but not what stood there so."""
    by_name = {declared.name: declared for declared in fields}
    for declared in by_name.values():
        first, last = _first_day(answers.get(declared.after)), _last_day(answers[declared.name])
        pair = {name: answers[name] for name in (declared.after, declared.name) if name}
        if any(_matches(item, pair) for item in was):
            continue
        if declared.after and first and last and last < first:
            label = reading.lists.words(by_name[declared.after].label)
            reading.refuse(start + declared.name, N_("This is before “%(label)s”."), label=label)


def _first_day(value: object) -> date | None:
    return value.first if isinstance(value, dates.PartialDate) and value.known else _day_of(value)


def _last_day(value: object) -> date | None:
    return value.last if isinstance(value, dates.PartialDate) and value.known else _day_of(value)


def _day_of(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _missing(kind: FieldKind) -> str:
    if isinstance(kind, Coded | CodedMany | Link | Links | Ask | Flag):
        return N_("Choose here; “unknown” is an answer too where it is offered.")
    if isinstance(kind, When | Day):
        return N_("Write a date.")
    return N_("Write something here.")


def _known(kind: FieldKind, values: Iterable[object]) -> frozenset[str]:
    """The codes that are stored already: they stay valid though the list offers them no more, or not to this person."""
    if isinstance(kind, CodedMany | Links):
        lists = (value for value in values if isinstance(value, tuple))
        return frozenset(code for codes in lists for code in codes)
    if isinstance(kind, Coded | Link):
        return frozenset(value for value in values if isinstance(value, str) and value)
    return NOTHING


def _line(reading: FormReading, kind: TextLine, name: str, _known: frozenset[str]) -> str:
    text = _one_line(reading, name, kind.max)
    if kind.pages:
        try:
            return written(read_pages(text))
        except BadPages as error:
            reading.refuse(name, error.text, **error.values)
    return text


def _one_line(reading: FormReading, name: str, most: int) -> str:
    try:
        return reading.limited(name, line(first(reading.typed, name)), most)
    except BadText as error:
        reading.refuse(name, str(error))
        return ""


def _text(reading: FormReading, kind: Text, name: str, _known: frozenset[str]) -> str:
    return reading.limited(name, lines(first(reading.typed, name)), kind.max)


def _figures(reading: FormReading, name: str) -> str:
    return plain_digits(_one_line(reading, name, _DATE_MAX))


def _when(reading: FormReading, kind: When | Day, name: str, _known: frozenset[str]) -> dates.PartialDate | None:
    typed = _one_line(reading, name, _DATE_MAX)[:_DATE_MAX]
    try:
        return read_date(typed, reading.lists.today, happened=kind.past)
    except dates.BadDate as error:
        reading.refuse(name, error.text, **error.values(reading.lists.when))
        return None


def _day(reading: FormReading, kind: Day, name: str, values: frozenset[str]) -> date | None:
    partial_date = _when(reading, kind, name, values)
    if partial_date is None:
        return None
    if not partial_date.known:  # kept as a day that is not there
        if kind.certain:
            reading.refuse(
                name, N_("This day has to be known: the last day on which it can have been, if not its own.")
            )
        reading.unknown.add(name)
        return None
    if not partial_date.exact:
        reading.refuse(name, N_("Write the whole day, such as 14.12.2017."))
    return partial_date.first


def _clock(reading: FormReading, _kind: TimeOfDay, name: str, _known: frozenset[str]) -> str:
    text = _figures(reading, name)
    match = _CLOCK.match(text)
    if text and not match:
        reading.refuse(name, N_("Write the time as 16:00."))
    if not match:
        return ""
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour > 23 or minute > 59:
        reading.refuse(name, N_("There is no such time of day. Write it as 16:00."))
    return f"{hour:02}:{minute:02}"


def _whole(reading: FormReading, name: str, low: int, high: int) -> int | None:
    text = _SPACES.sub("", _figures(reading, name))
    if not text:
        return None
    if not _NUMBER.match(text):
        reading.refuse(name, N_("Write a whole number in digits."))
        return None
    if not low <= int(text) <= high:
        reading.refuse(name, N_("The number must be between %(low)s and %(high)s."), low=low, high=high)
    return int(text)


def _number(reading: FormReading, kind: Number, name: str, _known: frozenset[str]) -> int | None:
    return _whole(reading, name, kind.low, kind.high)


def _count(reading: FormReading, _kind: Count, name: str, _known: frozenset[str]) -> Counted | None:
    low, high, used = (_whole(reading, f"{name}-{part}", 0, 10**9) for part in ("low", "high", "used"))
    source = _one_line(reading, f"{name}-source", _NOTE_MAX)
    if low is not None and high is not None and low > high:
        reading.refuse(f"{name}-low", N_("The lowest figure is above the highest."))
    if (low, high, used, source) == (None, None, None, ""):
        return None
    return Counted(low=low, high=high, used=used, source=source)


def _refuse_outside(reading: FormReading, name: str, value: Counted) -> None:
    ends = (value.low, value.used, value.high)
    numbers = [number for number in ends if number is not None]
    if value.used is not None and numbers != sorted(numbers):
        reading.refuse(f"{name}-used", N_("The figure we use lies between the lowest and the highest."))


def _coded(reading: FormReading, kind: Coded, name: str, values: frozenset[str]) -> str:
    return next(iter(_chosen(reading, name, _offered(reading, kind) | values)), "")


def _coded_many(reading: FormReading, kind: CodedMany, name: str, values: frozenset[str]) -> tuple[str, ...]:
    return _chosen(reading, name, _offered(reading, kind) | values)


def _link(reading: FormReading, kind: Link, name: str, values: frozenset[str]) -> str:
    return next(iter(_chosen(reading, name, {code for code, _ in reading.lists.linked(kind.to)} | values)), "")


def _links(reading: FormReading, kind: Links, name: str, values: frozenset[str]) -> tuple[str, ...]:
    return _chosen(reading, name, {code for code, _ in reading.lists.linked(kind.to)} | values)


def _offered(reading: FormReading, kind: Coded | CodedMany) -> set[str]:
    """What may be sent: a name of another time too, since only the form, not the person, knows what was offered."""
    return _codes(reading.lists.coded(kind.list)) | _codes(reading.lists.every(kind.list))


def _codes(groups: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> set[str]:
    return {code for _, choices in groups for code, _ in choices}


def _chosen(reading: FormReading, name: str, offered: Iterable[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in reading.typed.get(name, ()) if code))
    if not set(codes) <= set(offered):
        reading.refuse(name, N_("Choose from the list; it may have changed while the page was open."))
    return codes


def _flag(reading: FormReading, _kind: Flag, name: str, _known: frozenset[str]) -> bool:
    return first(reading.typed, name) == "yes"


def _ask(reading: FormReading, _kind: Ask, name: str, _known: frozenset[str]) -> str:
    return next(iter(_chosen(reading, name, ASK)), "")


def _texts(reading: FormReading, kind: Texts, name: str, _known: frozenset[str]) -> tuple[LangText, ...]:
    pattern = re.compile(re.escape(name) + r"-([a-z]{2,3})-text\Z")
    written = [_lang_text(reading, kind, name, match[1]) for match in map(pattern.match, reading.typed) if match]
    lang_texts = [part for part in written if part.text or part.translator]
    return tuple(sorted(lang_texts, key=lambda part: bool(part.translator)))  # who has no translator is the original


def _lang_text(reading: FormReading, kind: Texts, name: str, language: str) -> LangText:
    start = f"{name}-{language}-"
    return LangText(
        language=language,
        text=reading.limited(f"{start}text", lines(first(reading.typed, f"{start}text")), kind.max),
        translator=_one_line(reading, f"{start}translator", _NOTE_MAX),
        state=CHECKED if first(reading.typed, f"{start}state") == CHECKED else DRAFT,
    )


def row_indexes(typed: Typed, name: str) -> Iterator[int]:
    """The numbers of the rows of a group that hold anything, in order."""
    pattern = re.compile(re.escape(name) + r"-(\d{1,4})-")
    written = {int(match[1]) for key, texts in typed.items() if any(texts) and (match := pattern.match(key))}
    yield from sorted(written)


def _rows(reading: FormReading, kind: Rows, name: str, was: tuple[object, ...]) -> tuple[Declared, ...]:
    parts = fields_of(kind.item)
    existing = {part.name: _known(part.kind, list(map(attrgetter(part.name), was))) for part in parts}
    indexes = list(row_indexes(reading.typed, name))
    if len(indexes) > MOST_ROWS:
        reading.refuse(name, N_("At most %(most)s rows."), most=MOST_ROWS)
    items = []
    for index in indexes[:MOST_ROWS]:
        start = f"{name}-{index}-"
        answers = {part.name: _field(reading, part, start + part.name, existing[part.name], ()) for part in parts}
        _in_order(reading, parts, answers, start, was)
        if not all(blank(answers[part.name], part.kind) for part in parts):
            items.append(kind.item(**answers))
    return tuple(items)


# How what was typed is read; rows are read by the kinds of their columns.
_READERS: PerKind[Callable[..., object]] = PerKind(
    {
        TextLine: _line,
        Text: _text,
        Texts: _texts,
        When: _when,
        Day: _day,
        TimeOfDay: _clock,
        Coded: _coded,
        CodedMany: _coded_many,
        Flag: _flag,
        Ask: _ask,
        Count: _count,
        Number: _number,
        Link: _link,
        Links: _links,
    },
    without=(Rows, Hidden),
)
