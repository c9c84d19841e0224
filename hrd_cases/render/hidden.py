"""What a PDF holds beside the text of its pages: strings and names of its objects, content streams with their comments,
replacement texts, and what cameras and programs write into pictures. No page shows it, every program can read it."""

import re
import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Pdf

# Of a longer stream only a reader of pages could make sense; reading.py refuses such pages.
LONGEST_SEARCHED = 32 * 1024**2
ENCODINGS = ("utf-8", "utf-16-be", "utf-16-le", "cp1251", "koi8-r", "cp866", "latin-1")
DEEPEST = 8
APART = "|"  # between strings that have nothing to do with each other
REPLACING = frozenset({"/ActualText", "/Alt", "/E", "/TU"})
COMMENT = re.compile(rb"%([^\r\n]*)")
JPEG_PLAIN = frozenset({0xE0, 0xEE})  # JFIF and Adobe: how to read the colours, nothing of the maker
PICTURES = ("/DCTDecode", "/DCT", "/JPXDecode")
INLINE = re.compile(rb"\bBI\b(.{0,2000}?)\bID\s", re.DOTALL)
SCAN, END = 0xDA, 0xD9
NEXT_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # within pixels FF is followed by 00 or a restart
PADDING = 16  # bytes after the end of a picture that some cameras add
BOXES_OF_DATA = frozenset({b"xml ", b"uuid", b"uinf", b"jp2i"})
BOXES_OF_BOXES = frozenset({b"jp2h", b"asoc", b"uinf", b"res "})


def strings(thing: object) -> Iterator[tuple[str, str]]:
    """Every string and name inside one object as (key it stands under, text), also those no page shows."""
    results: dict[str, list[str]] = {}
    for key, text in _strings(thing, "", 0):
        results.setdefault(key if key in REPLACING else "", []).append(text)
    yield from ((key.lstrip("/"), APART.join(texts)) for key, texts in results.items())


def _strings(thing: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(thing, pikepdf.String):
        yield from ((key, text) for text in _readings(bytes(thing)))
        yield key, str(thing)
    elif isinstance(thing, pikepdf.Name):
        yield key, str(thing)
    elif isinstance(thing, pikepdf.Array) and depth < DEEPEST:
        for item in thing:
            yield from _strings(item, key, depth + 1)
    elif isinstance(thing, (Dictionary, pikepdf.Stream)) and depth < DEEPEST:
        for name, item in thing.items():
            yield key, name
            if not getattr(item, "is_indirect", False):  # numbers come as plain values
                yield from _strings(item, name, depth + 1)


def stream_texts(stream: pikepdf.Stream) -> Iterator[tuple[str, str]]:
    """Whatever can be read in a stream once it is unpacked, as (kind of place, text); the pixels of pictures are left
    out."""
    if _is_picture(stream):
        return
    try:
        data = stream.read_bytes()
    except (pikepdf.PdfError, pikepdf.DataDecodingError):
        data = stream.read_raw_bytes()
    if len(data) > LONGEST_SEARCHED:
        return
    yield from (("stream", text) for text in _readings(data))
    if _draws(stream, data):
        yield from (("comment", text) for match in COMMENT.finditer(data) for text in _readings(match[1]))
        yield from _operands(stream)


def picture_carries(stream: pikepdf.Stream) -> bool:
    """True when a picture holds more than pixels: EXIF, a comment, XML or UUID boxes of JPEG 2000.

    A picture may also stand in the stream that draws a page.
    """
    names = filters(stream)
    if not names or names[-1] not in PICTURES:
        return not _is_picture(stream) and _inline_carries(stream)
    data = _unpacked(stream.read_raw_bytes(), names[:-1])
    if data is None:
        return True  # packed in a way nobody needs: what is inside was not looked at
    return _jpx_carries(data) if names[-1] == "/JPXDecode" else _jpeg_carries(data)


def strip_picture(stream: pikepdf.Stream) -> None:
    """Take out of a picture what is not pixels; its pixels stay as they are."""
    names = filters(stream)
    if not names or names[-1] not in PICTURES or not picture_carries(stream):
        return  # a picture within what a page draws: its page is drawn from pixels
    data = _unpacked(stream.read_raw_bytes(), names[:-1])
    if data is None:
        return  # the check refuses it
    jpx = names[-1] == "/JPXDecode"
    options = stream.get("/DecodeParms")
    if isinstance(options, pikepdf.Array):
        options = options[-1] if len(options) else None
    stream.write(
        plain_jpx(data) if jpx else plain_jpeg(data),
        filter=Name.JPXDecode if jpx else Name.DCTDecode,
        decode_parms=options if isinstance(options, Dictionary) else None,
    )


def plain_jpeg(data: bytes) -> bytes:
    """A JPEG without EXIF, comments and whatever follows its end: another picture, a thumbnail."""
    plain = (data[start:end] for mark, start, end in _segments(data) if not _carries(mark))
    return b"".join([data[:2], *plain])


def plain_jpx(data: bytes) -> bytes:
    """A JPEG 2000 without its XML and UUID boxes."""
    chunks, at = [], 0
    for kind, start, end in boxes(data):
        if kind in BOXES_OF_DATA and start >= at:
            chunks.append(data[at:start])
            at = end
    return b"".join([*chunks, data[at:]])


def _carries(mark: int) -> bool:
    return mark == 0xFE or (0xE0 <= mark <= 0xEF and mark not in JPEG_PLAIN)


def _unpacked(data: bytes, names: list[str]) -> bytes | None:
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            return None
        try:
            data = zlib.decompressobj().decompress(data, LONGEST_SEARCHED * 8)
        except zlib.error:
            return None
    return data


def layers(opened: Pdf) -> bool:
    """True when a layer of the file is switched off, or all are but those named."""
    pdf_object = opened.Root.get("/OCProperties")
    if pdf_object is None:
        return False
    default = pdf_object.get("/D", Dictionary())
    return len(default.get("/OFF", [])) > 0 or default.get("/BaseState", Name.ON) != Name.ON


def attachments(thing: pikepdf.Object) -> bool:
    """True for an object that is a file, or leads to one."""
    return any(key in thing for key in ("/EF", "/AF")) or thing.get("/Type") in (Name.EmbeddedFile, Name.Filespec)


def metadata(paper: Pdf) -> bool:
    """True when any object, not only the catalogue, carries XMP."""
    return any(
        isinstance(thing, (Dictionary, pikepdf.Stream))
        and ("/Metadata" in thing or thing.get("/Type") == Name.Metadata)
        for thing in paper.objects
    )


def _operands(stream: pikepdf.Stream) -> Iterator[tuple[str, str]]:
    """The strings inside the instructions of a content stream: drawn words as bytes, and texts put in their place."""
    try:
        steps = pikepdf.parse_content_stream(stream)
    except (pikepdf.PdfError, pikepdf.PdfParsingError, TypeError):
        return
    chunks: list[bytes] = []
    for step in steps:
        for operand in step.operands:
            if isinstance(operand, pikepdf.String):
                chunks.append(bytes(operand))
            elif isinstance(operand, pikepdf.Array):  # a word cut up by kerning
                chunks.append(
                    b"".join(bytes(pdf_object) for pdf_object in operand if isinstance(pdf_object, pikepdf.String))
                )
            elif isinstance(operand, Dictionary):
                yield from strings(operand)
    yield from (("string", APART.join(texts)) for texts in zip(*map(_readings, filter(None, chunks)), strict=False))


def _readings(data: bytes) -> Iterator[str]:
    """Bytes as each of the encodings that people of this region meet would read them."""
    for encoding in ENCODINGS:
        if encoding.startswith("utf-16"):
            yield data.decode(encoding, "ignore")
            yield data[1:].decode(encoding, "ignore")
        else:
            yield data.decode(encoding, "ignore")


def filters(stream: pikepdf.Stream) -> list[str]:
    """The names of a stream's filters, the outermost first."""
    pdf_object = stream.get("/Filter")
    if isinstance(pdf_object, pikepdf.Array):
        return [str(item) for item in pdf_object]
    return [str(pdf_object)] if pdf_object is not None else []


def _is_picture(stream: pikepdf.Stream) -> bool:
    return stream.get("/Subtype") == Name.Image


def _draws(stream: pikepdf.Stream, data: bytes) -> bool:
    if stream.get("/Subtype") == Name.Form:
        return True
    return (
        "/Subtype" not in stream
        and "/Length1" not in stream
        and re.search(rb"\b(?:Do|Tj|TJ|BDC|re|cm)\b", data) is not None
    )


def _jpeg_carries(data: bytes) -> bool:
    segments = tuple(_segments(data))
    end = segments[-1][2] if segments and segments[-1][0] == END else 0
    return any(_carries(mark) for mark, _start, _end in segments) or len(data) - end > PADDING


def _inline_carries(stream: pikepdf.Stream) -> bool:
    if "/Length1" in stream or stream.get("/Subtype", Name.Form) != Name.Form:
        return False  # a font, or a stream of another kind
    try:
        data = stream.read_bytes()
    except (pikepdf.PdfError, pikepdf.DataDecodingError):
        return False
    if len(data) > LONGEST_SEARCHED:
        return False
    return any(b"/DCT" in match[1] and _more_inline(match[1], data[match.end() :]) for match in INLINE.finditer(data))


def _more_inline(about: bytes, data: bytes) -> bool:
    packed = re.search(rb"/(?:A85|AHx|LZW|Fl|RL|ASCII|Run)", about) is not None
    return packed or any(_carries(mark) for mark, _start, _end in _segments(data))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The segments of a JPEG as (mark, start, end), a scan with its pixels, to the end of the picture (ITU-T T.81).

    A progressive picture has several scans, and anything may stand between them. A second picture is none of this one.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if mark == 0xFF:  # a fill byte
            at += 1
            continue
        if mark == END or length < 2:
            break
        end = at + 2 + length
        if mark == SCAN:
            following = NEXT_MARK.search(data, end)
            end = following.start() if following else len(data)
        yield mark, at, min(end, len(data))
        at = end
    if data[at : at + 2] == bytes((0xFF, END)):
        yield END, at, at + 2


def _jpx_carries(data: bytes) -> bool:
    return any(name in BOXES_OF_DATA for name, _start, _end in boxes(data))


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a JPEG 2000 file as (kind, start, end), those inside boxes included."""
    at, last = start, len(data) if end is None else end
    while at + 8 <= last:
        length, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        stop = last if length == 0 else at + length
        if (length and length < head) or stop > last:
            return
        yield kind, at, stop
        if kind in BOXES_OF_BOXES:
            yield from boxes(data, at + head, stop)
        at = stop
