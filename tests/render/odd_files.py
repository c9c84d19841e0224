"""Files as people really hand them in, each made here: what is odd in it, and what must come of it."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms, ImageDraw

from hrd_cases.domain.papers import PartKind
from tests.render.strike_sample import scan

PDF, IMAGE, TEXT, MAIL, OTHER = PartKind.PDF, PartKind.IMAGE, PartKind.TEXT, PartKind.MAIL, PartKind.OTHER


@dataclass(frozen=True, kw_only=True)
class Odd:
    """One file: its bytes, what it is known as, how many pages are printed (0: by its hash, for `reason`), notes."""

    make: Callable[[], bytes]
    kind: PartKind
    pages: int = 1
    reason: str = ""
    notes: tuple[str, ...] = ()


def leaf(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """A picture with a dark bar at the left, a slope of greys and a frame."""
    created = Image.linear_gradient("L").resize(size).convert("RGB")
    pen = ImageDraw.Draw(created)
    pen.rectangle((0, 0, size[0] // 10, size[1]), fill=(120, 20, 20))
    pen.rectangle((2, 2, size[0] - 3, size[1] - 3), outline=(0, 0, 120), width=3)
    return created.convert(mode)


def stored(created: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    created.save(target, form, **options)
    return target.getvalue()


def grey16() -> bytes:
    ramp = Image.new("I;16", (256, 40))
    ramp.putdata([column * 257 for _ in range(40) for column in range(256)])
    return stored(ramp, "PNG")


def white_on_nothing() -> bytes:
    created = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(created).rectangle((100, 40, 200, 60), fill=(255, 255, 255, 255))
    return stored(created, "PNG")


def odd_exif() -> bytes:
    tags = struct.pack("<HHLL", 0x0112, 9, 1, 0xFFFFFFFF) + struct.pack("<HHLL", 0x829A, 5, 5_000_000, 0xFFFFFFF0)
    block = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 2) + tags + b"\0\0\0\0"
    data = stored(leaf(), "JPEG")
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def saved(created: pikepdf.Pdf, **options: Any) -> bytes:
    target = io.BytesIO()
    created.save(target, static_id="encryption" not in options, **options)
    return target.getvalue()


def pdf(
    size: tuple[float, float] = (595, 842), pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None
) -> pikepdf.Pdf:
    """A PDF whose pages say "Specimen" with their number."""
    created = pikepdf.new()
    for at in range(1, pages + 1):
        page = created.add_blank_page(page_size=size)
        page.obj.Resources = Dictionary(
            Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        )
        words = f"BT /F 18 Tf 40 {size[1] - 60:.0f} Td (Specimen {at}) Tj ET"
        page.obj.Contents = created.make_stream(words.encode())
    if change is not None:
        change(created)
    return created


def changed(change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    return saved(pdf(change=change, **options))


def note(created: pikepdf.Pdf, subtype: pikepdf.Name, **entries: Any) -> Any:
    """A remark on the first page."""
    page = created.pages[0].obj
    item = created.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array([70, 500, 400, 530]), F=4, **entries)
    )
    page.Annots = Array([*page.get("/Annots", Array()), item])
    return item


def remark(subtype: str, **entries: Any) -> Callable[[], bytes]:
    return lambda: changed(lambda created: note(created, Name("/" + subtype), **entries))


def field(**entries: Any) -> Callable[[], bytes]:
    """A form with one field, its value not drawn by the program that filled it in."""

    def change(created: pikepdf.Pdf) -> None:
        item = note(created, Name.Widget, **{"T": String("f"), "DA": String("/Helv 14 Tf 0 g"), **entries})
        created.Root.AcroForm = Dictionary(Fields=Array([item]), NeedAppearances=True, DA=String("/Helv 0 Tf 0 g"))

    return lambda: changed(change)


def drawn_field(*, stale: bool) -> bytes:
    def change(created: pikepdf.Pdf) -> None:
        visible = created.make_stream(b"BT /F 12 Tf 5 5 Td (answered) Tj ET")
        visible.Type, visible.Subtype, visible.BBox = Name.XObject, Name.Form, Array([0, 0, 330, 30])
        visible.Resources = created.pages[0].obj.Resources
        item = note(created, Name.Widget, FT=Name.Tx, T=String("f"), V=String("answered"), AP=Dictionary(N=visible))
        created.Root.AcroForm = Dictionary(Fields=Array([item]), DA=String("/Helv 12 Tf 0 g"))
        if stale:
            item.V = String("ответ")
            created.Root.AcroForm.NeedAppearances = True

    return changed(change)


def attached(created: pikepdf.Pdf) -> None:
    created.attachments["table.csv"] = pikepdf.AttachedFileSpec(created, b"a;b", filename="table.csv")


def script(created: pikepdf.Pdf) -> None:
    created.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def layer(*, off: bool) -> bytes:
    def change(created: pikepdf.Pdf) -> None:
        item = created.make_indirect(Dictionary(Type=Name.OCG, Name=String("Stamp")))
        created.Root.OCProperties = Dictionary(OCGs=Array([item]), D=Dictionary(OFF=Array([item] if off else [])))

    return changed(change)


def page_entry(**entries: Any) -> bytes:
    def change(created: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            created.pages[0].obj[f"/{name}"] = value

    return changed(change)


def xfa(created: pikepdf.Pdf) -> None:
    created.Root.AcroForm = Dictionary(Fields=Array([]), XFA=created.make_stream(b"<xdp/>"))


def blended(created: pikepdf.Pdf) -> None:
    page = created.pages[0].obj
    page.Resources.ExtGState = Dictionary(G=Dictionary(BM=Name.Multiply, ca=0.5))
    page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    page.Contents = created.make_stream(b"1 0 0 rg 50 500 200 200 re f /G gs 0 0 1 rg 150 400 200 200 re f")


def twisted() -> bytes:
    data = saved(pdf(pages=2))
    return data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF"


def mail_file(*, html: bool = False, attach: bool = False) -> bytes:
    head = "Received: from a by b\r\nMessage-ID: <1@x>\r\nFrom: =?utf-8?B?0JDQutC40LzQsNGC?= <a@example.org>\r\n"
    head += "To: b@example.org\r\nSubject: =?utf-8?B?0J7RgtCy0LXRgg==?=\r\nDate: Mon, 9 Nov 2026 10:00:00 +0500\r\n"
    kind = "html" if html else "plain"
    body = "<p>Отказ <b>письмом</b></p><script>x</script>" if html else "Отказано.\r\n"
    part = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    if not attach:
        return (head + "MIME-Version: 1.0\r\n" + part).encode()
    more = 'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="order.pdf"\r\n'
    more += "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n"
    top = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n'
    return (head + top + f"--B\r\n{part}--B\r\n{more}--B--\r\n").encode()


def huge_png(size: tuple[int, int]) -> bytes:
    row = b"\0" + b"\xc0" * size[0]
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(row) for _ in range(size[1])) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def most_of(data: bytes) -> bytes:
    """What arrived of a file when the line broke."""
    return data[: len(data) * 9 // 10]


def frames(form: str, count: int = 4, **options: Any) -> bytes:
    shots = [leaf((120, 90)).point(lambda value, at=at: min(255, value + 20 * at)) for at in range(count)]
    return stored(shots[0], form, save_all=True, append_images=shots[1:], **options)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
CYR = "Отказ письмом от 14 декабря 2017 года. Шахтёры не вышли на поверхность."

ODD: dict[str, Odd] = {
    # pictures
    "a JPEG": Odd(make=lambda: stored(leaf(), "JPEG"), kind=IMAGE),
    "a progressive JPEG": Odd(make=lambda: stored(leaf(), "JPEG", progressive=True), kind=IMAGE),
    "a grey JPEG": Odd(make=lambda: stored(leaf(mode="L"), "JPEG"), kind=IMAGE),
    "a CMYK JPEG": Odd(make=lambda: stored(leaf(mode="CMYK"), "JPEG"), kind=IMAGE),
    "a JPEG with a profile of colours": Odd(make=lambda: stored(leaf(), "JPEG", icc_profile=SRGB), kind=IMAGE),
    "a JPEG with a broken profile": Odd(make=lambda: stored(leaf(), "JPEG", icc_profile=b"x" * 300), kind=IMAGE),
    "half a JPEG": Odd(make=lambda: stored(leaf(), "JPEG")[:4000], kind=IMAGE, pages=0, reason="broken"),
    "a JPEG with odd EXIF": Odd(make=odd_exif, kind=IMAGE),
    "a PNG of 16-bit greys": Odd(make=grey16, kind=IMAGE),
    "a PNG of a palette": Odd(make=lambda: stored(leaf().quantize(16), "PNG"), kind=IMAGE),
    "a PNG of black and white": Odd(make=lambda: stored(leaf(mode="1"), "PNG"), kind=IMAGE),
    "a PNG with transparency": Odd(make=lambda: stored(leaf(mode="RGBA"), "PNG"), kind=IMAGE),
    "a PNG in white on nothing": Odd(make=white_on_nothing, kind=IMAGE, notes=("on_grey",)),
    "half a PNG": Odd(make=lambda: stored(leaf(), "PNG")[:900], kind=IMAGE, pages=0, reason="broken"),
    "a PNG that says 50,000 by 50,000": Odd(
        make=lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
        + struct.pack(">I", zlib.crc32(b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)))
        + struct.pack(">I", 4) + b"IDAT" + b"\0" * 8,
        kind=IMAGE, pages=0, reason="pixels",
    ),
    "a photo of 100 million points": Odd(make=lambda: huge_png((12_500, 8_000)), kind=IMAGE),
    "a long chat": Odd(make=lambda: stored(leaf((720, 21_000), "L"), "PNG"), kind=IMAGE, pages=16, notes=("cut",)),
    "a wide strip": Odd(make=lambda: stored(leaf((9_000, 600)), "PNG"), kind=IMAGE, pages=8, notes=("cut",)),
    "one point": Odd(make=lambda: stored(Image.new("L", (1, 1)), "PNG"), kind=IMAGE),
    "a GIF": Odd(make=lambda: stored(leaf(), "GIF"), kind=IMAGE),
    "a moving GIF": Odd(make=lambda: frames("GIF"), kind=IMAGE, notes=("first_frame",)),
    "a BMP": Odd(make=lambda: stored(leaf(), "BMP"), kind=IMAGE),
    "a WEBP": Odd(make=lambda: stored(leaf(), "WEBP"), kind=IMAGE),
    "a moving WEBP": Odd(make=lambda: frames("WEBP"), kind=IMAGE, notes=("first_frame",)),
    "an AVIF": Odd(make=lambda: stored(leaf(), "AVIF"), kind=IMAGE),
    "a HEIC": Odd(make=lambda: stored(leaf(), "HEIF"), kind=IMAGE),
    "a JPEG 2000": Odd(make=lambda: stored(leaf(), "JPEG2000"), kind=IMAGE),
    "a moving PNG": Odd(make=lambda: frames("PNG"), kind=IMAGE, notes=("first_frame",)),
    "a TIFF": Odd(make=lambda: stored(leaf(), "TIFF"), kind=IMAGE),
    "a TIFF of four pages": Odd(make=lambda: frames("TIFF"), kind=IMAGE, pages=4),
    "a TIFF of a fax": Odd(
        make=lambda: stored(leaf((1728, 1100), "1"), "TIFF", compression="group4", dpi=(204, 98)), kind=IMAGE
    ),
    "a TIFF packed by LZW": Odd(make=lambda: stored(leaf(), "TIFF", compression="tiff_lzw"), kind=IMAGE),
    "a TIFF of CMYK": Odd(make=lambda: stored(leaf(mode="CMYK"), "TIFF"), kind=IMAGE),
    "half a TIFF": Odd(make=lambda: stored(leaf(), "TIFF")[:5000], kind=IMAGE, pages=0, reason="broken"),
    "most of a TIFF of four pages": Odd(
        make=lambda: most_of(frames("TIFF", compression="tiff_lzw")), kind=IMAGE, pages=0, reason="broken"
    ),
    "a TIFF of too many pages": Odd(make=lambda: frames("TIFF", 501), kind=IMAGE, pages=0, reason="many_pages"),
    # PDF
    "a PDF": Odd(make=lambda: saved(pdf()), kind=PDF),
    "a PDF of A5": Odd(make=lambda: saved(pdf((420, 595))), kind=PDF),
    "a PDF of A3 lying": Odd(make=lambda: saved(pdf((1191, 842))), kind=PDF),
    "a PDF after a blank line": Odd(make=lambda: b"\r\n" + saved(pdf()), kind=PDF),
    "a PDF after a program's words": Odd(make=lambda: b"HTTP/1.1 200 OK\r\n" * 12 + saved(pdf()), kind=PDF),
    "a PDF locked against editing": Odd(
        make=lambda: saved(pdf(), encryption=pikepdf.Encryption(owner="o", user="")), kind=PDF
    ),
    "a PDF locked with a password": Odd(
        make=lambda: saved(pdf(), encryption=pikepdf.Encryption(owner="o", user="u")),
        kind=PDF, pages=0, reason="encrypted",
    ),
    "a PDF with a lost table": Odd(make=twisted, kind=PDF, pages=2),
    "a quarter of a PDF": Odd(make=lambda: saved(pdf())[:250], kind=PDF, pages=0, reason="broken"),
    "most of a PDF of eight pages": Odd(make=lambda: most_of(scan(8)), kind=PDF, pages=0, reason="broken"),
    "a PDF of no pages": Odd(make=lambda: saved(pikepdf.new()), kind=PDF, pages=0, reason="broken"),
    "a PDF with a layer off": Odd(make=lambda: layer(off=True), kind=PDF, pages=0, reason="layers"),
    "a PDF with a layer on": Odd(make=lambda: layer(off=False), kind=PDF),
    "a PDF that lives in XFA": Odd(make=lambda: changed(xfa), kind=PDF, pages=0, reason="xfa"),
    "a turned PDF": Odd(make=lambda: page_entry(Rotate=90), kind=PDF),
    "a cropped PDF": Odd(make=lambda: page_entry(CropBox=Array([20, 400, 500, 820])), kind=PDF),
    "a PDF with an odd origin": Odd(make=lambda: page_entry(MediaBox=Array([-100, -50, 495, 792])), kind=PDF),
    "a PDF of large units": Odd(make=lambda: page_entry(UserUnit=2), kind=PDF),
    "a PDF with blended colours": Odd(make=lambda: changed(blended), kind=PDF),
    "a PDF that runs a script": Odd(make=lambda: changed(script), kind=PDF),
    "a PDF with a file inside": Odd(make=lambda: changed(attached), kind=PDF, notes=("attached",)),
    "a form drawn by its program": Odd(make=lambda: drawn_field(stale=False), kind=PDF),
    "a form whose drawing is old": Odd(make=lambda: drawn_field(stale=True), kind=PDF),
    "a form filled in Cyrillic": Odd(make=field(FT=Name.Tx, V=String("Иванов Иван, шахта")), kind=PDF),
    "a form of many lines": Odd(make=field(FT=Name.Tx, Ff=4096, V=String("Первая\rвторая " + CYR)), kind=PDF),
    "a form with a choice": Odd(
        make=field(FT=Name.Ch, V=String("2"), Opt=Array([Array([String("2"), String("Қарағанды")])])), kind=PDF
    ),
    "a form with cells": Odd(make=field(FT=Name.Tx, Ff=1 << 24, MaxLen=12, V=String("840101300123")), kind=PDF),
    "a form with a tick": Odd(make=field(FT=Name.Btn, V=Name.Yes, AS=Name.Yes), kind=PDF),
    "a form in a script of no font": Odd(make=field(FT=Name.Tx, V=String("\U00012000")), kind=PDF, notes=("signs",)),
    "a written remark": Odd(
        make=remark("FreeText", Contents=String("Помета от руки"), DA=String("/Helv 14 Tf 0 g")), kind=PDF
    ),
    "a marked line": Odd(
        make=remark("Highlight", C=Array([1, 1, 0]), QuadPoints=Array([70, 530, 400, 530, 70, 500, 400, 500])),
        kind=PDF, notes=("drawn",),
    ),
    "a crossed out line": Odd(
        make=remark("StrikeOut", C=Array([1, 0, 0]), QuadPoints=Array([70, 530, 400, 530, 70, 500, 400, 500])),
        kind=PDF, notes=("drawn",),
    ),
    "a drawn frame": Odd(make=remark("Square", C=Array([1, 0, 0])), kind=PDF, notes=("drawn",)),
    "a line by hand": Odd(
        make=remark("Ink", C=Array([0, 0, 1]), InkList=Array([Array([80, 505, 200, 525, 390, 505])])),
        kind=PDF, notes=("drawn",),
    ),
    "a sticky note": Odd(
        make=remark("Text", Contents=String("Проверить дату")), kind=PDF, notes=("remarks", "drawn")
    ),
    # words
    "a text in UTF-8": Odd(make=CYR.encode, kind=TEXT),
    "a text with a mark of bytes": Odd(make=lambda: CYR.encode("utf-8-sig"), kind=TEXT),
    "a text in UTF-16": Odd(make=lambda: CYR.encode("utf-16"), kind=TEXT),
    "a text in Windows-1251": Odd(make=lambda: (CYR * 3).encode("cp1251"), kind=TEXT, notes=("encoding",)),
    "a text in KOI8-R": Odd(make=lambda: (CYR * 3).encode("koi8-r"), kind=TEXT, notes=("encoding",)),
    "a text of Western letters": Odd(
        make=lambda: "naïve café déjà vu à côté".encode("latin-1"), kind=TEXT, pages=0, reason="encoding"
    ),
    "a long text": Odd(make=lambda: (CYR + "\n").encode() * 100, kind=TEXT, pages=2),
    "a text far too long": Odd(make=lambda: b"x\n" * 40_000, kind=TEXT, pages=0, reason="long"),
    "a text with a sign of no font": Odd(make="решение \U00012000".encode, kind=TEXT, notes=("signs",)),
    "a text that talks of headers": Odd(make="Date: завтра\nМесто: Шахтинск\n".encode, kind=TEXT),
    "a mail": Odd(make=mail_file, kind=MAIL),
    "a mail as a page": Odd(make=lambda: mail_file(html=True), kind=MAIL, notes=("mail_text",)),
    "a mail with a file": Odd(make=lambda: mail_file(attach=True), kind=MAIL, notes=("mail_attached",)),
    # neither
    "a document": Odd(make=lambda: b"PK\x03\x04" + b"\0" * 200, kind=OTHER, pages=0, reason="kind"),
    "a page of the web": Odd(make=lambda: b"<!doctype html><p>x", kind=OTHER, pages=0, reason="kind"),
    "sound": Odd(make=lambda: b"OggS\0\2" + b"\0" * 200, kind=OTHER, pages=0, reason="kind"),
    "no kind at all": Odd(make=lambda: bytes(range(256)) * 4, kind=OTHER, pages=0, reason="kind"),
}  # fmt: skip
