"""What waits for a second person and what has been kept long enough: for the desk, and as a page of its own."""

from dataclasses import dataclass

from hrd_cases.domain.calls import Call
from hrd_cases.domain.deleting import DeletionRequest
from hrd_cases.services.deletion import deleting, retention
from hrd_cases.services.deletion.deleting import WaitingLine
from hrd_cases.services.deletion.retention import DueLine
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.across import Across, across
from hrd_cases.services.records.records import title


@dataclass(frozen=True, kw_only=True)
class Clearing:
    """Deletions that somebody asked for, and what may go today."""

    waiting: tuple[WaitingLine, ...]
    due: tuple[DueLine, ...]

    @property
    def for_me(self) -> tuple[WaitingLine, ...]:
        """Those that wait for the actor's yes or no."""
        return tuple(line for line in self.waiting if not line.mine)


def view(ctx: Context) -> Clearing:
    """Both lists of the actor's cases."""
    return of_cards(ctx, across(ctx))


def of_cards(ctx: Context, mine: Across) -> Clearing:
    """The same from what was looked up already."""
    requests = mine.cards((DeletionRequest,))
    cases = {card.vault for card in requests}
    titles = {card.vault: title(card) for card in (*mine.cards((Call,), within=cases), *mine.roots(cases))}
    return Clearing(waiting=deleting.waiting(ctx, requests, titles), due=retention.due(ctx, mine))
