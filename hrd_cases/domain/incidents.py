"""An incident.

One event in which somebody we support was attacked. Field names after the HURIDOCS Events Standard Formats.
"""

from dataclasses import dataclass

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Flag,
    Hidden,
    LangText,
    Link,
    Links,
    Rows,
    Text,
    TextLine,
    Texts,
    When,
    declare,
    entity,
)
from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """Somebody attacked. Each person and each of the incident's kinds of attack make one act."""

    person: PersonId = declare(Link(to="person"), N_("Person"))
    status: str = declare(Coded(list="victim_status"), N_("What became of them"))


@dataclass(frozen=True, kw_only=True)
class CompanyRole:
    """A company and its role in the attack."""

    company: RecordId = declare(Link(to="company"), N_("Company"))
    role: str = declare(Coded(list="company_roles"), N_("Role"))


@dataclass(frozen=True, kw_only=True)
class InformationSource:
    """Who or what tells us, how they know, and how reliable that is."""

    who: str = declare(TextLine(max=300), N_("Who or what"), names="source", search=True)
    connection: str = declare(Coded(list="source_connections"), N_("How they know"))
    material: str = declare(Coded(list="source_materials"), N_("Material"))
    reliability: str = declare(Coded(list="reliability"), N_("Reliability"))


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """How this incident stands to another of the same case."""

    kind: str = declare(Coded(list="incident_chain"), N_("This incident"))
    incident: RecordId = declare(Link(to="incident"), N_("Other incident"))


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """How many were attacked in one of the ways; a row without a figure says that the number is not known."""

    kind: str = declare(Coded(list="attack_kinds"), N_("Kind of attack"))
    count: Counted | None = declare(Count(), N_("How many"))


def _counted(incident: "Incident") -> Values:
    by_kind = {row.kind: row.count or Counted() for row in incident.by_kind if row.kind}
    return Values(
        when=incident.when,
        codes={
            "region": [incident.region],
            "kinds": dict.fromkeys((*incident.kinds, *by_kind)),
            "perpetrators": incident.perpetrators,
            "severity": [incident.severity],
            "mark": [incident.mark],
            "unit": [incident.unit],
            "sdg_class": [incident.sdg_class],
            "between": ["yes"] if incident.between else [],
            "public": ["yes"] if incident.public_record else [],
            "number_unknown": [kind for kind, count in by_kind.items() if count == Counted(source=count.source)],
        },
        counts={"": incident.count, **by_kind},
        people=[(part.person, part.status) for part in incident.attacked if part.person],
        companies=[(part.company, part.role) for part in incident.companies if part.company],
        links=[(link.kind, link.incident) for link in incident.chain if link.incident],
    )


@yields(_counted)
@entity(
    "incident",
    letter="n",
    vault="case",
    label=N_("Incident"),
    plural=N_("Incidents"),
    new=N_("New incident"),
    title=lambda incident: incident.title,
    dated="when",
    in_case=True,
)
@dataclass(frozen=True, kw_only=True)
class Incident:
    """What, when, where, kinds of attack, alleged perpetrators, those attacked, company's role, reliability, impact,
    response."""

    title: str = declare(
        TextLine(), N_("In one line"), at=IDENTITY, required=True, card=True, search=True, section=N_("What happened")
    )
    when: PartialDate | None = declare(
        When(past=True),
        N_("When"),
        at=CORE,
        required=True,
        card=True,
        section=N_("What happened"),
    )
    between: bool = declare(
        Flag(),
        N_("It happened at some time between the two dates"),
        at=CORE,
        section=N_("What happened"),
        hint=N_("Without this tick, it lasted from the first date to the second"),
    )
    region: str = declare(
        Coded(list="regions"), N_("Region"), at=CORE, required=True, card=True, section=N_("What happened")
    )
    place: str = declare(TextLine(), N_("Place"), at=IDENTITY, search=True, section=N_("What happened"))
    kinds: tuple[str, ...] = declare(
        CodedMany(list="attack_kinds", whole=True),
        N_("Kinds of attack"),
        at=CORE,
        required=True,
        card=True,
        section=N_("What happened"),
    )
    narrative: tuple[LangText, ...] = declare(
        Texts(), N_("Account"), at=IDENTITY, search=True, section=N_("What happened")
    )
    attacked: tuple[Attacked, ...] = declare(
        Rows(item=Attacked, blank=3),
        N_("Who was attacked"),
        at=CORE,
        card=True,
        section=N_("Who"),
    )
    unit: str = declare(Coded(list="counting_units"), N_("Counted as"), at=CORE, section=N_("Who"))
    count: Counted | None = declare(Count(), N_("How many were attacked in all"), at=CORE, section=N_("Who"))
    by_kind: tuple[KindCount, ...] = declare(
        Rows(item=KindCount, blank=0),
        N_("How many, by kind"),
        at=CORE,
        section=N_("Who"),
        hint=N_("Where not everybody was attacked in the same way: 15 fined of 400. Without a figure, not known"),
    )
    public_record: bool = declare(
        Flag(),
        N_("Public record only: there is nobody to ask about statistics"),
        at=CORE,
        section=N_("How we know"),
    )
    perpetrators: tuple[str, ...] = declare(
        CodedMany(list="perpetrators"),
        N_("Alleged perpetrators"),
        at=CORE,
        card=True,
        section=N_("By whom"),
    )
    perpetrator_names: str = declare(
        Text(rows=2), N_("Names and units, as far as known"), at=IDENTITY, search=True, section=N_("By whom")
    )
    involvement: str = declare(Coded(list="involvement"), N_("Degree of involvement"), at=CORE, section=N_("By whom"))
    companies: tuple[CompanyRole, ...] = declare(
        Rows(item=CompanyRole, blank=0),
        N_("Role of companies"),
        at=CORE,
        card=True,
        section=N_("By whom"),
    )
    mark: str = declare(
        Coded(list="fact_marks"),
        N_("How certain"),
        at=CORE,
        card=True,
        section=N_("How we know"),
        proposed="unverified",
    )
    conflict: str = declare(
        Text(rows=2), N_("What the sources disagree on"), at=IDENTITY, section=N_("How we know"), printed=False
    )
    sources: tuple[InformationSource, ...] = declare(
        Rows(item=InformationSource, blank=0),
        N_("Sources"),
        at=SOURCE,
        section=N_("How we know"),
        printed=False,
        search=True,
    )
    public_sources: str = declare(
        Text(rows=2),
        N_("Public sources"),
        at=IDENTITY,
        search=True,
        section=N_("How we know"),
        hint=N_("Publisher, title, date"),
    )
    severity: str = declare(Coded(list="severity"), N_("Severity"), at=CORE, section=N_("After"))
    impact: str = declare(Text(rows=2), N_("Impact"), at=IDENTITY, search=True, section=N_("After"))
    response: str = declare(Coded(list="responses"), N_("Response of the authorities"), at=CORE, section=N_("After"))
    pressure: str = declare(Ask(), N_("Retaliation for defending rights"), at=CORE, section=N_("After"))
    chain: tuple[ChainLink, ...] = declare(
        Rows(item=ChainLink, blank=0), N_("Connected incidents"), at=CORE, section=N_("After")
    )
    evidence: tuple[RecordId, ...] = declare(Links(to="evidence"), N_("Evidence"), at=CORE, section=N_("How we know"))
    sdg_class: str = declare(Hidden(default=""), N_("Class of SDG indicator 16.10.1"), at=CORE)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE, card=True)
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=IDENTITY, card=True)
    made_with: RecordId = declare(Hidden(default=""), N_("What it was made together with"), at=CORE, card=True)


TO_BE_CODED = "to_be_coded"  # an answer of both lists; what and where is said later


def waits_for_code(incident: Incident) -> bool:
    """Whether the kind or the region of an incident is still to be coded."""
    return incident.region == TO_BE_CODED or TO_BE_CODED in incident.kinds
