"""Pages of exhibits as they are built here: pictures placed on A4, with room for the stamp, nothing else inside."""

import io
import zlib
from collections.abc import Sequence

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from PIL import Image

A4 = (595.276, 841.890)
FRAME = (22.0, 42.0, 22.0, 22.0)  # left, bottom, right, top: the stamp stands below
FEW_COLOURS = 64  # drawings and texts stay exact where that costs no more
Size = tuple[float, float]


def paper_for(width: float, height: float) -> Size:
    """A4, lying when the picture is wider than high."""
    return (A4[1], A4[0]) if width > height else A4


def room_on(paper: Size) -> Size:
    """Width and height that an exhibit may use of a page."""
    left, bottom, right, top = FRAME
    return paper[0] - left - right, paper[1] - bottom - top


class Sheets:
    """A PDF that grows by one picture a page."""

    def __init__(self) -> None:
        self._made = Pdf.new()

    @property
    def count(self) -> int:
        """Pages so far."""
        return len(self._made.pages)

    def add(self, pixels: Image.Image, paper: Size, size: Size, *, top: bool = False) -> None:
        """A page of `paper` with the picture drawn at `size`, in the middle or at the top of its room."""
        left, bottom, _, _ = FRAME
        room = room_on(paper)
        down = room[1] - size[1] if top else (room[1] - size[1]) / 2
        corner = (left + (room[0] - size[0]) / 2, bottom + down)
        page = self._made.add_blank_page(page_size=paper)
        page.obj.Resources = Dictionary(XObject=Dictionary(Picture=picture_object(self._made, pixels)))
        place = f"q {size[0]:.3f} 0 0 {size[1]:.3f} {corner[0]:.3f} {corner[1]:.3f} cm /Picture Do Q"
        page.obj.Contents = self._made.make_stream(place.encode())

    def add_whole(self, pixels: Image.Image, paper: Size) -> None:
        """A page of `paper` that the picture fills to its edges."""
        page = self._made.add_blank_page(page_size=paper)
        page.obj.Resources = Dictionary(XObject=Dictionary(Picture=picture_object(self._made, pixels)))
        page.obj.Contents = self._made.make_stream(f"q {paper[0]:.3f} 0 0 {paper[1]:.3f} 0 0 cm /Picture Do Q".encode())

    def keep(self, pages: Sequence[int]) -> None:
        """Only these pages (from 0), in this order."""
        if list(pages) == list(range(self.count)):
            return
        pdf = Pdf.new()
        for at in pages:
            pdf.pages.append(self._made.pages[at])
        self._made = pdf

    def saved(self) -> bytes:
        """The bytes, the same for the same pictures."""
        return saved(self._made)


def picture_object(pdf: Pdf, pixels: Image.Image) -> pikepdf.Object:
    """A picture (grey or colour) inside a PDF, exact where it has few colours, as JPEG otherwise."""
    lossless = zlib.compress(pixels.tobytes(), 9) if pixels.getcolors(FEW_COLOURS) else b""
    packed = io.BytesIO()
    pixels.save(packed, "JPEG", quality=85, optimize=True, comment=b"")
    exact = bool(lossless) and len(lossless) <= max(packed.tell(), 100_000)
    picture = pikepdf.Stream(pdf, lossless if exact else packed.getvalue())
    picture.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=pixels.width, Height=pixels.height, BitsPerComponent=8,
        Filter=Name.FlateDecode if exact else Name.DCTDecode,
        ColorSpace=Name.DeviceGray if pixels.mode == "L" else Name.DeviceRGB,
    )  # fmt: skip
    return pdf.make_indirect(picture)


def saved(pdf: Pdf) -> bytes:
    """The bytes of a PDF, the same for the same content."""
    target = io.BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return target.getvalue()
