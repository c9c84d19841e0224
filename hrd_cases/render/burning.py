"""Redacted copies of exhibits: each page anew from its pixels, its places painted over before anything is packed.

Nothing else of the file comes along: no text, no layer, no earlier version, no value of a form, no metadata.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from hrd_cases.domain.page_redactions import UNIT, Place
from hrd_cases.render import drawing
from hrd_cases.render.exhibits import Prepared
from hrd_cases.render.sheets import FRAME, Sheets

BLACK = (0, 0, 0)


def burnt(prepared_exhibit: Prepared, pages: Sequence[Sequence[Place]], dpi: int) -> Prepared:
    """The pages of a file with their places black, `pages` in the order printed; fewer leave the last ones as they are.

    A page has the size of the room that an exhibit has on its sheet: a paper prints it at the same place again.
    """
    if prepared_exhibit.pdf is None:
        return prepared_exhibit
    sheets = Sheets()
    with drawing.opened(prepared_exhibit.pdf) as drawn:
        for at in range(drawn.count):
            picture = drawn.picture(at, dpi)
            for place in pages[at] if at < len(pages) else ():
                _paint(picture, place)
            scale = picture.width / drawn.size(at)[0]
            shown = picture.crop(_room(picture, scale))
            sheets.add_whole(shown, (shown.width / scale, shown.height / scale))
    return replace(prepared_exhibit, pdf=sheets.saved())


def _paint(picture: Image.Image, place: Place) -> None:
    """Paint over every point that a place touches, to the edges at which the page showed it."""
    place, part = place.covered, picture.width / UNIT
    left, top = math.floor(place.left * part), math.floor(place.top * part)
    picture.paste(BLACK, (left, top, math.ceil(place.right * part), math.ceil(place.bottom * part)))


def _room(picture: Image.Image, scale: float) -> tuple[int, int, int, int]:
    """The part of a sheet, drawn at this scale, in which exhibits stand."""
    left, bottom, right, top = (side * scale for side in FRAME)
    return math.ceil(left), math.ceil(top), math.floor(picture.width - right), math.floor(picture.height - bottom)
