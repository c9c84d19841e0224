"""The consent gate of papers and letters: whose consent a text needs for its reader, and what the answer is."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.redaction import (
    ASKED,
    NEEDS,
    Choice,
    Draft,
    ExhibitRules,
    PersonAnswer,
    Recipient,
    RecipientScope,
    placed,
    shows,
)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A consent that a paper needs: who (by usual name), which scope, and the answer to it."""

    person: NamedId
    label: str
    scope: RecipientScope
    answer: PersonAnswer


def missing_consents(draft: Draft, recipient: Recipient, variant: Variant) -> tuple[Missing, ...]:
    """Every consent this paper would need and does not have, in the order of the people; empty opens the gate."""
    return still_missing(draft, needed_consents(draft, recipient, variant))


def still_missing(draft: Draft, needed: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """Of the consents that this paper needs (needed_consents), those that it does not have."""
    overridden = {person for person, decision in draft.decisions.items() if decision.choice is Choice.OVERRIDE}
    return tuple(
        missing_consent
        for missing_consent in needed
        if missing_consent.answer is not PersonAnswer.YES and missing_consent.person not in overridden
    )


def needed_consents(draft: Draft, recipient: Recipient, variant: Variant) -> tuple[Missing, ...]:
    """Every consent by which somebody would stand in this paper: there, missing or overridden."""
    rules = [
        draft.exhibits[e.id]
        for e in draft.case.exhibits
        if e.id in draft.exhibits and shows(draft, e.id, recipient, variant)
    ]
    written = frozenset() if variant is Variant.PROTECTED else _people_of((draft.case, draft.edited, draft.own))
    consents = []
    for person in draft.people.values():
        decision = draft.decisions.get(person.id)
        if person.standing not in ASKED or (decision and decision.choice is Choice.LEAVE_OUT):
            continue
        is_named = decision is None and person.id in written
        for scope in sorted(_scopes_for(person.id, rules, recipient, is_named=is_named)):
            answer = person.consents.get(scope, PersonAnswer.NOT_ASKED)
            consents.append(Missing(person=person.id, label=person.name(""), scope=scope, answer=answer))
    return tuple(consents)


def _scopes_for(
    person: NamedId, rules: Sequence[ExhibitRules], recipient: Recipient, *, is_named: bool
) -> frozenset[RecipientScope]:
    is_named = is_named or any(person in rule.names for rule in rules)
    scopes = set(NEEDS[recipient]) if is_named else set()
    if any(person in rule.pictured for rule in rules):
        scopes |= NEEDS[recipient] | {RecipientScope.IMAGE}
    if any(person in rule.medical_of for rule in rules):
        scopes |= NEEDS[recipient] | {RecipientScope.MEDICAL}
    return frozenset(scopes)


def _people_of(value: object) -> frozenset[NamedId]:
    return frozenset(person for _, text in placed(value) for person in text.people)
