"""From the bytes of a file that somebody sent to the rows in it, whatever its name says."""

from collections.abc import Sequence

from hrd_cases.domain.sheets.delimited import read_delimited
from hrd_cases.domain.sheets.model import EMPTY_FILE, NO_ROWS, OLD_OR_LOCKED, BadSheet, TableSheet
from hrd_cases.domain.sheets.workbook import read_workbook

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every office file with a password


def read_table(data: bytes) -> Sequence[TableSheet]:
    """The sheets of a file that hold rows; raises BadSheet with what is wrong and what to do."""
    if not data:
        raise BadSheet(EMPTY_FILE)
    if data.startswith(_COMPOUND):
        raise BadSheet(OLD_OR_LOCKED)
    sheets = read_workbook(data) if data.startswith(_ZIP) else [read_delimited(data)]
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise BadSheet(NO_ROWS)
    return filled
