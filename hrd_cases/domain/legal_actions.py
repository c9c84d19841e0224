"""A legal action: one proceeding before one forum. Appeals are new actions linked to the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hrd_cases.domain.agenda import (
    ANSWER,
    CHALLENGE,
    CUSTODY_END,
    CUSTODY_REVIEW,
    CUSTODY_UNREVIEWED,
    NOTED_DAYS,
    DatedLine,
)
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Day,
    Hidden,
    Link,
    Links,
    Number,
    Rows,
    Text,
    TextLine,
    When,
    declare,
    entity,
)
from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY, PRIVILEGED
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class CaseNumber:
    """A number of the proceeding, as written, and who gave it."""

    number: str = declare(TextLine(max=80), N_("Number"), search=True)
    kind: str = declare(Coded(list="number_kinds"), N_("Kind of number"))
    since: date | None = declare(Day(past=True), N_("Given on"))


@dataclass(frozen=True, kw_only=True)
class ActionParty:
    """Somebody in the proceeding, with a procedural role that has its dates."""

    name: str = declare(TextLine(), N_("Name as in the court file"), search=True)
    person: PersonId = declare(Link(to="person"), N_("Person on file"))
    company: RecordId = declare(Link(to="company"), N_("Company"))
    role: str = declare(Coded(list="procedural_roles"), N_("Procedural role"))
    side: str = declare(Coded(list="sides"), N_("Side"))
    since: PartialDate | None = declare(When(), N_("Since"))
    until: PartialDate | None = declare(When(), N_("Until"), after="since")
    protected: str = declare(Ask(), N_("Identity protected"))
    served_at: str = declare(TextLine(max=300), N_("Address for service"))


@dataclass(frozen=True, kw_only=True)
class ActionCounsel:
    """Who acts for a party, on what authority and until when."""

    colleague: str = declare(Link(to="colleague"), N_("Our lawyer"))
    name: str = declare(TextLine(), N_("Or outside counsel"), search=True)
    acts_for: str = declare(TextLine(), N_("Acts for"), hint=N_("The party's name as in the court file"))
    authority: str = declare(Coded(list="how_counsel_authorised"), N_("On what authority"))
    number: str = declare(TextLine(max=80), N_("Number of the document"), search=True)
    dated: date | None = declare(Day(), N_("Dated"))
    expires: date | None = declare(Day(), N_("Expires"), after="dated")


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge, or a head of claim, with the edition of the law."""

    against: str = declare(TextLine(), N_("Against"), search=True)
    article: str = declare(Coded(list="law_articles"), N_("Article"))
    text: str = declare(Text(rows=2), N_("Charge or head of claim"), search=True)
    edition: str = declare(TextLine(max=80), N_("Edition of the law in force on"))
    amount: int | None = declare(Number(), N_("Amount claimed"))
    group: str = declare(Coded(list="charge_classes"), N_("Class of the charge"), printed=False)
    status: str = declare(Coded(list="charge_status"), N_("Status"))
    position: str = declare(Coded(list="position_on_claim"), N_("Our position"))
    grounds: str = declare(Text(rows=3), N_("Our grounds"), search=True)


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A paper that went in or came from the other side."""

    kind: str = declare(Coded(list="filing_kinds"), N_("Kind"))
    by: str = declare(TextLine(), N_("By"))
    on: date | None = declare(Day(past=True), N_("Filed on"))
    proof: str = declare(TextLine(), N_("Receipt or tracking number"), search=True)
    answer_due: date | None = declare(Day(), N_("Answer due"), after="on")
    result: str = declare(Coded(list="filing_results"), N_("What it led to"), printed=False)
    result_on: date | None = declare(Day(past=True), N_("Result known on"), after="on", printed=False)
    result_from: str = declare(Coded(list="result_sources"), N_("How we know the result"), printed=False)
    led: str = declare(Ask(), N_("The outcome of the proceeding followed from it"), printed=False)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision and until when it can be challenged."""

    kind: str = declare(Coded(list="decision_kinds"), N_("Kind"))
    on: date | None = declare(Day(past=True), N_("Pronounced on"))
    received: date | None = declare(Day(past=True), N_("Reasoned text received"), after="on")
    text: str = declare(Text(rows=2), N_("Operative part"), search=True)
    challenge_until: date | None = declare(
        Day(), N_("Can be challenged until"), hint=N_("Typed by a lawyer; check the law in force")
    )
    mark: str = declare(Coded(list="fact_marks"), N_("How certain"))


# What is filed against a decision, and what answers a paper of the other side: a deadline for it is met by then.
_COMMISSION = N_("Commission or mediation")
CHALLENGES = frozenset({"complaint", "court_appeal", "private_complaint", "cassation_complaint"})
ANSWERS = frozenset({"response_to_claim", "response_to_appeal", "counterclaim", "objection", "explanation", "reply"})


@dataclass(frozen=True, kw_only=True)
class CustodyMeasure:
    """A custody measure: from when, extended until when, reviewed when."""

    person: PersonId = declare(Link(to="person"), N_("Person"))
    kind: str = declare(Coded(list="custody_measures"), N_("Custody measure"))
    since: PartialDate | None = declare(When(), N_("Since"))
    until: date | None = declare(Day(), N_("Until"), after="since")
    review: date | None = declare(Day(), N_("Measure reviewed next on"))
    place: str = declare(TextLine(), N_("Place"), plain=N_("a place of detention, no person"), search=True)
    basis: str = declare(TextLine(), N_("Legal basis"), plain=N_("an article of law or a decision"))
    counsel_access: str = declare(Ask(), N_("Lawyer admitted"))
    family_access: str = declare(Ask(), N_("Family admitted"))


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A cost and who paid."""

    kind: str = declare(TextLine(), N_("For what"))
    amount: int | None = declare(Number(), N_("Amount"))
    currency: str = declare(TextLine(max=3), N_("Currency"))
    payer: str = declare(TextLine(), N_("Paid by"))


@dataclass(frozen=True, kw_only=True)
class CommissionMember:
    """Who sits in a conciliation commission, for which side, and how often they were absent."""

    name: str = declare(TextLine(), N_("Name or post"), search=True)
    side: str = declare(Coded(list="commission_sides"), N_("For which side"))
    days_absent: int | None = declare(Number(), N_("Days absent"))
    remark: str = declare(TextLine(), N_("Remark"))


def still_held(row: CustodyMeasure, today: date) -> bool:
    """Whether somebody is not free under a measure: one of which nobody said the kind may be such a one."""
    holds = not row.kind or bool(vocabulary("custody_measures").get(row.kind).extra.get("holds"))
    return holds and (row.until is None or row.until >= today)


def unreviewed(action: "LegalAction", today: date) -> bool:
    """Whether somebody is held of whom nobody said when the measure is looked at again."""
    return any(still_held(row, today) and row.review is None for row in action.custody)


def _custody(action: "LegalAction", today: date) -> Iterator[DatedLine]:
    """The dates of measures. The end of a proceeding frees nobody: who is held is asked about until that ends."""
    for row in action.custody:
        held = still_held(row, today)
        dates = {CUSTODY_END: row.until, CUSTODY_REVIEW: row.review}
        if held and row.review is None:
            dates[CUSTODY_UNREVIEWED] = today
        for kind, on in dates.items():
            if on is not None and (held or (not action.outcome and on >= today - timedelta(days=NOTED_DAYS))):
                yield DatedLine(kind=kind, on=on, detail=row.kind, words="custody_measures", person=row.person)


def _agenda(action: "LegalAction", today: date) -> Iterator[DatedLine]:
    yield from _custody(action, today)
    if action.outcome:
        return
    recent = today - timedelta(days=NOTED_DAYS)
    for decision in action.decisions:
        on, done = decision.challenge_until, _filed(action, CHALLENGES, decision.on)
        if on is not None and on >= recent:
            yield DatedLine(kind=CHALLENGE, on=on, detail=decision.kind, words="decision_kinds", done=done)
    for filing in action.filings:
        on, done = filing.answer_due, _filed(action, ANSWERS, filing.on)
        if on is not None and on >= recent:
            yield DatedLine(kind=ANSWER, on=on, detail=filing.kind, words="filing_kinds", done=done)


def _filed(action: "LegalAction", kinds: frozenset[str], since: date | None) -> bool:
    """True when something of these kinds was filed since a day: without both days nothing is taken as done."""
    days = [filing.on for filing in action.filings if filing.kind in kinds and filing.on is not None]
    return since is not None and any(since <= day for day in days)


NO_RESULT_YET = "none_yet"  # of a filing


def _counted(action: "LegalAction") -> Values:
    filed = [f"{filing.kind} {filing.on:%Y-%m}" for filing in action.filings if filing.kind and filing.on]
    decided = [decision.on for decision in action.decisions if decision.on]
    known = [(filing.result, filing.result_on or filing.on) for filing in action.filings]
    results = [f"{code} {day:%Y-%m}" for code, day in known if day and code not in ("", NO_RESULT_YET)]
    return Values(
        when=action.opened,
        codes={
            "kind": [action.kind],
            "side": [action.side],
            "stage": [action.stage],
            "outcome": [action.outcome],
            "topics": action.topics,
            "mark": [action.mark],
            "forum": [action.forum],
        },
        days={"decided": max(decided, default=None) if action.outcome else None},
        people=[(person, "") for person in action.people],
        companies=[(company, "") for company in action.companies],
        named={
            "charges": [charge.group or "unknown" for charge in action.charges],
            "filings": filed,
            "results": results,
        },
    )


@yields(_counted)
@entity(
    "action",
    letter="l",
    vault="case",
    label=N_("Legal action"),
    plural=N_("Legal actions"),
    new=N_("New legal action"),
    title=lambda action: action.title,
    dated="opened",
    in_case=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class LegalAction:
    """Kind, our side, forum, numbers, stage, parties, counsel, charges, filings, decisions, custody, costs, outcome."""

    title: str = declare(
        TextLine(), N_("In one line"), at=IDENTITY, required=True, card=True, search=True, section=N_("Proceeding")
    )
    kind: str = declare(
        Coded(list="legal_action_kinds"), N_("Kind"), at=CORE, required=True, card=True, section=N_("Proceeding")
    )
    side: str = declare(Coded(list="our_sides"), N_("Our side"), at=CORE, card=True, section=N_("Proceeding"))
    topics: tuple[str, ...] = declare(
        CodedMany(list="topics"), N_("Topics"), at=CORE, card=True, section=N_("Proceeding")
    )
    forum: RecordId = declare(Link(to="body"), N_("Court or authority"), at=CORE, card=True, section=N_("Proceeding"))
    numbers: tuple[CaseNumber, ...] = declare(
        Rows(item=CaseNumber),
        N_("Numbers"),
        at=IDENTITY,
        card=True,
        search=True,
        section=N_("Proceeding"),
        hint=N_("The number in the unified register too"),
    )
    opened: PartialDate | None = declare(When(past=True), N_("Opened"), at=CORE, card=True, section=N_("Proceeding"))
    stage: str = declare(Coded(list="stages"), N_("Stage"), at=CORE, card=True, section=N_("Proceeding"))
    incidents: tuple[RecordId, ...] = declare(
        Links(to="incident"), N_("Arises from incidents"), at=CORE, section=N_("Proceeding")
    )
    appeal_of: RecordId = declare(Link(to="action"), N_("Appeal of"), at=CORE, card=True, section=N_("Proceeding"))
    parties: tuple[ActionParty, ...] = declare(
        Rows(item=ActionParty), N_("Parties"), at=IDENTITY, search=True, section=N_("Parties")
    )
    people: tuple[PersonId, ...] = declare(
        Links(to="person"), N_("People we support in it"), at=CORE, card=True, section=N_("Parties")
    )
    companies: tuple[RecordId, ...] = declare(
        Links(to="company"), N_("Companies in it"), at=CORE, card=True, section=N_("Parties")
    )
    counsel: tuple[ActionCounsel, ...] = declare(
        Rows(item=ActionCounsel, blank=0), N_("Counsel"), at=IDENTITY, search=True, section=N_("Parties")
    )
    counsel_of_record: tuple[str, ...] = declare(
        Links(to="colleague"),
        N_("Our counsel of record"),
        at=CORE,
        card=True,
        section=N_("Parties"),
        hint=N_("Only they can file papers in this action"),
    )
    charges: tuple[Charge, ...] = declare(
        Rows(item=Charge), N_("Charges or heads of claim"), at=IDENTITY, search=True, section=N_("Claim")
    )
    slapp: tuple[str, ...] = declare(
        CodedMany(list="slapp_hallmarks"),
        N_("Signs of a suit meant to silence (SLAPP)"),
        at=CORE,
        section=N_("Claim"),
        hint=N_("A list to look at, no verdict. It is not printed in papers"),
        printed=False,
    )
    slapp_shown_by: str = declare(
        Text(rows=2), N_("What shows these signs"), at=IDENTITY, section=N_("Claim"), printed=False
    )
    history: str = declare(
        Text(rows=4), N_("History of the proceeding"), at=IDENTITY, search=True, section=N_("Course")
    )
    filings: tuple[Filed, ...] = declare(
        Rows(item=Filed, blank=0), N_("Filings"), at=IDENTITY, card=True, search=True, section=N_("Course")
    )
    decisions: tuple[Decision, ...] = declare(
        Rows(item=Decision, blank=0), N_("Decisions"), at=IDENTITY, card=True, search=True, section=N_("Course")
    )
    custody: tuple[CustodyMeasure, ...] = declare(
        Rows(item=CustodyMeasure, blank=0), N_("Custody"), at=IDENTITY, card=True, search=True, section=N_("Course")
    )
    commission_asked: date | None = declare(
        Day(past=True), N_("Commission or mediation asked for on"), at=CORE, section=_COMMISSION, printed=False
    )
    commission_state: str = declare(
        Coded(list="commission_states"), N_("State of the commission"), at=CORE, section=_COMMISSION, printed=False
    )
    commission_since: date | None = declare(
        Day(past=True),
        N_("Convened or refused on"),
        at=CORE,
        section=_COMMISSION,
        printed=False,
        after="commission_asked",
    )
    commission_refusal: str = declare(
        TextLine(max=500), N_("Reason given for a refusal"), at=IDENTITY, section=_COMMISSION, printed=False
    )
    commission: tuple[CommissionMember, ...] = declare(
        Rows(item=CommissionMember, blank=0),
        N_("Members of the commission"),
        at=IDENTITY,
        search=True,
        section=_COMMISSION,
        printed=False,
    )
    outcome: str = declare(Coded(list="outcomes"), N_("Outcome"), at=CORE, card=True, section=N_("End"))
    withdrawn_on: PartialDate | None = declare(
        When(past=True), N_("Withdrawn on"), at=CORE, section=N_("End"), after="opened"
    )
    under_pressure: str = declare(Ask(), N_("Withdrawn under pressure"), at=CORE, section=N_("End"))
    mark: str = declare(Coded(list="fact_marks"), N_("How certain"), at=CORE, card=True, section=N_("End"))
    conflict: str = declare(
        Text(rows=2), N_("What the sources disagree on"), at=IDENTITY, section=N_("End"), printed=False
    )
    secrecy_signed: str = declare(
        TextLine(), N_("Pre-trial secrecy: who signed"), at=IDENTITY, section=N_("Secrecy"), printed=False
    )
    secrecy_until: date | None = declare(
        Day(),
        N_("Pre-trial secrecy until"),
        at=CORE,
        section=N_("Secrecy"),
        printed=False,
        hint=N_("While it lasts, only papers for the court can be made"),
    )
    secrecy_released: str = declare(
        TextLine(),
        N_("Released by, for what"),
        at=IDENTITY,
        section=N_("Secrecy"),
        printed=False,
        hint=N_("It counts with its day and its readers: what is not filled in lifts nothing"),
    )
    secrecy_released_on: date | None = declare(
        Day(), N_("Secrecy lifted from"), at=CORE, section=N_("Secrecy"), printed=False
    )
    secrecy_released_for: tuple[str, ...] = declare(
        CodedMany(list="recipients"),
        N_("Secrecy lifted for these readers"),
        at=CORE,
        section=N_("Secrecy"),
        printed=False,
    )
    costs: tuple[Cost, ...] = declare(
        Rows(item=Cost, blank=0), N_("Costs"), at=IDENTITY, section=N_("Costs"), printed=False
    )
    strategy: str = declare(
        Text(rows=5), N_("Strategy"), at=PRIVILEGED, search=True, section=N_("Lawyers only"), printed=False
    )
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE)
    made_with: RecordId = declare(Hidden(default=""), N_("What it was made together with"), at=CORE, card=True)
