"""SDG indicator 16.10.1: what an incident still lacks of the minimum record, and of the rule of two sources.

Source: metadata of the indicator. Each fact rests on at least two independent reliable sources, and on three in all;
whether an act counts is a question of law, which its kind alone does not answer.
"""

from collections.abc import Iterator, Sequence

from hrd_cases.domain.counting import grievances
from hrd_cases.domain.crosswalk import SDG, code_of, codes_in
from hrd_cases.domain.incidents import TO_BE_CODED, Incident
from hrd_cases.domain.people import Person
from hrd_cases.domain.words import N_

VICTIM, CLOSED, SECOND_SOURCE, THIRD_SOURCE = "victim", "closed", "second_source", "third_source"
STATUS, SEX, AGE = "status", "sex", "age"
DATE, REGION, PLACE, PERPETRATOR, MOTIVE = "date", "region", "place", "perpetrator", "motive"
MISSING = {
    VICTIM: N_("who was attacked: a name or a pseudonym"),
    CLOSED: N_("a person whose file you cannot open"),
    STATUS: N_("whether they are a defender, journalist or trade unionist"),
    SEX: N_("gender"),
    AGE: N_("age group"),
    DATE: N_("date"),
    REGION: N_("region"),
    PLACE: N_("place"),
    PERPETRATOR: N_("kind of perpetrator"),
    MOTIVE: N_("whether it was retaliation for defending rights"),
    SECOND_SOURCE: N_("a second independent source"),
    THIRD_SOURCE: N_("a third source"),
}
_NOT_KNOWN = frozenset({"", "unknown"})
_UNRELIABLE = frozenset({"likely_unreliable", "highly_unreliable"})


CLASSES = "sdg_classes"
MOST_SOURCES = 3  # the rule asks for no more


def possible(incident: Incident) -> tuple[str, ...]:
    """The classes that its kinds may have, each once: which of them holds is chosen by a person."""
    return tuple(dict.fromkeys(code.code for code in codes_in(incident, SDG)))


def may_count(kinds: Sequence[str]) -> bool:
    """Whether one of these kinds of attack has a class in the indicator."""
    return any(code_of(kind, SDG) is not None and kind not in grievances() for kind in kinds)


def missing(incident: Incident, people: Sequence[Person | None]) -> tuple[str, ...]:
    """What is missing, in the order of MISSING; `people` are those attacked, None for one whose file stays closed."""
    absent = {*_of_people(people), *_of_event(incident), *_of_sources(incident)}
    return tuple(code for code in MISSING if code in absent)


def sources_of(incident: Incident) -> int:
    """How many sources are named, each once: those called unreliable are not counted."""
    named = {source.who.strip().casefold() for source in incident.sources if source.reliability not in _UNRELIABLE}
    published = {line.strip().casefold() for line in incident.public_sources.splitlines()}
    return len((named | published) - {""})


def _of_people(people: Sequence[Person | None]) -> Iterator[str]:
    if not people:
        yield VICTIM
    for person in people:
        if person is None:
            yield CLOSED
            continue
        if not set(person.kinds) - _NOT_KNOWN:
            yield STATUS
        if person.gender in _NOT_KNOWN:
            yield SEX
        if person.age_band in _NOT_KNOWN:
            yield AGE


def _of_event(incident: Incident) -> Iterator[str]:
    if incident.when is None or not incident.when.known:
        yield DATE
    if incident.region in ("", TO_BE_CODED):
        yield REGION
    if not incident.place.strip():
        yield PLACE
    if not set(incident.perpetrators) - _NOT_KNOWN:
        yield PERPETRATOR
    if incident.pressure in _NOT_KNOWN:
        yield MOTIVE


def _of_sources(incident: Incident) -> Iterator[str]:
    number = sources_of(incident)
    if number < 2:
        yield SECOND_SOURCE
    if number < 3:
        yield THIRD_SOURCE
