import dataclasses
import hashlib
import io
import random
import struct
import zipfile
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageFilter
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader

from hrd_cases.domain.papers import Language, PartKind, Variant
from hrd_cases.domain.profiles import terms
from hrd_cases.render import drawing, exhibits, hidden
from hrd_cases.render.exhibit_process import Altered, ExhibitTask
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuildLimits, build, open_files
from tests.render.strike_sample import part_of, photo, scan
from tests.render.test_dossiers import built, small

pytestmark = pytest.mark.slow  # each builds papers whole


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def saved(created: pikepdf.Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    created.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def million_pages() -> bytes:
    """A file of a few megabytes whose page tree names one page a million times."""
    middles = b" ".join(b"%d 0 R" % at for at in range(4, 1004))
    leaves = b"3 0 R " * 1000
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1000000 /Kids [" + middles + b"] >>",
        b"<< /Type /Page /MediaBox [0 0 10 10] /Parent 4 0 R >>",
        *(b"<< /Type /Pages /Count 1000 /Parent 2 0 R /Kids [" + leaves + b"] >>" for _ in range(1000)),
    ]
    pieces, places, at = [b"%PDF-1.7\n"], [], 9
    for number, text in enumerate(objects, start=1):
        places.append(at)
        pieces.append(b"%d 0 obj\n" % number + text + b"\nendobj\n")
        at += len(pieces[-1])
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at)
    return b"".join([*pieces, table, tail])


def unpacking_pdf(size: int) -> bytes:
    created = pikepdf.new()
    page = created.add_blank_page()
    page.obj.Contents = pikepdf.Stream(created, zlib.compress(b"q Q\n" * (size // 4), 9), Filter=Name.FlateDecode)
    return saved(created)


def zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", b"\0" * 100_000_000)
    return target.getvalue()


BOMBS = {
    "an image of 50,000 by 50,000 pixels": (lambda: png_header(50_000, 50_000), PartKind.IMAGE, "pixels"),
    "a zip bomb that says it is a PDF": (zip_bomb, PartKind.PDF, "broken"),
    "a PDF whose page unpacks to 400 MB": (lambda: unpacking_pdf(400_000_000), PartKind.PDF, "unpacks"),
    "a PDF with a million pages": (million_pages, PartKind.PDF, "many_pages"),
    "a text that says it is an image": (lambda: b"hello " * 100, PartKind.IMAGE, "broken"),
}


def test_a_bomb_goes_by_its_hash_with_its_reason_and_stops_nothing() -> None:
    bombs = {f"bomb-{at}": (make(), kind, reason) for at, (make, kind, reason) in enumerate(BOMBS.values())}
    created = small(first=scan(1), **{name: data for name, (data, _, _) in bombs.items()})
    visible = tuple(
        dataclasses.replace(exhibit, parts=(part_of(exhibit.id, bombs[exhibit.id][0], kind=bombs[exhibit.id][1]),))
        if exhibit.id in bombs
        else exhibit
        for exhibit in created.request.case.exhibits
    )
    case = dataclasses.replace(created.request.case, exhibits=visible)
    paper = built(dataclasses.replace(created, request=dataclasses.replace(created.request, case=case)))
    reasons = [(item.part, item.reason) for item in paper.manifest.not_printed]
    assert reasons == [(name, reason) for name, (_, _, reason) in bombs.items()]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.main_pdf)).pages)
    squeezed = "".join(text.split())
    for data, _kind, reason in bombs.values():
        assert hashlib.sha256(data).hexdigest() in squeezed
        assert "".join(terms(Language.RU)[f"not_printed_{reason}"].split()) in squeezed


@pytest.mark.parametrize(
    "limits",
    [BuildLimits(memory_bytes=420_000_000), BuildLimits(exhibit_seconds=0.001)],
    ids=["memory", "time"],
)
def test_an_exhibit_that_takes_its_worker_down_goes_by_its_hash(limits: BuildLimits) -> None:
    heavy = photo({}, 2, size=(9000, 9000), form="PNG")
    created = small(heavy=heavy, small=photo({}, 1))
    task = [ExhibitTask(part=part_of(name, data), dpi=200) for name, data in created.contents.items()]
    ready = list(open_files(((item, iter([created.contents[item.part.id]])) for item in task[:1]), limits))
    assert [item.outcome.reason for item in ready] == ["heavy"]
    after = list(open_files((item, iter([created.contents[item.part.id]])) for item in task[1:]))
    assert [(item.outcome.reason, item.outcome.count) for item in after] == [("", 1)]


def test_a_worker_that_dies_is_replaced_for_the_next_file() -> None:
    good, heavy = photo({}, 1), photo({}, 2, size=(9000, 9000), form="PNG")
    files = {"a": good, "b": heavy, "c": good}
    tasks = ((ExhibitTask(part=part_of(name, data), dpi=200), iter([data])) for name, data in files.items())
    ready = list(open_files(tasks, BuildLimits(memory_bytes=420_000_000)))
    assert [item.outcome.reason for item in ready] == ["", "heavy", ""]


def test_bytes_that_are_not_those_taken_in_are_never_opened() -> None:
    data = photo({}, 1)
    part = part_of("1.jpg", data)
    for other in (photo({}, 2), data[:-1] + bytes([data[-1] ^ 1])):
        with pytest.raises(Altered):
            list(open_files([(ExhibitTask(part=part, dpi=200), iter([other]))]))


def test_a_build_that_takes_too_long_is_stopped() -> None:
    created = small(first=scan(1))
    with pytest.raises(BuildFailed) as failed:
        build(
            created.request,
            ((name, iter([data])) for name, data in created.contents.items()),
            limits=BuildLimits(wall_seconds=0.2),
        )
    assert failed.value.code == "timeout"


def locked() -> bytes:
    with pikepdf.open(io.BytesIO(scan(1))) as opened:
        return saved(opened, encryption=pikepdf.Encryption(user="secret", owner="secret"))


def hidden_layer() -> bytes:
    created = pikepdf.open(io.BytesIO(scan(1)))
    layer = created.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("hidden")))
    created.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    return saved(created)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (locked(), "encrypted"),
        (scan(1)[:200], "broken"),
        (hidden_layer(), "layers"),
    ],
    ids=["locked", "torn", "layers"],
)
def test_a_pdf_that_cannot_be_shown_whole_stands_by_its_hash(data: bytes, reason: str) -> None:
    created = exhibits.prepare(part_of("x", data), data, 200)
    assert (created.pdf, created.count, created.reason) == (None, 0, reason)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_keeps_its_pixels_and_loses_place_and_camera(form: str) -> None:
    data = photo({}, 1, size=(400, 600), form=form)
    assert b"SpyPhone" in data
    created = exhibits.prepare(part_of("x", data), data, 200)
    assert created.pdf is not None
    assert b"SpyPhone" not in created.pdf
    with pikepdf.open(io.BytesIO(created.pdf)) as opened:
        picture = pikepdf.PdfImage(opened.pages[0].obj.Resources.XObject.Picture).as_pil_image()
    assert picture.size == (400, 600)
    assert not picture.getexif()


def test_a_photo_is_turned_as_the_camera_and_then_the_caseworker_said() -> None:
    leaf = Image.new("RGB", (60, 40), "white")
    leaf.paste("red", (0, 0, 10, 40))
    marks = Image.Exif()
    marks[0x0112] = 6  # the camera was held a quarter turn to the left
    target = io.BytesIO()
    leaf.save(target, "PNG", exif=marks)
    data = target.getvalue()
    created = exhibits.prepare(part_of("x", data, turn=90), data, 200)
    with pikepdf.open(io.BytesIO(created.pdf or b"")) as opened:
        picture = pikepdf.PdfImage(opened.pages[0].obj.Resources.XObject.Picture).as_pil_image().convert("RGB")
    assert picture.size == (60, 40)
    assert picture.getpixel((55, 20))[0] > 200 > picture.getpixel((55, 20))[1]
    assert min(picture.getpixel((5, 20))) > 200


def test_only_the_chosen_pages_are_shown() -> None:
    data = scan(5)
    created = exhibits.prepare(part_of("x", data, pages=(2, 4)), data, 200)
    assert created.count == 2
    none = exhibits.prepare(part_of("x", data, pages=(9,)), data, 200)
    assert (none.pdf, none.count, none.of) == (None, 0, 5)
    later = exhibits.prepare(part_of("x", data, pages=(9,)), data, 200, skip=5)
    assert later.count == 1, "pages count through all files of an exhibit"


def test_a_choice_that_is_not_in_the_exhibit_whole_goes_by_its_hash() -> None:
    created = small(first=scan(3))
    visible = created.request.case.exhibits[0]
    for pages, reasons in (((2, 9), ["pages"]), ((0,), ["pages"]), ((3, 1), [])):
        part = dataclasses.replace(visible.parts[0], pages=pages)
        case = dataclasses.replace(created.request.case, exhibits=(dataclasses.replace(visible, parts=(part,)),))
        paper = built(dataclasses.replace(created, request=dataclasses.replace(created.request, case=case)))
        assert [item.reason for item in paper.manifest.not_printed] == reasons


def test_a_choice_of_pages_prints_no_others_where_a_file_could_not_be_opened() -> None:
    contents = {"locked": locked(), "good": scan(3), "odd": b"PK of no kind that is printed"}
    created = small(**contents)
    visible = created.request.case.exhibits[0]
    cases: dict[tuple[str, ...], dict[str, str]] = {
        ("locked", "good"): {"locked": "encrypted", "good": "pages"},
        ("good", "locked"): {"locked": "encrypted"},
        ("odd", "good"): {"odd": "kind"},
    }
    for names, reasons in cases.items():
        parts = tuple(part_of(name, contents[name], pages=(1, 2)) for name in names)
        case = dataclasses.replace(created.request.case, exhibits=(dataclasses.replace(visible, parts=parts),))
        request = dataclasses.replace(created.request, case=case)
        paper = built(dataclasses.replace(created, request=request, contents={name: contents[name] for name in names}))
        assert {item.part: item.reason for item in paper.manifest.not_printed} == reasons


def test_what_was_filled_into_a_form_stays_to_be_seen() -> None:
    created = pikepdf.new()
    page = created.add_blank_page(page_size=(300, 300))
    visible = created.make_stream(b"BT /F 12 Tf 5 5 Td (answered) Tj ET")
    visible.Subtype, visible.BBox, visible.Type = Name.Form, Array([0, 0, 100, 20]), Name.XObject
    letters = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    visible.Resources = Dictionary(Font=Dictionary(F=letters))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("f"), V=pikepdf.String("answered"), F=4,
        Rect=Array([50, 50, 150, 70]), AP=Dictionary(N=visible),
    )  # fmt: skip
    page.obj.Annots = Array([created.make_indirect(field)])
    created.Root.AcroForm = Dictionary(Fields=Array([page.obj.Annots[0]]))
    data = saved(created)
    prepared = exhibits.prepare(part_of("x", data), data, 200)
    with pikepdf.open(io.BytesIO(prepared.pdf or b"")) as opened:
        assert any(b"(answered)" in thing.read_bytes() for thing in opened.objects if isinstance(thing, pikepdf.Stream))
        assert "/AcroForm" not in opened.Root


def pdf_around(picture: bytes, filters: pikepdf.Object, size: tuple[int, int] = (40, 60)) -> bytes:
    """A PDF of one page that draws this picture."""
    created = pikepdf.new()
    page = created.add_blank_page()
    about = Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1], BitsPerComponent=8)
    about.ColorSpace, about.Filter = Name.DeviceRGB, filters
    page.obj.Resources = Dictionary(
        XObject=Dictionary(P=created.make_indirect(pikepdf.Stream(created, picture, about)))
    )
    page.obj.Contents = created.make_stream(b"q 100 0 0 100 0 0 cm /P Do Q")
    return saved(created, compress_streams=False)


def jpx() -> bytes:
    """A JPEG 2000 with a box of XML."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(photo({}, 1, size=(40, 60), form="PNG"))) as opened:
        opened.convert("RGB").save(target, "JPEG2000")
    about = b"<camera>SpyPhone</camera>"
    data = target.getvalue()
    place = data.index(b"jp2c") - 4
    return data[:place] + struct.pack(">I", 8 + len(about)) + b"xml " + about + data[place:]


SHOT = photo({}, 1, size=(40, 60))
REMARK = b"\xff\xfe" + struct.pack(">H", 2 + len(b"SpyPhone 51.1283")) + b"SpyPhone 51.1283"


def with_a_remark_between_scans() -> bytes:
    """A progressive JPEG with a comment before its second scan."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(SHOT)) as opened:
        opened.convert("RGB").save(target, "JPEG", progressive=True)
    data = hidden.plain_jpeg(target.getvalue())
    place = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    return data[:place] + REMARK + data[place:]


DCT, FLATE, JPX = Name.DCTDecode, Name.FlateDecode, Name.JPXDecode
CARRIERS = {
    "plain": (SHOT, DCT, 0),
    "a list of filters": (SHOT, Array([DCT]), 0),
    "packed once more": (zlib.compress(SHOT), Array([FLATE, DCT]), 0),
    "as ASCII": (SHOT.hex().encode() + b">", Array([Name.ASCIIHexDecode, DCT]), 1),
    "behind its end": (hidden.plain_jpeg(SHOT) + b"SpyPhone 51.1283 71.4305", DCT, 0),
    "a second picture behind its end": (hidden.plain_jpeg(SHOT) + SHOT, DCT, 0),
    "between its scans": (with_a_remark_between_scans(), DCT, 0),
    "behind a fill byte": (SHOT[:2] + b"\xff" + REMARK + hidden.plain_jpeg(SHOT)[2:], DCT, 0),
    "boxes": (jpx(), JPX, 0),
    "torn": (SHOT[:-2], DCT, 1),
}


@pytest.mark.parametrize(("picture", "filters", "drawn"), CARRIERS.values(), ids=CARRIERS)
def test_a_paper_is_built_with_a_pdf_whose_picture_holds_more_than_pixels(
    picture: bytes, filters: pikepdf.Object, drawn: int
) -> None:
    whole = pdf_around(picture, filters)
    paper = built(small(first=whole))
    assert [item.reason for item in paper.manifest.not_printed] == []
    assert sum(item.note.number for item in paper.manifest.noted if item.note.code == "drawn") == drawn
    with pikepdf.open(io.BytesIO(paper.main_pdf)) as opened:
        pictures = [item for item in opened.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
        assert pictures
        assert not any(
            b"SpyPhone" in picture.read_raw_bytes() or hidden.picture_carries(picture) for picture in pictures
        )


def pdf_with_a_picture_in_its_page(picture: bytes, filters: bytes) -> bytes:
    created = pikepdf.new()
    page = created.add_blank_page()
    about = b"/W 40 /H 60 /BPC 8 /CS /RGB /F " + filters
    content = b"q 100 0 0 100 0 0 cm BI " + about + b" ID " + picture + b"\nEI Q"
    page.obj.Contents = created.make_stream(content)
    return saved(created, compress_streams=False)


@pytest.mark.parametrize(
    ("picture", "filters", "drawn"),
    [
        (SHOT, b"/DCT", 1),
        (SHOT.hex().encode() + b">", b"[/AHx /DCT]", 1),
        (hidden.plain_jpeg(SHOT), b"/DCT", 0),
    ],
    ids=["plain", "as ASCII", "nothing but pixels"],
)
def test_a_picture_within_what_a_page_draws_brings_nothing_but_its_pixels(
    picture: bytes, filters: bytes, drawn: int
) -> None:
    paper = built(small(first=pdf_with_a_picture_in_its_page(picture, filters)))
    assert [item.reason for item in paper.manifest.not_printed] == []
    assert sum(item.note.number for item in paper.manifest.noted if item.note.code == "drawn") == drawn
    with pikepdf.open(io.BytesIO(paper.main_pdf)) as opened:
        streams = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
        assert not any(b"SpyPhone" in stream.read_raw_bytes() or hidden.picture_carries(stream) for stream in streams)


def test_the_pixels_of_a_picture_without_its_metadata_are_the_same() -> None:
    assert b"SpyPhone" in SHOT
    bare = hidden.plain_jpeg(SHOT)
    assert b"SpyPhone" not in bare
    assert Image.open(io.BytesIO(bare)).tobytes() == Image.open(io.BytesIO(SHOT)).tobytes()
    several = with_a_remark_between_scans()
    assert b"SpyPhone" not in hidden.plain_jpeg(several)
    assert Image.open(io.BytesIO(hidden.plain_jpeg(several))).tobytes() == Image.open(io.BytesIO(several)).tobytes()


def test_the_comment_of_a_wide_grey_picture_is_not_in_the_paper() -> None:
    target = io.BytesIO()
    grey = Image.frombytes("I;16", (400, 400), b"".join(struct.pack("<H", at * 40503 % 65536) for at in range(160_000)))
    about = PngInfo()
    about.add_text("comment", "SpyPhone 51.1283")
    grey.save(target, "PNG", pnginfo=about)
    created = exhibits.prepare(part_of("x", target.getvalue()), target.getvalue(), 200)
    with pikepdf.open(io.BytesIO(created.pdf or b"")) as opened:
        picture = opened.pages[0].obj.Resources.XObject.Picture
        assert picture.Filter == Name.DCTDecode
        assert b"SpyPhone" not in picture.read_raw_bytes()


def test_the_original_is_never_touched() -> None:
    data = photo({}, 1)
    before = hashlib.sha256(data).hexdigest()
    exhibits.prepare(part_of("x", data), data, 200)
    assert hashlib.sha256(data).hexdigest() == before


def test_approved_pages_are_printed_and_no_other_while_the_file_prints_as_it_did() -> None:
    data = scan(5)

    def printed(*visited: int, of: int) -> tuple[int, str]:
        created = exhibits.prepare(part_of("x", data, seen=visited, of=of), data, 200, skip=3)
        assert (created.pdf is None) == (created.count == 0)
        return created.count, created.reason

    assert printed(2, 4, of=5) == (2, "")
    for seen, of in (((2, 4), 6), ((2, 9), 5), ((), 5), ((), 0), ((0,), 0)):
        assert printed(*seen, of=of) == (0, "" if (seen, of) == ((), 5) else "pages")
    sound = b"ID3" + bytes(99)
    output = exhibits.prepare(part_of("x", sound, kind=PartKind.OTHER, seen=(0,), of=0), sound, 200)
    assert (output.count, output.reason) == (0, "kind")


def test_a_protected_paper_prints_nothing_of_which_no_page_was_approved() -> None:
    created = small(one=scan(2), two=scan(3))
    request = dataclasses.replace(created.request, variant=Variant.PROTECTED)
    whole, half = request.case.exhibits
    approved = dataclasses.replace(half, parts=(dataclasses.replace(half.parts[0], seen=(3,), of=3),))
    request = dataclasses.replace(request, case=dataclasses.replace(request.case, exhibits=(whole, approved)))
    paper = built(dataclasses.replace(created, request=request))
    with pikepdf.open(io.BytesIO(paper.main_pdf)) as opened:
        pictures = [page for page in opened.pages if "/Picture" in page.obj.Resources.get("/XObject", {})]
    assert len(pictures) == 1


def test_a_full_paper_shows_an_exhibit_of_approved_pages_as_pictures() -> None:
    created = small(one=scan(2))
    (whole,) = created.request.case.exhibits
    approved = dataclasses.replace(whole, parts=(dataclasses.replace(whole.parts[0], seen=(2,), of=2),))
    case = dataclasses.replace(created.request.case, exhibits=(approved,))
    paper = built(dataclasses.replace(created, request=dataclasses.replace(created.request, case=case)))
    with pikepdf.open(io.BytesIO(paper.main_pdf)) as opened:
        pictures = [page for page in opened.pages if "/Picture" in page.obj.Resources.get("/XObject", {})]
        assert len(pictures) == 1
        assert "/Font" not in pictures[0].obj.Resources


def test_a_long_picture_is_cut_at_the_same_lines_however_fine_it_is_drawn() -> None:
    for size in ((1080, 12_000), (1400, 9_000), (2400, 20_000)):
        target = io.BytesIO()
        Image.new("L", size, 255).save(target, "PNG")
        data = target.getvalue()
        assert len({exhibits.prepare(part_of("x", data), data, dpi).of for dpi in (100, 200, 300)}) == 1, size


@pytest.mark.parametrize("size", [(3, 3), (7, 40), (41, 8), (120, 90)])
def test_neighbours_are_compared_exactly_as_a_rank_filter_does(size: tuple[int, int]) -> None:
    picture = Image.frombytes("RGB", size, random.Random(7).randbytes(3 * size[0] * size[1]))
    for reach, pick, ranked in (
        (1, ImageChops.darker, ImageFilter.MinFilter(3)),
        (2, ImageChops.lighter, ImageFilter.MaxFilter(5)),
    ):
        assert drawing.spread(picture, reach, pick).tobytes() == picture.filter(ranked).tobytes()
