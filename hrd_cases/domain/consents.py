"""What a person answers: consent to paragraphs and scopes, a refusal, a withdrawal (Istanbul Protocol, OHCHR 2022).

A consent rests whole in the case where it was said. Its statement, which is what counts elsewhere, rests in the
person's file too and reaches every team that holds the person (docs/adr/0022).

What a person agreed to is one rule (`answer`), for papers, letters, pages, lists and figures.
A statement says yes or no to scopes at a moment: a day and time, or the whole day.
y is after n  <=>  y's moment begins after n's moment has ended.
answer(scope) = "no"        if some no has no yes after it that covers this matter
                "yes"       else if there is a yes that covers this matter
                "not_asked" else
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from hrd_cases.domain.agenda import CONSENT_REVIEW, DatedLine
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    Day,
    Flag,
    Hidden,
    Link,
    Links,
    Proposal,
    Rows,
    Text,
    TextLine,
    TimeOfDay,
    declare,
    entity,
)
from hrd_cases.domain.ids import CaseId, PersonId, RecordId
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.vocabulary import VocabularyEntry, vocabulary
from hrd_cases.domain.words import N_

KEEP, COURT, INTERNATIONAL, PUBLISH, STATISTICS = "keep", "court", "international", "publish", "statistics"
PARAGRAPHS = (KEEP, COURT, INTERNATIONAL, PUBLISH, STATISTICS)
ANSWERS, REFUSES, WITHDRAWS = "answers", "refuses", "withdraws"
ORAL_NOTED, ORAL_RECORDED = "oral_noted", "oral_recorded"
MATTER, EVERYTHING = "matter", "everything"
INTERIM_DAYS = 14  # how long keeping is interim before consent is asked

REFUSED, WITHDRAWN = N_("Everything refused"), N_("Consent withdrawn")
_TITLES = {REFUSES: REFUSED, WITHDRAWS: WITHDRAWN}
_LABEL = N_("Consent")


@dataclass(frozen=True, kw_only=True)
class ScopeAnswer:
    """One scope answered differently from its paragraph."""

    scope: str = declare(Coded(list="consent_scopes"), N_("For what"))
    answer: str = declare(Ask(), N_("Answer"))


@entity(
    "statement",
    letter="a",
    vault="person",
    label=N_("What a person answered"),
    plural=N_("What a person answered"),
    new=N_("New consent"),
    title=lambda statement: _TITLES.get(statement.said, _LABEL),
    heads=(REFUSED, WITHDRAWN, _LABEL),
    undated=True,
)
@dataclass(frozen=True, kw_only=True)
class Statement:
    """What counts of a consent, in the person's file: coded, without place, words or who asked."""

    consent: str = declare(Hidden(default=""), N_("Consent"), at=CORE, card=True)  # its id in the case
    case: CaseId = declare(Hidden(default=""), N_("Case"), at=CORE, card=True)  # where it was said
    revision: int = declare(Hidden(default=0), N_("Version"), at=CORE, card=True)
    said: str = declare(Coded(list="statement_kinds"), N_("What was said"), at=CORE, card=True)
    said_on: date | None = declare(Day(), N_("Day of the answer"), at=CORE, card=True)
    said_at: str = declare(TimeOfDay(), N_("At what time"), at=CORE, card=True)
    about: str = declare(Coded(list="consent_about"), N_("A yes is about"), at=CORE, card=True)
    keep: str = declare(Ask(), N_("Keep and use what they told us, inside our group"), at=CORE, card=True)
    court: str = declare(Ask(), N_("Our lawyer, and the court"), at=CORE, card=True)
    international: str = declare(Ask(), N_("The UN and the National Contact Point"), at=CORE, card=True)
    publish: str = declare(Ask(), N_("Publish"), at=CORE, card=True)
    statistics: str = declare(Ask(), N_("Count in statistics, without names"), at=CORE, card=True)
    scopes: tuple[ScopeAnswer, ...] = declare(Rows(item=ScopeAnswer), N_("Answered differently"), at=CORE, card=True)
    form: str = declare(Coded(list="consent_forms"), N_("How it was given"), at=CORE, card=True)
    language: str = declare(Coded(list="languages"), N_("Language"), at=CORE, card=True)
    limited: bool = declare(Flag(), N_("They set limits"), at=CORE, card=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE, card=True)


def _agenda(consent: "Consent", _today: date) -> Iterator[DatedLine]:
    if consent.review is not None and consent.said != WITHDRAWS:
        yield DatedLine(kind=CONSENT_REVIEW, on=consent.review, titled=False, person=consent.person)


@entity(
    "consent",
    letter="s",
    vault="case",
    label=_LABEL,
    plural=N_("Consents"),
    new=N_("New consent"),
    title=lambda consent: _TITLES.get(consent.said, _LABEL),
    heads=(REFUSED, WITHDRAWN),
    dated="said_on",
    newest_first=True,
    in_case=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Consent:
    """Five paragraphs, each yes, no or not asked; or everything refused, or withdrawn. And how it was said."""

    person: PersonId = declare(Link(to="person"), N_("Who"), at=CORE, required=True, card=True)
    said: str = declare(Coded(list="statement_kinds"), N_("What was said"), at=CORE, card=True, proposed=ANSWERS)
    said_on: date | None = declare(
        Day(past=True, certain=True),
        N_("Day of the answer"),
        at=CORE,
        required=True,
        card=True,
        proposed=Proposal.TODAY,
    )
    said_at: str = declare(
        TimeOfDay(),
        N_("At what time"),
        at=CORE,
        card=True,
        hint=N_("Needed when the person answered twice on one day"),
    )
    time_unknown: bool = declare(Flag(), N_("Nobody remembers the time: of one day, the no counts"), at=CORE, card=True)
    form: str = declare(
        Coded(list="consent_forms"), N_("How it was given"), at=CORE, required=True, card=True, proposed=ORAL_NOTED
    )
    keep: str = declare(Ask(), N_("Keep and use what they told us, inside our group"), at=CORE, card=True)
    court: str = declare(Ask(), N_("Our lawyer, and the court"), at=CORE, card=True)
    international: str = declare(Ask(), N_("The UN and the National Contact Point"), at=CORE, card=True)
    publish: str = declare(Ask(), N_("Publish"), at=CORE, card=True)
    statistics: str = declare(Ask(), N_("Count in statistics, without names"), at=CORE, card=True)
    scopes: tuple[ScopeAnswer, ...] = declare(Rows(item=ScopeAnswer), N_("Answered differently"), at=CORE, card=True)
    about: str = declare(
        Coded(list="consent_about"),
        N_("A yes is about"),
        at=CORE,
        card=True,
        proposed=MATTER,
        hint=N_("A no, a withdrawal and the answer on statistics always hold for everything"),
    )
    language: str = declare(Coded(list="languages"), N_("Language"), at=CORE, card=True)
    read_aloud: str = declare(Ask(), N_("The text was read aloud"), at=CORE)
    limited: bool = declare(Flag(), N_("They set limits"), at=CORE, card=True)
    limits: str = declare(Text(rows=2), N_("Limits they set"), at=IDENTITY)
    place: str = declare(TextLine(), N_("Where it was said"), at=IDENTITY)
    asked_by: str = declare(Link(to="colleague"), N_("Asked by our colleague"), at=CORE, proposed=Proposal.ACTOR)
    asked_by_other: str = declare(TextLine(), N_("Or asked by somebody else"), at=IDENTITY)
    scan: tuple[RecordId, ...] = declare(Links(to="evidence"), N_("The signed sheet or the recording"), at=CORE)
    review: date | None = declare(Day(), N_("Ask again on"), at=CORE, card=True, after="said_on")
    told: str = declare(TextLine(max=300), N_("Who was told of a withdrawal"), at=IDENTITY)
    revision: int = declare(Hidden(default=0), N_("Version"), at=CORE, card=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE, card=True)


_SHARED = {part.name for part in fields(Statement)} & {part.name for part in fields(Consent)}


def statement_of(consent: Consent, *, record: RecordId, case: CaseId) -> Statement:
    """What counts of a consent that rests in `case` as `record`."""
    shared = {name: getattr(consent, name) for name in _SHARED}
    return Statement(consent=record, case=case, **shared)


def renewed(consent: Consent) -> Consent:
    """A consent as it is kept: its next version, with a word on limits where some were written down."""
    limited = consent.limited or bool(consent.limits.strip())
    return replace(consent, limited=limited, revision=consent.revision + 1)


YES, NO, NOT_ASKED = "yes", "no", "not_asked"
Instant = tuple[date, int]  # a day and its minutes, 24:00 included
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")
_DAY = 24 * 60


def answer(statements: Iterable[Statement], scope: str, *, matter: str) -> str:
    """'yes', 'no' or 'not_asked' of the person who made these statements, in the case `matter`."""
    texts = [(newest_version, says(newest_version, scope)) for newest_version in newest_versions(statements)]
    agreed = [begins(statement) for statement, word in texts if word == YES and covers(statement, scope, matter)]
    refused = [ends(statement) for statement, word in texts if word == NO]
    if refused and not (agreed and max(agreed) > max(refused)):
        return NO
    return YES if agreed else NOT_ASKED


def answers(statements: Iterable[Statement], *, matter: str) -> dict[str, str]:
    """The answer for every scope."""
    every = newest_versions(statements)
    return {entry.code: answer(every, entry.code, matter=matter) for entry in vocabulary("consent_scopes").entries}


def numbered_scopes() -> Mapping[str, VocabularyEntry]:
    """What a person is asked, by the number of the scope (C1 to C18), as papers and letters keep it."""
    return {str(entry.extra["number"]): entry for entry in vocabulary("consent_scopes").entries}


def refused_on(statements: Iterable[Statement], scopes: Iterable[str]) -> date | None:
    """The day of the newest no to any of these scopes."""
    values = tuple(scopes)
    refusals = (version for version in newest_versions(statements) if _refuses(version, values))
    return max((version.said_on for version in refusals if version.said_on is not None), default=None)


def _refuses(statement: Statement, scopes: Iterable[str]) -> bool:
    return any(says(statement, scope) == NO for scope in scopes)


def newest_versions(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Each consent once: it may be seen in the person's file and in its case, one of them before a correction."""
    newest: dict[object, Statement] = {}
    for statement in statements:
        key = statement.consent or id(statement)
        if key not in newest or newest[key].revision < statement.revision:
            newest[key] = statement
    return tuple(newest.values())


def says(statement: Statement, scope: str) -> str:
    """'yes', 'no' or '' of one statement on one scope; a no to the paragraph is a no to all it opens to."""
    if statement.said in (REFUSES, WITHDRAWS):
        return NO
    alone = {item.answer for item in statement.scopes if item.scope == scope}
    if alone & {YES, NO}:
        return NO if NO in alone else YES
    entry = vocabulary("consent_scopes").get(scope)
    word = str(getattr(statement, str(entry.extra["bundle"])))
    if word == YES and entry.extra.get("asked_alone"):
        return ""
    return word if word in (YES, NO) else ""


def covers(statement: Statement, scope: str, matter: str) -> bool:
    """True when a yes holds in the case `matter`; figures know no matter."""
    return scope == STATISTICS or statement.about == EVERYTHING or statement.case == matter


def begins(statement: Statement) -> Instant:
    """When its moment begins; without a day, before everything."""
    return next(_moment(statement))


def ends(statement: Statement) -> Instant:
    """When its moment has ended; without a day, after everything."""
    return list(_moment(statement))[-1]


def position(statement: Statement) -> tuple[Instant, Instant, int]:
    """Where it stands among what a person said; of one moment, a no stands after a yes."""
    refuses = statement.said in (REFUSES, WITHDRAWS) or NO in {getattr(statement, name) for name in PARAGRAPHS}
    return begins(statement), ends(statement), int(refuses)


def _moment(statement: Statement) -> Iterator[Instant]:
    day, clock = statement.said_on, _CLOCK.match(statement.said_at)
    if day is None:
        yield from ((date.min, 0), (date.max, _DAY))
    elif clock is None:
        yield from ((day, 0), (day, _DAY))
    else:
        yield (day, 60 * int(clock[1]) + int(clock[2]))
