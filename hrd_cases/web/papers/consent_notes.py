"""What the pages of papers and letters say about consents, overrides and what is left out."""

from collections.abc import Iterable

from hrd_cases.domain.consents import numbered_scopes
from hrd_cases.domain.passages import WHY_LEFT_OUT, by_place
from hrd_cases.domain.redaction import Choice, LeftOut
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.drafting.plans import PersonPlan
from hrd_cases.web.pages.layout import language

CHOICES = tuple(choice.value for choice in Choice)


def scopes() -> dict[str, str]:
    """What a person was asked, by the number of the scope."""
    return {number: entry.text(language()) for number, entry in numbered_scopes().items()}


def recipients() -> dict[str, str]:
    """Who reads it, by code."""
    return {entry.code: entry.text(language()) for entry in vocabulary("recipients").entries}


def readers(codes: Iterable[str]) -> str:
    """Who reads it, in words."""
    return ", ".join(recipients()[code] for code in codes)


def consent_lines(decided: PersonPlan) -> list[tuple[str, str]]:
    """The consents that an override goes without, with the answers."""
    words = scopes()
    pairs = [consent.split(" ", 1) for consent in decided.consents]
    return [(words[number], answer) for number, answer in pairs]


def left_out(texts: tuple[LeftOut, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the reader does not get, by place: each text and why."""

    def reasons(every: Iterable[LeftOut]) -> list[tuple[str, str]]:
        return [(out.text, WHY_LEFT_OUT[out.why]) for out in every]

    return [(place, reasons(every)) for place, every in by_place(texts)]
