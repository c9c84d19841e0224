"""What a person agreed to: the one rule, for papers, letters, pages, lists and figures.

A statement says yes or no to scopes at a moment: a day and time, or the whole day.
y is after n  <=>  y's moment begins after n's moment has ended.
answer(scope) = "no"        if some no has no yes after it that covers this matter
                "yes"       else if there is a yes that covers this matter
                "not_asked" else
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from hrd_cases.domain.consents import EVERYTHING, PARAGRAPHS, REFUSES, STATISTICS, WITHDRAWS, Statement
from hrd_cases.domain.vocabulary import VocabularyEntry, vocabulary

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
