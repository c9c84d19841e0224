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
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """Somebody attacked. Each person and each of the incident's kinds of attack make one act."""

    person: str = declare(Link(to="person"), N_("Person"))
    status: str = declare(Coded(list="victim_status"), N_("What became of them"))


@dataclass(frozen=True, kw_only=True)
class CompanyRole:
    """A company and its role in the attack."""

    company: str = declare(Link(to="company"), N_("Company"))
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
    incident: str = declare(Link(to="incident"), N_("Other incident"))


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
    region: str = declare(
        Coded(list="regions"), N_("Region"), at=CORE, required=True, card=True, section=N_("What happened")
    )
    place: str = declare(TextLine(), N_("Place"), at=IDENTITY, search=True, section=N_("What happened"))
    kinds: tuple[str, ...] = declare(
        CodedMany(list="attack_kinds"),
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
        Rows(item=Attacked, blank=5),
        N_("Who was attacked"),
        at=CORE,
        card=True,
        section=N_("Who"),
    )
    unit: str = declare(Coded(list="counting_units"), N_("Counted as"), at=CORE, section=N_("Who"))
    count: Counted | None = declare(Count(), N_("How many"), at=CORE, section=N_("Who"))
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
        Rows(item=CompanyRole, blank=2),
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
        Rows(item=InformationSource),
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
        Rows(item=ChainLink, blank=2), N_("Connected incidents"), at=CORE, section=N_("After")
    )
    evidence: tuple[str, ...] = declare(Links(to="evidence"), N_("Evidence"), at=CORE, section=N_("How we know"))
    token: str = declare(Hidden(default=""), N_("Token of its trend facts"), at=CORE)
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=IDENTITY, card=True)


TO_BE_CODED = "to_be_coded"  # an answer of both lists; what and where is said later


def waits_for_code(incident: Incident) -> bool:
    """Whether the kind or the region of an incident is still to be coded."""
    return incident.region == TO_BE_CODED or TO_BE_CODED in incident.kinds
