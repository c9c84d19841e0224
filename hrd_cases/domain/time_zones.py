"""The time zone an organisation works in: its days begin and end there."""

from zoneinfo import ZoneInfo, available_timezones

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_

DEFAULT_ZONE = "Asia/Almaty"
_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/")


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


UNKNOWN_ZONE = N_("There is no time zone with this name. Write it like Asia/Almaty or Europe/Warsaw.")
ZONE_MISSING = N_("This machine does not know the time zone %(zone)s. Install the package tzdata of the system.")
