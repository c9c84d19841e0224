"""What has a date, as a file for the calendar of a telephone: its kind in one word, without names, places and cases.

Such a file leaves our encryption: it is copied to servers of others and shows on locked screens.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.primitives import hkdf, mac
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.agenda import DATED, HEARING, TASK, UNRECORDED
from hrd_cases.domain.words import N_
from hrd_cases.render.icalendar import CalendarEntry, icalendar_bytes
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.records.across import across
from hrd_cases.services.schedule.agenda import DONE, AgendaLine, between_cards

DAYS = 365  # ahead, where nobody says until when
TITLES = {HEARING: N_("Hearing"), UNRECORDED: N_("Hearing"), TASK: N_("Task"), DATED: N_("Date")}
DEADLINE = N_("Deadline")
_LABEL = b"hrd/v1/icalendar"


def until(since: date) -> date:
    """The last day of a file that begins on a day, where nobody says another."""
    return since + timedelta(days=DAYS)


def ready(ctx: Context) -> None:
    """Ask for the page on which the days are chosen; the file itself is asked for again."""
    allow(ctx, Act.SEE_DESK)


def export(
    ctx: Context, since: date, last: date, kinds: frozenset[str] = frozenset(), *, say: Callable[[str], str]
) -> bytes:
    """What waits in a period, both days included, only of `kinds` if any are given; `say` translates a msgid."""
    allow(ctx, Act.EXPORT_CALENDAR)
    _dated, period = between_cards(ctx, across(ctx), since, last, kinds)
    waiting = [line for line in period if line.state(ctx.today) != DONE]
    entries = list(_entries(ctx, waiting, say))
    ctx.note("read", "export the calendar", rows=len(entries))
    return icalendar_bytes(entries, ctx.now if ctx.now.tzinfo else ctx.now.replace(tzinfo=UTC))


def _entries(ctx: Context, waiting: Sequence[AgendaLine], say: Callable[[str], str]) -> Iterator[CalendarEntry]:
    """Each line under a name of its own.

    The name is the same in each file of the same person, so that a calendar changes an entry and does not add it a
    second time; nobody without the keys of that person can tell of which record it is.
    """
    key = hkdf(ctx.keys.keyring_key, b"", _LABEL, 32)
    many: dict[tuple[str, str, str], int] = {}
    for line in waiting:
        what = (line.record, line.kind, line.detail)
        many[what] = many.get(what, -1) + 1
        name = mac(key, pae(*(part.encode() for part in (*what, str(many[what])))))
        title = say(TITLES.get(line.kind, DEADLINE))
        yield CalendarEntry(uid=name[:16].hex(), start=_start(ctx, line), title=title)


def _start(ctx: Context, line: AgendaLine) -> date | datetime:
    """The moment, in the time zone of the organisation; the day where no hour is known."""
    try:
        at = time.fromisoformat(line.at)
        return datetime.combine(line.on, at, tzinfo=ctx.runtime.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return line.on
