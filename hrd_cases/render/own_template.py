"""Templates of our own: looked through when they come in, filled when a paper or a letter is made."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as Docx
from docx.opc.part import Part
from docx.opc.rel import _Relationship
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from PIL import Image

from hrd_cases.domain.own_templates import TemplateFile
from hrd_cases.domain.papers import PageTexts, Refusal
from hrd_cases.render import docx_check, wire
from hrd_cases.render.docx_saving import saved
from hrd_cases.render.failure import BuildFailed, refuse

PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
MOST_OPENED = 30 * 1024**2  # bytes of all parts together
MOST_POINTS = 12_000_000  # of one picture
FORMATS = {"PNG": "png", "JPEG": "jpeg"}
# What a part may lead to; of the others, those that only describe the file are dropped, and the rest is refused.
KEPT = frozenset(
    {
        *("styles", "settings", "webSettings", "fontTable", "numbering", "theme", "header", "footer", "image"),
        *("officeDocument", "core-properties", "extended-properties"),
    }
)
DROPPED = frozenset(
    {
        *("customXml", "people", "stylesWithEffects", "attachedTemplate", "custom-properties", "thumbnail"),
        *("footnotes", "endnotes"),  # where there is a note, the file is refused before
        # What Word keeps for itself: texts of content controls, the printer, keys, labels of an office.
        *("glossaryDocument", "printerSettings", "keyMapCustomizations", "attachedToolbars", "classificationlabels"),
    }
)
FIELDS = re.compile(r"\s*(?:(?:PAGE|NUMPAGES|SECTIONPAGES)\b\s*(?:\\\*\s*[A-Za-z]+\s*)*)+")
HISTORY = (
    *("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:commentReference", "w:commentRangeStart"),
    *("w:cellIns", "w:cellDel", "w:cellMerge", "w:numberingChange"),
    *(f"w:{name}Change" for name in ("rPr", "pPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr")),
)
NOTES = ("w:footnoteReference", "w:endnoteReference")
RUNS = ("w:object", "w:control", "w:altChunk", "w:dde")
FAULTS = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, RuntimeError),
    *(zipfile.BadZipFile, SyntaxError, NotImplementedError),
)


def build(request: TemplateFile) -> dict[str, bytes]:
    """The clean file as 'main', what is written in it besides its places as 'texts'; raises BuildFailed."""
    try:
        document = _opened(request.data)
        _settle_parts(document)
        _forget_maker(document)
        roots = list(_roots(document))
        _refuse_active(roots)
        _forget_pictures(roots)
        texts = tuple(filter(None, (_text(paragraph) for root in roots for paragraph in root.iter(qn("w:p")))))
        names = [_name(match) for text in texts for match in PLACE.finditer(text)]
        unknown = [name for name in dict.fromkeys(names) if name not in request.places]
        refuse([Refusal(kind="template_place", word=name) for name in unknown], "template")
        if not names:
            raise BuildFailed("template_empty")
        words = tuple(filter(None, (" ".join(PLACE.sub(" ", text).split()) for text in texts)))
        clean = saved(document, "", datetime.fromtimestamp(0, UTC))
        docx_check.examine(clean, (), own=True)
        return {"main": clean, "texts": wire.pack(PageTexts(pages=words))}
    except FAULTS:
        raise BuildFailed("template_kind") from None


def filled(template: bytes, values: Mapping[str, Sequence[str]], title: str, built_at: datetime) -> bytes:
    """The template with each place filled; a place without lines leaves nothing."""
    document = Document(io.BytesIO(template))
    for root in _roots(document):
        for paragraph in list(root.iter(qn("w:p"))):
            _fill(paragraph, values)
    return saved(document, title, built_at)


def _opened(data: bytes) -> Docx:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(item.file_size for item in packed.infolist()) > MOST_OPENED:
            raise BuildFailed("template_kind")
        if "word/document.xml" not in packed.namelist():
            raise BuildFailed("template_kind")
        if any(name.lower().endswith("vbaproject.bin") for name in packed.namelist()):
            raise BuildFailed("template_active")
    return Document(io.BytesIO(data))


def _settle_parts(document: Docx) -> None:
    """Drop what only describes the file, refuse what leads outside or could run, and make pictures new."""
    package = document.part.package
    for owner in (package, *package.iter_parts()):
        for relation in [each for each in owner.rels.values() if _kind(each) in DROPPED or _has_fonts(each)]:
            del owner.rels[relation.rId]
    for element in list(document.element.iter(qn("w:printerSettings"))):
        element.getparent().remove(element)
    for owner in (package, *package.iter_parts()):
        for relation in owner.rels.values():
            if _kind(relation) not in KEPT or relation.is_external:
                raise BuildFailed("template_history" if _kind(relation).startswith("comments") else "template_active")
    for part in package.iter_parts():
        if part.content_type.startswith("image/"):
            _redraw(part)


def _has_fonts(relation: _Relationship) -> bool:
    """A table of fonts that carries fonts with it: a list of names is made anew by whatever opens the file."""
    if _kind(relation) != "fontTable" or relation.is_external:
        return False
    return any(_kind(each) == "font" for each in relation.target_part.rels.values())


def _forget_maker(document: Docx) -> None:
    """Who wrote it, with what, and where it was kept."""
    settings = document.settings.element
    for name in ("w:attachedTemplate", "w:rsids", "w:mailMerge", "w:docVars", "w:footnotePr", "w:endnotePr"):
        for element in settings.findall(qn(name)):
            settings.remove(element)
    for name in ("subject", "category", "content_status", "identifier", "version", "language"):
        setattr(document.core_properties, name, "")


def _kind(relation: _Relationship) -> str:
    """What a part leads to, as the last word of its address says it."""
    return relation.reltype.rsplit("/", 1)[-1]


def _redraw(part: Part) -> None:
    """The picture from its pixels: nothing of the camera, the program or the place stays."""
    with Image.open(io.BytesIO(part.blob), formats=tuple(FORMATS)) as picture:
        if picture.width * picture.height > MOST_POINTS:
            raise BuildFailed("template_kind")
        target = io.BytesIO()
        kind = str(picture.format)
        plain = picture.convert("RGB" if kind == "JPEG" else "RGBA")
        plain.info.clear()
        plain.save(target, kind)
    part._blob = target.getvalue()  # the library has no way to change a picture


def _roots(document: Docx) -> Iterator[BaseOxmlElement]:
    """The text itself, and every header and footer."""
    yield document.element
    for relation in document.part.rels.values():
        if _kind(relation) in ("header", "footer"):
            yield relation.target_part.element


def _refuse_active(roots: Sequence[BaseOxmlElement]) -> None:
    for root in roots:
        for names, code in ((HISTORY, "history"), (NOTES, "notes"), (RUNS, "active")):
            if next(root.iter(*map(qn, names)), None) is not None:
                raise BuildFailed(f"template_{code}")
        instructions = [element.get(qn("w:instr"), "") for element in root.iter(qn("w:fldSimple"))]
        for paragraph in root.iter(qn("w:p")):  # an instruction may be cut up
            instructions.append("".join(element.text or "" for element in paragraph.iter(qn("w:instrText"))))
        if any(text and not FIELDS.fullmatch(text) for text in instructions):
            raise BuildFailed("template_active")


def _forget_pictures(roots: Sequence[BaseOxmlElement]) -> None:
    """What pictures are called: often the file that they came from."""
    for root in roots:
        for element in root.iter(qn("wp:docPr"), qn("pic:cNvPr")):
            element.set("name", "")
            for name in ("descr", "title"):
                element.attrib.pop(name, None)


def _pieces(paragraph: BaseOxmlElement) -> list[BaseOxmlElement]:
    """The pieces of text of a paragraph itself, not of a text box in it."""
    return [piece for piece in paragraph.iter(qn("w:t")) if next(piece.iterancestors(qn("w:p"))) is paragraph]


def _text(paragraph: BaseOxmlElement) -> str:
    return "".join(piece.text or "" for piece in _pieces(paragraph))


def _name(place: re.Match[str]) -> str:
    """What a place is called, also where the program that wrote it began it with a capital letter."""
    return place[1].lower()


def _fill(paragraph: BaseOxmlElement, values: Mapping[str, Sequence[str]]) -> None:
    text = _text(paragraph)
    places = list(PLACE.finditer(text))
    if len(places) == 1 and places[0][0] == text.strip():
        _repeat(paragraph, values[_name(places[0])])
        return
    for place in reversed(places):
        _replace(paragraph, place.start(), place.end(), "; ".join(values[_name(place)]))


def _repeat(paragraph: BaseOxmlElement, lines: Sequence[str]) -> None:
    """A paragraph for each line, in the form of this one; without a line it goes, unless something needs it."""
    length = len(_text(paragraph))
    parent = paragraph.getparent()
    for line in lines[:-1]:
        copy = deepcopy(paragraph)
        for section in list(copy.iter(qn("w:sectPr"))):
            section.getparent().remove(section)
        paragraph.addprevious(copy)
        _replace(copy, 0, length, line)
    _replace(paragraph, 0, length, lines[-1] if lines else "")
    alone = len(parent.findall(qn("w:p"))) == 1 or next(paragraph.iter(qn("w:sectPr")), None) is not None
    if not lines and not alone:
        parent.remove(paragraph)


def _replace(paragraph: BaseOxmlElement, start: int, end: int, text: str) -> None:
    """Put a text in the place of these characters, in the form of the first of them."""
    at = 0
    for piece in _pieces(paragraph):
        own = piece.text or ""
        first, last = max(start - at, 0), min(end - at, len(own))
        if first < last:
            begins = at <= start
            piece.text = own[:first] + (text if begins else "") + own[last:]
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += len(own)
