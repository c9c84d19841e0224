"""Two editions of a screening side by side: what changed for each company in both, and which stand in one only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening import RESULTS, Indicator, Screening
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.records.records import read_in
from hrd_cases.services.screening.editions import CompanyRow, directory, rows_of
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class ResultChange:
    """One indicator whose result differs: codes of results, empty where there is none."""

    indicator: Indicator
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class CompanyChanges:
    """What changed for one company: `before` and `after` are its assessments."""

    name: str
    before: str
    after: str
    changes: tuple[ResultChange, ...]


@dataclass(frozen=True, kw_only=True)
class EditionComparison:
    """Two editions, the older first.

    `passed`: how many results went from one to another, by (before, after), unchanged ones too. `only_before` and
    `only_after`: names of companies. `indicators`: those that both ask.
    """

    before: Stored[Screening]
    after: Stored[Screening]
    indicators: tuple[Indicator, ...]
    companies: Page[CompanyChanges]
    unchanged: int
    passed: Mapping[tuple[str, str], int]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def compare(ctx: Context, edition: RecordId, other: RecordId, page: int = 1) -> EditionComparison:
    """What changed between two editions, for indicators of the same code; one page of the companies with changes."""
    vault = directory(ctx, edition)
    two = [read_in(ctx, vault, record, Screening) for record in (edition, other)]
    before, after = sorted(two, key=lambda stored: stored.value.day or date.min)
    earlier = {row.company: row for row in rows_of(ctx, vault, before)}
    later = {row.company: row for row in rows_of(ctx, vault, after)}
    codes = {indicator.code for indicator in before.value.indicators}
    indicators = tuple(indicator for indicator in after.value.indicators if indicator.code in codes)
    both = [(earlier[company], row) for company, row in later.items() if company in earlier]
    passed: Counter[tuple[str, str]] = Counter()
    for old, new in both:
        passed.update((old.results.get(item.code, ""), new.results.get(item.code, "")) for item in indicators)
    every = [_changes(old, new, indicators) for old, new in both]
    changed = [company for company in every if company.changes]
    return EditionComparison(
        before=before,
        after=after,
        indicators=indicators,
        companies=page_of(changed, page),
        unchanged=len(both) - len(changed),
        passed={(old, new): passed[old, new] for old in (*RESULTS, "") for new in (*RESULTS, "")},
        only_before=tuple(row.name for company, row in earlier.items() if company not in later),
        only_after=tuple(row.name for company, row in later.items() if company not in earlier),
    )


def _changes(old: CompanyRow, new: CompanyRow, indicators: Iterable[Indicator]) -> CompanyChanges:
    pairs = ((item, old.results.get(item.code, ""), new.results.get(item.code, "")) for item in indicators)
    changes = tuple(
        ResultChange(indicator=item, before=before, after=after) for item, before, after in pairs if before != after
    )
    return CompanyChanges(name=new.name, before=old.id, after=new.id, changes=changes)
