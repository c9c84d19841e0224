"""Released papers that name somebody who has said no since: computed when a paper or the desk is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain import consents
from hrd_cases.domain.consent_gate import Missing
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.ids import CaseId, PersonId, RecordId, person_id
from hrd_cases.domain.redaction import PersonAnswer
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import answers
from hrd_cases.services.records.answers import PersonAnswers
from hrd_cases.services.sharing.sharing import people_called
from hrd_cases.store.records import Stored, of_class


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Somebody who stands in a released paper and does not agree any more, since a day."""

    person: PersonId
    name: str
    day: date | None


@dataclass(frozen=True, kw_only=True)
class PaperToRecall:
    """A released paper with those who do not agree any more."""

    case: CaseId
    record: RecordId
    number: int
    title: str
    people: tuple[Recall, ...]


def relied_on(missing_consents: Iterable[Missing]) -> tuple[dict[str, str], ...]:
    """What is frozen with a paper: whom it names by which consent, unless somebody overrode a no."""
    return tuple(
        {"person": missing_consent.person, "scope": missing_consent.scope.value}
        for missing_consent in missing_consents
        if missing_consent.answer is not PersonAnswer.NO
    )


def of_cards(ctx: Context, cards: Iterable[Stored[Declared]]) -> tuple[PaperToRecall, ...]:
    """The papers to recall among the records of any cases, the newest first."""
    papers = [card for card in of_class(cards, Paper) if card.value.state == RELEASED]
    values = {person_id(str(item["person"])) for card in papers for item in card.value.named}
    text = answers.of_people(ctx, values) if values else {}
    paper_to_recalls = [
        PaperToRecall(case=card.case, record=card.id, number=card.value.number, title=card.value.title, people=people)
        for card in papers
        if (people := _people(ctx, card.value, card.case, text))
    ]
    return tuple(
        sorted(
            paper_to_recalls,
            key=lambda paper_to_recall: max(str(each.day or "") for each in paper_to_recall.people),
            reverse=True,
        )
    )


def _people(ctx: Context, paper: Paper, case: CaseId, answered: Mapping[PersonId, PersonAnswers]) -> tuple[Recall, ...]:
    entries = consents.numbered_scopes()
    scopes: dict[PersonId, list[str]] = {}
    for item in paper.named:
        scopes.setdefault(person_id(str(item["person"])), []).append(entries[str(item["scope"])].code)
    recalls = []
    names = people_called(ctx, scopes)
    for person, lines in scopes.items():
        answers = answered.get(person)
        refused = [scope for scope in lines if answers is not None and answers.answer(scope, case) == consents.NO]
        if answers is not None and refused:
            day = consents.refused_on(answers.statements, refused)
            recalls.append(Recall(person=person, name=names.get(person, ""), day=day))
    return tuple(recalls)
