"""What the editions of small organisations hold: most of it can be read in public, and all of it by a partner."""

from contextlib import suppress
from dataclasses import replace
from itertools import product

import pytest
from hrd_attacks import QUESTION, TODAY, YEARS, organisation

from hrd_cases.domain import counting, publishing
from hrd_cases.domain.consents import NOT_ASKED
from hrd_cases.domain.counted import CountedFacts, Event
from hrd_cases.domain.editions import PARTNER, PARTNER_CUTS, PARTNER_STEPS, CutRefused
from hrd_cases.domain.leaving import LeavingTable, leaving
from hrd_cases.domain.publishing import PUBLIC_CUTS, public_table, publish

Cells = dict[tuple[str, str], int]  # by period and code


def by_hand(events: list[Event], by: str, counted: CountedFacts, step: str) -> Cells:
    """How many incidents have each code in each period, one after the other."""
    cells: Cells = {}
    for event in events:
        for code in counting.codes(event, by, counted, {}):
            place = counting.period_of(event, step), code
            cells[place] = cells.get(place, 0) + 1
    return cells


def shown(table: LeavingTable) -> int:
    """How much of the cells of a table can be read."""
    cells = (amount for line in table.lines[:-1] for amount in line.amounts[:-1] if amount is not None)
    return sum(amount.used for amount in cells)


def offered(counted: CountedFacts) -> dict[str, LeavingTable]:
    """The public table of three years by each cut of which enough can be read."""
    years, tables = [publish(counted, year) for year in YEARS], {}
    for by in PUBLIC_CUTS:
        with suppress(CutRefused):
            tables[by] = public_table(years, QUESTION, by)
    return tables


@pytest.mark.parametrize("seed", range(30))
def test_of_what_a_small_organisation_publishes_at_least_60_percent_can_be_read(seed: int) -> None:
    counted = organisation(seed).facts
    tables = offered(counted)
    totals = [line.amounts[-1] for line in tables[counting.WHOLE].lines]
    assert None not in totals, "the totals can always be read"
    assert tables.pop(counting.WHOLE).base == len(counted.events)
    for by, table in tables.items():
        assert table.base == len(counted.events)
        assert 10 * shown(table) >= 6 * table.base, by


def test_nearly_every_small_organisation_can_publish_more_than_its_totals() -> None:
    several = [seed for seed in range(30) if len(offered(organisation(seed).facts)) > 1]
    assert len(several) >= 28


@pytest.mark.parametrize(("seed", "step"), list(product(range(10), PARTNER_STEPS)))
def test_a_partner_gets_every_figure_and_every_total_of_a_small_organisation(seed: int, step: str) -> None:
    counted = organisation(seed).facts
    events = [
        replace(event, consent=NOT_ASKED) if number % 7 == 0 else event for number, event in enumerate(counted.events)
    ]
    leaves = [event for event in events if event.consent != NOT_ASKED]
    for by in PARTNER_CUTS:
        table = leaving(
            replace(counted, events=tuple(events)), replace(QUESTION, step=step), (by, ""), PARTNER, today=TODAY
        )
        cells, whole = by_hand(leaves, by, counted, step), table.lines[-1]
        periods = {line.code: dict(zip((*table.columns, "*"), line.amounts, strict=True)) for line in table.lines[:-1]}
        for period, amounts in periods.items():
            assert {code: amounts[code].used for code in table.columns} == {
                code: cells.get((period, code), 0) for code in table.columns
            }
            assert amounts["*"].used == sum(counting.period_of(event, step) == period for event in leaves)
        assert sum(amounts["*"].used for amounts in periods.values()) == whole.amounts[-1].used == len(leaves)
        columns = zip(*(line.amounts for line in table.lines[:-1]), strict=True)
        assert [sum(amount.used for amount in column) for column in columns] == [one.used for one in whole.amounts]


def test_the_totals_alone_are_published_of_a_year_in_which_nothing_else_can_be_read() -> None:
    small = organisation(3, 10, 10)
    scattered = [replace(event, region=f"KZ-{number % 4}") for number, event in enumerate(small.facts.events[:10])]
    counted = replace(small.facts, events=tuple(scattered))
    year = publish(counted, YEARS[0])
    assert counting.REGION not in year.cuts
    question = replace(QUESTION, until="2023-12")
    table = public_table([year], question, counting.WHOLE)
    assert [(line.code, line.amounts[0].used) for line in table.lines] == [("2023", 10), ("", 10)]
    with pytest.raises(CutRefused) as refused:
        public_table([year], question, counting.REGION)
    assert refused.value.text == publishing.TOO_LITTLE
