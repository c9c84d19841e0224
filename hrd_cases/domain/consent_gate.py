"""The consent gate of papers and letters: whose consent a text needs for its reader, and what the answer is."""

from dataclasses import dataclass

from hrd_cases.domain.papers import Variant
from hrd_cases.domain.redaction import (
    ASKED,
    NEEDS,
    Answer,
    Choice,
    Draft,
    PersonInPaper,
    Recipient,
    Scope,
    placed,
    shows,
)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A consent that a paper needs: who (by usual name), which scope, and the answer to it."""

    person: str
    label: str
    scope: Scope
    answer: Answer


def missing_consents(draft: Draft, recipient: Recipient, variant: Variant) -> tuple[Missing, ...]:
    """Every consent this paper would need and does not have, in the order of the people; empty opens the gate."""
    overridden = {person for person, decision in draft.decisions.items() if decision.choice is Choice.OVERRIDE}
    needed = needed_consents(draft, recipient, variant)
    return tuple(one for one in needed if one.answer is not Answer.YES and one.person not in overridden)


def needed_consents(draft: Draft, recipient: Recipient, variant: Variant) -> tuple[Missing, ...]:
    """Every consent by which somebody would stand in this paper: there, missing or overridden."""
    found = []
    for person in draft.people.values():
        decision = draft.decisions.get(person.id)
        if person.standing not in ASKED or (decision and decision.choice is Choice.LEAVE_OUT):
            continue
        for scope in sorted(_scopes_for(draft, person, recipient, variant)):
            answer = person.consents.get(scope, Answer.NOT_ASKED)
            found.append(Missing(person=person.id, label=person.name(""), scope=scope, answer=answer))
    return tuple(found)


def _scopes_for(draft: Draft, person: PersonInPaper, recipient: Recipient, variant: Variant) -> frozenset[Scope]:
    rules = [
        draft.exhibits[e.id]
        for e in draft.case.exhibits
        if e.id in draft.exhibits and shows(draft, e.id, recipient, variant)
    ]
    decision = draft.decisions.get(person.id)
    hidden = variant is Variant.PROTECTED or decision is not None
    named = not hidden and person.id in _people_of(draft.case)
    named = named or any(person.id in rule.names for rule in rules)
    scopes = set(NEEDS[recipient]) if named else set()
    if any(person.id in rule.pictured for rule in rules):
        scopes |= NEEDS[recipient] | {Scope.IMAGE}
    if any(person.id in rule.medical_of for rule in rules):
        scopes |= NEEDS[recipient] | {Scope.MEDICAL}
    return frozenset(scopes)


def _people_of(value: object) -> frozenset[str]:
    return frozenset(person for _, said in placed(value) for person in said.people)
