"""A table of results as it is pasted from a spreadsheet: companies in rows, indicators in columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.importers.near_words import code_of, folded
from hrd_cases.domain.screening import IN_PART, NO, NOT_FOUND, RESULTS, YES, Indicator
from hrd_cases.domain.sheets.delimited import read_delimited
from hrd_cases.domain.sheets.model import BadSheet, SheetRow
from hrd_cases.domain.words import N_

TABLE = "table"  # the field in which the table is pasted
LINK = "link"  # what a column means that holds the page of each company
MOST_LETTERS = 400_000
MOST_NAME = 200

EMPTY = N_("Paste the table: companies in rows, indicators in columns.")
TOO_LONG = N_("The table is too long. Paste it in parts.")
NO_INDICATOR = N_("“%(text)s” is no code of this edition.")
TWICE = N_("This column is there twice.")
NO_COLUMN = N_("There are more columns than indicators. Put the codes of the indicators into the first row.")
NO_NAME = N_("Write the name of the company.")
LONG_NAME = N_("At most %(most)s characters fit into a name.")
NO_RESULT = N_("“%(text)s” is none of: yes, partly, no, not found.")
NO_ADDRESS = N_("A link begins with https://")

# What people write besides the labels of the list, folded as headings are.
_WORDS: Mapping[str, tuple[str, ...]] = {
    YES: ("да есть", "ия"),
    IN_PART: ("partial", "partially", "in part", "отчасти", "жартылай"),
    NO: ("none",),
    NOT_FOUND: ("не найден", "не найдена", "не найдены", "nothing found", "нет данных"),
}
_LINK_WORDS = frozenset(map(folded, ("link", "website", "url", "ссылка", "сайт", "сілтеме")))
_BY_WORD = {folded(word): code for code, words in _WORDS.items() for word in words}


@dataclass(frozen=True, kw_only=True)
class CellError:
    """What is wrong with a cell: its row as it was pasted, its column from 0, and the sentence."""

    row: int
    column: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PastedRow:
    """One company: its row, its name, and the result of each indicator that has one."""

    number: int
    name: str
    results: Mapping[str, str]
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class PastedTable:
    """What a table says: `columns` holds the code of each column from the second on, or LINK; empty where unknown."""

    columns: tuple[str, ...]
    rows: tuple[PastedRow, ...]
    errors: tuple[CellError, ...]

    def column_of(self, code: str) -> int:
        """The place of a column; that of the names where there is none."""
        return self.columns.index(code) + 1 if code in self.columns else 0


def result_of(text: str) -> str:
    """The result that a cell says in words of three languages; empty where it says none."""
    code = code_of("screening_results", text)
    return code if code in RESULTS else _BY_WORD.get(folded(text), "")


def read_table(text: str, indicators: Sequence[Indicator]) -> PastedTable:
    """The rows of a pasted table, parted by tabs, else by semicolons; RuleBroken where it is no table at all.

    The first row may hold the codes of the indicators; without it the columns are the indicators in their order.
    """
    rows = _rows(text)
    if not rows:
        raise RuleBroken(EMPTY, place=TABLE)
    headed = _is_heading(rows[0], indicators)
    width = max(len(row.cells) for row in rows)
    errors: list[CellError] = []
    if headed:
        columns = _headings(rows[0], indicators, errors)
    else:
        columns = tuple(indicator.code for indicator in indicators[: width - 1])
    if width - 1 > len(columns):
        errors.append(CellError(row=rows[0].number, column=len(columns) + 1, text=NO_COLUMN))
    companies = [_row(row, columns, errors) for row in rows[1 if headed else 0 :]]
    return PastedTable(columns=columns, rows=tuple(companies), errors=tuple(errors))


def _rows(text: str) -> Sequence[SheetRow]:
    if len(text) > MOST_LETTERS:
        raise RuleBroken(TOO_LONG, place=TABLE)
    separator = "\t" if "\t" in text else ";"
    try:
        rows = read_delimited(f"sep={separator}\n{text}".encode()).rows
    except BadSheet as bad:
        raise RuleBroken(bad.text, place=TABLE, values=bad.values) from None
    return [SheetRow(number=row.number - 1, cells=row.cells) for row in rows]


def _is_heading(row: SheetRow, indicators: Sequence[Indicator]) -> bool:
    """A first row is one of headings where a cell after the first names an indicator or the column of links."""
    return any(_meaning(cell, indicators) for cell in row.cells[1:])


def _meaning(heading: str, indicators: Sequence[Indicator]) -> str:
    text = folded(heading)
    for indicator in indicators:
        begins = text.startswith(f"{folded(indicator.code)} ")
        if text and (begins or text in (folded(indicator.code), folded(indicator.words))):
            return indicator.code
    return LINK if text in _LINK_WORDS else ""


def _headings(row: SheetRow, indicators: Sequence[Indicator], errors: list[CellError]) -> tuple[str, ...]:
    columns: list[str] = []
    for place, heading in enumerate(row.cells[1:], start=1):
        code = _meaning(heading, indicators)
        if not code:
            errors.append(CellError(row=row.number, column=place, text=NO_INDICATOR, values={"text": heading}))
        elif code in columns:
            errors.append(CellError(row=row.number, column=place, text=TWICE))
        columns.append(code)
    return tuple(columns)


def _row(row: SheetRow, columns: Sequence[str], errors: list[CellError]) -> PastedRow:
    name, link, results = " ".join(row.cells[0].split()), "", dict[str, str]()
    if not name:
        errors.append(CellError(row=row.number, column=0, text=NO_NAME))
    elif len(name) > MOST_NAME:
        errors.append(CellError(row=row.number, column=0, text=LONG_NAME, values={"most": MOST_NAME}))
    for place, (code, cell) in enumerate(zip(columns, row.cells[1:], strict=False), start=1):
        if not cell:
            continue
        if code == LINK:
            link = cell
            if not link.startswith(("https://", "http://")):
                errors.append(CellError(row=row.number, column=place, text=NO_ADDRESS))
        elif code:
            results[code] = result_of(cell)
            if not results[code]:
                errors.append(CellError(row=row.number, column=place, text=NO_RESULT, values={"text": cell[:40]}))
    return PastedRow(number=row.number, name=name, results=results, link=link)
