"""Public figures: of a year that was published before, what was published; of another, what is counted now."""

from hrd_cases.domain import publishing
from hrd_cases.domain.counting import Question
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.leaving import LeavingTable
from hrd_cases.domain.published_years import PublishedYearRecord
from hrd_cases.domain.publishing import PublishedYear
from hrd_cases.domain.words import N_
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.records import read_in
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import of_class
from hrd_cases.store.stored import new_record_id

NOT_PUBLISHED = N_(
    "Nothing is published now: the facts, or what was published before, are not as they were left. Tell the server "
    "operator."
)


def table(ctx: Context, vault: OpenVault, source: Facts, question: Question, by: str) -> LeavingTable:
    """The public table of a question; CutRefused for what is in no public file."""
    if source.altered:
        raise RuleBroken(NOT_PUBLISHED)
    publishing.refuse_question(question, by)
    return publishing.public_table(_years(ctx, vault, source, question), question, by)


def keep(ctx: Context, vault: OpenVault, source: Facts, question: Question) -> None:
    """Keep the years of a question as they are published now, those that were not published before."""
    before = _before(ctx, vault)
    for year in _years(ctx, vault, source, question):
        if year.year not in before:
            value = PublishedYearRecord(year=year.year, on=ctx.today.isoformat(), figures=publishing.written(year))
            record = new_record_id()
            ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
            ctx.note("write", "publish a year of figures", vault=vault.id, record=record, year=year.year)


def _years(ctx: Context, vault: OpenVault, source: Facts, question: Question) -> list[PublishedYear]:
    before = _before(ctx, vault)
    years = publishing.years_of(question, ctx.today)
    return [before.get(year) or publishing.publish(source.counted, year) for year in years]


def _before(ctx: Context, vault: OpenVault) -> dict[str, PublishedYear]:
    """What was published, by year; RuleBroken where some of it does not open: it must not be published anew."""
    years: dict[str, PublishedYear] = {}
    for card in of_class(ctx.work.records.cards([vault], of=(PublishedYearRecord,)), PublishedYearRecord):
        stored = read_in(ctx, vault, card.id, PublishedYearRecord)
        if stored.broken or stored.unproven:
            raise RuleBroken(NOT_PUBLISHED)
        years[stored.value.year] = publishing.read(stored.value.figures)
    return years
