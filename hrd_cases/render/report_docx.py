"""A report as DOCX, to be edited: real headings, tables whose headings repeat on each page, the language set."""

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from hrd_cases.domain.profiles import FormatProfile
from hrd_cases.domain.reports import Report, ReportChart, ReportRow, ReportSection, ReportTable
from hrd_cases.render import docx
from hrd_cases.render.docx_saving import saved

LOCALES = {"ru": "ru-RU", "kk": "kk-KZ", "en": "en-GB"}
SMALL, USUAL = Pt(9), Pt(11)


def report(report: Report, profile: FormatProfile) -> bytes:
    """The report with the same words and numbers as the PDF; charts as their tables."""
    document = docx.blank_document(profile)
    _set_up(document, report)
    for text in (report.publisher, report.title, report.subtitle, report.day, report.warning):
        if text:
            document.add_paragraph(text, style="Title" if text is report.title else "Normal")
    for section in report.sections:
        _section(document, section, report.no_chart)
    return saved(document, report.title, report.built_at)


def _set_up(document: Docx, report: Report) -> None:
    """Text to the left and smaller than in a letter, its language for screen readers, the edition at the foot."""
    for name in ("Normal", "Body Text", "Title", "Heading 1"):
        document.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for name in ("Normal", "Body Text"):
        document.styles[name].font.size = USUAL
    body = document.styles["Body Text"].paragraph_format
    body.first_line_indent, body.space_after, body.line_spacing = Mm(0), Pt(4), 1.15
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LOCALES[report.language.value])
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    foot = document.sections[0].footer.paragraphs[0].insert_paragraph_before(report.edition)
    foot.runs[0].font.size = SMALL


def _section(document: Docx, section: ReportSection, no_chart: str) -> None:
    document.add_heading(section.heading, level=1)
    for text in section.paragraphs:
        document.add_paragraph(text, style="Body Text")
    if section.chart:
        _table(document, _of_chart(section.chart))
        document.add_paragraph(no_chart).runs[0].font.size = SMALL
    for table in section.tables:
        _table(document, table)
    for what, text in section.pairs:
        document.add_paragraph(style="Body Text").add_run(what).bold = True
        document.add_paragraph(text, style="Body Text")


def _of_chart(chart: ReportChart) -> ReportTable:
    rows = (ReportRow(cells=(bar.words, bar.figure), remark=bar.remark) for bar in chart.bars)
    return ReportTable(heads=(chart.head, chart.unit), rows=tuple(rows))


def _table(document: Docx, table: ReportTable) -> None:
    drawn = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    again = OxmlElement("w:tblHeader")  # the library has no way to repeat a heading
    drawn.rows[0]._tr.get_or_add_trPr().append(again)
    for at, (cell, text) in enumerate(zip(drawn.rows[0].cells, table.heads, strict=True)):
        _write(cell, text, strong=True, right=table.figures and at > 0)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        added = drawn.add_row()
        added._tr.get_or_add_trPr().append(whole)
        for at, (cell, text) in enumerate(zip(added.cells, row.cells, strict=True)):
            _write(cell, text, strong=row.strong, right=table.figures and at > 0)
        if row.part:
            added.cells[0].paragraphs[0].paragraph_format.left_indent = Mm(5)
        if row.remark:
            added.cells[0].add_paragraph(row.remark).runs[0].font.size = SMALL
    document.add_paragraph()


def _write(cell: _Cell, text: str, *, strong: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = SMALL, strong
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
