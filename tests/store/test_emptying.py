"""PostgreSQL's files are written anew after a deletion; while somebody looks back it waits. Catalogue of attacks 14."""

import pytest
from hrd_at_rest import files_at_rest
from sqlalchemy import Connection, LargeBinary, delete, event, insert

from hrd_cases.store import tables
from hrd_cases.store.work import Database

SECRET = bytes(range(100, 196))


@pytest.fixture
def postgresql(database: Database) -> Database:
    if database.sqlite:
        pytest.skip("SQLite has tests of its own")
    return database


def _rests(database: Database) -> bool:
    return any(SECRET in data for _, data in files_at_rest(database))


def test_statistics_keep_no_sample_of_anything_sealed(postgresql: Database) -> None:
    """Whoever adds a column of bytes on PostgreSQL sets its statistics to nothing, as migration 0002 does."""
    columns = [(table.name, column.name) for table in tables.metadata.sorted_tables for column in table.columns
               if isinstance(column.type, LargeBinary)]  # fmt: skip
    with postgresql.engine.connect() as connection:
        result = connection.exec_driver_sql(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attstattarget = 0 AND attnum > 0"
        ).all()
    assert len(columns) > 40
    assert set(columns) <= {tuple(row) for row in result}


def _come_and_go(database: Database) -> None:
    table = tables.trend_facts
    with database.writing() as work:
        work.connection.execute(insert(table).values(id="a" * 32, epoch=1, generation="", fact_sealed=SECRET, tag=b""))
    assert _rests(database), "the scan sees what is there"
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"ANALYZE {table.name}")
    with database.writing() as work:
        work.connection.execute(delete(table))
    assert _rests(database), "a deletion alone leaves it there"


def test_nothing_of_a_deleted_row_is_left_in_the_files(postgresql: Database) -> None:
    _come_and_go(postgresql)
    postgresql.rewrite()
    assert not postgresql.rewrite_due
    assert not _rests(postgresql)


def test_while_somebody_looks_back_it_waits_and_is_done_after_a_later_act(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrd_cases.store.emptying.PATIENCE", 0.2)
    _come_and_go(postgresql)
    with postgresql.reading() as work:
        work.settings.get("anything")
        postgresql.rewrite()
        assert postgresql.rewrite_due
        with postgresql.writing():
            pass
        assert postgresql.rewrite_due, "nobody waits for it a second time"
    with postgresql.writing():
        pass
    assert not postgresql.rewrite_due
    assert not _rests(postgresql)


def test_a_server_that_goes_away_meanwhile_does_not_make_what_was_saved_look_lost(postgresql: Database) -> None:
    """As with no room for its own log: PostgreSQL ends every connection and starts anew."""
    with postgresql.writing() as work:
        work.settings.put("name", "kept")

    def go_away(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("VACUUM"):
            number = connection.connection.driver_connection.info.backend_pid
            with postgresql.engine.connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")

    event.listen(postgresql.engine, "before_cursor_execute", go_away)
    postgresql.rewrite()
    assert postgresql.rewrite_due
    with postgresql.writing() as work:
        assert work.settings.get("name") == "kept"
    assert postgresql.rewrite_due
    event.remove(postgresql.engine, "before_cursor_execute", go_away)
    with postgresql.writing():
        pass
    assert not postgresql.rewrite_due
