"""A hundred files with a word under a place, each of a kind of its own: the copy holds it in no text, stream or point.

Twenty-five kinds, each in four turns. Both readers, pypdfium2 and poppler, look for it, and every stream is unpacked.
"""

import io
import itertools
import shutil
import struct
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageDraw, ImageFont

from hrd_cases.domain.page_redactions import Place
from hrd_cases.render import exhibits
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.render.process import open_files
from tests.render import test_burning as burning
from tests.render.strike_sample import part_of
from tests.render.test_burning import KEPT, PLANTED, every_text, look, sheet, text_page, uniform, upper_word

pytestmark = pytest.mark.slow  # each burns a file and looks through it with several readers

TURNS = (0, 90, 180, 270)
DPI = burning.DPI
POPPLER = shutil.which("pdftotext")


def save(pdf: Pdf, **options: Any) -> bytes:
    target = io.BytesIO()
    pdf.save(target, **options)
    return target.getvalue()


def base(turn: int, change: Callable[[Pdf, Any], None], **options: Any) -> bytes:
    """The page with its two words, changed, and saved in some way."""
    pdf = Pdf.new()
    text_page(pdf, f"{PLANTED} {KEPT}", rotate=turn)
    change(pdf, pdf.pages[0].obj)
    return save(pdf, **options)


def nothing(_pdf: Pdf, _page: Any) -> None:
    pass


def words_of(page: Any) -> bytes:
    return bytes(page.Contents.read_bytes())


def with_words(pdf: Pdf, page: Any, before: bytes, after: bytes) -> None:
    page.Contents = pdf.make_stream(before + words_of(page) + after)


def bookmark(pdf: Pdf, _page: Any) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(PLANTED, 0))


def xmp(pdf: Pdf, _page: Any) -> None:
    with pdf.open_metadata() as meta:
        meta["dc:description"] = PLANTED


def attached(pdf: Pdf, _page: Any) -> None:
    pdf.attachments[f"{PLANTED}.txt"] = PLANTED.encode()


def annotation(subtype: Name, **entries: Any) -> Callable[[Pdf, Any], None]:
    def change(pdf: Pdf, page: Any) -> None:
        note = Dictionary(
            Type=Name.Annot, Subtype=subtype, Rect=Array([150, 590, 400, 630]), Contents=PLANTED, F=4, **entries
        )
        page.Annots = Array([pdf.make_indirect(note)])

    return change


def layered(*, hidden: bool) -> Callable[[Pdf, Any], None]:
    """The words in an optional layer; `hidden`: a layer that is off says them once more in the corner."""

    def change(pdf: Pdf, page: Any) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=PLANTED))
        off = Array([group]) if hidden else Array()
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(Order=Array([group]), OFF=off))
        page.Resources.Properties = Dictionary(L1=group)
        more = f"/OC /L1 BDC BT /F1 24 Tf 20 20 Td ({PLANTED}) Tj ET EMC".encode()
        with_words(pdf, page, *((b"", more) if hidden else (b"/OC /L1 BDC ", b" EMC")))

    return change


def xfa(pdf: Pdf, _page: Any) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(f"<xdp>{PLANTED}</xdp>".encode()))


def actual_text(pdf: Pdf, page: Any) -> None:
    with_words(pdf, page, f"/Span <</ActualText ({PLANTED})>> BDC ".encode(), b" EMC")


def structure(pdf: Pdf, page: Any) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    element = Dictionary(Type=Name.StructElem, S=Name.Figure, P=root, Alt=PLANTED, Pg=page)
    root.K = pdf.make_indirect(element)
    pdf.Root.StructTreeRoot = root


def private(pdf: Pdf, page: Any) -> None:
    kept = Dictionary(LastModified="D:20260101", Private=PLANTED)
    page.PieceInfo = Dictionary(Maker=kept)
    page.Thumb = image(pdf, word_picture())


def script(pdf: Pdf, _page: Any) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=f"app.alert('{PLANTED}')")


def moved_box(pdf: Pdf, page: Any) -> None:
    """Pages that do not begin at nought, with the word once more outside of what is shown."""
    page.MediaBox, page.CropBox = Array([-300, -200, 895, 1042]), Array([0, 0, 595, 842])
    with_words(pdf, page, b"", f" BT /F1 24 Tf -290 -100 Td ({PLANTED}) Tj ET".encode())


def units(_pdf: Pdf, page: Any) -> None:
    page.UserUnit = 2


def huge(pdf: Pdf, page: Any) -> None:
    page.MediaBox = Array([0, 0, 5950, 8420])
    with_words(pdf, page, b"q 10 0 0 10 0 0 cm ", b" Q")


def nested(pdf: Pdf, page: Any) -> None:
    form = pdf.make_stream(words_of(page))
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
    form.Resources = Dictionary(Font=page.Resources.Font)
    page.Resources = Dictionary(XObject=Dictionary(X1=form))
    page.Contents = pdf.make_stream(b"q /X1 Do Q")


def veiled(pdf: Pdf, page: Any) -> None:
    """The word under a white sheet and over it again: what a reader sees and what stands there are two things."""
    with_words(pdf, page, f"BT /F1 24 Tf 150 600 Td ({PLANTED}) Tj ET 1 g 0 0 595 842 re f 0 g ".encode(), b"")


@cache
def word_picture() -> Image.Image:
    """The two words as a picture: nobody can take them for text."""
    drawn = Image.new("L", (1190, 1684), 255)
    font = ImageFont.load_default(size=60)
    draw = ImageDraw.Draw(drawn)
    draw.text((300, 440), PLANTED, fill=0, font=font)
    draw.text((300, 1240), KEPT, fill=0, font=font)
    return drawn


def image(pdf: Pdf, drawn: Image.Image, data: bytes | None = None, **entries: Any) -> Any:
    stream = pdf.make_stream(drawn.tobytes() if data is None else data)
    stream.Type, stream.Subtype, stream.Width, stream.Height = Name.XObject, Name.Image, drawn.width, drawn.height
    stream.BitsPerComponent, stream.ColorSpace = 8, Name.DeviceGray
    for name, value in entries.items():
        stream[f"/{name}"] = value
    return stream


def pictured(make: Callable[[Pdf], Any], layer: bytes = b"") -> Callable[[Pdf, Any], None]:
    """The page as one picture; `layer`: what an OCR program lays over it unseen."""

    def change(pdf: Pdf, page: Any) -> None:
        page.Resources.XObject = Dictionary(X1=make(pdf))
        page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /X1 Do Q " + layer)

    return change


def jpeg(mode: str) -> Callable[[Pdf], Any]:
    def make(pdf: Pdf) -> Any:
        target = io.BytesIO()
        drawn = word_picture().convert("RGB").convert(mode)
        drawn.save(target, "JPEG", quality=95)
        space = {"CMYK": Name.DeviceCMYK, "RGB": Name.DeviceRGB, "L": Name.DeviceGray}[mode]
        decode = {"Decode": Array([1, 0] * 4)} if mode == "CMYK" else {}  # as Adobe's programs write it
        return image(pdf, drawn, target.getvalue(), Filter=Name.DCTDecode, ColorSpace=space, **decode)

    return make


def fax(drawn: Image.Image) -> bytes:
    """Two colours as fax machines pack them (T.6)."""
    target = io.BytesIO()
    drawn.convert("1").save(target, "TIFF", compression="group4", tiffinfo={278: drawn.height})
    with Image.open(io.BytesIO(target.getvalue())) as opened:
        (at,), (length,) = opened.tag_v2[273], opened.tag_v2[279]  # type: ignore[attr-defined]
    return target.getvalue()[at : at + length]


def ccitt(pdf: Pdf) -> Any:
    drawn = word_picture()
    how = Dictionary(K=-1, Columns=drawn.width, Rows=drawn.height, BlackIs1=True)
    return image(pdf, drawn, fax(drawn), Filter=Name.CCITTFaxDecode, DecodeParms=how, BitsPerComponent=1)


def jbig2(pdf: Pdf) -> Any:
    """The same inside of JBIG2: a page and one region that is packed as a fax."""
    drawn = word_picture()
    size = struct.pack(">II", drawn.width, drawn.height)
    page, packed = size + bytes(11), fax(drawn)
    region = size + struct.pack(">IIB", 0, 0, 0) + b"\x01" + packed
    segments = [
        struct.pack(">IBBBI", at, kind, 0, 1, len(body)) + body
        for at, (kind, body) in enumerate(((48, page), (38, region)))
    ]
    return image(pdf, drawn, b"".join(segments), Filter=Name.JBIG2Decode, BitsPerComponent=1)


def masked(pdf: Pdf) -> Any:
    """Black everywhere, seen through the words alone."""
    drawn = word_picture()
    veil = image(pdf, drawn, drawn.point(lambda value: 255 - value).tobytes())
    return image(pdf, drawn, bytes(drawn.width * drawn.height), SMask=pdf.make_indirect(veil))


LAYER = f"BT 3 Tr /F1 24 Tf 150 600 Td ({PLANTED}) Tj ET".encode()
LOCKED = pikepdf.Encryption(owner="owner", user="", R=6)
OLD_LOCK = pikepdf.Encryption(owner="owner", user="", R=3, aes=False, metadata=False)


def incremental(turn: int) -> bytes:
    """A page that was changed by adding to the end of its file, turned as a whole by a second addition."""
    with Pdf.open(io.BytesIO(burning.updated())) as pdf:
        pdf.pages[0].rotate(turn, relative=False)
        return burning.updated() if not turn else save(pdf)


KINDS: Mapping[str, Callable[[int], bytes]] = {
    "incremental": incremental,
    "text layer": lambda turn: burning.document(rotate=turn, invisible=True),
    "object streams": lambda turn: base(turn, nothing, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearized": lambda turn: base(turn, bookmark, linearize=True),
    "locked, 256 bits": lambda turn: base(turn, xmp, encryption=LOCKED),
    "locked, 128 bits": lambda turn: base(turn, nothing, encryption=OLD_LOCK),
    "attachment": lambda turn: base(turn, attached),
    "remark": lambda turn: base(turn, annotation(Name.Text, T=PLANTED, Open=False)),
    "highlighted": lambda turn: base(
        turn, annotation(Name.Highlight, QuadPoints=Array([150, 630, 400, 630, 150, 590, 400, 590]))
    ),
    "layer": lambda turn: base(turn, layered(hidden=False)),
    "layer that is off": lambda turn: base(turn, layered(hidden=True)),
    "XFA": lambda turn: base(turn, xfa),
    "words said otherwise": lambda turn: base(turn, actual_text),
    "structure": lambda turn: base(turn, structure),
    "private data and a small picture": lambda turn: base(turn, private),
    "script": lambda turn: base(turn, script),
    "boxes": lambda turn: base(turn, moved_box),
    "large units": lambda turn: base(turn, units),
    "huge page": lambda turn: base(turn, huge),
    "nested": lambda turn: base(turn, nested),
    "under a white sheet": lambda turn: base(turn, veiled),
    "CMYK with an OCR layer": lambda turn: base(turn, pictured(jpeg("CMYK"), LAYER)),
    "fax": lambda turn: base(turn, pictured(ccitt, LAYER)),
    "JBIG2": lambda turn: base(turn, pictured(jbig2)),
    "seen through a mask": lambda turn: base(turn, pictured(masked)),
}


# Two readers would see two things: not printed at all, and why.
UNPRINTED = {"XFA": "xfa", "layer that is off": "layers"}


@dataclass(frozen=True, kw_only=True)
class Made:
    """One file, the sheet it prints on, the place over its word, and the copy."""

    data: bytes
    page: Image.Image
    place: Place
    copy: bytes


@cache
def files_of(kind: str) -> tuple[bytes, ...]:
    """A kind in its four turns."""
    return tuple(KINDS[kind](turn) for turn in TURNS)


@cache
def made(kind: str) -> tuple[Made, ...]:
    """A kind in its four turns, copied in one process."""
    files = files_of(kind)
    pages = [sheet(data, part_of("p", data)) for data in files]
    places = [upper_word(page, rotate=turn) for page, turn in zip(pages, TURNS, strict=True)]
    tasks = [
        (ExhibitTask(part=part_of("p", data), dpi=DPI, redacted=((place,),)), [data])
        for data, place in zip(files, places, strict=True)
    ]
    copies = [ready.pdf for ready in open_files(tasks)]
    return tuple(
        Made(data=data, page=page, place=place, copy=copy)
        for data, page, place, copy in zip(files, pages, places, copies, strict=True)
    )


def poppler(data: bytes) -> str:
    """What poppler reads, and its list of what is attached."""
    assert POPPLER is not None
    told = subprocess.run([POPPLER, "-", "-"], input=data, capture_output=True, check=True)
    return told.stdout.decode()


def test_there_are_a_hundred() -> None:
    assert len(list(itertools.product(KINDS, TURNS))) == 100


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("kind", UNPRINTED)
def test_what_shows_more_than_one_page_to_different_readers_has_no_copy(kind: str, turn: int) -> None:
    data = files_of(kind)[TURNS.index(turn)]
    part, place = part_of("p", data), Place(left=0, top=0, right=900, bottom=900)
    assert exhibits.prepare(part, data, DPI).reason == UNPRINTED[kind]
    (ready,) = open_files([(ExhibitTask(part=part, dpi=DPI, redacted=((place,),)), [data])])
    assert not ready.pdf


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNPRINTED])
def test_nothing_of_the_word_is_left(kind: str, turn: int) -> None:
    here = made(kind)[TURNS.index(turn)]
    text = every_text(here.copy)
    assert PLANTED not in text
    assert KEPT not in text  # pixels and nothing else
    if POPPLER:
        assert not poppler(here.copy).strip()
    page, box = look(here.copy, here.page, here.place)
    assert uniform(page, box)
    rest = page.copy()
    rest.paste((255, 255, 255), (box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4))
    ink = rest.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert ink is not None  # what nobody marked is there
