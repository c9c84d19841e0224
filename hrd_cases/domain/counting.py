"""Counting incidents honestly: one table of months by a dimension, with its unit, base and gaps; small cells protected.

Pure: facts in, figures out. What a figure means is said in words beside it (RULES), never left to be guessed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from hrd_cases.domain.trends import NOT_ASKED, CountedIncident
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

INCIDENTS, ACTS, PERSONS = "incidents", "acts", "persons"
KIND, REGION, COMPANY_ROLE = "kind", "region", "company_role"
NONE_RECORDED, NOT_YET, MONTH_UNKNOWN = "none_recorded", "not_yet", "month_unknown"
NONE_COUNTED = "none_counted"  # incidents were left out, perhaps here: nobody can say that none was recorded
SMALL = 5  # counts from one to four are not handed out
MOST_MONTHS = 120

UNITS = {
    INCIDENTS: N_("incidents"),
    ACTS: N_("acts: persons times kinds of attack"),
    PERSONS: N_("persons attacked"),
}
DIMENSIONS = {KIND: N_("kind of attack"), REGION: N_("region"), COMPANY_ROLE: N_("role of a company")}
RULES = {
    INCIDENTS: N_("Each incident counts once, in the month it began. The total counts it once too."),
    ACTS: N_("An act is one person attacked in one way: an incident counts its persons times its kinds of attack."),
    PERSONS: N_(
        "Each incident counts its persons. Facts hold no names: a person attacked in two incidents counts twice."
    ),
}
SEVERAL = N_("An incident with several values stands in several columns, so columns can add up to more than the total.")


@dataclass(frozen=True, kw_only=True)
class CountQuestion:
    """What is counted: `by` of DIMENSIONS, `unit` of UNITS, from month `since` to `until` ('2017-12'), inclusive."""

    by: str = KIND
    unit: str = INCIDENTS
    since: str
    until: str
    grievances: bool = False  # breaches of labour rights that are no attack on a defender


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """One month, or a year whose months are not known: figures in the order of the columns, and why there are none."""

    period: str
    cells: tuple[int, ...]
    total: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """The answer. `columns` are codes, '' for not stated; `base` incidents stand behind it, `not_asked` of it open."""

    question: CountQuestion
    columns: tuple[str, ...]
    rows: tuple[CountRow, ...]
    totals: tuple[int, ...]
    total: int
    base: int
    not_asked: int
    undated: int  # incidents without any date, in no row
    grievances: int  # incidents of the period that are nothing but a labour grievance, and not asked for
    unplaced: int  # incidents of a known year whose month is not known, where the period holds only part of that year


def standing_once(facts: Iterable[CountedIncident]) -> list[CountedIncident]:
    """Facts with the same event from two cases counted once: a fact that names another one that is here is left out."""
    existing = {fact.id: fact for fact in facts}
    return [fact for fact in existing.values() if fact.same_as not in existing or fact.same_as == fact.id]


@cache
def _grievances() -> frozenset[str]:
    return frozenset(entry.code for entry in vocabulary("attack_kinds").entries if entry.extra.get("grievance"))


def without_grievances(fact: CountedIncident) -> CountedIncident | None:
    """The fact as far as it is an attack; None for a labour grievance alone."""
    attacks = tuple(kind for kind in fact.kinds if kind not in _grievances())
    if fact.kinds and not attacks:
        return None
    return fact if attacks == fact.kinds else replace(fact, kinds=attacks)


def count(facts: Iterable[CountedIncident], question: CountQuestion, *, this_month: str, left_out: int = 0) -> Table:
    """Count facts; months after `this_month` are gaps, not zeros. `left_out`: incidents that these facts leave out."""
    existing = list(facts)
    every = existing if question.grievances else [attack for fact in existing if (attack := without_grievances(fact))]
    alone = [fact for fact in existing if not question.grievances and without_grievances(fact) is None]
    placed = [(fact, period) for fact in every if (period := _period(fact, question))]
    columns = _columns([fact for fact, _ in placed], question)
    periods = dict.fromkeys(months(question.since, question.until))
    periods.update(dict.fromkeys(period for _, period in placed))
    by_period: dict[str, list[CountedIncident]] = {period: [] for period in sorted(periods)}
    for fact, period in placed:
        by_period[period].append(fact)
    none = NONE_COUNTED if left_out else NONE_RECORDED
    every_row = (_row(period, facts, columns, question, this_month) for period, facts in by_period.items())
    rows = tuple(replace(row, note=none) if row.note == NONE_RECORDED else row for row in every_row)
    return Table(
        question=question,
        columns=columns,
        rows=rows,
        totals=tuple(map(sum, zip(*(row.cells for row in rows), strict=True))) or (0,) * len(columns),
        total=sum(row.total for row in rows),
        base=len(placed),
        not_asked=sum(fact.consent == NOT_ASKED for fact, _ in placed),
        undated=sum(not fact.month for fact in every),
        grievances=sum(bool(_period(fact, question)) for fact in alone),
        unplaced=sum(_cut(fact, question) for fact in every),
    )


def span(facts: Iterable[CountedIncident], *, this_month: str) -> tuple[str, str]:
    """The months to show when nobody said which: from the first fact to the last, at most the newest ten years."""
    values = sorted({_first(fact.month) for fact in facts if fact.month} | {_last(f.month) for f in facts if f.month})
    if not values:
        return f"{this_month[:4]}-01", this_month
    last = min(values[-1], max(this_month, values[0]))
    return max(values[0], _before(last, 119)), last


def months(since: str, until: str) -> list[str]:
    """Every month from one to the other, both included."""
    at, end, months_between = _number(since), _number(until), []
    while at <= end:
        months_between.append(_text(at))
        at += 1
    return months_between


def share(part: int, base: int, digits: int = 1) -> str:
    """A percentage rounded half up, '23.4'; empty when there is nothing to take it of. Print the base beside it."""
    if base <= 0:
        return ""
    scale = 10**digits
    rounded = (Fraction(100 * part * scale, base) + Fraction(1, 2)).__floor__()
    whole, rest = divmod(rounded, scale)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


def tally(facts: Iterable[CountedIncident], by: str, unit: str) -> dict[str, int]:
    """Figure by code over all of these facts, the largest first."""
    results: dict[str, int] = {}
    for fact in facts:
        for code in _codes(fact, by):
            results[code] = results.get(code, 0) + _weight(fact, unit, by)
    return dict(sorted(results.items(), key=lambda pair: (-pair[1], pair[0])))


def whole(fact: CountedIncident, unit: str) -> int:
    """What one incident adds to a total."""
    if unit == INCIDENTS:
        return 1
    return fact.people * (max(1, len(fact.kinds)) if unit == ACTS else 1)


def _weight(fact: CountedIncident, unit: str, by: str) -> int:
    """What one incident adds to one column; under one kind an act is a person."""
    return fact.people if unit == ACTS and by == KIND else whole(fact, unit)


def _codes(fact: CountedIncident, by: str) -> tuple[str, ...]:
    if by == REGION:
        return (fact.region,)
    return (fact.kinds if by == KIND else fact.company_roles) or ("",)


def _columns(facts: Sequence[CountedIncident], question: CountQuestion) -> tuple[str, ...]:
    """Largest first, so that a narrow page shows what matters; not stated always last."""
    results = tally(facts, question.by, question.unit)
    return (*(code for code in results if code), *(code for code in results if not code))


def _row(
    period: str, facts: list[CountedIncident], columns: tuple[str, ...], question: CountQuestion, this_month: str
) -> CountRow:
    figures = tally(facts, question.by, question.unit)
    note = MONTH_UNKNOWN if len(period) == 4 else NOT_YET if period > this_month else NONE_RECORDED
    return CountRow(
        period=period,
        cells=tuple(figures.get(code, 0) for code in columns),
        total=sum(whole(fact, question.unit) for fact in facts),
        note=note if not facts or note == MONTH_UNKNOWN else "",
    )


def _period(fact: CountedIncident, question: CountQuestion) -> str:
    """The row a fact belongs to: its month, or its year when the whole year is asked about; empty outside."""
    if not fact.month or _first(fact.month) < question.since or _last(fact.month) > question.until:
        return ""
    return fact.month


def _cut(fact: CountedIncident, question: CountQuestion) -> bool:
    known_year = len(fact.month) == 4 and not _period(fact, question)
    return known_year and _last(fact.month) >= question.since and _first(fact.month) <= question.until


def _first(month: str) -> str:
    return month if len(month) > 4 else f"{month}-01"


def _last(month: str) -> str:
    return month if len(month) > 4 else f"{month}-12"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _text(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _before(month: str, by: int) -> str:
    return _text(_number(month) - by)


# Protecting small cells: what is hidden must not follow from what is shown.

Cell = tuple[int, int]


def protected(table: Table) -> list[list[int | None]]:
    """Figures row by row, a total at the end of each row and a row of totals below; None where a figure is hidden."""
    grid = [[*row.cells, row.total] for row in table.rows] + [[*table.totals, table.total]]
    hidden = hide(grid)
    shown: list[list[int | None]] = [list(row) for row in grid]
    for y, x in hidden:
        shown[y][x] = None
    return shown


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
