"""One line of migrations leads to exactly the tables of this version and back, wholly or not at all."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hrd_log import tags
from sqlalchemy import event, inspect, text

from hrd_cases.store import migrate
from hrd_cases.store.log import LogEntry
from hrd_cases.store.tables import metadata
from hrd_cases.store.work import Database

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 22)


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_newest_migration_makes_exactly_the_tables_of_this_version(empty: Database) -> None:
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.head()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    result = inspect(empty.engine)
    for table in metadata.tables.values():
        keys = {
            tuple(get_foreign_key["constrained_columns"]) for get_foreign_key in result.get_foreign_keys(table.name)
        }
        assert keys == {(foreign_key.parent.name,) for foreign_key in table.foreign_keys}, table.name
        assert result.get_pk_constraint(table.name)["constrained_columns"] == [part.name for part in table.primary_key]


def test_down_to_nothing_and_up_again(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.writing() as work:
        work.keys.add_vault("ab" * 16, "case")
        work.log.append([LogEntry(day=TODAY, klass="system", sealed=b"x")])
    migrate.downgrade(empty, "base")
    assert tables_of(empty) <= {"alembic_version"}
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    with empty.reading() as work:
        assert work.keys.vault("ab" * 16) is None
        assert work.log.head().size == 0


def test_upgrading_what_is_newest_changes_nothing(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.writing() as work:
        work.settings.put("name", "kept")
    migrate.upgrade(empty)
    with empty.reading() as work:
        assert work.settings.get("name") == "kept"


def test_the_history_is_one_line() -> None:
    scripts = ScriptDirectory(str(migrate.FOLDER))
    line = list(scripts.walk_revisions())
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    assert all(not item.is_merge_point and not item.is_branch_point for item in line)
    assert [Path(item.path).name[:4] for item in line] == [item.revision for item in line]
    assert [item.revision for item in line[::-1]] == [f"{number:04}" for number in range(1, len(line) + 1)]
    assert migrate.head() == line[0].revision
    assert migrate.revisions() == tuple(item.revision for item in line[::-1])
    assert all(migrate.knows(item.revision) for item in line)
    assert not migrate.knows("9999")


def test_a_migration_that_fails_leaves_nothing(empty: Database) -> None:
    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE records" in statement:
            raise RuntimeError("pulled plug")

    event.listen(empty.engine, "before_cursor_execute", refuse)
    with pytest.raises(RuntimeError, match="pulled plug"):
        migrate.upgrade(empty)
    event.remove(empty.engine, "before_cursor_execute", refuse)
    assert tables_of(empty) == set()
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.head()


KILLED = """
import os, signal, sys
from sqlalchemy import event
from hrd_cases.store import migrate
from hrd_cases.store.work import Database
database, left = Database(sys.argv[1], bytes(16)), int(sys.argv[2])
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(database.engine, "before_cursor_execute", count)
migrate.upgrade(database)
"""


@pytest.mark.slow
@pytest.mark.parametrize("statement", [4, 12, 25, 33])
def test_a_kill_in_the_middle_leaves_nothing_and_the_next_try_succeeds(empty: Database, statement: int) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(statement)],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": paths},
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert tables_of(empty) == set()
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.head()


def test_two_that_upgrade_at_once_do_it_once(database_url: str) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        database = Database(database_url, bytes(16), tags(bytes(16)))
        try:
            migrate.upgrade(database)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    database = Database(database_url, bytes(16), tags(bytes(16)))
    assert migrate.current(database) == migrate.head()
    database.close()


def test_a_migration_that_leaves_rows_pointing_nowhere_is_undone(empty: Database) -> None:
    migrate.upgrade(empty)
    if empty.sqlite:
        with empty.reading() as work:
            assert work.connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    with pytest.raises(migrate.BrokenReferences if empty.sqlite else Exception):
        _leave_dangling(empty)
    with empty.reading() as work:
        assert work.files.ids() == set()


def _leave_dangling(database: Database) -> None:
    with migrate._migrating(database) as config:
        config.attributes["connection"].execute(
            text(
                "INSERT INTO blobs (id, vault_id, day, size, sha256, state)"
                " VALUES ('a', 'nowhere', '2026-11-22', 1, '', 'kept')"
            )
        )
