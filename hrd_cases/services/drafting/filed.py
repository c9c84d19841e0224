"""What a filed paper says and what stays with us: working notes never enter it.

Our marks of certainty, outcomes that we do not know and hearings that are still to come are for us; the other side
reads every paper of a proceeding.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

from hrd_cases.domain import dates
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NamedId, RecordId
from hrd_cases.domain.legal_actions import ActionCounsel, LegalAction
from hrd_cases.domain.live_case import LiveCase
from hrd_cases.domain.paper_matter import FactPlan
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import terms
from hrd_cases.domain.redaction import PersonInPaper, RedactedText
from hrd_cases.domain.vocabulary import LANGUAGES, vocabulary
from hrd_cases.render.words import PaperWords
from hrd_cases.services.drafting.sources import CaseSource

NOT_KNOWN = frozenset({"unknown", "not_known", "none_yet", "not_asked"})
# Of a hearing the court knows whether it was held; that it went on without us is ours to argue, not to note.
PRINTED_OUTCOMES = frozenset({"held", "held_continues", "adjourned", "cancelled", "moved"})
NOT_HELD = frozenset({"planned"})
MARKS = ("fact_marks", "reliability")
LAST = 1_000
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{3,60})[)\]]")


def without_notes(text: str) -> str:
    """The text without our marks of certainty, which stand in brackets: '(one source)'."""
    return _IN_BRACKETS.sub(lambda match: "" if _plain(match[1]) in _marks() else match[0], text)


def hold_filed(hearings: Iterable[Hearing], day: date | None) -> list[Hearing]:
    """The hearings that a paper of this day can speak of."""
    return [
        hearing
        for hearing in hearings
        if hearing.outcome not in NOT_HELD and not (hearing.on is not None and day and hearing.on > day)
    ]


def live_case(  # what the records say, and how the paper writes
    source: CaseSource,
    incidents: Iterable[RecordId],
    on: date | None,
    language: Language,
    *,
    people: Mapping[NamedId, PersonInPaper],
    free: Callable[[str], RedactedText],
    typed: Callable[[str], tuple[RedactedText, ...]],
) -> LiveCase:
    """What the fields of a form take from the records; `incidents` are behind the chosen facts."""
    planned = (hearing for hearing in source.hearings if hearing.outcome in ("", *NOT_HELD))
    return LiveCase(
        action=source.action,
        incidents=tuple(source.incidents[item] for item in dict.fromkeys(incidents) if item in source.incidents),
        files=source.people,
        people=people,
        companies=source.companies,
        bodies=source.bodies,
        hearings=tuple(hold_filed(source.hearings, on)),
        planned=tuple(hearing for hearing in planned if not hearing.adjourned_to),
        court=source.bodies.get(source.action.forum, ""),
        told=source.told(),
        on=on,
        words=terms(language),
        language=language.value,
        day=PaperWords(language=language).day,
        free=free,
        typed=typed,
    )


def exactly_on(day: date | None) -> PartialDate | None:
    """The day as a partial date; None without one."""
    return dates.exactly(day) if day else None


def in_order(facts: Iterable[FactPlan]) -> list[FactPlan]:
    """By day; on one day as they were numbered, then as they stand; without a date at the end."""

    def place(fact: FactPlan) -> tuple[str, int]:
        return (fact.when.first.isoformat() if fact.when and fact.when.known else "9", fact.order or LAST)

    return sorted(facts, key=place)


def authority(counsel: ActionCounsel, language: Language) -> str:
    """'Доверенность № 7 от 31 июля 2026 г., действует до 2 августа 2027 г.'"""
    words = PaperWords(language=language)
    kind = "" if counsel.authority in NOT_KNOWN or not counsel.authority else counsel.authority
    name = vocabulary("how_counsel_authorised").get(kind).text(language.value) if kind else ""
    number = f"{words['number_sign']}\N{NO-BREAK SPACE}{counsel.number}" if counsel.number else ""
    dated = words.fill("dated_of", day=words.day(counsel.dated)) if counsel.dated else ""
    return " ".join(piece for piece in (name, number, dated) if piece)


def with_end(text: str, expires: date | None, language: Language) -> str:
    """The authority with its last day, unless the text says it already."""
    words = PaperWords(language=language)
    spellings = (words.day(expires), f"{expires:%d.%m.%Y}", expires.isoformat()) if expires else ()
    wording = text.replace("\N{NO-BREAK SPACE}", " ")
    if not expires or any(spelling.replace("\N{NO-BREAK SPACE}", " ") in wording for spelling in spellings):
        return text
    return f"{text}, {words['valid_until']} {words.day(expires)}"


def proceeding(action: LegalAction) -> str:
    """'criminal', 'offence', or nothing for claims: it decides what the heads are called."""
    if action.kind == "administrative_offence":
        return "offence"
    group = vocabulary("legal_action_kinds").get(action.kind).group if action.kind else ""
    return "criminal" if group == "criminal" else ""


def files_as(name: str, acting_for: Iterable[str], language: Language) -> str:
    """Who files, for whom, in the language of the paper."""
    for_whom = ", ".join(dict.fromkeys(party for party in acting_for if party))
    return terms(language)["files_for"].format(name=name, people=for_whom) if for_whom else name


@lru_cache(maxsize=1)
def _marks() -> frozenset[str]:
    return frozenset(
        _plain(entry.text(language))
        for name in MARKS
        for entry in vocabulary(name).entries
        for language in LANGUAGES
        if entry.code not in NOT_KNOWN
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
