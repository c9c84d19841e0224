"""Dates as an iCalendar file (RFC 5545) for the calendar of a telephone: a kind in one word, and nothing else.

Times of day are written in UTC, so that no time zone needs to be described in the file (RFC 5545, 3.3.5, form 2).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MOST_OCTETS = 75  # of a line without its end (3.1)
_ESCAPED = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n"))  # 3.3.11
_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One date: `uid` is all that tells it from others, `start` an aware moment, or a day for what has no hour."""

    uid: str
    start: date | datetime
    title: str


def icalendar_bytes(entries: Iterable[CalendarEntry], moment: datetime) -> bytes:
    """The entries as a file, made at `moment` (aware); what has an hour lasts one, since nobody says how long."""
    lines = [*_HEAD, *(line for entry in entries for line in _event(entry, moment)), "END:VCALENDAR"]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(entry: CalendarEntry, moment: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{_moment(moment)}"
    if isinstance(entry.start, datetime):
        yield f"DTSTART:{_moment(entry.start)}"
        yield "DURATION:PT1H"
    else:
        yield f"DTSTART;VALUE=DATE:{_day(entry.start)}"
        if entry.start != date.max:
            yield f"DTEND;VALUE=DATE:{_day(entry.start + timedelta(days=1))}"
    yield f"SUMMARY:{_text(entry.title)}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day.year:04}{day:%m%d}"


def _moment(moment: datetime) -> str:
    in_utc = moment.astimezone(UTC)
    return f"{_day(in_utc)}T{in_utc:%H%M%S}Z"


def _text(text: str) -> str:
    for sign, escaped in _ESCAPED:
        text = text.replace(sign, escaped)
    return text


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets; a letter of several octets stays whole, and a space begins each piece."""
    piece, octets = "", 0
    for letter in line:
        length = len(letter.encode())
        if octets + length > MOST_OCTETS:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + letter, octets + length
    yield piece
