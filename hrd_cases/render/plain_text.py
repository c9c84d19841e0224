"""Text and mail of exhibits to pages: words drawn with the project's fonts, a sign no font has by its number."""

import html.parser
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import Image, ImageDraw, ImageFont

from hrd_cases.domain.encodings import old_encoding
from hrd_cases.domain.papers import PrintNote
from hrd_cases.render.failure import NotPrintable
from hrd_cases.render.sheets import A4, Sheets, room_on

FONTS = Path(__file__).resolve().parents[1] / "static" / "fonts"
FIRST_FONT = "NotoSans-Regular"
DPI = 200
POINTS, LEADING = 10.5, 1.35
MARGIN = 28.0  # points inside the frame
MOST_BYTES = 8 * 1024**2
MOST_PAGES = 300
TABS = 8
HEADERS = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject")


@lru_cache(maxsize=1)
def _faces() -> tuple[tuple[str, frozenset[int]], ...]:
    """Each regular font of the project with the signs it has, the usual one first."""
    results = []
    for path in sorted(FONTS.glob("*"), key=lambda path: (FIRST_FONT not in path.name, path.name)):
        if path.suffix not in (".ttf", ".otf") or any(word in path.stem for word in ("Bold", "Italic")):
            continue
        try:
            with TTFont(path, lazy=True) as font:
                results.append((str(path), frozenset(font.getBestCmap())))
        except TTLibError:
            continue
    return tuple(results)


@lru_cache(maxsize=32)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def face_of(sign: str) -> str:
    """The font that has this sign; empty when none has."""
    return next((path for path, signs in _faces() if ord(sign) in signs), "")


def printable(text: str) -> tuple[str, int]:
    """The text with every sign no font has as its number in brackets, and how many of them there were."""
    missing = 0
    pieces = []
    for sign in unicodedata.normalize("NFC", text):
        if sign in "\n\t" or face_of(sign):
            pieces.append(sign)
        elif unicodedata.category(sign) in ("Cf", "Mn") or "\ufe00" <= sign <= "\ufe0f":
            continue  # marks of direction and joining: nothing is seen of them alone
        else:
            pieces.append(f"[U+{ord(sign):04X}]")
            missing += 1
    return "".join(pieces), missing


@dataclass(kw_only=True)
class LineWriter:
    """Draws lines of text on pictures: `width` and sizes in points, at DPI."""

    width: float
    points: float = POINTS
    dpi: int = DPI
    _size: int = field(init=False)

    def __post_init__(self) -> None:
        self._size = max(4, round(self.points / 72 * self.dpi))

    @property
    def step(self) -> int:
        """Height of a line in pixels."""
        return round(self._size * LEADING)

    def runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """The pieces of a line by the font that has them."""
        now, piece = "", ""
        for sign in text:
            face = now if sign == " " and now else face_of(sign) or now or _faces()[0][0]
            if face != now and piece:
                yield _font(now, self._size), piece
                piece = ""
            now, piece = face, piece + sign
        if piece:
            yield _font(now, self._size), piece

    def length(self, text: str) -> float:
        """Pixels that a line takes."""
        return sum(font.getlength(piece) for font, piece in self.runs(text))

    def wrapped(self, text: str) -> Iterator[str]:
        """The text in lines that fit; a word longer than a line is broken."""
        room = self.width / 72 * self.dpi
        for whole in text.split("\n"):
            yield from self._lines(whole.expandtabs(TABS), room)

    def _lines(self, text: str, room: float) -> Iterator[str]:
        line, used = "", 0.0
        for word in re.findall(r"\s+|\S+", text):
            for piece in self._pieces(word, room):
                wide = self.length(piece)
                if used + wide > room and line:
                    yield line
                    line, used = "", 0.0
                    if piece.isspace():
                        continue
                line, used = line + piece, used + wide
        yield line

    def _pieces(self, word: str, room: float) -> Iterator[str]:
        if self.length(word) <= room:
            yield word
            return
        piece, used = "", 0.0
        for sign in word:
            wide = self.length(sign)
            if piece and used + wide > room:
                yield piece
                piece, used = "", 0.0
            piece, used = piece + sign, used + wide
        yield piece

    def draw(self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], line: str, fill: int = 0) -> None:
        """Draw a line with its upper left corner here."""
        left, top = at
        for font, piece in self.runs(line):
            canvas.text((left, top), piece, font=font, fill=fill)
            left += font.getlength(piece)


def lay_out(sheets: Sheets, text: str) -> tuple[PrintNote, ...]:
    """Put a text on as many pages as it needs; returns what is to be said of it."""
    visible, missing = printable(text)
    room = room_on(A4)
    writer = LineWriter(width=room[0] - 2 * MARGIN)
    high = room[1] / 72 * DPI
    fit = int((high - 2 * MARGIN / 72 * DPI) // writer.step)
    lines: list[str] = []
    for line in writer.wrapped(visible):
        lines.append(line)
        if len(lines) > fit * MOST_PAGES:
            raise NotPrintable("long")
    for start in range(0, max(1, len(lines)), fit):
        page = Image.new("L", (int(room[0] / 72 * DPI), int(high)), 255)
        canvas = ImageDraw.Draw(page)
        edge = MARGIN / 72 * DPI
        for at, line in enumerate(lines[start : start + fit]):
            writer.draw(canvas, (edge, edge + at * writer.step), line)
        # Sixteen greys are all that letters need, and a page stays small.
        sheets.add(page.point(lambda value: value // 17 * 17), A4, room)
    return (PrintNote(code="signs", number=missing),) if missing else ()


def decoded(data: bytes) -> tuple[str, tuple[PrintNote, ...]]:
    """The words of a text file, and the encoding where it had to be guessed; raises NotPrintable."""
    if len(data) > MOST_BYTES:
        raise NotPrintable("long")
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, name), ()
    try:
        return _clean(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        name = old_encoding(data)
        if not name:
            raise NotPrintable("encoding") from None
        return _strict(data, name), (PrintNote(code="encoding", word=name.replace("cp", "windows-")),)


def _strict(data: bytes, name: str) -> str:
    try:
        return _clean(data.decode(name))
    except UnicodeDecodeError:
        raise NotPrintable("encoding") from None


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t\x1b" for sign in text):
        raise NotPrintable("encoding")
    return text


def mail(data: bytes) -> tuple[str, tuple[PrintNote, ...]]:
    """A mail as text: the headers that matter, its words, its attachments by name; raises NotPrintable."""
    if len(data) > 8 * MOST_BYTES:
        raise NotPrintable("long")
    try:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)
        head = [f"{name}: {' '.join(value.split())}" for name in HEADERS for value in message.get_all(name, ())]
        words, plain = _words(message)
        names = [
            f"[{at}] {_named(iter_attachment)}"
            for at, iter_attachment in enumerate(message.iter_attachments(), start=1)
        ]
    except (ValueError, LookupError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        raise NotPrintable("broken") from None
    if not head or len(words) > MOST_BYTES:
        raise NotPrintable("broken" if not head else "long")
    notes = (PrintNote(code="mail_attached", number=len(names)),) if names else ()
    return "\n".join([*head, "", words, "", *names]).rstrip(), (
        *notes,
        *(() if plain else (PrintNote(code="mail_text"),)),
    )


def _words(message: EmailMessage) -> tuple[str, bool]:
    """The words of a mail, and whether they stand there plainly and not as a page with pictures."""
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return "", not message.is_multipart()
    text = _content(body)
    formed = message.get_body(preferencelist=("html",)) is not None
    return (text, not formed) if body.get_content_subtype() == "plain" else (_from_html(text), False)


def _content(part: MIMEPart) -> str:
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset()
    if charset:
        try:
            return _clean(data.decode(charset))
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)[0]


def _named(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    size = len(raw) if isinstance(raw, bytes) else 0
    return f"{part.get_filename() or part.get_content_type()}, {size} B"


class _Text(html.parser.HTMLParser):
    """The words of an HTML page, a line for each block."""

    BLOCKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr"})
    UNSEEN = frozenset({"script", "style", "head", "title", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block; count what no reader sees."""
        self._hidden += tag in self.UNSEEN
        if tag in self.BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what no reader sees."""
        self._hidden = max(0, self._hidden - (tag in self.UNSEEN))

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _from_html(text: str) -> str:
    reader = _Text()
    reader.feed(text)
    reader.close()
    return re.sub(r"\n\s*\n\s*\n+", "\n\n", "".join(reader.pieces)).strip()
