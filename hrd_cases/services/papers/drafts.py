"""From an opened case and the choices of a paper to the draft that redaction thins out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from hrd_cases.domain import dates
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.page_approvals import approved_pages
from hrd_cases.domain.page_choices import BadPages, read_pages
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
from hrd_cases.domain.profiles import terms
from hrd_cases.domain.redaction import (
    Draft,
    ExhibitRules,
    Recipient,
    Said,
    Who,
)
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.render.exhibits import EDITION
from hrd_cases.services.file_types import ending, part_kind
from hrd_cases.services.papers.cast import Cast, Records, cast_of
from hrd_cases.services.papers.details import Detail
from hrd_cases.services.papers.filed import (
    NOT_KNOWN,
    PRINTED_OUTCOMES,
    authority,
    held,
    in_order,
    proceeding,
    with_end,
    without_notes,
)
from hrd_cases.services.papers.plans import ExhibitPlan, FactPlan, PersonPlan, Plan
from hrd_cases.services.papers.sources import Source
from hrd_cases.services.papers.standing import pieces

NO_PAGE = (0,)


@dataclass(frozen=True)
class Drafting:
    """One paper being put into words: its source, its choices, its language."""

    source: Source
    plan: Plan
    language: Language
    recipient: Recipient

    def draft(self) -> Draft:
        """The paper with its people in it, before redaction."""
        exhibits = self.chosen
        shown = tuple(self._exhibit(at, one) for at, one in enumerate(exhibits, start=1))
        return Draft(
            case=PaperCase(
                filing=self._filing(),
                parties=tuple(self._party(one) for one in range(len(self.source.action.parties))),
                history=self._history() if self.plan.matter.history else (),
                heads=self._heads() if self.plan.matter.heads else (),
                facts=tuple(
                    self._fact(one) for one in in_order(self.plan.matter.facts) if one.use and one.text.strip()
                ),
                kind=proceeding(self.source.action),
                custody=self._custody() if self.plan.matter.custody else (),
                exhibits=shown,
                authorities=tuple(LegalSource(title=self.free(text)) for text in lines(self.plan.matter.authorities)),
            ),
            people=self.cast.people,
            exhibits={plan.evidence: self._rules(plan, exhibit) for plan, exhibit in zip(exhibits, shown, strict=True)},
            decisions={one.person: one.decision for one in self._decided()},
        )

    @cached_property
    def chosen(self) -> tuple[ExhibitPlan, ...]:
        """The exhibits of this paper in their order: those chosen, and those that a position or fact relies on."""
        cited = {one for position in self.plan.filing.positions for one in position.exhibits}
        cited |= {one for section in self.plan.filing.sections for one in section.exhibits}
        cited |= {one for fact in self.plan.matter.facts if fact.use for one in fact.exhibits}
        known = [one for one in self.plan.matter.exhibits if one.evidence in self.source.evidence]
        missing = [one for one in self.source.evidence if one in cited - {each.evidence for each in known}]
        every = [*known, *(ExhibitPlan(evidence=one, use=True) for one in missing)]
        used = [one for one in every if one.use or one.evidence in cited]
        return tuple(sorted(used, key=lambda one: (one.order is None, one.order or 0)))

    def word(self, name: str, code: str) -> str:
        """A coded value in the language of the paper."""
        return vocabulary(name).get(code).text(self.language.value) if code and code not in NOT_KNOWN else ""

    def coded(self, name: str, code: str) -> Said:
        """A coded value: nothing in it was typed, so it passes unasked."""
        return Said(pieces=(self.word(name, code),), structured=True)

    def free(self, text: str) -> Said:
        """Words that somebody typed: into a protected paper they pass when approved for its recipient.

        Words of our own lists and offices of the directory, letter for letter, pass unasked.
        """
        text = without_notes(text)
        known = " ".join(text.split()) in self._known
        approved = mark(self.recipient, text) in self.plan.approved
        audience = frozenset({self.recipient}) if approved else frozenset()
        return Said(pieces=self._pieces(text), structured=known, approved_for=audience, written=text)

    def _maybe(self, text: str) -> Said | None:
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
        records = Records(
            case=source.vault,
            actions=(source.action,),
            evidence=source.evidence.values(),
            incidents=source.incidents.values(),
            answers=source.name_answers,
        )
        return cast_of(records, source.people, source.answered, self.language)

    def _pieces(self, text: str) -> tuple[str | Who, ...]:
        """Text with every place where somebody may be named replaced by a reference to that person."""
        return pieces(self.cast.recogniser, text)

    def _filing(self) -> Filing[Said]:
        plan = self.plan.filing
        return Filing(
            court=self.free(plan.court),
            title=self.free(plan.title),
            subtitle=self._maybe(plan.subtitle),
            court_address=self._maybe(plan.court_address),
            case_number=self.free(plan.case_number),
            registration_number=self._maybe(plan.registration),
            filed_by=self.free(plan.filed_by),
            contacts=self._maybe(plan.contacts),
            authority=self.free(with_end("; ".join(lines(plan.authority)), plan.authority_expires, self.language)),
            marked=plan.marked,
            signatory=self.free(plan.signatory),
            signatory_capacity=self.free(plan.capacity),
            opening=tuple(self.free(text) for text in paragraphs(plan.opening)),
            positions=tuple(
                Position(
                    head=self.free(one.head),
                    stance=Stance(one.stance) if one.stance in set(Stance) else Stance.COURT,
                    grounds=tuple(self.free(text) for text in paragraphs(one.grounds)),
                    law=tuple(self.free(text) for text in lines(one.law)),
                    exhibits=self._cited(one.exhibits),
                )
                for one in plan.positions
                if one.head.strip()
            ),
            sections=tuple(
                Section(
                    heading=self.free(one.heading),
                    paragraphs=tuple(self.free(text) for text in paragraphs(one.text)),
                    exhibits=self._cited(one.exhibits),
                )
                for one in plan.sections
                if one.heading.strip() or one.text.strip()
            ),
            requests=tuple(self.free(text) for text in lines(plan.requests)),
            attachments=tuple(Attachment(title=self.free(text)) for text in lines(plan.attachments)),
            copies_for=tuple(self.free(text) for text in lines(plan.copies_for)),
            place=self._maybe(plan.place),
            day=plan.day,
        )

    def _party(self, at: int) -> Party[Said]:
        party = self.source.action.parties[at]
        name = Said(pieces=(Who(person=party.person, form=party.name),)) if self._has(party.person) else None
        return Party(
            role=self.coded("procedural_roles", party.role),
            name=name or self.free(party.name),
            address=self.free(party.served_at) if party.served_at else None,
            details=tuple(
                self._detail(one) for one in self.source.details_of(party) if one.key in self.plan.filing.details
            ),
            counsel=tuple(
                Counsel(
                    name=self.free(one.name or self._colleague(one.colleague)),
                    capacity=self.free(terms(self.language)["counsel"]),
                    authority=self.free(authority(one, self.language)),
                    expires=one.expires,
                )
                for one in self.source.action.counsel
                if one.acts_for and one.acts_for == party.name
            ),
        )

    def _detail(self, detail: Detail) -> Said:
        """What was chosen for a heading: it belongs to its person, and is absent where they are hidden."""
        words = detail.label(self.language)
        said = self.free(f"{words} {detail.value}")
        if not detail.person:
            return said
        return replace(said, pieces=(f"{words} ", Who(person=detail.person, text=detail.value)), owned=True)

    def _colleague(self, user: str) -> str:
        """A colleague's name; external counsel sees none, and is named as they sign themselves."""
        signs = self.plan.filing.signatory if user == self.source.me else ""
        return self.source.colleagues.get(user, signs)

    def _history(self) -> tuple[HistoryStep[Said], ...]:
        action = self.source.action
        steps = [
            HistoryStep(when=_exact(one.on), step=self._filed(self.word("filing_kinds", one.kind), one.by))
            for one in action.filings
        ]
        steps += [
            HistoryStep(
                when=_exact(one.on), step=self.coded("hearing_kinds", one.kind or "other"),
                forum=self.free(one.room) if one.room else None,
                result=self.coded("hearing_outcomes", one.outcome) if one.outcome in PRINTED_OUTCOMES else None,
            )
            for one in held(self.source.hearings, self.plan.filing.day)
        ]  # fmt: skip
        steps += [
            HistoryStep(
                when=_exact(one.on), step=self.coded("decision_kinds", one.kind),
                result=self.free(one.text) if one.text else None,
            )
            for one in action.decisions
        ]  # fmt: skip
        return tuple(sorted(steps, key=lambda one: one.when.first.isoformat() if one.when else "9"))

    def _filed(self, kind: str, by: str) -> Said:
        return self.free(f"{kind} ({by})") if by else Said(pieces=(kind,), structured=True)

    def _heads(self) -> tuple[ClaimHead[Said], ...]:
        return tuple(
            ClaimHead(
                text=self.free(one.text) if one.text else self.coded("law_articles", one.article),
                against=self.free(one.against) if one.against else None,
                basis=self.coded("law_articles", one.article) if one.article else None,
                edition=self.free(one.edition) if one.edition else None,
            )
            for one in self.source.action.charges
        )

    def _custody(self) -> tuple[Custody[Said], ...]:
        return tuple(
            Custody(
                person=Said(pieces=(Who(person=one.person),)),
                measure=self.coded("custody_measures", one.kind),
                start=one.since,
                end=_exact(one.until),
                authority=self.free(one.place) if one.place else None,
                basis=self.free(one.basis) if one.basis else None,
                next_review=one.review,
            )
            for one in self.source.action.custody
            if self._has(one.person)
        )

    def _fact(self, plan: FactPlan) -> Fact[Said]:
        return Fact(
            when=plan.when,
            text=self.free(" ".join(paragraphs(plan.text))),
            exhibits=self._cited(plan.exhibits, plan.page),
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

    def _exhibit(self, at: int, plan: ExhibitPlan) -> Exhibit[Said]:
        found = self.source.evidence[plan.evidence]
        pages = page_numbers(plan.pages)
        return Exhibit(
            id=plan.evidence,
            number=at,
            title=self.free(found.title),
            parts=tuple(
                Part(
                    id=one.blob, kind=part_kind(one.sniffed), sha256=one.sha256, length=one.length, turn=one.turn,
                    arrangement=one.arrangement,
                    pages=pages, format=ending(one.sniffed).upper(),
                )
                for one in self.source.files(plan.evidence)
            ),
            dated=found.dated,
            author=self.free(found.author) if found.author else None,
            source=self.free(found.got_from) if _source_named(found) else None,
            language=self.coded("languages", found.language) if found.language else None,
            translation_of=found.translation_of or None,
            translator=self.free(found.translator) if found.translator else None,
        )  # fmt: skip

    def _rules(self, plan: ExhibitPlan, exhibit: Exhibit[Said]) -> ExhibitRules:
        found = self.source.evidence[plan.evidence]
        medical = tuple(dict.fromkeys((*plan.named, *plan.seen))) if found.kind == "medical_document" else ()
        return ExhibitRules(
            approved_for=frozenset({self.recipient}),
            pages=approved_pages(exhibit, self.plan.pages, self.recipient.value, EDITION),
            pictures=plan.pictures,
            source_may_be_named=_source_named(found),
            pictured=plan.seen,
            medical_of=medical,
            names=plan.named,
        )

    def _decided(self) -> list[PersonPlan]:
        return [one for one in self.plan.people if one.decides]

    def _has(self, person: str) -> bool:
        return person in self.source.people

    def _cited(self, exhibits: Iterable[str], page: int | None = None) -> tuple[Cited, ...]:
        known = [one for one in exhibits if one in self.source.evidence]
        return tuple(Cited(exhibit=one, page=page if not at else None) for at, one in enumerate(known))


def lines(text: str) -> list[str]:
    """The lines of a typed list."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a typed text: an empty line begins a new one."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [" ".join(part.split()) for part in parts if part.strip()]


def page_numbers(text: str) -> tuple[int, ...]:
    """The pages that a kept choice means; one that nobody can read means none of them, and never all."""
    try:
        return read_pages(text)
    except BadPages:
        return NO_PAGE


def _source_named(item: Evidence) -> bool:
    return bool(item.got_from) and item.may_name_source == "yes"


def _exact(day: date | None) -> PartialDate | None:
    return dates.exactly(day) if day else None
