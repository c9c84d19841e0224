"""The filing and the letter as DOCX, for a lawyer to edit; plain paragraphs, no author, no history."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from hrd_cases.domain.papers import DossierRequest, Filing, LetterRequest, Position
from hrd_cases.domain.profiles import FormatProfile
from hrd_cases.render.words import Words

LINE = "_" * 22
HALF = 85
NO_PROGRAM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def filing(request: DossierRequest, profile: FormatProfile, words: Words, attachments: Sequence[str]) -> bytes:
    """The filing of this dossier, without the bundle."""
    document = _blank(profile)
    text = request.case.filing
    for line in heading_lines(request, words):
        _line(document, line, left=HALF)
    _line(document, "")
    _line(document, text.title.upper(), align=WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    if text.subtitle:
        _line(document, text.subtitle, align=WD_ALIGN_PARAGRAPH.CENTER)
    _body(document, text, request, profile, words)
    _list(document, words["attachments"], attachments, profile)
    _list(document, words["copies_for"], text.copies_for, profile)
    _line(document, "")
    place = ", ".join(piece for piece in (text.place or "", words.day(text.day)) if piece)
    _line(document, place)
    _line(document, f"{text.signatory_capacity}\t{LINE}\t{text.signatory}")
    return _bytes(document, text.title, request.built_at)


def letter(request: LetterRequest, profile: FormatProfile, words: Words) -> bytes:
    """The letter on letterhead."""
    document = _blank(profile)
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
        _line(document, request.subject, align=WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    for paragraph in request.body:
        _paragraph(document, paragraph, profile)
    _list(document, words["attachments"], request.attachments, profile)
    _line(document, "")
    _line(document, f"{request.signatory_capacity}\t{LINE}\t{request.signatory}")
    return _bytes(document, request.subject or words["letter"], request.built_at)


def heading_lines(request: DossierRequest, words: Words) -> list[str]:
    """The block at the top right of a filing, line by line."""
    text = request.case.filing
    lines = [text.court, text.court_address, f"{words['case_number']} {text.case_number}"]
    if text.registration_number:
        lines.append(f"{words['registration_number']} {text.registration_number}")
    lines += [
        f"{party.role}: {party.name}" + (f", {party.address}" if party.address else "")
        for party in request.case.parties
    ]
    lines.append(f"{words['filed_by']} {text.filed_by}")
    authority = f"{words['on_authority']} {text.authority}"
    if text.authority_expires:
        authority += f", {words['valid_until']} {words.day(text.authority_expires)}"
    return [line for line in (*lines, authority) if line]


def _body(document: Docx, text: Filing[str], request: DossierRequest, profile: FormatProfile, words: Words) -> None:
    for paragraph in text.opening:
        _paragraph(document, paragraph, profile)
    if text.positions:
        _line(document, words["positions"], bold=True)
    for at, position in enumerate(text.positions, start=1):
        _position(document, at, position, request, profile, words)
    for section in text.sections:
        _line(document, section.heading, bold=True)
        for paragraph in section.paragraphs:
            _paragraph(document, paragraph, profile)
    _list(document, words["request"], text.requests, profile)


def _position(
    document: Docx, at: int, position: Position[str], request: DossierRequest, profile: FormatProfile, words: Words
) -> None:
    _line(document, f"{at}. {position.head or words['claim_head']}", bold=True)
    _paragraph(document, words[f"stance_{position.stance.value}"], profile)
    for ground in position.grounds:
        _paragraph(document, ground, profile)
    labels = {exhibit.id: profile.label(exhibit.number) for exhibit in request.case.exhibits}
    cited = list(dict.fromkeys(labels[one.exhibit] for one in position.exhibits))
    if cited:
        _paragraph(
            document, f"{words['evidence']} " + "; ".join(f"{words['attachment']} {label}" for label in cited), profile
        )


def _blank(profile: FormatProfile) -> Docx:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(profile.margin_left), Mm(profile.margin_right)
    page.top_margin, page.bottom_margin = Mm(profile.margin_top), Mm(profile.margin_bottom)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = profile.docx_font, Pt(profile.docx_size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), profile.docx_font)
    normal.paragraph_format.space_after = Pt(0)
    return document


def _line(
    document: Docx, text: str, *, left: int = 0, align: WD_ALIGN_PARAGRAPH | None = None, bold: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = bold
    paragraph.paragraph_format.left_indent = Mm(left)
    if align is not None:
        paragraph.alignment = align
    if bold:
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True


def _paragraph(document: Docx, text: str, profile: FormatProfile) -> None:
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(profile.first_line)
    paragraph.paragraph_format.line_spacing = profile.line_height


def _list(document: Docx, heading: str, lines: Sequence[str], profile: FormatProfile) -> None:
    # Numbers are typed, not automatic: a court quotes them, and they must not move while somebody edits.
    if not lines:
        return
    _line(document, heading if heading.endswith(":") else f"{heading}:", bold=True)
    for at, line in enumerate(lines, start=1):
        _paragraph(document, f"{at}. {line}", profile)


def _bytes(document: Docx, title: str, built_at: datetime) -> bytes:
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title = title
    about.created = about.modified = datetime(built_at.year, built_at.month, built_at.day)  # noqa: DTZ001  # a day, no hour
    about.revision = 1
    made = io.BytesIO()
    document.save(made)
    return _without_maker(made.getvalue())


def _without_maker(data: bytes) -> bytes:
    """The same document without the hour in its zip entries and the name of a program in its properties."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as clean:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            clean.writestr(entry, NO_PROGRAM if name == "docProps/app.xml" else source.read(name))
    return target.getvalue()
