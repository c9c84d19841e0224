"""Editions of a screening: what is asked of every company, and the table of their results.

They rest in the directory, as companies do: who may read companies may read them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.screening import (
    MOST_COMPANIES,
    RESULTS,
    Assessment,
    EditionForm,
    ResultCounts,
    Screening,
    counted,
    keep_codes,
    read_indicators,
    results_in,
    shortened,
)
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.records.records import read_in
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

ROWS = 100  # companies of one table: the sixty of a study stand in one
MOST_OFFERED = 12  # other editions that a page offers
CHOOSE = N_("Choose at least one company.")
FULL = N_("At most %(most)s companies in one edition.")


@dataclass(frozen=True, kw_only=True)
class EditionLine:
    """One edition in a list, with how many companies it has."""

    id: RecordId
    title: str
    day: date | None
    companies: int


@dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """One company of an edition: `id` of its assessment, the result of each indicator by its code, and their counts."""

    id: RecordId
    company: str
    name: str
    results: Mapping[str, str]
    counts: ResultCounts


@dataclass(frozen=True, kw_only=True)
class EditionView:
    """An edition with one page of its companies by name; `by_indicator`: counts of all of them by code.

    `others`: id and name of editions that it can be compared with.
    """

    edition: Stored[Screening]
    rows: Page[CompanyRow]
    by_indicator: Mapping[str, Mapping[str, int]]
    others: tuple[tuple[str, str], ...]
    may_write: bool


def directory(ctx: Context, record: RecordId = NO_RECORD, *, write: bool = False) -> OpenVault:
    """The directory, opened for a screening; raises Forbidden."""
    act = Act.WRITE_DIRECTORY if write else Act.READ_DIRECTORY
    return open_vault(ctx, act, ctx.runtime.organisation.directory, kind="directory", record=record)


def assessments(ctx: Context, vault: OpenVault, edition: str = "") -> list[Stored[Assessment]]:
    """The cards of every assessment, or of those of one edition."""
    cards = of_class(ctx.work.records.cards([vault], of=(Assessment,)), Assessment)
    return [card for card in cards if not edition or card.value.screening == edition]


def company_names(ctx: Context, vault: OpenVault) -> dict[RecordId, str]:
    """What each company is called now, by its id."""
    cards = of_class(ctx.work.records.cards([vault], of=(Company,)), Company)
    return {card.id: card.value.name for card in cards}


def listing(ctx: Context, page: int = 1) -> Page[EditionLine]:
    """Every edition, the newest first."""
    vault = directory(ctx)
    sizes = Counter(card.value.screening for card in assessments(ctx, vault))
    cards = of_class(ctx.work.records.cards([vault], of=(Screening,)), Screening)
    lines = [
        EditionLine(id=card.id, title=card.value.title, day=card.value.day, companies=sizes[card.id]) for card in cards
    ]
    return page_of(sorted(lines, key=lambda line: (line.day or date.min, line.title), reverse=True), page)


def view(ctx: Context, edition: RecordId, page: int = 1) -> EditionView:
    """An edition and what was read about its companies."""
    vault = directory(ctx, edition)
    stored = read_in(ctx, vault, edition, Screening)
    rows = rows_of(ctx, vault, stored)
    every: Counter[tuple[str, str]] = Counter()
    for row in rows:
        every.update(row.results.items())
    return EditionView(
        edition=stored,
        rows=page_of(rows, page, ROWS),
        by_indicator={item.code: _of_indicator(every, item.code) for item in stored.value.indicators},
        others=_others(ctx, vault, edition),
        may_write=may(ctx, Act.WRITE_DIRECTORY, peek(ctx, vault.id)),
    )


def _others(ctx: Context, vault: OpenVault, edition: str) -> tuple[tuple[str, str], ...]:
    """Id and name of the editions that one can be compared with, the newest first."""
    cards = of_class(ctx.work.records.cards([vault], of=(Screening,)), Screening)
    newest = sorted(cards, key=lambda card: card.value.day or date.min, reverse=True)
    return tuple((card.id, card.value.title) for card in newest if card.id != edition)[:MOST_OFFERED]


def _of_indicator(every: Counter[tuple[str, str]], code: str) -> dict[str, int]:
    return {result: every[code, result] for result in RESULTS}


def rows_of(ctx: Context, vault: OpenVault, edition: Stored[Screening]) -> list[CompanyRow]:
    """Every company of an edition, by its present name."""
    names = company_names(ctx, vault)
    rows = []
    for card in assessments(ctx, vault, edition.id):
        results = results_in(card.value)
        row = CompanyRow(
            id=card.id,
            company=card.value.company,
            name=names.get(card.value.company) or card.value.name,
            results=results,
            counts=counted(results, edition.value.indicators),
        )
        rows.append(row)
    return sorted(rows, key=lambda row: (row.name.casefold(), row.id))


def create(ctx: Context, form: EditionForm) -> RecordId:
    """Keep a new edition; its id. RuleBroken at the field."""
    vault = directory(ctx, write=True)
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, _edition(form), ctx.today)
    ctx.note("write", "new screening", vault=vault.id, record=record)
    return record


def save(ctx: Context, edition: RecordId, form: EditionForm, expected: Mapping[str, int]) -> None:
    """Keep a changed edition; what results name by its code stays. RuleBroken at the field, Changed."""
    vault = directory(ctx, edition, write=True)
    read_in(ctx, vault, edition, Screening)
    value = _edition(form)
    used: set[str] = set()
    for card in assessments(ctx, vault, edition):
        used.update(results_in(card.value))
    keep_codes(value.indicators, used)
    ctx.work.records.update(vault, ctx.author, edition, value, expected, ctx.today)
    ctx.note("write", "change screening", vault=vault.id, record=edition)


def _edition(form: EditionForm) -> Screening:
    return Screening(
        title=form.title,
        day=form.day,
        standard=form.standard,
        method=form.method,
        indicators=read_indicators(form.lines),
    )


def missing_companies(ctx: Context, edition: RecordId) -> list[tuple[RecordId, str]]:
    """Id and name of every company that is not in an edition yet, by name."""
    vault = directory(ctx, edition, write=True)
    read_in(ctx, vault, edition, Screening)
    there = {card.value.company for card in assessments(ctx, vault, edition)}
    names = [(company, name) for company, name in company_names(ctx, vault).items() if company not in there]
    return sorted(names, key=lambda pair: pair[1].casefold())


def add_companies(ctx: Context, edition: RecordId, companies: Iterable[RecordId]) -> int:
    """Put companies of the directory into an edition, without results yet; how many are new in it."""
    choices = dict(missing_companies(ctx, edition))
    chosen = [company for company in dict.fromkeys(companies) if company in choices]
    if not chosen:
        raise RuleBroken(CHOOSE, place="companies")
    vault = directory(ctx, edition, write=True)
    enter(ctx, vault, edition, [Assessment(screening=edition, company=item, name=choices[item]) for item in chosen])
    return len(chosen)


def enter(ctx: Context, vault: OpenVault, edition: RecordId, values: Sequence[Assessment]) -> None:
    """Keep new assessments of an edition; RuleBroken beyond the size of an edition."""
    if len(assessments(ctx, vault, edition)) + len(values) > MOST_COMPANIES:
        raise RuleBroken(FULL, place="companies", values={"most": MOST_COMPANIES})
    for value in values:
        whole = replace(value, short=shortened(value.results))
        ctx.work.records.add(vault, ctx.author, new_record_id(), whole, ctx.today)
    ctx.note("write", "put companies into a screening", vault=vault.id, record=edition, records=len(values))
