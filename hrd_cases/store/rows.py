"""Rows as the database takes them."""

from dataclasses import fields
from typing import Any


def values_of(row: Any) -> dict[str, Any]:
    """The fields of a row by the names of their columns."""
    return {part.name: getattr(row, part.name) for part in fields(row)}
