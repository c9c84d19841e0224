"""In which order lists stand: by the day and time of what happened, then as entered; never by random ids.

The store hands records out in the order in which they were entered, so whatever is sorted by less stays in it.
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from hrd_cases.domain.fields import Declared, entity_for, first_day
from hrd_cases.store.records import Stored

T = TypeVar("T", bound=Declared)


def time_of(value: Declared) -> str:
    """The time of day that a record says it has, as '09:05'; empty when none."""
    clock = str(getattr(value, "said_at", "") or getattr(value, "at", "") or "")
    return clock.zfill(5) if clock else ""


def in_order(cards: Iterable[Stored[T]], cls: type[T]) -> list[Stored[T]]:
    """Records of one class as a person looks for them; what has no day yet stands where the newest does."""
    entity = entity_for(cls)
    records = sorted(cards, key=lambda card: card.entered)
    if not entity.as_entered:
        field = entity.ordered or entity.dated
        records.sort(key=lambda card: (first_day(card.value, field) or date.max, time_of(card.value)))
    return records[::-1] if entity.newest_first else records
