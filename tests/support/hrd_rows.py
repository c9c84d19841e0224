"""Somebody who only writes the database: rows of any table added, withheld, exchanged or put back, and undone again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hrd_world import World
from sqlalchemy import Connection, Integer, String, Table, create_engine, delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from hrd_cases.store import tables
from hrd_cases.store.log_index import LogIndex

APPENDED, WITHHELD, REORDERED, REPLAYED = "appended", "withheld", "reordered", "replayed"
ACTS = (APPENDED, WITHHELD, REORDERED, REPLAYED)
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Harm:
    """What is done to one table: rows that are taken out, and rows that stand there then."""

    table: str
    act: str
    out: tuple[Row, ...]
    put: tuple[Row, ...]

    def __str__(self) -> str:
        """For a message of a failed test."""
        keys = [
            [row[column.key] for column in _key(tables.metadata.tables[self.table])] for row in self.out or self.put
        ]
        return f"{self.table} {self.act} {keys}"


class Outside:
    """The database of a world in the hands of somebody who heeds no rule of it, and puts it back afterwards."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._engine = create_engine(world.runtime.database.engine.url, poolclass=NullPool)
        self.rows = self.read()
        self._files = {path: path.read_bytes() for path in world.runtime.instance.iterdir() if path.is_file()}

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET session_replication_role = replica")  # no keys of other tables
            yield connection

    def read(self) -> Rows:
        """Every row of every table, by the names of its columns in code."""
        with self._connected() as connection:
            return {table.name: _read(connection, table) for table in tables.metadata.sorted_tables}

    def do(self, harm: Harm) -> bool:
        """Do it; False when the database itself takes no such row."""
        table = tables.metadata.tables[harm.table]
        try:
            with self._connected() as connection:
                for row in harm.out:
                    connection.execute(delete(table).where(*(column == row[column.key] for column in _key(table))))
                if harm.put:
                    connection.execute(insert(table), list(harm.put))
        except DBAPIError:
            return False
        self.forget()
        return True

    def put_back(self) -> None:
        """The database and the instance folder as they were kept."""
        with self._connected() as connection:
            for table in tables.metadata.sorted_tables:
                if _read(connection, table) != self.rows[table.name]:
                    connection.execute(delete(table))
                    if self.rows[table.name]:
                        connection.execute(insert(table), self.rows[table.name])
        for path, data in self._files.items():
            path.write_bytes(data)
        self.forget()

    def forget(self) -> None:
        """What a server that is started now has in memory: nothing, and nobody is logged in."""
        runtime, database = self.world.runtime, self.world.runtime.database
        database.log_index = LogIndex(database.log_index.tags)
        runtime.cells.clear()
        runtime.verified.clear()
        runtime.known_trust = None
        self.world._sessions.clear()


def _read(connection: Connection, table: Table) -> list[Row]:
    query = select(table).order_by(*_key(table))
    return [{column.key: row._mapping[column] for column in table.columns} for row in connection.execute(query)]


def _key(table: Table) -> list[Any]:
    return list(table.primary_key)


def harms(table: Table, early: Rows, late: Rows, chance: random.Random) -> Iterator[Harm]:
    """Without end: things that can be done to the rows of one table, each act in its turn, as far as there are rows."""
    makers = (_appended, _withheld, _reordered, _replayed)
    while True:
        made = [harm for maker in makers if (harm := maker(table, early, late, chance)) is not None]
        if not made:
            return
        yield from made


def _appended(table: Table, _early: Rows, late: Rows, chance: random.Random) -> Harm | None:
    """A copy of a row under a key that nothing has yet."""
    rows = late[table.name]
    if not rows:
        return None
    like, taken = dict(chance.choice(rows)), {tuple(row[c.key] for c in _key(table)) for row in rows}
    column = chance.choice(_key(table))
    if isinstance(column.type, Integer):
        like[column.key] = max(row[column.key] for row in rows) + 1
    elif isinstance(column.type, String) and len(like[column.key]) in (32, 64):
        others = [row[column.key] for row in rows if row[column.key] != like[column.key]]
        fresh = chance.randbytes(len(like[column.key]) // 2).hex()
        like[column.key] = chance.choice([*others, fresh])
    elif isinstance(column.type, String):
        like[column.key] = chance.choice([row[column.key] for row in rows])
    else:
        like[column.key] = chance.randbytes(len(like[column.key]))
    if tuple(like[c.key] for c in _key(table)) in taken:
        return None
    return Harm(table.name, APPENDED, (), (like,))


def _withheld(table: Table, _early: Rows, late: Rows, chance: random.Random) -> Harm | None:
    rows = late[table.name]
    return Harm(table.name, WITHHELD, (chance.choice(rows),), ()) if rows else None


def _reordered(table: Table, _early: Rows, late: Rows, chance: random.Random) -> Harm | None:
    """What two rows hold besides their keys changes places."""
    rows = late[table.name]
    names = [column.key for column in table.columns if not column.primary_key]
    if len(rows) < 2 or not names:
        return None
    one, other = chance.sample(rows, 2)
    if all(one[name] == other[name] for name in names):
        return None
    swapped = ({**one, **{n: other[n] for n in names}}, {**other, **{n: one[n] for n in names}})
    return Harm(table.name, REORDERED, (one, other), swapped)


def _replayed(table: Table, early: Rows, late: Rows, chance: random.Random) -> Harm | None:
    """A row of an earlier day, which has changed or gone since."""
    now = {tuple(row[c.key] for c in _key(table)): row for row in late[table.name]}
    old = [row for row in early[table.name] if now.get(tuple(row[c.key] for c in _key(table))) != row]
    if not old:
        return None
    row = chance.choice(old)
    there = now.get(tuple(row[c.key] for c in _key(table)))
    return Harm(table.name, REPLAYED, (there,) if there else (), (row,))
