"""The choices that a paper is made from: what each step asks, and how they rest in the paper's record."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, make_dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import date
from functools import lru_cache
from hashlib import sha256

from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import (
    Coded,
    CodedMany,
    Day,
    Declared,
    Entity,
    Field,
    Flag,
    Link,
    Links,
    Rows,
    Text,
    TextLine,
    declare,
    entity_for,
    fields_of,
)
from hrd_cases.domain.ids import NamedId, RecordId
from hrd_cases.domain.kind_fields import KindAnswer
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.overrides import Overridden, overridden
from hrd_cases.domain.page_approvals import PageApproval
from hrd_cases.domain.paper_matter import CompletedPaper, MatterPlan, PrintedExhibit, evidence_of
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.profiles import CODED, FormatProfile, KindField, profiles
from hrd_cases.domain.redaction import Choice, Draft, PersonDecision, Recipient
from hrd_cases.domain.typed_text import several
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.render import wire

AT = "identity"  # the part of the case in which all of it rests
TEXT = N_("Text")
EVIDENCE_FOR_IT = N_("Exhibits that carry it")


@dataclass(frozen=True, kw_only=True)
class PaperStart:
    """Step 1: which proceeding, in which language, for whose eyes."""

    title: str = declare(TextLine(), N_("Name of this paper in our files"), at=AT, required=True)
    action: RecordId = declare(Link(to=entity_for(LegalAction).code), N_("Legal action"), at=AT, required=True)
    language: str = declare(Coded(list="paper_languages"), N_("Language of the paper"), at=AT, required=True)
    variant: str = declare(
        Coded(list="paper_variants"),
        N_("Version"),
        at=AT,
        required=True,
        hint=N_("Protected: names and whatever nobody approved are absent, not covered"),
    )


@dataclass(frozen=True, kw_only=True)
class PositionPlan:
    """What we say to one head of claim or charge."""

    head: str = declare(Text(rows=2), N_("Head of claim or charge"))
    stance: str = declare(Coded(list="paper_stances"), N_("Our position"))
    grounds: str = declare(Text(rows=5), N_("Grounds"), hint=N_("An empty line begins a new paragraph"))
    law: str = declare(
        Text(rows=2), N_("Law relied on, one a line"), hint=N_("Article, part, name of the law, and its edition")
    )
    exhibits: tuple[RecordId, ...] = declare(Links(to=entity_for(Evidence).code), EVIDENCE_FOR_IT)


@dataclass(frozen=True, kw_only=True)
class SectionPlan:
    """A passage of the filing under a heading of its own."""

    heading: str = declare(TextLine(), N_("Heading"))
    text: str = declare(Text(rows=6), N_("Text"))
    exhibits: tuple[RecordId, ...] = declare(Links(to=entity_for(Evidence).code), EVIDENCE_FOR_IT)


@dataclass(frozen=True, kw_only=True)
class FilingPlan:
    """Step 2: the filing itself. Lists are typed one a line."""

    profile: str = declare(
        Coded(list="paper_profiles"),
        N_("Form of the paper"),
        at=AT,
        required=True,
        hint=N_("Decides who will read it: whose consent is asked for, and whether pre-trial secrecy allows it"),
    )
    title: str = declare(TextLine(), N_("What it is called"), at=AT, required=True, section=N_("Heading of the filing"))
    subtitle: str = declare(
        TextLine(max=400), N_("Second line of the title"), at=AT, section=N_("Heading of the filing")
    )
    court: str = declare(TextLine(), N_("Court"), at=AT, required=True, section=N_("Heading of the filing"))
    court_address: str = declare(
        TextLine(max=300), N_("Address of the court"), at=AT, section=N_("Heading of the filing")
    )
    case_number: str = declare(TextLine(), N_("Number of the case"), at=AT, section=N_("Heading of the filing"))
    registration: str = declare(
        TextLine(), N_("Number in the unified register"), at=AT, section=N_("Heading of the filing")
    )
    details: tuple[str, ...] = declare(
        Links(to="detail"),
        N_("IIN, BIN, telephone and mail of the parties, and how counsel is reached"),
        at=AT,
        section=N_("Heading of the filing"),
        hint=N_("Each is printed only if you tick it. Where its person is hidden, it is absent all the same"),
    )
    filed_by: str = declare(TextLine(max=300), N_("Who files"), at=AT, required=True, section=N_("Who files"))
    contacts: str = declare(
        TextLine(max=300),
        N_("Further contacts of whoever files"),
        at=AT,
        section=N_("Who files"),
        hint=N_("Beside what is ticked above from the file: it is printed as you write it"),
    )
    authority: str = declare(
        Text(rows=2), N_("On what authority, one document a line"), at=AT, required=True, section=N_("Who files")
    )
    authority_expires: date | None = declare(Day(), N_("Authority valid until"), at=AT, section=N_("Who files"))
    signatory: str = declare(TextLine(), N_("Who signs"), at=AT, required=True, section=N_("Who files"))
    capacity: str = declare(TextLine(), N_("Signs as"), at=AT, section=N_("Who files"))
    opening: str = declare(Text(rows=5), N_("Opening"), at=AT, section=TEXT)
    positions: tuple[PositionPlan, ...] = declare(Rows(item=PositionPlan, blank=1), N_("Position"), at=AT, section=TEXT)
    sections: tuple[SectionPlan, ...] = declare(Rows(item=SectionPlan, blank=1), N_("Passage"), at=AT, section=TEXT)
    requests: str = declare(
        Text(rows=4), N_("What we ask the court for, one a line"), at=AT, required=True, section=N_("Request")
    )
    attachments: str = declare(
        Text(rows=2), N_("Attachments that are no exhibits, one a line"), at=AT, section=N_("Request")
    )
    copies_for: str = declare(Text(rows=2), N_("Copies for, one a line"), at=AT, section=N_("Request"))
    place: str = declare(TextLine(), N_("Place"), at=AT, section=N_("Request"))
    day: date | None = declare(Day(), N_("Date of the paper"), at=AT, section=N_("Request"))
    marked: bool = declare(
        Flag(), N_("Our number and the version are printed on every page"), at=AT, section=N_("Request")
    )
    filled: tuple[
        KindAnswer, ...
    ] = ()  # the fields of the form itself (kind_step); of other forms too, if they were used


@dataclass(frozen=True, kw_only=True)
class PersonPlan:
    """What was decided about a person whose consent is missing; an override counts once a second person agreed.

    An override is given for what `texts` say to `recipient` in spite of the answers in `consents`, for nothing else.
    """

    person: NamedId
    choice: str
    reason: str = ""
    by: str = ""
    second: str = ""
    recipient: str = ""
    consents: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """True while nobody else has agreed to the override."""
        return self.choice == Choice.OVERRIDE.value and not self.second

    @property
    def decides(self) -> bool:
        """True when it counts: an override once somebody else agreed."""
        return not self.waiting and self.choice in set(Choice)

    @property
    def decision(self) -> PersonDecision:
        """What was decided, as redaction knows it."""
        return PersonDecision(
            choice=Choice(self.choice), reason=self.reason, chosen_by=self.by, second_person=self.second
        )

    @property
    def mark(self) -> str:
        """What the second person sees, in one mark: another text or reason has another."""
        return sha256(wire.pack(replace(self, second=""))).hexdigest()[:32]

    def given_for(self, now: Overridden) -> bool:
        """True for an override that was given for just this."""
        then = Overridden(recipient=self.recipient, consents=self.consents, texts=self.texts)
        return self.choice == Choice.OVERRIDE.value and then == now


def decided(  # one form: who, what, why
    people: tuple[PersonPlan, ...],
    person: NamedId,
    choice: str,
    reason: str,
    *,
    by: str,
    value: Callable[[], Overridden],
) -> tuple[PersonPlan, ...]:
    """What is decided about the people of a paper or letter, with a new choice for one of them.

    Every other word than a choice asks again: no decision stands. An override needs a reason, waits for a second
    person, and holds for what it is `value` for.
    """
    others = tuple(person_plan for person_plan in people if person_plan.person != person)
    if choice not in set(Choice):
        return others
    why = several(reason, "reason", 2_000)
    plan = PersonPlan(person=person, choice=choice, reason=why, by=by)
    if choice == Choice.OVERRIDE.value:
        if not why:
            raise RuleBroken(N_("Say why it must be done without consent: a second person reads it."), place="reason")
        now = value()
        plan = replace(plan, recipient=now.recipient, consents=now.consents, texts=now.texts)
    return (*others, plan)


def agreed(
    people: tuple[PersonPlan, ...], person_plan: PersonPlan | None, mark: str, *, by: str
) -> tuple[PersonPlan, ...]:
    """The same with the agreement of a second person to an override as it was shown (`mark`); never to one's own."""
    if person_plan is None or not person_plan.waiting:
        raise RuleBroken(N_("Nobody waits for this agreement any more."))
    if person_plan.by == by:
        raise Forbidden
    if person_plan.mark != mark:
        raise RuleBroken(N_("This was changed while you read it. Read it again."))
    return tuple(replace(person, second=by) if person is person_plan else person for person in people)


def second_asked(people: tuple[PersonPlan, ...], among: Collection[str] | None = None) -> str:
    """The account that asked for an override for somebody (`among` these) to which nobody else has agreed; or empty."""
    waiting = (person_plan for person_plan in people if person_plan.waiting)
    return next((person_plan.by for person_plan in waiting if among is None or person_plan.person in among), "")


@dataclass(frozen=True, kw_only=True)
class SignPlan:
    """What is printed in place of a sign that no font has; nothing: it is left out."""

    sign: str
    instead: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperPlan:
    """Every choice of one paper; `built` counts the versions made so far.

    `approved` are the marks (passages.mark) of typed texts that may stand in the protected version, `pages` what was
    said of the pages of exhibits, `completes` the paper that this one is a supplement to.
    """

    filing: FilingPlan = field(default_factory=FilingPlan)
    matter: MatterPlan = field(default_factory=MatterPlan)
    people: tuple[PersonPlan, ...] = ()
    approved: tuple[str, ...] = ()
    pages: tuple[PageApproval, ...] = ()
    signs: tuple[SignPlan, ...] = ()
    built: int = 0
    completes: CompletedPaper | None = None
    printed: tuple[PrintedExhibit, ...] = ()  # once it is released

    def place(self, at: int) -> tuple[int, int]:
        """(number, late) of the exhibit at this place, from 1: in a supplement they follow those of its paper."""
        return self.completes.place(at) if self.completes else (at, 0)

    def available(self, evidence: Mapping[RecordId, Evidence]) -> dict[RecordId, Evidence]:
        """The evidence that can be an exhibit, by each of its places: in a supplement none that its paper has."""
        before = {evidence_of(exhibit.evidence) for exhibit in self.completes.exhibits} if self.completes else ()
        free = {item: value for item, value in evidence.items() if item not in before}
        places = (plan.evidence for plan in self.matter.exhibits)
        return free | {place: free[evidence_of(place)] for place in places if evidence_of(place) in free}

    def stored(self) -> object:
        """The choices as the paper's record holds them."""
        return json.loads(wire.pack(self))

    def of(self, person: NamedId) -> PersonPlan | None:
        """What was decided about a person."""
        return next((person_plan for person_plan in self.people if person_plan.person == person), None)


def plan_of(stored: object) -> PaperPlan:
    """The choices that a record holds; raises RuleBroken for a shape that is no longer known."""
    if not stored:
        return PaperPlan()
    try:
        return wire.unpack(PaperPlan, json.dumps(stored).encode())
    except (TypeError, ValueError, KeyError):
        raise RuleBroken(N_("The choices of this paper are of another version. Begin a new paper.")) from None


def step(code: str, cls: type[Declared], label: str) -> Entity:
    """A step as a form: declared like a record, kept inside the paper."""
    return Entity(
        code=code, letter="", vault=CASE_VAULT, label=label, plural=label, new=label, cls=cls, fields=fields_of(cls),
        title=lambda value: "",
    )  # fmt: skip


OWN = "own_"  # + the key of a field of the form: its name in step 2


@lru_cache(maxsize=64)
def filing_step(profile: str, language: str, to: str = "") -> Entity:
    """Step 2 as a paper in this form has it, with the fields of the form in the language of the page.

    `to`: the form that was chosen instead, if another was. Nothing of the old one is required then.
    """
    form, wanted = profiles().get(profile), profiles().get(to or profile)
    if form is None or wanted is None:
        return STEPS[2]
    asked = [each for each in form.fields if each.asked]
    comes_again = form is not wanted and wanted.fields  # this page, with the fields of the form that was chosen
    needed = {"profile"} if comes_again else {each.name for each in fields_of(FilingPlan)} - set(wanted.omits)
    declared = [(OWN + each.key, object, _form_field(each, language, needed=form is wanted)) for each in asked]
    cls = make_dataclass("KindFiling", declared, bases=(FilingPlan,), frozen=True, kw_only=True)
    fields = [
        replace(each, required=each.required and each.name in needed, label=_called(form, each, language))
        for each in fields_of(FilingPlan)
        if each.name not in form.omits
    ]
    at = next(number for number, each in enumerate(fields) if each.section == TEXT)
    own = [each for each in fields_of(cls) if each.name.startswith(OWN)]
    return replace(STEPS[2], cls=cls, fields=(*fields[:at], *own, *fields[at:]))


def in_step(filing: FilingPlan, entity: Entity) -> Declared:
    """The choices as the form of step 2 shows them."""
    answers = {OWN + answer.key: answer.codes or answer.text for answer in filing.filled}
    own = {each.name: answers.get(each.name) or each.kind.empty for each in entity.fields if each.name.startswith(OWN)}
    return entity.cls(**{**vars(filing), **own})


def of_step(value: FilingPlan) -> FilingPlan:
    """The choices that the form of step 2 gave; what was typed for another form stays for it."""
    own = {name.removeprefix(OWN): typed for name, typed in vars(value).items() if name.startswith(OWN)}
    answers = [answer for answer in value.filled if answer.key not in own]
    answers += [
        KindAnswer(key=key, codes=typed) if isinstance(typed, tuple) else KindAnswer(key=key, text=str(typed))
        for key, typed in own.items()
    ]
    return replace(without(value, ()), filled=tuple(answers))


def without(filing: FilingPlan, omits: Collection[str]) -> FilingPlan:
    """The choices without those fields."""
    names = (each.name for each in dataclass_fields(FilingPlan) if each.name not in omits)
    return FilingPlan(**{name: getattr(filing, name) for name in names})


def _called(form: FormatProfile, declared: Field, language: str) -> str:
    return form.called[declared.name][language] if declared.name in form.called else declared.label


def _form_field(declared: KindField, language: str, *, needed: bool) -> object:
    """A field of a form as a field of step 2."""
    kind = CodedMany(list=declared.list, folded=True) if declared.source == CODED else Text(max=declared.most, rows=5)
    return declare(
        kind,
        declared.labels[language],
        at=AT,
        required=declared.required and needed,
        hint=declared.hints.get(language, ""),
        section=N_("What this form asks"),
    )


STEPS: Mapping[int, Entity] = {
    1: step("paper_start", PaperStart, N_("The proceeding")),
    2: step("paper_filing", FilingPlan, N_("The filing")),
    3: step("paper_matter", MatterPlan, N_("Facts and exhibits")),
}


def decided_for(
    draft: Draft, recipient: Recipient, variant: Variant, plan: PaperPlan
) -> tuple[Draft, tuple[PersonPlan, ...]]:
    """The draft without the overrides that were given for another text, and these."""
    person_plans = (
        person for person in plan.people if person.choice == Choice.OVERRIDE.value and person.person in draft.people
    )
    outdated = tuple(
        person_plan
        for person_plan in person_plans
        if not person_plan.given_for(overridden(draft, recipient, variant, person_plan.person))
    )
    gone = {person_plan.person for person_plan in outdated}
    decisions = {person: decision for person, decision in draft.decisions.items() if person not in gone}
    return replace(draft, decisions=decisions), outdated
