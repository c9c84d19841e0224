"""What a page asks several times is asked of the database once; who writes sees at once what they wrote."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from hrd_cases.store.keys import GrantRow
from hrd_cases.store.work import Database

MEMBER = "cd" * 32
GRANT = GrantRow(vault_id="ab" * 16, compartment="core", epoch=1, member=MEMBER, wrap=b"wrap")


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The questions that the database is asked meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM grants" in statement:
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_snapshot_that_only_reads_asks_once_for_the_same(database: Database) -> None:
    with asked(database) as statements, database.reading() as work:
        assert work.keys.grants_for_any([MEMBER]) == work.keys.grants_for_any({MEMBER}) == []
        assert work.keys.grants_for_any(["ef" * 32]) == []
    assert len(statements) == 2


def test_who_writes_sees_what_they_wrote(database: Database) -> None:
    with database.writing() as work:
        work.keys.add_vault(GRANT.vault_id, "case")
        assert work.keys.grants_for_any([MEMBER]) == []
        work.keys.add_grants(GRANT)
        assert work.keys.grants_for_any([MEMBER]) == [GRANT]
    with database.reading() as work:
        assert work.keys.grants_for_any([MEMBER]) == [GRANT]


def test_the_next_snapshot_asks_again(database: Database) -> None:
    with database.reading() as work:
        assert work.keys.grants_for_any([MEMBER]) == []
    with database.writing() as work:
        work.keys.add_vault(GRANT.vault_id, "case")
        work.keys.add_grants(GRANT)
    with database.reading() as work:
        assert work.keys.grants_for_any([MEMBER]) == [GRANT]
