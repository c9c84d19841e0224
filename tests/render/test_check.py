"""The last check of a paper finds a name wherever a program could read it, and says where; what it cannot read, it
refuses."""

import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from hrd_cases.domain.papers import Refusal
from hrd_cases.render import bundle, check
from hrd_cases.render.bundle import BundlePlan
from hrd_cases.render.check import Expectation, PagePlace
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.forbidden import Unwanted, word_in
from tests.render.strike_sample import BUILT

HIDDEN = "Sergey Ivanov"
CYRILLIC = "Сергей Иванов"
INSIDE = {0: PagePlace(exhibit="3", page=1)}
HELVETICA = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def paper(content: bytes | str, change: Callable[[Pdf], None] | None = None) -> bytes:
    """One page that draws this, and a sentence that anybody may read."""
    created = pikepdf.new()
    page = created.add_blank_page(page_size=(595, 842))
    page.obj.Resources = Dictionary(Font=Dictionary(F=HELVETICA), XObject=Dictionary())
    drawn = content if isinstance(content, bytes) else content.encode("latin-1")
    page.obj.Contents = created.make_stream(b"BT /F 12 Tf 70 700 Td (The shaft was closed.) Tj ET\n" + drawn)
    if change:
        change(created)
    target = io.BytesIO()
    created.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def shown(words: str, x: int = 70, y: int = 600) -> str:
    return f"BT /F 12 Tf {x} {y} Td ({words}) Tj ET\n"


def nested(content: str, depth: int) -> Callable[[Pdf], None]:
    """The content inside forms, each in the next."""

    def change(created: Pdf) -> None:
        inner = content.encode("latin-1")
        below = Dictionary()
        for _turn in range(depth):
            form = created.make_stream(inner, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
            form.Resources = Dictionary(Font=Dictionary(F=HELVETICA), XObject=below)
            below, inner = Dictionary(X=form), b"/X Do"
        created.pages[0].obj.Resources.XObject = below
        created.pages[0].contents_add(b"\n/X Do")

    return change


def picture(data: bytes, kind: Name) -> Callable[[Pdf], None]:
    def change(created: Pdf) -> None:
        image = Stream(created, data)
        image.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=8, Height=8, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
            Filter=kind,
        )  # fmt: skip
        created.pages[0].obj.Resources.XObject.P = created.make_indirect(image)
        created.pages[0].contents_add(b"\nq 90 0 0 90 70 300 cm /P Do Q")

    return change


def saved(form: str, **more: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(target, form, **more)
    return target.getvalue()


def jpeg_2000(kind: bytes, payload: bytes) -> bytes:
    """A picture with one more box before its pixels."""
    plain = saved("JPEG2000")
    at = plain.index(b"jp2c") - 4
    return plain[:at] + (8 + len(payload)).to_bytes(4, "big") + kind + payload + plain[at:]


def with_exif() -> bytes:
    marks = Image.Exif()
    marks[0x010E] = HIDDEN
    return saved("JPEG", exif=marks)


def set_on_page(key: str, value: object) -> Callable[[Pdf], None]:
    def change(created: Pdf) -> None:
        created.pages[0].obj[key] = value

    return change


def remark(created: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String(HIDDEN))
    created.pages[0].obj.Annots = Array([created.make_indirect(note)])


def unmapped_font(created: Pdf) -> None:
    """Letters drawn as shapes under numbers of their own: nobody can tell which letters they are."""
    shape = created.make_stream(b"500 0 0 0 500 700 d1 0 0 400 600 re f")
    created.pages[0].obj.Resources.Font.T = Dictionary(
        Type=Name.Font, Subtype=Name.Type3,
        FontBBox=Array([0, 0, 500, 700]), FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(g1=shape, g2=shape), FirstChar=1, LastChar=2, Widths=Array([500, 500]),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, Name.g1, Name.g2])), Resources=Dictionary(),
    )  # fmt: skip
    created.pages[0].contents_add(b"\nBT /T 12 Tf 70 500 Td <010201> Tj ET")


def pattern(created: Pdf) -> None:
    """A tile that is made of words, as an area is filled with it."""
    tile = created.make_stream(
        shown("A statement.").encode(), Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1
    )
    tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 595, 842]), 595, 842
    tile.Resources = Dictionary(Font=Dictionary(F=HELVETICA))
    created.pages[0].obj.Resources.Pattern = Dictionary(P=tile)


def attached(created: Pdf) -> None:
    created.attachments["1.txt"] = pikepdf.AttachedFileSpec(created, b"a statement", filename="1.txt")


def bookmark(created: Pdf) -> None:
    with created.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"Statement of {CYRILLIC}", 0))


def utf16(words: str) -> str:
    return "<FEFF" + words.encode("utf-16-be").hex() + ">"


LINES = "".join(f"{at % 500} {at % 700} m {at % 490} {at % 690} l S\n" for at in range(420_000))
FOUND = {
    "on the page": paper(shown(HIDDEN)),
    "in capitals": paper(shown(HIDDEN.upper())),
    "cut up by kerning": paper("BT /F 12 Tf 70 600 Td [(Ser) -20 (gey Iva) 15 (nov)] TJ ET"),
    "as hexadecimal digits": paper(f"BT /F 12 Tf 70 600 Td <{HIDDEN.encode().hex()}> Tj ET"),
    "outside the page": paper(shown(HIDDEN, x=70, y=-300)),
    "under a black box": paper(shown(HIDDEN) + "0 g 60 590 200 30 re f"),
    "drawn in another order": paper(shown("Ivanov", x=160) + shown("The court sat.", y=500) + shown("Sergey", x=118)),
    "inside five forms": paper("", nested(shown(HIDDEN), 5)),
    "text put in the place of a drawing": paper(f"/Span <</ActualText ({HIDDEN})>> BDC 0 0 9 9 re f EMC"),
    "the same in two bytes a letter": paper(f"/Span <</ActualText {utf16(CYRILLIC)}>> BDC 0 0 9 9 re f EMC"),
    "a description of a drawing": paper(f"/Figure <</Alt ({HIDDEN})>> BDC 0 0 9 9 re f EMC"),
    "the long form of a short word": paper(f"/Span <</E ({HIDDEN})>> BDC 0 0 9 9 re f EMC"),
    "a comment": paper(f"% seen by {HIDDEN}\n0 0 9 9 re f"),
    "a comment of an old program": paper(b"% " + CYRILLIC.encode("cp1251") + b"\n0 0 9 9 re f"),
    "a comment inside forms": paper("", nested(f"% {HIDDEN}\n0 0 9 9 re f", 3)),
    "a string that draws nothing": paper(f"BT /F 12 Tf 3 Tr 70 600 Td ({HIDDEN}) Tj ET"),
    "a private note of a program": paper("", set_on_page("/PieceInfo", Dictionary(App=Dictionary(Private=HIDDEN)))),
    "a property of the page": paper("", set_on_page("/Tabs", Name("/SergeyIvanov"))),
    "a remark": paper("", remark),
    "a bookmark": paper("", bookmark),
}
REFUSED = {
    "more drawing than a reader takes": (paper("", nested(LINES + shown(HIDDEN), 1)), "unread"),
    "drawing that a reader cannot go through": (paper("", nested("[ (A statement.", 1)), "unread"),
    "letters that a font does not name": (paper("", unmapped_font), "unread"),
    "an XML box of a JPEG 2000": (paper("", picture(jpeg_2000(b"xml ", b"<gps/>"), Name.JPXDecode)), "metadata"),
    "a UUID box of a JPEG 2000": (paper("", picture(jpeg_2000(b"uuid", bytes(40)), Name.JPXDecode)), "metadata"),
    "what a camera writes": (paper("", picture(with_exif(), Name.DCTDecode)), "metadata"),
    "a comment in a JPEG": (paper("", picture(saved("JPEG", comment=b"Taken at home"), Name.DCTDecode)), "metadata"),
    "bytes after the end of a JPEG": (paper("", picture(saved("JPEG") + b"x" * 40, Name.DCTDecode)), "metadata"),
    "a file inside": (paper("", attached), "active"),
}


def refused(data: bytes, *words: str) -> BuildFailed:
    with pytest.raises(BuildFailed) as failed:
        check.examine_piece(data, words, INSIDE)
    return failed.value


@pytest.mark.parametrize("case", FOUND)
def test_a_hidden_name_is_found_and_its_place_is_said(case: str) -> None:
    result = refused(FOUND[case], HIDDEN, CYRILLIC)
    assert result.code == "forbidden"
    assert result.places[0].word in (HIDDEN, CYRILLIC)
    if case != "a bookmark":
        assert (result.exhibit, result.places[0].exhibit, result.places[0].page) == ("3", "3", 1)


@pytest.mark.parametrize("case", FOUND)
def test_the_same_file_passes_where_nobody_is_hidden(case: str) -> None:
    check.examine_piece(FOUND[case], ("Somebody Else",), INSIDE)
    check.examine_piece(FOUND[case], (), INSIDE)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_looked_into_is_refused(case: str) -> None:
    data, code = REFUSED[case]
    result = refused(data, HIDDEN)
    assert result.code == code
    if code != "active":
        assert (result.places[0].exhibit, result.places[0].page) == ("3", 1)


def test_metadata_of_any_object_is_refused() -> None:
    def describe(created: Pdf) -> None:
        created.pages[0].obj.Metadata = created.make_stream(b"<x:xmpmeta/>", Type=Name.Metadata, Subtype=Name.XML)

    assert refused(paper("", describe)).code == "metadata"


def test_every_place_is_said_at_once() -> None:
    created = Pdf.open(io.BytesIO(paper(shown(HIDDEN))))
    other = Pdf.open(io.BytesIO(paper(shown(CYRILLIC.encode("latin-1", "replace").decode("latin-1") + HIDDEN))))
    created.pages.extend(other.pages)
    target = io.BytesIO()
    created.save(target)
    inside = {0: PagePlace(exhibit="3", page=1), 1: PagePlace(exhibit="5", page=4)}
    with pytest.raises(BuildFailed) as failed:
        check.examine_piece(target.getvalue(), (HIDDEN,), inside)
    assert failed.value.places == (
        Refusal(kind="forbidden", exhibit="3", page=1, word=HIDDEN),
        Refusal(kind="forbidden", exhibit="5", page=4, word=HIDDEN),
    )


def test_a_refusal_prints_no_word_of_the_paper() -> None:
    result = refused(paper(shown(HIDDEN)), HIDDEN)
    assert "Ivanov" not in repr(result)
    assert "Ivanov" not in str(result)
    assert "Ivanov" not in repr(result.places)


@pytest.mark.parametrize(
    "words", ["Ivanov Sergei said so", "S. Ivanov", "Sergey Petrovich Ivanov", "IVANOV", "Ivanov's"]
)
def test_a_hidden_person_is_found_on_a_page_in_any_form(words: str) -> None:
    unwanted = Unwanted((CYRILLIC,), names=(CYRILLIC,))
    with pytest.raises(BuildFailed) as failed:
        check.examine_piece(paper(shown(words)), unwanted, INSIDE)
    (place,) = failed.value.places
    assert (place.kind, place.exhibit, place.page) == ("forbidden", "3", 1)
    assert "ivanov" in place.word.casefold()


def test_somebody_else_and_a_settled_sentence_are_let_pass() -> None:
    unwanted = Unwanted((CYRILLIC,), names=(CYRILLIC,), settled=("The guard Ivanov shut the gate.",))
    assert not word_in("Anna Ivanova was ill. The guard Ivanov\nshut the gate.", unwanted)
    assert not word_in("Sergey came; page 3", unwanted)  # a given name alone points to nobody
    assert word_in("Then Ivanov went home.", unwanted) == "Ivanov"


def stamped(data: bytes) -> bytes:
    """The page with its number on it, as every page of a paper has it."""
    with Pdf.open(io.BytesIO(data)) as whole:
        bundle.stamp(whole, bare_page(shown("1 / 1", x=500, y=20) + shown("No. 7", x=70, y=20)))
        return bundle.save(whole)


def bare_page(content: str, change: Callable[[Pdf], None] | None = None) -> bytes:
    """One page that draws this and no word more."""

    def only(created: Pdf) -> None:
        created.pages[0].obj.Contents = created.make_stream(content.encode("latin-1"))
        if "/F " not in content:
            del created.pages[0].obj.Resources.Font
        if change:
            change(created)

    return paper("", only)


def examined(data: bytes, *, pixels: bool) -> None:
    """The last check of a paper of this one page, which is a page of exhibit 3."""
    plan = BundlePlan(title="", language="ru", built_at=BUILT, inserts=(), targets={}, bookmarks=())
    inside = {at: replace(place, pixels=pixels) for at, place in INSIDE.items()}
    check.examine(
        data,
        Expectation(plan=plan, pages=1, own=frozenset(), landings=(), rows=(), forbidden=(), inside=inside),
    )


WITH_TEXT = {
    "words": bare_page(shown("A statement.")),
    "one letter": bare_page(shown("x")),
    "words that are not drawn": bare_page("BT /F 12 Tf 3 Tr 70 600 Td (A statement.) Tj ET"),
    "words under a picture": bare_page(shown("A statement.") + "0 g 0 0 595 842 re f"),
    "words that one reader passes over": bare_page("BT /F 0 Tf 70 600 Td (A statement.) Tj ET"),
    "words that draw an area": bare_page("/Pattern cs /P scn 0 0 595 842 re f", pattern),
    "words for a listener": bare_page(
        "/Artifact <</ActualText (A statement.)>> BDC q 9 0 0 9 0 0 cm /P Do Q EMC",
        picture(saved("JPEG"), Name.DCTDecode),
    ),
    "words beside the page": bare_page(shown("A statement.", y=-300)),
    "words inside forms": bare_page("", nested(shown("A statement."), 3)),
    "letters that a font does not name": bare_page("% /F \n", unmapped_font),
    "more than a reader takes": bare_page("% " + "x" * 9 * 1024**2),
}


@pytest.mark.parametrize("case", WITH_TEXT)
def test_a_page_of_an_exhibit_built_from_pixels_holds_no_text(case: str) -> None:
    page = stamped(WITH_TEXT[case])
    with pytest.raises(BuildFailed) as failed:
        examined(page, pixels=True)
    assert failed.value.places == (Refusal(kind="exhibit_text", exhibit="3", page=1),)
    examined(page, pixels=False)  # a full version shows the exhibit as it is


def test_a_page_that_is_a_picture_with_its_number_passes() -> None:
    examined(stamped(bare_page("", picture(saved("JPEG"), Name.DCTDecode))), pixels=True)
