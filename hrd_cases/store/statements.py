"""Questions that most pages ask, each put together once: that takes four times as long as asking it."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, Table, bindparam, false, or_, select


@cache
def rows_of(table: Table, column: str, *order: str) -> Select[object]:
    """The rows of a table that have the parameter `one` in this column."""
    return _ordered(select(table).where(table.c[column] == bindparam("one")), table, order)


@cache
def rows_among(table: Table, column: str, *order: str) -> Select[object]:
    """The rows of a table that have one of the list `some` in this column."""
    return _ordered(select(table).where(table.c[column].in_(bindparam("some", expanding=True))), table, order)


@cache
def all_rows(table: Table, *order: str) -> Select[object]:
    """Every row of a table."""
    return _ordered(select(table), table, order)


@cache
def rows_between(table: Table, column: str, count: int) -> Select[object]:
    """The rows that have in this column what lies in one of so many ranges, given as `bounds`."""
    ranges = (table.c[column].between(bindparam(f"least{at}"), bindparam(f"most{at}")) for at in range(count))
    return select(table).where(or_(false(), *ranges))


def bounds(ranges: Sequence[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """The least and the most of each range, both in it, as parameters of `rows_between`."""
    least = {f"least{at}": first for at, (first, _) in enumerate(ranges)}
    return least | {f"most{at}": last for at, (_, last) in enumerate(ranges)}


def _ordered(query: Select[object], table: Table, order: tuple[str, ...]) -> Select[object]:
    return query.order_by(*(table.c[name] for name in order))
