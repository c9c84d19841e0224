"""Who is looked for in the texts of a case: its people, and the names that are only typed in its records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_PERSON, NamedId, named_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.folding import reading
from hrd_cases.domain.names.known import is_occupation, looks_named, looks_personal
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.names.typed import names_in
from hrd_cases.domain.papers import Language
from hrd_cases.domain.people import Person
from hrd_cases.domain.profiles import months
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
    """A person as the recogniser looks for them; where no name is recorded, by a pseudonym that looks like one."""
    marks = (person.national_number, person.address, *(channel.value for channel in person.channels))
    born = person.birth.first if person.birth is not None and person.birth.exact else None
    return Somebody(
        id=item,
        names=recorded_names(person) or ((person.pseudonym,) if looks_personal(person.pseudonym) else ()),
        marks=tuple(mark for mark in marks if len(mark.strip()) >= SHORTEST_MARK),
        phrases=tuple(spellings_of_day(born)) if born else (),
    )


def spellings_of_day(day: date) -> Iterator[str]:
    """A day as papers and letters write it."""
    yield from (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}")
    for language in Language:
        month = months(language)["of"][day.month - 1]
        yield from (f"{day.day} {month} {day.year}", f"{day:%d} {month} {day.year}")
        yield from (f"{day.year} жылғы {day.day} {month}", f"{month} {day.day}, {day.year}")


def recorded_names(person: Person) -> tuple[str, ...]:
    """The names of a person as they were typed."""
    return tuple(name.name.strip() for name in person.names if name.name.strip())


def tells(person: Person) -> bool:
    """Whether the pseudonym of a person holds a part of their name: whoever reads it in a paper knows who they are."""
    names = recorded_names(person)
    if person.pseudonym.strip() in names:  # a name that nobody but us uses: Шахтёр К
        return looks_personal(person.pseudonym)
    places = Names((somebody(NO_PERSON, person),)).find(person.pseudonym) if names else ()
    words = [place.within(person.pseudonym) for place in places]
    return any(looks_named(word) and not is_occupation(word) for word in words)


def pseudonym_of(person: Person, otherwise: str) -> str:
    """What a paper calls a person who is not named; `otherwise` where the pseudonym would tell the name."""
    is_name = not recorded_names(person) and looks_personal(person.pseudonym)
    return otherwise if is_name or tells(person) else person.pseudonym


def typed_names(records: Iterable[object], names: Names, counsel: Iterable[str] = ()) -> Mapping[NamedId, TypedName]:
    """By an id of its own, every name typed in the records of a case that is no person of the case.

    Counsel of record sign what is filed: their own names are asked about only where somebody is a source under them.
    """
    results: dict[NamedId, TypedName] = {}
    sign = {_key(name) for text in counsel for name in names_in(text)}
    for record in records:
        for text, standing, may_name in _typed(record):
            for name in names_in(text):
                if standing is Standing.SOURCE or _key(name) not in sign:
                    _enter(results, names, name, standing, may=may_name == "yes", refused=may_name == "no")
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


def _key(name: str) -> NamedId:
    return named_id("typed " + " ".join(sorted(reading(word) for word in name.split())))


def _enter(  # one typed name
    names: dict[NamedId, TypedName], finder: Names, name: str, standing: Standing, *, may: bool, refused: bool
) -> None:
    if any(place.certain for place in finder.find(name)):
        return
    key = _key(name)
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
