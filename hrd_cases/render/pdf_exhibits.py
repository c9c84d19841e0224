"""PDF exhibits to pages: only what is seen stays, and what is printed is compared with what a viewer shows.

Where both differ the page is built from the viewer's pixels, so that nothing that a reader of the original sees is
missing or different on paper without a word.
"""

import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from hrd_cases.domain import page_choices
from hrd_cases.domain.arranging import arranged
from hrd_cases.domain.papers import Part, PrintNote
from hrd_cases.render import drawing, form_values, hidden
from hrd_cases.render.drawing import Drawing, Placed
from hrd_cases.render.failure import NotPrintable
from hrd_cases.render.parsing import FAULTS, MAX_IMAGE_STREAM
from hrd_cases.render.sheets import FRAME, paper_for, picture_object, room_on, saved

MOST_POINTS = 240_000_000
MAX_PAGES = 2_000
MAX_OBJECTS = 300_000
MAX_TEXT_STREAM = 32 * 1024**2
MAX_UNPACKED = 1024**3
HEAD = re.compile(rb"%PDF-\d")
LEADING = 8192  # bytes that may stand before the head
# Keys that run, call out, or carry what is not seen on the page.
UNSEEN = frozenset(
    {"/AA", "/OpenAction", "/JS", "/JavaScript", "/Metadata", "/PieceInfo", "/AF", "/EmbeddedFiles", "/EF", "/OPI"}
    | {"/Alternates", "/Ref", "/LastModified", "/Thumb", "/StructParents", "/StructParent", "/XFA"}
    | {"/RichMediaContent", "/RichMediaSettings"}
)


@dataclass(frozen=True, kw_only=True)
class PdfPages:
    """The pages of a PDF exhibit: how many the file has, and those chosen as a PDF of A4 pages."""

    pdf: bytes | None
    count: int
    of: int
    notes: tuple[PrintNote, ...] = ()
    sources: tuple[int, ...] = ()  # the pages of the file, from 1, in the order printed


def pages_of(data: bytes, part: Part, *, skip: int, dpi: int) -> PdfPages:
    """The pages of a file as they are chosen and arranged; `skip` pages of its exhibit stand before this file.

    Raises NotPrintable with the reason.
    """
    head = HEAD.search(data[: LEADING + 8])
    if head is None:
        raise NotPrintable("broken")
    data = data[head.start() :] if head.start() else data
    if data.rfind(b"startxref") < data.rfind(b"endobj"):  # its end did not arrive, and pages or what is on them with it
        raise NotPrintable("broken")
    _count_pages(data)
    try:
        with Pdf.open(io.BytesIO(data), suppress_warnings=True) as source:
            return _printed(source, part, skip=skip, dpi=dpi)
    except pikepdf.PasswordError:
        raise NotPrintable("encrypted") from None
    except FAULTS:
        raise NotPrintable("broken") from None


def _printed(source: Pdf, part: Part, *, skip: int, dpi: int) -> PdfPages:
    _measure(source)
    if hidden.layers(source):
        raise NotPrintable("layers")
    if _lives_in_xfa(source):
        raise NotPrintable("xfa")
    of = len(source.pages)
    if not of:
        raise NotPrintable("broken")
    order = arranged(part.arrangement, range(1, of + 1))
    printed = [order[at] for at in page_choices.in_file(part.pages, skip=skip, of=of)]
    chosen = [source_page.number - 1 for source_page in printed]
    if not chosen:
        return PdfPages(pdf=None, count=0, of=of)
    notes = _said(source)
    if signs := form_values.draw_values(source):
        notes = (*notes, PrintNote(code="signs", number=signs))
    data = saved_open(source)  # as a viewer shows it: form values and remarks drawn
    remarks = any("/Annots" in page.obj for page in source.pages)
    _scrub(source)
    cleaned = saved_open(source) if remarks else b""
    pdf, places = _redrawn(source, chosen, [part.turn + source_page.turn for source_page in printed])
    drawn = _compare(pdf, places, (data, cleaned), chosen, dpi)
    notes = (*notes, *((PrintNote(code="drawn", number=drawn),) if drawn else ()))
    sources = tuple(page + 1 for page in chosen)
    return PdfPages(pdf=saved(pdf), count=len(chosen), of=of, notes=notes, sources=sources)


def saved_open(source: Pdf) -> bytes:
    """The bytes of a PDF without its lock."""
    target = io.BytesIO()
    source.save(target, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate, static_id=True)
    return target.getvalue()


def _said(source: Pdf) -> tuple[PrintNote, ...]:
    """What the file has beside its pages."""
    notes = []
    if remarks := form_values.silent_remarks(source):
        notes.append(PrintNote(code="remarks", number=remarks))
    if attached := len(source.attachments):
        notes.append(PrintNote(code="attached", number=attached))
    return tuple(notes)


def _compare(pdf: Pdf, places: Sequence[Placed], files: tuple[bytes, bytes], chosen: Sequence[int], dpi: int) -> int:
    """Draw the file before and after cleaning, and our pages; where they differ, ours become the viewer's picture.

    Returns how many pages did.
    """
    data, cleaned = files[0], files[1] or files[0]
    redone = 0
    with drawing.opened(data) as original, drawing.opened(cleaned) as clean, drawing.opened(saved(pdf)) as our:
        if max(chosen) >= min(original.count, clean.count):
            raise NotPrintable("unseen")
        unclean = _carry_more(pdf)
        for at, (page, placed) in enumerate(zip(chosen, places, strict=True)):
            if unclean or not _prints_alike(original, clean if files[1] else None, our, at, page, placed):
                _from_pixels(pdf, at, original, page, placed, dpi)
                redone += 1
    return redone


def _carry_more(pdf: Pdf) -> bool:
    """True when a picture holds more than pixels and cannot be freed of it: a torn JPEG, or one packed oddly."""
    return any(isinstance(thing, pikepdf.Stream) and hidden.picture_carries(thing) for thing in pdf.objects)


def _prints_alike(  # one page, drawn up to three times
    original: Drawing, clean: Drawing | None, our: Drawing, at: int, page: int, placed: Placed
) -> bool:
    scale = drawing.compare_scale(original.size(page))
    before = original.picture(page, scale * 72)
    if clean is not None and not drawing.alike(before, clean.picture(page, scale * 72), drawing.CLEANED):
        return False
    return _same(before, our, at, placed, scale)


def _same(before: Image.Image, ours: Drawing, at: int, placed: Placed, scale: float) -> bool:
    if placed.turn:
        before = before.rotate(-placed.turn, expand=True)
    return drawing.alike(before, ours.part(at, placed, before.size, scale), drawing.MOVED)


def _from_pixels(pdf: Pdf, at: int, original: Drawing, page: int, placed: Placed, dpi: int) -> None:
    pixels = original.picture(page, dpi)
    if placed.turn:
        pixels = pixels.rotate(-placed.turn, expand=True)
    width, height = (item * placed.scale for item in original.size(page))
    if placed.turn % 180:
        width, height = height, width
    target = pdf.pages[at].obj
    target.Resources = Dictionary(XObject=Dictionary(Picture=picture_object(pdf, pixels)))
    place = f"q {width:.3f} 0 0 {height:.3f} {placed.left:.3f} {placed.bottom:.3f} cm /Picture Do Q"
    target.Contents = pdf.make_stream(place.encode())


def _measure(opened: Pdf) -> None:
    """Count objects and unpack every packed stream, bounded, before a library does it unbounded."""
    if int(opened.trailer.get("/Size", 0)) > MAX_OBJECTS:
        raise NotPrintable("unpacks")
    total = 0
    for thing in opened.objects:
        if isinstance(thing, pikepdf.Stream):
            total += _unpacked(thing)
            if total > MAX_UNPACKED:
                raise NotPrintable("unpacks")


def _count_pages(data: bytes) -> None:
    # Before qpdf sees it: qpdf lists every page when it opens a file, two gigabytes for a million of them.
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        waiting, visited = [reader.root_object["/Pages"]], 0
        while waiting:
            node = waiting.pop()
            kids = node.get("/Kids", ()) if isinstance(node, DictionaryObject) else ()
            visited += len(kids)
            if visited > MAX_PAGES * 2:
                raise NotPrintable("many_pages")
            waiting.extend(kid.get_object() for kid in kids)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return  # torn or locked: the next reader says which
    except (ImportError, NotImplementedError):  # a cipher that only the next reader knows
        return


def _unpacked(stream: pikepdf.Stream) -> int:
    image = stream.get("/Subtype") == Name.Image
    most = MAX_IMAGE_STREAM if image else MAX_TEXT_STREAM
    if image and int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_POINTS:
        raise NotPrintable("pixels")
    data = stream.read_raw_bytes()
    for name in hidden.filters(stream):
        if name in ("/FlateDecode", "/Fl"):
            data = _inflate(data, most)
        elif name in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL") and len(data) > most // 128:
            raise NotPrintable("unpacks")
        elif name not in ("/ASCIIHexDecode", "/ASCII85Decode", "/AHx", "/A85"):
            break
    return len(data)


def _inflate(data: bytes, most: int) -> bytes:
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(data, most + 1)
    except zlib.error:
        return b""
    if len(content) > most:
        raise NotPrintable("unpacks")
    return content


def _lives_in_xfa(opened: Pdf) -> bool:
    """A form that only some programs can show: its pages are a notice, its content a program."""
    form = opened.Root.get("/AcroForm")
    return (
        form is not None
        and "/XFA" in form
        and (bool(opened.Root.get("/NeedsRendering", False)) or not len(form.get("/Fields", Array())))
    )


def _scrub(opened: Pdf) -> None:
    form = opened.Root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        del form["/XFA"]
    opened.flatten_annotations("screen")
    for thing in opened.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.PS:
            thing.write(b"")
        if isinstance(thing, (Dictionary, pikepdf.Stream)):
            _forget(thing)


def _forget(thing: pikepdf.Object) -> None:
    for key in UNSEEN:
        if key in thing:
            del thing[key]
    if isinstance(thing, pikepdf.Stream):
        hidden.strip_picture(thing)


def _redrawn(opened: Pdf, chosen: Sequence[int], turns: Sequence[int]) -> tuple[Pdf, list[Placed]]:
    """The chosen pages on A4 as they are, smaller where they must be, never larger."""
    pdf, places = Pdf.new(), []
    for at, turn in zip(chosen, turns, strict=True):
        page = opened.pages[at]
        if turn % 360:
            page.rotate(turn, relative=True)
        width, height = _seen_size(page)
        unit = max(0.1, float(page.obj.get("/UserUnit", 1)))
        paper = paper_for(width, height)
        target = pdf.add_blank_page(page_size=paper)
        # Not add_overlay(): it names what it draws at random, and the same paper must have the same bytes.
        form = pdf.copy_foreign(page.as_form_xobject())
        target.add_resource(form, Name.XObject, Name.Shown)
        left, bottom, _, _ = FRAME
        room = room_on(paper)
        scale = min(unit, room[0] / width, room[1] / height)
        placed = Placed(
            left=left + (room[0] - width * scale) / 2,
            bottom=bottom + (room[1] - height * scale) / 2,
            scale=scale,
            turn=turn % 360,
        )
        box = pikepdf.Rectangle(placed.left, placed.bottom, placed.left + width * scale, placed.bottom + height * scale)
        drawn = target.calc_form_xobject_placement(
            form, Name.Shown, box, invert_transformations=True, allow_shrink=True, allow_expand=True
        )
        target.obj.Contents = pdf.make_stream(b"q\n" + drawn + b"\nQ\n")
        places.append(placed)
        if turn % 360:
            page.rotate(-turn, relative=True)
    return pdf, places


def _seen_size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height of a page as a viewer shows it, in units of the page."""
    box = [float(edge) for edge in page.cropbox]
    media = [float(edge) for edge in page.mediabox]
    width = min(max(box[0], box[2]), max(media[0], media[2])) - max(min(box[0], box[2]), min(media[0], media[2]))
    height = min(max(box[1], box[3]), max(media[1], media[3])) - max(min(box[1], box[3]), min(media[1], media[3]))
    if width < 1 or height < 1 or max(width, height) > 20_000:
        raise NotPrintable("broken")
    return (height, width) if page.rotation % 180 else (width, height)
