"""The clock of this machine in words, and somebody's word that it is right."""

from datetime import date, datetime

from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.store import instance


def look(runtime: Runtime, now: datetime) -> JudgedClock:
    """The clock as it is judged at this moment."""
    with runtime.database.reading() as work:
        return runtime.clock(work, now)


def confirm(runtime: Runtime, day: date, now: datetime) -> JudgedClock:
    """Believe a person who read the day elsewhere; RuleBroken when this machine says another one."""
    clock = look(runtime, now)
    if day != clock.today:
        raise RuleBroken(ANOTHER_DAY, values={"today": clock.today.isoformat(), "day": day.isoformat()})
    with runtime.writing(None, now) as ctx:
        ctx.note("admin", "confirm the clock", made=day.isoformat(), changed=str(clock.values["sure"]))
    instance.save_sure_day(runtime.instance, day)
    return clock


ANOTHER_DAY = N_("The clock of this machine says %(today)s, not %(day)s: set it right first.")
