"""Fields of a form that hearings, custody and letters fill: for reports on what was observed, and for handing over."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import CustodyMeasure
from hrd_cases.domain.live_case import LiveCase, fixed
from hrd_cases.domain.profiles import ACCESS, DEADLINES, HEALTH, HEARINGS, OBSERVERS, SEEN, TOLD
from hrd_cases.domain.redaction import PersonAnswer, RecipientScope, RedactedText, Who

Dated = tuple[date, RedactedText]


def _hearings(live: LiveCase) -> Iterator[RedactedText]:
    hearings = tuple(_observed(live))
    if hearings and live.court:
        yield live.free(live.court)
        numbers = (each.number for each in live.action.numbers if each.kind == "court" and each.number)
        yield from (live.free(f"{live.words['case_number']} {number}") for number in numbers)
    for hearing in hearings:
        said = (
            f"{_day(hearing, live)}, {hearing.at}",
            live.word("hearing_kinds", hearing.kind),
            live.word("hearing_outcomes", hearing.outcome),
            _answer("heard_public", hearing.public, live),
            _answer("heard_interpreter", hearing.interpreter, live),
        )
        yield fixed("; ".join(filter(None, said)))
        yield live.free(hearing.room)
        if hearing.judge.strip():
            yield live.free(f"{live.words['heard_judge']} {hearing.judge.strip()}")


def _observers(live: LiveCase) -> Iterator[RedactedText]:
    for hearing in _observed(live):
        for observer in hearing.observers:
            day, status = f"{_day(hearing, live)}: ", live.word("observer_status", observer.status)
            said = "; ".join(filter(None, (status, observer.reason.strip())))
            who = ", ".join(filter(None, (live.bodies.get(observer.body, ""), observer.who.strip())))
            named = observer.person in live.people
            text = live.free(": ".join(filter(None, (who, said))))
            person = (Who(person=observer.person), f"{', ' if who else ': '}" if text.pieces else "") if named else ()
            yield replace(text, pieces=tuple(filter(None, (day, *person, *text.pieces))))


def _seen(live: LiveCase) -> Iterator[RedactedText]:
    for hearing in _observed(live):
        if hearing.present.strip() or hearing.minutes.strip():
            yield fixed(f"{_day(hearing, live)}, {hearing.at}")
        if hearing.present.strip():
            yield live.free(f"{live.words['heard_present']} {' '.join(hearing.present.split())}")
        yield from live.typed(hearing.minutes)


def _access(live: LiveCase) -> Iterator[RedactedText]:
    for custody in _in_custody(live):
        said = (
            live.word("custody_measures", custody.kind),
            _length(custody, live),
            _answer("counsel_admitted", custody.counsel_access, live),
            _answer("family_admitted", custody.family_access, live),
        )
        words = "; ".join(filter(None, said))
        yield RedactedText(pieces=(Who(person=custody.person), f": {words}"), structured=True)


def _health(live: LiveCase) -> Iterator[RedactedText]:
    """Only of those who agreed that their health is shown; it belongs to them, and is absent where they are hidden."""
    for person in dict.fromkeys(custody.person for custody in _in_custody(live)):
        health = live.files[person].health.strip() if person in live.files else ""
        agreed = live.people[person].consents.get(RecipientScope.MEDICAL)
        if health and agreed is PersonAnswer.YES:
            text = live.free(health)
            yield replace(text, pieces=(Who(person=person), ": ", *text.pieces), owned=True)


def _deadlines(live: LiveCase) -> Iterator[RedactedText]:
    dated = [*_of_custody(live), *_of_course(live)]
    due = (pair for pair in dated if live.on is None or pair[0] >= live.on)
    for on, text in sorted(due, key=lambda pair: pair[0]):
        yield replace(text, pieces=(f"{live.day(on)}: ", *text.pieces))


def _of_custody(live: LiveCase) -> Iterator[Dated]:
    for custody in _in_custody(live):
        kind = live.word("custody_measures", custody.kind)
        for on, key in ((custody.until, "custody_ends"), (custody.review, "next_review")):
            if on is not None:
                words = "; ".join(filter(None, (kind, live.words[key])))
                yield on, RedactedText(pieces=(Who(person=custody.person), f"; {words}"), structured=True)


def _of_course(live: LiveCase) -> Iterator[Dated]:
    for decision in live.action.decisions:
        if decision.challenge_until is not None:
            kind = live.word("decision_kinds", decision.kind)
            yield decision.challenge_until, fixed(f"{live.words['challenge_until']}: {kind}")
    for filing in live.action.filings:
        if filing.answer_due is not None:
            kind = live.word("filing_kinds", filing.kind)
            yield filing.answer_due, fixed(f"{live.words['answer_until']}: {kind}")
    for hearing in live.planned:
        if hearing.on is not None:
            kind = live.word("hearing_kinds", hearing.kind) or live.words["hearing"]
            yield hearing.on, live.free(f"{kind}, {hearing.at}, {hearing.room}")


def _told(live: LiveCase) -> Iterator[RedactedText]:
    for on, whom, what in live.told:
        yield live.free("; ".join(filter(None, (live.day(on) if on else "", whom.strip(), what.strip()))))


def _observed(live: LiveCase) -> Iterator[Hearing]:
    """The hearings of which something is written that an observer would report."""
    return (each for each in live.hearings if each.observers or each.minutes.strip() or each.present.strip())


def _in_custody(live: LiveCase) -> Iterator[CustodyMeasure]:
    return (custody for custody in live.action.custody if custody.person in live.people)


def _day(hearing: Hearing, live: LiveCase) -> str:
    return live.day(hearing.on) if hearing.on else live.words["undated"]


def _answer(key: str, code: str, live: LiveCase) -> str:
    word = live.word("yes_no_unknown", code)
    return f"{live.words[key]} {word.lower()}" if word else ""


def _length(custody: CustodyMeasure, live: LiveCase) -> str:
    """How many days the measure lasted up to the paper, both days counted; nothing where its first day is not exact."""
    ends = [day for day in (custody.until, live.on) if day is not None]
    if custody.since is None or not custody.since.exact or not ends or min(ends) < custody.since.first:
        return ""
    return f"{live.words['custody_days']} {(min(ends) - custody.since.first).days + 1}"


FROM_RECORDS: Mapping[str, Callable[[LiveCase], Iterator[RedactedText]]] = {
    HEARINGS: _hearings,
    OBSERVERS: _observers,
    SEEN: _seen,
    ACCESS: _access,
    HEALTH: _health,
    DEADLINES: _deadlines,
    TOLD: _told,
}
