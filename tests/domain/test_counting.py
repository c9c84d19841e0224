"""The arithmetic of trends, held against published figures; and what protected tables must not give away."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hrd_cases.domain import counting
from hrd_cases.domain.counting import ACTS, COMPANY_ROLE, INCIDENTS, KIND, PERSONS, REGION, SMALL, CountQuestion
from hrd_cases.domain.trends import NOT_ASKED, YES, CountedIncident

NOW = "2026-11"


def fact(number: int = 0, **more: object) -> CountedIncident:
    values = {
        "id": f"{number:032x}",
        "month": "2024-05",
        "region": "KZ-35",
        "kinds": ("arrest",),
        "perpetrators": (),
        "company_roles": (),
        "sectors": (),
        "severity": "",
        "mark": "",
        "unit": "",
        "people": 1,
        "consent": YES,
    }
    return CountedIncident(**{**values, **more})  # type: ignore[arg-type]


def asked(**more: str) -> CountQuestion:
    return CountQuestion(**{"since": "2024-01", "until": "2024-12", **more})


# Published figures


def test_charges_of_front_line_defenders_2024_come_out_as_published() -> None:
    """107 charges in 75 cases: 23.4, 19.6, 12.1, 11.2 and 11.2 per cent, and 24 of other classes."""
    classes = {
        "defamation": 25,
        "national_security": 21,
        "other_criminal": 13,
        "public_order": 12,
        "terrorism": 12,
        "other": 24,
    }
    charges = [name for name, times in classes.items() for _ in range(times)]
    cases = [fact(number, kinds=tuple(charges[number::75])) for number in range(75)]
    acts = counting.tally(cases, KIND, ACTS)
    assert acts == dict(sorted(classes.items(), key=lambda pair: (-pair[1], pair[0])))
    assert sum(counting.whole(case, ACTS) for case in cases) == 107
    assert sum(counting.whole(case, INCIDENTS) for case in cases) == 75
    visible = [counting.share(acts[name], 107) for name in list(classes)[:5]]
    assert visible == ["23.4", "19.6", "12.1", "11.2", "11.2"]


def test_killings_of_the_hrd_memorial_2024_come_out_as_published() -> None:
    """324 in 32 countries; the five first are 255, the rest 69; land 20.4, Indigenous 17.9, conflict 5.2 per cent."""
    five = {"CO": 157, "MX": 32, "GT": 29, "PS": 22, "BR": 15}
    rest = [f"X{number % 27:02d}" for number in range(69)]
    places = [place for place, times in five.items() for _ in range(times)] + rest
    facts = [fact(number, region=place) for number, place in enumerate(places)]
    result = counting.tally(facts, REGION, INCIDENTS)
    assert list(result.items())[:5] == list(five.items())
    assert (sum(result.values()), len(result), sum(five.values())) == (324, 32, 255)
    assert [counting.share(part, 324) for part in (66, 58, 17)] == ["20.4", "17.9", "5.2"]


def test_a_percentage_depends_on_its_base_so_one_published_figure_does_not_follow() -> None:
    assert counting.share(165, 555, 0) == "30"
    assert counting.share(235, 555, 0) != "43"
    assert counting.share(1, 0) == ""
    assert counting.share(1, 8, 0) == "13"


# What a coordinator sees


def test_months_without_an_incident_are_zeros_and_months_to_come_are_gaps() -> None:
    table = counting.count([fact()], asked(since="2024-04", until="2024-07"), this_month="2024-06")
    assert [(row.period, row.total, row.note) for row in table.rows] == [
        ("2024-04", 0, counting.NONE_RECORDED),
        ("2024-05", 1, ""),
        ("2024-06", 0, counting.NONE_RECORDED),
        ("2024-07", 0, counting.NOT_YET),
    ]


def test_an_incident_of_two_kinds_stands_in_both_columns_and_once_in_the_total() -> None:
    table = counting.count([fact(kinds=("arrest", "threat"), people=3)], asked(), this_month=NOW)
    assert (set(table.columns), table.totals, table.total) == ({"arrest", "threat"}, (1, 1), 1)
    acts = counting.count([fact(kinds=("arrest", "threat"), people=3)], asked(unit=ACTS), this_month=NOW)
    assert (acts.totals, acts.total) == ((3, 3), 6)
    persons = counting.count(
        [fact(kinds=("arrest", "threat"), people=3)], asked(unit=PERSONS, by=REGION), this_month=NOW
    )
    assert (persons.totals, persons.total) == ((3,), 3)


def test_a_value_nobody_entered_is_a_column_of_its_own_at_the_end() -> None:
    facts = [fact(1), fact(2), fact(3, company_roles=("employer",))]
    table = counting.count(facts, asked(by=COMPANY_ROLE), this_month=NOW)
    assert table.columns == ("employer", "")
    assert table.totals == (1, 2)


def test_a_year_without_its_month_counts_only_where_the_whole_year_is_asked_about() -> None:
    facts = [fact(1, month="2024"), fact(2), fact(3, month="")]
    whole_year = counting.count(facts, asked(), this_month=NOW)
    assert (whole_year.base, whole_year.undated, whole_year.unplaced) == (2, 1, 0)
    assert next(row for row in whole_year.rows if row.period == "2024").note == counting.MONTH_UNKNOWN
    half = counting.count(facts, asked(since="2024-04"), this_month=NOW)
    assert (half.base, half.undated, half.unplaced) == (1, 1, 1)


def test_the_share_of_those_never_asked_is_known_with_its_base() -> None:
    table = counting.count([fact(1), fact(2, consent=NOT_ASKED), fact(3, month="2020-01")], asked(), this_month=NOW)
    assert (table.not_asked, table.base) == (1, 2)


def test_the_same_event_from_two_cases_counts_once() -> None:
    first, second = fact(1), fact(2, same_as=f"{1:032x}")
    assert counting.standing_once([first, second]) == [first]
    assert counting.standing_once([second]) == [second]


def test_the_period_offered_reaches_from_the_first_fact_to_the_last_and_no_further_than_ten_years() -> None:
    assert counting.span([fact(month="2017-12"), fact(month="2018-03")], this_month=NOW) == ("2017-12", "2018-03")
    assert counting.span([fact(month="2017")], this_month=NOW) == ("2017-01", "2017-12")
    assert counting.span([], this_month=NOW) == ("2026-01", NOW)
    since, until = counting.span([fact(month="1990-01"), fact(month="2024-06")], this_month=NOW)
    assert (len(counting.months(since, until)), until) == (120, "2024-06")


# Small cells


def grid_of(inner: list[list[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in inner]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def small_cells(grid: list[list[int]]) -> set[tuple[int, int]]:
    return {(y, x) for y, row in enumerate(grid) for x, value in enumerate(row) if 0 < value < SMALL}


inner_grids = some.integers(1, 5).flatmap(
    lambda width: some.lists(some.lists(some.integers(0, 14), min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(inner_grids)
def test_no_small_cell_is_handed_out(inner: list[list[int]]) -> None:
    grid = grid_of(inner)
    hidden = counting.hide(grid)
    assert all(
        value == 0 or value >= SMALL or (y, x) in hidden for y, row in enumerate(grid) for x, value in enumerate(row)
    )


@given(inner_grids)
def test_subtracting_from_totals_again_and_again_reveals_nothing(inner: list[list[int]]) -> None:
    grid = grid_of(inner)
    hidden = counting.hide(grid)
    if len(hidden) == len(grid) * len(grid[0]):
        return
    assert solved_by_algebra(grid, hidden) == set()


def solved_by_algebra(grid: list[list[int]], hidden: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Hidden cells with one value in every solution of the sums, found by elimination over the lines."""
    unknown = sorted(hidden)
    equations = []
    for y in range(len(grid)):
        line = [((y, x), 1 if x < len(grid[0]) - 1 else -1) for x in range(len(grid[0]))]
        equations.append(line)
    for x in range(len(grid[0])):
        equations.append([((y, x), 1 if y < len(grid) - 1 else -1) for y in range(len(grid))])
    rows = [[next((sign for cell, sign in line if cell == result), 0) for result in unknown] for line in equations]
    return {unknown[at] for at in fixed(rows, len(unknown))}


def fixed(rows: list[list[int]], width: int) -> set[int]:
    matrix = [[Fraction(value) for value in row] for row in rows]
    at = 0
    for column in range(width):
        pivot = next((y for y in range(at, len(matrix)) if matrix[y][column]), None)
        if pivot is None:
            continue
        matrix[at], matrix[pivot] = matrix[pivot], matrix[at]
        matrix[at] = [value / matrix[at][column] for value in matrix[at]]
        for y in range(len(matrix)):
            if y != at and matrix[y][column]:
                by = matrix[y][column]
                matrix[y] = [value - by * other for value, other in zip(matrix[y], matrix[at], strict=True)]
        at += 1
    alone = [[x for x, value in enumerate(row) if value] for row in matrix]
    return {result[0] for result in alone if len(result) == 1}


@given(inner_grids)
def test_a_shown_total_never_leaves_hidden_cells_that_must_all_be_small(inner: list[list[int]]) -> None:
    grid = grid_of(inner)
    hidden = counting.hide(grid)
    for y, row in enumerate(grid):
        inside = [x for x in range(len(row) - 1) if (y, x) in hidden]
        if inside and (y, len(row) - 1) not in hidden:
            assert sum(row[x] for x in inside) >= SMALL + len(inside) - 1


def test_large_figures_are_all_shown() -> None:
    assert counting.hide(grid_of([[10, 20], [30, 40]])) == set()
    assert counting.hide(grid_of([[0, 20], [30, 0]])) == set()


def test_one_small_cell_takes_three_others_with_it() -> None:
    """Its row and its column each need a second hidden cell, and those two a fourth."""
    hidden = counting.hide(grid_of([[2, 20, 30], [40, 50, 60], [70, 80, 90]]))
    assert (0, 0) in hidden
    assert len(hidden) == 4


@pytest.mark.parametrize(("height", "width"), list(product((1, 60), (1, 40))))
def test_a_table_as_large_as_the_page_allows_is_protected_too(height: int, width: int) -> None:
    grid = grid_of([[(7 * y + 3 * x) % 9 for x in range(width)] for y in range(height)])
    hidden = counting.hide(grid)
    assert all(
        value == 0 or value >= SMALL or (y, x) in hidden for y, row in enumerate(grid) for x, value in enumerate(row)
    )
