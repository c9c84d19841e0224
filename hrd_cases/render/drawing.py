"""Pages of a PDF as pictures: PDFium, the second reader, shows them as ordinary viewers do."""

import ctypes
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pypdfium2
from PIL import Image, ImageChops, ImageFilter
from pypdfium2 import raw

from hrd_cases.render.failure import NotPrintable

LARGEST = 4000  # pixels of the longer side
COMPARED = 1100
# Of 255, after a blur of a point: a letter of six points that is there or not differs by more.
MOVED, CLEANED = 44, 24
FEW_COLOURS = 32  # a page of text is smaller and sharper as PNG


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a page of the original stands on ours: lower left corner in points, how much smaller, how turned."""

    left: float
    bottom: float
    scale: float
    turn: int = 0


class Drawing:
    """A PDF opened to be drawn; close it with `with opened(...)`."""

    def __init__(self, document: Any) -> None:  # noqa: ANN401  # pypdfium2 has no types
        self._document = document

    @property
    def count(self) -> int:
        """Its pages."""
        return len(self._document)

    def size(self, at: int) -> tuple[float, float]:
        """Width and height of a page (from 0) as it is shown, in points."""
        width, height = self._document.get_page_size(at)
        return float(width), float(height)

    def picture(self, at: int, dpi: float) -> Image.Image:
        """A page as a picture, its remarks and form values drawn; raises NotPrintable."""
        size = self.size(at)
        scale = min(dpi / 72, LARGEST / max(1.0, *size))
        if min(size) * scale < 1 or max(size) > 20_000:
            raise NotPrintable("broken")
        try:
            page = self._document[at]
            drawn = page.render(scale=scale, may_draw_forms=True, rev_byteorder=True)
            created = drawn.to_pil().convert("RGB")
            page.close()
        except pypdfium2.PdfiumError:
            raise NotPrintable("unseen") from None
        return Image.frombytes(created.mode, created.size, created.tobytes())

    def letters(self, at: int) -> int:
        """How many letters the text of a page has."""
        page = self._document[at]
        words = page.get_textpage()
        count = int(words.count_chars())
        words.close()
        page.close()
        return count

    def part(self, at: int, placed: Placed, size: tuple[int, int], scale: float) -> Image.Image:
        """The part of our page that shows an original page, at the scale of the original's picture."""
        page = self._document[at]
        _, height = self.size(at)
        factor = scale / placed.scale
        bitmap = pypdfium2.PdfBitmap.new_native(*size, format=raw.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
        top = height * factor - (placed.bottom * factor + size[1])
        matrix = raw.FS_MATRIX(factor, 0, 0, factor, -placed.left * factor, -top)
        clip = raw.FS_RECTF(0, 0, *size)
        raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, ctypes.byref(matrix), ctypes.byref(clip), raw.FPDF_ANNOT)
        created = bitmap.to_pil().convert("RGB")
        page.close()
        return Image.frombytes("RGB", created.size, created.tobytes())


@contextmanager
def opened(data: bytes) -> Iterator[Drawing]:
    """Open a PDF to draw it, and close it again; raises NotPrintable when PDFium can not."""
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
    except pypdfium2.PdfiumError:
        raise NotPrintable("unseen") from None
    try:
        yield Drawing(document)
    finally:
        document.close()


def compare_scale(size: tuple[float, float]) -> float:
    """The scale at which pages are compared: about 96 points to the inch on A4."""
    return min(96 / 72, COMPARED / max(1.0, *size))


def alike(first: Image.Image, second: Image.Image, most: int) -> bool:
    """Whether two pictures of a page show the same: no ink in one that has none like it near in the other.

    Letters stand on whole points of a picture, so the same letter may lie one point aside.
    """
    if first.size != second.size:
        return False
    image, other = (picture.filter(ImageFilter.BoxBlur(1)) for picture in (first, second))
    for here, there in ((image, other), (other, image)):
        darker = ImageChops.subtract(spread(there, 1, ImageChops.darker), here)
        lighter = ImageChops.subtract(here, spread(there, 2, ImageChops.lighter))
        # Each colour by itself: a yellow mark is hardly darker than paper.
        if _highest(darker) > most or _highest(lighter) > 2 * most:
            return False
    return True


def scans(data: bytes, dpi: int, letters: int, most: int) -> Iterator[bytes]:
    """The pages of fewer `letters` than that, at most so many, as grey points: PGM, packed."""
    left = most
    with opened(data) as drawn:
        for at in range(drawn.count):
            if left and drawn.letters(at) < letters:
                left -= 1
                page = drawn.picture(at, dpi).convert("L")
                yield zlib.compress(b"P5\n%d %d\n255\n" % page.size + page.tobytes(), 1)


def previews(data: bytes, width: int, small: int) -> Iterator[bytes]:
    """The first page within a square of `small` points, then every page at most `width` wide: JPEG or PNG."""
    with opened(data) as drawn:
        for at in range(drawn.count):
            page = drawn.picture(at, 72 * 2 * width / max(1.0, drawn.size(at)[0]))
            if at == 0:
                tiny = page.copy()
                tiny.thumbnail((small, small), Image.Resampling.LANCZOS)
                yield _packed(tiny)
            page.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
            yield _packed(page)


def _packed(picture: Image.Image) -> bytes:
    """The points of a picture and nothing else."""
    target = io.BytesIO()
    if picture.getcolors(FEW_COLOURS):
        picture.save(target, "PNG", optimize=True)
    else:
        picture.save(target, "JPEG", quality=72, optimize=True)
    return target.getvalue()


def spread(picture: Image.Image, reach: int, pick: Callable[[Image.Image, Image.Image], Image.Image]) -> Image.Image:
    """Each point as the darkest or lightest (`pick`) of those up to `reach` points away, as rank filters give it.

    Row by row, then column by column: a rank filter sorts every neighbourhood, which takes most of the time of a page.
    """
    for across in (True, False):
        base = picture
        for step in range(1, reach + 1):
            for by in (-step, step):
                picture = pick(picture, _shifted(base, by, across=across))
    return picture


def _shifted(picture: Image.Image, by: int, *, across: bool) -> Image.Image:
    """The picture moved by some points, its edge repeated where nothing comes in."""
    width, height = picture.size
    made = ImageChops.offset(picture, by if across else 0, 0 if across else by)
    if across:
        edge = picture.crop((0, 0, 1, height) if by > 0 else (width - 1, 0, width, height)).resize((abs(by), height))
        made.paste(edge, (0 if by > 0 else width - abs(by), 0))
    else:
        edge = picture.crop((0, 0, width, 1) if by > 0 else (0, height - 1, width, height)).resize((width, abs(by)))
        made.paste(edge, (0, 0 if by > 0 else height - abs(by)))
    return made


def _highest(picture: Image.Image) -> int:
    return max(cast(tuple[int, int], band)[1] for band in picture.getextrema())
