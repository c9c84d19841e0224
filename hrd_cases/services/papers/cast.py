"""Everybody whom a paper or a letter of a case may name: people with a file, and names typed in the records."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.names.questions import NameAnswer, Recogniser
from hrd_cases.domain.papers import Language
from hrd_cases.domain.people import Person
from hrd_cases.domain.profiles import terms
from hrd_cases.domain.redaction import ASKED, PersonInPaper, Standing
from hrd_cases.services.answers import Answered
from hrd_cases.services.papers.naming import in_paper, somebody, typed_names
from hrd_cases.services.papers.standing import person_in_paper, standing_of


@dataclass(frozen=True, kw_only=True)
class Records:
    """What the records of a case say about people: whom an action concerns, and where names are typed."""

    case: str
    actions: Collection[LegalAction]
    evidence: Collection[Evidence]
    incidents: Collection[Incident]
    answers: Mapping[str, NameAnswer]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """People by id as redaction knows them, and what recognises them in a text."""

    people: Mapping[str, PersonInPaper]
    recogniser: Recogniser


def cast_of(
    records: Records, files: Mapping[str, Person], answered: Mapping[str, Answered], language: Language
) -> Cast:
    """Everybody whom a text of this case may name: the people of these files, and who is only typed."""
    known = tuple(somebody(one, person) for one, person in files.items())
    names = Names(known)
    typed = typed_names(records.evidence, records.incidents, names)
    if typed:
        names = Names((*known, *(Somebody(id=one, names=(it.name,)) for one, it in typed.items())))
    words = terms(language)
    called = {one: words["a_source" if it.standing is Standing.SOURCE else "a_person"] for one, it in typed.items()}
    people = {
        **{
            one: person_in_paper(one, person, standing_of(one, person, records.actions), answered[one], records.case)
            for one, person in files.items()
        },
        **{one: in_paper(one, it, called[one]) for one, it in typed.items()},
    }
    return Cast(
        people=people,
        recogniser=Recogniser(names=names, answers=records.answers, asked=lambda one: people[one].standing in ASKED),
    )
