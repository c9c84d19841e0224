"""Dates as people write them in Russian, Kazakh and English, and every form in which this program prints them.

What means one thing is read. What can mean two is never guessed: the error names both readings. The day it is comes
from the caller.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import TypeVar

from hrd_cases.domain.date_words import (
    ABOUT,
    AFTER_ABOUT,
    AGO,
    FILLERS,
    MONTHS,
    OPEN,
    ORDINALS,
    PARTS_OF_DAY,
    PARTS_OF_YEAR,
    RELATIVE,
    SEASONS,
    TO,
    UNKNOWN_WORDS,
    WEEKDAYS,
    YEAR_WORDS,
)
from hrd_cases.domain.dates import UNKNOWN, BadDate, PartialDate, exactly, parse
from hrd_cases.domain.typed_text import plain_digits
from hrd_cases.domain.words import N_

T = TypeVar("T")
WHAT_CAN_BE_WRITTEN = N_(
    "This is not read as a date. Write 14.12.2017, 14 December 2017, 12.2017, 2017, ~2017, 14.12.2017–16.12.2017, "
    "today, yesterday or unknown."
)
TWO_READINGS = N_("This can mean %(one)s or %(other)s. Write the one that is meant.")
NO_YEAR = N_("Write the year too: 14.12.2017.")
NO_HOUR = N_("Only the day is kept here: write %(one)s, and the hour in the text.")
OPEN_END = N_("Write both ends, such as 2015–2017, or about when, such as ~2017.")
WRONG_WEEKDAY = N_("The day of the week and the date do not fit together.")
IN_FUTURE = N_("This day is still to come. Write the day on which it happened.")

_HOUR = re.compile(r"(?:,? +(?:в |at |сагат )?|t)(?:[01]?\d|2[0-3])[:.][0-5]\d(?::[0-5]\d)?(?: ?(?:ч|h|час\w*))?\.?\Z")
_BORN = re.compile(r"(?<=\d) ?(?:г\.? ?р\.?|года рождения|жылы туган)\Z")  # of a year of birth
_NIGHT = re.compile(r"(?:в )?(?:ночь|ночью) (?:со? (\d{1,2})(?: ([а-я]+))? )?на ")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_KAZAKH = str.maketrans("әғқңөұүһіё", "агкноуухие")
_NUMERIC = re.compile(r"(\d+)(?: ?([./,-]) ?(\d+)(?: ?\2 ?(\d+))?)?\Z")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_ROMAN = {
    name: number
    for number, name in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], 1)
}
_ROMAN_MONTH = re.compile(r"(?<=[./ -])([ivx]+)(?=[./ -])")
_CYRILLIC_ROMAN = str.maketrans("хи", "xi")  # typed as Cyrillic look-alikes; «І» was folded to «и» before
_LONGEST = 200  # signs: more is a text in the wrong field, and would be searched for hours and months
_AHEAD, _SURELY_PAST = 0, 30  # two figures of a year: later than this year, they can mean two centuries


@dataclass(frozen=True, slots=True, order=True)
class _Parts:
    """What one piece of the text names; what it leaves out can stand in the other piece of a span."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> bool:
        return self.year is not None and (self.day is None or self.month is not None)

    @property
    def text(self) -> str:
        return "-".join(f"{part:02}" for part in (self.year, self.month, self.day) if part is not None)


def read_date(text: str, today: date, *, happened: bool = False) -> PartialDate | None:
    """Read what somebody wrote; nothing is None; raises BadDate. `happened`: it cannot lie after today."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise BadDate(WHAT_CAN_BE_WRITTEN)
    plain = _plain(text)
    if not plain:
        return None
    if plain.strip(" .?") in UNKNOWN_WORDS or set(plain) == {"?"}:
        return UNKNOWN
    partial_date = _read(plain, today)
    if happened and partial_date.first > today:
        raise BadDate(IN_FUTURE)
    return partial_date


def _read(plain: str, today: date) -> PartialDate:
    night = _NIGHT.match(plain)
    if night:
        return _night(plain[night.end() :], night, today)
    hour = _HOUR.search(plain)
    if hour and hour.start():
        raise BadDate(NO_HOUR, [_read(plain[: hour.start()], today)])
    plain, about = _without_about(_BORN.sub("", plain))
    if not about and (relative := _relative(plain, today)):
        return relative
    if not about and plain.startswith(OPEN):
        raise BadDate(OPEN_END)
    plain, weekday = _without_weekday(plain)
    partial_date = _one_of(dict.fromkeys(replace(reading, about=about) for reading in _readings(plain, today)))
    if weekday is not None and partial_date.exact and partial_date.first.weekday() != weekday:
        raise BadDate(WRONG_WEEKDAY)
    return partial_date


def _night(plain: str, begins: re.Match[str], today: date) -> PartialDate:
    """The night before a day, which begins on the evening before; where that is written too, both must fit."""
    morning = _read(plain, today)
    evening = morning.first - timedelta(days=1)
    day, month = begins.groups()
    fits = (day is None or int(day) == evening.day) and (month is None or _month(month) == evening.month)
    if not morning.exact or not fits:
        raise BadDate(WHAT_CAN_BE_WRITTEN)
    return _span_of(evening.isoformat(), morning.first.isoformat())


def _one_of(readings: Iterable[PartialDate]) -> PartialDate:
    partial_dates = list(readings)
    if not partial_dates:
        raise BadDate(WHAT_CAN_BE_WRITTEN)
    if len(partial_dates) > 1:
        raise BadDate(TWO_READINGS, partial_dates[:2])
    return partial_dates[0]


def _plain(text: str) -> str:
    """One spelling: our figures, small letters, one dash, one space, no Kazakh letters that keyboards lack."""
    cleaned = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    plain = _DASHES.sub("-", plain_digits(cleaned)).casefold().translate(_KAZAKH)
    return " ".join(re.sub(r"[«»\"“”„'’()\[\]]", " ", plain).split()).strip(" ,;")


def _without_about(plain: str) -> tuple[str, bool]:
    for word in ABOUT:
        if plain.startswith(word):
            return plain[len(word) :].strip(), True
    for word in AFTER_ABOUT:
        if plain.endswith(f" {word}"):
            return plain[: -len(word)].strip(), True
    return plain, False


def _without_weekday(plain: str) -> tuple[str, int | None]:
    first, _, rest = plain.partition(" ")
    if first in ("в", "во", "on"):
        first, _, rest = rest.partition(" ")
    weekday = WEEKDAYS.get(first.strip(",."))
    if weekday is not None and rest:
        return rest, weekday
    rest, _, last = plain.rpartition(" ")
    weekday = WEEKDAYS.get(last.strip(",."))
    return (rest.strip(" ,"), weekday) if weekday is not None and rest else (plain, None)


def _relative(plain: str, today: date) -> PartialDate | None:
    words = [word for word in _WORDS.findall(plain) if word not in PARTS_OF_DAY]
    text = " ".join(words)
    if text in RELATIVE:
        return exactly(today + timedelta(days=RELATIVE[text]))
    if len(words) == 3 and words[0].isdigit() and tuple(words[1:]) in AGO and len(words[0]) < 5:
        return exactly(today - timedelta(days=int(words[0])))
    return _part_of_year([word for word in words if word not in FILLERS and word not in YEAR_WORDS])


def _part_of_year(words: list[str]) -> PartialDate | None:
    """A season, a quarter or a half of a year that is named."""
    years = [int(word) for word in words if re.fullmatch(r"\d{4}", word)]
    seasons = [SEASONS[word] for word in words if word in SEASONS]
    if len(years) != 1 or len(words) > 3:
        return None
    year = years[0]
    if len(words) == 2 and seasons:
        if seasons[0] == 12:
            winters = (_span_of(f"{begins}-12", f"{begins + 1}-02") for begins in (year - 1, year))
            raise BadDate(TWO_READINGS, winters)
        return _months(year, seasons[0], 3)
    which = [ORDINALS[word] for word in words if word in ORDINALS]
    lengths = [months for months, stem in PARTS_OF_YEAR if any(map(stem.fullmatch, words))]
    if len(which) == len(lengths) == 1 and len(words) == 3 and which[0] * lengths[0] <= 12:
        return _months(year, (which[0] - 1) * lengths[0] + 1, lengths[0])
    return None


def _months(year: int, first: int, length: int) -> PartialDate:
    return _span_of(f"{year}-{first:02}", f"{year}-{first + length - 1:02}")


def _span_of(start: str, end: str) -> PartialDate:
    return _checked(parse(f"{start}..{end}"))


def _checked(partial_date: PartialDate | None) -> PartialDate:
    if partial_date is None:
        raise BadDate(WHAT_CAN_BE_WRITTEN)
    return partial_date


def _readings(plain: str, today: date) -> list[PartialDate]:
    """Every date or span that the text can mean; the first reason when none is in the calendar."""
    single = list(_piece(plain, today))
    if single:
        return _kept(single, lambda parts: parse(_whole(parts).text))
    spans = [pair for left, right in _splits(plain) for pair in _pairs(left, right, today)]
    return _kept(spans, lambda pair: parse(f"{_whole(pair[0]).text}..{_whole(pair[1]).text}"))


def _whole(parts: _Parts) -> _Parts:
    if not parts.whole:
        raise BadDate(NO_YEAR if parts.year is None else WHAT_CAN_BE_WRITTEN)
    return parts


def _kept(ts: Iterable[T], make: Callable[[T], PartialDate | None]) -> list[PartialDate]:
    partial_dates: list[PartialDate] = []
    reasons: list[BadDate] = []
    for t in ts:
        try:
            partial_dates.append(_checked(make(t)))
        except BadDate as reason:
            reasons.append(reason)
    if reasons and not partial_dates:
        raise reasons[0]
    return partial_dates


def _splits(plain: str) -> Iterator[tuple[str, str]]:
    """The ways to part a text into the two ends of a span, the plainest first; only the first kind that fits."""
    plain = re.sub(r"\A(?:с|со|from|between|между) ", "", plain)
    for word in TO:
        if word in plain:
            left, _, right = plain.partition(word)
            yield left.strip(), right.strip()
            return
    for at in [match.start() for match in re.finditer(r"-|(?<=\d{4})/(?=\d{4})", plain)]:
        yield plain[:at].strip(), plain[at + 1 :].strip()


def _pairs(left: str, right: str, today: date) -> Iterator[tuple[_Parts, _Parts]]:
    for parts, other in product(_piece(left, today, alone=False), _piece(right, today, alone=False)):
        yield from _joined(parts, other)


def _joined(left: _Parts, right: _Parts) -> Iterator[tuple[_Parts, _Parts]]:
    """Both ends with what the other names for both; a lone number is what the other end ends with."""
    if left.month is None and left.day is not None and right.day is None and right.month is not None:
        left = _Parts(month=left.day, year=left.year)  # 10-12.2017: from October
    if (left.day is None) != (right.day is None) and not (left.whole and right.whole):
        return
    right = replace(right, year=right.year or left.year)
    needs_month = left.month is None and left.day is not None
    left = replace(left, year=left.year or right.year, month=right.month if needs_month else left.month)
    if (left.whole and right.whole) or (left.day and left.month and right.day and right.month):
        yield left, right


def _piece(text: str, today: date, *, alone: bool = True) -> Iterator[_Parts]:
    """What a piece can name; `alone`: it is all there is, so that a lone number is no day."""
    text = re.sub(r"(?<!\.)\.\Z", "", _without_year_word(_roman(text)))
    numeric = _NUMERIC.match(text)
    if numeric:
        yield from _of_numbers(numeric, today, alone=alone)
        return
    words = [word for word in _WORDS.findall(text) if word not in FILLERS and word not in YEAR_WORDS]
    if any(not word.isdigit() and _month(word) is None for word in words) or _strange(text):
        return
    months = [_month(word) for word in words if not word.isdigit()]
    numbers = [word for word in words if word.isdigit()]
    if len(months) == 1 and len(numbers) <= 2:
        yield from _of_words(words, months[0], numbers, today)
    elif not months and not alone and len(numbers) == 2 and len(numbers[0]) == 4:  # «2017 жылғы 14» – «16 желтоқсан»
        yield _Parts(year=int(numbers[0]), day=int(numbers[1]))


def _strange(text: str) -> bool:
    """True when signs stand there that belong to no date in words."""
    return bool(re.search(r"[^\w\s.,-]", text)) or bool(re.search(r"\d ?-+ ?\d|- ?-", text))


def _of_words(words: list[str], month: int | None, numbers: list[str], today: date) -> Iterator[_Parts]:
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(numbers) == 2 and len(days) == 2 and words[-1] == days[1]:  # 14 dec 17
        yield from (_Parts(year, month, int(days[0])) for year in _years(days[1], today))
    elif len(years) + len(days) == len(numbers) and len(years) <= 1 and len(days) <= 1:
        yield _Parts(int(years[0]) if years else None, month, int(days[0]) if days else None)


def _of_numbers(match: re.Match[str], today: date, *, alone: bool) -> Iterator[_Parts]:
    first, sign, second, third = match.groups()
    if third is not None:
        yield from _three(first, sign, second, third, today)
    elif second is not None:
        yield from _two(first, sign, second)
    elif len(first) == 4:
        yield _Parts(year=int(first))
    elif len(first) == 8:
        yield from sorted({*_compact(first[:4], first[4:6], first[6:]), *_compact(first[4:], first[2:4], first[:2])})
    elif len(first) <= 2 and not alone:
        yield _Parts(day=int(first))


def _compact(year: str, month: str, day: str) -> Iterator[_Parts]:
    if 1900 <= int(year) <= 2100 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
        yield _Parts(int(year), int(month), int(day))


def _three(first: str, sign: str, second: str, third: str, today: date) -> Iterator[_Parts]:
    if len(first) == 4 and len(second) <= 2 and len(third) <= 2:
        yield _Parts(int(first), int(second), int(third))
    elif len(first) <= 2 and len(second) <= 2 and len(third) in (2, 4):
        left, right = int(first), int(second)
        swapped = sign not in ".," and left <= 12 and left != right  # whoever writes / or - may put the month first
        for year in _years(third, today):
            if not (swapped and right > 12):
                yield _Parts(year, right, left)
            if swapped:
                yield _Parts(year, left, right)


def _two(first: str, sign: str, second: str) -> Iterator[_Parts]:
    if len(first) == 4 and len(second) <= 2:
        yield _Parts(int(first), int(second))
    elif len(first) <= 2 and len(second) == 4:
        yield _Parts(int(second), int(first))
    elif len(first) <= 2 and len(second) <= 2 and sign in ".,":
        yield _Parts(None, int(second), int(first))


def _years(text: str, today: date) -> Iterator[int]:
    """The years that two figures can mean: of this century up to now, of the last where the next is far away."""
    if len(text) == 4:
        yield int(text)
        return
    later = 2000 + int(text)
    if later <= today.year + _SURELY_PAST:
        yield later
    if later > today.year + _AHEAD:
        yield later - 100


def _month(word: str) -> int | None:
    return next((number for number, stem in MONTHS if stem.fullmatch(word)), None)


def _roman(text: str) -> str:
    latin = re.sub(r"[хиivx]+", lambda match: match[0].translate(_CYRILLIC_ROMAN), text) if "." in text else text
    changed = _ROMAN_MONTH.sub(lambda match: str(_ROMAN.get(match[1], match[1])), f" {latin} ").strip()
    return changed if changed != latin else text


def _without_year_word(text: str) -> str:
    match = re.fullmatch(r"(?:в |in |с |from )?(.*\d) ?([^\W\d_]+)\.?", text)
    return match[1] if match and match[2] in YEAR_WORDS else re.sub(r"\A(?:в|in) (?=\d)", "", text)
