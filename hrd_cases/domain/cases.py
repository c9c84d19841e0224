"""A case: the file of one matter, with its team. The record that has the id of its vault."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.agenda import CASE_REVIEW, DatedLine
from hrd_cases.domain.dates import iso_day
from hrd_cases.domain.fields import (
    Coded,
    CodedMany,
    Day,
    Hidden,
    LangText,
    Links,
    Proposal,
    Text,
    TextLine,
    Texts,
    declare,
    entity,
)
from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

CLOSED = "closed"  # the last stage of a case


def _agenda(case: "Case", _today: date) -> Iterator[DatedLine]:
    if case.next_review is not None and case.stage != CLOSED:
        yield DatedLine(kind=CASE_REVIEW, on=case.next_review)


def _counted(case: "Case") -> Values:
    return Values(
        when=case.opened,
        codes={
            "stage": [case.stage],
            "outcome": [case.outcome],
            "region": [case.region],
            "topics": case.topics,
        },
        days={"closed": iso_day(case.closed_on)},
        people=[(person, "") for person in case.people],
        companies=[(company, "") for company in case.companies],
    )


def settled(case: "Case", before: "Case | None", today: date) -> "Case":
    """A case as it is kept: with the day on which it was closed, as long as it is."""
    if case.stage != CLOSED:
        return replace(case, closed_on="")
    unchanged = before is not None and before.stage == CLOSED and before.closed_on
    return replace(case, closed_on=before.closed_on if before is not None and unchanged else today.isoformat())


@yields(_counted)
@entity(
    "case",
    letter="c",
    vault="case",
    label=N_("Case"),
    plural=N_("Cases"),
    new=N_("New case"),
    title=lambda case: case.title or case.reference,
    root=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Case:
    """Reference (no personal data), title, summary, priority, stage, next review, closing outcome."""

    title: str = declare(TextLine(), N_("Title"), at=IDENTITY, required=True, card=True, search=True)
    reference: str = declare(
        TextLine(max=40),
        N_("Reference"),
        at=CORE,
        card=True,
        search=True,
        plain=N_("our own number, without personal data"),
        hint=N_("Our own number, without names; left empty, one is made"),
    )
    summary: tuple[LangText, ...] = declare(Texts(rows=5), N_("Summary"), at=IDENTITY, search=True)
    priority: str = declare(Coded(list="priorities"), N_("Priority"), at=CORE, card=True)
    stage: str = declare(Coded(list="case_stages"), N_("Stage"), at=CORE, card=True)
    opened: date | None = declare(Day(past=True), N_("Opened on"), at=CORE, card=True, proposed=Proposal.TODAY)
    next_review: date | None = declare(Day(), N_("Next review"), at=CORE, card=True, after="opened")
    region: str = declare(Coded(list="regions"), N_("Region"), at=CORE, card=True)
    topics: tuple[str, ...] = declare(CodedMany(list="topics"), N_("Topics"), at=CORE, card=True)
    people: tuple[PersonId, ...] = declare(Links(to="person"), N_("People in this case"), at=CORE, card=True)
    companies: tuple[RecordId, ...] = declare(Links(to="company"), N_("Companies in this case"), at=CORE, card=True)
    recommendations: tuple[RecordId, ...] = declare(
        Links(to="recommendation"), N_("Recommendations it shows not to be carried out"), at=CORE, card=True
    )
    outcome: str = declare(Coded(list="case_outcomes"), N_("How it ended"), at=CORE)
    outcome_note: str = declare(Text(rows=3), N_("What was achieved"), at=IDENTITY)
    closed_on: str = declare(Hidden(default=""), N_("Closed on"), at=CORE)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE)
