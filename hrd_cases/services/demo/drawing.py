"""Files for the demo's evidence, invented on the spot and saying so on every page: PNG, PDF, DOCX and plain text.

They are made of the standard library alone, from letters drawn once (vocabularies/demo/glyphs.toml), and the same text
always makes the same bytes.
"""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from hrd_cases.services.demo.values import read

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
MARGIN, LEADING = 120, 40
STAMP = "ВЫМЫШЛЕНО ДЛЯ ДЕМОНСТРАЦИИ"
_ROW = 5  # bytes of one row of one letter


@dataclass(frozen=True, kw_only=True)
class MadeFile:
    """A file as it would come from a telephone or a mailbox."""

    name: str
    data: bytes


@cache
def _letters() -> dict[str, tuple[int, tuple[int, ...]]]:
    """Width and rows of each letter."""
    drawn = read("glyphs")
    height, packed = drawn["height"], zlib.decompress(base64.b64decode(drawn["rows"]))
    rows = [int.from_bytes(packed[at : at + _ROW], "big") for at in range(0, len(packed), _ROW)]
    return {
        letter: (width, tuple(rows[index * height : (index + 1) * height]))
        for index, (letter, width) in enumerate(zip(drawn["letters"], drawn["widths"], strict=True))
    }


def page(text: str, number: int, total: int) -> list[int]:
    """One page as rows of dots (a set bit is black): a stamp, the text in lines, the page's number."""
    rows = [0] * HEIGHT
    _write(rows, STAMP, MARGIN, 50)
    _write(rows, f"{number} / {total}", WIDTH - MARGIN - 80, HEIGHT - 90)
    _frame(rows)
    top = MARGIN + LEADING
    for line in _lines(text):
        if top > HEIGHT - MARGIN - LEADING:
            break
        _write(rows, line, MARGIN, top)
        top += LEADING
    return rows


def png(rows: Sequence[int]) -> bytes:
    """The rows as a PNG of one bit a dot."""
    white = (1 << WIDTH) - 1
    raw = b"".join(b"\0" + ((row ^ white) << (-WIDTH % 8)).to_bytes((WIDTH + 7) // 8, "big") for row in rows)
    head = struct.pack(">IIBBBBB", WIDTH, len(rows), 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def pdf(pages: Sequence[Sequence[int]]) -> bytes:
    """The pages as a PDF, as a scanner makes one."""
    kids = " ".join(f"{3 + 3 * index} 0 R" for index in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    for index, rows in enumerate(pages):
        first = 3 + 3 * index
        draw = b"q 595 0 0 842 0 0 cm /Scan Do Q"
        white = (1 << WIDTH) - 1
        raw = b"".join(((row ^ white) << (-WIDTH % 8)).to_bytes((WIDTH + 7) // 8, "big") for row in rows)
        image = (
            f"/Type /XObject /Subtype /Image /Width {WIDTH} /Height {len(rows)} /ColorSpace /DeviceGray "
            "/BitsPerComponent 1 /Filter /FlateDecode"
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 1} 0 R "
            f"/Resources << /XObject << /Scan {first + 2} 0 R >> >> >>".encode()
        )
        objects.append(_stream("", draw))
        objects.append(_stream(image, zlib.compress(raw, 9)))
    return _assembled(objects)


def docx(paragraphs: Sequence[str]) -> bytes:
    """The paragraphs as a word processor's document."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in (STAMP, *paragraphs))
    kinds = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{kinds}/relationships">'
        f'<Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            # A fixed time, so that the same text makes the same file.
            about = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            archive.writestr(about, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return packed.getvalue()


def draw(kind: str, name: str, pages: Sequence[str]) -> tuple[MadeFile, ...]:
    """The files of one piece of evidence: `photos` gives one picture a page, `pdf`, `docx` and `text` one file."""
    drawn = [page(text, number, len(pages)) for number, text in enumerate(pages, 1)]
    if kind == "photos":
        return tuple(MadeFile(name=f"{name}-{number:02}.png", data=png(rows)) for number, rows in enumerate(drawn, 1))
    if kind == "pdf":
        return (MadeFile(name=f"{name}.pdf", data=pdf(drawn)),)
    lines = [line for text in pages for line in text.strip().splitlines()]
    if kind == "docx":
        return (MadeFile(name=f"{name}.docx", data=docx(lines)),)
    return (MadeFile(name=f"{name}.txt", data="\n".join((STAMP, "", *lines, "")).encode()),)


def _write(rows: list[int], text: str, left: int, top: int) -> None:
    letters = _letters()
    at = left
    for letter in text:
        width, shape = letters.get(letter, (9, ()))
        if at + width > WIDTH:
            return
        for down, dots in enumerate(shape):
            rows[top + down] |= dots << (WIDTH - at - width)
        at += width


def _frame(rows: list[int]) -> None:
    edge, bar = 30, 3
    across = ((1 << (WIDTH - 2 * edge)) - 1) << edge
    sides = ((1 << bar) - 1) << edge | ((1 << bar) - 1) << (WIDTH - edge - bar)
    for down in range(edge, HEIGHT - edge):
        near = down < edge + bar or down >= HEIGHT - edge - bar
        rows[down] |= across if near else sides


def _lines(text: str) -> list[str]:
    """The text broken into lines that fit between the margins."""
    letters = _letters()
    values: list[str] = []
    for paragraph in text.strip().splitlines():
        line, used = "", 0
        for word in paragraph.split():
            width = sum(letters.get(letter, (9, ()))[0] for letter in word) + 9
            if line and used + width > WIDTH - 2 * MARGIN:
                values.append(line)
                line, used = "", 0
            line, used = f"{line} {word}".strip(), used + width
        values.append(line)
    return values


def _stream(about: str, data: bytes) -> bytes:
    return f"<< {about} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _assembled(objects: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode() + trailer.encode()
