"""What the fields of a form take from the records of a case, and the texts that they make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.companies import Company
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NamedId, PersonId, RecordId
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.people import Person
from hrd_cases.domain.redaction import PersonInPaper, RedactedText
from hrd_cases.domain.vocabulary import vocabulary

NOT_SAID = frozenset({"", "unknown", "not_known", "not_asked", "none_known"})


@dataclass(frozen=True, kw_only=True)
class LiveCase:
    """What the fields take from the case: the proceeding, the incidents behind its chosen facts, people and companies.

    `hearings` are those the paper can speak of, `planned` those still to come, `told` what was sent: when, to whom,
    what. `typed` makes paragraphs of what somebody typed, `free` one text of it; `words` are the terms of the language.
    """

    action: LegalAction
    incidents: tuple[Incident, ...]
    files: Mapping[PersonId, Person]
    people: Mapping[NamedId, PersonInPaper]
    companies: Mapping[RecordId, Company]
    bodies: Mapping[str, str]
    hearings: tuple[Hearing, ...]
    planned: tuple[Hearing, ...]
    court: str
    told: tuple[tuple[date | None, str, str], ...]
    on: date | None
    words: Mapping[str, str]
    language: str
    day: Callable[[date], str]
    free: Callable[[str], RedactedText]
    typed: Callable[[str], tuple[RedactedText, ...]]

    def word(self, name: str, code: str) -> str:
        """A coded value in the language of the paper; empty where nothing was said."""
        known = code not in NOT_SAID and vocabulary(name).has(code)
        return vocabulary(name).get(code).text(self.language) if known else ""


def fixed(text: str) -> RedactedText:
    """Words that nobody typed."""
    return RedactedText(pieces=(text,), structured=True)
