"""Where the organisation works: its time zone, and the calendar that says which days are working days."""

from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calendars import NO_CALENDAR, calendars
from hrd_cases.domain.clock import zone_named, zone_of
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow

WEEKENDS = "weekends"  # how a form and a command name that no calendar is chosen


@dataclass(frozen=True, kw_only=True)
class LocalSettings:
    """The time zone and the calendar that count here; the time it is there now."""

    zone: str
    calendar: str
    clock: str


def form(ctx: Context) -> LocalSettings:
    """What counts now, for who may change it."""
    allow(ctx, Act.MANAGE_SETTINGS)
    policy = ctx.runtime.organisation
    return LocalSettings(zone=policy.zone, calendar=policy.calendar, clock=ctx.clock)


def choose(ctx: Context, zone: str, calendar: str) -> None:
    """Set the time zone and the calendar; they count once this act has landed.

    No day may come twice: what ended today would begin again, so a zone where it is still yesterday has to wait.
    """
    allow(ctx, Act.CHANGE_CALENDAR)
    name, code = zone_named(zone), calendar_code(calendar)
    changed = name != ctx.runtime.organisation.zone
    if changed and ctx.judged_clock.doubt:
        raise RuleBroken(CLOCK_IN_DOUBT, place="zone")
    if changed and ctx.now.astimezone(zone_of(name)).date() < ctx.today:
        raise RuleBroken(STILL_YESTERDAY, place="zone", values={"zone": name})
    ctx.policy.update(zone=name, calendar=code)
    ctx.note("admin", "set the time zone and the calendar", zone=name, calendar=code or WEEKENDS)


def calendar_code(text: str) -> str:
    """The code of a calendar as a form or a command names it; RuleBroken when there is no such calendar."""
    if text == WEEKENDS:
        return NO_CALENDAR
    if text not in calendars():
        raise RuleBroken(UNKNOWN_CALENDAR, place="calendar", values={"codes": ", ".join((*calendars(), WEEKENDS))})
    return text


UNKNOWN_CALENDAR = N_("Choose one of the calendars that are here: %(codes)s.")
CLOCK_IN_DOUBT = N_("The clock of this machine is in doubt. Set it right or confirm it first (hrd-cases clock).")
STILL_YESTERDAY = N_(
    "In %(zone)s today has not begun yet. Change the time zone later, when it is the same day there as here."
)
