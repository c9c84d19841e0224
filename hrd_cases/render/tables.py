"""Tables as CSV that a spreadsheet opens without running anything (OWASP, CSV injection)."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# A cell that begins so is taken for a formula by one spreadsheet or another; wide forms are read as the narrow ones.
_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")
_BOM = "\ufeff"  # without it, spreadsheets on Windows take Russian for another encoding


# Where the comma stands in numbers, a spreadsheet parts columns at semicolons and puts a comma's line into one column.
_SEPARATORS = {"ru": ";", "kk": ";"}


def csv_bytes(rows: Iterable[Sequence[str | int | None]], language: str = "en") -> bytes:
    """Rows as UTF-8 CSV with a byte order mark, parted as spreadsheets of this language expect.

    None is an empty cell, text that looks like a formula is defused.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=_SEPARATORS.get(language, ","), lineterminator="\r\n")
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def _plain(cell: str | int | None) -> str | int:
    """A number as it is; text with an apostrophe before anything that could run."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    shown = cell.replace("\x00", "")
    risky = shown.startswith(_STARTS) or shown.lstrip(" \u00a0\u200b\ufeff").startswith(_STARTS)
    return f"'{shown}" if risky else shown
