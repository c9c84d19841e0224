"""Pages to a bundle: exhibits behind their slip-sheets, links, bookmarks, the printed number on every page, nothing
of the maker."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from hrd_cases.render.pdf import GOTO

STAMP = Name("/HrdStamp")


@dataclass(frozen=True, kw_only=True)
class Insert:
    """Exhibit pages that follow the typeset page `after` (from 1, counted before inserting)."""

    after: int
    pdfs: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Bookmark:
    """One line of the outline: its text, its page (from 0), the bookmarks below it."""

    title: str
    page: int
    below: tuple["Bookmark", ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlacedLink:
    """A link over words of a page (from 0): its box (left, bottom, right, top in points) and its key."""

    page: int
    box: tuple[float, float, float, float]
    key: str


@dataclass(frozen=True, kw_only=True)
class BundlePlan:
    """How the whole is put together: `targets` gives the page (from 0) of every link key."""

    title: str
    language: str
    built_at: datetime
    inserts: tuple[Insert, ...]
    targets: Mapping[str, int]
    bookmarks: tuple[Bookmark, ...]
    links: tuple[PlacedLink, ...] = ()  # on pages that we did not typeset


def join(typeset: Sequence[bytes], plan: BundlePlan) -> Pdf:
    """One PDF of these sections with exhibits in place, links and bookmarks; not stamped yet."""
    whole = Pdf.open(io.BytesIO(typeset[0]))
    for data in typeset[1:]:
        with Pdf.open(io.BytesIO(data)) as section:
            whole.pages.extend(section.pages)
    for insert in sorted(plan.inserts, key=lambda insert: insert.after, reverse=True):
        at = insert.after
        for data in insert.pdfs:
            with Pdf.open(io.BytesIO(data)) as pages:
                for page in pages.pages:
                    whole.pages.insert(at, page)
                    at += 1
    _link(whole, plan.targets)
    for link in plan.links:
        _place(whole, link, plan.targets)
    with whole.open_outline() as outline:
        outline.root[:] = [_outline(mark) for mark in plan.bookmarks]
    forget_maker(whole, plan.title, plan.language, plan.built_at)
    return whole


def sizes(whole: Pdf) -> list[tuple[float, float]]:
    """Width and height of every page in points."""
    return [(float(page.mediabox[2]), float(page.mediabox[3])) for page in whole.pages]


def stamp(whole: Pdf, stamps: bytes) -> None:
    """Draw the page of `stamps` with the same number on every page, as an artifact and not as text of the paper."""
    with Pdf.open(io.BytesIO(stamps)) as drawn:
        for page, overlay in zip(whole.pages, drawn.pages, strict=True):
            form = whole.copy_foreign(overlay.as_form_xobject())
            _own_resources(page)
            page.add_resource(form, Name.XObject, STAMP, replace_existing=True)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"\nQ\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC q /HrdStamp Do Q EMC\n")
            page.contents_coalesce()


def _own_resources(page: pikepdf.Page) -> None:
    # Typeset pages share one dictionary of resources; a stamp put there would be every page's stamp.
    own = Dictionary(dict(page.obj.get("/Resources", Dictionary()).items()))
    own.XObject = Dictionary(dict(own.get("/XObject", Dictionary()).items()))
    page.obj.Resources = own


def forget_maker(whole: Pdf, title: str, language: str, built_at: datetime) -> None:
    """Neutral metadata: the title, the language, the day; no author, no tool, no hour."""
    for key in ("/Metadata", "/Names", "/OpenAction", "/AA", "/AcroForm", "/PieceInfo"):
        if key in whole.Root:
            del whole.Root[key]
    if "/Info" in whole.trailer:
        del whole.trailer["/Info"]
    whole.Root.Lang = String(language)
    whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    whole.Root.PageMode = Name.UseOutlines
    day = built_at.strftime("D:%Y%m%d000000Z")
    whole.trailer.Info = whole.make_indirect(
        Dictionary(Title=String(title), CreationDate=String(day), ModDate=String(day))
    )


def save(whole: Pdf) -> bytes:
    """The bytes, the same for the same content."""
    target = io.BytesIO()
    whole.remove_unreferenced_resources()
    whole.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
        linearize=False,
    )
    return target.getvalue()


def cut(whole: bytes, spans: Sequence[tuple[int, int, str]], language: str, built_at: datetime) -> list[bytes]:
    """Separate files of (first page, end, title), pages from 0; links go, since they would lead out of the file."""
    chunks = []
    with Pdf.open(io.BytesIO(whole)) as source:
        for page in source.pages:
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
        for first, end, title in spans:
            with Pdf.new() as part:
                part.pages.extend(source.pages[first:end])
                forget_maker(part, title, language, built_at)
                part.Root.PageMode = Name.UseNone
                chunks.append(save(part))
    return chunks


def _link(whole: Pdf, targets: Mapping[str, int]) -> None:
    for page in whole.pages:
        for note in page.obj.get("/Annots", Array()):
            action = note.get("/A")
            address = str(action.get("/URI", "")) if action is not None else ""
            if not address.startswith(GOTO):
                continue
            del note["/A"]
            note.Dest = Array([whole.pages[targets[address.removeprefix(GOTO)]].obj, Name.Fit])
            note.Border = Array([0, 0, 0])


def _place(whole: Pdf, link: PlacedLink, targets: Mapping[str, int]) -> None:
    page = whole.pages[link.page].obj
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(link.box), Border=Array([0, 0, 0]), F=4)
    note.Dest = Array([whole.pages[targets[link.key]].obj, Name.Fit])
    page["/Annots"] = Array([*page.get("/Annots", Array()), whole.make_indirect(note)])


def _outline(mark: Bookmark) -> OutlineItem:
    item = OutlineItem(mark.title, mark.page, "Fit")
    item.children.extend(_outline(bookmark) for bookmark in mark.below)
    return item
