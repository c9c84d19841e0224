"""A person of a case as papers and letters know them: whether they are asked at all, and what they answered."""

from collections.abc import Iterable

from hrd_cases.domain import consents
from hrd_cases.domain.case_names import pseudonym_of, recorded_names
from hrd_cases.domain.ids import CaseId, PersonId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.names.questions import Recogniser
from hrd_cases.domain.people import Person
from hrd_cases.domain.redaction import PersonAnswer, PersonInPaper, RecipientScope, Standing, Who
from hrd_cases.services.records.answers import PersonAnswers

SHORTEST_NAME = 3
IN_OFFICE = frozenset({"official", "judge"})


def person_in_paper(  # each is another side of one person
    item: PersonId, person: Person, standing: Standing, answered: PersonAnswers, case: CaseId, otherwise: str
) -> PersonInPaper:
    """A person with names, pseudonym and the answers that may be acted upon in a case.

    `otherwise` stands for a pseudonym that tells the name.
    """
    spellings = recorded_names(person)
    answers = answered.proven(case)
    entries = consents.numbered_scopes()
    channels = (channel.value for channel in person.channels)
    born = f"{person.birth.first:%d.%m.%Y}" if person.birth is not None and person.birth.exact else ""
    marks = (person.national_number, person.address, born, *channels)
    return PersonInPaper(
        id=item,
        standing=standing,
        names={"": (spellings or (person.pseudonym,))[0], **{name: name for name in spellings}},
        pseudonyms={"": pseudonym_of(person, otherwise)},
        consents={
            scope: PersonAnswer(answers[entries[scope.value].code])
            for scope in RecipientScope
            if scope.value in entries
        },
        other_names=tuple(mark for mark in marks if len(mark.strip()) >= SHORTEST_NAME),
    )


def standing_of(item: PersonId, person: Person, actions: Iterable[LegalAction]) -> Standing:
    """Whom we support is asked even as a party; officials in office and the other side are not asked."""
    roles, proceedings = set(person.roles), tuple(actions)
    if person.acts_in_office == "yes" or roles & IN_OFFICE:
        return Standing.OFFICIAL
    if any(item in action.people for action in proceedings) or roles & {"defender", "client"}:
        return Standing.SUPPORTED
    if roles & {"source", "witness"}:
        return Standing.SOURCE
    parties = (party for action in proceedings for party in action.parties)
    theirs = any(party.person == item and party.side != "ours" for party in parties)
    return Standing.PARTY if theirs else Standing.SUPPORTED


def pieces(recogniser: Recogniser, text: str) -> tuple[str | Who, ...]:
    """Text with every place where somebody may be named replaced by a reference to that person."""
    results: list[str | Who] = []
    at = 0
    for spot in recogniser.spots(text):
        person = recogniser.who(spot.place, spot.key)
        if person:
            results += [text[at : spot.place.start], Who(person=person, text=spot.words)]
            at = spot.place.end
    return tuple(piece for piece in (*results, text[at:]) if piece)
