"""Exports of messengers read line by line: WhatsApp and Signal (text), Telegram (JSON, pages).

Every line of the source is accounted for.

The order of day and month is read only where the export itself leaves one reading; otherwise somebody is asked.
Formats as the programs write them, seen in public descriptions of their exports; none of them is a published standard.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hrd_cases.domain.telegram_pages import TelegramEntry, is_telegram_page, telegram_entries
from hrd_cases.domain.typed_text import plain_digits

MOST_LINES = 200_000
_UNSEEN = "\u200e\u200f\u202a\u202c\ufeff"
_HEAD = re.compile(
    rf"[{_UNSEEN}]*(?P<open>\[?)(?P<a>\d{{1,4}})(?P<s>[./-])(?P<b>\d{{1,2}})(?P=s)(?P<c>\d{{2,4}})\.?(?P<comma>[,،]?)\s+"
    r"(?P<time>(?:Ö[ÖS]\s)?\d{1,2}[:.]\d\d(?P<seconds>[:.]\d\d)?(?P<half>\s?[APap]\.?\s?[Mm]\.?)?)"
    r"(?:\]|\s+[-–])\s?(?P<rest>.*)\Z"
)
_SHAPE = ("open", "s", "comma", "seconds", "half")  # the same in every line of one export
_MOMENT = re.compile(
    r"(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{2,4})\s+(?P<time>\d{1,2}:\d\d(?::\d\d)?)(?P<zone>\s+UTC[+-]\d\d:\d\d)?"
)
_TIME = re.compile(r"(?:Ö(?P<turkish>[ÖS])\s)?(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\s?(?P<half>[APap]))?")
_QUOTES = (("«", "»"), ("“", "”"), ("„", "“"))
# What stands in the transcript by itself, and what says nothing that is not said elsewhere in the same message.
_SAID = frozenset({"text", "from", "actor", "photo", "file", "media_type", "action"})
_TECHNICAL = frozenset({"id", "type", "date", "from_id", "actor_id", "text_entities", "width", "height", "thumbnail"})


class DayOrder(StrEnum):
    """In which order an export writes the parts of a day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message, `number` from 1: when, by whom (nothing where the program itself speaks), and its source lines.

    `dated`: the export says when; otherwise `at` is that of the message before, or of the first one.

    `first` and `last`: the lines of the export (from 1) that it was read from; of JSON, the place in the list.
    """

    number: int
    at: datetime
    who: str = field(repr=False)
    text: str = field(repr=False)
    first: int
    last: int
    dated: bool = True
    zone: str = ""  # 'UTC+06:00', where the export says it


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What an export holds: its messages, and the lines before the first of them, which belong to none."""

    messages: tuple[Message, ...]
    before: tuple[int, ...] = ()
    lines: int = 0

    @property
    def zoned(self) -> bool:
        """Whether the export says in which time zone its hours are."""
        return any(message.zone for message in self.messages)

    @property
    def accounted(self) -> bool:
        """Whether every line of the source is in a message or before the first."""
        covered = list(self.before)
        for message in self.messages:
            covered += range(message.first, message.last + 1)
        return covered == list(range(1, self.lines + 1))


class NotAnExport(ValueError):
    """No export that can be read."""


@dataclass(frozen=True, kw_only=True)
class _Head:
    line: int
    parts: tuple[int, int, int]
    wide: bool  # the first number has four figures
    time: str
    rest: str


def orders(text: str) -> tuple[DayOrder, ...]:
    """The orders of day and month in which every line of an export is a day; raises NotAnExport without lines."""
    if _is_json(text):
        return (DayOrder.YEAR_FIRST,)
    heads = _page_heads(telegram_entries(text)) if is_telegram_page(text) else list(_heads(_lines(text)))
    if not heads:
        raise NotAnExport
    return tuple(order for order in DayOrder if _fits(heads, order))


def read(text: str, order: DayOrder) -> Conversation:
    """The messages of an export whose days are written in this order; raises NotAnExport."""
    if _is_json(text):
        return _telegram(text)
    if is_telegram_page(text):
        return _telegram_pages(text, order)
    lines = _lines(text)
    heads = list(_heads(lines))
    if not heads:
        raise NotAnExport
    ends = [*(head.line - 1 for head in heads[1:]), len(lines)]
    messages = []
    for number, (head, end) in enumerate(zip(heads, ends, strict=True), start=1):
        day = _day(head, order)
        if day is None:
            raise NotAnExport
        who, said = _who(head.rest)
        more = lines[head.line : end]
        messages.append(
            Message(
                number=number,
                at=_moment(day, head.time),
                who=who,
                text="\n".join((said, *more)),
                first=head.line,
                last=end,
            )
        )
    return Conversation(messages=tuple(messages), before=tuple(range(1, heads[0].line)), lines=len(lines))


def written(conversation: Conversation) -> str:
    """The numbered transcript as plain text: one message after the other, each with the lines it was read from."""
    return "\n".join(map(_written, conversation.messages)) + "\n"


def _written(message: Message) -> str:
    span = f"{message.first}" if message.first == message.last else f"{message.first}–{message.last}"
    who = f"{message.who}: " if message.who else ""
    when = f"{message.at:%Y-%m-%d %H:%M:%S} {message.zone}".rstrip() if message.dated else "—"
    return f"{message.number}. [{when} · {span}] {who}{message.text}"


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) > MOST_LINES:
        raise NotAnExport
    return lines


def _heads(lines: Iterable[str]) -> Iterator[_Head]:
    """The lines that begin a message: those written as the first of them, since a message may quote another export."""
    shape: tuple[object, ...] = ()
    for number, line in enumerate(lines, start=1):
        match = _HEAD.match(plain_digits(line[:80]))
        if match is None or (shape and shape != _shape(match)):
            continue
        shape = _shape(match)
        begin = match.start("rest")
        parts = (int(match["a"]), int(match["b"]), int(match["c"]))
        yield _Head(line=number, parts=parts, wide=len(match["a"]) == 4, time=match["time"], rest=line[begin:])


def _shape(match: re.Match[str]) -> tuple[object, ...]:
    marks = (bool(match[name]) if name in ("seconds", "half") else match[name] for name in _SHAPE)
    return (len(match["a"]) == 4, len(match["c"]) == 4, match["time"][0].isdecimal(), *marks)


def _fits(heads: Iterable[_Head], order: DayOrder) -> bool:
    return all(_day(head, order) is not None for head in heads)


def _day(head: _Head, order: DayOrder) -> date | None:
    first, second, third = head.parts
    if head.wide != (order is DayOrder.YEAR_FIRST):
        return None
    year, month, day = {
        DayOrder.DAY_FIRST: (third, second, first),
        DayOrder.MONTH_FIRST: (third, first, second),
        DayOrder.YEAR_FIRST: (first, second, third),
    }[order]
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _moment(day: date, time: str) -> datetime:
    match = _TIME.match(time)
    hour, minute, second = (int(match[at] or 0) for at in (2, 3, 4)) if match else (0, 0, 0)
    half = (match["half"] or {"Ö": "a", "S": "p"}.get(match["turkish"], "")).lower() if match else ""
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    if hour > 23 or minute > 59 or second > 59:
        raise NotAnExport
    return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001  # the clock of the telephone


def _who(rest: str) -> tuple[str, str]:
    """Who says it and what; the program's own lines have no name."""
    text = rest.strip(_UNSEEN)
    who, colon, said = (text[:-1], ":", "") if text.endswith(":") and ": " not in text else text.partition(": ")
    if colon and len(who) <= 120 and not _within_quotes(who):
        return who.strip(_UNSEEN), said
    return "", text


def _within_quotes(who: str) -> bool:
    """Whether the colon stands in quoted words: 'Anna changed the subject to "Plan: tomorrow"'."""
    return who.count('"') % 2 == 1 or any(who.count(begin) > who.count(end) for begin, end in _QUOTES)


def _is_json(text: str) -> bool:
    return text.lstrip(_UNSEEN + " \r\n\t").startswith("{")


def _telegram(text: str) -> Conversation:
    try:
        entries = json.loads(text.lstrip(_UNSEEN))["messages"]
        messages = tuple(_entry(number, entry) for number, entry in enumerate(entries, start=1))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotAnExport from None
    if not messages:
        raise NotAnExport
    return Conversation(messages=messages, lines=len(messages))


def _entry(number: int, entry: Mapping[str, object]) -> Message:
    parts = entry.get("text", "")
    rows = parts if isinstance(parts, list) else [parts]
    text = "".join(_words(row) for row in rows)
    files = [f"<{entry[name]}>" for name in ("photo", "file", "media_type", "action") if entry.get(name)]
    return Message(
        number=number,
        at=datetime.fromisoformat(str(entry["date"])).replace(tzinfo=None),
        who=str(entry.get("from") or entry.get("actor") or ""),
        text=" ".join([*([text] if text else []), *files, *_more(entry)]),
        first=number,
        last=number,
    )


def _words(row: object) -> str:
    """One piece of a message; of a link the words and where it leads."""
    if not isinstance(row, dict):
        return str(row)
    return f"{row['text']} <{row['href']}>" if row.get("href") else str(row["text"])


def _more(entry: Mapping[str, object]) -> Iterator[str]:
    """Whatever else is said of a message: that it was forwarded, edited, an answer; who was let in; a poll."""
    for key, value in entry.items():
        if value and key not in _SAID | _TECHNICAL and not key.endswith(("_unixtime", "_file_size")):
            yield f"<{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}>"


def _telegram_pages(text: str, order: DayOrder) -> Conversation:
    """The messages of exported pages; raises NotAnExport where two begin on one line, since lines are counted."""
    entries = telegram_entries(text)
    starts = [entry.line for entry in entries]
    if len(set(starts)) < len(starts):
        raise NotAnExport
    lines = text.count("\n") + (not text.endswith("\n"))
    heads = _page_heads(entries)
    moments, zones = _moments(heads, order), {head.line: head.rest for head in heads}
    ends = [*(start - 1 for start in starts[1:]), lines]
    at, who, messages = next(iter(moments.values())), "", []
    for number, (entry, end) in enumerate(zip(entries, ends, strict=True), start=1):
        at = moments.get(entry.line, at)
        who = who if entry.service else entry.who or who
        messages.append(
            Message(
                number=number,
                at=at,
                who="" if entry.service else who,
                text="\n".join(entry.words),
                first=entry.line,
                last=end,
                dated=entry.line in moments,
                zone=zones.get(entry.line, ""),
            )
        )
    return Conversation(messages=tuple(messages), before=tuple(range(1, starts[0])), lines=lines)


def _moments(heads: Iterable[_Head], order: DayOrder) -> dict[int, datetime]:
    """When each message was, by its line; raises NotAnExport where a day does not fit, or there is none."""
    days = [(head, _day(head, order)) for head in heads]
    moments = {head.line: _moment(day, head.time) for head, day in days if day is not None}
    if not moments or len(moments) < len(days):
        raise NotAnExport
    return moments


def _page_heads(entries: Iterable[TelegramEntry]) -> list[_Head]:
    """The days and hours of exported pages; raises NotAnExport where a message has none that can be read."""
    heads = []
    for entry in entries:
        match = _MOMENT.match(entry.when)
        if match is None and not entry.service:
            raise NotAnExport
        if match is not None:
            parts = (int(match["a"]), int(match["b"]), int(match["c"]))
            zone = (match["zone"] or "").strip()
            heads.append(_Head(line=entry.line, parts=parts, wide=len(match["a"]) == 4, time=match["time"], rest=zone))
    return heads
