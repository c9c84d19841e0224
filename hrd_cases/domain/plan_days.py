"""The days of a ready plan, counted from an event: by a number of days, or by a period of law with source and mark."""

from datetime import date, timedelta

from hrd_cases.domain.dates import months_after
from hrd_cases.domain.deadlines import rules
from hrd_cases.domain.ready_plans import PERIODS, ReadyPlan
from hrd_cases.domain.vocabulary import VocabularyEntry, vocabulary


def due_day(happened: date, days: int | None, period: str) -> date | None:
    """The day that comes so many days, or a period of law, after the event; None where neither is said.

    A last day that is a day off is not moved: what is done by then is done in time either way.
    """
    extra = vocabulary(PERIODS).get(period).extra if period else {}
    rule = rules().get(str(extra.get("rule", "")))
    months = rule.amount if rule is not None and rule.unit == "months" else extra.get("months")
    if isinstance(months, int):
        return months_after(happened, months)
    lasts = rule.amount if rule is not None else extra.get("days", days)
    return happened + timedelta(days=lasts) if isinstance(lasts, int) else None


def periods_of(plan: ReadyPlan) -> tuple[VocabularyEntry, ...]:
    """The periods of law that a plan counts by, each once."""
    codes = dict.fromkeys([plan.review, *(task.period for task in plan.tasks)])
    return tuple(vocabulary(PERIODS).get(code) for code in codes if code)
