"""A report to publish or to hand over: what stands in it, in words already, before it is set as PDF and as DOCX."""

from dataclasses import dataclass
from datetime import datetime

from hrd_cases.domain.papers import Language


@dataclass(frozen=True, kw_only=True)
class ReportBar:
    """One bar: what it is about, its figure in words, and between which numbers it ends; both 0 for no bar."""

    words: str
    figure: str
    low: int = 0
    high: int = 0
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportChart:
    """Bars under a heading for what they are about and one for their figures."""

    head: str
    unit: str
    bars: tuple[ReportBar, ...]

    @property
    def most(self) -> int:
        """The number at which the longest bar ends, at least 1."""
        return max([1, *(bar.high for bar in self.bars)])


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """A row of a table: cells in words, the first its heading; a whole has `parts` under it in rows that are `part`."""

    cells: tuple[str, ...]
    remark: str = ""  # in small type under the first cell
    strong: bool = False
    part: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportTable:
    """Rows under headings; `figures`: all columns but the first hold numbers."""

    heads: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    figures: bool = True


@dataclass(frozen=True, kw_only=True)
class ReportSection:
    """A part of a report: paragraphs, a chart, tables, and at last what is said about what, in pairs."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    chart: ReportChart | None = None
    tables: tuple[ReportTable, ...] = ()
    pairs: tuple[tuple[str, ...], ...] = ()  # (what, text)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole report. `edition` says for whom it is and stands at the foot of each page of the PDF."""

    language: Language
    publisher: str
    title: str
    subtitle: str
    edition: str
    day: str
    sections: tuple[ReportSection, ...]
    built_at: datetime
    warning: str = ""
    no_chart: str = ""  # said in the DOCX in the place of each chart
