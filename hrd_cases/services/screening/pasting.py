"""A pasted table of results: whose rows they are, what stands against it, and all of them saved at once, or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.likeness import sounds_of_name
from hrd_cases.domain.screening import NO_DAY, Assessment, IndicatorResult, Screening, results_in, shortened
from hrd_cases.domain.screening_sheets import TABLE, CellError, PastedRow, PastedTable, read_table
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.records import look_up, read_in
from hrd_cases.services.screening.editions import assessments, directory, enter
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

SEVERAL = N_("Several companies have this name. Add this one to the edition by hand.")
SAME_ROW = N_("This company is in row %(row)s already.")
OTHER_RESULT = N_("There is another result already. Change it on the page of the company.")
WRONG = N_("Some cells are wrong. Nothing was saved.")
NEW_COMPANIES = N_("The directory changed while you were checking. Check which companies are new.")


@dataclass(frozen=True, kw_only=True)
class MatchedRow:
    """A pasted row and whose it is: `company` is empty for one that is to be made, `title` what it is called here.

    `assessment`: of a company that is in the edition already.
    """

    row: PastedRow
    company: RecordId = NO_RECORD
    title: str = ""
    assessment: RecordId = NO_RECORD


@dataclass(frozen=True, kw_only=True)
class TablePreview:
    """What would become of a table."""

    table: PastedTable
    rows: tuple[MatchedRow, ...]
    errors: tuple[CellError, ...]

    @property
    def new(self) -> tuple[str, ...]:
        """The names of companies that are to be made."""
        return tuple(row.row.name for row in self.rows if not row.company)


def ready(ctx: Context, edition: RecordId) -> Stored[Screening]:
    """The edition that a table is pasted into, for who may write it."""
    return read_in(ctx, directory(ctx, edition, write=True), edition, Screening)


def check(ctx: Context, edition: RecordId, text: str) -> TablePreview:
    """What a pasted table says, whose its rows are, and what is wrong with its cells; nothing is saved."""
    vault = directory(ctx, edition, write=True)
    stored = read_in(ctx, vault, edition, Screening)
    table = read_table(text, stored.value.indicators)
    companies = of_class(ctx.work.records.cards([vault], of=(Company,)), Company)
    there = {card.value.company: card for card in assessments(ctx, vault, edition)}
    by_name = _by_name(companies)
    errors, rows, seen = list(table.errors), list[MatchedRow](), dict[str, int]()
    for row in table.rows:
        matched, wrong = _matched(row, table, by_name, there)
        errors += wrong
        same = matched.company or repr(sounds_of_name(row.name))
        if row.name and seen.setdefault(same, row.number) != row.number:
            errors.append(CellError(row=row.number, column=0, text=SAME_ROW, values={"row": seen[same]}))
        rows.append(matched)
    return TablePreview(
        table=table, rows=tuple(rows), errors=tuple(sorted(errors, key=lambda item: (item.row, item.column)))
    )


def _by_name(companies: Iterable[Stored[Company]]) -> dict[tuple[str, ...], list[Stored[Company]]]:
    """Companies by each of their names as it is heard, earlier ones too."""
    by_name: dict[tuple[str, ...], list[Stored[Company]]] = {}
    for card in companies:
        names = (card.value.name, *(name.name for name in card.value.names))
        for heard in dict.fromkeys(map(sounds_of_name, names)):
            if heard:
                by_name.setdefault(heard, []).append(card)
    return by_name


def _matched(
    row: PastedRow,
    table: PastedTable,
    by_name: Mapping[tuple[str, ...], Sequence[Stored[Company]]],
    there: Mapping[RecordId, Stored[Assessment]],
) -> tuple[MatchedRow, list[CellError]]:
    like = by_name.get(sounds_of_name(row.name), ())
    if len(like) > 1:
        return MatchedRow(row=row, company=NO_RECORD, title=row.name), [
            CellError(row=row.number, column=0, text=SEVERAL)
        ]
    if not like:
        return MatchedRow(row=row, title=row.name), []
    card = there.get(like[0].id)
    before = results_in(card.value) if card is not None else {}
    other = [code for code, result in row.results.items() if result and before.get(code, result) != result]
    wrong = [CellError(row=row.number, column=table.column_of(code), text=OTHER_RESULT) for code in other]
    assessment = card.id if card is not None else NO_RECORD
    return MatchedRow(row=row, company=like[0].id, title=like[0].value.name, assessment=assessment), wrong


def keep(ctx: Context, edition: RecordId, text: str, read_on: date | None, new: Sequence[str]) -> int:
    """Save every row of a table in one act; how many. `new`: the companies to be made, as the preview showed them.

    RuleBroken at the field, and nothing saved, where a cell is wrong or other companies would be made by now.
    """
    preview = check(ctx, edition, text)
    if preview.errors:
        raise RuleBroken(WRONG, place=TABLE)
    if read_on is None:
        raise RuleBroken(NO_DAY, place="read_on")
    if preview.new != tuple(new):
        raise RuleBroken(NEW_COMPANIES, place=TABLE)
    vault, before = directory(ctx, edition, write=True), list(ctx.notes)
    entered = []
    for matched in preview.rows:
        company = matched.company or _make(ctx, vault, matched.row.name)
        results = _results(matched.row, read_on)
        if matched.assessment:
            _complete(ctx, vault, matched.assessment, results)
        else:
            entered.append(Assessment(screening=edition, company=company, name=matched.title, results=results))
    enter(ctx, vault, edition, entered)
    ctx.notes[:] = before
    rows = len(preview.rows)
    ctx.note("write", "save a pasted table of a screening", vault=vault.id, record=edition, rows=rows, records=len(new))
    return rows


def _make(ctx: Context, vault: OpenVault, name: str) -> RecordId:
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, Company(name=name), ctx.today)
    return record


def _results(row: PastedRow, read_on: date) -> tuple[IndicatorResult, ...]:
    return tuple(
        IndicatorResult(indicator=code, result=result, link=row.link, captured=read_on)
        for code, result in row.results.items()
    )


def _complete(ctx: Context, vault: OpenVault, assessment: RecordId, results: Iterable[IndicatorResult]) -> None:
    """Add the results that a company does not have yet; those that are there stay with their links and texts."""
    stored = look_up(ctx, vault, assessment, Assessment)
    there = {result.indicator for result in stored.value.results}
    added = (*stored.value.results, *(result for result in results if result.indicator not in there))
    value = replace(stored.value, results=added, short=shortened(added))
    ctx.work.records.update(vault, ctx.author, assessment, value, stored.versions, ctx.today)
