"""Whether the last two whole years of a question differ by more than chance."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain import counting
from hrd_cases.domain.chance import Comparison, compare
from hrd_cases.domain.counting import Selection


@dataclass(frozen=True, kw_only=True)
class YearChange:
    """The last two whole years of a question, compared: how many incidents, and whether that is more than chance."""

    before: str
    after: str
    comparison: Comparison


def change_of(selection: Selection, today: date) -> YearChange | None:
    """The last two years that the period holds whole and that are over; incidents, since people are not independent."""
    whole = counting.whole_years(selection.question, today)
    if len(whole) < 2:
        return None
    years = [counting.period_of(event, counting.YEAR) for event in selection.events]
    before, after = whole[-2:]
    return YearChange(before=before, after=after, comparison=compare(years.count(before), years.count(after)))
