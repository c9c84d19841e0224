"""People.

Those we support, and witnesses, sources, relatives, officials and observers. Each is a file of their own, opened
through cases.
"""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.dates import PartialDate, iso_day
from hrd_cases.domain.fields import Ask, Coded, CodedMany, Day, Hidden, Rows, Text, TextLine, When, declare, entity
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY, PROTECTION
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name as it is written somewhere: many scripts and spellings of one person are the norm."""

    name: str = declare(TextLine(), N_("Name"), search=True)
    language: str = declare(Coded(list="languages"), N_("Language or script"))
    where: str = declare(TextLine(), N_("Where it is written so"))


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way to reach a person, and how safe it is."""

    kind: str = declare(Coded(list="contact_channels"), N_("Kind"))
    value: str = declare(TextLine(max=300, masked=True), N_("Number or address"), search=True)
    safety: str = declare(Coded(list="safety_levels"), N_("How safe"))
    note: str = declare(TextLine(max=300), N_("When and how to use it"))


def _counted(person: "Person") -> Values:
    codes = {"who": person.kinds, "gender": [person.gender], "age": [person.age_band], "roles": person.roles}
    return Values(codes=codes, days={"since": iso_day(person.since)})


@yields(_counted)
@entity(
    "person",
    letter="p",
    vault="person",
    label=N_("Person"),
    plural=N_("People"),
    new=N_("New person"),
    title=lambda person: (person.names[0].name if person.names else "") or person.pseudonym,
    root=True,
)
@dataclass(frozen=True, kw_only=True)
class Person:
    """Pseudonym and coded profile in the core.

    Names, contacts, numbers behind the identity key; risk and plan behind protection.
    """

    pseudonym: str = declare(
        TextLine(max=80),
        N_("Pseudonym"),
        at=CORE,
        required=True,
        card=True,
        search=True,
        plain=N_("a name we made up"),
        hint=N_("How papers and lists call them when the name must not be shown: Miners' leader A"),
        section=N_("Who"),
    )
    roles: tuple[str, ...] = declare(
        CodedMany(list="person_roles"), N_("Part in our work"), at=CORE, card=True, section=N_("Who")
    )
    kinds: tuple[str, ...] = declare(
        CodedMany(list="defender_kinds"), N_("Kind of defender"), at=CORE, section=N_("Who")
    )
    names: tuple[Name, ...] = declare(
        Rows(item=Name),
        N_("Names"),
        at=IDENTITY,
        card=True,
        search=True,
        names="person",
        section=N_("Who"),
        hint=N_("Every spelling in every script: search finds all of them"),
    )
    gender: str = declare(Coded(list="genders"), N_("Gender"), at=CORE, section=N_("Who"))
    age_band: str = declare(Coded(list="age_bands"), N_("Age"), at=CORE, section=N_("Who"))
    organisation: str = declare(TextLine(), N_("Organisation"), at=IDENTITY, card=True, search=True, section=N_("Who"))
    position: str = declare(TextLine(), N_("Position held"), at=IDENTITY, search=True, section=N_("Who"))
    issues: str = declare(Text(rows=3), N_("What they stand up for"), at=IDENTITY, search=True, section=N_("Who"))
    acts_in_office: str = declare(
        Ask(),
        N_("An official acting in office"),
        at=CORE,
        section=N_("Who"),
        hint=N_("Officials acting in office may be named in papers without consent"),
    )
    languages: tuple[str, ...] = declare(CodedMany(list="languages"), N_("Languages"), at=CORE, section=N_("Who"))
    channels: tuple[Channel, ...] = declare(
        Rows(item=Channel), N_("How to reach them"), at=IDENTITY, search=True, section=N_("Contact")
    )
    address: str = declare(
        TextLine(max=300, masked=True),
        N_("Address"),
        at=IDENTITY,
        search=True,
        section=N_("Contact"),
        hint=N_("Only if a paper needs it; printed only there"),
    )
    national_number: str = declare(
        TextLine(max=20, masked=True),
        N_("National identification number"),
        at=IDENTITY,
        search=True,
        section=N_("Contact"),
        hint=N_("It reveals birth date and sex. Leave empty unless a paper needs it"),
    )
    birth: PartialDate | None = declare(When(past=True), N_("Date of birth"), at=IDENTITY, section=N_("Contact"))
    family: str = declare(
        Text(rows=3), N_("Family, and who may decide if they cannot be reached"), at=IDENTITY, section=N_("Contact")
    )
    risk: str = declare(Coded(list="severity"), N_("Risk"), at=PROTECTION, section=N_("Protection"))
    threats: str = declare(Text(rows=4), N_("What threatens them"), at=PROTECTION, section=N_("Protection"))
    plan: str = declare(Text(rows=4), N_("Protection plan"), at=PROTECTION, section=N_("Protection"))
    health: str = declare(Text(rows=3), N_("Health and needs"), at=PROTECTION, section=N_("Protection"))
    review: date | None = declare(Day(), N_("Review the plan on"), at=PROTECTION, section=N_("Protection"))
    since: str = declare(Hidden(default=""), N_("Day they were entered, or called"), at=CORE, card=True)
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=IDENTITY, card=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE, card=True)
