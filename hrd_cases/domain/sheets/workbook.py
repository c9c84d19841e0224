"""XLSX: a ZIP of XML, read with limits and without anything that XML can name outside of itself.

Formulas are never computed: the value that the spreadsheet stored beside them is read.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from hrd_cases.domain.sheets.cells import Look, looks, shown
from hrd_cases.domain.sheets.model import (
    ANOTHER_PROGRAM,
    DAMAGED,
    MOST_COLUMNS,
    MOST_LETTERS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_TEXT,
    MOST_UNPACKED,
    NOT_A_TABLE,
    OLD_OR_LOCKED,
    TOO_LARGE_INSIDE,
    TOO_LONG_CELL,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNSAFE,
    BadSheet,
    SheetRow,
    TableSheet,
    checked,
)

BOOK = "xl/workbook.xml"
_PIECE = 64 * 1024
_MOST_PARTS = 5_000
_MOST_MERGED = 20_000
_MOST_FILLED = 1_000_000  # cells that merging fills
_ENCRYPTED = 1
_YES = frozenset({"1", "true"})  # as XML writes it (XML Schema, xs:boolean)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a sign that XML cannot hold (ECMA-376, ST_Xstring)
_COLUMN = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, ValueError, LookupError)
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

Attributes = dict[str, str]


def read_workbook(data: bytes) -> list[TableSheet]:
    """The sheets of a workbook that hold anything; raises BadSheet."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return list(_sheets(_Parts(archive=_sound(archive))))
    except _BROKEN:
        raise BadSheet(DAMAGED) from None


def _sound(archive: zipfile.ZipFile) -> zipfile.ZipFile:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if BOOK not in names:
        raise BadSheet(ANOTHER_PROGRAM if {"xl/workbook.bin", "content.xml"} & names else NOT_A_TABLE)
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise BadSheet(OLD_OR_LOCKED)
    if len(parts) > _MOST_PARTS or any(part.compress_type not in _PACKED for part in parts):
        raise BadSheet(UNSAFE)
    return archive


@dataclass(kw_only=True)
class _Parts:
    """The parts of a workbook, which together may not become larger than MOST_UNPACKED."""

    archive: zipfile.ZipFile
    unpacked: int = 0
    rows: int = 0

    def has(self, name: str) -> bool:
        """Whether the workbook has this part."""
        return name in self.archive.NameToInfo

    def parse(self, name: str, handler: "_Handler") -> None:
        """Read one part, as it is unpacked, into a handler."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse  # where entities are declared, and files outside are named
        parser.StartElementHandler = lambda tag, has: handler.start(tag.rpartition(" ")[2], has)
        parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(" ")[2])
        parser.CharacterDataHandler = handler.text
        with self.archive.open(name) as part:
            while piece := part.read(_PIECE):
                self.unpacked += len(piece)
                if self.unpacked > MOST_UNPACKED:
                    raise BadSheet(TOO_LARGE_INSIDE)
                parser.Parse(piece)
        parser.Parse(b"", True)

    def count_row(self) -> None:
        """One row more; raises BadSheet beyond the limit."""
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise BadSheet(TOO_MANY_ROWS, most=MOST_ROWS)


def _refuse(*_declaration: object) -> None:
    raise BadSheet(UNSAFE)


class _Handler:
    """What is made of one part, element by element."""

    def start(self, tag: str, has: Attributes) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """A piece of text."""


@dataclass(kw_only=True)
class _Elements(_Handler):
    """Elements of these names, with their attributes, in order."""

    names: frozenset[str]
    found: list[tuple[str, Attributes]] = field(default_factory=list)

    def start(self, tag: str, has: Attributes) -> None:
        if tag in self.names:
            self.found.append((tag, {name.rpartition(" ")[2]: text for name, text in has.items()}))


@dataclass(kw_only=True)
class _SharedTexts(_Handler):
    """The texts that cells refer to by number; readings written above a text are left out."""

    texts: list[str] = field(default_factory=list)
    _now: list[str] = field(default_factory=list)
    _inside: bool = False
    _above: bool = False

    def start(self, tag: str, has: Attributes) -> None:
        if tag == "si":
            self._now = []
        elif tag == "rPh":
            self._above = True
        self._inside = tag == "t" and not self._above

    def end(self, tag: str) -> None:
        if tag == "si":
            self.texts.append(_unescaped("".join(self._now)))
        elif tag == "rPh":
            self._above = False
        self._inside = False

    def text(self, text: str) -> None:
        if self._inside:
            self._now.append(text)


def _unescaped(text: str) -> str:
    """The text with its escaped signs; half of a pair of surrogates is no sign."""
    if "_x" not in text:
        return text
    return (
        _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text)
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


@dataclass(kw_only=True)
class _Cells(_Handler):
    """The rows of one sheet as they come, and what is merged in it."""

    shared: list[str]
    looks: list[Look]
    from_1904: bool
    count_row: Callable[[], None]
    rows: dict[int, list[str]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    _row: int = 0
    _column: int = -1
    _kind: str = ""
    _look: Look = field(default_factory=Look.plain)
    _letters: list[str] = field(default_factory=list)
    _length: int = 0
    _inside: bool = False

    def start(self, tag: str, has: Attributes) -> None:
        if tag == "row":
            self._row, self._column = int(has.get("r") or self._row + 1), -1
            if has.get("hidden") in _YES:
                self.hidden.add(self._row)
        elif tag == "c":
            self._begin(has)
        elif tag in ("v", "t"):
            self._inside = True
        elif tag == "mergeCell" and len(self.merged) < _MOST_MERGED:
            self.merged.append(has.get("ref", ""))

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._inside = False
        elif tag == "c" and self._letters:
            self._keep("".join(self._letters))

    def text(self, text: str) -> None:
        if self._inside:
            self._letters.append(text)
            self._length += len(text)
            if self._length > MOST_LETTERS:
                raise BadSheet(TOO_LONG_CELL, row=self._row, most=MOST_LETTERS)

    def _begin(self, has: Attributes) -> None:
        place = _COLUMN.fullmatch(has.get("r", ""))
        self._column = _number(place[1]) if place else self._column + 1
        self._kind, style = has.get("t", "n"), int(has.get("s") or 0)
        self._look = self.looks[style] if style < len(self.looks) else Look.plain()
        self._letters, self._length = [], 0

    def _keep(self, text: str) -> None:
        if self._kind == "s":
            text = self.shared[int(text)]
        elif self._kind == "b":
            text = "yes" if text.strip() == "1" else "no"
        elif self._kind == "n":
            text = shown(text, self._look, from_1904=self.from_1904)
        else:
            text = _unescaped(text)
        if not text.strip():
            return
        if self._column >= MOST_COLUMNS:
            raise BadSheet(TOO_MANY_COLUMNS, row=self._row, most=MOST_COLUMNS)
        if self._row not in self.rows:
            self.count_row()
        cells = self.rows.setdefault(self._row, [])
        cells.extend([""] * (self._column + 1 - len(cells)))
        cells[self._column] = text


def _number(letters: str) -> int:
    """The number of a column from its letters: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheets(parts: _Parts) -> Iterator[TableSheet]:
    book = _elements(parts, BOOK, "sheet", "workbookPr")
    targets = _targets(parts)
    shared, styles = _shared(parts), _looks(parts)
    from_1904 = any(has.get("date1904") in _YES for tag, has in book if tag == "workbookPr")
    named = [has for tag, has in book if tag == "sheet"]
    for has in named[:MOST_SHEETS]:
        target = targets.get(has.get("id", ""), "")
        if not target.startswith("xl/worksheets/") or not parts.has(target):
            continue
        cells = _Cells(shared=shared, looks=styles, from_1904=from_1904, count_row=parts.count_row)
        parts.parse(target, cells)
        rows = _filled(cells)
        if rows:
            whole = has.get("state", "visible") != "visible"
            hidden = len(rows) if whole else sum(row.number in cells.hidden for row in rows)
            yield TableSheet(name=has.get("name", "")[:100], rows=rows, hidden=hidden)


def _targets(parts: _Parts) -> dict[str, str]:
    found = _elements(parts, "xl/_rels/workbook.xml.rels", "Relationship")
    return {has.get("Id", ""): posixpath.normpath(posixpath.join("/xl", has.get("Target", "")))[1:] for _, has in found}


def _shared(parts: _Parts) -> list[str]:
    texts = _SharedTexts()
    if parts.has("xl/sharedStrings.xml"):
        parts.parse("xl/sharedStrings.xml", texts)
    return texts.texts


def _looks(parts: _Parts) -> list[Look]:
    found = _elements(parts, "xl/styles.xml", "numFmt", "cellXfs", "cellStyleXfs", "xf", "cellStyles", "dxfs")
    return looks(found)


def _elements(parts: _Parts, name: str, *names: str) -> list[tuple[str, Attributes]]:
    elements = _Elements(names=frozenset(names))
    if parts.has(name):
        parts.parse(name, elements)
    return elements.found


def _filled(cells: _Cells) -> list[SheetRow]:
    """The rows in order; what is merged over several rows stands in each of them."""
    rows, left = cells.rows, _MOST_FILLED
    for reference in cells.merged:
        first, _, last = reference.partition(":")
        begins, ends = _COLUMN.fullmatch(first), _COLUMN.fullmatch(last)
        if begins and ends and int(ends[2]) > int(begins[2]):
            left -= _fill_down(rows, _number(begins[1]), int(begins[2]), int(ends[2]))
        if left < 0:
            raise BadSheet(UNSAFE)
    ordered = (checked(number, rows[number]) for number in sorted(rows))
    filled = [row for row in ordered if row is not None]
    if sum(len(text) for row in filled for text in row.cells) > MOST_TEXT:
        raise BadSheet(TOO_LARGE_INSIDE)
    return filled


def _fill_down(rows: dict[int, list[str]], column: int, first: int, last: int) -> int:
    """Write the text of the first cell into the empty ones below it; how many rows were looked at."""
    cells = rows.get(first, [])
    text = cells[column] if column < len(cells) else ""
    if not text:
        return 1
    last = min(last, max(rows))
    for number in range(first + 1, last + 1):
        row = rows.get(number)
        if row is not None:
            row.extend([""] * (column + 1 - len(row)))
            row[column] = row[column] or text
    return last - first
