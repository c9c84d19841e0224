"""The filing that a lawyer edited is the paper of record: as clean as what we build, in its place and sealed."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from hrd_world import World
from pikepdf import Array, Dictionary, Name, Pdf, String
from pypdf import PdfReader

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.names.questions import OTHER
from hrd_cases.domain.redaction import Choice
from hrd_cases.render.reading import bare
from hrd_cases.services.papers import edited, papers, releasing, seals
from hrd_cases.services.papers.seals import root_words
from tests.render.strike_sample import photo
from tests.services.papers.test_papers import begun, build, consent, released, text_of


def pdf(
    change: Callable[[Pdf], None] | None = None, pages: int = 7, words: str = "Filing as edited", **how: object
) -> bytes:
    """A filing of some pages as a word processor saves it."""
    created = pikepdf.new()
    for at in range(1, pages + 1):
        page = created.add_blank_page(page_size=(595, 842))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        page.obj.Contents = created.make_stream(f"BT /F 12 Tf 70 700 Td ({words}, leaf {at}) Tj ET".encode())
    if change:
        change(created)
    target = io.BytesIO()
    created.save(target, **how)  # type: ignore[arg-type]
    return target.getvalue()


def dirty(created: Pdf) -> None:
    """What a word processor, a program and a plug-in leave in a file."""
    created.docinfo["/Author"] = "Clerk Somebody"
    created.docinfo["/Creator"] = "Writer, C:\\Users\\somebody"
    created.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    created.attachments["draft.txt"] = pikepdf.AttachedFileSpec(created, b"an earlier draft", filename="draft.txt")
    with created.open_metadata() as xmp:
        xmp["dc:creator"] = ["Clerk Somebody"]
    box = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("field"), V=String("typed in"), F=4,
        Rect=Array([70, 600, 300, 620]), DA=String("/Helv 12 Tf 0 g"),
    )  # fmt: skip
    created.pages[0].obj.Annots = Array([created.make_indirect(box)])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    created.Root.AcroForm = Dictionary(
        Fields=Array([created.pages[0].obj.Annots[0]]), DA=String("/Helv 12 Tf 0 g"), NeedAppearances=True,
        DR=Dictionary(Font=Dictionary(Helv=font)),
    )  # fmt: skip


def with_history(data: bytes) -> bytes:
    """The file with a page replaced by an update at its end: the old words are still inside."""
    old = pdf(words="What was cut out")
    assert b"%%EOF" in old
    return data + b"\n% appended: What was cut out\n" + data[data.rfind(b"startxref") :]


def take(world: World, paper: str, data: bytes) -> None:
    taking = releasing.take_edited(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    incoming = taking.begin_file("Отзыв правка.pdf", "application/pdf")
    incoming.write(data)
    taking.finish_file(incoming, world.now)
    taking.keep(world.now)


def test_it_takes_its_place_in_the_bundle_numbered_hashed_and_sealed(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    consent(world, "yes")
    before = build(world, paper).built
    assert before is not None
    own = len(PdfReader(io.BytesIO(dict(before.parts)["filing.pdf"])).pages)
    take(world, paper, pdf(dirty))
    with pytest.raises(RuleBroken, match="Build this version first"):
        releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    job = build(world, paper)
    assert job.built is not None
    assert job.built.manifest.pages == before.manifest.pages - own + 7
    assert job.built.manifest.first_pages == {
        label: page - own + 7 for label, page in before.manifest.first_pages.items()
    }
    releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    whole = released(world, paper)
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(whole)).pages]
    assert [f"Filing as edited, leaf {at}" in texts[at - 1] for at in range(1, 8)] == [True] * 7
    assert all(bare(f"{at} / {len(texts)}") in bare(text) for at, text in enumerate(texts, start=1))
    assert "Отзыв" not in "".join(texts[:7])
    assert seals.check(whole, root_words(world.runtime.pins.root_public)).good
    filing = released(world, paper, "filing.pdf")
    assert "leaf 7" in PdfReader(io.BytesIO(filing)).pages[6].extract_text()
    assert hashlib.sha256(filing).hexdigest() in text_of(released(world, paper, "annex.pdf"))
    for data in (whole, filing):
        with pikepdf.open(io.BytesIO(data)) as opened:
            everything = b"".join(
                item.read_raw_bytes() if isinstance(item, pikepdf.Stream) else item.unparse() for item in opened.objects
            )
            assert not {"/Author", "/Creator", "/Producer"} & set(opened.docinfo.keys())
            assert not opened.attachments
        for left in (b"Somebody", b"alert", b"earlier draft", b"AcroForm", b"/Widget"):
            assert left not in everything
    assert "typed in" in texts[0]  # what a printer prints of a form stays


def test_links_and_index_lead_to_the_moved_pages(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    consent(world, "yes")
    take(world, paper, pdf(pages=3))
    job = build(world, paper)
    assert job.built is not None
    reader = PdfReader(io.BytesIO(job.built.main_pdf))
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages, 1) if page.indirect_reference}
    index = reader.pages[3]
    targets = {numbers[note.get_object()["/Dest"][0].idnum] for note in index["/Annots"]}
    assert set(job.built.manifest.first_pages.values()) | {1} <= targets
    for label, page in job.built.manifest.first_pages.items():
        assert f"Приложение\xa0{label}" in reader.pages[page - 1].extract_text()


def locked() -> bytes:
    return pdf(encryption=pikepdf.Encryption(user="a password", owner="another", R=6))


def blank(created: Pdf) -> None:
    for page in created.pages:
        page.obj.Contents = created.make_stream(b"q Q")


def layers(created: Pdf) -> None:
    layer = created.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
    created.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "no page with anything"),
    "a document of a word processor": (lambda: b"PK\x03\x04" + bytes(900), "This is no PDF"),
    "a picture": (lambda: photo({}, 1), "This is no PDF"),
    "locked": (locked, "locked with a password"),
    "half a file": (lambda: pdf()[: len(pdf()) // 2], "damaged or incomplete"),
    "a file without its end": (lambda: pdf()[:-200], "damaged or incomplete"),
    "no pages": (lambda: pdf(pages=0), "no page with anything"),
    "blank pages": (lambda: pdf(blank), "no page with anything"),
    "hidden layers": (lambda: pdf(layers), "only its own program shows"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_filed_is_refused_with_the_reason(sqlite_world: World, case: str) -> None:
    created, reason = BAD[case]
    paper = begun(sqlite_world)
    with pytest.raises(RuleBroken) as refused:
        take(sqlite_world, paper, created())
    assert reason in refused.value.text
    assert refused.value.place == "files"


def hiding(world: World) -> str:
    """A full version in which somebody is called by a pseudonym."""
    paper = begun(world)
    with world.writing("lana") as ctx:
        papers.decide(ctx, world.strike.case, paper, world.strike.person, Choice.PSEUDONYM.value, "")
    return paper


def test_a_name_in_it_is_refused_with_page_and_word(sqlite_world: World) -> None:
    paper = hiding(sqlite_world)
    name = "Алибек Сынаков"
    text = f"\n/Span <</ActualText <{utf16(name)}>>> BDC 9 9 9 9 re f EMC".encode()
    hidden = pdf(lambda created: created.pages[2].contents_add(text))
    with pytest.raises(RuleBroken) as refused:
        take(sqlite_world, paper, hidden)
    assert refused.value.values == {"places": f"3: {name}"}


def test_where_somebody_is_hidden_a_page_must_have_words(sqlite_world: World) -> None:
    paper = hiding(sqlite_world)
    pictured = pdf(pictured_page)
    with pytest.raises(RuleBroken) as refused:
        take(sqlite_world, paper, pictured)
    assert "is a picture" in refused.value.text
    assert refused.value.values["places"] == "8"


def test_old_words_at_the_end_of_the_file_do_not_stay(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    take(world, paper, with_history(pdf()))
    with world.reading("lana") as ctx:
        file = edited.kept_of(papers.view(ctx, world.strike.case, paper).stored.value)
        assert file is not None
        clean = b"".join(releasing.contents(world.runtime, world.strike.case, file))
    assert b"cut out" not in clean
    assert len(PdfReader(io.BytesIO(clean)).pages) == 7


def test_the_filing_of_the_pages_can_be_taken_again(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    consent(world, "yes")
    take(world, paper, pdf())
    with world.writing("lana") as ctx:
        order = papers.order(ctx, world.strike.case, paper, as_built=True)
    assert (order.edited, order.request.edited) == ("", "")
    with world.reading("lana") as ctx:
        assert edited.kept_of(papers.view(ctx, world.strike.case, paper).stored.value) is None


def utf16(words: str) -> str:
    return "FEFF" + words.encode("utf-16-be").hex()


def pictured_page(created: Pdf) -> None:
    """A page more, scanned."""
    page = created.add_blank_page(page_size=(595, 842))
    image = pikepdf.Stream(created, photo({}, 1, size=(60, 80)))
    image.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=60, Height=80, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
        Filter=Name.DCTDecode,
    )  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(P=created.make_indirect(image)))
    page.obj.Contents = created.make_stream(b"q 500 0 0 700 40 70 cm /P Do Q")


def test_a_picture_in_it_loses_what_its_camera_wrote(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    consent(world, "yes")
    take(world, paper, pdf(pictured_page))
    job = build(world, paper)
    assert job.built is not None
    with pikepdf.open(io.BytesIO(job.built.main_pdf)) as opened:
        raw = b"".join(item.read_raw_bytes() for item in opened.objects if isinstance(item, pikepdf.Stream))
    assert b"SpyPhone" not in raw


def answer(world: World, paper: str, who: str) -> list[str]:
    """Answer every question about names in this way; where the places stand."""
    with world.writing("lana") as ctx:
        request = papers.desk(ctx, world.strike.case, paper).names.unanswered
        text = {f"g-{group.id}": who for group in request} | {f"s-{group.id}": group.seen for group in request}
        papers.save_names(ctx, world.strike.case, paper, text)
    return [spot.where for group in request for spot in group.spots]


def test_names_in_it_are_asked_about_and_the_answer_decides(sqlite_world: World) -> None:
    world = sqlite_world
    paper = hiding(world)
    answer(world, paper, world.strike.person)
    build(world, paper)
    take(world, paper, pdf(pages=2, words="Then the guard Synakov shut the gate"))
    with pytest.raises(RuleBroken, match="Names in this paper have no answer yet"):
        build(world, paper)
    assert answer(world, paper, OTHER) == ["edited 1", "edited 2"]
    assert bare("the guard Synakov shut the gate") in text_of(released_pdf(world, paper))


def released_pdf(world: World, paper: str) -> bytes:
    created = build(world, paper).built
    assert created is not None
    return created.main_pdf


def test_it_is_refused_once_somebody_says_that_it_names_who_is_hidden(sqlite_world: World) -> None:
    world = sqlite_world
    paper = hiding(world)
    answer(world, paper, world.strike.person)
    filing = pdf(pages=2, words="Then Synakov shut the gate")
    take(world, paper, filing)
    answer(world, paper, world.strike.person)
    with pytest.raises(RuleBroken) as refused:
        build(world, paper)
    assert refused.value.place == "edited"
    assert refused.value.values == {"places": "1: Synakov; 2: Synakov"}
    with pytest.raises(RuleBroken) as refused:  # the same words once more: they were answered
        take(world, paper, filing)
    assert refused.value.place == "files"
    with world.writing("lana") as ctx:
        assert papers.order(ctx, world.strike.case, paper, as_built=True).edited == ""


def test_who_is_named_in_it_alone_is_asked_for_consent(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    with world.writing("lana") as ctx:
        here = papers.desk(ctx, world.strike.case, paper)
        papers.save_filing(ctx, world.strike.case, paper, replace(here.plan.filing, sections=()), here.stored.versions)
    take(world, paper, pdf(pages=1, words="We answer for Synakov"))
    answer(world, paper, world.strike.person)
    with world.reading("lana") as ctx:
        assert world.strike.person in {item.person for item in papers.desk(ctx, world.strike.case, paper).missing}
