"""How a number in a workbook looks: as a date, an hour, a number with zeros before it, or as it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

_DATES = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_HOURS = frozenset({*range(18, 22), *range(45, 48)})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MONTH_AND_YEAR = 17  # Excel's own: dec-17
_FIRST, _FIRST_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LEAP = 60  # Excel has a 29 February 1900: what lies before it is one day later than it says
_LAST = 2_958_465  # 31 December 9999
_MOST_DIGITS = 30
_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a cell's style makes of its number."""

    day: bool = False
    hour: bool = False
    zeros: int = 0  # at least so many figures
    date: str = "%d.%m."  # what it shows of a day before the year

    @staticmethod
    def plain() -> "Look":
        """A number as it is."""
        return _PLAIN


_PLAIN = Look()


def looks(styles: Iterable[tuple[str, Mapping[str, str]]]) -> list[Look]:
    """What each style of a workbook makes of a number, from the elements of its styles in order."""
    codes: dict[str, str] = {}
    numbers: list[str] = []
    inside = ""
    for tag, has in styles:
        if tag == "numFmt":
            codes[has.get("numFmtId", "")] = has.get("formatCode", "")
        elif tag != "xf":
            inside = tag
        elif inside == "cellXfs":
            numbers.append(has.get("numFmtId", ""))
    return [_look(number, codes.get(number, "")) for number in numbers]


def _look(number: str, code: str) -> Look:
    if not code:
        known = int(number) if number.isdecimal() and len(number) < 6 else 0
        date_shown = "%m." if known == _MONTH_AND_YEAR else "%d.%m."
        return Look(day=known in _DATES, hour=known in _HOURS or known == 22, date=date_shown)
    bare = _LITERAL.sub("", code.partition(";")[0]).casefold()
    if set(bare) == {"0"}:
        return Look(zeros=min(len(bare), _MOST_DIGITS))
    return Look(day=bool(set("dyдг") & set(bare)), hour=bool(set("hsчс") & set(bare)), date=_date(bare))


def _date(bare: str) -> str:
    """What a format shows before the year: «декабрь 2017» is kept as the first of December, which nobody typed."""
    if set("dдhsчс") & set(bare):
        return "%d.%m."
    return "%m." if set("mм") & set(bare) else ""


def shown(text: str, look: Look, *, from_1904: bool = False) -> str:
    """A stored number as the spreadsheet shows it, without rounding and without an exponent."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return text
    if look.day and 0 <= number <= _LAST:
        return _moment(number, look, from_1904=from_1904)
    if look.hour and 0 <= number < 1:
        return _clock(number)
    if number == number.to_integral_value():
        return str(int(number)).zfill(look.zeros)
    return f"{float(number):.15g}"


def _moment(number: Decimal, look: Look, *, from_1904: bool) -> str:
    days = int(number)
    if from_1904:
        day = _FIRST_1904 + timedelta(days=days)
    else:
        day = _FIRST + timedelta(days=days + (0 < days < _LEAP))
    clock = _clock(number - days) if look.hour and number != days else ""
    return f"{day.strftime(look.date)}{day.year:04} {clock}".strip()


def _clock(part: Decimal) -> str:
    minutes = min(round(part * _MINUTES), _MINUTES - 1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
