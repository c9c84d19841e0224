"""What enters a paper: who may read what, and the step from a source with people in it to plain
text. Whose consent is missing is said by consent_gate.py."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, cast

from hrd_cases.domain.ids import NamedId, RecordId
from hrd_cases.domain.page_approvals import ApprovedPages, absences, only_approved
from hrd_cases.domain.papers import Exhibit, Filing, PaperCase, SharedCase, Variant
from hrd_cases.domain.references import keep_references


class Recipient(StrEnum):
    """Who is to receive a paper; also the audience that free text is approved for."""

    COURT = "court"
    STATE_BODY = "state_body"
    LAWYER = "lawyer"
    PARTNER = "partner"
    UN_LETTER = "un_letter"
    UN_REPORT = "un_report"
    ILO = "ilo"
    NCP = "ncp"
    PUBLIC = "public"


class RecipientScope(StrEnum):
    """The consent scopes that open a paper to a recipient (C2 to C13 of the consent list)."""

    PARTNER = "C2"
    LAWYER = "C3"
    COURT = "C4"
    UN_LETTER = "C5"
    UN_REPORT = "C6"
    ILO = "C7"
    NCP = "C8"
    PUBLISH = "C10"
    IMAGE = "C12"
    MEDICAL = "C13"


class PersonAnswer(StrEnum):
    """What a person said to one scope."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


class Standing(StrEnum):
    """Why a person stands in the paper. Officials in office, and parties as the proceeding's own papers name them,
    are not asked."""

    SUPPORTED = "supported"
    SOURCE = "source"
    OFFICIAL = "official"
    PARTY = "party"


class Choice(StrEnum):
    """What to do about a person whose consent is missing."""

    PSEUDONYM = "pseudonym"
    LEAVE_OUT = "leave_out"
    OVERRIDE = "override"


NEEDS: Mapping[Recipient, frozenset[RecipientScope]] = {
    Recipient.COURT: frozenset({RecipientScope.COURT}),
    Recipient.STATE_BODY: frozenset({RecipientScope.COURT}),
    Recipient.LAWYER: frozenset({RecipientScope.LAWYER}),
    Recipient.PARTNER: frozenset({RecipientScope.PARTNER}),
    Recipient.UN_LETTER: frozenset({RecipientScope.UN_LETTER}),
    Recipient.UN_REPORT: frozenset(
        {RecipientScope.UN_LETTER, RecipientScope.UN_REPORT}
    ),  # the Government reads it before the public
    Recipient.ILO: frozenset({RecipientScope.ILO}),
    Recipient.NCP: frozenset({RecipientScope.NCP}),
    Recipient.PUBLIC: frozenset({RecipientScope.PUBLISH}),
}
UNAPPROVED, PERSON, EXHIBIT, SOURCE, BELONGS = "unapproved", "person", "exhibit", "source", "belongs"
NEUTRAL = "neutral"
ASKED = frozenset({Standing.SUPPORTED, Standing.SOURCE})


@dataclass(frozen=True, kw_only=True)
class Who:
    """A reference to a person inside words, in place of their name; `form` chooses a case or script of the name.

    `text` are the very words that stood there: who is shown is shown by them.
    """

    person: NamedId
    form: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class RedactedText:
    """Words of the source: text and references to people in order. Free text passes into a protected paper only for the
    audiences in `approved_for`; words that are only references, or `structured` (coded values, offices of the
    directory), always pass. `written` is what somebody typed. `owned` words belong to the people they refer to, as a
    telephone does: where one of them is hidden they are absent, since no pseudonym may stand for them."""

    pieces: tuple[str | Who, ...]
    approved_for: frozenset[Recipient] = frozenset()
    structured: bool = False
    written: str = ""
    owned: bool = False

    @property
    def people(self) -> frozenset[NamedId]:
        """The ids of everyone these words refer to."""
        return frozenset(piece.person for piece in self.pieces if isinstance(piece, Who))

    @property
    def free(self) -> bool:
        """True when somebody typed it and nobody but an approval can say what is in it."""
        return not self.structured and any(isinstance(piece, str) and piece.strip() for piece in self.pieces)


@dataclass(frozen=True, kw_only=True)
class PersonInPaper:
    """One natural person a paper refers to: `names` by form ('' is the usual one), pseudonyms likewise, consents by
    scope. `other_names` (further scripts, former names, number, telephone) are only searched for, never printed."""

    id: NamedId
    standing: Standing
    names: Mapping[str, str]
    pseudonyms: Mapping[str, str]
    consents: Mapping[RecipientScope, PersonAnswer] = field(default_factory=dict)
    other_names: tuple[str, ...] = ()

    def name(self, form: str) -> str:
        """The name in this form, or the usual one."""
        return self.names.get(form) or self.names[""]

    def pseudonym(self, form: str) -> str:
        """The pseudonym in this form, or the usual one."""
        return self.pseudonyms.get(form) or self.pseudonyms[""]


@dataclass(frozen=True, kw_only=True)
class ExhibitRules:
    """What the case file says about showing one exhibit: its pages approved one by one, who is seen in it, whose health
    it shows. `pictures`: it is shown by approved pages alone in the full version, too."""

    approved_for: frozenset[Recipient] = frozenset()
    pages: ApprovedPages = field(default_factory=ApprovedPages)
    pictures: bool = False
    source_may_be_named: bool = False
    pictured: tuple[str, ...] = ()
    medical_of: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonDecision:
    """The choice made for one person; an override carries its reason and the second person who agreed."""

    choice: Choice
    reason: str = ""
    chosen_by: str = ""
    second_person: str = ""

    def __post_init__(self) -> None:
        if self.choice is Choice.OVERRIDE and not (self.reason.strip() and self.second_person):
            raise ValueError("an override needs a reason and a second person")
        if self.choice is Choice.OVERRIDE and self.second_person == self.chosen_by:
            raise ValueError("an override needs a second person, never oneself")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The source of a paper before redaction: the case with references, its people, the rules of its exhibits,
    choices made; `edited` is what a filing that came back edited says, page by page, `own` what our template says."""

    case: PaperCase[RedactedText]
    people: Mapping[NamedId, PersonInPaper]
    exhibits: Mapping[RecordId, ExhibitRules] = field(default_factory=dict)
    decisions: Mapping[NamedId, PersonDecision] = field(default_factory=dict)
    edited: tuple[RedactedText, ...] = ()
    own: tuple[RedactedText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A text that this audience does not get: its place ('Party.name'), what was written, and why."""

    place: str
    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Thinned:
    """The outcome of redaction: the case as this audience may see it, what must be nowhere in it, what was left out."""

    case: SharedCase
    forbidden: tuple[str, ...]
    hidden: frozenset[NamedId]  # whose names those are, by id
    left_out: tuple[LeftOut, ...]


def redact(draft: Draft, recipient: Recipient, variant: Variant) -> Thinned:
    """Make the case this audience may see; raises KeyError for a reference to someone who is not in the draft."""
    thinner = _Thinner(draft=draft, recipient=recipient, variant=variant)
    exhibits = tuple(thinned for exhibit in draft.case.exhibits if (thinned := thinner.exhibit(exhibit)) is not None)
    case = draft.case
    shown_ids = {exhibit.id: thinner.pages_of(exhibit.id) for exhibit in exhibits}
    shared = SharedCase(
        filing=thinner.filing(case.filing),
        parties=thinner.those_with("name", case.parties),
        history=thinner.those_with("step", case.history),
        heads=thinner.those_with("text", case.heads),
        facts=thinner.those_with("text", case.facts),
        custody=tuple(item for item in thinner.those_with("person", case.custody) if item.measure),
        exhibits=exhibits,
        authorities=thinner.those_with("title", case.authorities),
        kind=case.kind,
        earlier=case.earlier,
    )
    return Thinned(
        case=cast(SharedCase, keep_references(shared, shown_ids)),
        forbidden=thinner.forbidden(),
        hidden=thinner.hidden(),
        left_out=tuple(dict.fromkeys(thinner.left_out)),
    )


def thin(draft: Draft, recipient: Recipient, variant: Variant) -> tuple[object, tuple[str, ...], tuple[LeftOut, ...]]:
    """All words of a draft as this audience may read them, what must be nowhere in them, what was left out."""
    thinner = _Thinner(draft=draft, recipient=recipient, variant=variant)
    return thinner.thin(draft.case), thinner.forbidden(), tuple(thinner.left_out)


def as_written(draft: Draft, text: RedactedText) -> str:
    """Words as they were typed, with the names in them: for who prepares the paper, never for its reader."""
    return text.written or "".join(
        piece if isinstance(piece, str) else draft.people[piece.person].name(piece.form) for piece in text.pieces
    )


def as_read(draft: Draft, text: RedactedText, recipient: Recipient) -> str:
    """Words as the reader of a protected paper reads them once they are approved."""
    return _Thinner(draft=draft, recipient=recipient, variant=Variant.PROTECTED).speak(text)


def concealed(draft: Draft, text: RedactedText, recipient: Recipient) -> bool:
    """True for words that belong to somebody whom a protected paper hides: no approval lets them pass."""
    return _Thinner(draft=draft, recipient=recipient, variant=Variant.PROTECTED).conceals(text)


def shows(draft: Draft, exhibit: RecordId, recipient: Recipient, variant: Variant) -> bool:
    """True when this audience gets this exhibit."""
    rules = draft.exhibits.get(exhibit, ExhibitRules())
    people = {*rules.names, *rules.pictured, *rules.medical_of}
    left_out = {person for person, decision in draft.decisions.items() if decision.choice is Choice.LEAVE_OUT}
    if people & left_out:
        return False
    return not by_pages(rules, variant) or (recipient in rules.approved_for and bool(rules.pages.files))


def by_pages(rules: ExhibitRules, variant: Variant) -> bool:
    """True where an exhibit is shown by those of its pages that were approved one by one, and by nothing else."""
    return variant is Variant.PROTECTED or rules.pictures


def placed(value: object, place: str = "") -> Iterator[tuple[str, RedactedText]]:
    """Every text inside a value with its place, 'Filing.title'."""
    if isinstance(value, RedactedText):
        yield place, value
    elif isinstance(value, tuple):
        for item in value:
            yield from placed(item, place)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from placed(getattr(value, each.name), f"{type(value).__name__}.{each.name}")


class _Thinner:
    """Turns source words into text for one audience and lists what it drops."""

    def __init__(self, *, draft: Draft, recipient: Recipient, variant: Variant) -> None:
        self._draft = draft
        self._recipient = recipient
        self._variant = variant
        self.left_out: list[LeftOut] = []

    def thin(self, value: object, place: str = "") -> Any:  # noqa: ANN401  # what `value` is, said in text
        """Replace every RedactedText inside by text: what is not approved is left out of a tuple, empty elsewhere."""
        if isinstance(value, RedactedText):
            return self._say(value, place) or ""
        if isinstance(value, tuple):
            text = (
                self._say(item, place) if isinstance(item, RedactedText) else self.thin(item, place) for item in value
            )
            return tuple(item for item in text if item is not None)
        if is_dataclass(value) and not isinstance(value, type):
            kind = type(value).__name__
            changes = {item.name: self.thin(getattr(value, item.name), f"{kind}.{item.name}") for item in fields(value)}
            return replace(value, **changes)
        return value

    def filing(self, filing: Filing[RedactedText]) -> Filing[str]:
        """The filing; a position without its head, a passage or an attachment without words is no part of it."""
        thinned = self.thin(replace(filing, positions=(), sections=(), attachments=()))
        sections = (self.thin(section) for section in filing.sections)
        return cast(
            "Filing[str]",
            replace(
                thinned,
                positions=self.those_with("head", filing.positions),
                sections=tuple(section for section in sections if section.heading or section.paragraphs),
                attachments=self.those_with("title", filing.attachments),
            ),
        )

    def those_with(self, name: str, values: Iterable[object]) -> tuple[Any, ...]:
        """Those whose field `name` this audience may read, thinned; of the others everything is left out."""
        return tuple(thinned for value in values if getattr(thinned := self._whole(name, value), name))

    def exhibit(self, exhibit: Exhibit[RedactedText]) -> Exhibit[str] | None:
        """The exhibit as this audience may see it, or None when it may not."""
        if not shows(self._draft, exhibit.id, self._recipient, self._variant):
            self._drop("Exhibit.title", exhibit.title, EXHIBIT)
            return None
        exhibit = self._by_pages(exhibit)
        rules = self._draft.exhibits.get(exhibit.id, ExhibitRules())
        source = exhibit.source if rules.source_may_be_named and self._variant is Variant.FULL else None
        if source is None and exhibit.source is not None:
            self._drop("Exhibit.source", exhibit.source, SOURCE)
        if self._variant is Variant.PROTECTED:  # the paper gives it a title of its own; who wrote it stays behind
            for name in ("title", "author", "translator"):
                if (typed := getattr(exhibit, name)) is not None:
                    self._drop(f"Exhibit.{name}", typed, NEUTRAL)
            exhibit = replace(exhibit, title=RedactedText(pieces=()), author=None, translator=None)
        return cast("Exhibit[str]", self.thin(replace(exhibit, source=source)))

    def pages_of(self, exhibit: RecordId) -> ApprovedPages | None:
        """The pages by which an exhibit is shown; None where it is shown whole."""
        rules = self._draft.exhibits.get(exhibit, ExhibitRules())
        return rules.pages if by_pages(rules, self._variant) else None

    def _by_pages(self, exhibit: Exhibit[RedactedText]) -> Exhibit[RedactedText]:
        """The exhibit with its approved pages alone; a file without any is absent."""
        pages = self.pages_of(exhibit.id)
        if pages is None:
            return exhibit
        for text, why in absences(as_written(self._draft, exhibit.title), pages):
            self.left_out.append(LeftOut(place="Exhibit.pages", text=text, why=why))
        return only_approved(exhibit, pages)

    def forbidden(self) -> tuple[str, ...]:
        """Every name and other mark of those who are hidden in this paper."""
        terms: set[str] = set()
        for person in self._draft.people.values():
            if self._hides(person):
                values = {*person.pseudonyms.values()}
                terms |= {term for term in (*person.names.values(), *person.other_names) if term.strip()} - values
        return tuple(sorted(terms))

    def hidden(self) -> frozenset[NamedId]:
        """Who is hidden in this paper."""
        return frozenset(person.id for person in self._draft.people.values() if self._hides(person))

    def _hides(self, person: PersonInPaper) -> bool:
        decision = self._draft.decisions.get(person.id)
        if decision is not None and decision.choice in (Choice.PSEUDONYM, Choice.LEAVE_OUT):
            return True
        if person.standing is Standing.OFFICIAL:
            return False
        return self._variant is Variant.PROTECTED

    def _whole(self, name: str, value: object) -> object:
        before = len(self.left_out)
        thinned = self.thin(value)
        if not getattr(thinned, name):
            del self.left_out[before:]
            for place, text in placed(value):
                why = self._why(text)
                if why or text.free:
                    self._drop(place, text, why or BELONGS)
        return thinned

    def _say(self, text: RedactedText, place: str) -> str | None:
        why = self._why(text)
        if why:
            self._drop(place, text, why)
            return None
        return self.speak(text)

    def speak(self, text: RedactedText) -> str:
        """Words with each person as this audience may know them."""
        return "".join(piece if isinstance(piece, str) else self._speak(piece) for piece in text.pieces)

    def conceals(self, text: RedactedText) -> bool:
        """True for words that belong to somebody who is hidden."""
        return text.owned and any(self._hides(self._draft.people[person]) for person in text.people)

    def _why(self, text: RedactedText) -> str:
        """Why this audience does not get these words; empty when it does."""
        decisions = self._draft.decisions
        if any(p in decisions and decisions[p].choice is Choice.LEAVE_OUT for p in text.people):
            return PERSON
        if self.conceals(text):
            return PERSON
        protected = self._variant is Variant.PROTECTED
        return UNAPPROVED if protected and text.free and self._recipient not in text.approved_for else ""

    def _drop(self, place: str, wording: RedactedText, why: str) -> None:
        text = as_written(self._draft, wording)
        if text.strip():
            self.left_out.append(LeftOut(place=place, text=text, why=why))

    def _speak(self, who: Who) -> str:
        person = self._draft.people[who.person]
        return person.pseudonym(who.form) if self._hides(person) else who.text or person.name(who.form)
