"""What an override of a missing consent is given for: these words, to this reader, in spite of these answers."""

from dataclasses import dataclass, replace

from hrd_cases.domain.consent_gate import needed_consents
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.passages import of_person
from hrd_cases.domain.redaction import Draft, Recipient


@dataclass(frozen=True, kw_only=True)
class Overridden:
    """Every text and exhibit by which somebody stands in a paper, its reader, and the answers, as 'C4 no'."""

    recipient: str
    consents: tuple[str, ...]
    texts: tuple[str, ...]


def overridden(draft: Draft, recipient: Recipient, variant: Variant, person: str) -> Overridden:
    """What an override would be given for now."""
    decisions = {one: decision for one, decision in draft.decisions.items() if one != person}
    undecided = replace(draft, decisions=decisions)
    consents = (one for one in needed_consents(undecided, recipient, variant) if one.person == person)
    return Overridden(
        recipient=recipient.value,
        consents=tuple(f"{one.scope.value} {one.answer.value}" for one in consents),
        texts=of_person(draft, person),
    )
