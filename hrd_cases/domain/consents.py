"""A consent: who agreed to what, how it was asked, until when (Istanbul Protocol, OHCHR 2022, on informed consent)."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Ask, Coded, Day, Line, Link, Rows, Text, When, declare, entity
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

KEEP, COURT, INTERNATIONAL, PUBLISH = "keep", "court", "international", "publish"
INTERIM_DAYS = 14  # how long keeping is interim before consent is asked


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One scope answered differently from its bundle."""

    scope: str = declare(Coded(list="consent_scopes"), N_("For what"))
    answer: str = declare(Ask(), N_("Answer"))


@entity(
    "consent",
    letter="s",
    vault="case",
    label=N_("Consent"),
    plural=N_("Consents"),
    new=N_("New consent"),
    title=lambda consent: N_("Consent"),
)
@dataclass(frozen=True, kw_only=True)
class Consent:
    """Four bundles, each yes, no or not asked; single scopes may differ from their bundle."""

    person: str = declare(Link(to="person"), N_("Who"), at=CORE, required=True, card=True)
    asked_on: date | None = declare(Day(), N_("Asked on"), at=CORE, required=True, card=True)
    form: str = declare(Coded(list="consent_forms"), N_("How it was given"), at=CORE, required=True, card=True)
    keep: str = declare(Ask(), N_("Keep and use what they told us, inside our group"), at=CORE, card=True)
    court: str = declare(Ask(), N_("Our lawyer, and the court"), at=CORE, card=True)
    international: str = declare(Ask(), N_("The UN and the National Contact Point"), at=CORE, card=True)
    publish: str = declare(Ask(), N_("Publish"), at=CORE, card=True)
    statistics: str = declare(Ask(), N_("Count in statistics, without names"), at=CORE, card=True)
    scopes: tuple[Scope, ...] = declare(Rows(item=Scope), N_("Answered differently"), at=CORE, card=True)
    read_aloud: str = declare(Ask(), N_("The text was read aloud"), at=CORE)
    language: str = declare(Coded(list="languages"), N_("Language"), at=CORE)
    asked_by: str = declare(Line(), N_("Asked by"), at=IDENTITY)
    limits: str = declare(Text(rows=2), N_("Limits they set"), at=IDENTITY)
    review: date | None = declare(Day(), N_("Ask again on"), at=CORE, card=True)
    withdrawn_on: PartialDate | None = declare(When(), N_("Withdrawn on"), at=CORE, card=True)
    withdrawn_note: str = declare(Line(max=300), N_("What was withdrawn, who was told"), at=IDENTITY)
