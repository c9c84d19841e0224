"""One day on one sheet: who is on duty, hearings with place and counsel, custody, what is due, and calls that wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.agenda import CUSTODY, HEARINGS, NOTED_DAYS
from hrd_cases.domain.calls import OPEN, Call
from hrd_cases.domain.companies import Body, ColleagueCard
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.services.casework.calls import Danger, in_danger_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.across import across
from hrd_cases.services.records.card_standing import WAITS
from hrd_cases.services.records.records import in_directory, title
from hrd_cases.services.schedule import duty
from hrd_cases.services.schedule.agenda import OVERDUE, AgendaLine, lines, named, shown, with_titles
from hrd_cases.services.schedule.duty import OnDuty
from hrd_cases.store.records import Stored, of_class

MOST = 40  # other lines and calls on one sheet; the rest is counted


@dataclass(frozen=True, kw_only=True)
class SheetHearing:
    """A hearing of the day: its legal action, where the court is, and our counsel with the number to ring."""

    line: AgendaLine
    matter: str
    address: str
    ring: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class SheetCall:
    """A call that nobody has dealt with yet."""

    call: str
    title: str


@dataclass(frozen=True, kw_only=True)
class DaySheet:
    """Everything of one day in the cases that the actor may open; calls and what is late only on the day itself."""

    day: date
    on_duty: tuple[OnDuty, ...] | None  # None where the actor may not see it, or the day is over
    hearings: tuple[SheetHearing, ...]
    custody: tuple[AgendaLine, ...]
    others: tuple[AgendaLine, ...]
    more: int
    dangers: tuple[Danger, ...]
    calls: tuple[SheetCall, ...]


def day_sheet(ctx: Context, day: date) -> DaySheet:
    """The sheet of a day. A custody date of the last weeks that nobody changed stands on the sheet of today, too."""
    mine, today = across(ctx), day == ctx.today
    first = day.toordinal() - (NOTED_DAYS if today else 0)
    cards = mine.cards(
        (*shown(), Call), lambda marks, _, begin, end: _wanted(marks, begin, end, first, day.toordinal())
    )
    every = [line for line in lines(ctx, cards) if line.on == day or (today and _forgotten(line, day))]
    plain = [line for line in every if line.kind not in HEARINGS | CUSTODY]
    kept = [line for line in every if line.kind in HEARINGS | CUSTODY] + plain[:MOST]
    titled = with_titles(mine, cards, kept)
    called = named(ctx, kept, titled)
    return DaySheet(
        day=day,
        on_duty=duty.on_day(ctx, day) if day >= ctx.today and duty.may_see(ctx) else None,
        hearings=_hearings(ctx, [line for line in called if line.kind in HEARINGS], titled),
        custody=tuple(line for line in called if line.kind in CUSTODY),
        others=tuple(line for line in called if line.kind not in HEARINGS | CUSTODY),
        more=max(0, len(plain) - MOST),
        dangers=in_danger_of(ctx, cards)[0] if today else (),
        calls=_calls(cards) if today else (),
    )


def _wanted(marks: int, begin: int, end: int, first: int, last: int) -> bool:
    return bool(marks & WAITS) or (begin <= last and first <= end)


def _forgotten(line: AgendaLine, day: date) -> bool:
    return line.kind in CUSTODY and line.state(day) == OVERDUE


def _hearings(
    ctx: Context, of_day: Sequence[AgendaLine], cards: Sequence[Stored[Declared]]
) -> tuple[SheetHearing, ...]:
    actions = {card.id: card for card in of_class(cards, LegalAction)}
    of_hearing = {card.id: actions.get(card.value.action) for card in of_class(cards, Hearing)}
    return tuple(_hearing(ctx, line, of_hearing.get(line.record)) for line in of_day)


def _hearing(ctx: Context, line: AgendaLine, action: Stored[LegalAction] | None) -> SheetHearing:
    if action is None:
        return SheetHearing(line=line, matter="", address="", ring=())
    counsel = (in_directory(ctx, record_id(user), ColleagueCard) for user in action.value.counsel_of_record)
    court = in_directory(ctx, action.value.forum, Body)
    return SheetHearing(
        line=line,
        matter=title(action),
        address=court.address if court is not None else "",
        ring=tuple((card.name, card.phone) for card in counsel if card is not None and card.name),
    )


def _calls(cards: Iterable[Stored[Declared]]) -> tuple[SheetCall, ...]:
    waiting = [card for card in of_class(cards, Call) if card.value.state == OPEN]
    newest = sorted(waiting, key=lambda card: (card.value.taken, card.entered), reverse=True)
    return tuple(SheetCall(call=card.id, title=title(card)) for card in newest[:MOST])
