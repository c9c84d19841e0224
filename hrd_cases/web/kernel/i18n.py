"""Languages: dates and numbers as people write them in each."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from babel.support import NullTranslations

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.words import N_

DRAFT = frozenset({"kk"})  # complete, and unsigned by a native lawyer
FIRST = "en"
_BY_WEEKDAY = 14  # so many days ahead a weekday and a number say which day is meant
_WRITTEN = {"en": "en_GB"}  # the day before the month, as everywhere but in America

# "LLLL y" gives Kazakh in the wrong order and with a capital, so the month of a year has a pattern of its own there.
_MONTH = {"kk": "y 'ж'. MMMM"}
_DAY_OF_WEEK = {"kk": "d MMMM, EEEE"}
_MOMENT = {"kk": "y'\u202fж'. d MMMM, HH:mm"}


def say_day(day: date | None, language: str) -> str:
    """A day in full: 14 December 2017."""
    return format_date(day, "long", locale=_WRITTEN.get(language, language)) if day else ""


def say_short_day(day: date | None, language: str) -> str:
    """A day in a narrow column: 14 Dec 2017."""
    return format_date(day, "medium", locale=_WRITTEN.get(language, language)) if day else ""


def say_near_day(day: date | None, language: str, today: date) -> str:
    """A day in a row of what is near: Mon 30 in the next two weeks, 14 Dec, with its year when it is not today's."""
    if day is None:
        return ""
    if 0 <= (day - today).days <= _BY_WEEKDAY:
        return format_date(day, "EEE d", locale=_WRITTEN.get(language, language))
    if day.year != today.year:
        return say_short_day(day, language)
    return format_skeleton("MMMd", day, locale=_WRITTEN.get(language, language))


def say_moment(moment: datetime | None, language: str, zone: ZoneInfo) -> str:
    """A day and time where the work is done."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    pattern = _MOMENT.get(language, "d MMMM y, HH:mm")
    return format_datetime(aware, pattern, tzinfo=zone, locale=_WRITTEN.get(language, language))


def say_month(day: date, language: str) -> str:
    """A month of a year: December 2017."""
    return format_date(day, _MONTH.get(language, "LLLL y"), locale=_WRITTEN.get(language, language))


def say_when(when: PartialDate | None, language: str, words: NullTranslations) -> str:
    """A date as exact as it is known."""
    if when is None:
        return ""
    if not when.known:
        return words.gettext(N_("unknown"))
    text = _point(when.start, language)
    if when.end:
        text = words.gettext(N_("%(start)s to %(end)s")) % {"start": text, "end": _point(when.end, language)}
    return words.gettext(N_("about %(date)s")) % {"date": text} if when.about else text


def say_weekday(day: date, language: str) -> str:
    """The day of the week over a column: Mon."""
    return format_date(day, "ccc", locale=_WRITTEN.get(language, language))


def say_day_of_week(day: date, language: str) -> str:
    """A day of a month that is named elsewhere: Monday, 14 December."""
    return format_date(day, _DAY_OF_WEEK.get(language, "EEEE, d MMMM"), locale=_WRITTEN.get(language, language))


def say_number(number: float | None, language: str) -> str:
    """A number with its groups of figures."""
    return "" if number is None else format_decimal(number, locale=_WRITTEN.get(language, language))


def _point(text: str, language: str) -> str:
    if len(text) == 4:
        return text
    if len(text) == 7:
        return say_month(date.fromisoformat(f"{text}-01"), language)
    return say_day(date.fromisoformat(text), language)
