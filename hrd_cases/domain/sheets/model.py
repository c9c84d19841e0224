"""The shape of a table that was read, and the limits within which one is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_

MOST_BYTES = 25 * 1024 * 1024  # of a file as it was sent
MOST_UNPACKED = 160 * 1024 * 1024  # of everything that is read out of a workbook
MOST_TEXT = 40_000_000  # letters of one sheet
MOST_ROWS = 100_000  # of all sheets of a file
MOST_COLUMNS = 120
MOST_SHEETS = 40
MOST_LETTERS = 32_767  # of one cell, as spreadsheets have it

TOO_MANY_ROWS = N_("The file has more than %(most)s rows. Split it into several files.")
TOO_MANY_COLUMNS = N_("Row %(row)s has more than %(most)s columns. Remove the columns that are not needed.")
TOO_LONG_CELL = N_("A cell in row %(row)s has more than %(most)s characters. Shorten it or put the text into a file.")
TOO_LARGE_INSIDE = N_("Unpacked, the file is too large to be a list. Save only the sheet that is needed as a new file.")
NO_ROWS = N_("There are no rows in this file.")
EMPTY_FILE = N_("The file is empty (0 bytes).")
NOT_A_TABLE = N_("This is not a table. Save the list as XLSX or CSV and choose that file.")
OLD_OR_LOCKED = N_(
    "This is an old Excel file (.xls) or one with a password. Open it, save it as .xlsx without a password, and "
    "choose that file."
)
ANOTHER_PROGRAM = N_("This is a file of another spreadsheet program. Open it and save it as .xlsx or .csv.")
DAMAGED = N_("The file is damaged or was cut off. Open it, save it again as .xlsx, and choose the new file.")
UNSAFE = N_("The file has parts that a spreadsheet never has, and was not read. Save the list as CSV.")


class BadSheet(RuleBroken):
    """A file cannot be read as a table; the text says why and what to do."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text, place="file", values=values)


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """One row that holds anything: its number in the spreadsheet, and its cells from the first column on."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TableSheet:
    """One sheet of a file; `hidden`: so many of its rows nobody sees in the spreadsheet."""

    name: str
    rows: Sequence[SheetRow]
    hidden: int = 0


def checked(row: int, cells: Sequence[str]) -> SheetRow | None:
    """A row without its empty end; None for an empty one; raises BadSheet beyond a limit."""
    texts = [text.strip() for text in cells]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        return None
    if len(texts) > MOST_COLUMNS:
        raise BadSheet(TOO_MANY_COLUMNS, row=row, most=MOST_COLUMNS)
    if any(len(text) > MOST_LETTERS for text in texts):
        raise BadSheet(TOO_LONG_CELL, row=row, most=MOST_LETTERS)
    return SheetRow(number=row, cells=texts)
