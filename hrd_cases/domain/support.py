"""Support: a protection measure asked, granted, ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.agenda import SUPPORT_END, DatedLine
from hrd_cases.domain.fields import Coded, Counted, Day, Hidden, Link, Number, Proposal, Text, TextLine, declare, entity
from hrd_cases.domain.ids import PersonId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

AMOUNT = "amount"  # what is counted of its money
ENDED = frozenset({"ended", "refused", "declined"})  # states


def _agenda(support: "Support", _today: date) -> Iterator[DatedLine]:
    if support.ends is not None:
        yield DatedLine(kind=SUPPORT_END, on=support.ends, person=support.person, done=support.state in ENDED)


def _counted(support: "Support") -> Values:
    return Values(
        when=support.granted or support.asked,
        codes={
            "kind": [support.kind],
            "state": [support.state],
            "source": [support.source],
            "currency": [support.currency.strip().upper()],
        },
        days={"granted": support.granted, "ends": support.ends},
        counts={AMOUNT: Counted(used=support.amount)} if support.amount is not None else {},
        people=[(support.person, "")] if support.person else [],
    )


@yields(_counted)
@entity(
    "support",
    letter="v",
    vault="case",
    label=N_("Support"),
    plural=N_("Support"),
    new=N_("New support"),
    title=lambda support: support.what,
    dated="ends",
    newest_first=True,
    in_case=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Support:
    """A measure for a person: what, from whom, its state and dates."""

    what: str = declare(TextLine(), N_("What is needed"), at=IDENTITY, required=True, card=True, search=True)
    kind: str = declare(Coded(list="support_kinds"), N_("Kind"), at=CORE, required=True, card=True)
    person: PersonId = declare(Link(to="person"), N_("For whom"), at=CORE, card=True)
    state: str = declare(Coded(list="support_states"), N_("State"), at=CORE, required=True, card=True)
    asked: date | None = declare(Day(past=True), N_("Asked on"), at=CORE, proposed=Proposal.TODAY)
    granted: date | None = declare(Day(past=True), N_("Granted on"), at=CORE, after="asked")
    ends: date | None = declare(Day(), N_("Ends on"), at=CORE, card=True, after="granted")
    provider: str = declare(TextLine(), N_("From whom"), at=IDENTITY, search=True)
    source: str = declare(Coded(list="support_sources"), N_("Who pays"), at=CORE)
    amount: int | None = declare(Number(), N_("Amount"), at=CORE)
    currency: str = declare(TextLine(max=3), N_("Currency"), at=CORE, plain=N_("the code of a currency"))
    note: str = declare(Text(rows=3), N_("Remark"), at=IDENTITY, search=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE)
