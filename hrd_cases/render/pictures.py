"""Pictures of exhibits to pages: every kind that viewers open, drawn anew from its pixels, nothing enlarged."""

import io
import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import cast

import pillow_heif
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from hrd_cases.domain.arranging import arranged
from hrd_cases.domain.papers import Part, PrintNote
from hrd_cases.render.failure import NotPrintable
from hrd_cases.render.sheets import Sheets, paper_for, room_on

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP", "JPEG2000")
MOST_BYTES = 640_000_000  # of one picture in memory
MOST_POINTS = 1_000_000_000  # that a JPEG may have before it is read at a part of its size
MOST_FRAMES = 500
LONGEST = 3.2  # a picture longer than this many times its width is cut into pages
OVERLAP = 0.04
SCREEN_DPI, FINEST_DPI = 96, 600
CUT_DPI, FINE_DPI = 200, 300  # for every paper the same, so that a picture is cut at the same lines in all
BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, struct.error, ZeroDivisionError)
TURNED = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}

pillow_heif.register_heif_opener()


@dataclass(kw_only=True)
class Shot:
    """One page of a picture file: its pixels (grey or colour), its number in the file from 1, points to the inch, and
    what is to be said of it."""

    pixels: Image.Image
    number: int = 1
    dpi: float = SCREEN_DPI
    notes: tuple[PrintNote, ...] = ()


def open_picture(data: bytes) -> Image.Image:
    """The file as a picture, not decoded yet; raises NotPrintable."""
    # WeasyPrint switches this on when it is imported; half a photo would then count as a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # bounded by what it takes in memory, in _bounded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise NotPrintable("broken") from None
    except BROKEN:
        raise NotPrintable("broken") from None


def shots(data: bytes, part: Part) -> Iterator[Shot]:
    """The pages of a picture file one by one as they are arranged, upright; of an animation the first picture."""
    opened = open_picture(data)
    frames = _frames(opened)
    every = frames if opened.format == "TIFF" else 1
    for page in arranged(part.arrangement, range(1, every + 1)):
        try:
            if every > 1:
                opened.seek(page.number - 1)
            if page.number > 1 and _is_preview(opened):
                continue
            _bounded(opened)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                opened.load()
            shot = _shot(opened, part.turn + page.turn, _animated(opened, frames))
            yield replace(shot, number=page.number)
        except NotPrintable:
            raise
        except BROKEN:
            raise NotPrintable("broken") from None


def lay_out(sheets: Sheets, shot: Shot, dpi: int) -> tuple[PrintNote, ...]:
    """Put a shot on one page, or on several when it is much longer than wide; returns what is to be said of it."""
    pixels = shot.pixels
    if max(pixels.size) > LONGEST * min(pixels.size) and max(pixels.size) > 1000:
        return (*shot.notes, _cut(sheets, pixels, dpi))
    paper = paper_for(*pixels.size)
    room = room_on(paper)
    before = pixels.size
    pixels.thumbnail((int(room[0] / 72 * dpi), int(room[1] / 72 * dpi)), Image.Resampling.LANCZOS)
    own = min(max(shot.dpi, SCREEN_DPI), FINEST_DPI) * pixels.width / before[0]
    scale = min(room[0] / pixels.width, room[1] / pixels.height, 72 / own)
    sheets.add(pixels, paper, (pixels.width * scale, pixels.height * scale))
    return shot.notes


def _cut(sheets: Sheets, pixels: Image.Image, dpi: int) -> PrintNote:
    """Cut a long picture into pages that overlap a little, so that no line is lost at an edge."""
    high = pixels.height > pixels.width
    paper = paper_for(1, 2) if high else paper_for(2, 1)
    room = room_on(paper)
    across, along = (room[0], room[1]) if high else (room[1], room[0])
    short, long = min(pixels.size), max(pixels.size)
    scale = min(across / short, 72 / SCREEN_DPI, max(72 / CUT_DPI, across * 0.7 / short))
    piece = max(1, int(along / scale))
    step = max(1, int(piece * (1 - OVERLAP)))
    starts = range(0, max(1, long - int(piece * OVERLAP)), step)
    for start in starts:
        end = min(long, start + piece)
        part = pixels.crop((0, start, pixels.width, end) if high else (start, 0, end, pixels.height))
        most = (across / 72 * dpi, along / 72 * dpi) if high else (along / 72 * dpi, across / 72 * dpi)
        size = (part.width * scale, part.height * scale)
        part.thumbnail((int(most[0]), int(most[1])), Image.Resampling.LANCZOS)
        sheets.add(part, paper, size, top=high)
    return PrintNote(code="cut", number=len(starts))


def _frames(opened: Image.Image) -> int:
    """How many pictures the file holds; raises NotPrintable where a scan has pages that are lost or too many."""
    frames = 0
    with suppress(*BROKEN), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frames = int(getattr(opened, "n_frames", 1))
    if opened.format == "TIFF" and frames > MOST_FRAMES:
        raise NotPrintable("many_pages")
    if opened.format == "TIFF" and not frames:  # its end did not arrive: it would be printed as its first page alone
        raise NotPrintable("broken")
    return min(frames, MOST_FRAMES) or 1


def _animated(opened: Image.Image, frames: int) -> tuple[PrintNote, ...]:
    # A phone's JPEG carries a small copy or depth map as second picture, which no viewer shows.
    moving = frames > 1 and opened.format not in ("TIFF", "JPEG", "MPO")
    return (PrintNote(code="first_frame", number=frames),) if moving else ()


def _is_preview(opened: Image.Image) -> bool:
    tags = getattr(opened, "tag_v2", {})
    return bool(int(tags.get(254, 0) or 0) & 1) or int(tags.get(255, 0) or 0) == 2


def _bounded(opened: Image.Image) -> None:
    """Read a large JPEG at a part of its size; refuse what would not fit into memory."""
    points = opened.width * opened.height
    if points > MOST_POINTS:
        raise NotPrintable("pixels")
    if opened.format in ("JPEG", "MPO") and min(opened.size) > 11 * FINE_DPI:
        opened.draft(None, (11 * FINE_DPI, 11 * FINE_DPI))
        points = opened.width * opened.height
    wide = {"1": 1, "L": 1, "P": 5, "LA": 8, "PA": 8, "I;16": 6, "I;16B": 6}.get(opened.mode, 4)
    if points * wide > MOST_BYTES:
        raise NotPrintable("pixels")


def _shot(opened: Image.Image, turn: int, notes: tuple[PrintNote, ...]) -> Shot:
    across, down = _density(opened)
    pixels, print_notes = _plain(_smaller(opened))
    pixels = _square(pixels, across, down)
    for step in TURNED.get(_orientation(opened), ()):
        pixels = pixels.transpose(step)
    if turn % 360:
        pixels = pixels.rotate(-turn, expand=True)
    own = max(across, down) * max(pixels.size) / max(1, *opened.size)
    return Shot(pixels=pixels, dpi=own, notes=(*notes, *print_notes))


def _smaller(opened: Image.Image) -> Image.Image:
    """A picture far finer than paper, averaged down in whole steps before anything copies it."""
    times = int(min(opened.size) // (11 * FINE_DPI))
    if times < 2 or opened.mode in ("P", "PA", "1"):
        return opened
    return opened.reduce(times) if not opened.mode.startswith("I;16") else opened


def _orientation(opened: Image.Image) -> int:
    with suppress(*BROKEN, AttributeError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return int(opened.getexif().get(0x0112, 1))
    return 1


def _density(opened: Image.Image) -> tuple[float, float]:
    """Points to the inch across and down, 96 where the file says nothing that can be."""
    with suppress(*BROKEN):
        across, down = (float(item) for item in opened.info.get("dpi", (SCREEN_DPI, SCREEN_DPI))[:2])
        if all(math.isfinite(item) and 30 <= item <= 4800 for item in (across, down)):
            return across, down
    return SCREEN_DPI, SCREEN_DPI


def _square(pixels: Image.Image, across: float, down: float) -> Image.Image:
    """Points of a fax are higher than wide: make them square, so that it is not printed flat."""
    if not 1.05 < max(across, down) / min(across, down) < 5:
        return pixels
    finest = max(across, down)
    return pixels.resize((round(pixels.width * finest / across), round(pixels.height * finest / down)))


def _plain(image: Image.Image) -> tuple[Image.Image, tuple[PrintNote, ...]]:
    """Grey or colour pixels and nothing else: no metadata, transparency on paper, wide greys scaled to what shows."""
    notes: tuple[PrintNote, ...] = ()
    if image.mode in ("1", "L") and "transparency" not in image.info:
        grey = image.convert("L")
        return Image.frombytes("L", grey.size, grey.tobytes()), notes
    if image.mode.startswith("I") or image.mode == "F":
        return _scaled(image), notes
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image, notes = _on_paper(image.convert("RGBA"))
    colour = _in_srgb(image)
    return Image.frombytes("RGB", colour.size, colour.tobytes()), notes


def _scaled(image: Image.Image) -> Image.Image:
    """Greys of 16 bits and more as 8 bits, over the range that the file's own kind has."""
    low, high = (float(item) for item in cast(tuple[float, float], image.getextrema()))
    if image.mode == "F" or low < 0 or high > 65535:  # measured values: from the lowest to the highest
        base, wide = low, max(high - low, 1e-9)
    else:
        base, wide = 0.0, 65535.0 if high > 255 or image.mode != "I" else 255.0
    scaled = image.convert("F").point(lambda value: (value - base) * (255.0 / wide))
    grey = scaled.convert("L")
    # TIFF may count from white; the library turns the narrow greys only.
    inverted = int(getattr(image, "tag_v2", {}).get(262, 1) or 0) == 0
    return grey.point(lambda value: 255 - value) if inverted else grey


def _on_paper(solid: Image.Image) -> tuple[Image.Image, tuple[PrintNote, ...]]:
    """Transparent places as white paper; a picture drawn in white gets a grey ground, or nothing of it would show."""
    alpha = solid.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return solid.convert("RGB"), ()
    image = alpha.point(lambda value: 255 if value > 40 else 0)
    small, small_seen = solid.convert("L").resize((200, 200)), image.resize((200, 200))
    visible = sum(small_seen.histogram()[200:])
    light = sum(small.histogram(small_seen)[230:])
    ground = "#808080" if visible and light > 0.5 * visible else "white"
    notes = (PrintNote(code="on_grey"),) if ground != "white" else ()
    return Image.alpha_composite(Image.new("RGBA", solid.size, ground), solid).convert("RGB"), notes


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours as a screen shows them: by the file's own profile where it has one that can be read."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, *BROKEN):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            created = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if created is not None:
                return created
    return image.convert("RGB")
