"""What a paper is made of: the frozen values that services fill, redaction thins out, and the renderer prints.

Every value that holds words is generic: `PaperCase[Said]` is the source with its approvals and references to people,
`SharedCase` is the same shape in plain text, after redaction, with nothing left in it that may not be shown.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from hrd_cases.domain.arranging import SourcePage
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.wrong_references import WrongReference

W = TypeVar("W")


class Language(StrEnum):
    """The language a paper is written in; it may differ from the language of the pages."""

    RU = "ru"
    EN = "en"
    KK = "kk"
    FR = "fr"
    ES = "es"


class Variant(StrEnum):
    """Full, or protected: the same source with names and unapproved matter absent."""

    FULL = "full"
    PROTECTED = "protected"


class PartKind(StrEnum):
    """How one file of an exhibit is printed: as pictures, as pages, as words, or named on its slip-sheet only."""

    IMAGE = "image"
    PDF = "pdf"
    TEXT = "text"
    MAIL = "mail"
    OTHER = "other"


class Stance(StrEnum):
    """What the side that files says to one claim head or charge."""

    DENIED = "denied"
    PARTLY = "partly"
    ADMITTED = "admitted"
    COURT = "court"


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A reference to an exhibit by id; `page` (from 1) is a printed page of the exhibit itself, none: the whole."""

    exhibit: str
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Counsel(Generic[W]):
    """Who acts for a party, in what capacity, and the paper they act on with its last day."""

    name: W
    capacity: W
    authority: W
    issued: PartialDate | None = None
    expires: date | None = None


@dataclass(frozen=True, kw_only=True)
class Party(Generic[W]):
    """A party as named in the proceeding's own papers; `role` is printed as it stands ("Истец")."""

    role: W
    name: W
    address: W | None = None
    details: tuple[W, ...] = ()
    served: W | None = None
    counsel: tuple[Counsel[W], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Position(Generic[W]):
    """The answer to one claim head or charge: stance, grounds as paragraphs, law, exhibits that carry it."""

    head: W
    stance: Stance
    grounds: tuple[W, ...]
    law: tuple[W, ...] = ()
    exhibits: tuple[Cited, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section(Generic[W]):
    """A headed passage of the filing; `exhibits` are those it relies on."""

    heading: W
    paragraphs: tuple[W, ...]
    exhibits: tuple[Cited, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FilledField(Generic[W]):
    """What stands in one field of the recipient's form (KindField.key), paragraph by paragraph."""

    key: str
    texts: tuple[W, ...]


@dataclass(frozen=True, kw_only=True)
class Attachment(Generic[W]):
    """A paper attached to the filing that is no exhibit: a warrant, a receipt, a copy for a participant."""

    title: W
    sheets: int | None = None
    copies: int | None = None


@dataclass(frozen=True, kw_only=True)
class Filing(Generic[W]):
    """The filing itself. `title` is printed in capitals of its own; `requests` are numbered; exhibits of the bundle are
    listed as attachments first, then `attachments`."""

    court: W
    title: W
    case_number: W
    filed_by: W
    authority: W
    signatory: W
    signatory_capacity: W
    subtitle: W | None = None
    court_address: W | None = None
    registration_number: W | None = None
    contacts: W | None = None
    opening: tuple[W, ...] = ()
    positions: tuple[Position[W], ...] = ()
    sections: tuple[Section[W], ...] = ()
    filled: tuple[FilledField[W], ...] = ()
    requests: tuple[W, ...] = ()
    attachments: tuple[Attachment[W], ...] = ()
    copies_for: tuple[W, ...] = ()
    place: W | None = None
    day: date | None = None
    marked: bool = False  # our number and the version stand on every page


@dataclass(frozen=True, kw_only=True)
class HistoryStep(Generic[W]):
    """One step of the proceeding: what, before whom, under which number, with what result."""

    when: PartialDate | None
    step: W
    forum: W | None = None
    number: W | None = None
    result: W | None = None
    exhibits: tuple[Cited, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimHead(Generic[W]):
    """A charge or claim head: against whom, the legal basis with the edition of the law."""

    text: W
    against: W | None = None
    basis: W | None = None
    edition: W | None = None


@dataclass(frozen=True, kw_only=True)
class Fact(Generic[W]):
    """A fact chosen for this paper, with the exhibits that show it; reliability marks stay in the case file."""

    text: W
    when: PartialDate | None = None
    exhibits: tuple[Cited, ...] = ()
    disputed: bool = False
    language: Language | None = None


@dataclass(frozen=True, kw_only=True)
class Custody(Generic[W]):
    """A custody or other coercive measure and its next review."""

    person: W
    measure: W
    start: PartialDate | None = None
    end: PartialDate | None = None
    authority: W | None = None
    basis: W | None = None
    next_review: date | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of an exhibit: `sha256` (hex) and `length` of the exact original bytes, `turn` in degrees clockwise.

    `pages` (from 1; none = all) counts through all files of the exhibit, as printed. `arrangement` says in which order
    its own pages are printed and how each is turned. The bytes arrive separately under `id`.
    `seen`: where it is given, these pages of this file (from 1, as printed) and no other are printed, as pictures, and
    only while the file prints on `of` pages.
    """

    id: str
    kind: PartKind
    sha256: str
    length: int
    pages: tuple[int, ...] = ()
    turn: int = 0
    arrangement: tuple[SourcePage, ...] = ()
    format: str = ""
    as_file: bool = True
    seen: tuple[int, ...] | None = None
    of: int = 0


@dataclass(frozen=True, kw_only=True)
class Exhibit(Generic[W]):
    """An exhibit: files in order behind one slip-sheet, its label by `number` and `late`, its divider's heading."""

    id: RecordId
    number: int
    title: W
    parts: tuple[Part, ...]
    tab: W | None = None
    late: int = 0  # the place, from 1, of one that was added after the exhibits of a released paper
    dated: PartialDate | None = None
    author: W | None = None
    source: W | None = None
    language: W | None = None
    translation_of: str | None = None
    translator: W | None = None


@dataclass(frozen=True, kw_only=True)
class LegalSource(Generic[W]):
    """A law, treaty or decision relied on, with the edition that was read."""

    title: W
    citation: W | None = None
    edition: W | None = None
    passage: W | None = None


@dataclass(frozen=True, kw_only=True)
class PaperCase(Generic[W]):
    """All that one court paper prints; `kind` says how heads are called, `earlier` are labels of one it completes."""

    filing: Filing[W]
    parties: tuple[Party[W], ...]
    history: tuple[HistoryStep[W], ...] = ()
    heads: tuple[ClaimHead[W], ...] = ()
    facts: tuple[Fact[W], ...] = ()
    custody: tuple[Custody[W], ...] = ()
    exhibits: tuple[Exhibit[W], ...] = ()
    authorities: tuple[LegalSource[W], ...] = ()
    kind: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SharedCase(PaperCase[str]):
    """The case as one audience may see it: only plain text, made by `redaction.redact` and by nothing else."""


@dataclass(frozen=True, kw_only=True)
class IntegrityAnnex:
    """What the detachable annex adds to the hashes of the builder: who sealed, the log's checkpoint, how to check."""

    builder: str
    certificate_words: str
    checkpoint: str
    root_words: str


@dataclass(frozen=True, kw_only=True)
class DossierRequest:
    """One dossier to build. `built_at` is aware; `profile` a file of paper_kinds; `edited` is the clean PDF of a filing
    edited by hand, as base64: it stands in the place of the built one; `template` our own DOCX for the filing to edit.
    `forbidden` are words that must appear nowhere in any file that comes out."""

    case: SharedCase
    language: Language
    variant: Variant
    profile: str
    version: int
    paper_number: str
    built_at: datetime
    forbidden: tuple[str, ...] = ()
    hidden_names: tuple[str, ...] = ()  # those of the forbidden words that are names, to be found in any form
    settled: tuple[str, ...] = ()  # sentences of which somebody said that others are named in them
    annex: IntegrityAnnex | None = None
    edited: str = field(default="", repr=False)
    template: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.built_at.tzinfo is None:
            raise ValueError("built_at needs a time zone")


@dataclass(frozen=True, kw_only=True)
class EditedFiling:
    """A filing that came back edited, to be made clean: its PDF as base64, and the words that must not be in it."""

    pdf: str = field(repr=False)
    forbidden: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """The bytes of the PDF."""
        return b64decode(self.pdf)


@dataclass(frozen=True, kw_only=True)
class PageTexts:
    """What is written on the pages of a filing that came back edited, page by page."""

    pages: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class LetterRequest:
    """One letter on letterhead; `their_number` and `applicants` may be empty, `body` is paragraphs."""

    language: Language
    profile: str
    letterhead: tuple[str, ...]
    addressee: tuple[str, ...]
    applicants: tuple[str, ...]
    our_number: str
    day: date | None
    body: tuple[str, ...]
    signatory: str
    signatory_capacity: str
    built_at: datetime
    subject: str = ""
    their_number: str = ""
    attachments: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    template: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One place for which a paper is refused: `kind` is a key of REFUSALS, `page` the page in the exhibit, or of the
    paper where there is none, `field` where the word was typed, as a path into the case ('filing.requests');
    `sentence` the words around it, where a name stands that may be somebody else's."""

    kind: str
    exhibit: str = ""
    page: int = 0
    word: str = field(default="", repr=False)
    sentence: str = field(default="", repr=False, compare=False)
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusedPaper:
    """A refusal as it comes out of the building process: `detail` is for the log and holds no case data."""

    code: str
    detail: str
    places: tuple[Refusal, ...]


@dataclass(frozen=True, kw_only=True)
class PrintNote:
    """What a print does not show of its file (a key of printing.PRINT_NOTES), with a number or word to fill in."""

    code: str
    number: int = 0
    word: str = ""


@dataclass(frozen=True, kw_only=True)
class NotedExhibit:
    """An exhibit whose print differs from its file, and in what."""

    exhibit: str
    note: PrintNote


@dataclass(frozen=True, kw_only=True)
class NotPrinted:
    """An exhibit file that stands in the paper as a slip-sheet only, and why (a key of printing.NOT_PRINTED); the name
    under which the file itself is handed over, empty when it is not."""

    exhibit: str
    part: str
    reason: str
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class ManifestEntry:
    """One file of the paper: its name, SHA-256 (hex) and length in bytes."""

    name: str
    sha256: str
    length: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What was built: files with their hashes, hashes of originals by label, page numbers, what is not inside."""

    files: tuple[ManifestEntry, ...]
    exhibits: tuple[ManifestEntry, ...]
    pages: int
    first_pages: Mapping[str, int] = field(default_factory=dict)
    not_printed: tuple[NotPrinted, ...] = ()
    untranslated: tuple[int, ...] = ()
    noted: tuple[NotedExhibit, ...] = ()
    references: tuple[WrongReference, ...] = ()  # in its texts, that lead nowhere
