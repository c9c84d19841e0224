"""Whom a letter of ours names, and what they said about it: a no stops the printing, never asked is a warning."""

from dataclasses import dataclass

from hrd_cases.domain import consent
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.names.questions import Recogniser
from hrd_cases.domain.people import Person
from hrd_cases.domain.redaction import ASKED
from hrd_cases.services import answers
from hrd_cases.services.context import Context
from hrd_cases.services.gate import people_of
from hrd_cases.services.papers.drafts import IN_OFFICE
from hrd_cases.services.papers.named import NamesInPaper
from hrd_cases.services.papers.naming import answers_in, somebody, typed_names
from hrd_cases.store.opened import OpenVault

FROM_US = "from_us"
STATE_BODY, PARTNER = "domestic_body", "named_partner"


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody whose name stands in a letter without their yes."""

    person: str
    name: str
    refused: bool


def without_consent(ctx: Context, case: OpenVault, letter: Letter) -> tuple[Named, ...]:
    """Everybody whom a letter of ours names, in whatever form, and who did not agree to it."""
    if letter.direction != FROM_US:
        return ()
    scopes = (STATE_BODY,) if letter.addressee and not letter.addressee_name.strip() else (STATE_BODY, PARTNER)
    known = _Known(ctx, case)
    named = _named(known, letter)
    said = answers.of_people(ctx, [one for one in named if one in known.people], case=case.id) if named else {}
    found = {person: {one.proven(case.id)[scope] for scope in scopes} for person, one in said.items()}
    typed = [(known.typed[one], words) for one, words in named.items() if one in known.typed]
    return (
        *(
            Named(person=person, name=named[person], refused=consent.NO in words)
            for person, words in found.items()
            if words != {consent.YES}
        ),
        *(
            Named(person="", name=words, refused=one.refused)
            for one, words in typed
            if one.standing in ASKED and (one.refused or not one.may_be_named)
        ),
    )


def names_in(ctx: Context, case: OpenVault, letter: Letter) -> NamesInPaper:
    """What has to be asked about the names in a letter of ours, by the answers that hold for the case."""
    recogniser = _Known(ctx, case).recogniser
    texts = _texts(letter) if letter.direction == FROM_US else []
    return NamesInPaper(groups=recogniser.groups(texts), listed=recogniser.listed(texts), recogniser=recogniser)


def called(ctx: Context, case: OpenVault) -> dict[str, str]:
    """What each person is called on the page that asks about names."""
    known = _Known(ctx, case)
    people = {one: f"{person.pseudonym} ({_first_name(person)})" for one, person in known.people.items()}
    return people | {one: typed.name for one, typed in known.typed.items()}


class _Known:
    """The people of a case, and names typed in it, as letters look for them."""

    def __init__(self, ctx: Context, case: OpenVault) -> None:
        stored = list(ctx.work.records.all(case))
        files = ((file.id, ctx.work.records.read(file, file.id)) for file in people_of(ctx, case))
        self.people = {one: file.value for one, file in files if file is not None and isinstance(file.value, Person)}
        known = [somebody(one, person) for one, person in self.people.items()]
        evidence = [one.value for one in stored if isinstance(one.value, Evidence)]
        incidents = [one.value for one in stored if isinstance(one.value, Incident)]
        self.typed = typed_names(evidence, incidents, Names(tuple(known)))
        known += [Somebody(id=one, names=(typed.name,)) for one, typed in self.typed.items()]
        self.recogniser = Recogniser(names=Names(tuple(known)), answers=answers_in(stored), asked=self._asked)

    def _asked(self, one: str) -> bool:
        if one in self.typed:
            return self.typed[one].standing in ASKED
        return not in_office(self.people[one])


def in_office(person: Person) -> bool:
    """Officials acting in office are not asked."""
    return person.acts_in_office == "yes" or bool(set(person.roles) & IN_OFFICE)


def _first_name(person: Person) -> str:
    return next((name.name for name in person.names if name.name.strip()), person.pseudonym)


def _texts(letter: Letter) -> list[tuple[str, str]]:
    names = ("subject", "applicants", "body", "attachments", "addressee_name")
    return [(name, getattr(letter, name)) for name in names if getattr(letter, name).strip()]


def _named(known: _Known, letter: Letter) -> dict[str, str]:
    """The words by which each of those who are asked is named in a letter, by their id."""
    found: dict[str, str] = {}
    for _where, text in _texts(letter):
        for spot in known.recogniser.spots(text):
            person = known.recogniser.who(spot.place, spot.key)
            if person and known.recogniser.asked(person):
                found.setdefault(person, spot.words)
    return found
