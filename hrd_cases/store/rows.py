"""What the database is asked, and rows as it takes them and as they come back: one way for each.

Questions that most pages ask are put together once, which takes four times as long as asking them (`rows_of` and its
siblings), and are asked once in a snapshot that only reads (`once_a_snapshot`). Long lists of ids are asked for in
pieces (`batches`) that every database takes as parameters of one query.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Insert, Select, Table, bindparam, false, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from hrd_cases.domain.fields import Declared

READS_ONLY = "hrd_reads_only"  # the execution option of the connection of a snapshot that can not write


class _OfVault(Protocol):
    @property
    def vault_id(self) -> str: ...


class _OfConnection(Protocol):
    _connection: Connection


OfVault = TypeVar("OfVault", bound=_OfVault)
C = TypeVar("C", bound=_OfConnection)
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def read_rows(cls: type[R], result: CursorResult[Any]) -> list[R]:
    """The rows of a result as values of `cls`, a dataclass or named tuple whose fields are called as the columns."""
    names = tuple(result.keys())
    if issubclass(cls, tuple) and getattr(cls, "_fields", ()) == names:  # in their order: looked at by the thousand
        return [cls(*row) for row in result.all()]
    return [cls(**dict(zip(names, row, strict=True))) for row in result.all()]


def first_row(cls: type[R], result: CursorResult[object]) -> R | None:
    """The same of a result that has at most one row."""
    return next(iter(read_rows(cls, result)), None)


def values_of(row: Declared) -> dict[str, object]:
    """The fields of a row by the names of their columns."""
    return {part.name: getattr(row, part.name) for part in fields(row)}


def by_vault(rows: Iterable[OfVault]) -> dict[str, list[OfVault]]:
    """Rows by the vault they belong to, in their order."""
    results: dict[str, list[OfVault]] = {}
    for row in rows:
        results.setdefault(row.vault_id, []).append(row)
    return results


BATCH = 500


def batches(ids: Iterable[str]) -> list[list[str]]:
    """The distinct ids, in order, in lists of at most BATCH."""
    every = list(dict.fromkeys(ids))
    return [every[at : at + BATCH] for at in range(0, len(every), BATCH)]


# Questions


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


@cache
def put_rows(table: Table, dialect: str) -> Insert:
    """Enter rows, each in the place of what has its key; `dialect` is the name of that of the connection."""
    statement: sqlite.Insert | postgresql.Insert
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    newer = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=[*table.primary_key], set_=newer)


def bounds(ranges: Sequence[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """The least and the most of each range, both in it, as parameters of `rows_between`."""
    least = {f"least{at}": first for at, (first, _) in enumerate(ranges)}
    return least | {f"most{at}": last for at, (_, last) in enumerate(ranges)}


def _ordered(query: Select[object], table: Table, order: tuple[str, ...]) -> Select[object]:
    return query.order_by(*(table.c[name] for name in order))


def once_a_snapshot(read: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
    """Ask the database once for the same values in a snapshot that only reads; each time where something is written.

    For methods of what has a connection, whose values are texts, numbers, or collections of them; the answer is
    shared, and nobody changes it.
    """

    @wraps(read)
    def ask(self: C, /, *values: P.args, **named: P.kwargs) -> T:
        if not self._connection.get_execution_options().get(READS_ONLY):
            return read(self, *values, **named)
        answers = self.__dict__.setdefault("_answers", {})
        key = (read.__name__, *map(_hashable, values), *map(_hashable, named.values()))
        if key not in answers:
            answers[key] = read(self, *values, **named)
        answer: T = answers[key]
        return answer

    return ask


def _hashable(value: object) -> object:
    return frozenset(value) if isinstance(value, Collection) and not isinstance(value, str | bytes | tuple) else value
