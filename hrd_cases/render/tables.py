"""Tables for spreadsheets, as XLSX and CSV: nothing in them runs (OWASP, CSV injection), nothing says who made them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

import xlsxwriter

from hrd_cases.domain.sheets.defusing import defused

_BOM = "\ufeff"  # without it, spreadsheets on Windows take Russian for another encoding


# Where the comma stands in numbers, a spreadsheet parts columns at semicolons and puts a comma's line into one column.
_SEPARATORS = {"ru": ";", "kk": ";"}

_NARROWEST, _WIDEST = 9, 40  # characters
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # in place of the true time: the same table gives the same bytes
_CONSTANT = {
    "in_memory": True,  # no temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class TextHead(str):
    """Text that heads a column or a line: bold where there are letters to choose from."""

    __slots__ = ()


@dataclass(frozen=True)
class Month:
    """A month: a date to a spreadsheet, so that it sorts and draws, shown without a day."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


Cell = str | int | date | Month | None


def csv_bytes(rows: Iterable[Sequence[Cell]], language: str = "en") -> bytes:
    """Rows as UTF-8 CSV with a byte order mark, parted as spreadsheets of this language expect.

    None is an empty cell, text that looks like a formula is defused.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=_SEPARATORS.get(language, ","), lineterminator="\r\n")
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def xlsx_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as one sheet of XLSX: constant values only; text stays text, whatever it begins with.

    Raises ValueError for a text longer than a cell holds.
    """
    out = BytesIO()
    every = [list(row) for row in rows]
    book = xlsxwriter.Workbook(out, _CONSTANT)
    book.set_properties({"author": "", "created": _MADE})
    styles = {
        TextHead: book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        Month: book.add_format({"num_format": "mm.yyyy", "align": "left"}),
        date: book.add_format({"num_format": "dd.mm.yyyy", "align": "left"}),
    }
    sheet = book.add_worksheet()
    for column, width in enumerate(_widths(every)):
        sheet.set_column(column, column, width)
    for row, cells in enumerate(every):
        for column, cell in enumerate(cells):
            if _write(sheet, (row, column), cell, styles):
                raise ValueError("a text that does not fit into a cell")
    book.close()
    return out.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], cell: Cell, styles: dict[type, object]) -> int:
    """Write one cell; anything but 0 says that it was not written."""
    match cell:
        case None | "":
            return 0
        case TextHead():
            return int(sheet.write_string(*at, _letters(cell), styles[TextHead]))
        case str():
            return int(sheet.write_string(*at, _letters(cell)))
        case int():
            return int(sheet.write_number(*at, cell))
        case Month():
            return int(sheet.write_datetime(*at, datetime(cell.year, cell.month, 1), styles[Month]))  # noqa: DTZ001
    return int(sheet.write_datetime(*at, datetime(cell.year, cell.month, cell.day), styles[date]))  # noqa: DTZ001


def _letters(text: str) -> str:
    """Text that can stand in XML; line ends of one kind."""
    return str(text).replace("\r\n", "\n").encode("utf-8", "replace").decode()


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """How wide each column is: as its longest text, but the last of a row may run over, and heads may break."""
    widths = [_NARROWEST] * max(map(len, rows), default=0)
    for row in rows:
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _width(cell, last=column == len(row) - 1))
    return [min(width, _WIDEST) for width in widths]


def _width(cell: Cell, *, last: bool) -> int:
    if isinstance(cell, TextHead):
        return max(map(len, cell.split()), default=0) + 2
    return 0 if cell is None or last else max(map(len, str(cell).splitlines()), default=0) + 2


def _plain(cell: Cell) -> str | int:
    """A number as it is; text with an apostrophe before anything that could run."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    return defused(str(cell).replace("\x00", ""))
