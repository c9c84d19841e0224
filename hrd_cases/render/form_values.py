"""What was filled into a PDF form or written on its pages as a remark, drawn by us where the file brings no drawing.

A viewer draws such values itself. Left to libraries they would come out in the wrong letters, or not at all.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image, ImageDraw

from hrd_cases.render.plain_text import LineWriter, printable

DPI = 300
MULTILINE, PASSWORD, COMB = 1 << 12, 1 << 13, 1 << 24
PUSH_BUTTON = 1 << 16
SMALLEST = 4.0
DEEPEST = 32
_SIZE = re.compile(r"(-?\d*\.?\d+)\s+Tf\b")
_COLOUR = re.compile(r"((?:\d*\.?\d+\s+){1,4})(g|rg|k)\b")


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where a text is drawn and how: sizes in points, `size` 0 fits by itself."""

    width: float
    height: float
    size: float
    align: int
    many: bool
    cells: int = 0


def draw_values(opened: Pdf) -> int:
    """Give every filled field and remark that has no drawing of its own one; returns how many signs no font has."""
    form = opened.Root.get("/AcroForm", Dictionary())
    anew = bool(form.get("/NeedAppearances", False))
    missing = 0
    for page in opened.pages:
        for note in _notes(page):
            missing += _draw(opened, form, note, anew=anew)
    if "/NeedAppearances" in form:
        del form["/NeedAppearances"]
    return missing


def silent_remarks(opened: Pdf) -> int:
    """How many remarks open only on a screen: their words are on no page."""
    printed_kinds = (Name.Widget, Name.FreeText, Name.Link, Name.Popup)
    return sum(
        bool(str(note.get("/Contents", "")).strip()) and note.get("/Subtype") not in printed_kinds
        for page in opened.pages
        for note in _notes(page)
    )


def _notes(page: pikepdf.Page) -> Iterator[Object]:
    for note in page.obj.get("/Annots", Array()):
        if isinstance(note, Dictionary):
            yield note


def _draw(opened: Pdf, form: Object, note: Object, *, anew: bool) -> int:
    kind = note.get("/Subtype")
    drawn = "/N" in note.get("/AP", Dictionary())
    if kind == Name.FreeText and not drawn:
        return _put(opened, note, _text(note.get("/Contents")), _box(note, {"DA": note.get("/DA")}, many=True))
    if kind != Name.Widget:
        return 0
    field = _inherited(form, note)
    if field["FT"] == Name.Btn:
        _mark(opened, note, field, drawn=drawn)
        return 0
    if field["FT"] not in (Name.Tx, Name.Ch) or (drawn and not anew):
        return 0
    flags = int(field["Ff"] or 0) if field["FT"] == Name.Tx else 0
    text = _value(field)
    if flags & PASSWORD:
        text = "*" * len(text)
    cells = int(field["MaxLen"] or 0) if flags & COMB and not flags & MULTILINE else 0
    return _put(opened, note, text, _box(note, field, many=bool(flags & MULTILINE), cells=cells))


def _inherited(form: Object, note: Object) -> dict[str, Any]:
    """The entries of a field, from itself or those it stands under."""
    names = ("FT", "V", "DA", "Q", "Ff", "MaxLen", "Opt")
    field: dict[str, object] = dict.fromkeys(names)
    at: Object | None = note
    for _ in range(DEEPEST):
        for name in names:
            if at is not None and field[name] is None and f"/{name}" in at:
                field[name] = at[f"/{name}"]
        at = at.get("/Parent") if at is not None else None
        if not isinstance(at, Dictionary):
            break
    for name in ("DA", "Q"):
        field[name] = form.get(f"/{name}") if field[name] is None else field[name]
    return field


def _value(field: dict[str, object]) -> str:
    value = field["V"]
    if field["FT"] == Name.Ch and isinstance(field["Opt"], Array):
        names = {str(array[0]): str(array[1]) for array in field["Opt"] if isinstance(array, Array) and len(array) == 2}
        chosen = list(value) if isinstance(value, Array) else [value] if value is not None else []
        return "\n".join(names.get(str(item), str(item)) for item in chosen)
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, pikepdf.Stream):
        return str(pikepdf.String(value.read_bytes())).replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, Array):
        return "\n".join(_text(pdf_object) for pdf_object in value)
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")


def _box(note: Object, field: dict[str, Any], *, many: bool, cells: int = 0) -> Box:
    edges = [float(item) for item in note.get("/Rect", Array([0, 0, 0, 0]))]
    size = _SIZE.search(str(field["DA"] or ""))
    return Box(
        width=abs(edges[2] - edges[0]),
        height=abs(edges[3] - edges[1]),
        size=abs(float(size[1])) if size else 0.0,
        align=int(note.get("/Q", field.get("Q") or 0)),
        many=many,
        cells=cells,
    )


def _put(opened: Pdf, note: Object, text: str, box: Box) -> int:
    """Draw a text as the appearance of a field or remark: a stencil in the field's own colour."""
    if box.width < 1 or box.height < 1 or max(box.width, box.height) > 14_400:
        return 0
    visible, missing = printable(text)
    colour = _COLOUR.search(str(note.get("/DA", "")))
    ground = _ground(note)
    resources = Dictionary()
    content = ground
    if visible.strip():
        stencil = _stencil(visible, box)
        picture = pikepdf.Stream(opened, zlib.compress(stencil.tobytes(), 9))
        picture.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=stencil.width, Height=stencil.height, BitsPerComponent=1,
            ImageMask=True, Filter=Name.FlateDecode,
        )  # fmt: skip
        resources = Dictionary(XObject=Dictionary(Words=opened.make_indirect(picture)))
        paint = f"{colour[1]}{colour[2]}" if colour else "0 g"
        content += f"q {paint} {box.width:.3f} 0 0 {box.height:.3f} 0 0 cm /Words Do Q"
    stream = opened.make_stream(content.encode())
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, box.width, box.height])
    stream.Resources = resources
    note.AP = Dictionary(N=stream)
    return missing


def _ground(note: Object) -> str:
    """The ground and edge that a field or remark asks for."""
    look = note.get("/MK", Dictionary())
    edges = [float(item) for item in note.Rect]
    box = f"0 0 {abs(edges[2] - edges[0]):.3f} {abs(edges[3] - edges[1]):.3f} re"
    fill = _paint(look.get("/BG") if "/BG" in look else note.get("/C"), "f")
    line = _paint(look.get("/BC"), "S")
    style = note.get("/BS", Dictionary())
    if note.get("/Subtype") == Name.FreeText and float(style.get("/W", 1)) > 0:
        line = "0 G %s S"
    return "".join(f"q {paint % box} Q\n" for paint in (fill, line) if paint)


def _paint(colour: object, how: str) -> str:
    numbers = [float(pdf_object) for pdf_object in colour] if isinstance(colour, Array) else []
    operator = {1: "g", 3: "rg", 4: "k"}.get(len(numbers))
    if operator is None:
        return ""
    operator = operator.upper() if how == "S" else operator
    return " ".join(f"{number:.4f}" for number in numbers) + f" {operator} %s {how}"


def _stencil(text: str, box: Box) -> Image.Image:
    """The words as one-bit picture, black where ink goes (0), as PDF stencils count."""
    canvas = Image.new("L", (max(1, round(box.width / 72 * DPI)), max(1, round(box.height / 72 * DPI))), 255)
    pen = ImageDraw.Draw(canvas)
    edge = min(2.0, box.height / 8)
    size = box.size or min(12.0, max(SMALLEST, (box.height - 2 * edge) * (0.72 if not box.many else 1.0)))
    while True:
        writer = LineWriter(width=max(1.0, box.width - 2 * edge), points=size, dpi=DPI)
        lines = list(writer.wrapped(text)) if box.many or "\n" in text else [text]
        wide = max(map(writer.length, lines))
        fits = wide <= writer.width / 72 * DPI + 1 and (
            len(lines) * writer.step <= canvas.height or (len(lines) == 1 and not box.many)
        )
        if fits or box.cells or size <= SMALLEST:
            break
        size = max(SMALLEST, size * 0.92)
    top = edge / 72 * DPI if box.many else (canvas.height - len(lines) * writer.step) / 2
    for at, line in enumerate(lines):
        _draw_line(pen, writer, box, (edge / 72 * DPI, top + at * writer.step), line)
    return canvas.point(lambda value: 0 if value < 128 else 255).convert("1")


def _draw_line(pen: ImageDraw.ImageDraw, writer: LineWriter, box: Box, at: tuple[float, float], line: str) -> None:
    whole = box.width / 72 * DPI
    if box.cells:
        for place, sign in enumerate(line):
            middle = whole * (place + 0.5) / box.cells
            writer.draw(pen, (middle - writer.length(sign) / 2, at[1]), sign)
        return
    free = whole - 2 * at[0] - writer.length(line)
    writer.draw(pen, (at[0] + {1: free / 2, 2: free}.get(box.align, 0.0), at[1]), line)


def _mark(opened: Pdf, note: Object, field: dict[str, Any], *, drawn: bool) -> None:
    """A box that is ticked and brings no drawing gets a cross."""
    if drawn or int(field["Ff"] or 0) & PUSH_BUTTON:
        return
    state = note.get("/AS", field["V"])
    if state is None or state == Name.Off:
        return
    edges = [float(item) for item in note.get("/Rect", Array([0, 0, 0, 0]))]
    width, height = abs(edges[2] - edges[0]), abs(edges[3] - edges[1])
    cross = f"q 1 w 2 2 m {width - 2:.3f} {height - 2:.3f} l S 2 {height - 2:.3f} m {width - 2:.3f} 2 l S Q"
    stream = opened.make_stream((_ground(note) + cross).encode())
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, width, height])
    note.AP = Dictionary(N=Dictionary())
    note.AP.N[Name("/" + str(state).lstrip("/"))] = stream
    note.AS = Name("/" + str(state).lstrip("/"))
