"""The working calendar of Kazakhstan: days off as published, moved days worked, unknown years refused."""

import tomllib
from datetime import date, timedelta

import pytest

from hrd_cases.domain.calendars import CalendarUnknown, calendar_from, calendar_of, calendars
from hrd_cases.domain.vocabulary import vocabulary

CALENDAR = calendar_of("kz")


def weekdays_off(year: int) -> set[tuple[int, int]]:
    days = (date(year, 1, 1) + timedelta(days=passed) for passed in range(366))
    off = (day for day in days if day.year == year and day.isoweekday() < 6 and not CALENDAR.is_working(day))
    return {(day.month, day.day) for day in off}


def test_weekdays_off_of_2026_are_those_published() -> None:
    assert weekdays_off(2026) == {
        *((1, day) for day in (1, 2, 7)),
        *((3, day) for day in (9, 23, 24, 25)),
        *((5, day) for day in (1, 7, 11, 27)),
        *((7, 6), (10, 26), (12, 16)),
    }


def test_weekdays_off_of_2027_are_those_computed() -> None:
    assert weekdays_off(2027) == {
        *((1, day) for day in (1, 4, 7)),
        *((3, day) for day in (8, 15, 22, 23, 24)),
        *((5, day) for day in (3, 7, 10)),
        *((7, 6), (10, 25), (12, 16)),
    }


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2024, 8, 30), False, "constitution_day"),
        (date(2025, 9, 1), False, "moved_day_off"),
        (date(2026, 8, 31), True, "working_day"),
        (date(2027, 3, 15), False, "constitution_day"),
        (date(2024, 5, 4), True, "moved_working_day"),
        (date(2024, 5, 8), False, "moved_day_off"),
        (date(2025, 1, 5), True, "moved_working_day"),
        (date(2026, 11, 22), False, "weekend"),
    ],
)
def test_days_that_catch_an_old_calendar(day: date, works: bool, why: str) -> None:
    assert CALENDAR.is_working(day) is works
    assert CALENDAR.reason(day) == why


def test_every_reason_has_words() -> None:
    years = (year for calendar in calendars().values() for year in calendar.years.values())
    reasons = {why for year in years for why in year.days_off.values()}
    assert all(vocabulary("calendar_days").has(why) for why in reasons)


@pytest.mark.parametrize("year", [2023, 2028])
def test_a_year_that_is_not_loaded_is_refused_not_guessed(year: int) -> None:
    with pytest.raises(CalendarUnknown) as refused:
        CALENDAR.is_working(date(year, 6, 3))
    assert refused.value.values == {"year": year}


def test_a_count_may_go_backwards() -> None:
    assert CALENDAR.shifted(date(2026, 4, 1), -10) == date(2026, 3, 13)
    assert CALENDAR.shifted(date(2026, 3, 13), 10) == date(2026, 4, 1)


def test_2027_is_not_yet_certain() -> None:
    assert CALENDAR.certain_between(date(2026, 1, 1), date(2026, 12, 31))
    assert not CALENDAR.certain_between(date(2026, 12, 1), date(2027, 1, 11))


def test_without_a_country_only_weekends_are_left_out_and_the_calendar_says_so() -> None:
    weekends = calendar_of("")
    assert not weekends.holidays_known
    assert CALENDAR.holidays_known
    assert weekends.is_working(date(2026, 1, 1))
    assert weekends.reason(date(2031, 5, 3)) == "weekend"
    assert weekends.shifted(date(2031, 5, 2), 1) == date(2031, 5, 5)
    assert not weekends.certain_between(date(2026, 1, 1), date(2026, 1, 2))


def test_a_calendar_whose_file_is_gone_counts_weekends_alone() -> None:
    assert calendar_of("zz") is calendar_of("")


def test_a_table_of_another_country_is_a_data_file_with_its_own_weekend() -> None:
    content = """
    [calendar]
    title = { en = "Elsewhere", ru = "Другая страна", kk = "Басқа ел" }
    weekend = [5, 6]
    version = "1"
    [[year]]
    year = 2026
    source = "own"
    mark = "unverified"
    days_off = { "04-01" = "public_holiday" }
    """
    there = calendar_from("xx", tomllib.loads(content))
    assert [there.is_working(date(2026, 4, day)) for day in (1, 2, 3, 4, 5)] == [False, True, False, False, True]
    assert vocabulary("calendar_days").has(there.reason(date(2026, 4, 1)))
    assert there.text("ru") == "Другая страна"
    assert there.version.partition(" ")[0] == "xx"
