"""Who is looked for in the texts of a case: its people, and the names that are only typed in its records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NamedId, named_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.folding import reading
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.names.typed import names_in
from hrd_cases.domain.people import Person
from hrd_cases.domain.redaction import PersonAnswer, PersonInPaper, RecipientScope, Standing
from hrd_cases.domain.support import Support

SHORTEST_MARK = 5
_STRICTEST = (Standing.SOURCE, Standing.SUPPORTED, Standing.PARTY)  # what somebody is who is typed in several places


@dataclass(frozen=True, kw_only=True)
class TypedName:
    """Somebody whose name is only typed: a source may be named where their record says so."""

    name: str
    standing: Standing
    may_be_named: bool
    refused: bool


def somebody(item: NamedId, person: Person) -> Somebody:
    """A person as the recogniser looks for them."""
    marks = (person.national_number, person.address, *(channel.value for channel in person.channels))
    return Somebody(
        id=item,
        names=tuple(name.name.strip() for name in person.names if name.name.strip()),
        marks=tuple(mark for mark in marks if len(mark.strip()) >= SHORTEST_MARK),
    )


def typed_names(records: Iterable[object], names: Names) -> Mapping[NamedId, TypedName]:
    """By an id of its own, every name typed in the records of a case that is no person of the case."""
    results: dict[NamedId, TypedName] = {}
    for record in records:
        for text, standing, may_name in _typed(record):
            _enter(results, names, text, standing, may=may_name == "yes", refused=may_name == "no")
    return results


def _typed(record: object) -> Iterator[tuple[str, Standing, str]]:
    """The lines of a record in which people are named, not chosen; what they are; and whether they may be named."""
    match record:
        case Evidence():
            no = record.may_name_source == "no"
            yield record.got_from, Standing.SOURCE, record.may_name_source
            yield record.author, Standing.SOURCE if no else Standing.PARTY, record.may_name_source
            yield from ((row.who, Standing.SOURCE, "") for row in record.custody)
        case Incident():
            yield from ((source.who, Standing.SOURCE, "") for source in record.sources)
            yield record.perpetrator_names, Standing.PARTY, ""
        case Hearing():
            yield from ((observer.who, Standing.SUPPORTED, "") for observer in record.observers)
        case Support():
            yield record.provider, Standing.SUPPORTED, ""
        case LegalAction():
            yield from ((cost.payer, Standing.SUPPORTED, "") for cost in record.costs)


def _enter(  # one typed field
    names: dict[NamedId, TypedName], finder: Names, text: str, standing: Standing, *, may: bool, refused: bool
) -> None:
    for name in names_in(text):
        if any(place.certain for place in finder.find(name)):
            continue
        key = named_id("typed " + " ".join(sorted(reading(word) for word in name.split())))
        before = names.get(key)
        names[key] = TypedName(
            name=before.name if before else name,
            standing=min(standing, before.standing if before else standing, key=_STRICTEST.index),
            may_be_named=may or (before is not None and before.may_be_named),
            refused=refused or (before is not None and before.refused),
        )


def in_paper(item: NamedId, typed: TypedName, called: str) -> PersonInPaper:
    """A typed name as a person of the paper: without a yes in the record nobody said that it may stand there."""
    answer = PersonAnswer.NO if typed.refused else PersonAnswer.YES if typed.may_be_named else PersonAnswer.NOT_ASKED
    return PersonInPaper(
        id=item,
        standing=typed.standing,
        names={"": typed.name},
        pseudonyms={"": called},
        consents=dict.fromkeys(
            (scope for scope in RecipientScope if scope not in (RecipientScope.IMAGE, RecipientScope.MEDICAL)), answer
        ),
    )
