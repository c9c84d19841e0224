"""Every row of every table as portable parts, so that what was taken from one kind of database goes into the other.

A part is a run of whole rows of one table, PAE(row...), a row PAE(value...), a value 0x00 for nothing or 0x01 and its
bytes. Rows stand in the order of their keys, compared byte by byte, and parts are cut by size alone: the same rows
make the same parts on either database, so a part read back from where it was put can be compared by its hash.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    collate,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.engine import Inspector
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.sql.expression import ColumnElement, TableClause
from sqlalchemy.types import TypeEngine

from hrd_cases.crypto.core.encoding import pae, unpae
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.store.tables import metadata

PART = 1 << 20
_AT_ONCE = 500


class NotRestorable(ValueError):
    """What a dump says does not fit the tables that it should go into; carries no content."""


@dataclass(frozen=True, kw_only=True)
class ColumnKind:
    """How values of one kind are written: as text in UTF-8, as they are, or as their plain spelling."""

    type: TypeEngine[Any]
    out: Callable[[Any], bytes]
    into: Callable[[bytes], object]


def _spelled(
    into: Callable[[str], object], out: Callable[[object], str] = str
) -> tuple[Callable[..., bytes], Callable[..., object]]:
    return (lambda value: out(value).encode()), (lambda data: into(data.decode()))


def _kind(kind: TypeEngine[Any], into: Callable[[str], object], out: Callable[[Any], str] = str) -> ColumnKind:
    spelled = _spelled(into, out)
    return ColumnKind(type=kind, out=spelled[0], into=spelled[1])


KINDS = {
    "text": _kind(String(), str),
    "bytes": ColumnKind(type=LargeBinary(), out=bytes, into=bytes),
    "number": _kind(BigInteger(), int),
    "truth": _kind(Boolean(), lambda text: {"1": True, "0": False}[text], lambda value: str(int(value))),
    "day": _kind(Date(), date.fromisoformat, date.isoformat),
    "moment": _kind(DateTime(timezone=True), datetime.fromisoformat, datetime.isoformat),
}
# The first that fits; Text is a String, BigInteger an Integer.
_BY_TYPE: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (String, "text"),
    (LargeBinary, "bytes"),
    (Boolean, "truth"),
    (Integer, "number"),
    (Date, "day"),
    (DateTime, "moment"),
)


@dataclass(frozen=True, kw_only=True)
class TableShape:
    """One table: its name, its columns with the kind of each, and the columns of its key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def clause(self) -> TableClause:
        """The table as statements name it."""
        return table(self.name, *[column(name, KINDS[kind].type) for name, kind in self.columns])


def shapes() -> tuple[TableShape, ...]:
    """Every table of this version, those that others refer to first."""
    return tuple(_shape(sorted_table) for sorted_table in metadata.sorted_tables)


def _shape(item: Table) -> TableShape:
    columns = tuple((part.name, kind_of(part)) for part in item.columns)
    return TableShape(name=item.name, columns=columns, key=tuple(part.name for part in item.primary_key))


def kind_of(part: Column[object]) -> str:
    """The kind of a column's values; NotRestorable for a type that no kind writes."""
    for column_type, kind in _BY_TYPE:
        if isinstance(part.type, column_type):
            return kind
    raise NotRestorable(f"{part.table.name}.{part.name}")


def parts(connection: Connection, shape: TableShape) -> Iterator[bytes]:
    """The rows of one table in parts of about a megabyte, none where there is no row."""
    rows: list[bytes] = []
    size = 0
    for row in _rows(connection, shape):
        rows.append(row)
        size += len(row)
        if size >= PART:
            yield pae(*rows)
            rows, size = [], 0
    if rows:
        yield pae(*rows)


def _rows(connection: Connection, shape: TableShape) -> Iterator[bytes]:
    clause = shape.clause
    writers = [KINDS[kind].out for _, kind in shape.columns]
    order = [_bytewise(connection, clause.c[name], dict(shape.columns)[name]) for name in shape.key]
    query = select(clause).order_by(*order).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(query):
        values = zip(writers, row, strict=True)
        yield pae(*[b"\0" if value is None else b"\1" + write(value) for write, value in values])


def _bytewise(connection: Connection, part: ColumnElement[object], kind: str) -> ColumnElement[Any]:
    """PostgreSQL sorts text as its locale says, SQLite byte by byte: both byte by byte."""
    return collate(part, "C") if kind == "text" and connection.dialect.name == "postgresql" else part


def load(connection: Connection, shape: TableShape, part: bytes) -> int:
    """Enter the rows of one part; how many; NotRestorable when they are none, or break what the tables hold to."""
    names = [name for name, _ in shape.columns]
    readers = [KINDS[kind].into for _, kind in shape.columns]
    try:
        rows = [dict(zip(names, _values(row, readers), strict=True)) for row in unpae(part)]
        for start in range(0, len(rows), _AT_ONCE):
            connection.execute(insert(shape.clause), rows[start : start + _AT_ONCE])
    except (UnknownFormat, ValueError, KeyError, IntegrityError, DataError):
        raise NotRestorable(shape.name) from None
    return len(rows)


def _values(row: bytes, readers: Sequence[Callable[[bytes], object]]) -> list[object]:
    values = unpae(row)
    if any(value[:1] not in (b"\0", b"\1") or (value[:1] == b"\0" and len(value) > 1) for value in values):
        raise UnknownFormat
    return [read(value[1:]) if value[0] else None for read, value in zip(readers, values, strict=True)]


def check_shapes(connection: Connection, table_shapes: Iterable[TableShape]) -> None:
    """Raise NotRestorable unless the database has exactly these tables and columns: nothing else becomes a name."""
    inspector = inspect(connection)
    there = {name: _column_names(inspector, name) for name in inspector.get_table_names()}
    there.pop("alembic_version", None)
    expected: dict[str, set[str]] = {}
    for shape in table_shapes:
        columns = expected[shape.name] = {name for name, _ in shape.columns}
        key_fits = shape.key and set(shape.key) <= columns
        if not key_fits or any(kind not in KINDS for _, kind in shape.columns):
            raise NotRestorable("tables")
    if there != expected:
        raise NotRestorable("tables")


def _column_names(inspector: Inspector, table: str) -> set[str]:
    return {column["name"] for column in inspector.get_columns(table)}


def is_empty(connection: Connection) -> bool:
    """True when no table holds a row; tables that are no dump's are left alone and count too."""
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return not any(connection.scalar(select(func.count()).select_from(table(name))) for name in names)


def clear(connection: Connection) -> None:
    """Remove every row of every table of this version."""
    there = set(inspect(connection).get_table_names())
    existing = [sorted_table for sorted_table in reversed(metadata.sorted_tables) if sorted_table.name in there]
    if connection.dialect.name == "postgresql":
        # Row by row it would look for references among rows that are deleted already, again and again.
        connection.exec_driver_sql(f"TRUNCATE {', '.join(item.name for item in existing)}")
        return
    for entry in existing:
        connection.execute(delete(entry))
