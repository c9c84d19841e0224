"""Dates as people know them.

A day, a month, a year, about, or between two; unknown is an answer (EDTF, ISO 8601-2, level 1 in spirit).
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hrd_cases.domain.typed_text import plain_digits
from hrd_cases.domain.words import N_

_UNKNOWN = "?"
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_WHOLE = len("2017-12-14")
_LONGEST = 60  # signs of a date with all that can stand around it
_NO_DATE = N_("This is not a date. Write 14.12.2017, 12.2017, 2017 or ~2017.")
_EPOCH = date(1970, 1, 1)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z")
_DOTTED = re.compile(r"(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})\Z")
_ABOUT = re.compile(r"(?:~|about |около |ок\. |шамамен )", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:\.\.|/|—|–| - )\s*")


class BadDate(ValueError):
    """The text is no date, or not one only; the message is a msgid for the person, `readings` fill its places."""

    def __init__(self, text: str, readings: Iterable["PartialDate"] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.readings = tuple(readings)

    def values(self, say: "Callable[[PartialDate], str]" = str) -> dict[str, str]:
        """What stands in the places of the message, each date as `say` says it."""
        return dict(zip(("one", "other"), map(say, self.readings), strict=False))


@dataclass(frozen=True, kw_only=True, slots=True)
class PartialDate:
    """`start` and `end` are ISO prefixes ('2017', '2017-12', '2017-12-14').

    `end` only for a span; `about` when estimated.
    """

    start: str
    end: str = ""
    about: bool = False

    def __str__(self) -> str:
        """As it is typed here: 14.12.2017, ~2017, 12.2017..02.2018, ? where it is unknown."""
        ends = [".".join(reversed(end.split("-"))) for end in (self.start, self.end) if end]
        return ("~" if self.about else "") + ("..".join(ends) or _UNKNOWN)

    @property
    def known(self) -> bool:
        """False for the answer that nobody knows the date."""
        return bool(self.start)

    @property
    def first(self) -> date:
        """The earliest day it can mean: for sorting, where an unknown date comes last."""
        return _edge(self.start, last=False) if self.known else date.max

    @property
    def last(self) -> date:
        """The latest day it can mean."""
        return _edge(self.end or self.start, last=True) if self.known else date.max

    @property
    def exact(self) -> bool:
        """True when it names one certain day."""
        return len(self.start) == 10 and not self.end and not self.about

    @property
    def month(self) -> str:
        """'2017-12', or '2017' when no month is known: for trends."""
        return self.start[:7]

    def encode(self) -> str:
        """One line of text that parse() reads back."""
        if not self.known:
            return _UNKNOWN
        return ("~" if self.about else "") + self.start + (f"..{self.end}" if self.end else "")


UNKNOWN = PartialDate(start="")


def earliest_day(value: PartialDate | None) -> date:
    """The first day that a date can mean; date.min where nobody knows: last where the newest stands first."""
    return value.first if value is not None and value.known else date.min


def parse(text: str) -> PartialDate | None:
    """Read a date as it is stored: '2017-12-14', '12.2017', '2017', '~2017', '2017-12..2018-02', '?' for unknown.

    Empty is None; raises BadDate. What people write goes through `written_dates`.
    """
    whole = iso_day(text) if len(text) == _WHOLE else None
    if whole is not None and _FIRST_YEAR <= whole.year <= _LAST_YEAR and whole.isoformat() == text:
        return PartialDate(start=text)  # as nearly every stored one is
    text = text.strip()
    if len(text) > _LONGEST:
        raise BadDate(_NO_DATE)
    text = plain_digits(text)
    if not text:
        return None
    if text == _UNKNOWN:
        return UNKNOWN
    about = _ABOUT.match(text)
    pieces = _BETWEEN.split(text[about.end() :].strip() if about else text)
    if len(pieces) > 2:
        raise BadDate(_NO_DATE)
    start, end = _iso(pieces[0]), _iso(pieces[1]) if len(pieces) == 2 else ""
    partial_date = PartialDate(start=start, end=end, about=bool(about))
    if end and partial_date.last < partial_date.first:
        raise BadDate(N_("The second date is before the first."))
    return partial_date


def day_number(day: date) -> int:
    """Days since 1970-01-01, as statements and headers count."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Undo day_number."""
    return _EPOCH + timedelta(days=number)


def iso_day(text: object) -> date | None:
    """A day that the program wrote down as 2017-12-14; None for anything else."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def exactly(day: date) -> PartialDate:
    """The partial date that means just this day."""
    return PartialDate(start=day.isoformat())


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _iso(text: str) -> str:
    iso, dotted = _ISO.match(text), _DOTTED.match(text)
    if iso:
        year, month, day = iso.groups()
    elif dotted:
        day, month, year = dotted.groups()
    else:
        raise BadDate(_NO_DATE)
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise BadDate(N_("The year must be between 1900 and 2100."))
    result = "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    try:
        _edge(result, last=False)
    except ValueError:
        raise BadDate(N_("There is no such day in the calendar.")) from None
    return result


def _edge(text: str, *, last: bool) -> date:
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(parts[0], parts[1], parts[2])
    month = parts[1] if len(parts) == 2 else (12 if last else 1)
    if not last:
        return date(parts[0], month, 1)
    following = date(parts[0] + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
