"""Incidents whose kind or region is still to be coded: a job of its own, for whoever may write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.incidents import Incident, waits_for_code
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allowing
from hrd_cases.services.records.across import across
from hrd_cases.services.records.card_standing import WAITS
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import case_titles, with_titles
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class Uncoded:
    """An incident that waits: its case and id, titles as far as the reader may see them, and when it was."""

    case: CaseId
    record: RecordId
    title: str
    case_title: str
    when: PartialDate | None


def view(ctx: Context) -> tuple[Uncoded, ...]:
    """Every incident of the actor's cases that waits to be coded."""
    mine = across(ctx)
    incidents = mine.cards((Incident,), lambda marks, *_: bool(marks & WAITS))
    cards = with_titles(mine, incidents, waits=incidents)
    return waiting(ctx, mine.vaults, cards, case_titles(cards))


def waiting(
    ctx: Context, vaults: Sequence[OpenVault], cards: Sequence[Stored[Declared]], titles: Mapping[str, str]
) -> tuple[Uncoded, ...]:
    """The same from cards that were looked up already, the oldest event first."""
    writable = {vault.id for vault in allowing(ctx, Act.WRITE_CASE, vaults)}
    results = [
        Uncoded(
            case=card.case,
            record=card.id,
            title=title(card),
            case_title=titles.get(card.vault, ""),
            when=card.value.when,
        )
        for card in cards
        if card.vault in writable and isinstance(card.value, Incident) and waits_for_code(card.value)
    ]
    return tuple(
        sorted(results, key=lambda uncoded: (uncoded.when.first.isoformat() if uncoded.when else "", uncoded.record))
    )
