"""Ready plans of the organisation: what something that happens makes in a case. Kept in the directory."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Coded, Flag, Hidden, Number, Rows, Text, TextLine, declare, entity
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.words import N_

PERIODS = "plan_periods"
LONGEST = 300
_MOST_DAYS = 3660
INCIDENT, ACTION = N_("Incident, in one line"), N_("Legal action, in one line")
LETTERS = N_("Letter drafts, one subject on each line")


@dataclass(frozen=True, kw_only=True)
class PlanTask:
    """One task: when it is due is a number of days after the event, or a period of law."""

    what: str = declare(TextLine(max=LONGEST), N_("What to do"))
    days: int | None = declare(Number(high=_MOST_DAYS), N_("Due so many days after"))
    period: str = declare(Coded(list=PERIODS), N_("Or by a period of law"))


@entity(
    "ready_plan",
    letter="0",
    vault="directory",
    label=N_("Ready plan"),
    plural=N_("Ready plans"),
    new=N_("New ready plan"),
    title=lambda plan: plan.title,
)
@dataclass(frozen=True, kw_only=True)
class ReadyPlan:
    """What is made when something happens; `starting` is the code of the plan of the program that this one replaces."""

    title: str = declare(TextLine(max=120), N_("What happened"), at=REFERENCE, required=True, card=True)
    incident: str = declare(TextLine(), INCIDENT, at=REFERENCE)
    action: str = declare(TextLine(), ACTION, at=REFERENCE)
    action_kind: str = declare(Coded(list="legal_action_kinds"), N_("Kind of the legal action"), at=REFERENCE)
    measure: str = declare(Coded(list="custody_measures"), N_("Custody measure"), at=REFERENCE)
    review: str = declare(Coded(list=PERIODS), N_("The measure is reviewed after"), at=REFERENCE)
    tasks: tuple[PlanTask, ...] = declare(Rows(item=PlanTask, blank=1), N_("Tasks"), at=REFERENCE)
    letters: str = declare(Text(rows=3), LETTERS, at=REFERENCE)
    off: bool = declare(Flag(), N_("Not offered any more"), at=REFERENCE, card=True)
    starting: str = declare(Hidden(default=""), N_("Plan of the program it replaces"), at=REFERENCE, card=True)
