"""What was read about one company in one edition: its results, each with where and when it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening import (
    Assessment,
    AssessmentForm,
    Indicator,
    IndicatorResult,
    ResultCounts,
    Screening,
    check_result,
    counted,
    dated,
    results_in,
    shortened,
)
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, peek
from hrd_cases.services.records.records import look_up, read_in
from hrd_cases.services.screening.editions import assessments, company_names, directory
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class AssessmentView:
    """The results of a company, an indicator each in the order of the edition; `name`: what it is called now."""

    assessment: Stored[Assessment]
    edition: Stored[Screening]
    name: str
    lines: tuple[tuple[Indicator, IndicatorResult], ...]
    counts: ResultCounts
    may_write: bool


@dataclass(frozen=True, kw_only=True)
class CompanyResults:
    """The results of a company in one edition, for its page."""

    assessment: str
    title: str
    day: date | None
    counts: ResultCounts


def view(ctx: Context, assessment: RecordId, *, write: bool = False) -> AssessmentView:
    """The results of one company in one edition."""
    vault = directory(ctx, assessment, write=write)
    stored = read_in(ctx, vault, assessment, Assessment)
    edition = look_up(ctx, vault, stored.value.screening, Screening)
    by_code = {result.indicator: result for result in stored.value.results}
    empty = {item.code: IndicatorResult(indicator=item.code) for item in edition.value.indicators}
    return AssessmentView(
        assessment=stored,
        edition=edition,
        name=company_names(ctx, vault).get(stored.value.company) or stored.value.name,
        lines=tuple((item, by_code.get(item.code, empty[item.code])) for item in edition.value.indicators),
        counts=counted(results_in(stored.value), edition.value.indicators),
        may_write=may(ctx, Act.WRITE_DIRECTORY, peek(ctx, vault.id)),
    )


def save(ctx: Context, assessment: RecordId, form: AssessmentForm, expected: Mapping[str, int]) -> None:
    """Keep the results of a company, in the order of the edition's indicators.

    RuleBroken at the control; Changed when a colleague was faster. Results of indicators that the page did not show
    stay as they were.
    """
    current = view(ctx, assessment, write=True)
    for number, result in enumerate(form.results):
        check_result(result, number, form.read_on)
    typed = {result.indicator: dated(result, form.read_on) for result in form.results}
    merged = [typed.get(item.code, before) for item, before in current.lines]
    filled = tuple(result for result in merged if result.result)
    value = replace(current.assessment.value, results=filled, short=shortened(filled))
    vault = directory(ctx, assessment, write=True)
    ctx.work.records.update(vault, ctx.author, assessment, value, expected, ctx.today)
    ctx.note("write", "change assessment", vault=vault.id, record=assessment)


def of_company(ctx: Context, company: str) -> tuple[CompanyResults, ...]:
    """What editions say of a company that the actor may read, the newest first."""
    vault = peek(ctx, ctx.runtime.organisation.directory)
    lines: list[CompanyResults] = []
    if vault is None or not may(ctx, Act.READ_DIRECTORY, vault):
        return ()
    for card in assessments(ctx, vault):
        if card.value.company != company:
            continue
        edition = look_up(ctx, vault, card.value.screening, Screening).value
        counts = counted(results_in(card.value), edition.indicators)
        lines.append(CompanyResults(assessment=card.id, title=edition.title, day=edition.day, counts=counts))
    return tuple(sorted(lines, key=lambda item: item.day or date.min, reverse=True))
