"""Pictures of written pages, as a scanner or a telephone makes them."""

import io
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

import hrd_cases

FONT = Path(hrd_cases.__file__).parent / "static" / "fonts" / "NotoSans-Regular.ttf"
LETTER = (
    "Начальник участка Қайрат запретил выходить на собрание",
    "Шахтёрлер ереуіл туралы өтініш берді",
    "The company refused to answer the union",
)


def written(*lines: str, size: tuple[int, int] = (1500, 700)) -> Image.Image:
    """A page with these lines, as a scanner at 200 points to the inch sees it."""
    page = Image.new("L", size, 250)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONT), 36)
    for at, line in enumerate(lines):
        draw.text((80, 80 + 90 * at), line, fill=20, font=font)
    return page


def stored(page: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """The page as a file."""
    target = io.BytesIO()
    page.save(target, form, dpi=(200, 200), **options)
    return target.getvalue()


def scanned_pdf(*pages: Image.Image) -> bytes:
    """A PDF whose pages are pictures."""
    target = io.BytesIO()
    pages[0].save(target, "PDF", resolution=200, save_all=True, append_images=list(pages[1:]))
    return target.getvalue()


def typed_pdf(words: str) -> bytes:
    """A PDF of one page that says these words as text."""
    whole, target = pikepdf.new(), io.BytesIO()
    whole.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    whole.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=whole.make_indirect(font)))
    whole.pages[0].obj.Contents = whole.make_stream(f"BT /F1 9 Tf 60 700 Td ({words}) Tj ET".encode())
    whole.save(target)
    return target.getvalue()


def joined(*files: bytes) -> bytes:
    """The pages of several PDFs in one."""
    whole, target = pikepdf.new(), io.BytesIO()
    for data in files:
        whole.pages.extend(pikepdf.open(io.BytesIO(data)).pages)
    whole.save(target)
    return target.getvalue()
