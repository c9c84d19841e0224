"""What a viewer shows of an odd file is what is printed, or the difference is said: over a corpus made here."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from hrd_cases.render import exhibits
from hrd_cases.services.evidence.file_types import part_kind, sniffed
from tests.render.odd_files import ODD, Odd
from tests.render.strike_sample import part_of


def prepared(odd: Odd, data: bytes) -> exhibits.Prepared:
    return exhibits.prepare(part_of("x", data, kind=part_kind(sniffed(data[:8192]))), data, 200)


def drawn(data: bytes, at: int = 0, dpi: float = 144) -> Image.Image:
    """A page of a PDF as PDFium shows it, with form values and remarks."""
    with pypdfium2.PdfDocument(data) as document:
        document.init_forms()
        return document[at].render(scale=dpi / 72).to_pil().convert("RGB")


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_printed_or_its_reason_is_said(name: str) -> None:
    odd = ODD[name]
    data = odd.make()
    assert part_kind(sniffed(data[:8192])) is odd.kind
    created = prepared(odd, data)
    assert (created.reason, created.count) == (odd.reason, odd.pages)
    assert [note.code for note in created.notes] == list(odd.notes)
    if created.pdf is None:
        return
    with pikepdf.open(io.BytesIO(created.pdf)) as opened:
        assert len(opened.pages) == odd.pages
        assert not {"/AcroForm", "/Names", "/OpenAction", "/Metadata"} & set(opened.Root.keys())
        for page in opened.pages:
            assert sorted(float(edge) for edge in page.mediabox[2:]) == pytest.approx([595.276, 841.89])
    assert drawn(created.pdf).convert("L").getextrema()[0] < 250, "the first page shows something"


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(ODD) >= 60


OURS = ("locked", "form", "written")  # drawn by us, or not without the password
PAGES = [name for name, odd in ODD.items() if odd.kind.value == "pdf" and odd.pages == 1]


@pytest.mark.parametrize("name", [item for item in PAGES if not any(word in item for word in OURS)])
def test_the_print_of_a_pdf_shows_what_a_viewer_shows_of_the_file(name: str) -> None:
    data = ODD[name].make()
    created = prepared(ODD[name], data)
    assert created.pdf is not None
    with pypdfium2.PdfDocument(data) as document:
        width, height = document.get_page_size(0)
    paper = (841.89, 595.276) if width > height else (595.276, 841.89)
    scale = min(
        2.0 if "units" in name else 1.0, (paper[0] - 44) / width, (paper[1] - 64) / height
    )  # smaller where it must be, never larger
    left, top = 22 + (paper[0] - 44 - width * scale) / 2, 22 + (paper[1] - 64 - height * scale) / 2
    before, after = drawn(data, dpi=144 * scale), drawn(created.pdf)
    corner = (round(left * 2), round(top * 2))
    same = after.crop((*corner, corner[0] + before.width, corner[1] + before.height))
    blur = [item.filter(ImageFilter.BoxBlur(3)) for item in (before, same)]
    assert max(high for _, high in ImageChops.difference(*blur).getextrema()) < 60
    rest = after.copy()
    rest.paste("white", (*corner, corner[0] + before.width, corner[1] + before.height))
    assert rest.convert("L").getextrema()[0] > 200, "nothing is drawn outside"


@pytest.mark.parametrize(
    ("name", "box"), [(item, (70, 500, 400, 530)) for item in ODD if item.startswith(("a form", "a written"))]
)
def test_what_was_filled_in_is_seen(name: str, box: tuple[int, int, int, int]) -> None:
    created = prepared(ODD[name], ODD[name].make())
    assert created.pdf is not None
    page = drawn(created.pdf, dpi=72)
    scale = (595.276 - 44) / 595
    area = [22 + box[0] * scale, 842 - 42 - box[3] * scale, 22 + box[2] * scale, 842 - 42 - box[1] * scale]
    ink = page.convert("L").crop([round(item) for item in area]).histogram()
    assert sum(ink[:128]) > 10
