"""Protecting small cells of a table that leaves: what is hidden must not follow from what is shown."""

from collections.abc import Callable, Iterable, Sequence

SMALL = 5  # counts from one to four are not handed out
Cell = tuple[int, int]


def hide(grid: Sequence[Sequence[int]]) -> set[Cell]:
    """The cells of a grid (last row and last column are totals) that must not be shown.

    First every count from one to four. Then, until nothing more follows: a hidden cell is a link between its row and
    its column; where it is the only way between two groups of them, subtracting gives it away, and one more is hidden;
    and where the hidden cells of a line add up to so little that each must be small, one more is hidden.
    """
    hidden = {(y, x) for y, row in enumerate(grid) for x, value in enumerate(row) if 0 < value < SMALL}
    while more := _beside_bridges(grid, hidden) | _beside_told(grid, hidden):
        hidden |= more
    return hidden


def _beside_bridges(grid: Sequence[Sequence[int]], hidden: set[Cell]) -> set[Cell]:
    """What to hide beside cells that subtracting gives away: first in lines that have only the one."""
    added: set[Cell] = set()
    bridges = sorted(_bridges(hidden))
    for y, x in bridges:
        for line in (_row_of(grid, y), _column_of(grid, x)):
            if len((hidden | added).intersection(line)) == 1:
                chosen = _cheapest(grid, line, hidden | added)
                added |= {chosen} if chosen else set()
    if not added:
        lines = [cell for y, x in bridges[:1] for cell in (*_row_of(grid, y), *_column_of(grid, x))]
        chosen = _cheapest(grid, lines, hidden)
        added |= {chosen} if chosen else set()
    return added


def _beside_told(grid: Sequence[Sequence[int]], hidden: set[Cell]) -> set[Cell]:
    """What to hide in lines whose shown total leaves so little for the hidden cells that each is known to be small."""
    lines = [_row_of(grid, y) for y in range(len(grid))] + [_column_of(grid, x) for x in range(len(grid[0]))]
    results: set[Cell] = set()
    for line in lines:
        inner = [cell for cell in line[:-1] if cell in hidden]
        left = sum(grid[y][x] for y, x in inner)
        if inner and line[-1] not in hidden and left < SMALL + len(inner) - 1:
            chosen = _cheapest(grid, line, hidden)
            results |= {chosen} if chosen else set()
    return results


def _row_of(grid: Sequence[Sequence[int]], y: int) -> list[Cell]:
    return [(y, x) for x in range(len(grid[0]))]


def _column_of(grid: Sequence[Sequence[int]], x: int) -> list[Cell]:
    return [(y, x) for y in range(len(grid))]


def _cheapest(grid: Sequence[Sequence[int]], line: Iterable[Cell], hidden: set[Cell]) -> Cell | None:
    """What to hide of a line: zeros last, totals before them, else where it closes a circle, else the smallest."""
    bottom, right = len(grid) - 1, len(grid[0]) - 1
    rows, columns = {y for y, _ in hidden}, {x for _, x in hidden}

    def cost(at: Cell) -> tuple[bool, bool, bool, int, Cell]:
        value = grid[at[0]][at[1]]
        return value == 0, at[0] == bottom or at[1] == right, not (at[0] in rows and at[1] in columns), value, at

    return min((cell for cell in line if cell not in hidden), key=cost, default=None)


def _bridges(hidden: set[Cell]) -> set[Cell]:
    """Hidden cells whose link between row and column lies in no circle of such links (Tarjan 1974)."""
    links: dict[tuple[str, int], list[tuple[tuple[str, int], Cell]]] = {}
    for y, x in sorted(hidden):
        links.setdefault(("row", y), []).append((("column", x), (y, x)))
        links.setdefault(("column", x), []).append((("row", y), (y, x)))
    order: dict[tuple[str, int], int] = {}
    results: set[Cell] = set()
    for start in links:
        if start not in order:
            _walk(start, links, order, results.add)
    return results


def _walk(
    start: tuple[str, int],
    links: dict[tuple[str, int], list[tuple[tuple[str, int], Cell]]],
    order: dict[tuple[str, int], int],
    report: Callable[[Cell], None],
) -> None:
    """One depth-first walk, on a stack of our own: a table has more lines than calls may nest."""
    low: dict[tuple[str, int], int] = {}
    order[start] = low[start] = len(order)
    stack = [(start, (-1, -1), iter(links[start]))]
    while stack:
        node, came, rest = stack[-1]
        for other, cell in rest:
            if cell == came:
                continue
            if other in order:
                low[node] = min(low[node], order[other])
                continue
            order[other] = low[other] = len(order)
            stack.append((other, cell, iter(links[other])))
            break
        else:
            stack.pop()
            if stack:
                above = stack[-1][0]
                low[above] = min(low[above], low[node])
                if low[node] > order[above]:
                    report(came)
