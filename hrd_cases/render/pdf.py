"""HTML to pages; the only place that knows WeasyPrint. Nothing is fetched: fonts come from the project's own font
configuration, and no text is set that holds a sign which none of them has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from hrd_cases.domain.printable import named, ready, unprintable
from hrd_cases.render.failure import BuildFailed

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
# Links between pages of one paper; bundle.py turns them into destinations once every page has its place.
GOTO = "hrd:goto/"
# What a template puts around the number of a page: it may become another number of as many digits after the layout.
NUMBER = re.compile(r"(?<=<data>)\d+(?=</data>)")
# After the text font, in this order: whatever a text font lacks is taken from the first that has it.
FALLBACKS = (
    "Noto Serif", "Noto Sans", "Noto Sans Georgian", "Noto Sans Armenian", "Noto Naskh Arabic", "Noto Serif Hebrew",
    "Noto Sans Symbols 2", "Noto Sans Symbols", "Noto Sans Math", "Noto Sans Mono", "Noto Emoji",
)  # fmt: skip


class RefusingFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Refuses every address, also files and data: what is printed is in the request, and nothing else is."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=[], fail_on_errors=True)

    def fetch(self, url: str, headers: object = None) -> object:
        """Raise, always; the address is not repeated, since it may quote the text of a case."""
        raise FatalURLFetchingError("a paper fetches nothing")


@dataclass(frozen=True, kw_only=True)
class Laid:
    """Pages laid out and not yet written: of which HTML, how many, and on which page (from 0) each anchor starts."""

    html: str
    page: HTML
    document: Document
    count: int
    anchors: Mapping[str, int]

    def fits(self, html: str) -> bool:
        """True when this HTML differs in nothing but numbers of pages, each of as many digits: it is laid out the same,
        since the digits of our fonts are equally wide."""
        return shape(html) == shape(self.html)

    def renumber(self, html: str) -> None:
        """Put the numbers of pages of this HTML, which fits, in place of those that were laid out."""
        spots = (element for element in self.page.etree_element.iter("data"))
        numbers = dict(zip(spots, NUMBER.findall(html), strict=True))
        for sheet in self.document.pages:
            for box in sheet._page_box.descendants():  # the library has no other way to its boxes
                if isinstance(box, TextBox) and box.element in numbers:
                    # Drawn from here when it is written; a number that is wider than its line has several boxes.
                    at = len(box.text)
                    box.pango_layout.text = numbers[box.element][:at]
                    numbers[box.element] = numbers[box.element][at:]


class Press:
    """Typesets templates of templates/pdf with one font configuration; `style` is CSS text."""

    def __init__(self, style: str) -> None:
        self._fonts = FontConfiguration()
        self._fetcher = RefusingFetcher()
        self._style = CSS(string=style, font_config=self._fonts, url_fetcher=self._fetcher)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def html(self, template: str, values: Mapping[str, object]) -> str:
        """A template with these values; raises BuildFailed when a sign would be missing on paper."""
        text = ready(self._templates.get_template(template).render(values))
        if missing := unprintable(text):
            raise BuildFailed("sign", detail=" ".join(map(named, missing[:20])))
        return text

    def lay(self, html: str) -> Laid:
        """Lay out what html() gave."""
        page = HTML(string=html, url_fetcher=self._fetcher, base_url=None)
        document = page.render(font_config=self._fonts, stylesheets=[self._style])
        anchors = {name: at for at, sheet in reversed(list(enumerate(document.pages))) for name in sheet.anchors}
        return Laid(html=html, page=page, document=document, count=len(document.pages), anchors=anchors)

    def write(self, laid: Laid, *, tagged: bool = False) -> bytes:
        """The PDF of pages laid out; `tagged` says to screen readers what is a heading, a table and a cell."""
        result = laid.document.write_pdf(pdf_identifier=b"\0" * 16, pdf_tags=tagged)
        return bytes(result)

    def set(self, template: str, values: Mapping[str, object]) -> bytes:
        """The PDF of a template whose page numbers need no second look."""
        return self.write(self.lay(self.html(template, values)))


def shape(html: str) -> str:
    """HTML without the numbers of pages, which keeps how many digits each has."""
    return NUMBER.sub(lambda number: "0" * len(number[0]), html)


def style(name: str, **values: object) -> str:
    """A style sheet of templates/pdf with its values filled in."""
    # Values of a format profile only, never of a case.
    templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    templates.globals["families"] = families
    return templates.get_template(name).render(values)


def families(first: str) -> Markup:
    """The value of font-family that begins with this font."""
    names = [first, *(name for name in FALLBACKS if name != first)]
    return Markup(", ".join(f'"{name}"' for name in names))  # noqa: S704  # names of our own fonts
