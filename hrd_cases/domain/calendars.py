"""Working calendars, one data file a country: which days count, why not, and how well each year is known.

A calendar of another country is another file in ``vocabularies/calendars``. An organisation without one counts the
days from Monday to Friday, and every count says that holidays are not known.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vocabulary import LANGUAGES, Mark, VocabularySource, source
from hrd_cases.domain.vocabulary.model import text_in
from hrd_cases.domain.vocabulary.reading import OWN, mark_of
from hrd_cases.domain.words import N_

_ONE_DAY = timedelta(days=1)

WORKING_DAY = "working_day"
MOVED_WORKING_DAY = "moved_working_day"
WEEKEND = "weekend"

DEFAULT_CALENDAR = "kz"
NO_CALENDAR = ""  # weekends only


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
    """A working week with the exceptions of each known year; ``holidays_known`` is False when no country is chosen."""

    code: str
    title: Mapping[str, str] = field(hash=False)
    weekend: frozenset[int]
    version: str
    years: Mapping[int, CalendarYear] = field(hash=False)

    @property
    def holidays_known(self) -> bool:
        """Tell whether public holidays are left out of a count, or weekends alone."""
        return self.code != NO_CALENDAR

    def text(self, language: str) -> str:
        """Name the country in the language."""
        return text_in(self.title, language)

    def year(self, year: int) -> CalendarYear:
        """Give the exceptions of the year; raise ``CalendarUnknown`` rather than guess."""
        if not self.holidays_known:
            return CalendarYear(year=year, mark="unverified", source=source(OWN), days_off=MappingProxyType({}))
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
        return WEEKEND if day.isoweekday() in self.weekend else WORKING_DAY

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


WEEKENDS_ONLY = WorkingCalendar(
    code=NO_CALENDAR,
    title=MappingProxyType({}),
    weekend=frozenset({6, 7}),
    version="weekends",
    years=MappingProxyType({}),
)


@cache
def calendars() -> Mapping[str, WorkingCalendar]:
    """Give every calendar there is a data file for, by the name of its file."""
    folder = files("hrd_cases").joinpath("vocabularies", "calendars")
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    codes = [item.name.removesuffix(".toml") for item in found]
    contents = [tomllib.loads(item.read_text(encoding="utf-8")) for item in found]
    return MappingProxyType(dict(zip(codes, map(calendar_from, codes, contents), strict=True)))


def calendar_of(code: str) -> WorkingCalendar:
    """Give the calendar with that code; weekends only where there is none, or its file is gone."""
    return calendars().get(code, WEEKENDS_ONLY)


def calendar_from(code: str, content: DataTable) -> WorkingCalendar:
    """Turn the content of a calendar file into a calendar."""
    head = content["calendar"]
    return WorkingCalendar(
        code=code,
        title=MappingProxyType({language: str(head["title"][language]) for language in LANGUAGES}),
        weekend=frozenset(int(day) for day in head["weekend"]),
        version=f"{code} {head['version']}",
        years=MappingProxyType({raw["year"]: _year(code, raw) for raw in content["year"]}),
    )


def _year(code: str, raw: DataTable) -> CalendarYear:
    year = int(raw["year"])
    days_off = dict(_dated(year, raw["days_off"]))
    return CalendarYear(
        year=year,
        mark=mark_of(code, str(year), raw["mark"]),
        source=source(str(raw["source"])),
        days_off=MappingProxyType(days_off),
        working_days=frozenset(raw.get("working_days", [])),
        note=str(raw.get("note", "")),
    )


def _dated(year: int, raw: Mapping[str, str]) -> Iterator[tuple[date, str]]:
    for month_and_day, why in raw.items():
        yield date.fromisoformat(f"{year}-{month_and_day}"), why
