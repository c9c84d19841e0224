"""The filing as a lawyer edited it: only what is drawn on its pages stays, in a new file without any history; what
cannot be that is refused with the reason."""

import io

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Rectangle

from hrd_cases.domain.papers import EditedFiling, PageTexts, Refusal
from hrd_cases.render import check, hidden, wire
from hrd_cases.render.failure import BuildFailed, refuse
from hrd_cases.render.forbidden import Unwanted
from hrd_cases.render.parsing import FAULTS
from hrd_cases.render.reading import PdfReading, Unread, bare
from hrd_cases.render.sheets import saved

MOST_PAGES = 500
TAIL = 2048
# Keys of objects that are drawn, for what is not seen of them.
UNSEEN = (
    *("/Metadata", "/PieceInfo", "/AF", "/OPI", "/Alternates", "/Ref", "/LastModified", "/Thumb", "/OC", "/AA"),
    *("/StructParents", "/StructParent", "/Properties"),
)


def build(request: EditedFiling) -> dict[str, bytes]:
    """The clean pages as 'main', what is written on them as 'texts'; raises BuildFailed."""
    clean = _clean(request.data)
    unwanted = Unwanted(request.forbidden)
    with PdfReading(clean) as reading:
        _refuse_blank(reading)
        if any(map(bare, request.forbidden)):
            _refuse_pictures(reading)
        texts = PageTexts(pages=tuple(_text(reading, at) for at in range(reading.counts[0])))
    check.examine_piece(clean, unwanted)
    return {"main": clean, "texts": wire.pack(texts)}


def _text(reading: PdfReading, at: int) -> str:
    """A page as running text, so that a sentence is not cut where its line ends."""
    try:
        text = reading.text(at)
    except Unread:
        return ""
    return " ".join((text.first if bare(text.first) else text.second).split())


def page_count(clean: bytes) -> int:
    """How many pages a clean filing has."""
    with Pdf.open(io.BytesIO(clean)) as opened:
        return len(opened.pages)


def _clean(data: bytes) -> bytes:
    if b"%PDF-" not in data[:1024]:
        raise BuildFailed("edited_kind")
    try:
        with Pdf.open(io.BytesIO(data), suppress_warnings=True) as opened:
            if b"%%EOF" not in data[-TAIL:] or any(
                "damaged" in get_warning or "xref" in get_warning for get_warning in opened.get_warnings()
            ):
                raise BuildFailed("edited_torn")
            if not 0 < len(opened.pages) <= MOST_PAGES:
                raise BuildFailed("edited_empty" if not len(opened.pages) else "too_many_pages")
            return _redrawn(opened)
    except pikepdf.PasswordError:
        raise BuildFailed("edited_locked") from None
    except FAULTS:
        raise BuildFailed("edited_torn") from None


def _redrawn(opened: Pdf) -> bytes:
    """Each page drawn on a new page of the same size; of forms and remarks, what a printer would print."""
    if hidden.layers(opened):
        raise BuildFailed("edited_form")
    if "/AcroForm" in opened.Root:
        if "/XFA" in opened.Root.AcroForm:
            raise BuildFailed("edited_form")
        opened.generate_appearance_streams()
    opened.flatten_annotations("print")
    pdf = Pdf.new()
    for page in opened.pages:
        box = [float(edge) for edge in page.trimbox]
        width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
        if page.rotation % 180:
            width, height = height, width
        target = pdf.add_blank_page(page_size=(width, height))
        form = pdf.copy_foreign(page.as_form_xobject())
        target.add_resource(form, Name.XObject, Name.Filing)
        placed = target.calc_form_xobject_placement(
            form,
            Name.Filing,
            Rectangle(0, 0, width, height),
            invert_transformations=True,
            allow_shrink=True,
            allow_expand=False,
        )
        target.obj.Contents = pdf.make_stream(b"q\n" + placed + b"\nQ\n")
    for thing in pdf.objects:
        if isinstance(thing, (Dictionary, pikepdf.Stream)):
            _forget(thing)
    return saved(pdf)


def _forget(thing: pikepdf.Object) -> None:
    for key in UNSEEN:
        if key in thing:
            del thing[key]
    if isinstance(thing, pikepdf.Stream):
        if thing.get("/Subtype") == Name.PS:
            thing.write(b"")
        hidden.strip_picture(thing)


def _refuse_blank(reading: PdfReading) -> None:
    if all(reading.blank(at) for at in range(reading.counts[0])):
        raise BuildFailed("edited_empty")


def _refuse_pictures(reading: PdfReading) -> None:
    """Where somebody must not be named, a page has to have text: nobody can look for a name in a picture."""
    pictures = []
    for at in range(reading.counts[0]):
        try:
            text = reading.text(at)
            wordless = not bare(text.first + text.second) and not reading.blank(at)
        except Unread:
            wordless = True
        if wordless:
            pictures.append(Refusal(kind="edited_picture", page=at + 1))
    refuse(pictures)
