"""The working calendar of Kazakhstan, read from data: which days count, why not, and how well each year is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vocabulary import Mark, VocabularySource, source
from hrd_cases.domain.vocabulary.reading import load, mark_of
from hrd_cases.domain.words import N_

_ONE_DAY = timedelta(days=1)

WORKING_DAY = "working_day"
MOVED_WORKING_DAY = "moved_working_day"
WEEKEND = "weekend"


class CalendarUnknown(RuleBroken):
    """The calendar of a year is not loaded, so no working day of it may be counted."""

    def __init__(self, year: int) -> None:
        super().__init__(
            N_(
                "The working calendar of %(year)s is not known yet. Count the days by hand and enter the date yourself."
            ),
            values={"year": year},
        )
        self.year = year


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """The exceptions of one year from the five-day week; reasons are codes of the list ``calendar_days``."""

    year: int
    mark: Mark
    source: VocabularySource
    days_off: Mapping[date, str] = field(hash=False)
    working_days: frozenset[date] = frozenset()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """A five-day working week with the exceptions of each known year."""

    version: str
    date_checked: date
    years: Mapping[int, CalendarYear] = field(hash=False)

    def year(self, year: int) -> CalendarYear:
        """Give the exceptions of the year; raise ``CalendarUnknown`` rather than guess."""
        calendar_year = self.years.get(year)
        if calendar_year is None:
            raise CalendarUnknown(year)
        return calendar_year

    def reason(self, day: date) -> str:
        """Say what kind of day it is, as a code of the list ``calendar_days``."""
        exceptions = self.year(day.year)
        if day in exceptions.working_days:
            return MOVED_WORKING_DAY
        if day in exceptions.days_off:
            return exceptions.days_off[day]
        return WEEKEND if day.isoweekday() > 5 else WORKING_DAY

    def is_working(self, day: date) -> bool:
        """Tell whether the day counts as a working day."""
        return self.reason(day) in (WORKING_DAY, MOVED_WORKING_DAY)

    def working_on_or_after(self, day: date) -> date:
        """Give the day itself when it is a working day, else the next one."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def shifted(self, day: date, amount: int) -> date:
        """Move by a number of working days, backwards when negative; the day itself is never counted."""
        step = _ONE_DAY if amount > 0 else -_ONE_DAY
        left = abs(amount)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def certain_between(self, first: date, last: date) -> bool:
        """Tell whether every year touched by the span is verified."""
        return all(self.year(year).mark == "verified" for year in range(first.year, last.year + 1))


@cache
def kazakhstan_calendar() -> WorkingCalendar:
    """Give the calendar that ships with the program, from ``calendar_kz.toml``."""
    return calendar_from(load("calendar_kz"))


def calendar_from(content: Mapping[str, Any]) -> WorkingCalendar:
    """Turn the content of a calendar file into a calendar."""
    head = content["calendar"]
    return WorkingCalendar(
        version=str(head["version"]),
        date_checked=head["date_checked"],
        years=MappingProxyType({raw["year"]: _year(raw) for raw in content["year"]}),
    )


def _year(raw: Mapping[str, Any]) -> CalendarYear:
    year = int(raw["year"])
    days_off = dict(_dated(year, raw["days_off"]))
    return CalendarYear(
        year=year,
        mark=mark_of("calendar_kz", str(year), raw["mark"]),
        source=source(str(raw["source"])),
        days_off=MappingProxyType(days_off),
        working_days=frozenset(raw.get("working_days", [])),
        note=str(raw.get("note", "")),
    )


def _dated(year: int, raw: Mapping[str, str]) -> Iterator[tuple[date, str]]:
    for month_and_day, why in raw.items():
        yield date.fromisoformat(f"{year}-{month_and_day}"), why
