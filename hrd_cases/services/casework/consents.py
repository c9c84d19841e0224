"""Consents of a case: what each person said, whom to bring the text to, and the text that is read aloud."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from hrd_cases.domain import consents
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.consents import ANSWERS, INTERIM_DAYS, PARAGRAPHS
from hrd_cases.domain.ids import NO_RECORD, CaseId, PersonId, RecordId, person_id, record_id
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, open_vault, people_of
from hrd_cases.services.records import answers
from hrd_cases.services.records.answers import PersonAnswers
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import names_of

KEPT_SCOPE = "keep_and_use"
# The scope that speaks for its paragraph where there is room for one word.
PARAGRAPH_SCOPES = {
    consents.KEEP: KEPT_SCOPE,
    consents.COURT: "domestic_body",
    consents.INTERNATIONAL: "un_letter",
    consents.PUBLISH: "publish_name",
    consents.STATISTICS: "statistics",
}


@dataclass(frozen=True, kw_only=True)
class ConsentText:
    """The text to read aloud in one language: `state` says how far it was checked; a paragraph for each answer."""

    language: str
    state: str
    opening: str
    paragraphs: Mapping[str, str]
    about: str  # the question that follows a yes: this matter, or everything
    closing: str


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One thing a person said, as this reader may know it; `record` when the case where they said it is open to them.

    `holder` is who wrote it down, for a reader who shares a case with them.
    """

    day: date | None
    time: str
    said: str
    limited: bool
    case: CaseId
    record: RecordId
    holder: str
    waits: bool
    sealed: bool  # its case waits for new keys: only its writer and the leads see it


@dataclass(frozen=True, kw_only=True)
class PersonConsents:
    """What one person of the case said: yes, no or not_asked for every scope; keeping is interim until a day."""

    person: PersonId
    name: str
    answers: Mapping[str, str]
    heard: tuple[Heard, ...]  # the newest first
    whole: bool
    interim_until: date | None
    overdue: bool

    @property
    def to_ask(self) -> bool:
        """True while nobody has an answer about keeping."""
        return self.answers.get(KEPT_SCOPE) == consents.NOT_ASKED

    @property
    def said_on(self) -> date | None:
        """The day of the newest answer."""
        return self.heard[0].day if self.heard else None

    @property
    def waits(self) -> bool:
        """True while something the person said is not seen by other teams yet."""
        return any(item.waits for item in self.heard)


@dataclass(frozen=True, kw_only=True)
class CaseConsents:
    """Everybody of a case, those to be asked first."""

    people: tuple[PersonConsents, ...]
    may_write: bool
    may_name: bool  # and enter people who are not in the case yet

    @property
    def to_sign(self) -> tuple[PersonConsents, ...]:
        """The list to take along: whoever was never asked, the overdue first."""
        waiting = [person for person in self.people if person.to_ask]
        return tuple(
            sorted(waiting, key=lambda person_consents: (not person_consents.overdue, person_consents.name.casefold()))
        )


def view(ctx: Context, case: CaseId) -> CaseConsents:
    """The consents of a case."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    stored = ctx.work.records.read(vault, case)
    root = stored.value if stored is not None and isinstance(stored.value, Case) else Case()
    cards = ctx.work.records.cards(people_of(ctx, vault))
    files = {person_id(card.id): card for card in cards if card.id == card.vault}
    text = answers.of_people(ctx, (*root.people, *files), case=case)
    answers.enter_later(ctx, [waiting_item for each in text.values() for waiting_item in each.waiting])
    people = []
    for person, answered in text.items():
        card = files.get(person)
        since = card.value.since if card is not None and isinstance(card.value, Person) else ""
        people.append(_person(ctx, case, (person, title(card) if card else ""), answered, since))
    people.sort(
        key=lambda person_consents: (
            not person_consents.overdue,
            not person_consents.to_ask,
            person_consents.name.casefold(),
        )
    )
    may_answer = may(ctx, Act.ANSWER, vault)
    return CaseConsents(people=tuple(people), may_write=may_answer, may_name=vault.may_write(IDENTITY))


def answered(ctx: Context, case: CaseId, people: Collection[PersonId]) -> dict[str, Mapping[str, str]]:
    """What these people answered to each of the five paragraphs, as it counts in this case: yes, no or not_asked."""
    results = answers.of_people(ctx, people, case=case)
    return {person: _by_paragraph(result, case) for person, result in results.items()}


def _by_paragraph(result: PersonAnswers, case: CaseId) -> dict[str, str]:
    return {paragraph: result.answer(scope, case) for paragraph, scope in PARAGRAPH_SCOPES.items()}


def heard(ctx: Context, result: PersonAnswers) -> tuple[Heard, ...]:
    """What a person said, the newest first, without what only the team of the case where it was said may know."""
    waiting = {str(waiting_item.record): waiting_item.sealed for waiting_item in result.waiting}
    names = names_of(ctx, ColleagueCard)
    statements = sorted(result.statements, key=consents.position, reverse=True)
    return tuple(
        Heard(
            day=statement.said_on,
            time=statement.said_at,
            said=statement.said or ANSWERS,
            limited=statement.limited,
            case=statement.case,
            record=record_id(statement.consent)
            if answers.opens(ctx, statement.case) and not waiting.get(statement.consent)
            else NO_RECORD,
            holder=names.get(answers.author_of(ctx, result, statement), ""),
            waits=statement.consent in waiting,
            sealed=waiting.get(statement.consent, False),
        )
        for statement in statements
    )


@lru_cache(maxsize=1)
def texts() -> Mapping[str, ConsentText]:
    """The texts to read aloud by language; a broken file stops the start."""
    path = files("hrd_cases").joinpath("vocabularies", "consent_texts.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: _text_of(code, text) for code, text in data["text"].items()}


def _text_of(language: str, text: Mapping[str, str]) -> ConsentText:
    return ConsentText(
        language=language,
        state=text["state"],
        opening=text["opening"],
        paragraphs={name: text[name] for name in PARAGRAPHS},
        about=text["about"],
        closing=text["closing"],
    )


def _interim(since: str) -> date | None:
    """Until when what somebody told is kept without being asked; None where the day is not known or reads as none."""
    try:
        return date.fromisoformat(since) + timedelta(days=INTERIM_DAYS)
    except (ValueError, TypeError, OverflowError):
        return None


def _person(
    ctx: Context, case: CaseId, named_person: tuple[PersonId, str], answered: PersonAnswers, since: str
) -> PersonConsents:
    person, name = named_person
    results = answered.answers(case)
    until = _interim(since)
    interim = until if results.get(KEPT_SCOPE) == consents.NOT_ASKED else None
    return PersonConsents(
        person=person,
        name=name,
        answers=results,
        heard=heard(ctx, answered),
        whole=answered.whole,
        interim_until=interim,
        overdue=interim is not None and interim < ctx.today,
    )
