"""The texts of a paper one by one, each with its place: to approve, to list as left out, to bind an override to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.papers import Exhibit
from hrd_cases.domain.redaction import Draft, LeftOut, Recipient, RedactedText, as_read, as_written, concealed, placed
from hrd_cases.domain.words import N_

TAB = "Exhibit.tab"
PLACES: Mapping[str, str] = {
    "Filing.court": N_("Court"),
    "Filing.title": N_("What it is called"),
    "Filing.subtitle": N_("Second line of the title"),
    "Filing.court_address": N_("Address of the court"),
    "Filing.case_number": N_("Number of the case"),
    "Filing.registration_number": N_("Number in the unified register"),
    "Filing.filed_by": N_("Who files"),
    "Filing.contacts": N_("Telephone and mail of whoever files"),
    "Filing.authority": N_("On what authority"),
    "Filing.signatory": N_("Who signs"),
    "Filing.signatory_capacity": N_("Signs as"),
    "Filing.opening": N_("Opening"),
    "Filing.requests": N_("Request"),
    "Filing.copies_for": N_("Copies for"),
    "Filing.place": N_("Place"),
    "Attachment.title": N_("Attachment"),
    "Position.head": N_("Head of claim or charge"),
    "Position.grounds": N_("Grounds"),
    "Position.law": N_("Law relied on"),
    "Section.heading": N_("Heading"),
    "Section.paragraphs": N_("Passage"),
    "FilledField.texts": N_("Field of this form"),
    "Party.role": N_("Role of a party"),
    "Party.name": N_("Party"),
    "Party.address": N_("Address of a party"),
    "Party.details": N_("Number, telephone or mail of a party"),
    "Party.served": N_("Served"),
    "Counsel.name": N_("Counsel"),
    "Counsel.capacity": N_("Counsel"),
    "Counsel.authority": N_("Authority of counsel"),
    "HistoryStep.step": N_("History of the proceeding"),
    "HistoryStep.forum": N_("History of the proceeding"),
    "HistoryStep.number": N_("History of the proceeding"),
    "HistoryStep.result": N_("History of the proceeding"),
    "ClaimHead.text": N_("Table of charges or claim heads"),
    "ClaimHead.against": N_("Table of charges or claim heads"),
    "ClaimHead.basis": N_("Table of charges or claim heads"),
    "ClaimHead.edition": N_("Table of charges or claim heads"),
    "Fact.text": N_("Fact"),
    "Custody.person": N_("Custody"),
    "Custody.measure": N_("Custody"),
    "Custody.authority": N_("Custody"),
    "Custody.basis": N_("Custody"),
    "Exhibit.title": N_("Exhibit"),
    TAB: N_("Heading of a divider"),
    "Exhibit.author": N_("Author of an exhibit"),
    "Exhibit.source": N_("Source of an exhibit"),
    "Exhibit.language": N_("Language of an exhibit"),
    "Exhibit.translator": N_("Translator of an exhibit"),
    "Exhibit.pages": N_("Pages of an exhibit"),
    "LetterWords.addressee": N_("Addressee"),
    "LetterWords.applicants": N_("Applicants"),
    "LetterWords.our_number": N_("Our number"),
    "LetterWords.their_number": N_("Their number"),
    "LetterWords.subject": N_("Subject"),
    "LetterWords.body": N_("Text"),
    "LetterWords.attachments": N_("Attachment"),
    "LetterWords.signatory": N_("Signed by"),
    "LegalSource.title": N_("Laws and decisions relied on"),
    "LegalSource.citation": N_("Laws and decisions relied on"),
    "LegalSource.edition": N_("Laws and decisions relied on"),
    "LegalSource.passage": N_("Laws and decisions relied on"),
}
OTHER = N_("Other text")
WHY_LEFT_OUT: Mapping[str, str] = {
    "unapproved": N_("not approved"),
    "person": N_("speaks of somebody who is left out"),
    "exhibit": N_("exhibit not approved, or it shows somebody who is left out"),
    "source": N_("the source may not be named"),
    "belongs": N_("belongs to something that is left out"),
    "neutral": N_("the paper names it in its own words"),
    "pages": N_("not seen and approved"),
    "unseen": N_("some of its pages were not looked at yet"),
}
_OF_PAGES = {"ru": N_("Russian"), "kk": N_("Kazakh"), "en": N_("English")}
LANGUAGE_WORDS: Mapping[str, str] = {**_OF_PAGES, "fr": N_("French"), "es": N_("Spanish")}


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One text of a paper: where it stands, what somebody typed, how its reader gets it, the mark that approves it."""

    place: str
    said: RedactedText
    text: str
    read: str
    mark: str

    @property
    def label(self) -> str:
        """Its place, as a msgid."""
        return label(self.place)

    @property
    def approved(self) -> bool:
        """True when it may stand in the protected version."""
        return bool(self.said.approved_for)


def label(place: str) -> str:
    """The place of a text, as a msgid."""
    return PLACES.get(place, OTHER)


def mark(recipient: Recipient, text: str) -> str:
    """The mark of a text that was approved for a recipient: another text, or another recipient, has another."""
    return sha256(f"{recipient.value}\n{text}".encode()).hexdigest()[:32]


def passages(draft: Draft, recipient: Recipient) -> Iterator[Passage]:
    """Every text of a protected paper in its order."""
    for place, wording in placed(draft.case):
        text, read = as_written(draft, wording), as_read(draft, wording, recipient)
        yield Passage(place=place, said=wording, text=text, read=read, mark=mark(recipient, text))


def to_approve(draft: Draft, recipient: Recipient) -> tuple[Passage, ...]:
    """What somebody typed and a protected paper holds only when it was approved; each text once.

    Exhibits are approved page by page, with the pages before one's eyes; the headings of dividers are texts.
    """
    typed = (
        passage
        for passage in passages(draft, recipient)
        if passage.said.free
        and (passage.place == TAB or not passage.place.startswith("Exhibit."))
        and not concealed(draft, passage.said, recipient)
    )
    return tuple({passage.mark: passage for passage in typed}.values())


def of_person(draft: Draft, person: NamedId) -> tuple[str, ...]:
    """Every text and exhibit of a paper by which a person is named, seen or heard: what an override is given for."""
    texts = (*(item for _, item in placed(draft.case)), *draft.edited, *draft.own)
    lines = [as_written(draft, text) for text in texts if person in text.people]
    titles = {exhibit.id: f"{as_written(draft, exhibit.title)} {_files(exhibit)}" for exhibit in draft.case.exhibits}
    words = [
        titles[exhibit]
        for exhibit, rules in draft.exhibits.items()
        if exhibit in titles and person in {*rules.names, *rules.pictured, *rules.medical_of}
    ]
    return tuple(dict.fromkeys((*lines, *words)))


def _files(exhibit: Exhibit[RedactedText]) -> str:
    """Which files and pages of an exhibit, so that others are not taken for them."""
    parts = (f"{part.sha256[:8]}{':' if part.pages else ''}{','.join(map(str, part.pages))}" for part in exhibit.parts)
    return f"({' '.join(parts)})"


def by_place(left_out: tuple[LeftOut, ...]) -> tuple[tuple[str, tuple[LeftOut, ...]], ...]:
    """What was left out, grouped by its place (a msgid)."""
    results: dict[str, list[LeftOut]] = {}
    for out in left_out:
        results.setdefault(label(out.place), []).append(out)
    return tuple((place, tuple(texts)) for place, texts in results.items())
