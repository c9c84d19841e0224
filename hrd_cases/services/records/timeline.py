"""In which order lists stand: by the day and time of what happened, then as entered; never by random ids.

The store hands records out in the order in which they were entered, so whatever is sorted by less stays in it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from hrd_cases.store.records import Stored

# Which field of an entity puts it on the timeline.
DATED = {
    "incident": "when",
    "action": "opened",
    "hearing": "on",
    "letter": "handed_in",
    "evidence": "dated",
    "consent": "said_on",
    "support": "ends",
    "paper": "released_on",
}
NEWEST_FIRST = frozenset({"letter", "note", "advice", "consent", "support"})
AS_ENTERED = frozenset({"evidence"})  # exhibits stand as they arrived, whatever day is on them


def first_day(value: Any, field: str) -> date | None:
    """The day, or the first day of what is dated less exactly, in a field of a record."""
    when = getattr(value, field, None) if field else None
    return when if when is None or isinstance(when, date) else when.first


def time_of(value: Any) -> str:
    """The time of day that a record says it has, as '09:05'; empty when none."""
    clock = str(getattr(value, "said_at", "") or getattr(value, "at", "") or "")
    return clock.zfill(5) if clock else ""


def in_order(cards: Iterable[Stored], code: str) -> list[Stored]:
    """Records of one kind as a person looks for them; what has no day yet stands where the newest does."""
    records = sorted(cards, key=lambda card: card.entered)
    if code not in AS_ENTERED:
        field = {"task": "due", **DATED}.get(code, "")
        records.sort(key=lambda card: (first_day(card.value, field) or date.max, time_of(card.value)))
    return records[::-1] if code in NEWEST_FIRST else records
