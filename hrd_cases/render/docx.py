"""The filing and the letter as DOCX, for a lawyer to edit: real styles, page numbers, no author, no history."""

from collections.abc import Sequence

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from hrd_cases.domain.papers import Cited, DossierRequest, Filing, LetterRequest, Position, SharedCase
from hrd_cases.domain.profiles import FormatProfile
from hrd_cases.render import own_values
from hrd_cases.render.docx_saving import saved
from hrd_cases.render.kind_fields import printed_fields
from hrd_cases.render.own_values import Cites
from hrd_cases.render.words import PaperWords

LINE = "_" * 22
HALF = 85
TABLES = ("Normal Table", "Table Grid")  # the styles of tables that papers use; the first is that of all others


def filing(
    request: DossierRequest, profile: FormatProfile, words: PaperWords, attachments: Sequence[str], cites: Cites
) -> bytes:
    """The filing of this dossier, without the bundle; `cites` puts references to exhibits into words, as in the PDF."""
    text = request.case.filing
    if request.template:
        return own_values.filing(request, profile, words, attachments, cites)
    document = blank_document(profile)
    for label, line in heading_lines(request, profile, words):
        _line(document, line, label=label, left=HALF if profile.head == "right" else 0)
    _heading(document, text.title.upper(), level=0)
    if text.subtitle:
        _line(document, text.subtitle, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "")
    _body(document, request.case, profile, words, cites)
    _list(document, words["attachments"], own_values.ended(attachments))
    _list(document, words["copies_for"], own_values.ended(text.copies_for))
    _line(document, "")
    place = ", ".join(piece for piece in (text.place or "", words.day(text.day)) if piece)
    _line(document, place)
    _signature(document, text.signatory_capacity, text.signatory)
    return saved(document, text.title, request.built_at)


def letter(request: LetterRequest, profile: FormatProfile, words: PaperWords) -> bytes:
    """The letter on letterhead, or in our own template."""
    if request.template:
        return own_values.letter(request, words)
    document = blank_document(profile)
    for line in request.letterhead:
        _line(document, line, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "")
    _line(document, f"{words['our_number']} {request.our_number}    {words.day(request.day)}".strip())
    if request.their_number:
        _line(document, f"{words['their_number']} {request.their_number}")
    for line in request.addressee:
        _line(document, line, left=HALF)
    if request.applicants:
        _line(document, f"{words['applicants']} {'; '.join(request.applicants)}", left=HALF)
    _line(document, "")
    if request.subject:
        _heading(document, request.subject, level=0)
    for paragraph in request.body:
        _paragraph(document, paragraph)
    _list(document, words["attachments"], own_values.ended(request.attachments))
    _signature(document, request.signatory_capacity, request.signatory)
    return saved(document, request.subject or words["letter"], request.built_at)


def heading_lines(request: DossierRequest, profile: FormatProfile, words: PaperWords) -> list[tuple[str, str]]:
    """The block at the head of a filing, line by line: what is printed bold, as in the PDF, and what follows it."""
    text = request.case.filing
    lines = [(text.court, ""), ("", text.court_address or "")]
    if "case_number" not in profile.omits:
        lines.append(("", f"{words['case_number']} {text.case_number}"))
    if text.registration_number:
        lines.append(("", f"{words['registration_number']} {text.registration_number}"))
    lines += [
        (f"{party.role}:", f" {', '.join((party.name, *filter(None, (party.address, *party.details))))}")
        for party in request.case.parties
        if profile.head == "right"
    ]
    lines.append((words["filed_by"], f" {', '.join(filter(None, (text.filed_by, text.contacts)))}"))
    if "authority" not in profile.omits:
        lines.append((words["on_authority"], f" {text.authority}"))
    return [(label, line) for label, line in lines if label or line]


def _body(document: Docx, case: SharedCase, profile: FormatProfile, words: PaperWords, cites: Cites) -> None:
    text: Filing[str] = case.filing
    for paragraph in text.opening:
        _paragraph(document, paragraph)
    for printed in printed_fields(case, profile, words):
        _heading(document, printed.heading, level=1)
        for line, exhibits in printed.lines:
            _paragraph(document, f"{line} ({cites(exhibits)})" if exhibits else line)
    if text.positions:
        _heading(document, words["positions"], level=1)
    for at, position in enumerate(text.positions, start=1):
        _position(document, at, position, words, cites)
    for section in text.sections:
        _heading(document, section.heading, level=1)
        for paragraph in section.paragraphs:
            _paragraph(document, paragraph)
        _evidence(document, section.exhibits, words, cites)
    _list(document, words["request"], text.requests)


def _position(document: Docx, at: int, position: Position[str], words: PaperWords, cites: Cites) -> None:
    _heading(document, f"{at}. {position.head or words['claim_head']}", level=2)
    _paragraph(document, words[f"stance_{position.stance.value}"], italic=True)
    for ground in position.grounds:
        _paragraph(document, ground)
    if position.law:
        _paragraph(document, f"{words['law_relied']} {'; '.join(position.law)}.", align=WD_ALIGN_PARAGRAPH.LEFT)
    _evidence(document, position.exhibits, words, cites)


def _evidence(document: Docx, exhibits: tuple[Cited, ...], words: PaperWords, cites: Cites) -> None:
    if exhibits:
        _paragraph(document, f"{words['evidence']} {cites(exhibits)}.", align=WD_ALIGN_PARAGRAPH.LEFT)


def blank_document(profile: FormatProfile) -> Docx:
    """A document with the margins, fonts and styles of a profile."""
    document = Document()
    _drop_unused(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(profile.margin_left), Mm(profile.margin_right)
    page.top_margin, page.bottom_margin = Mm(profile.margin_top), Mm(profile.margin_bottom)
    normal = _styled(document, "Normal", profile, size=profile.docx_size)
    normal.paragraph_format.space_after = Pt(0)
    body = _styled(document, "Body Text", profile, size=profile.docx_size)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.paragraph_format.first_line_indent = Mm(profile.first_line)
    body.paragraph_format.line_spacing = profile.line_height
    body.paragraph_format.space_after = Pt(0)
    listed = _styled(document, "List Paragraph", profile, size=profile.docx_size)
    listed.paragraph_format.left_indent = Mm(max(profile.first_line, 8))
    listed.paragraph_format.first_line_indent = -Mm(8)
    for name, align in (("Title", WD_ALIGN_PARAGRAPH.CENTER), ("Heading 1", WD_ALIGN_PARAGRAPH.CENTER),
                        ("Heading 2", WD_ALIGN_PARAGRAPH.LEFT)):  # fmt: skip
        heading = _styled(document, name, profile, size=profile.docx_size)
        heading.font.bold = True
        heading.paragraph_format.alignment = align
        heading.paragraph_format.space_before = Pt(18 if name == "Title" else 10)
        heading.paragraph_format.space_after = Pt(4)
        heading.paragraph_format.keep_with_next = True
        for border in heading.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
    _number_pages(document)
    return document


def _drop_unused(document: Docx) -> None:
    """Take out what python-docx's template brings along and no paper uses: the styles once more for Word 2010, and a
    hundred styles of tables. They are nine tenths of the text that is read again for names (docx_check.py)."""
    for relation in [one.rId for one in document.part.rels.values() if one.reltype.endswith("/stylesWithEffects")]:
        del document.part.rels[relation]
    for style in list(document.styles):
        if style.type is WD_STYLE_TYPE.TABLE and style.name not in TABLES:
            style.delete()


def _styled(document: Docx, name: str, profile: FormatProfile, *, size: int) -> ParagraphStyle:
    """A style in the font of the profile, in black."""
    style: ParagraphStyle = document.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = profile.docx_font, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        if fonts.get(qn(theme)) is not None:
            del fonts.attrib[qn(theme)]
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), profile.docx_font)
    return style


def _number_pages(document: Docx) -> None:
    """The number of the page at the foot, kept right by the word processor."""
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    foot._p.append(field)  # the library has no way to add a field


def _heading(document: Docx, text: str, *, level: int) -> None:
    document.add_heading(text, level=level)


def _line(
    document: Docx, text: str, *, label: str = "", left: int = 0, align: WD_ALIGN_PARAGRAPH | None = None
) -> None:
    paragraph = document.add_paragraph()
    if label:
        paragraph.add_run(label).bold = True
    paragraph.add_run(text)
    paragraph.paragraph_format.left_indent = Mm(left)
    if left:
        paragraph.paragraph_format.space_after = Pt(3)
    if align is not None:
        paragraph.alignment = align


def _paragraph(document: Docx, text: str, *, italic: bool = False, align: WD_ALIGN_PARAGRAPH | None = None) -> None:
    paragraph = document.add_paragraph(style="Body Text")
    paragraph.add_run(text).italic = italic or None
    if align is not None:
        paragraph.alignment = align


def _list(document: Docx, heading: str, lines: Sequence[str]) -> None:
    # Numbers are typed, not automatic: a court quotes them, and they must not move while somebody edits.
    if not lines:
        return
    _heading(document, heading if heading.endswith(":") else f"{heading}:", level=2)
    for at, line in enumerate(lines, start=1):
        document.add_paragraph(f"{at}. {line}", style="List Paragraph")


def _signature(document: Docx, capacity: str, who: str) -> None:
    """Capacity, line and name side by side, so that a long one wraps in its own place."""
    _line(document, "")
    cells = document.add_table(rows=1, cols=3).rows[0].cells
    for cell, text in zip(cells, (capacity, LINE, who), strict=True):
        cell.paragraphs[0].add_run(text)
    cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
