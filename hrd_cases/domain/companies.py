"""Companies, and the other bodies we write to or meet in court.

Kept in the directory, where every colleague finds them.
"""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Coded,
    Day,
    Hidden,
    LangText,
    Link,
    Number,
    Rows,
    Text,
    TextLine,
    Texts,
    When,
    declare,
    entity,
)
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import REFERENCE, STAFF
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class DatedName:
    """A legal name and the time it was valid."""

    name: str = declare(TextLine(), N_("Name"), search=True)
    language: str = declare(Coded(list="languages"), N_("Language"))
    since: PartialDate | None = declare(When(), N_("Since"))
    until: PartialDate | None = declare(When(), N_("Until"), after="since")


@dataclass(frozen=True, kw_only=True)
class GroupLink:
    """How another company stands to this one, and when."""

    kind: str = declare(Coded(list="company_links"), N_("Kind of link"))
    company: RecordId = declare(Link(to="company"), N_("Company"))
    door: str = declare(
        Coded(list="complaint_doors"),
        N_("Complaint door"),
        hint=N_("Of a buyer, investor or lender: where people who are harmed can complain"),
    )
    since: PartialDate | None = declare(When(), N_("Since"))
    until: PartialDate | None = declare(When(), N_("Until"), after="since")


@dataclass(frozen=True, kw_only=True)
class CompanySite:
    """A mine, plant or office."""

    name: str = declare(TextLine(), N_("Site"), search=True)
    region: str = declare(Coded(list="regions"), N_("Region"))


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the company was asked and what it answered."""

    asked: date | None = declare(Day(past=True), N_("Asked on"))
    question: str = declare(TextLine(max=500), N_("What was asked"), search=True)
    answered: date | None = declare(Day(past=True), N_("Answered on"), after="asked")
    stance: str = declare(Coded(list="responses"), N_("Answer"))
    text: str = declare(Text(rows=3), N_("In their words"), search=True)


@entity(
    "company",
    letter="o",
    vault="directory",
    label=N_("Company"),
    plural=N_("Companies"),
    new=N_("New company"),
    title=lambda company: company.name,
)
@dataclass(frozen=True, kw_only=True)
class Company:
    """A legal entity with dated names, group links, sector, sites, registration, policy and responses."""

    name: str = declare(TextLine(), N_("Name"), at=REFERENCE, required=True, card=True, search=True)
    names: tuple[DatedName, ...] = declare(
        Rows(item=DatedName), N_("Earlier and other names"), at=REFERENCE, card=True, search=True
    )
    sector: str = declare(Coded(list="sectors"), N_("Sector"), at=REFERENCE, card=True)
    registration: str = declare(TextLine(max=60), N_("Registration number"), at=REFERENCE, search=True, card=True)
    country: str = declare(TextLine(max=80), N_("Country"), at=REFERENCE)
    links: tuple[GroupLink, ...] = declare(Rows(item=GroupLink), N_("Group"), at=REFERENCE, card=True)
    sites: tuple[CompanySite, ...] = declare(Rows(item=CompanySite), N_("Sites"), at=REFERENCE, search=True)
    policy: str = declare(Text(rows=4), N_("Human rights policy and what it promises"), at=REFERENCE, search=True)
    responses: tuple[Response, ...] = declare(
        Rows(item=Response), N_("Responses to allegations"), at=REFERENCE, search=True
    )
    background: tuple[LangText, ...] = declare(Texts(rows=5), N_("Background"), at=REFERENCE, search=True)
    sources: str = declare(Text(rows=3), N_("Sources"), at=REFERENCE)
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=REFERENCE, card=True)


@entity(
    "body",
    letter="b",
    vault="directory",
    label=N_("Court or authority"),
    plural=N_("Courts and authorities"),
    new=N_("New court or authority"),
    title=lambda body: body.name,
)
@dataclass(frozen=True, kw_only=True)
class Body:
    """A court, authority, union or other organisation: names per language, address, and the form its papers take."""

    name: str = declare(TextLine(), N_("Name"), at=REFERENCE, required=True, card=True, search=True)
    names: tuple[DatedName, ...] = declare(
        Rows(item=DatedName), N_("Name in other languages"), at=REFERENCE, card=True, search=True
    )
    kind: str = declare(Coded(list="body_kinds"), N_("Kind"), at=REFERENCE, card=True)
    forum: str = declare(
        Coded(list="forums"),
        N_("Forum"),
        at=REFERENCE,
        card=True,
        hint=N_("Decides the form of papers for it"),
    )
    region: str = declare(Coded(list="regions"), N_("Region"), at=REFERENCE)
    address: str = declare(TextLine(max=300), N_("Address"), at=REFERENCE, search=True)
    contact: str = declare(TextLine(max=300), N_("Registry: telephone, portal"), at=REFERENCE, search=True)
    sources: str = declare(Text(rows=2), N_("Sources"), at=REFERENCE)


@entity(
    "colleague",
    letter="u",
    vault="directory",
    label=N_("Colleague"),
    plural=N_("Colleagues"),
    new=N_("New colleague"),
    title=lambda colleague: colleague.name,
)
@dataclass(frozen=True, kw_only=True)
class ColleagueCard:
    """The name behind an account, and where its holder is reached at work; the record has the id of the account."""

    name: str = declare(TextLine(), N_("Name"), at=STAFF, required=True, card=True, names="staff")
    phone: str = declare(TextLine(max=60, suggest="tel"), N_("Telephone"), at=STAFF)
    email: str = declare(TextLine(max=120, suggest="email"), N_("E-mail"), at=STAFF)
    address: str = declare(TextLine(max=300), N_("Address"), at=STAFF, hint=N_("Of the office, for papers"))
    licence: str = declare(TextLine(), N_("Licence: number and date"), at=STAFF, hint=N_("Of an advocate"))


@entity(
    "organisation",
    letter="z",
    vault="directory",
    label=N_("Our organisation"),
    plural=N_("Our organisation"),
    new=N_("Our organisation"),
    title=lambda ours: ours.name,
    root=True,
)
@dataclass(frozen=True, kw_only=True)
class OwnOrganisation:
    """Who we are, for the head of our letters; the record that has the id of the directory."""

    name: str = declare(TextLine(), N_("Name"), at=REFERENCE, required=True, card=True)
    names: tuple[DatedName, ...] = declare(Rows(item=DatedName), N_("Name in other languages"), at=REFERENCE)
    address: str = declare(TextLine(max=300), N_("Address"), at=REFERENCE)
    contact: str = declare(TextLine(max=300), N_("Telephone and mail, for letters"), at=REFERENCE)
    registration: str = declare(TextLine(max=60), N_("Registration number"), at=REFERENCE)
    export_alone: int | None = declare(
        Number(high=5000),
        N_("How many records one person exports alone"),
        at=REFERENCE,
        section=N_("Limit for exports"),
        hint=N_("More leave only once a second person agreed. Empty is 200."),
    )
