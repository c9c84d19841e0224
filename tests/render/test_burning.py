"""Redacted copies of many odd files: what was under a place is in no pixel, text, stream or earlier version."""

import io
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageDraw
from pypdf import PdfReader

from hrd_cases.domain.page_redactions import UNIT, Place, between
from hrd_cases.domain.papers import Part
from hrd_cases.render import burning, drawing, exhibits
from hrd_cases.render.exhibit_process import ExhibitTask, Ready
from hrd_cases.render.process import open_files
from hrd_cases.render.sheets import FRAME
from tests.render.strike_sample import part_of

PLANTED, KEPT = "PLANTEDNAME", "OTHERWORDS"
DPI = 200
Box = tuple[int, int, int, int]
RED = (220, 20, 20)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where the planted word or patch stands on the sheet, and the sheet as it is before."""

    page: Image.Image
    place: Place


def text_page(pdf: Pdf, words: str, *, rotate: int = 0, invisible: bool = False) -> None:
    """A page that says these words, upper one first; those of a text layer lie unseen over what is drawn."""
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[-1]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
    body = b""
    for at, word in enumerate(words.split()):
        place = f"BT /F1 24 Tf 150 {600 - 200 * at} Td ({word}) Tj ET ".encode()
        body += place + (b"q " + place.replace(b"Td", b"Td 3 Tr") + b"Q " if invisible else b"")
    page.obj.Contents = pdf.make_stream(body)
    if rotate:
        page.rotate(rotate, relative=False)


def packed(pdf: Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def document(*, rotate: int = 0, invisible: bool = False) -> bytes:
    pdf = Pdf.new()
    text_page(pdf, f"{PLANTED} {KEPT}", rotate=rotate, invisible=invisible)
    pdf.docinfo["/Title"] = PLANTED
    pdf.attachments["note.txt"] = PLANTED.encode()
    return packed(pdf)


def updated() -> bytes:
    """A file whose page was changed by adding to its end: what stood there before is still in its bytes."""
    first = document()
    with Pdf.open(io.BytesIO(first)) as opened:
        number, at = opened.pages[0].obj.Contents.objgen[0], first.rindex(b"startxref")
    old = int(first[at + len(b"startxref") :].split()[0])
    body = f"BT /F1 24 Tf 150 600 Td (X{PLANTED}) Tj ET BT /F1 24 Tf 150 400 Td ({KEPT}) Tj ET".encode()
    start = len(first)
    new = b"\n%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (number, len(body), body)
    with Pdf.open(io.BytesIO(first)) as opened:
        size, root = int(opened.trailer.Size), opened.Root.objgen[0]
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return first + new + table % (number, start + 1, size, root, old, start + len(new))


def form_value() -> bytes:
    """A form whose field holds the planted word as its value."""
    pdf = Pdf.new()
    text_page(pdf, f". {KEPT}")
    shown = pdf.make_stream(f"BT /Helv 24 Tf 4 8 Td ({PLANTED}) Tj ET".encode())
    shown.stream_dict.Type, shown.stream_dict.Subtype = Name.XObject, Name.Form
    shown.BBox = Array([0, 0, 300, 40])
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    shown.Resources = Dictionary(Font=Dictionary(Helv=font))
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V=PLANTED, Rect=Array([150, 700, 450, 740]),
            DA="/Helv 24 Tf 0 g", F=4, AP=Dictionary(N=shown), P=pdf.pages[0].obj,
        )
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([widget]), DR=Dictionary(Font=Dictionary(Helv=font)), DA="/Helv 24 Tf 0 g"
    )
    return packed(pdf)


def picture(form: str = "JPEG", mode: str = "RGB", orientation: int = 1) -> bytes:
    """A picture with one red patch in the upper left corner of its points as they are stored."""
    drawn = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(drawn)
    draw.rectangle((90, 60, 300, 150), fill=RED)
    draw.line((450, 300, 850, 560), fill=(30, 60, 120), width=6)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, PLANTED
    target = io.BytesIO()
    drawn.convert(mode).save(target, form, exif=exif, quality=95)
    return target.getvalue()


PDFS: dict[str, Callable[[], bytes]] = {
    "plain": document,
    **{f"rotated by {turn}": partial(document, rotate=turn) for turn in (90, 180, 270)},
    "text layer": partial(document, invisible=True),
    "incremental update": updated,
    "value of a form": form_value,
}
PICTURES: dict[str, Callable[[], bytes]] = {
    "CMYK": partial(picture, mode="CMYK"),
    "PNG": partial(picture, "PNG"),
    **{f"EXIF {number}": partial(picture, orientation=number) for number in range(1, 9)},
}


def sheet(data: bytes, part: Part) -> Image.Image:
    """The page as a paper would print it."""
    prepared_exhibit = exhibits.prepare(part, data, DPI)
    assert prepared_exhibit.pdf is not None, prepared_exhibit.reason
    with drawing.opened(prepared_exhibit.pdf) as drawn:
        assert drawn.count == 1
        return drawn.picture(0, DPI)


def around(page: Image.Image, box: Box | None) -> Place:
    """The place that covers these points and a little more."""
    assert box is not None
    left, top, right, bottom = (side * UNIT // page.width for side in box)
    return between((left - 60, top - 60), (right + 60, bottom + 60))


def upper_word(page: Image.Image, *, rotate: int) -> Place:
    """Where the first of two words stands on a page of nothing else."""
    ink = page.convert("L").point(lambda value: 255 if value < 128 else 0)
    wide, high = page.size
    halves = {0: (0, 0, wide, high // 2), 90: (wide // 2, 0, wide, high)}
    halves |= {180: (0, high // 2, wide, high), 270: (0, 0, wide // 2, high)}
    half = halves[rotate]
    box = ink.crop(half).getbbox()
    assert box is not None
    return around(page, (box[0] + half[0], box[1] + half[1], box[2] + half[0], box[3] + half[1]))


def red(page: Image.Image) -> Image.Image:
    """The points that are red."""
    r, g, b = page.convert("RGB").split()
    masks = (r.point(lambda v: 255 if v > 120 else 0), g.point(lambda v: 255 if v < 100 else 0))
    both = Image.composite(masks[0], Image.new("L", page.size), masks[1])
    return Image.composite(both, Image.new("L", page.size), b.point(lambda v: 255 if v < 100 else 0))


def redacted(data: bytes, part: Part, place: Place) -> bytes:
    """The copy, made in a process of its own."""
    ready: Ready
    (ready,) = open_files([(ExhibitTask(part=part, dpi=DPI, redacted=((place,),)), [data])])
    assert ready.outcome.count == 1
    return ready.pdf


def every_text(data: bytes) -> str:
    """All that two readers find in a PDF, and every stream of it unpacked."""
    reader = PdfReader(io.BytesIO(data))
    found = [page.extract_text() for page in reader.pages]
    found += [str(reader.metadata), str(reader.attachments), str(reader.get_fields())]
    with pypdfium2.PdfDocument(data) as opened:
        found += [page.get_textpage().get_text_range() for page in opened]
    with pikepdf.open(io.BytesIO(data)) as opened:
        for thing in opened.objects:
            found.append(repr(thing))
            if isinstance(thing, pikepdf.Stream):
                found.append(thing.read_raw_bytes().decode("latin-1"))
                with suppress(pikepdf.PdfError):  # a JPEG stays as it is
                    found.append(thing.read_bytes(pikepdf.StreamDecodeLevel.generalized).decode("latin-1"))
    return "\n".join([*found, data.decode("latin-1")])


def look(data: bytes, before: Image.Image, place: Place) -> tuple[Image.Image, Box]:
    """The copy's page as it is drawn, and where on it the place lies."""
    with drawing.opened(data) as drawn:
        assert drawn.count == 1
        page = drawn.picture(0, DPI)
    scale, unit = DPI / 72, before.width / UNIT
    left, top = math.ceil(FRAME[0] * scale), math.ceil(FRAME[3] * scale)
    box = (place.left * unit - left, place.top * unit - top, place.right * unit - left, place.bottom * unit - top)
    return page, (round(box[0]), round(box[1]), round(box[2]), round(box[3]))


def uniform(page: Image.Image, box: Box) -> bool:
    """Whether every point of a place is black: the two points at its edge as near as packing leaves them."""
    inner = page.crop((box[0] + 10, box[1] + 10, box[2] - 10, box[3] - 10)).convert("L").getextrema()
    edge = page.crop((box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2)).convert("L").getextrema()
    return inner[1] <= 2 and edge[1] <= 60  # type: ignore[operator]


@pytest.mark.parametrize("name", PDFS)
def test_nothing_of_a_word_under_a_place_is_left_in_the_copy_of_a_pdf(name: str) -> None:
    data = PDFS[name]()
    part, before = part_of("p", data), sheet(data, part_of("p", data))
    rotate = int(name.rpartition(" ")[2]) if name.startswith("rotated") else 0
    place = upper_word(before, rotate=rotate)
    assert PLANTED in every_text(data)
    copy = redacted(data, part, place)
    text = every_text(copy)
    assert PLANTED not in text
    assert KEPT not in text  # pixels and nothing else
    page, box = look(copy, before, place)
    assert uniform(page, box)
    rest = page.copy()
    rest.paste((255, 255, 255), (box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4))
    assert rest.convert("L").getextrema()[0] < 90  # type: ignore[operator]  # what nobody marked is there


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_under_a_place_is_left_in_the_copy_of_a_picture(name: str) -> None:
    data = PICTURES[name]()
    part, before = part_of("p", data), sheet(data, part_of("p", data))
    place = around(before, red(before).getbbox())
    copy = redacted(data, part, place)
    page, box = look(copy, before, place)
    assert red(before).getbbox() is not None
    assert red(page).getbbox() is None
    assert uniform(page, box)
    assert PLANTED not in every_text(copy)
    assert min(page.convert("RGB").getextrema()[0]) < 90  # type: ignore[arg-type]


def test_a_page_without_places_is_copied_as_it_is_printed() -> None:
    data = document()
    (ready,) = open_files([(ExhibitTask(part=part_of("p", data), dpi=DPI, redacted=((),)), [data])])
    before = sheet(data, part_of("p", data))
    with drawing.opened(ready.pdf) as drawn:
        page = drawn.picture(0, DPI)
    left, top = math.ceil(FRAME[0] * DPI / 72), math.ceil(FRAME[3] * DPI / 72)
    shown = before.crop((left, top, left + page.width, top + page.height))
    assert drawing.alike(shown, page, drawing.MOVED)
    # A paper prints the copy where it printed the page.
    again = sheet(ready.pdf, part_of("p", ready.pdf))
    assert drawing.alike(before, again, drawing.MOVED)


def test_a_place_is_black_to_the_edges_at_which_its_page_showed_it() -> None:
    picture = Image.new("RGB", (1000, 1400), "white")
    burning._paint(picture, Place(left=1010, top=1010, right=1990, bottom=1990))
    assert {picture.getpixel(point) for point in ((100, 100), (199, 199))} == {(0, 0, 0)}
    assert {picture.getpixel(point) for point in ((99, 150), (200, 150), (150, 99), (150, 200))} == {(255, 255, 255)}
