"""The table of a screening as a file for a spreadsheet, and every result with its link, day and text."""

from collections.abc import Callable, Iterable
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening import Assessment, Indicator, Screening
from hrd_cases.domain.words import N_
from hrd_cases.render.tables import Cell, TextHead
from hrd_cases.services.figures.exports import CSV, XLSX, purpose_of, sheet
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.records.records import look_up, read_in
from hrd_cases.services.screening.editions import CompanyRow, directory, rows_of
from hrd_cases.store.opened import OpenVault

TABLE, LIST = "table", "list"
CONTENTS = {
    TABLE: N_("One table: companies in rows, indicators in columns"),
    LIST: N_("Every result in a row of its own, with its link, day and text"),
}
CHOOSE = N_("Choose from the list.")
Say = Callable[[str], str]


def export(ctx: Context, edition: RecordId, purpose: str, *, content: str, form: str, say: Say, label: Say) -> bytes:
    """An edition as a file; RuleBroken at the field.

    `content` is TABLE or LIST, `form` XLSX or CSV; `say` translates a msgid, `label` names a result by its code.
    """
    allow(ctx, Act.EXPORT_SCREENING)
    vault = directory(ctx, edition)
    stored = read_in(ctx, vault, edition, Screening)
    if form not in (XLSX, CSV) or content not in CONTENTS:
        raise RuleBroken(CHOOSE, place="content")
    why = purpose_of(purpose, form)
    rows = rows_of(ctx, vault, stored)
    ctx.note("read", "export a screening", vault=vault.id, record=edition, form=form, rows=len(rows), purpose=why)
    if content == TABLE:
        return sheet(list(_table(stored.value, rows, say, label)), form, ctx.language)
    return sheet(list(_list(ctx, vault, stored.value, rows, say, label)), form, ctx.language)


def _table(edition: Screening, rows: Iterable[CompanyRow], say: Say, label: Say) -> Iterable[list[Cell]]:
    """As a table is pasted: the codes in the first row, a company in each row."""
    yield [TextHead(say(N_("Company"))), *(TextHead(_head(indicator)) for indicator in edition.indicators)]
    for row in rows:
        results = (row.results.get(indicator.code, "") for indicator in edition.indicators)
        yield [row.name, *(label(result) if result else None for result in results)]


def _list(  # what is read, and how it is said
    ctx: Context, vault: OpenVault, edition: Screening, rows: Iterable[CompanyRow], say: Say, label: Say
) -> Iterable[list[Cell]]:
    heads = (N_("Company"), N_("Indicator"), N_("Result"), N_("Link"), N_("Read on"), N_("Text"))
    yield [TextHead(say(head)) for head in heads]
    for row in rows:
        by_code = {item.indicator: item for item in look_up(ctx, vault, row.id, Assessment).value.results}
        for indicator in edition.indicators:
            item = by_code.get(indicator.code)
            if item is not None:
                day: date | None = item.captured
                yield [row.name, _head(indicator), label(item.result), item.link, day, item.evidence]


def _head(indicator: Indicator) -> str:
    return f"{indicator.code} {indicator.words}"
