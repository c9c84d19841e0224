"""One month of the agenda as a calendar: its weeks from Monday to Sunday, and what stands on each day."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hrd_cases.domain.calendars import CalendarUnknown, WorkingCalendar
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.across import across
from hrd_cases.services.schedule.agenda import AgendaLine, between_cards, named, with_titles

MOST_LINES = 4  # of one day; the rest is counted, and stands in the agenda of that day


@dataclass(frozen=True, kw_only=True)
class MonthDay:
    """One day: its first lines, how many more there are, and whether nobody works then."""

    on: date
    lines: tuple[AgendaLine, ...] = ()
    more: int = 0
    free: bool = False


@dataclass(frozen=True, kw_only=True)
class CalendarMonth:
    """A month by its first day; `weeks` have seven places, None for days of the months beside it."""

    first: date
    weeks: tuple[tuple[MonthDay | None, ...], ...]
    total: int

    @property
    def last(self) -> date:
        """The last day of the month."""
        return last_of(self.first)


def last_of(first: date) -> date:
    """The last day of a month."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def month(ctx: Context, first: date, kinds: frozenset[str] = frozenset()) -> CalendarMonth:
    """What stands on each day of a month that begins on `first`; only of `kinds` if any are given."""
    mine, last = across(ctx), last_of(first)
    dated, period = between_cards(ctx, mine, first, last, kinds)
    by_day: dict[date, list[AgendaLine]] = {}
    for line in period:
        by_day.setdefault(line.on, []).append(line)
    # What has an hour comes first: a hearing must not stand behind "more".
    kept = [line for day in by_day.values() for line in sorted(day, key=lambda line: not line.at)[:MOST_LINES]]
    shown = named(ctx, kept, with_titles(mine, dated, kept))
    named_by_day: dict[date, list[AgendaLine]] = {}
    for line in shown:
        named_by_day.setdefault(line.on, []).append(line)
    days = [_day(ctx.runtime.calendar, first + timedelta(days=at), named_by_day, by_day) for at in range(last.day)]
    places = [*[None] * first.weekday(), *days, *[None] * (6 - last.weekday())]
    weeks = tuple(tuple(places[at : at + 7]) for at in range(0, len(places), 7))
    return CalendarMonth(first=first, weeks=weeks, total=len(period))


def _day(
    calendar: WorkingCalendar,
    on: date,
    shown: Mapping[date, Sequence[AgendaLine]],
    every: Mapping[date, Sequence[AgendaLine]],
) -> MonthDay:
    lines = tuple(shown.get(on, ()))
    return MonthDay(on=on, lines=lines, more=len(every.get(on, ())) - len(lines), free=_free(calendar, on))


def _free(calendar: WorkingCalendar, on: date) -> bool:
    """Whether the day is off; of a year that nobody entered yet, its weekends."""
    try:
        return not calendar.is_working(on)
    except CalendarUnknown:
        return on.isoweekday() in calendar.weekend
