"""The gate of a letter: who reads it, whom it names, whose consent is missing, and what was decided about them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from hrd_cases.domain import recipients
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body, ColleagueCard
from hrd_cases.domain.consent_gate import Missing, missing_consents
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.fields import RuleRows
from hrd_cases.domain.ids import CaseId, NamedId, PersonId, RecordId, person_id, record_id
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letter_words import LetterWords, ThinnedLetter, letter_draft, redact_letter
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.names.questions import Recogniser
from hrd_cases.domain.overrides import Overridden, overridden
from hrd_cases.domain.own_templates import OwnTemplate, uses_of_letter
from hrd_cases.domain.papers import Language, Variant
from hrd_cases.domain.people import Person
from hrd_cases.domain.redaction import Choice, Draft, Recipient, RedactedText, Who
from hrd_cases.domain.typed_text import paragraphs
from hrd_cases.render import wire
from hrd_cases.services.drafting import plans
from hrd_cases.services.drafting.cast import Cast, CastRecords, cast_of
from hrd_cases.services.drafting.details import cards_of
from hrd_cases.services.drafting.drafts import lines
from hrd_cases.services.drafting.name_answers import answers_in, keep
from hrd_cases.services.drafting.name_questions import NamesInPaper, names_in_paper
from hrd_cases.services.drafting.own.own_templates import in_use, own_texts
from hrd_cases.services.drafting.plans import PersonPlan
from hrd_cases.services.drafting.sources import DAMAGED
from hrd_cases.services.drafting.standing import pieces
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault, people_of
from hrd_cases.services.records import answers
from hrd_cases.services.records.records import in_directory, read_in
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class LetterDesk:
    """A letter at the gate; `recipients` is empty while nobody can tell who reads it."""

    stored: Stored[Letter]
    language: Language
    recipients: frozenset[Recipient]
    draft: Draft
    decided: tuple[PersonPlan, ...]
    missing: tuple[Missing, ...]
    waiting: tuple[PersonPlan, ...]
    outdated: tuple[PersonPlan, ...]
    recogniser: Recogniser
    colleagues: Mapping[str, str]
    template: OwnTemplate | None

    @property
    def letter(self) -> Letter:
        """The record."""
        return self.stored.value

    @cached_property
    def names(self) -> NamesInPaper:
        """Who is named in it, and what about that has no answer yet."""
        return names_in_paper(self.draft, self.recogniser)

    @property
    def thinned(self) -> ThinnedLetter:
        """The letter as its addressee may read it."""
        return redact_letter(self.draft)

    @property
    def untold(self) -> bool:
        """True when somebody who is asked stands in it, and nobody can tell who reads it."""
        return not self.recipients and bool(self.missing or self.waiting or self.outdated)


def letter_desk(ctx: Context, case: OpenVault, record: RecordId) -> LetterDesk:
    """A letter with everybody whom it names; the gate of the case was asked before."""
    stored = read_in(ctx, case, record, Letter)
    letter = stored.value
    language = Language(letter.language) if letter.language in set(Language) else Language.RU
    cast = _cast(ctx, case, language)
    readers = readers_of(ctx, letter)
    decided = decided_of(letter)
    counted = {
        person_plan.person: person_plan.decision
        for person_plan in decided
        if person_plan.decides and person_plan.person in cast.people
    }
    template = in_use(ctx, uses_of_letter(letter.step), language)
    draft = letter_draft(_words(letter, cast), cast.people, counted)
    draft = replace(draft, own=own_texts(template, cast.recogniser))
    outdated = tuple(
        person_plan
        for person_plan in decided
        if person_plan.choice == Choice.OVERRIDE.value
        and not person_plan.given_for(_override_now(draft, readers, person_plan.person))
    )
    gone = {person_plan.person for person_plan in outdated}
    draft = replace(draft, decisions={item: decision for item, decision in counted.items() if item not in gone})
    return LetterDesk(
        stored=stored,
        language=language,
        recipients=readers,
        draft=draft,
        decided=decided,
        missing=_each(missing_consents(draft, recipient, Variant.FULL) for recipient in _recipients(readers)),
        waiting=tuple(person_plan for person_plan in decided if person_plan.waiting and person_plan not in outdated),
        outdated=outdated,
        recogniser=cast.recogniser,
        colleagues=names_of(ctx, ColleagueCard),
        template=template,
    )


def opened(ctx: Context, case: CaseId, record: RecordId) -> LetterDesk:
    """A letter for the page that asks who is named in it."""
    return letter_desk(ctx, open_vault(ctx, Act.PRINT_LETTER, case, record=record), record)


def save_names(ctx: Context, case: CaseId, record: RecordId, sent: Mapping[str, str]) -> int:
    """Keep what was answered about names, for every letter and paper of the case; how many questions changed."""
    vault = _open(ctx, case, record)
    results, changed = letter_desk(ctx, vault, record).names.said(sent)
    if results:
        keep(ctx, vault, results)
    return changed


def readers_of(ctx: Context, letter: Letter) -> frozenset[Recipient]:
    """Who will read a letter: by the kind of its addressee, and by what was said of a person or somebody typed."""
    body = in_directory(ctx, letter.addressee, Body)
    kinds = [body.kind if body is not None else ""] * bool(letter.addressee)
    untold = [""] * (bool(letter.addressee_name.strip()) + bool(letter.to_person))
    return recipients.of_letter([*kinds, *untold], letter.reader, company=bool(letter.to_company))


def decide(ctx: Context, case: CaseId, record: RecordId, person: NamedId, choice: str, reason: str) -> None:
    """Answer for one person whom a letter names; an override asks for a reason and waits for a second person."""
    vault = _open(ctx, case, record)
    here = letter_desk(ctx, vault, record)
    if person not in here.draft.people:
        raise NotFound
    value = partial(_override_now, here.draft, here.recipients, person)
    _save(ctx, vault, here, plans.decided(here.decided, person, choice, reason, by=ctx.actor.user, value=value))
    if choice in set(Choice):
        ctx.note("write", "decide without consent", vault=case, record=record, choice=choice, person=person)


def agree(ctx: Context, case: CaseId, record: RecordId, person: NamedId, mark: str) -> None:
    """As a second person, agree to an override as it was shown (`mark`); never to one's own."""
    vault = _open(ctx, case, record)
    here = letter_desk(ctx, vault, record)
    person_plan = next((plan for plan in here.waiting if plan.person == person), None)
    _save(ctx, vault, here, plans.agreed(here.decided, person_plan, mark, by=ctx.actor.user))
    ctx.note("write", "agree to go without consent", vault=case, record=record, person=person)


def decided_of(letter: Letter) -> tuple[PersonPlan, ...]:
    """What was decided about the people whom a letter names."""
    return tuple(wire.unpack(PersonPlan, json.dumps(item).encode()) for item in letter.decided or ())


def _open(ctx: Context, case: CaseId, record: RecordId) -> OpenVault:
    open_vault(ctx, Act.PRINT_LETTER, case, record=record)
    return open_vault(ctx, Act.WRITE_CASE, case, record=record)


def _save(ctx: Context, vault: OpenVault, here: LetterDesk, decided: tuple[PersonPlan, ...]) -> None:
    saved: RuleRows = tuple(json.loads(wire.pack(person_plan)) for person_plan in decided)
    changed = replace(here.letter, decided=saved, second_asked=plans.second_asked(decided))
    ctx.work.records.update(vault, ctx.author, here.stored.id, changed, here.stored.versions, ctx.today)
    ctx.note("write", "change a letter", vault=vault.id, record=here.stored.id)


def _recipients(readers: frozenset[Recipient]) -> tuple[Recipient, ...]:
    """Whose consents are looked at: while nobody can tell who reads it, all."""
    return tuple(sorted(readers or set(Recipient)))


def _override_now(draft: Draft, readers: frozenset[Recipient], person: NamedId) -> Overridden:
    """What an override would be given for now."""
    each = [overridden(draft, recipient, Variant.FULL, person) for recipient in _recipients(readers)]
    return Overridden(
        recipient=" ".join(sorted(readers)),
        consents=tuple(dict.fromkeys(consent for override in each for consent in override.consents)),
        texts=each[0].texts,
    )


def _each(results: Iterable[Iterable[Missing]]) -> tuple[Missing, ...]:
    return tuple(dict.fromkeys(missing_consent for missing in results for missing_consent in missing))


def _words(letter: Letter, cast: Cast) -> LetterWords[RedactedText]:
    def said(text: str) -> RedactedText:
        return RedactedText(pieces=pieces(cast.recogniser, text), written=text)

    return LetterWords(
        addressee=(*_person(letter, cast), *(said(text) for text in lines(letter.addressee_name))),
        applicants=tuple(said(text) for text in lines(letter.applicants)),
        our_number=said(letter.our_number),
        their_number=said(letter.their_number),
        subject=said(letter.subject),
        body=tuple(said(text) for text in paragraphs(letter.body)),
        attachments=tuple(said(text) for text in lines(letter.attachments)),
        signatory=said(letter.signatory),
    )


def _person(letter: Letter, cast: Cast) -> Iterator[RedactedText]:
    """The person whom a letter goes to, who is named as anywhere in it: as their consent allows."""
    if letter.to_person in cast.people:
        name = cast.people[letter.to_person].name("")
        yield RedactedText(pieces=(Who(person=letter.to_person, text=name),), written=name)


def _cast(ctx: Context, case: OpenVault, language: Language) -> Cast:
    """Everybody of a case, and the names typed in it, as its letters know them."""
    stored = list(ctx.work.records.all(case))
    if any(record.doubts for record in stored):
        raise RuleBroken(DAMAGED)
    files = dict(_files(ctx, case))
    actions = [record.value for record in stored if isinstance(record.value, LegalAction)]
    records = CastRecords(
        case=case.case,
        actions=actions,
        typed_in=[record.value for record in stored],
        counsel=[card for action in actions for card in cards_of(ctx, action).values()],
        answers=answers_in(stored),
    )
    return cast_of(records, files, answers.of_people(ctx, files, case=case.case) if files else {}, language)


def _files(ctx: Context, case: OpenVault) -> Iterator[tuple[PersonId, Person]]:
    for file in people_of(ctx, case):
        stored = ctx.work.records.read(file, record_id(file.id))
        if stored is not None and isinstance(stored.value, Person):
            yield person_id(file.id), stored.value
