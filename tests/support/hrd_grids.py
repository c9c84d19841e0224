"""The table of figures as each file of it shows it: cells by column and row, in words."""

import csv
import html
import re
from collections.abc import Collection
from io import BytesIO, StringIO

from docx import Document
from hrd_sheets import cells
from pypdf import PdfReader

Grid = dict[tuple[str, str], str]  # by column and row


def grid_of(heads: list[str], rows: list[list[str]]) -> Grid:
    return {(head, row[0]): cell for row in rows for head, cell in zip(heads[1:], row[1:], strict=True)}


def from_csv(data: bytes) -> Grid:
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    start = next(at for at, row in enumerate(rows) if row[:1] == ["Period"] and "Total" in row)
    return grid_of(rows[start][:-1], [row[:-1] for row in rows[start + 1 :]])


def from_xlsx(data: bytes) -> Grid:
    values = cells(data)
    rows: dict[int, dict[str, str]] = {}
    for place, value in values.items():
        rows.setdefault(int(re.sub(r"\D", "", place)), {})[re.sub(r"\d", "", place)] = str(value)
    start = max(line for line, row in rows.items() if row.get("A") == "Period")
    columns = [column for column, head in rows[start].items() if head != "Remark"]
    table = [[rows[line].get(column, "") for column in columns] for line in sorted(rows) if line > start]
    return grid_of([rows[start][column] for column in columns], table)


def from_docx(data: bytes) -> Grid:
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(BytesIO(data)).tables]
    rows = next(table for table in tables if "Total" in table[0])
    return grid_of(rows[0], [[row[0].partition("\n")[0], *row[1:]] for row in rows[1:]])


def words_of(data: bytes) -> str:
    """All text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def from_pdf(data: bytes) -> Grid:
    """The cells of the table of all figures; its headings and cells are single words here."""
    text = words_of(data)
    lines = text.partition("All figures\n")[2].partition("How it was counted")[0].strip().splitlines()
    return grid_of(lines[0].split(), [line.split() for line in lines[1:]])


def from_page(text: str, kinds: Collection[str], years: Collection[str]) -> Grid:
    """The figures of the page that stand in its table too: those of all columns, and those of the whole time."""
    rows = re.findall(r'<th scope="row" role="rowheader">(.*?)</th><td role="cell" class="is-number">(.*?)</td>', text)
    figures = {html.unescape(re.sub(r"<[^>]+>", "", head)): figure for head, figure in rows}
    whole = re.search(r"<b>Incidents: (\d+)</b>", text)
    assert whole
    by_kind = {(head, "Total"): figures[head] for head in kinds if head in figures}
    return {**by_kind, **{("Total", year): figures[year] for year in years}, ("Total", "Total"): whole[1]}


def solid(text: str) -> str:
    """A text without its spaces, which a PDF does not keep."""
    return re.sub(r"\s", "", text)


def is_in_pdf(grid: Grid, data: bytes) -> bool:
    """Whether the table of all figures of a PDF has these cells and no others, row by row."""
    heads = list(dict.fromkeys(head for head, _row in grid))
    rows = [[row, *(grid[head, row] for head in heads)] for row in dict.fromkeys(row for _head, row in grid)]
    table = solid(words_of(data)).partition("Allfigures")[2].partition("Howitwascounted")[0]
    return table == solid("".join(["Period", *heads, *(cell for row in rows for cell in row)]))


READERS = {"csv": from_csv, "xlsx": from_xlsx, "docx": from_docx, "pdf": from_pdf}
