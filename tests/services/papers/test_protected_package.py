"""The whole package of a protected paper: what was typed and not approved is in no file of it, in no form."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from hrd_canaries import Scanner
from hrd_filled import filled
from hrd_world import World
from PIL import Image
from pypdf import PdfReader

from hrd_cases.domain.evidence import CustodyStep
from hrd_cases.domain.fields import Text, TextLine, fields_of
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, whole
from hrd_cases.domain.people import Name, Person
from hrd_cases.render import hidden
from hrd_cases.render.reading import bare
from hrd_cases.services.casework import people
from hrd_cases.services.drafting.plans import FilingPlan, PaperStart, PositionPlan, SectionPlan
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.render.strike_sample import scan
from tests.services.papers.test_packages import RECORDING, unpacked
from tests.services.papers.test_papers import LEADER, REQUIRED, approve, build, see, take_in

WORDS = ("Щербинчук", "Shcherbinchuk", "Ызғарбек", "871204300517")
TYPED = " ".join(WORDS)
GIVER = "Вьюнкевич"
HIDDEN = (*WORDS, GIVER, LEADER, "Сынақов", "Lana Person", "Выписка", "IMG-4711")
COURT, FILED_BY, SIGNATORY, REQUEST = REQUIRED
# Where the words were typed, each place as the list of what is left out names it.
PLACES = {
    *("Filing.title", "Filing.subtitle", "Filing.court_address", "Filing.case_number", "Filing.registration_number"),
    *("Filing.authority", "Filing.signatory_capacity", "Filing.opening", "Filing.requests", "Filing.copies_for"),
    *("Filing.place", "Attachment.title", "Position.head", "Position.grounds", "Position.law", "Section.heading"),
    *("Section.paragraphs", "Party.address", "Counsel.name", "HistoryStep.step", "HistoryStep.forum"),
    *("HistoryStep.result", "ClaimHead.text", "ClaimHead.against", "ClaimHead.edition", "Fact.text"),
    *("Custody.authority", "Custody.basis", "Exhibit.title", "LegalSource.title"),
}


def planted(cls: type[Any], **more: Any) -> Any:
    """A step of a paper with the words in every field that is typed."""
    typed = {each.name: TYPED for each in fields_of(cls) if isinstance(each.kind, TextLine | Text)}
    return cls(**{**typed, **more})


def picture() -> bytes:
    """A photo in which the program of a camera wrote the words."""
    marks = Image.Exif()
    marks[0x010E] = WORDS[1]
    target = io.BytesIO()
    Image.new("RGB", (600, 800), (214, 208, 194)).save(target, "JPEG", exif=marks, comment=TYPED.encode())
    return target.getvalue()


def document() -> bytes:
    """A PDF whose data say the words, as its title, in a bookmark and in a property."""
    with pikepdf.open(io.BytesIO(scan(2))) as created:
        created.docinfo["/Title"] = TYPED
        created.pages[0].obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=pikepdf.String(TYPED)))
        with created.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(TYPED, 0))
        target = io.BytesIO()
        created.save(target)
    return target.getvalue()


def typed_everywhere(world: World) -> tuple[str, ...]:
    """The words in the action, a hearing, the exhibits and names of their files; the ids of the exhibits."""
    case, action, person = world.strike.case, world.strike.records["action"], world.strike.person
    with world.writing("lana") as ctx:
        stored = people.read(ctx, person)
        value = Person(pseudonym="Лидер шахтёров А", names=(Name(name=LEADER),), roles=("client",))
        people.save(ctx, person, value, stored.versions)
    with world.writing("lana") as ctx:
        stored = records.read(ctx, case, action)
        links = {"person": [person], "colleague": [world.user("lana")]}
        typed = filled("action", links, lambda _name: TYPED)
        outside = replace(typed.counsel[0], colleague="")
        others = (*typed.parties, *(replace(party, person="") for party in typed.parties))
        value = replace(typed, kind="civil_suit", side="respondent", parties=others, counsel=(*typed.counsel, outside))
        records.save(ctx, case, action, value, stored.versions)
        hearing = Hearing(on=date(2017, 12, 15), room=TYPED, action=action, outcome="held")
        records.create(ctx, case, hearing)
    more = {
        "author": TYPED, "got_from": f"Тамара {GIVER}", "may_name_source": "yes", "translator": TYPED, "notes": TYPED,
        "custody": (CustodyStep(who=TYPED, what=TYPED),),
    }  # fmt: skip
    name = f"IMG-4711 {TYPED}"
    return tuple(
        take_in(world, f"Выписка {TYPED}", (f"{name}{ending}", data), **more)
        for ending, data in ((".jpg", picture()), (".pdf", document()), (".mp3", RECORDING), (".jpg", picture()))
    )


def protected(world: World) -> str:
    """A protected paper with the words in every field of its own, too; approved is only what it must have."""
    case = world.strike.case
    visible = typed_everywhere(world)
    start = PaperStart(title=TYPED, action=world.strike.records["action"], language="ru", variant="protected")
    with world.writing("lana") as ctx:
        paper = papers.begin(ctx, case, start)
    filing = planted(
        FilingPlan, profile="kz_court", court=COURT, filed_by=FILED_BY, signatory=SIGNATORY, day=date(2017, 12, 16),
        requests=f"{REQUEST}\n{TYPED}",
        positions=(planted(PositionPlan, stance="denied", exhibits=visible[:1]),),
        sections=(planted(SectionPlan, exhibits=visible[1:2]), SectionPlan(heading="Лидер", text=f"{LEADER} молчал.")),
    )  # fmt: skip
    rows = (ExhibitPlan(use=True, evidence=item) for item in visible)
    matter = planted(
        MatterPlan, facts=(planted(FactPlan, use=True, exhibits=whole(visible[:1])),),
        history=True, heads=True, custody=True,
        exhibits=tuple(replace(row, order=at) for at, row in enumerate(rows, start=1)),
    )  # fmt: skip
    with world.writing("lana") as ctx:
        papers.save_filing(ctx, case, paper, filing, papers.desk(ctx, case, paper).stored.versions)
    with world.writing("lana") as ctx:
        papers.save_matter(ctx, case, paper, matter, papers.desk(ctx, case, paper).stored.versions)
    approve(world, paper, *REQUIRED)
    see(world, paper, *visible[:3])
    with world.writing("lana") as ctx:  # the words are a name typed in the action and in an exhibit: whose is each?
        asked = papers.desk(ctx, case, paper).names.unanswered
        answers = {f"g-{group.id}": group.people[0] for group in asked}
        papers.save_names(ctx, case, paper, {**answers, **{f"s-{group.id}": group.seen for group in asked}})
    return paper


def first_reader(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    text = [page.extract_text() for page in reader.pages]
    return bare("".join((*text, str(reader.metadata), str(reader.outline))))


def second_reader(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as opened:
        text = [page.get_textpage().get_text_range() for page in opened]
        return bare("".join((*text, str(opened.get_metadata_dict()), *(item.get_title() for item in opened.get_toc()))))


def objects(data: bytes) -> Iterator[bytes]:
    """Every string, name and stream of a PDF, unpacked."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Stream):
                yield _plain(item)
            for _key, text in hidden.strings(item):
                yield text.encode()


def _plain(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a JPEG: as it is
        return b""


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_nothing_typed_is_in_any_file_of_a_protected_package(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    paper = protected(world)
    job = build(world, paper)
    lost = {item.place for item in job.order.thinned.left_out}
    assert lost >= PLACES, PLACES - lost
    folder = unpacked(world, paper, tmp_path)
    files = {item.relative_to(tmp_path).as_posix(): item.read_bytes() for item in tmp_path.rglob("*") if item.is_file()}
    pdfs = {name: data for name, data in files.items() if name.endswith(".pdf")}
    assert len(pdfs) >= 5
    scanner = Scanner(HIDDEN)
    assert scanner.folder(tmp_path) == []
    words = [bare(item) for item in HIDDEN]
    for name, data in pdfs.items():
        for text in (first_reader(data), second_reader(data)):
            assert text, name
            assert not [word for word in words if word in text], name
        assert not [hit for piece in objects(data) for hit in scanner.scan(piece, name)]
    whole = (folder / "dossier.pdf").read_bytes()
    edited = parts((folder / "working" / "filing.docx").read_bytes())
    for piece in edited.values():
        assert not [word for word in words if word in bare(piece.decode("utf-8", "replace"))]
    # What was approved is there: the readers do read.
    for text in (first_reader(whole), second_reader(whole), bare(edited["word/document.xml"].decode())):
        assert bare(REQUEST) in text
        assert bare(COURT) in text
    with zipfile.ZipFile(tmp_path / "paper.zip") as packed:
        names = bare("".join(packed.namelist()) + packed.read("SHA256SUMS").decode())
    assert not [word for word in words if word in names]
