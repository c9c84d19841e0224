"""What waits for a second person and what has been kept long enough: for the desk, and as a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.deleting import DeletionRequest
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.holds import Hold
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.services.deletion import deleting, retention
from hrd_cases.services.deletion.deleting import WaitingLine
from hrd_cases.services.deletion.retention import DueLine
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import readable
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

SHOWN = (Call, Case, DeletionRequest, Hold)


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
    vaults = readable(ctx, Act.READ_CASE, CASE_VAULT)
    return of_cards(ctx, vaults, ctx.work.records.cards(vaults, of=SHOWN))


def of_cards(ctx: Context, vaults: Sequence[OpenVault], cards: Sequence[Stored[Declared]]) -> Clearing:
    """The same from cards that were looked up already."""
    titles = {card.vault: title(card) for card in cards if isinstance(card.value, Call)}
    titles |= {card.vault: title(card) for card in cards if isinstance(card.value, Case)}
    return Clearing(waiting=deleting.waiting(ctx, cards, titles), due=retention.due(ctx, vaults, cards))
