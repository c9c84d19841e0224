"""CSV and its relatives: in the encodings and with the separators that spreadsheets of our countries write."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from itertools import islice

from hrd_cases.domain.encodings import old_encoding
from hrd_cases.domain.sheets.defusing import as_meant
from hrd_cases.domain.sheets.model import (
    MOST_ROWS,
    NOT_A_TABLE,
    TOO_LONG_CELL,
    TOO_MANY_ROWS,
    BadSheet,
    SheetRow,
    TableSheet,
    checked,
)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ";\t,|"
_LOOKED_AT = 50  # rows, to find the separator
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_TOLD = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # what Excel writes in the first line to say it
_SAMPLE = 4_000  # bytes, to find out whether every second one is zero


def read_delimited(data: bytes) -> TableSheet:
    """The rows of a text file; raises BadSheet."""
    text = _text(data)
    told = _TOLD.match(text)
    if told:
        rows = _rows(text[told.end() :], told[1], first=2)
    else:
        rows = _rows(text, _separator(text), first=1)
    return TableSheet(name="", rows=rows)


def _text(data: bytes) -> str:
    """The text in its encoding: a mark says which, else UTF-8, else the likeliest of the old ones."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "") or _unmarked(data)
    for tried in (encoding, old_encoding(data) or "cp1251") if encoding == "utf-8" else (encoding,):
        try:
            text = data.decode(tried)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise BadSheet(NOT_A_TABLE)


def _unmarked(data: bytes) -> str:
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample) or min(even, odd):  # Latin letters and separators leave zeros
        return "utf-8"
    return "utf-16-le" if odd else "utf-16-be"


def _separator(text: str) -> str:
    """The separator that gives every row the same number of cells, more than one; else the one that gives it to most.

    A list that a program wrote has as many cells in each row, whatever signs stand in its texts.
    """
    start = text[:200_000]

    def score(separator: str) -> tuple[bool, int, int]:
        try:
            rows = list(islice(csv.reader(StringIO(start, newline=""), delimiter=separator), _LOOKED_AT))
        except csv.Error:
            return False, 0, 0
        whole = len({len(row) for row in rows if row}) == 1 and bool(rows) and len(rows[0]) > 1
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return whole, times, width

    return max(_SEPARATORS, key=score)


def _rows(text: str, separator: str, first: int) -> list[SheetRow]:
    """Every row; a quotation mark that is never closed is a sign like any other."""
    source = StringIO(text, newline="")
    if _open_ended(text, separator):
        reader = csv.reader(source, delimiter=separator, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(source, delimiter=separator)
    rows: list[SheetRow] = []
    try:
        for row in _kept(reader, first):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise BadSheet(TOO_MANY_ROWS, most=MOST_ROWS)
    except csv.Error:  # a cell longer than csv takes
        raise BadSheet(TOO_LONG_CELL, row=reader.line_num, most=csv.field_size_limit()) from None
    return rows


def _open_ended(text: str, separator: str) -> bool:
    strict = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for _row in strict:
            pass
    except csv.Error as error:
        return "unexpected end" in str(error) or "limit" in str(error)
    return False


def _kept(reader: Iterable[list[str]], first: int) -> Iterable[SheetRow]:
    for number, cells in enumerate(reader, start=first):
        row = checked(number, [as_meant(cell) for cell in cells])
        if row is not None:
            yield row
