"""What an SMS summons says: days, hours, rooms, courts and numbers that stand in it. Two readings are no proposal."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.fields import Coded, Day, Entity, Link, Text, TextLine, TimeOfDay, declare, fields_of
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.likeness import plain
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import NO_YEAR, read_date

SMS = "sms"
T = TypeVar("T")
_DATE = re.compile(
    r"(?<![\d./-])(?:\d{4}-\d{2}-\d{2}|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}"
    r"|\d{4}\s+(?:жыл\w*|ж\.)\s+\d{1,2}\s+[^\W\d_]{3,}|\d{1,2}\s+[^\W\d_]{3,}(?:\s+\d{4})?)(?![\d/-])"
)
_HOURS = (
    re.compile(r"(?<![\d.:/-])([01]?\d|2[0-3]):([0-5]\d)(?![\d:/-])"),
    re.compile(r"(?:\b[вкс]|\bat|\bсағат|\bчас\w*)\s+([01]?\d|2[0-3])[.\-]([0-5]\d)(?![\d./-])", re.IGNORECASE),
    re.compile(r"(?<![\d./-])([01]?\d|2[0-3])[.\-]([0-5]\d)\s*(?:ч\b|час)", re.IGNORECASE),
    re.compile(r"(?<![\d.:/-])([01]?\d|2[0-3])\s*(?:ч\b\.?|час\w*)(?:\s*([0-5]\d)\s*м\w*)?", re.IGNORECASE),
    re.compile(r"\bсағат\s+([01]?\d|2[0-3])(?![\d.:-])()", re.IGNORECASE),
)
_ROOM = re.compile(
    r"\b(?:зал\w*|каб(?:инет\w*)?\.?|room|courtroom)\s*(?:№|no\.?)?\s*\d+\w?\b|\b\d+\s*-\s*(?:зал|бөлме|кабинет)\w*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w/-])\d{2,5}-\d{2}-\d{2}-\d[\d/-]*\d|№\s*(\d[\d/-]{3,}\d)")
_WORD = re.compile(r"[^\W\d_]{4,}|\d+")


@dataclass(frozen=True, kw_only=True)
class ReadSummons:
    """What stands in the text, each reading once, in its order; `courts` are ids of bodies."""

    days: tuple[date, ...]
    hours: tuple[str, ...]
    rooms: tuple[str, ...]
    courts: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SummonedHearing:
    """The one form of a summons: the hearing, its court, and its legal action, chosen or new."""

    sms: str = declare(Text(rows=4, max=4000), N_("Text of the SMS"), at=IDENTITY, required=True)
    on: date | None = declare(Day(), N_("Date"), at=CORE, required=True)
    at: str = declare(TimeOfDay(), N_("Time"), at=CORE, required=True, hint=N_("16:00, local time"))
    court: RecordId = declare(Link(to="body"), N_("Court or authority"), at=CORE)
    room: str = declare(TextLine(), N_("Room, or the court if it is not in the list"), at=IDENTITY)
    action: RecordId = declare(Link(to="action"), N_("Legal action"), at=CORE)
    new_title: str = declare(TextLine(), N_("Or a new legal action, in one line"), at=IDENTITY)
    new_kind: str = declare(Coded(list="legal_action_kinds"), N_("Kind of the new legal action"), at=CORE)
    notified: str = declare(Coded(list="notice_channels"), N_("How we were notified"), at=CORE, required=True)


def form_of_summons(*, pasted: bool) -> Entity:
    """The form before the text is read, which asks for the text alone, and after it."""
    label = N_("Hearing from an SMS summons")
    return Entity(
        code="summons",
        letter="",
        vault="case",
        label=label,
        plural=label,
        new=label,
        cls=SummonedHearing,
        fields=tuple(field for field in fields_of(SummonedHearing) if pasted or field.name == SMS),
        title=lambda summons: summons.new_title,
    )


def read_summons(text: str, today: date, courts: Iterable[tuple[str, Iterable[str]]]) -> ReadSummons:
    """Read an SMS; `courts` are the ids of bodies and their names. A date without a year is the next such day."""
    days, rest = [], text
    for match in _DATE.finditer(text):
        found = list(_days(match[0], today)) if not _after_hour_word(text, match) else []
        days += found
        if found:
            rest = rest.replace(match[0], " " * len(match[0]), 1)
    hours = [f"{int(match[1]):02}:{match[2] or '00'}" for pattern in _HOURS for match in pattern.finditer(rest)]
    rooms = [" ".join(match[0].split()) for match in _ROOM.finditer(text)]
    numbers = [match[1] or match[0] for match in _NUMBER.finditer(text)]
    there = [court for court, names in courts if any(map(partial(_named, text), names))]
    return ReadSummons(
        days=_once(days), hours=_once(hours), rooms=_once(rooms), courts=_once(there), numbers=_once(numbers)
    )


def only(readings: tuple[str, ...]) -> str:
    """The one reading; nothing where there is none, or more than one."""
    return readings[0] if len(readings) == 1 else ""


def _once(readings: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(readings))


def _after_hour_word(text: str, match: re.Match[str]) -> bool:
    """Whether «10.30» stands after a word that makes it an hour."""
    short = re.fullmatch(r"\d{1,2}\.\d{1,2}", match[0]) is not None
    return short and re.search(r"(?:\b[вк]|\bсағат|\bat)\s+\Z", text[: match.start()], re.IGNORECASE) is not None


def _days(text: str, today: date) -> Iterator[date]:
    try:
        found = read_date(text, today)
    except BadDate as bad:
        if bad.text == NO_YEAR:
            yield from _next(text, today)
        else:
            yield from (reading.first for reading in bad.readings)
        return
    if found is not None and found.exact:
        yield found.first


def _next(text: str, today: date) -> Iterator[date]:
    """The next day of that name, today included."""
    for year in (today.year, today.year + 1):
        try:
            found = read_date(f"{text}.{year}" if text[-1].isdigit() else f"{text} {year}", today)
        except BadDate:
            continue
        if found is not None and found.exact and found.first >= today:
            yield found.first
            return


def _named(text: str, name: str) -> bool:
    """Whether every word of a name stands in a text, whatever its ending."""
    words = _WORD.findall(plain(text))
    stems = {word if word.isdigit() else word[: max(4, len(word) - 3)] for word in _WORD.findall(plain(name))}
    found = {stem for stem in stems for word in words if word.startswith(stem)}
    return bool(stems) and found == stems
