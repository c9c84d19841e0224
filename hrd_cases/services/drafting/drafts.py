"""From an opened case and the choices of a paper to the draft that redaction thins out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.exhibit_references import cited
from hrd_cases.domain.ids import NamedId, RecordId
from hrd_cases.domain.kind_fields import filled
from hrd_cases.domain.live_case import LiveCase
from hrd_cases.domain.page_approvals import approved_pages
from hrd_cases.domain.page_choices import kept_pages
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, part_of, tabs, whole
from hrd_cases.domain.papers import (
    Attachment,
    Cited,
    ClaimHead,
    Counsel,
    Custody,
    Exhibit,
    Fact,
    Filing,
    HistoryStep,
    Language,
    LegalSource,
    PaperCase,
    Part,
    Party,
    Position,
    Section,
    Stance,
)
from hrd_cases.domain.passages import mark
from hrd_cases.domain.profiles import FormatProfile, profiles, terms
from hrd_cases.domain.redaction import (
    Draft,
    ExhibitRules,
    Recipient,
    RedactedText,
    Who,
)
from hrd_cases.domain.typed_text import paragraphs
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.render.edition import EDITION
from hrd_cases.services.drafting.cast import Cast, CastRecords, cast_of
from hrd_cases.services.drafting.details import Detail
from hrd_cases.services.drafting.filed import (
    NOT_KNOWN,
    PRINTED_OUTCOMES,
    authority,
    exactly_on,
    hold_filed,
    in_order,
    live_case,
    proceeding,
    with_end,
    without_notes,
)
from hrd_cases.services.drafting.plans import (
    FilingPlan,
    PaperPlan,
    PersonPlan,
    PositionPlan,
    SectionPlan,
    without,
)
from hrd_cases.services.drafting.sources import CaseSource
from hrd_cases.services.drafting.standing import pieces
from hrd_cases.services.evidence.file_types import ending, part_kind


@dataclass(frozen=True)
class Drafting:
    """One paper being put into words: its source, its choices, its language."""

    source: CaseSource
    plan: PaperPlan
    language: Language
    recipient: Recipient

    def draft(self) -> Draft:
        """The paper with its people in it, before redaction."""
        exhibits = self.chosen
        drafted = tuple(self._exhibit(at, exhibit) for at, exhibit in enumerate(exhibits, start=1))
        return Draft(
            case=PaperCase(
                filing=self._filing(),
                parties=tuple(self._party(at) for at in range(len(self.source.action.parties)) if not self._no_parties),
                history=self._history() if self.matter.history else (),
                heads=self._heads() if self.matter.heads else (),
                facts=tuple(self._fact(each) for each in in_order(self.matter.facts) if each.use and each.text.strip()),
                kind=proceeding(self.source.action),
                earlier=tuple(each.label for each in self.plan.completes.exhibits) if self.plan.completes else (),
                custody=self._custody() if self.matter.custody else (),
                exhibits=drafted,
                authorities=tuple(LegalSource(title=self.free(text)) for text in lines(self.matter.authorities)),
            ),
            people=self.cast.people,
            exhibits={
                plan.evidence: self._rules(plan, exhibit) for plan, exhibit in zip(exhibits, drafted, strict=True)
            },
            decisions={person_plan.person: person_plan.decision for person_plan in self._decided()},
        )

    @cached_property
    def form(self) -> FormatProfile | None:
        """The form of the paper."""
        return profiles().get(self.plan.filing.profile)

    @cached_property
    def filing(self) -> FilingPlan:
        """What was chosen in step 2; what this form does not have is empty, also where another form had it."""
        return without(self.plan.filing, self.form.omits if self.form else ())

    @cached_property
    def matter(self) -> MatterPlan:
        """What was chosen in step 3, without what this form never has."""
        return self.plan.matter.without(self.form.never if self.form else ())

    @cached_property
    def evidence(self) -> Mapping[RecordId, Evidence]:
        """What can be an exhibit of this paper."""
        return self.plan.available(self.source.evidence)

    @cached_property
    def chosen(self) -> tuple[ExhibitPlan, ...]:
        """The exhibits of this paper in their order: those chosen, and those that a position or fact relies on."""
        named = {exhibit for position in self.filing.positions for exhibit in position.exhibits}
        named |= {exhibit for section in self.filing.sections for exhibit in section.exhibits}
        named |= {each.exhibit for fact in self.matter.facts if fact.use for each in fact.exhibits}
        exhibit_plans = [exhibit for exhibit in self.matter.exhibits if exhibit.evidence in self.evidence]
        missing_ids = named - {each.evidence for each in exhibit_plans}
        missing = [item for item in self.evidence if item in missing_ids]
        every = [*exhibit_plans, *(ExhibitPlan(evidence=item, use=True) for item in missing)]
        used = [exhibit_plan for exhibit_plan in every if exhibit_plan.use or exhibit_plan.evidence in named]
        return tuple(sorted(used, key=lambda exhibit_plan: (exhibit_plan.order is None, exhibit_plan.order or 0)))

    @cached_property
    def tabs(self) -> Mapping[RecordId, str]:
        """The heading of the divider behind which each exhibit stands."""
        return tabs(self.matter.exhibits, (plan.evidence for plan in self.chosen))

    def word(self, name: str, code: str) -> str:
        """A coded value in the language of the paper."""
        return vocabulary(name).get(code).text(self.language.value) if code and code not in NOT_KNOWN else ""

    def coded(self, name: str, code: str) -> RedactedText:
        """A coded value: nothing in it was typed, so it passes unasked."""
        return RedactedText(pieces=(self.word(name, code),), structured=True)

    def free(self, text: str) -> RedactedText:
        """Words that somebody typed: into a protected paper they pass when approved for its recipient.

        Words of our own lists and offices of the directory, letter for letter, pass unasked.
        """
        text = without_notes(text)
        is_known = " ".join(text.split()) in self._known
        approved = mark(self.recipient, text) in self.plan.approved
        audience = frozenset({self.recipient}) if approved else frozenset()
        return RedactedText(pieces=self._pieces(text), structured=is_known, approved_for=audience, written=text)

    def _maybe(self, text: str) -> RedactedText | None:
        return self.free(text) if text.strip() else None

    @cached_property
    def _known(self) -> frozenset[str]:
        """What may be typed or suggested and names nobody: fixed words of papers, articles of law, and offices."""
        articles = (entry.text(self.language.value) for entry in vocabulary("law_articles").entries)
        return frozenset((*terms(self.language).values(), *articles, *self.source.offices))

    @cached_property
    def cast(self) -> Cast:
        """Everybody whose name may stand in this paper, and what was answered about names in this case."""
        source = self.source
        records = CastRecords(
            case=source.vault,
            actions=(source.action,),
            typed_in=source.every,
            counsel=source.counsel.values(),
            answers=source.name_answers,
        )
        return cast_of(records, source.people, source.answered, self.language)

    def _pieces(self, text: str) -> tuple[str | Who, ...]:
        """Text with every place where somebody may be named replaced by a reference to that person."""
        return pieces(self.cast.recogniser, text)

    def _position(self, position: PositionPlan) -> Position[RedactedText]:
        return Position(
            head=self.free(position.head),
            stance=Stance(position.stance) if position.stance in set(Stance) else Stance.COURT,
            grounds=tuple(map(self.free, paragraphs(position.grounds))),
            law=tuple(map(self.free, lines(position.law))),
            exhibits=self._cited(position.exhibits),
        )

    def _section(self, section: SectionPlan) -> Section[RedactedText]:
        return Section(
            heading=self.free(section.heading),
            paragraphs=tuple(map(self.free, paragraphs(section.text))),
            exhibits=self._cited(section.exhibits),
        )

    def _filing(self) -> Filing[RedactedText]:
        plan = self.filing
        return Filing(
            court=self.free(plan.court),
            title=self.free(plan.title),
            subtitle=self._maybe(plan.subtitle),
            court_address=self._maybe(plan.court_address),
            case_number=self.free(plan.case_number),
            registration_number=self._maybe(plan.registration),
            filed_by=self.free(plan.filed_by),
            contacts=self._maybe(self._contacts()),
            authority=self.free(with_end("; ".join(lines(plan.authority)), plan.authority_expires, self.language)),
            marked=plan.marked,
            signatory=self.free(plan.signatory),
            signatory_capacity=self.free(plan.capacity),
            opening=tuple(self.free(text) for text in paragraphs(plan.opening)),
            positions=tuple(self._position(position) for position in plan.positions if position.head.strip()),
            sections=tuple(
                self._section(section) for section in plan.sections if section.heading.strip() or section.text.strip()
            ),
            filled=filled(self.form, plan.filled, self._live()) if self.form else (),
            requests=tuple(self.free(text) for text in lines(plan.requests)),
            attachments=tuple(Attachment(title=self.free(text)) for text in lines(plan.attachments)),
            copies_for=tuple(self.free(text) for text in lines(plan.copies_for)),
            place=self._maybe(plan.place),
            day=plan.day,
        )

    def _live(self) -> LiveCase:
        used = (fact.incident for fact in in_order(self.matter.facts) if fact.use)
        return live_case(
            self.source,
            used,
            self.filing.day,
            self.language,
            people=self.cast.people,
            free=self.free,
            typed=lambda text: tuple(map(self.free, paragraphs(text))),
        )

    def _contacts(self) -> str:
        """How whoever files is reached: what was ticked of the file, then what was typed."""
        ticked = (detail for detail in self.source.details_of_counsel() if detail.key in self.filing.details)
        known = (f"{detail.label(self.language)} {detail.value}" for detail in ticked)
        return ", ".join(filter(None, (*known, self.filing.contacts.strip())))

    @property
    def _no_parties(self) -> bool:
        return self.form is not None and "parties" in self.form.never

    def _party(self, at: int) -> Party[RedactedText]:
        party = self.source.action.parties[at]
        name = RedactedText(pieces=(Who(person=party.person, form=party.name),)) if self._has(party.person) else None
        return Party(
            role=self.coded("procedural_roles", party.role),
            name=name or self.free(party.name),
            address=self.free(party.served_at) if party.served_at else None,
            details=tuple(
                self._detail(detail) for detail in self.source.details_of(party) if detail.key in self.filing.details
            ),
            counsel=tuple(
                Counsel(
                    name=self.free(counsel.name or self._colleague(counsel.colleague)),
                    capacity=self.free(terms(self.language)["counsel"]),
                    authority=self.free(authority(counsel, self.language)),
                    expires=counsel.expires,
                )
                for counsel in self.source.action.counsel
                if counsel.acts_for and counsel.acts_for == party.name
            ),
        )

    def _detail(self, detail: Detail) -> RedactedText:
        """What was chosen for a heading: it belongs to its person, and is absent where they are hidden."""
        words = detail.label(self.language)
        text = self.free(f"{words} {detail.value}")
        if not detail.person:
            return text
        return replace(text, pieces=(f"{words} ", Who(person=detail.person, text=detail.value)), owned=True)

    def _colleague(self, user: str) -> str:
        """A colleague's name; external counsel sees none, and is named as they sign themselves."""
        signs = self.filing.signatory if user == self.source.me else ""
        return self.source.colleagues.get(user, signs)

    def _history(self) -> tuple[HistoryStep[RedactedText], ...]:
        action = self.source.action
        steps = [
            HistoryStep(when=exactly_on(filing.on), step=self._filed(self.word("filing_kinds", filing.kind), filing.by))
            for filing in action.filings
        ]
        steps += [
            HistoryStep(
                when=exactly_on(hearing.on), step=self.coded("hearing_kinds", hearing.kind or "other"),
                forum=self.free(hearing.room) if hearing.room else None,
                result=self.coded("hearing_outcomes", hearing.outcome) if hearing.outcome in PRINTED_OUTCOMES else None,
            )
            for hearing in hold_filed(self.source.hearings, self.filing.day)
        ]  # fmt: skip
        steps += [
            HistoryStep(
                when=exactly_on(decision.on), step=self.coded("decision_kinds", decision.kind),
                result=self.free(decision.text) if decision.text else None,
            )
            for decision in action.decisions
        ]  # fmt: skip
        return tuple(
            sorted(steps, key=lambda history_step: history_step.when.first.isoformat() if history_step.when else "9")
        )

    def _filed(self, kind: str, by: str) -> RedactedText:
        return self.free(f"{kind} ({by})") if by else RedactedText(pieces=(kind,), structured=True)

    def _heads(self) -> tuple[ClaimHead[RedactedText], ...]:
        return tuple(
            ClaimHead(
                text=self.free(charge.text) if charge.text else self.coded("law_articles", charge.article),
                against=self.free(charge.against) if charge.against else None,
                basis=self.coded("law_articles", charge.article) if charge.article else None,
                edition=self.free(charge.edition) if charge.edition else None,
            )
            for charge in self.source.action.charges
        )

    def _custody(self) -> tuple[Custody[RedactedText], ...]:
        return tuple(
            Custody(
                person=RedactedText(pieces=(Who(person=custody.person),)),
                measure=self.coded("custody_measures", custody.kind),
                start=custody.since,
                end=exactly_on(custody.until),
                authority=self.free(custody.place) if custody.place else None,
                basis=self.free(custody.basis) if custody.basis else None,
                next_review=custody.review,
            )
            for custody in self.source.action.custody
            if self._has(custody.person)
        )

    def _fact(self, plan: FactPlan) -> Fact[RedactedText]:
        return Fact(
            when=plan.when,
            text=self.free(" ".join(paragraphs(plan.text))),
            exhibits=tuple(cited(plan.exhibits, self.evidence)),
            disputed=plan.disputed,
            language=self._language_of(plan),
        )

    def _language_of(self, plan: FactPlan) -> Language | None:
        """The language of a fact whose words were taken over unchanged."""
        incident = self.source.incidents.get(plan.incident)
        for text in incident.narrative if incident else ():
            if text.text.strip() == plan.text.strip() and text.language in set(Language):
                return Language(text.language)
        return None

    def _exhibit(self, at: int, plan: ExhibitPlan) -> Exhibit[RedactedText]:
        evidence = self.evidence[plan.evidence]
        pages = kept_pages(plan.pages)
        number, late = self.plan.place(at)
        return Exhibit(
            id=plan.evidence,
            number=number, late=late,
            title=self.free(evidence.title),
            tab=self._maybe(self.tabs.get(plan.evidence, "")),
            parts=tuple(
                Part(
                    id=part_of(plan.evidence, file.blob), kind=part_kind(file.sniffed), sha256=file.sha256,
                    length=file.length, turn=file.turn,
                    arrangement=file.arrangement,
                    pages=pages, format=ending(file.sniffed).upper(),
                )
                for file in self.source.files(plan.evidence)
            ),
            dated=evidence.dated,
            author=self.free(evidence.author) if evidence.author else None,
            source=self.free(evidence.got_from) if _source_named(evidence) else None,
            language=self.coded("languages", evidence.language) if evidence.language else None,
            translation_of=evidence.translation_of or None,
            translator=self.free(evidence.translator) if evidence.translator else None,
        )  # fmt: skip

    def _rules(self, plan: ExhibitPlan, exhibit: Exhibit[RedactedText]) -> ExhibitRules:
        evidence = self.evidence[plan.evidence]
        medical = tuple(dict.fromkeys((*plan.named, *plan.seen))) if evidence.kind == "medical_document" else ()
        return ExhibitRules(
            approved_for=frozenset({self.recipient}),
            pages=approved_pages(exhibit, self.plan.pages, self.recipient.value, EDITION),
            pictures=plan.pictures or self.source.is_redacted(plan.evidence),
            source_may_be_named=_source_named(evidence),
            pictured=plan.seen,
            medical_of=medical,
            names=plan.named,
        )

    def _decided(self) -> list[PersonPlan]:
        return [person for person in self.plan.people if person.decides]

    def _has(self, person: NamedId) -> bool:
        return person in self.source.people

    def _cited(self, exhibits: Iterable[RecordId]) -> tuple[Cited, ...]:
        return tuple(cited(whole(exhibits), self.evidence))


def lines(text: str) -> list[str]:
    """The lines of a typed list."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _source_named(item: Evidence) -> bool:
    return bool(item.got_from) and item.may_name_source == "yes"
