"""Periods: a year '2017', a quarter '2017-Q4', a month '2017-12'; what begins and ends them, what lies beside them."""

from datetime import date

from hrd_cases.domain.dates import PartialDate

YEAR, QUARTER, MONTH = "year", "quarter", "month"


def period(day: date, step: str) -> str:
    """The code of the period of a day."""
    if step == YEAR:
        return f"{day.year:04d}"
    return f"{day.year:04d}-Q{(day.month + 2) // 3}" if step == QUARTER else f"{day.year:04d}-{day.month:02d}"


def bounds(code: str) -> tuple[date, date]:
    """The first and last day of a period."""
    year = int(code[:4])
    if len(code) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    if code[5] == "Q":
        quarter = int(code[6])
        return date(year, 3 * quarter - 2, 1), last_day(f"{year:04d}-{3 * quarter:02d}")
    return first_day(code), last_day(code)


def periods(since: str, until: str, step: str) -> list[str]:
    """Every period from one month to another, both included."""
    return list(dict.fromkeys(period(first_day(month), step) for month in months(since, until)))


def months(since: str, until: str) -> list[str]:
    """Every month from one to the other, both included."""
    first, last = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (since, until))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def first_day(month: str) -> date:
    """The first day of a month '2017-12'."""
    return PartialDate(start=month).first


def last_day(month: str) -> date:
    """Its last day."""
    return PartialDate(start=month).last


def before(code: str) -> str:
    """The quarter before, or the year."""
    if len(code) == 4:
        return f"{int(code) - 1:04d}"
    year, quarter = int(code[:4]), int(code[6])
    return f"{year:04d}-Q{quarter - 1}" if quarter > 1 else f"{year - 1:04d}-Q4"


def after(code: str) -> str:
    """The quarter after, or the year."""
    if len(code) == 4:
        return f"{int(code) + 1:04d}"
    year, quarter = int(code[:4]), int(code[6])
    return f"{year:04d}-Q{quarter + 1}" if quarter < 4 else f"{year + 1:04d}-Q1"
