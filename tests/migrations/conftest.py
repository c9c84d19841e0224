"""Databases without tables, for what makes the tables."""

from collections.abc import Iterator

import pytest
from hrd_log import tags

from hrd_cases.store.work import Database


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    """A database in which nothing has been made yet."""
    opened = Database(database_url, bytes(range(16)), tags(bytes(range(16))))
    yield opened
    opened.close()
