"""What an override of a missing consent is given for: these words, to this reader, in spite of these answers."""

from dataclasses import dataclass, replace

from hrd_cases.domain.consent_gate import needed_consents
from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.passages import of_person
from hrd_cases.domain.redaction import Draft, Recipient


@dataclass(frozen=True, kw_only=True)
class Overridden:
    """Every text and exhibit by which somebody stands in a paper, its reader, and the answers, as 'C4 no'."""

    recipient: str
    consents: tuple[str, ...]
    texts: tuple[str, ...]


def overridden(draft: Draft, recipient: Recipient, variant: Variant, person: NamedId) -> Overridden:
    """What an override would be given for now."""
    decisions = {item: decision for item, decision in draft.decisions.items() if item != person}
    undecided = replace(draft, decisions=decisions)
    consents = (
        needed_consent
        for needed_consent in needed_consents(undecided, recipient, variant)
        if needed_consent.person == person
    )
    return Overridden(
        recipient=recipient.value,
        consents=tuple(f"{consent.scope.value} {consent.answer.value}" for consent in consents),
        texts=of_person(draft, person),
    )
