"""The written response to the civil claim of December 2017, from the public record; every natural person is a
pseudonym and
every paper in it is invented."""

import hashlib
import io
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
from docx import Document
from PIL import Image, ImageDraw, ImageFont

from hrd_cases.domain.dates import parse
from hrd_cases.domain.page_approvals import BY_HASH, ApprovedPages
from hrd_cases.domain.papers import (
    Attachment,
    Cited,
    ClaimHead,
    Counsel,
    DossierRequest,
    Exhibit,
    Fact,
    Filing,
    HistoryStep,
    IntegrityAnnex,
    Language,
    LegalSource,
    PaperCase,
    Part,
    PartKind,
    Party,
    Position,
    Section,
    Stance,
    Variant,
)
from hrd_cases.domain.redaction import (
    Draft,
    ExhibitRules,
    PersonAnswer,
    PersonInPaper,
    Recipient,
    RecipientScope,
    RedactedText,
    Standing,
    Who,
    redact,
)
from hrd_cases.render import exhibits

BUILT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
COURT = frozenset({Recipient.COURT})
LEADER = "leader-a"
SECRET_NAME = "Әлібек Сынақов"

TEXTS = tomllib.loads((Path(__file__).parent / "strike_sample.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A request with the bytes of its exhibits by part id, and the draft it came from."""

    request: DossierRequest
    contents: dict[str, bytes]
    draft: Draft


def say(text: str, words: dict[str, Any]) -> RedactedText:
    """Sample words with {leader} and {company} in them, approved for the court."""
    text = text.replace("{company}", words["company"])
    pieces: list[str | Who] = []
    for at, piece in enumerate(text.replace("{leader_dat}", "\0dat\0").replace("{leader}", "\0\0").split("\0")):
        if at % 2:
            pieces.append(Who(person=LEADER, form=piece))
        elif piece:
            pieces.append(piece)
    return RedactedText(pieces=tuple(pieces), approved_for=COURT)


def sample(
    language: Language = Language.RU, variant: Variant = Variant.FULL, *, by_name: bool = False, photos: int = 10
) -> Sample:
    """The strike case in one language; `by_name` gives the leader a name that the protected variant must not show."""
    words = TEXTS[language.value]
    contents = _contents(words, photos)
    draft = _draft(words, contents, by_name=by_name)
    thinned = redact(draft, Recipient.COURT, variant)
    visible = {part.id for exhibit in thinned.case.exhibits for part in exhibit.parts}
    request = DossierRequest(
        case=thinned.case,
        language=language,
        variant=variant,
        profile="kz_court",
        version=1,
        paper_number="2017-014/3",
        built_at=BUILT,
        forbidden=thinned.forbidden,
        annex=IntegrityAnnex(
            builder="Specimen key 1f3a 77c0 92d4 8b11",
            certificate_words="anchor basin cedar dune ember fjord grove harbor",
            checkpoint="hrd-cases specimen\n1042\nUsZrqN0n3Wq2l2m8f1m7s9yYv7S1l8c4nH0c2n0r6hQ=",
            root_words="amber birch coast delta eagle fern glade heron",
        ),
    )
    return Sample(request=request, contents={k: v for k, v in contents.items() if k in visible}, draft=draft)


def _draft(words: dict[str, Any], contents: dict[str, bytes], *, by_name: bool) -> Draft:
    def s(text: str) -> RedactedText:
        return say(text, words)

    def maybe(text: str) -> RedactedText | None:
        return s(text) if text else None

    def cited(exhibit: str, page: int = 0) -> tuple[Cited, ...]:
        return (Cited(exhibit=exhibit, page=page or None),) if exhibit else ()

    leader = PersonInPaper(
        id=LEADER,
        standing=Standing.SUPPORTED,
        names={"": SECRET_NAME if by_name else words["leader"], "dat": SECRET_NAME if by_name else words["leader_dat"]},
        pseudonyms={"": words["leader"], "dat": words["leader_dat"]},
        consents={RecipientScope.COURT: PersonAnswer.YES},
    )
    filing = Filing(
        court=s(words["court"]),
        title=s(words["title"]),
        subtitle=s(words["subtitle"]),
        case_number=s("2-0000/2017 (образец)"),
        filed_by=s(words["filed_by"]),
        authority=s(words["authority"]),
        signatory=s(words["signatory"]),
        signatory_capacity=s(words["capacity"]),
        place=s(words["place"]),
        day=date(2017, 12, 18),
        opening=tuple(map(s, words["opening"])),
        positions=(
            Position(
                head=s(words["head_1"]),
                stance=Stance.DENIED,
                grounds=tuple(map(s, words["grounds_1"])),
                exhibits=(Cited(exhibit="photos", page=2), Cited(exhibit="press", page=1)),
            ),
            Position(
                head=s(words["head_2"]),
                stance=Stance.DENIED,
                grounds=tuple(map(s, words["grounds_2"])),
                exhibits=cited("press", 2),
            ),
            Position(
                head=s(words["head_3"]),
                stance=Stance.COURT,
                grounds=tuple(map(s, words["grounds_3"])),
                exhibits=cited("promise"),
            ),
        ),
        sections=tuple(
            Section(heading=s(head), paragraphs=tuple(map(s, texts)), exhibits=cited("sms") if not at else ())
            for at, (head, texts) in enumerate(words["sections"])
        ),
        requests=tuple(map(s, words["requests"])),
        attachments=tuple(
            Attachment(title=s(text), sheets=1, copies=at or None) for at, text in enumerate(words["attachments"])
        ),
        copies_for=(s(words["company"]), s(words["union_1"]), s(words["union_2"])),
        marked=True,
    )
    counsel = Counsel(
        name=s(words["counsel"]),
        capacity=s(words["counsel_capacity"]),
        authority=s(words["authority"]),
        expires=date(2018, 12, 31),
    )
    case = PaperCase(
        filing=filing,
        parties=(
            Party(role=s(words["claimant"]), name=s(words["company"])),
            Party(role=s(words["respondent"]), name=s(words["union_1"])),
            Party(role=s(words["respondent"]), name=s(words["union_2"])),
            Party(role=s(words["respondent"]), name=s("{leader}"), served=s(words["served"]), counsel=(counsel,)),
        ),
        history=tuple(
            HistoryStep(
                when=parse(when), step=s(step), forum=maybe(forum), result=maybe(result), exhibits=cited(exhibit)
            )
            for when, step, forum, result, exhibit in words["history"]
        ),
        heads=tuple(
            ClaimHead(
                text=s(words[f"head_{n}"]),
                against=s(words["against"]),
                basis=s(words["basis"]) if n == 1 else None,
                edition=s(words["edition"]) if n == 1 else None,
            )
            for n in (1, 2, 3)
        ),
        facts=tuple(
            Fact(when=parse(when), text=s(text), exhibits=cited(exhibit, page), disputed=disputed)
            for when, text, exhibit, page, disputed in words["facts"]
        ),
        exhibits=tuple(_exhibit(at, key, s, words, contents) for at, key in enumerate(words["exhibits"], start=1)),
        authorities=tuple(
            LegalSource(title=s(title), citation=maybe(citation)) for title, citation in words["sources"]
        ),
    )
    rules = {
        exhibit.id: ExhibitRules(approved_for=COURT, pages=every_page(exhibit, contents))
        for exhibit in case.exhibits
        if exhibit.id != "sms"
    }
    return Draft(case=case, people={LEADER: leader}, exhibits=rules)


def every_page(exhibit: Exhibit[Any], contents: dict[str, bytes]) -> ApprovedPages:
    """Every page of an exhibit approved; a file without pages by its hash."""
    lengths = {part.id: _length(part, contents[part.id]) for part in exhibit.parts}
    files = {name: tuple(range(1, of + 1)) or (BY_HASH,) for name, of in lengths.items()}
    return ApprovedPages(files=files, lengths=lengths, places=tuple(range(1, sum(lengths.values()) + 1)))


def _length(part: Part, data: bytes) -> int:
    return exhibits.prepare(part, data, 100).of


def _exhibit(
    number: int, key: str, s: Callable[[str], RedactedText], words: dict[str, Any], contents: dict[str, bytes]
) -> Exhibit[RedactedText]:
    title, dated, author, language = words["exhibits"][key]
    author = "{leader}" if key == "photos" else author
    parts = tuple(part_of(name, data) for name, data in contents.items() if name.split("-")[0] == key)
    return Exhibit(
        id=key, number=number, title=s(title), dated=parse(dated), author=s(author), language=s(language), parts=parts
    )


def part_of(name: str, data: bytes, **more: Any) -> Part:
    """The declaration that belongs to these bytes."""
    kind = PartKind.PDF if data[:5] == b"%PDF-" else PartKind.OTHER if data[:2] == b"PK" else PartKind.IMAGE
    created = {"format": "DOCX" if kind is PartKind.OTHER else ""} | more
    return Part(
        id=name, kind=created.pop("kind", kind), sha256=hashlib.sha256(data).hexdigest(), length=len(data), **created
    )


def _contents(words: dict[str, Any], photos: int) -> dict[str, bytes]:
    result = {f"photos-{at:02d}": photo(words, at) for at in range(1, photos + 1)}
    result["claim-1"] = scan(2)
    result["ruling-1"] = scan(1, wide=True)
    result["sms-1"] = photo(words, 99, size=(540, 960), form="PNG")
    result["press-1"] = scan(3)
    result["promise-1"] = scan(1)
    document = io.BytesIO()
    paper = Document()
    paper.add_paragraph(words["copy"])
    paper.save(document)
    result["voice-1"] = document.getvalue()
    return result


def photo(words: dict[str, Any], at: int, *, size: tuple[int, int] = (1200, 1600), form: str = "JPEG") -> bytes:
    """A photographed leaf of a notebook, with a camera's metadata and a place in it."""
    leaf = Image.new("RGB", size, (214, 208, 194))
    pen = ImageDraw.Draw(leaf)
    pen.rectangle((size[0] * 0.06, size[1] * 0.05, size[0] * 0.94, size[1] * 0.95), fill=(250, 248, 240))
    font = ImageFont.load_default(size=size[0] / 26)
    for line in range(int(size[1] * 0.12), int(size[1] * 0.9), int(size[1] * 0.045)):
        pen.line((size[0] * 0.1, line, size[0] * 0.9, line), fill=(180, 190, 215), width=2)
    pen.text((size[0] * 0.12, size[1] * 0.08), f"{at}   11-14.12.2017   SPECIMEN", fill=(30, 40, 110), font=font)
    for line in range(3, 15):
        pen.line(
            (
                size[0] * 0.12,
                size[1] * (0.1 + line * 0.045),
                size[0] * (0.4 + (line * at) % 5 / 10),
                size[1] * (0.1 + line * 0.045),
            ),
            fill=(30, 40, 110),
            width=5,
        )
    marks = Image.Exif()
    marks[0x010F] = "SpyPhone"
    marks.get_ifd(0x8825).update({1: "N", 2: (49.0, 42.0, 0.0), 3: "E", 4: (72.0, 36.0, 0.0)})
    target = io.BytesIO()
    leaf.save(target, form, exif=marks)
    return target.getvalue()


def scan(pages: int, *, wide: bool = False) -> bytes:
    """A PDF as a scanner makes it, with an action and a script that must not survive."""
    created = pikepdf.new()
    for at in range(1, pages + 1):
        page = created.add_blank_page(page_size=(842, 595) if wide else (595, 842))
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
        top = 520 if wide else 760
        lines = "".join(
            f"0 -26 Td (Specimen page {at}, line {n}: this text stands for a scanned court paper.) Tj "
            for n in range(1, 16)
        )
        page.obj.Contents = created.make_stream(f"BT /F 12 Tf 70 {top} Td {lines} ET".encode())
        page.obj.AA = pikepdf.Dictionary(
            O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(2)"))
        )
    created.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    created.docinfo["/Author"] = "Scanner of a named clerk"
    target = io.BytesIO()
    created.save(target, deterministic_id=True)
    return target.getvalue()
