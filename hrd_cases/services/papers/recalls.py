"""Released papers that name somebody who has said no since: computed when a paper or the desk is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain import consent
from hrd_cases.domain.consent_gate import Missing
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.redaction import Answer
from hrd_cases.services import answers
from hrd_cases.services.answers import Answered
from hrd_cases.services.context import Context
from hrd_cases.services.sharing import names_of
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Somebody who stands in a released paper and does not agree any more, since a day."""

    person: str
    name: str
    day: date | None


@dataclass(frozen=True, kw_only=True)
class PaperToRecall:
    """A released paper with those who do not agree any more."""

    case: str
    record: str
    number: int
    title: str
    people: tuple[Recall, ...]


def relied_on(found: Iterable[Missing]) -> tuple[dict[str, str], ...]:
    """What is frozen with a paper: whom it names by which consent, unless somebody overrode a no."""
    return tuple({"person": one.person, "scope": one.scope.value} for one in found if one.answer is not Answer.NO)


def of_cards(ctx: Context, cards: Iterable[Stored]) -> tuple[PaperToRecall, ...]:
    """The papers to recall among the records of any cases, the newest first."""
    papers = [card for card in cards if isinstance(card.value, Paper) and card.value.state == RELEASED]
    named = {str(one["person"]) for card in papers for one in card.value.named}
    said = answers.of_people(ctx, named) if named else {}
    found = [
        PaperToRecall(case=card.vault, record=card.id, number=card.value.number, title=card.value.title, people=people)
        for card in papers
        if (people := _people(ctx, card.value, card.vault, said))
    ]
    return tuple(sorted(found, key=lambda one: max(str(each.day or "") for each in one.people), reverse=True))


def _people(ctx: Context, paper: Paper, case: str, said: Mapping[str, Answered]) -> tuple[Recall, ...]:
    asked = consent.numbered_scopes()
    scopes: dict[str, list[str]] = {}
    for one in paper.named:
        scopes.setdefault(str(one["person"]), []).append(asked[str(one["scope"])].code)
    gone = [
        (person, [scope for scope in wanted if person in said and said[person].answer(scope, case) == consent.NO])
        for person, wanted in scopes.items()
    ]
    names = names_of(ctx, "person")
    return tuple(
        Recall(person=person, name=names.get(person, ""), day=consent.refused_on(said[person].statements, refused))
        for person, refused in gone
        if refused
    )
