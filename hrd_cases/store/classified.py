"""What rests in each column of each table, for inventory and tests: every column says it of itself."""

from collections.abc import Mapping

from sqlalchemy import MetaData

from hrd_cases.store.columns import BUDGET, PUBLIC, SEALED
from hrd_cases.store.tables import metadata


class Unclassified(LookupError):
    """A column does not say what a stranger would read in it."""


def classification(tables: MetaData = metadata) -> Mapping[str, str]:
    """What rests in each "table.column": sealed, budget or public key; Unclassified where a column does not say."""
    results: dict[str, str] = {}
    for table in tables.sorted_tables:
        for column in table.columns:
            if column.info.get("rests") not in (SEALED, BUDGET, PUBLIC):
                raise Unclassified(f"{table.name}.{column.name}")
            results[f"{table.name}.{column.name}"] = column.info["rests"]
    return results
