"""What people write in the cells of a list, as a form would have it typed: numbers before names, words for nothing."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from hrd_cases.domain.fields import Coded, CodedMany, Count, Day, FieldKind, Link, Number, TextLine, When
from hrd_cases.domain.sheets.model import SheetRow

_NOTHING = frozenset(
    ["-", "--", "---", "–", "—", "нет", "нету", "нет данных", "не имеется", "н/д", "б/н", "жоқ", "n/a", "na", "none"]
)
_LISTED = re.compile(r"(?:\(?\d{1,4}[.)](?!\d)|[-–—•·*]\s)\s*(?=\S)")
_SERIAL = re.compile(r"([2-5]\d{4})(?:[.,]\d+)?\Z")  # 4 October 1954 to 26 November 2064, as spreadsheets count days
_FIRST = date(1899, 12, 30)
_HOUR = re.compile(r"(?<=\d)[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?(?: ?GMT[+-]\d+)?Z?\Z")
_UNTIL = re.compile(r"(?:до|не позднее|к|by|until|before)\s+(?=\d)", re.IGNORECASE)
_PEOPLE = re.compile(r"(\d{1,6})\s*(?:чел\w*|людей|адам\w*|people|persons?)\.?\Z", re.IGNORECASE)
_NAME_AND_NUMBER = re.compile(r"([^\d+]{4,}?)[\s,;:–—-]*(\+?\d[\d\s().–-]{6,}\d)\Z")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3})[.!?](?=\s)|\n")
_MOST_TITLE = 120
_FEWEST_COLUMNS = 2  # of a list in which a row of one cell is strange
_FIGURE = re.compile(r"[\d№:]")
_SUM = re.compile(r"(?:итого|всего|барлығы|жиыны|total)\b", re.IGNORECASE)
_EMPTY_ALIKE = (Coded, CodedMany, Count, Day, Link, Number, When)


def as_typed(kind: FieldKind, text: str, *, of_group: bool = False, limit: bool = False) -> str:
    """A cell as it would be typed into a field; `limit`: the day until which something is to be done."""
    if (of_group or isinstance(kind, _EMPTY_ALIKE)) and text.casefold().strip(" .") in _NOTHING:
        return ""
    match kind:
        case TextLine():
            return " ".join(_LISTED.sub("", text, count=1).split()) if _LISTED.match(text) else " ".join(text.split())
        case Day() | When():
            return _day(_UNTIL.sub("", text) if limit else text)
        case Count() | Number():
            people = _PEOPLE.match(text.strip())
            return people[1] if people else text
    return text


def _day(text: str) -> str:
    serial = _SERIAL.match(text.strip())
    if serial:
        day = _FIRST + timedelta(days=int(serial[1]))
        return f"{day:%d.%m.%Y}"
    return _HOUR.sub("", text)


def name_and_number(text: str) -> tuple[str, str]:
    """The name and the telephone number of a cell that holds both; no number where there is none."""
    both = _NAME_AND_NUMBER.match(text)
    return (both[1].strip(), both[2]) if both else (text, "")


def standing_alone(rows: Sequence[SheetRow], columns: int) -> set[int]:
    """The numbers of rows that may be headings or sums within a list, which is for somebody to say.

    They have one cell where others have more, and few do or it holds a figure («Бригада № 2»); or they begin «Итого».
    """
    single = {row.number: "".join(row.cells) for row in rows if sum(map(bool, row.cells)) == 1}
    few = len(single) * 8 <= len(rows)
    if columns < _FEWEST_COLUMNS or len(single) * 3 > len(rows):
        single = {}
    numbered = {number for number, text in single.items() if few or _FIGURE.search(_LISTED.sub("", text, count=1))}
    return numbered | {row.number for row in rows if _SUM.match(next(filter(None, row.cells), ""))}


def first_line(text: str) -> str:
    """A title for what has only a text: its first sentence, and of a long one its first words."""
    start = _SENTENCE.split(text.strip(), maxsplit=1)[0].strip()
    if len(start) <= _MOST_TITLE:
        return start
    return start[:_MOST_TITLE].rpartition(" ")[0] + "…"
