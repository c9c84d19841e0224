"""Everybody whom a paper or a letter of a case may name: people with a file, and names typed in the records."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hrd_cases.domain.case_names import in_paper, somebody, typed_names
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.ids import CaseId, NamedId, PersonId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.names.questions import NameAnswer, Recogniser
from hrd_cases.domain.papers import Language
from hrd_cases.domain.people import Person
from hrd_cases.domain.profiles import terms
from hrd_cases.domain.redaction import ASKED, PersonInPaper, Standing
from hrd_cases.services.drafting.standing import person_in_paper, standing_of
from hrd_cases.services.records.answers import PersonAnswers


@dataclass(frozen=True, kw_only=True)
class CastRecords:
    """What the records of a case say about people: whom an action concerns, and where names are typed."""

    case: CaseId
    actions: Collection[LegalAction]
    typed_in: Collection[object]  # every record in which a name may be typed
    counsel: Collection[ColleagueCard]  # of record in the actions
    answers: Mapping[str, NameAnswer]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """People by id as redaction knows them, and what recognises them in a text."""

    people: Mapping[NamedId, PersonInPaper]
    recogniser: Recogniser


def cast_of(
    records: CastRecords,
    files: Mapping[PersonId, Person],
    answered: Mapping[PersonId, PersonAnswers],
    language: Language,
) -> Cast:
    """Everybody whom a text of this case may name: the people of these files, and who is only typed."""
    somebodies = tuple(somebody(item, person) for item, person in files.items())
    names = Names(somebodies)
    typed = typed_names(records.typed_in, names, [card.name for card in records.counsel])
    if typed:
        names = Names((*somebodies, *(Somebody(id=item, names=(it.name,)) for item, it in typed.items())))
    words = terms(language)
    called = {item: words["a_source" if it.standing is Standing.SOURCE else "a_person"] for item, it in typed.items()}
    people: dict[NamedId, PersonInPaper] = {
        **{
            item: person_in_paper(
                item,
                person,
                standing_of(item, person, records.actions),
                answered[item],
                records.case,
                words["a_person"],
            )
            for item, person in files.items()
        },
        **{item: in_paper(item, it, called[item]) for item, it in typed.items()},
    }
    return Cast(
        people=people,
        recogniser=Recogniser(names=names, answers=records.answers, asked=lambda item: people[item].standing in ASKED),
    )
