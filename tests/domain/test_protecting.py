"""What protected tables must not give away."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hrd_cases.domain import protecting
from hrd_cases.domain.protecting import SMALL


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
    hidden = protecting.hide(grid)
    assert all(
        value == 0 or value >= SMALL or (y, x) in hidden for y, row in enumerate(grid) for x, value in enumerate(row)
    )


@given(inner_grids)
def test_subtracting_from_totals_again_and_again_reveals_nothing(inner: list[list[int]]) -> None:
    grid = grid_of(inner)
    hidden = protecting.hide(grid)
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
    hidden = protecting.hide(grid)
    for y, row in enumerate(grid):
        inside = [x for x in range(len(row) - 1) if (y, x) in hidden]
        if inside and (y, len(row) - 1) not in hidden:
            assert sum(row[x] for x in inside) >= SMALL + len(inside) - 1


def test_large_figures_are_all_shown() -> None:
    assert protecting.hide(grid_of([[10, 20], [30, 40]])) == set()
    assert protecting.hide(grid_of([[0, 20], [30, 0]])) == set()


def test_one_small_cell_takes_three_others_with_it() -> None:
    """Its row and its column each need a second hidden cell, and those two a fourth."""
    hidden = protecting.hide(grid_of([[2, 20, 30], [40, 50, 60], [70, 80, 90]]))
    assert (0, 0) in hidden
    assert len(hidden) == 4


@pytest.mark.parametrize(("height", "width"), list(product((1, 60), (1, 40))))
def test_a_table_as_large_as_the_page_allows_is_protected_too(height: int, width: int) -> None:
    grid = grid_of([[(7 * y + 3 * x) % 9 for x in range(width)] for y in range(height)])
    hidden = protecting.hide(grid)
    assert all(
        value == 0 or value >= SMALL or (y, x) in hidden for y, row in enumerate(grid) for x, value in enumerate(row)
    )
