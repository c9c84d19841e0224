"""Files of exhibits to plain A4 pages: images are drawn anew from their pixels, of a PDF only what is seen on its
pages stays."""

import io
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf
import pillow_heif
from pikepdf import Dictionary, Name, Pdf, Rectangle
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from hrd_cases.domain.papers import Part, PartKind

A4 = (595.276, 841.890)
FRAME = (22.0, 42.0, 22.0, 22.0)  # left, bottom, right, top: the stamp stands below
MAX_PIXELS = 60_000_000
MAX_SIDE = 20_000
MAX_PAGES = 2_000
MAX_OBJECTS = 300_000
MAX_TEXT_STREAM = 32 * 1024**2
MAX_IMAGE_STREAM = 256 * 1024**2
MAX_UNPACKED = 1024**3
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Keys that run, call out, or carry what is not seen on the page.
UNSEEN = frozenset(
    {"/AA", "/OpenAction", "/JS", "/JavaScript", "/Metadata", "/PieceInfo", "/AF", "/EmbeddedFiles", "/EF", "/OPI"}
    | {"/Alternates", "/Ref", "/LastModified", "/Thumb", "/StructParents", "/StructParent", "/XFA"}
    | {"/RichMediaContent", "/RichMediaSettings"}
)

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class Unreadable(Exception):
    """The file must not be opened further: too large inside, or not what it says; `reason` is a word without case
    data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The printable pages of one file as a PDF, or none and the reason (a key of papers.NOT_PRINTED)."""

    pdf: bytes | None
    count: int
    reason: str = ""


def limit_parsers() -> None:
    """Give the PDF parser its limits; once, before anything is opened."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1000, parser_max_nesting=100, parser_max_container_size=2_000_000, max_stream_filters=5,
        flate_max_memory=MAX_IMAGE_STREAM, run_length_max_memory=MAX_IMAGE_STREAM, png_max_memory=MAX_IMAGE_STREAM,
        tiff_max_memory=MAX_IMAGE_STREAM, dct_max_memory=MAX_IMAGE_STREAM, dct_max_progressive_scans=100,
    )  # fmt: skip


def prepare(part: Part, data: bytes, dpi: int) -> Prepared:
    """Make the pages of one file; raises Unreadable for a bomb or a file that is not what it says."""
    if part.kind is PartKind.IMAGE:
        return _image(part, data, dpi)
    if part.kind is PartKind.PDF:
        return _pdf(part, data)
    return Prepared(pdf=None, count=0, reason="kind")


def _image(part: Part, data: bytes, dpi: int) -> Prepared:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
            if opened.width * opened.height > MAX_PIXELS or max(opened.size) > MAX_SIDE:
                raise Unreadable("pixels")
            opened.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unreadable("pixels") from None
    except UnidentifiedImageError:
        raise Unreadable("kind") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        return Prepared(pdf=None, count=0, reason="broken")
    pixels = _upright(opened, part.turn)
    wide = pixels.width > pixels.height
    left, bottom, right, top = FRAME
    paper = (A4[1], A4[0]) if wide else A4
    room = (paper[0] - left - right, paper[1] - bottom - top)
    pixels.thumbnail((int(room[0] / 72 * dpi), int(room[1] / 72 * dpi)), Image.Resampling.LANCZOS)
    scale = min(room[0] / pixels.width, room[1] / pixels.height, 72 / 96)
    size = (pixels.width * scale, pixels.height * scale)
    corner = (left + (room[0] - size[0]) / 2, bottom + (room[1] - size[1]) / 2)
    return Prepared(pdf=_picture_page(pixels, paper, corner, size), count=1)


def _upright(opened: Image.Image, turn: int) -> Image.Image:
    """Pixels and nothing else: turned as the camera and then the caseworker said, transparency on white, no metadata
    kept."""
    turned = ImageOps.exif_transpose(opened)
    if turn % 360:
        turned = turned.rotate(-turn, expand=True)
    if turned.mode in ("1", "L"):
        grey = turned.convert("L")
        return Image.frombytes("L", grey.size, grey.tobytes())
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        solid = turned.convert("RGBA")
        white = Image.new("RGBA", solid.size, "white")
        turned = Image.alpha_composite(white, solid)
    colour = turned.convert("RGB")
    return Image.frombytes("RGB", colour.size, colour.tobytes())


def _picture_page(
    pixels: Image.Image, paper: tuple[float, float], corner: tuple[float, float], size: tuple[float, float]
) -> bytes:
    packed = io.BytesIO()
    pixels.save(packed, "JPEG", quality=85, optimize=True)
    made = Pdf.new()
    page = made.add_blank_page(page_size=paper)
    picture = pikepdf.Stream(made, packed.getvalue())
    picture.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=pixels.width, Height=pixels.height, BitsPerComponent=8,
        Filter=Name.DCTDecode,
        ColorSpace=Name.DeviceGray if pixels.mode == "L" else Name.DeviceRGB,
    )  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(Picture=made.make_indirect(picture)))
    place = f"q {size[0]:.3f} 0 0 {size[1]:.3f} {corner[0]:.3f} {corner[1]:.3f} cm /Picture Do Q"
    page.obj.Contents = made.make_stream(place.encode())
    return _saved(made)


def _pdf(part: Part, data: bytes) -> Prepared:
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("kind")
    _count_pages(data)
    try:
        with Pdf.open(io.BytesIO(data), suppress_warnings=True) as opened:
            if opened.is_encrypted:
                return Prepared(pdf=None, count=0, reason="encrypted")
            _measure(opened)
            if _has_hidden_layers(opened):
                return Prepared(pdf=None, count=0, reason="layers")
            _scrub(opened)
            return _redrawn(part, opened)
    except pikepdf.PasswordError:
        return Prepared(pdf=None, count=0, reason="encrypted")
    except (
        pikepdf.PdfError,
        pikepdf.DataDecodingError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RuntimeError,
    ):
        return Prepared(pdf=None, count=0, reason="broken")


def _measure(opened: Pdf) -> None:
    """Count objects and unpack every packed stream, bounded, before a library does it unbounded."""
    if int(opened.trailer.get("/Size", 0)) > MAX_OBJECTS:
        raise Unreadable("objects")
    total = 0
    for thing in opened.objects:
        if isinstance(thing, pikepdf.Stream):
            total += _unpacked(thing)
            if total > MAX_UNPACKED:
                raise Unreadable("unpacks")


def _count_pages(data: bytes) -> None:
    # Before qpdf sees it: qpdf lists every page when it opens a file, two gigabytes for a million of them.
    try:
        waiting, seen = [PdfReader(io.BytesIO(data)).root_object["/Pages"]], 0
        while waiting:
            node = waiting.pop()
            kids = node.get("/Kids", ()) if isinstance(node, DictionaryObject) else ()
            seen += len(kids)
            if seen > MAX_PAGES * 2:
                raise Unreadable("pages")
            waiting.extend(kid.get_object() for kid in kids)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return  # torn or locked: the next reader says which


def _unpacked(stream: pikepdf.Stream) -> int:
    image = stream.get("/Subtype") == Name.Image
    most = MAX_IMAGE_STREAM if image else MAX_TEXT_STREAM
    if image and int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > 4 * MAX_PIXELS:
        raise Unreadable("pixels")
    named = stream.get("/Filter")
    names = (
        [str(one) for one in named] if isinstance(named, pikepdf.Array) else [str(named)] if named is not None else []
    )
    data = stream.read_raw_bytes()
    for name in names:
        if name in ("/FlateDecode", "/Fl"):
            data = _inflate(data, most)
        elif name in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL") and len(data) > most // 128:
            raise Unreadable("unpacks")
        elif name not in ("/ASCIIHexDecode", "/ASCII85Decode", "/AHx", "/A85"):
            break
    return len(data)


def _inflate(data: bytes, most: int) -> bytes:
    opened = zlib.decompressobj()
    try:
        found = opened.decompress(data, most + 1)
    except zlib.error:
        return b""
    if len(found) > most:
        raise Unreadable("unpacks")
    return found


def _has_hidden_layers(opened: Pdf) -> bool:
    layers = opened.Root.get("/OCProperties")
    if layers is None:
        return False
    shown = layers.get("/D", Dictionary())
    return len(shown.get("/OFF", [])) > 0 or shown.get("/BaseState", Name.ON) != Name.ON


def _scrub(opened: Pdf) -> None:
    form = opened.Root.get("/AcroForm")
    if form is not None:
        if "/XFA" in form:
            del form["/XFA"]
        opened.generate_appearance_streams()
    opened.flatten_annotations("print")
    for thing in opened.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.PS:
            thing.write(b"")
        if isinstance(thing, (Dictionary, pikepdf.Stream)):
            _forget(thing)


def _forget(thing: pikepdf.Object) -> None:
    for key in UNSEEN:
        if key in thing:
            del thing[key]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") in (Name.DCTDecode, Name.DCT):
        clean = bare_jpeg(thing.read_raw_bytes())
        options = thing.get("/DecodeParms")
        thing.write(clean, filter=Name.DCTDecode, decode_parms=options if isinstance(options, Dictionary) else None)


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG without comments and application segments (EXIF, GPS, thumbnails), its pixels untouched; odd files come
    back as they are."""
    if data[:2] != b"\xff\xd8":
        return data
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        mark = data[at + 1]
        # APP0 (JFIF) and APP14 (Adobe) say how to read the colours; they hold nothing of the maker.
        if mark in (0xE0, 0xEE) or not (0xE0 <= mark <= 0xEF or mark == 0xFE):
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])


def _redrawn(part: Part, opened: Pdf) -> Prepared:
    made = Pdf.new()
    for page in _chosen(part.pages, opened):
        if part.turn % 360:
            page.rotate(part.turn, relative=True)
        wide = _is_wide(page)
        paper = (A4[1], A4[0]) if wide else A4
        left, bottom, right, top = FRAME
        target = made.add_blank_page(page_size=paper)
        # Not add_overlay(): it names what it draws at random, and the same paper must have the same bytes.
        form = made.copy_foreign(page.as_form_xobject())
        target.add_resource(form, Name.XObject, Name.Shown)
        room = Rectangle(left, bottom, paper[0] - right, paper[1] - top)
        placed = target.calc_form_xobject_placement(
            form, Name.Shown, room, invert_transformations=True, allow_shrink=True, allow_expand=True
        )
        target.obj.Contents = made.make_stream(b"q\n" + placed + b"\nQ\n")
    count = len(made.pages)
    return Prepared(pdf=_saved(made) if count else None, count=count, reason="" if count else "pages")


def _chosen(pages: tuple[int, ...], opened: Pdf) -> Iterable[pikepdf.Page]:
    if not pages:
        return list(opened.pages)
    return [opened.pages[number - 1] for number in pages if 0 < number <= len(opened.pages)]


def _is_wide(page: pikepdf.Page) -> bool:
    box = [float(edge) for edge in page.trimbox]
    width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
    return (height > width) if page.rotation % 180 else (width > height)


def _saved(made: Pdf) -> bytes:
    target = io.BytesIO()
    made.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return target.getvalue()
