"""Rows as the database takes them, and as they come back for many vaults at once."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Protocol, TypeVar


class _OfVault(Protocol):
    @property
    def vault_id(self) -> str: ...


Row = TypeVar("Row", bound=_OfVault)


def values_of(row: Any) -> dict[str, Any]:
    """The fields of a row by the names of their columns."""
    return {part.name: getattr(row, part.name) for part in fields(row)}


def by_vault(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the vault they belong to, in their order."""
    results: dict[str, list[Row]] = {}
    for row in rows:
        results.setdefault(row.vault_id, []).append(row)
    return results
