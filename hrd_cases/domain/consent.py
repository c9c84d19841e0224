"""What somebody agreed to: the newest answer counts, a withdrawal ends it; never asked is an answer of its own."""

from collections.abc import Iterable

from hrd_cases.domain.consents import Consent
from hrd_cases.domain.vocabulary import vocabulary

YES, NO, NOT_ASKED = "yes", "no", "not_asked"


def answer(consents: Iterable[Consent], person: str, scope: str) -> str:
    """'yes', 'no' or 'not_asked' for one person and one scope of the vocabulary `consent_scopes`."""
    mine = sorted(
        (one for one in consents if one.person == person), key=lambda one: (one.asked_on is not None, one.asked_on)
    )
    for consent in reversed(mine):
        if consent.withdrawn_on is not None:
            return NO
        found = _answer(consent, scope)
        if found in (YES, NO):
            return found
    return NOT_ASKED


def answers(consents: Iterable[Consent], person: str) -> dict[str, str]:
    """The answer for every scope."""
    every = list(consents)
    return {entry.code: answer(every, person, entry.code) for entry in vocabulary("consent_scopes").entries}


def _answer(consent: Consent, scope: str) -> str:
    single = next((one.answer for one in consent.scopes if one.scope == scope), "")
    if single in (YES, NO):
        return single
    entry = vocabulary("consent_scopes").get(scope)
    if scope == "statistics":
        return consent.statistics
    if entry.extra.get("asked_alone"):
        return ""
    bundle = str(entry.extra.get("bundle", ""))
    return str(getattr(consent, bundle, ""))
