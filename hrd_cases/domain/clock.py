"""The clock and the time zone that an organisation works by: its days begin and end in that zone.

Whether the clock of this machine can be right is judged by the newest day that was sure before.

A clock that stands before that day, or far after it, is in doubt: then nothing is deleted or ended by the day, and
nothing that had ended begins again, until the clock is right or somebody confirms it (`hrd-cases clock`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_

MOST_AHEAD = timedelta(days=14)  # a server that was off over the holidays of the new year is no wrong clock yet
BEHIND = N_("The clock of this machine says %(today)s, but the last record was saved on %(sure)s.")
AHEAD = N_("The clock of this machine says %(today)s, more than two weeks after the last day of work here, %(sure)s.")
DEFAULT_ZONE = "Asia/Almaty"
_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/")
UNKNOWN_ZONE = N_("There is no time zone with this name. Write it like Asia/Almaty or Europe/Warsaw.")
ZONE_MISSING = N_("This machine does not know the time zone %(zone)s. Install the package tzdata of the system.")


@dataclass(frozen=True, kw_only=True)
class JudgedClock:
    """The day that the clock of this machine says, beside the newest day that was sure; None before the first."""

    today: date
    sure: date | None

    @property
    def doubt(self) -> str:
        """What speaks against the clock, as a msgid with %(today)s and %(sure)s; empty when nothing does."""
        if self.sure is None:
            return ""
        if self.today < self.sure:
            return BEHIND
        return AHEAD if self.today - self.sure > MOST_AHEAD else ""

    @property
    def values(self) -> dict[str, object]:
        """What stands in the doubt."""
        return {"today": self.today.isoformat(), "sure": self.sure.isoformat() if self.sure else ""}

    @property
    def no_earlier(self) -> date:
        """Today, but never before a day that has been: what ended stays ended under a clock that was set back."""
        return max(self.today, self.sure or self.today)

    @property
    def reached(self) -> date:
        """The day up to which it is sure that the days have passed: what ends for good or is deleted goes by it."""
        return self.sure if self.sure is not None and self.doubt else self.today


def zone_names() -> tuple[str, ...]:
    """Every time zone that is named after a place, such as Asia/Bishkek, sorted."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES)))


def zone_named(text: str, place: str = "zone") -> str:
    """The time zone as it is written: by its name or its city alone, in any case; RuleBroken when there is none."""
    wanted = "_".join(text.split()).casefold()
    names = (*zone_names(), "UTC")
    matches = [name for name in names if wanted in (name.casefold(), name.rpartition("/")[2].casefold())]
    exact = [name for name in matches if name.casefold() == wanted]
    if not wanted or len(exact or matches) != 1:
        raise RuleBroken(UNKNOWN_ZONE, place=place)
    return (exact or matches)[0]


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; RuleBroken when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise RuleBroken(ZONE_MISSING, values={"zone": name}) from None
