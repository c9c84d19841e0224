"""How much work lies in the cases of a coordinator: what is open, late, planned by nobody, and whose tasks wait."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hrd_cases.domain.agenda import TASK
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.across import Across, across
from hrd_cases.services.records.card_standing import GOES_ON
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule import agenda
from hrd_cases.services.schedule.agenda import DONE, OVERDUE, AgendaLine
from hrd_cases.services.sharing.sharing import names_of

QUIET = 60  # days without an entry


@dataclass(frozen=True, kw_only=True)
class ColleagueTasks:
    """A colleague, the tasks that wait for them, and how many of these are late."""

    name: str
    waiting: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Open cases, lines that are late, open cases without a next step (id and title), and tasks by colleague."""

    cases: int
    late: int
    forgotten: tuple[tuple[str, str], ...]
    colleagues: tuple[ColleagueTasks, ...]


def view(ctx: Context, mine: Across) -> Workload:
    """Counted over all cases of the actor; only what is still to be done is decoded."""
    waiting = _waiting(ctx, mine)
    late = [line for line in waiting if line.state(ctx.today) == OVERDUE]
    return Workload(
        cases=len(mine.cases(GOES_ON)),
        late=len(late),
        forgotten=_without_next_step(mine, waiting),
        colleagues=_colleagues(ctx, waiting, late),
    )


def forgotten(ctx: Context) -> tuple[tuple[str, str], ...]:
    """Open cases of the actor in which nothing is planned and nothing waits, the oldest first."""
    mine = across(ctx)
    return _without_next_step(mine, _waiting(ctx, mine))


def quiet(ctx: Context) -> tuple[tuple[str, str, date], ...]:
    """Open cases of the actor in which nothing was entered for QUIET days, with the last day, the oldest first."""
    mine = across(ctx)
    days = ctx.work.records.newest_days(mine.cases(GOES_ON))
    since = ctx.today - timedelta(days=QUIET)
    roots = mine.roots(case for case, day in days.items() if day <= since)
    return tuple((card.id, title(card), days[card.id]) for card in sorted(roots, key=lambda card: days[card.id]))


def _waiting(ctx: Context, mine: Across) -> list[AgendaLine]:
    dated = mine.cards(agenda.shown(), lambda _marks, first, *_: first > 0)
    return [line for line in agenda.lines(ctx, dated) if line.state(ctx.today) != DONE]


def _without_next_step(mine: Across, waiting: Sequence[AgendaLine]) -> tuple[tuple[str, str], ...]:
    roots = mine.roots(mine.cases(GOES_ON) - {line.case for line in waiting})
    return tuple((card.id, title(card)) for card in sorted(roots, key=lambda card: card.entered))


def _colleagues(ctx: Context, waiting: Sequence[AgendaLine], late: Sequence[AgendaLine]) -> tuple[ColleagueTasks, ...]:
    """Tasks that were given to somebody, the most first."""
    tasks = Counter(line.who for line in waiting if line.kind == TASK and line.who)
    if not tasks:
        return ()
    overdue = Counter(line.who for line in late if line.kind == TASK)
    names = names_of(ctx, ColleagueCard)
    return tuple(
        ColleagueTasks(name=names.get(user, ""), waiting=count, late=overdue[user])
        for user, count in tasks.most_common()
    )
